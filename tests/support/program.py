"""Runs the program under test on real files, in folders that vanish afterwards."""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = os.environ.get("CLEW") or str(ROOT / "build" / "clew")
# Under sanitizers everything takes many times as long, and every line counts, not every seed.
SANITIZED = os.environ.get("CLEW_SANITIZED", "") not in ("", "0")
SOAK = os.environ.get("CLEW_SOAK", "") not in ("", "0")
DATA = pathlib.Path(os.environ.get("CLEW_DATA") or ROOT.parent / "shared" / "data").resolve()
WORKERS = 2

OK, USAGE, DATA_ERROR = 0, 2, 3


class UnexpectedExit(AssertionError):
    """The program ended with another code than the caller stands for."""


def need_data(*parts):
    """The path of a real file; without it the test is skipped, and says what went unchecked."""
    path = DATA.joinpath(*parts)
    if not path.exists():
        raise unittest.SkipTest(f"NOT CHECKED: {path} is missing (CLEW_DATA names its folder)")
    return path


def parallel(work, items):
    """[work(item) for item in items], a few at a time; the first failure is raised."""
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, items))


def temporary_folder(add_cleanup):
    """A folder that is there until the test, or the class of tests, whose method this is ends."""
    holder = tempfile.TemporaryDirectory(prefix="clew-test-")
    add_cleanup(holder.cleanup)
    return pathlib.Path(holder.name)


class TempFolder(unittest.TestCase):
    """A test case with a folder of its own, `self.folder`, for each test."""

    def setUp(self):
        self.folder = temporary_folder(self.addCleanup)

    def ledger(self, name="ledger"):
        return Ledger(self.folder / name)


class Ledger:
    """The program with one --ledger folder. Arguments may be paths or numbers."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def command(self, *words):
        return [PROGRAM, "--ledger", str(self.folder), *map(str, words)]

    def run(self, *words, **how):
        """A finished process with text output, whatever its exit code."""
        how.setdefault("timeout", 600)
        return subprocess.run(self.command(*words), capture_output=True, text=True, **how)

    def start(self, *words, **how):
        """A running process."""
        return subprocess.Popen(self.command(*words), stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, **how)

    def text(self, *words, code=OK, **how):
        """What the program printed, having ended with `code`."""
        return self.expect(code, words, how).stdout

    def json(self, *words, code=OK, **how):
        """The one document that --json prints."""
        done = self.expect(code, ("--json", *words), how)
        try:
            return json.loads(done.stdout)
        except ValueError as error:
            raise AssertionError(f"{words}: not one JSON document: {error}\n{done.stdout[:500]}")

    def error(self, *words, code=DATA_ERROR, **how):
        """What the program complains about on standard error, ending with `code`."""
        return self.expect(code, words, how).stderr

    def expect(self, code, words, how):
        done = self.run(*words, **how)
        if done.returncode != code:
            raise UnexpectedExit(
                f"clew {' '.join(map(str, words))}: exit code {done.returncode}, not {code}\n"
                f"{done.stderr[:2000]}\n{done.stdout[:500]}")
        return done

    def ingest(self, *paths, **how):
        return self.json("ingest", "bitcoin", *paths, **how)

    def entities(self, *options):
        """{address: entity} as `clew entities` writes it, and its document."""
        out = self.folder.parent / (self.folder.name + ".entities.csv")
        document = self.json("entities", "--out", out, *options)
        rows = out.read_text().splitlines()
        out.unlink()
        assert rows[0] == "address,entity", rows[0]
        return dict(row.split(",") for row in rows[1:]), document


def main():
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
