# SPDX-License-Identifier: Apache-2.0
"""Runs the program `discern`. For Jython 2.7, as Autopsy has it, and for Python 3; no Autopsy in here."""
import io
import json
import os
import subprocess
import tempfile
import time

CONSISTENT, MISMATCH, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 64, 130


class ProgramError(Exception):
    """`discern` is missing, could not do it, or was told to stop; the text is for the user."""


class Cancelled(ProgramError):
    pass


def words(error):
    """An exception's text; str() of Jython 2.7 fails at names beyond ASCII."""
    return type(u"")(error)


def find_program():
    """DISCERN_PROGRAM, or `discern` in PATH, or nothing."""
    named = os.environ.get("DISCERN_PROGRAM")
    if named:
        return named if os.path.isfile(named) else None
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        for name in ("discern", "discern.exe"):
            path = os.path.join(folder, name)
            if folder and os.path.isfile(path):
                return path
    return None


def rows_of(text):
    """The objects of JSON Lines."""
    return [json.loads(line) for line in text.splitlines() if line.strip()]


class Done(object):
    """What a run left: exit status, stdout, and what it said on stderr, line by line."""

    def __init__(self, status, output, said):
        self.status = status
        self.output = output
        self.said = [line for line in said.splitlines() if line.strip()]

    def rows(self, command):
        """The objects with the schema of that command; others may come beside them."""
        return [row for row in rows_of(self.output) if row["schema"] == "discern/%s/1" % command]


def run(arguments, cancelled=lambda: False):
    """Runs discern with these words. Statuses 0 and 1 are results; all others raise ProgramError."""
    program = find_program()
    if not program:
        raise ProgramError("the program discern was not found: put it into PATH, or its path into DISCERN_PROGRAM; "
                           "on Windows add the .discern.json of an export that was made elsewhere")
    # Files: pipes fill up while nobody reads them.
    output, said = tempfile.TemporaryFile(), tempfile.TemporaryFile()
    try:
        try:
            process = subprocess.Popen([program] + list(arguments), stdout=output, stderr=said)
        except (OSError, IOError) as error:
            raise ProgramError("%s cannot be run: %s" % (program, error))
        while process.poll() is None:
            if cancelled():
                process.terminate()
                process.wait()
                raise Cancelled("cancelled")
            time.sleep(0.05)
        process.wait()  # Jython: its threads may still be copying what came out
        texts = []
        for stream in (output, said):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "replace"))
    finally:
        output.close()
        said.close()
    done = Done(process.returncode, texts[0], texts[1])
    if done.status not in (CONSISTENT, MISMATCH):
        raise ProgramError("discern %s: status %d: %s" % (arguments[0], done.status, " ".join(done.said) or "no reason given"))
    return done


def version():
    return run(["--version"]).output.strip()


def write_text(path, text):
    """UTF-8; gets its name only when it is whole."""
    partial = path + ".partial"
    with io.open(partial, "w", encoding="utf-8") as file:
        file.write(text if isinstance(text, type(u"")) else text.decode("utf-8"))
    if os.path.exists(path):
        os.remove(path)  # Windows renames over nothing
    os.rename(partial, path)
