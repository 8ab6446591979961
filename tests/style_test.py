#!/usr/bin/env python3
"""The style guide as a test: line, file and function length, headers that say what they are for,
dead files, words and paths that do not belong, and the formatter's verdict."""
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINE_MAX = 100
FILE_MAX = 450
FUNCTION_MAX = 70
CODE = [".h", ".cpp"]


def tracked(*suffixes):
    """Files that git tracks, or all of a checkout without git."""
    try:
        names = subprocess.run(["git", "-C", str(ROOT), "ls-files"], check=True,
                               capture_output=True, text=True).stdout.split("\n")
    except (OSError, subprocess.CalledProcessError):
        names = [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if p.is_file()]
    return [ROOT / n for n in names
            if n and pathlib.Path(n).suffix in suffixes and (ROOT / n).exists()]


OPENS = re.compile(r"^( {0,2})\S.*\)( const)?( noexcept)?( override)?.*\{$")
NO_FUNCTION = re.compile(r"^\s*(namespace|class|struct|enum|union|if|for|while|switch)\b")


def functions(lines):
    """(first line, length) of each top-level or member function body, by clang-format's layout."""
    start = None
    for number, line in enumerate(lines, 1):
        if start is None and OPENS.match(line) and not NO_FUNCTION.match(line):
            start = (number, len(line) - len(line.lstrip()))
        elif start and re.match(r"^ {%d}\}" % start[1], line):
            yield start[0], number - start[0] + 1
            start = None


class Style(unittest.TestCase):
    def report(self, problems):
        self.assertEqual(problems, [], "\n" + "\n".join(problems))

    def test_lines(self):
        problems = []
        for path in tracked(*CODE, ".py", ".sh"):
            for number, line in enumerate(path.read_text().split("\n"), 1):
                where = f"{path.relative_to(ROOT)}:{number}"
                if len(line) > LINE_MAX:
                    problems.append(f"{where}: {len(line)} columns")
                if line != line.rstrip():
                    problems.append(f"{where}: white space at the end")
                if "\t" in line:
                    problems.append(f"{where}: a tab")
        self.report(problems)

    def test_file_length(self):
        self.report([f"{p.relative_to(ROOT)}: {n} lines" for p in tracked(*CODE, ".py")
                     if (n := p.read_text().count("\n")) > FILE_MAX])

    def test_function_length(self):
        problems = []
        for path in tracked(*CODE):
            for number, length in functions(path.read_text().split("\n")):
                if length > FUNCTION_MAX:
                    problems.append(f"{path.relative_to(ROOT)}:{number}: {length} lines")
        self.report(problems)

    def test_headers_say_what_they_are_for(self):
        problems = []
        for path in tracked(".h"):
            text = path.read_text()
            if not text.startswith("//"):
                problems.append(f"{path.relative_to(ROOT)}: no comment at the top")
            if "#pragma once" not in text:
                problems.append(f"{path.relative_to(ROOT)}: no #pragma once")
        self.report(problems)

    def test_every_header_is_included(self):
        included = set()
        for path in tracked(*CODE):
            included.update(re.findall(r'#include "([^"]+)"', path.read_text()))
        dead = [str(p.relative_to(ROOT)) for p in tracked(".h")
                if str(p.relative_to(ROOT)).removeprefix("src/") not in included
                and str(p.relative_to(ROOT)) not in included]
        self.report(dead)

    def test_words(self):
        # Spelled in pieces, so that this file passes its own test.
        words, folders = ("TO" "DO", "FIX" "ME", "XX" "X"), ("ro" "ot", "wo" "rk", "ho" "me")
        banned = re.compile(rf"\b({'|'.join(words)})\b|/({'|'.join(folders)})/\w")
        problems = []
        for path in tracked(*CODE, ".py", ".sh", ".md", ".txt", ".cmake", ""):
            for number, line in enumerate(path.read_text(errors="replace").split("\n"), 1):
                if banned.search(line):
                    problems.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
        self.report(problems)

    def test_links_in_documents_lead_somewhere(self):
        problems = []
        for path in tracked(".md"):
            for number, line in enumerate(path.read_text().split("\n"), 1):
                for target in re.findall(r"\]\(([^)\s]+)\)", line):
                    file = target.split("#")[0]
                    if file and "://" not in target and not (path.parent / file).exists():
                        problems.append(f"{path.relative_to(ROOT)}:{number}: {target}")
        for path in tracked(*CODE, ".md", ".py", ".sh", ".txt"):
            for target in set(re.findall(r"\bdocs/[\w/-]+\.md\b", path.read_text())):
                if not (ROOT / target).exists():
                    problems.append(f"{path.relative_to(ROOT)}: {target}")
        self.report(problems)

    @unittest.skipUnless(shutil.which("clang-format-16"), "clang-format-16 is not installed")
    def test_format(self):
        files = [str(p) for p in tracked(*CODE)]
        result = subprocess.run(["clang-format-16", "--dry-run", "-Werror", *files],
                                capture_output=True, text=True, cwd=ROOT)
        self.assertEqual(result.returncode, 0, result.stderr[:4000])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
