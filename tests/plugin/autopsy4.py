# SPDX-License-Identifier: Apache-2.0
"""The Autopsy 4 modules, with discern itself, under Python 3 and Jython 2.7. Autopsy's own classes are
stood in for by the few methods that are called; Swing is the real one (Jython)."""
import hashlib
import io
import json
import os
import sys
import tempfile
import threading
import types
import unittest

sys.dont_write_bytecode = True
modules, work = sys.argv.pop(), sys.argv.pop()
sys.path.insert(0, modules)
os.chdir(work)

import discern_evidence
import discern_verification
from discern_program import Cancelled, ProgramError, run

JAVA = sys.platform.startswith("java")


def bytes_of(path):
    with io.open(path, "rb") as file:
        return file.read()


def hashes(path):
    return dict((name, hashlib.new(name, bytes_of(path)).hexdigest()) for name in ("md5", "sha1", "sha256"))


class Evidence(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=work)

    def refused(self, text, function, *arguments):
        try:
            function(*arguments)
        except ProgramError as error:
            self.assertTrue(text in u"%s" % error, u"%s" % error)
        else:
            self.fail("not refused")

    def test_an_archive_becomes_the_disk_inside_it_with_both_digests(self):
        record, = discern_evidence.prepare("a.imz", self.folder)
        raw = os.path.join(self.folder, record["raw"])
        self.assertEqual(bytes_of(raw), bytes_of("a.img"))
        self.assertEqual(record["digests"], hashes("a.img"))
        self.assertEqual([file["digests"] for file in record["files"]], [hashes("a.imz")])
        self.assertEqual((record["format"], record["view"], record["size"], record["bad_bytes"]), ("imz", "media", 1474560, 0))
        self.assertTrue(record["consistent"])
        self.assertEqual(discern_evidence.problems(record), [])
        text = discern_evidence.details(record)
        for part in ("MD5 " + hashes("a.imz")["md5"], "SHA256 " + hashes("a.img")["sha256"], "crc32", "match"):
            self.assertTrue(part in text, text)
        # Carried elsewhere, with its record beside it.
        self.assertEqual(discern_evidence.read_record(raw + ".discern.json"), record)

    def test_a_raw_cd_becomes_an_iso(self):
        record, = discern_evidence.prepare("d.cue", self.folder)
        self.assertEqual(bytes_of(os.path.join(self.folder, record["raw"])), bytes_of("d.iso"))
        self.assertEqual([file["path"] and os.path.basename(file["path"]) for file in record["files"]], ["d.cue", "d.bin"])
        self.assertEqual(record["files"][1]["digests"], hashes("d.bin"))

    def test_each_session_of_a_disc_is_added(self):
        records = discern_evidence.prepare("two.cue", self.folder)
        self.assertEqual([record["view"] for record in records], ["session 1", "session 2"])
        for record, source in zip(records, ("d.iso", "e.iso")):
            self.assertTrue(bytes_of(os.path.join(self.folder, record["raw"])).endswith(bytes_of(source)[17 * 2048:]), source)
            self.assertTrue("edc (EDC fields of the sectors): match" in discern_evidence.details(record), discern_evidence.details(record))

    def test_what_cannot_be_read_is_told(self):
        record, = discern_evidence.prepare("r.img", self.folder)
        self.assertEqual(record["bad_bytes"], 9216)
        self.assertFalse(record["consistent"])
        text = "\n".join(discern_evidence.problems(record))
        self.assertTrue("9216 bytes of media could not be read; zeros stand for them" in text, text)
        self.assertTrue("rescue-map.unread" in text, text)

    def test_damage_is_told(self):
        record, = discern_evidence.prepare("bad.imz", self.folder)
        self.assertFalse(record["consistent"])
        self.assertTrue("view:media: crc32 does not match" in "\n".join(discern_evidence.problems(record)))

    def test_nothing_is_replaced(self):
        discern_evidence.prepare("a.imz", self.folder)
        self.refused("exists already", discern_evidence.prepare, "a.imz", self.folder)

    def test_what_discern_refuses_is_refused_in_its_words(self):
        self.refused("none.imz", discern_evidence.prepare, "none.imz", self.folder)
        self.refused("sound only", discern_evidence.prepare, "sound.cue", self.folder)
        self.assertEqual(os.listdir(self.folder), [])

    def test_a_changed_file_is_not_added(self):
        record, = discern_evidence.prepare("a.imz", self.folder)
        raw = os.path.join(self.folder, record["raw"])
        with io.open(raw, "r+b") as file:
            file.seek(700000)
            file.write(b"x")
        self.refused("the record says", discern_evidence.read_record, raw + ".discern.json")
        self.assertEqual(discern_verification.verify(raw)[0], "mismatch")
        with io.open(raw, "ab") as file:
            file.write(b"x")
        self.refused("1474561 bytes", discern_evidence.read_record, raw + ".discern.json")
        os.remove(raw)
        self.refused("is not beside it", discern_evidence.read_record, raw + ".discern.json")

    def test_records_of_others_are_refused(self):
        path = os.path.join(self.folder, "x.discern.json")
        for text, why in ((u"{", "not JSON"), (u"[]", "not a record"), (u"{}", "not a record")):
            with io.open(path, "w") as file:
                file.write(text)
            self.refused(why, discern_evidence.read_record, path)

    def test_a_record_leads_nowhere_but_beside_itself(self):
        record, = discern_evidence.prepare("a.imz", self.folder)
        for name in ("/etc/passwd", "..\\..\\passwd", "../passwd"):
            self.assertEqual(discern_evidence.raw_path(os.path.join(self.folder, "r"), dict(record, raw=name)),
                             os.path.join(self.folder, "passwd"))

    def test_data_sources_are_verified(self):
        record, = discern_evidence.prepare("a.imz", self.folder)
        verdict, lines = discern_verification.verify(os.path.join(self.folder, record["raw"]))
        self.assertEqual(verdict, "match")
        self.assertTrue(any("crc32 match" in line for line in lines), lines)
        self.assertEqual(discern_verification.verify("bad.imz")[0], "mismatch")
        self.assertEqual(discern_verification.verify("a.img")[0], "unverifiable")
        self.assertEqual(discern_verification.original(os.path.join(self.folder, record["raw"])), os.path.abspath("a.imz"))
        self.assertEqual(discern_verification.original("a.img"), "a.img")

    def test_reports_are_case_folders(self):
        consistent, page = discern_verification.examine(["a.imz"], os.path.join(self.folder, "one"))
        self.assertTrue(consistent and os.path.basename(page) == "report.html")
        consistent, page = discern_verification.examine(["a.imz", "bad.imz"], os.path.join(self.folder, "two"))
        self.assertTrue(not consistent and os.path.basename(page) == "index.html")

    def test_work_can_be_cancelled(self):
        self.assertRaises(Cancelled, run, ["hash", "a.imz"], lambda: True)

    def test_a_missing_program_is_named(self):
        before = os.environ["DISCERN_PROGRAM"]
        os.environ["DISCERN_PROGRAM"] = "/none"
        try:
            self.refused("was not found", run, ["formats"])
        finally:
            os.environ["DISCERN_PROGRAM"] = before

    def test_names_that_are_offered(self):
        for name in ("A.IMZ", "disc.cue", "x.discern.json", "x.nrg", "x.mds", "x.ccd", "x.bin", "x.ima", "x.img"):
            self.assertTrue(discern_evidence.can_add(name), name)
        self.assertFalse(discern_evidence.can_add("x.docx"))


