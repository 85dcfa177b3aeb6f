# SPDX-License-Identifier: Apache-2.0
"""Autopsy's report module: the case folder of `discern examine` over the images of the case."""
import os

from java.lang import Throwable
from org.sleuthkit.autopsy.casemodule import Case
from org.sleuthkit.autopsy.report import GeneralReportModuleAdapter
from org.sleuthkit.autopsy.report.ReportProgressPanel import ReportStatus
from org.sleuthkit.datamodel import Image

import discern_verification
from discern_program import words

NAME = "discern: case folder"


def folder_of(settings):
    """A path before 4.16, an object since."""
    return settings.getReportDirectoryPath() if hasattr(settings, "getReportDirectoryPath") else str(settings)


class DiscernReportModule(GeneralReportModuleAdapter):
    def getName(self):
        return NAME

    def getDescription(self):
        return "Digests, timeline, findings and carved files of the images of this case, signed and reproducible"

    def getRelativeFilePath(self):
        return "discern"

    def generateReport(self, settings, progress):
        progress.setIndeterminate(True)
        progress.start()
        try:
            case = Case.getCurrentCase()
            paths = []
            for source in case.getDataSources():
                if isinstance(source, Image) and source.getPaths():
                    path = discern_verification.original(source.getPaths()[0])
                    if path not in paths:  # sessions of one disc
                        paths.append(path)
            if not paths:
                progress.complete(ReportStatus.ERROR, "this case has no images")
                return
            progress.updateStatusLabel("discern examine: %d images" % len(paths))
            consistent, page = discern_verification.examine(paths, os.path.join(folder_of(settings), self.getRelativeFilePath()))
            case.addReport(page, NAME, "discern: consistent" if consistent else "discern: something does not match")
            progress.complete(ReportStatus.COMPLETE)
        except (Exception, Throwable) as error:  # else the report would never end
            progress.complete(ReportStatus.ERROR, words(error))
