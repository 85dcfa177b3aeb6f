# SPDX-License-Identifier: Apache-2.0
"""Autopsy's data source processor for images that it cannot open: they become raw files in the case
folder, verified, with digests of container and content and the findings in the case database.

Autopsy's loader reads the lines that begin with "class ": one class of a kind in each file.
"""
import os
import threading

from java.awt import BorderLayout
from java.lang import Throwable
from java.nio.file import Paths
from java.util import ArrayList, UUID
from javax.swing import JButton, JFileChooser, JLabel, JPanel, JTextField
from javax.swing.filechooser import FileNameExtensionFilter
from org.sleuthkit.autopsy.casemodule import Case, ImageDSProcessor
from org.sleuthkit.autopsy.corecomponentinterfaces import DataSourceProcessor, DataSourceProcessorCallback
from org.sleuthkit.autopsy.datasourceprocessors import DataSourceProcessorAdapter

import discern_evidence
from discern_program import words

Callback = DataSourceProcessorCallback  # under its own name the loader would take Adding for a module
Result = Callback.DataSourceProcessorResult


def output_folder(case, image):
    """A new folder in the case's module folder, named by the image."""
    base = os.path.join(case.getModuleDirectory(), "discern", os.path.basename(image))
    folder, number = base, 1
    while os.path.exists(folder):
        number += 1
        folder = "%s-%d" % (base, number)
    os.makedirs(folder)
    return folder


def attach(image, record):
    """Digests and details into the case database; what could not be attached, in words. Autopsy may have
    digests already (TskDataException): ours must not be lost silently then."""
    failed = []
    for setter, value in (("setMD5", record["digests"].get("md5")), ("setSha1", record["digests"].get("sha1")),
                          ("setSha256", record["digests"].get("sha256")), ("setAcquisitionDetails", discern_evidence.details(record))):
        try:
            getattr(image, setter)(value)
        except (Exception, Throwable) as error:
            failed.append("%s: %s" % (setter, words(error)))
    return failed


class Adding(Callback):
    """Adds the raw files one after the other; Autopsy calls done() after each."""

    def __init__(self, records, device, host, monitor, callback):
        Callback.__init__(self)
        self.waiting = list(records)
        self.current = None
        self.device = device
        self.host = host
        self.monitor = monitor
        self.callback = callback
        self.errors = ArrayList()
        self.contents = ArrayList()
        self.worst = Result.NO_ERRORS

    def next(self):
        if not self.waiting:
            self.callback.done(self.worst, self.errors, self.contents)
            return
        self.current = self.waiting.pop(0)
        path = Paths.get(self.current[0])
        processor = ImageDSProcessor()
        if self.host is None:
            processor.process(self.device, path, self.monitor, self)
            return
        try:
            processor.process(self.device, path, self.host, self.monitor, self)
        except TypeError:  # before 4.18 there are no hosts
            processor.process(self.device, path, self.monitor, self)

    def done(self, result, errors, contents):
        record = self.current[1]
        self.errors.addAll(errors)
        for line in discern_evidence.problems(record):
            self.errors.add(line)
        for content in contents:
            self.contents.add(content)
            for line in attach(content, record):
                self.errors.add(line)
        if result == Result.CRITICAL_ERRORS:
            self.worst = result
        elif self.worst == Result.NO_ERRORS and not self.errors.isEmpty():
            self.worst = Result.NONCRITICAL_ERRORS
        self.next()


class Panel(JPanel):
    def __init__(self):
        JPanel.__init__(self, BorderLayout())
        self.path = JTextField(40, actionPerformed=self.changed)
        self.add(JLabel("Disk or disc image (IMZ, raw, CUE, CCD, MDS, NRG ...), or a .discern.json"), BorderLayout.NORTH)
        self.add(self.path, BorderLayout.CENTER)
        self.add(JButton("Browse", actionPerformed=self.browse), BorderLayout.EAST)

    def changed(self, event):
        self.firePropertyChange(DataSourceProcessor.DSP_PANEL_EVENT.UPDATE_UI.toString(), False, True)

    def browse(self, event):
        chooser = JFileChooser()
        chooser.setFileFilter(FileNameExtensionFilter("Images", list(discern_evidence.EXTENSIONS) + ["json"]))
        if chooser.showOpenDialog(self) == JFileChooser.APPROVE_OPTION:
            self.path.setText(chooser.getSelectedFile().getPath())
            self.changed(event)

    def chosen(self):
        return self.path.getText().strip()


class DiscernDataSourceProcessor(DataSourceProcessorAdapter):
    def __init__(self):
        self.panel = Panel()
        self.stop = threading.Event()

    def getDataSourceType(self):
        return "Disk or disc image (discern)"

    def getPanel(self):
        return self.panel

    def isPanelValid(self):
        path = self.panel.chosen()
        return os.path.isfile(path) and discern_evidence.can_add(path)

    def cancel(self):
        self.stop.set()

    def reset(self):
        self.stop.clear()
        self.panel.path.setText("")

    def run(self, *arguments):
        # (monitor, callback), and with the host in front since 4.18.
        host = arguments[0] if len(arguments) == 3 else None
        monitor, callback = arguments[-2:]
        self.stop.clear()
        thread = threading.Thread(target=self.work, args=(self.panel.chosen(), host, monitor, callback))
        thread.start()
        return thread

    def work(self, path, host, monitor, callback):
        try:
            monitor.setIndeterminate(True)
            if path.lower().endswith(discern_evidence.RECORD):
                monitor.setProgressText("verifying " + os.path.basename(path))
                record = discern_evidence.read_record(path, self.stop.is_set)
                records = [(discern_evidence.raw_path(path, record), record)]
            else:
                folder = output_folder(Case.getCurrentCase(), path)
                records = [(os.path.join(folder, record["raw"]), record) for record in
                           discern_evidence.prepare(path, folder, self.stop.is_set, monitor.setProgressText)]
            Adding(records, str(UUID.randomUUID()), host, monitor, callback).next()
        except (Exception, Throwable) as error:  # whatever it is: Autopsy waits for done()
            callback.done(Result.CRITICAL_ERRORS, ArrayList([words(error)]), ArrayList())