if JAVA:
    from java.lang import IllegalStateException
    from java.util import ArrayList

    class Stub(object):
        pass

    class Result(object):
        NO_ERRORS, CRITICAL_ERRORS, NONCRITICAL_ERRORS = "none", "critical", "noncritical"

    class Callback(object):
        DataSourceProcessorResult = Result

    class Host(object):
        pass

    class Image(object):
        broken = False

        def __init__(self, path):
            self.paths = [path]
            self.set = {}

        def getPaths(self): return self.paths
        def getName(self): return os.path.basename(self.paths[0])
        def setMD5(self, value): self.set["md5"] = value
        def setSha1(self, value): self.set["sha1"] = value
        def setAcquisitionDetails(self, value): self.set["details"] = value

        def setSha256(self, value):
            if Image.broken:
                raise IllegalStateException("has one already")
            self.set["sha256"] = value

    class Processor(object):
        with_hosts = True
        calls = []

        def process(self, device, path, *rest):
            if len(rest) == 3 and not Processor.with_hosts:
                raise TypeError("process(): 1st arg can't be coerced")
            Processor.calls.append(rest[0] if len(rest) == 3 else None)
            rest[-1].done(Result.NO_ERRORS, ArrayList(), ArrayList([Image(path.toString())]))

    class Case(object):
        reports = []
        sources = []
        folder = None

        @staticmethod
        def getCurrentCase(): return Case()
        def getModuleDirectory(self): return Case.folder
        def getDataSources(self): return Case.sources
        def addReport(self, *report): Case.reports.append(report)

    class Messages(object):
        posted = []

        @staticmethod
        def getInstance(): return Messages()
        def postMessage(self, message): Messages.posted.append(message)

    def module(name, **members):
        found = types.ModuleType(name)
        found.__dict__.update(members)
        found.__path__ = []
        sys.modules[name] = found

    event = Stub()
    event.UPDATE_UI = Stub()
    event.UPDATE_UI.toString = lambda: "UPDATE_UI"
    status = type("ReportStatus", (), {"COMPLETE": "complete", "ERROR": "error"})
    ingest = type("IngestModule", (), {"ProcessResult": type("R", (), {"OK": "ok", "ERROR": "error"})})
    message = type("IngestMessage", (), {
        "MessageType": type("T", (), {"INFO": "info", "WARNING": "warning", "ERROR": "error"}),
        "createMessage": staticmethod(lambda *parts: parts)})
    for package in ("org", "org.sleuthkit", "org.sleuthkit.autopsy"):
        module(package)
    module("org.sleuthkit.autopsy.casemodule", Case=Case, ImageDSProcessor=Processor)
    module("org.sleuthkit.autopsy.corecomponentinterfaces", DataSourceProcessorCallback=Callback,
           DataSourceProcessor=type("DataSourceProcessor", (), {"DSP_PANEL_EVENT": event}))
    module("org.sleuthkit.autopsy.datasourceprocessors", DataSourceProcessorAdapter=type("A", (object,), {}))
    module("org.sleuthkit.autopsy.ingest", DataSourceIngestModule=type("D", (object,), {}), IngestMessage=message, IngestModule=ingest,
           IngestModuleFactoryAdapter=type("F", (object,), {}), IngestServices=Messages)
    module("org.sleuthkit.autopsy.report", GeneralReportModuleAdapter=type("G", (object,), {}))
    module("org.sleuthkit.autopsy.report.ReportProgressPanel", ReportStatus=status)
    module("org.sleuthkit.datamodel", Image=Image)

    import discern_data_source
    import discern_ingest
    import discern_report

    class Monitor(object):
        def __init__(self): self.texts = []
        def setIndeterminate(self, value): pass
        def setProgressText(self, text): self.texts.append(text)

    class Waiting(object):
        def __init__(self): self.results = []
        def done(self, *result): self.results.append(result)

    class Progress(object):
        def __init__(self): self.ended = []
        def setIndeterminate(self, value): pass
        def start(self): pass
        def switchToIndeterminate(self): pass
        def updateStatusLabel(self, text): pass
        def complete(self, *end): self.ended.append(end)

    class InAutopsy(unittest.TestCase):
        def setUp(self):
            Case.folder = tempfile.mkdtemp(dir=work)
            Case.reports, Case.sources, Messages.posted, Processor.calls = [], [], [], []
            Processor.with_hosts, Image.broken = True, False

        def added(self, path, *host):
            processor, waiting, monitor = discern_data_source.DiscernDataSourceProcessor(), Waiting(), Monitor()
            processor.getPanel().path.setText(os.path.abspath(path))
            self.assertTrue(processor.isPanelValid())
            processor.run(*(host + (monitor, waiting))).join()
            self.assertEqual(len(waiting.results), 1)
            return waiting.results[0]

        def test_an_image_is_added_with_digests_and_details(self):
            result, errors, images = self.added("a.imz", Host())
            self.assertEqual((result, list(errors)), (Result.NO_ERRORS, []))
            wanted = hashes("a.img")
            self.assertEqual(dict((name, images[0].set[name]) for name in wanted), wanted)
            self.assertTrue(hashes("a.imz")["sha256"] in images[0].set["details"])
            self.assertEqual(bytes_of(images[0].paths[0]), bytes_of("a.img"))
            self.assertTrue(isinstance(Processor.calls[0], Host))

        def test_older_versions_have_no_hosts(self):
            Processor.with_hosts = False
            for host in ((), (Host(),)):
                self.assertEqual(self.added("a.imz", *host)[0], Result.NO_ERRORS)
            self.assertEqual(Processor.calls, [None, None])
            self.assertEqual(sorted(os.listdir(os.path.join(Case.folder, "discern"))), ["a.imz", "a.imz-2"])

        def test_sessions_are_added_one_after_the_other(self):
            result, errors, images = self.added("two.cue")
            self.assertEqual([image.getName() for image in images] or list(errors), ["two.cue.session1.raw", "two.cue.session2.raw"])

        def test_what_is_wrong_reaches_the_user(self):
            result, errors, images = self.added("r.img")
            self.assertEqual(result, Result.NONCRITICAL_ERRORS)
            self.assertTrue("zeros stand for them" in errors[0], errors)
            Image.broken = True
            result, errors, images = self.added("a.imz")
            self.assertEqual(result, Result.NONCRITICAL_ERRORS)
            self.assertTrue("setSha256" in errors[0] and "has one already" in errors[0], errors)
            result, errors, images = self.added("sound.cue")
            self.assertEqual((result, len(images)), (Result.CRITICAL_ERRORS, 0))
            self.assertTrue("sound only" in errors[0], errors)

        def test_an_export_from_elsewhere_is_added_without_the_program(self):
            folder = tempfile.mkdtemp(dir=work)
            record, = discern_evidence.prepare("a.imz", folder)
            before = os.environ["DISCERN_PROGRAM"]
            os.environ["DISCERN_PROGRAM"] = "/none"
            try:
                result, errors, images = self.added(os.path.join(folder, record["raw"] + ".discern.json"))
                self.assertEqual((result, images[0].set["md5"]), (Result.NO_ERRORS, hashes("a.img")["md5"]))
                result, errors, images = self.added("a.imz")
                self.assertEqual(result, Result.CRITICAL_ERRORS)
                self.assertTrue("was not found" in errors[0])
            finally:
                os.environ["DISCERN_PROGRAM"] = before

        def test_the_panel_takes_files_of_ours_only_and_says_when_it_changes(self):
            processor = discern_data_source.DiscernDataSourceProcessor()
            for path, valid in (("", False), ("none.imz", False), ("test.txt", False), ("a.imz", True)):
                processor.getPanel().path.setText(path)
                self.assertEqual(processor.isPanelValid(), valid, path)
            processor.reset()
            self.assertEqual(processor.getPanel().chosen(), "")

        def test_the_ingest_module_posts_what_it_finds(self):
            factory = discern_ingest.DiscernIngestModuleFactory()
            self.assertTrue(factory.isDataSourceIngestModuleFactory())
            verifier = factory.createDataSourceIngestModule(None)
            context = Stub()
            context.dataSourceIngestIsCancelled = lambda: False
            verifier.startUp(context)
            for path in ("a.imz", "bad.imz"):
                self.assertEqual(verifier.process(Image(path), Progress()), "ok")
            self.assertEqual([(kind, subject) for kind, name, subject, text in Messages.posted],
                             [("info", "a.imz: match"), ("warning", "bad.imz: mismatch")])
            self.assertEqual(verifier.process(Image("none<b>.imz"), Progress()), "error")
            self.assertTrue("none&lt;b&gt;.imz" in Messages.posted[-1][3], Messages.posted[-1])
            self.assertEqual(verifier.process(Stub(), Progress()), "ok")
            context.dataSourceIngestIsCancelled = lambda: True
            self.assertEqual(verifier.process(Image("a.imz"), Progress()), "ok")

        def test_the_report_module_adds_a_case_folder(self):
            module, progress = discern_report.DiscernReportModule(), Progress()
            module.generateReport(Case.folder, progress)
            self.assertEqual(progress.ended, [("error", "this case has no images")])
            # One disc in two sessions, and its archive: the original once.
            result, errors, images = self.added("two.cue")
            Case.sources = list(images) + [Stub()]
            settings, folder = Stub(), tempfile.mkdtemp(dir=work)
            settings.getReportDirectoryPath = lambda: folder
            progress = Progress()
            module.generateReport(settings, progress)
            self.assertEqual(progress.ended, [("complete",)])
            page, name, title = Case.reports[0]
            self.assertTrue(os.path.isfile(page), page)
            self.assertTrue(u"two.cue" in io.open(page, encoding="utf-8").read())
            progress = Progress()  # its folder is not empty any more
            module.generateReport(settings, progress)
            self.assertEqual(progress.ended[0][0], "error")

    class AutopsysLoader(unittest.TestCase):
        """It takes lines that begin with "class " and name an interface for a module's class."""

        def test_finds_one_class_of_each_kind(self):
            found = {}
            for name in sorted(os.listdir(modules)):
                for line in io.open(os.path.join(modules, name), encoding="utf-8") if name.endswith(".py") else ():
                    for kind in ("IngestModuleFactory", "GeneralReportModule", "DataSourceProcessor"):
                        if line.startswith("class ") and kind in line:
                            found.setdefault(kind, []).append(line[6:line.index("(")])
            self.assertEqual(found, {"IngestModuleFactory": ["DiscernIngestModuleFactory"],
                                     "GeneralReportModule": ["DiscernReportModule"],
                                     "DataSourceProcessor": ["DiscernDataSourceProcessor"]})


unittest.main()
