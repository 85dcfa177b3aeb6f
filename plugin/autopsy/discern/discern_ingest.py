# SPDX-License-Identifier: Apache-2.0
"""Autopsy's ingest module: `discern verify` on each data source that is an image."""
from org.sleuthkit.autopsy.ingest import (DataSourceIngestModule, IngestMessage, IngestModule, IngestModuleFactoryAdapter,
                                          IngestServices)
from org.sleuthkit.datamodel import Image

import discern_verification
from discern_program import ProgramError, words

NAME = "discern: verify"


class DiscernVerifier(DataSourceIngestModule):
    def __init__(self):
        self.context = None

    def startUp(self, context):
        self.context = context

    def process(self, source, progress):
        progress.switchToIndeterminate()
        if not isinstance(source, Image):
            return IngestModule.ProcessResult.OK  # files of a folder: no image
        try:
            verdict, lines = discern_verification.verify(source.getPaths()[0], self.context.dataSourceIngestIsCancelled)
        except ProgramError as error:
            if self.context.dataSourceIngestIsCancelled():
                return IngestModule.ProcessResult.OK
            self.post(IngestMessage.MessageType.ERROR, source, "not verified", [words(error)])
            return IngestModule.ProcessResult.ERROR
        kind = IngestMessage.MessageType.WARNING if verdict == discern_verification.DIFFERS else IngestMessage.MessageType.INFO
        self.post(kind, source, verdict, lines)
        return IngestModule.ProcessResult.OK

    def post(self, kind, source, verdict, lines):
        IngestServices.getInstance().postMessage(
            IngestMessage.createMessage(kind, NAME, "%s: %s" % (source.getName(), verdict), "<br>".join(map(escaped, lines))))


def escaped(text):
    """Messages are HTML, names in them come from evidence."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class DiscernIngestModuleFactory(IngestModuleFactoryAdapter):
    def getModuleDisplayName(self):
        return NAME

    def getModuleDescription(self):
        return "Verifies images against the digests and checks that they carry, and against sums beside them"

    def getModuleVersionNumber(self):
        return "0.1.0"

    def isDataSourceIngestModuleFactory(self):
        return True

    def createDataSourceIngestModule(self, settings):
        return DiscernVerifier()
