#!/usr/bin/env python3
"""Kills the program while it writes, fills its disk, and holds the ledger against one that was
written in peace: nothing lost, nothing doubled."""
import json
import pathlib
import random
import resource
import signal
import tempfile
import time
import unittest

from support.folders import SmallDisk, Content
from support.program import DATA_ERROR, OK, SANITIZED, SOAK, Ledger, TempFolder, main
from support.worlds import World

KILLS = 200 if SOAK else 8 if SANITIZED else 20
LABEL_KILLS = 60 if SOAK else 10
BLOCKS = 1600
STEPS = 8  # commits, so that some of them merge
PROBES = 12
WORK = ("reading or appending", "writing a segment", "merging segments")


def named_segments(folder):
    """The segment files that the manifest names."""
    manifest = folder / "bitcoin" / "MANIFEST"
    if not manifest.exists():
        return []
    first_line = manifest.read_text().split("\n")[0]
    return [entry["file"] for entry in json.loads(first_line)["segments"]]


def segment_files(folder):
    return {path.name for path in (folder / "bitcoin").glob("*.seg")}


def duration(ledger, *words):
    begin = time.monotonic()
    ledger.text(*words)
    return time.monotonic() - begin


class Killer:
    """Ingests step by step, kills one step at some moment, and finishes the work."""

    def __init__(self, ledger, steps, counts):
        self.ledger = ledger
        self.steps = steps
        self.counts = counts  # of segments after each step in peace
        self.struck = None  # what the killed process was doing; nothing if it had ended

    def run_until(self, moment, durations):
        """Steps in order; the one in which `moment` falls is killed then. Returns its number."""
        for number, words in enumerate(self.steps):
            if moment < durations[number] or number == len(self.steps) - 1:
                process = self.ledger.start(*words)
                time.sleep(moment)
                self.kill(process, number)
                return number
            moment -= durations[number]
            self.ledger.text(*words)
        raise AssertionError("no step")

    def run_until_file(self, number, files, delay):
        """Kills step `number` a little after it began to write so many new segment files: the first
        holds its blocks, the second, in a step that merges, those of several segments."""
        for words in self.steps[:number]:
            self.ledger.text(*words)
        seen = segment_files(self.ledger.folder)
        known = len(seen)
        process = self.ledger.start(*self.steps[number])
        while process.poll() is None and len(seen) < known + files:
            seen |= segment_files(self.ledger.folder)
        time.sleep(delay)
        self.kill(process, number)

    def kill(self, process, number):
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if process.returncode != -signal.SIGKILL:
            return
        named = named_segments(self.ledger.folder)
        if not segment_files(self.ledger.folder) - set(named):
            self.struck = "reading or appending"
        elif len(named) > self.counts[number]:  # its own segment is there, those are to be joined
            self.struck = "merging segments"
        else:
            self.struck = "writing a segment"

    def finish(self, number):
        for words in self.steps[number:]:
            self.ledger.text(*words)


class CrashedIngest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="clew-test-")
        cls.addClassCleanup(holder.cleanup)
        cls.folder = pathlib.Path(holder.name)
        cls.world = World.make(cls.folder / "world", seed=5, blocks=BLOCKS)
        last = cls.world.facts["tip"]["height"]
        cls.heights = [last * (i + 1) // STEPS for i in range(STEPS)]
        cls.steps = [("ingest", "bitcoin", cls.world.folder, "--to-height", height)
                     for height in cls.heights]
        cls.peace = Ledger(cls.folder / "peace")
        cls.durations, cls.counts = [], []
        measured = Ledger(cls.folder / "measured")
        for words in cls.steps:
            cls.durations.append(min(duration(each, *words) for each in (cls.peace, measured)))
            cls.counts.append(len(named_segments(cls.peace.folder)))
        cls.merging = [i for i in range(1, STEPS) if cls.counts[i] <= cls.counts[i - 1]]
        cls.random = random.Random(1)
        rows = cls.world.wallets()
        cls.probes = [("address", row["address"]) for row in cls.random.sample(rows, PROBES)]
        blocks = [cls.peace.json("block", cls.random.randrange(last)) for _ in range(PROBES)]
        cls.probes += [("tx", cls.random.choice(block["transactions"])) for block in blocks]
        cls.truth = Content(cls.peace, cls.probes)

    def after_kill(self, ledger, where):
        """A reader sees one of the states that were committed, and every byte of it is sound."""
        if not (ledger.folder / "bitcoin" / "MANIFEST").exists():
            return
        self.assertEqual(ledger.json("verify"), {"ok": True, "problems": []}, where)
        info = ledger.json("info")["bitcoin"]
        self.assertIn(info["blocks"], [0] + [height + 1 for height in self.heights], where)
        self.assertEqual(info["gaps"], [], where)

    def check(self, ledger, where):
        found = Content(ledger, self.probes, self.folder)
        self.assertEqual(found.differences(self.truth), [], where)
        self.assertEqual(ledger.json("verify"), {"ok": True, "problems": []}, where)
        self.assertEqual(segment_files(ledger.folder), set(named_segments(ledger.folder)), where)

    def test_peace(self):
        self.assertEqual(self.truth.info["bitcoin"]["blocks"], self.world.facts["blocks"])
        self.assertTrue(self.merging, "nothing was merged")
        again = self.peace.ingest(self.world.folder)
        self.assertEqual((again["added"], again["already_there"]),
                         (0, self.world.facts["blocks"]))
        self.check(self.peace, "ingested again")

    def test_killed_at_any_moment(self):
        struck = {}
        kill = 0
        # Where a kill falls is chance: on until every kind of work was struck.
        while kill < KILLS or (kill < 4 * KILLS and not all(map(struck.get, WORK))):
            what = self.kill_once(kill)
            struck[what] = struck.get(what, 0) + 1
            kill += 1
        print(f"\n  {kill} kills: {struck}")
        for what in WORK:
            self.assertGreater(struck.get(what, 0), 0, what)

    def kill_once(self, kill):
        """What the process was doing when it was killed."""
        killer = Killer(Ledger(self.folder / f"killed-{kill}"), self.steps, self.counts)
        if kill % 2 == 0:  # evenly over the whole run
            part = (kill % KILLS + self.random.random()) / KILLS
            moment = part * sum(self.durations)
            number = killer.run_until(moment, self.durations)
            where = f"killed after {moment:.3f} s, in step {number}"
        else:  # while files are written; every other time in a step that merges
            files = kill // 2 % 2 + 1
            number = (kill // 4 % STEPS if files == 1
                      else self.merging[kill // 4 % len(self.merging)])
            delay = self.random.random() ** 2 * 0.02 if kill > 3 else 0
            killer.run_until_file(number, files, delay)
            where = f"killed {delay * 1e3:.1f} ms after file {files} of step {number} began"
        self.after_kill(killer.ledger, where)
        killer.finish(number)
        self.check(killer.ledger, where)
        return killer.struck

    def test_an_interrupt_keeps_what_was_read(self):
        ledger = Ledger(self.folder / "interrupted")
        process = ledger.start("--json", "ingest", "bitcoin", self.world.folder)
        time.sleep(sum(self.durations) / 40)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate()
        if process.returncode == -signal.SIGINT:  # before it listened
            output = "{}"
        else:
            self.assertEqual(process.returncode, DATA_ERROR if json.loads(output)["interrupted"]
                             else OK)
        for words in self.steps:
            ledger.text(*words)
        self.check(ledger, output)

    def test_full_disk(self):
        small = SmallDisk(self, self.folder / "small", 2)  # megabytes
        ledger = Ledger(small.folder / "ledger")
        stored = self.fill(ledger)
        info = ledger.json("info")["bitcoin"]
        self.assertEqual(info["blocks"], stored)
        self.assertTrue(ledger.json("verify")["ok"])
        # Derived data that does not fit is no reason to refuse an answer.
        entities = Content(ledger, (), self.folder).entities
        self.assertEqual(entities["addresses"], info["addresses"])
        labels = ledger.error("labels", "import", self.big_pack())
        self.assertRegex(labels, "(?i)full|space")
        small.resize(64)
        for words in self.steps:
            ledger.text(*words)
        self.check(ledger, "after the disk was full")

    def fill(self, ledger):
        """Ingests until the disk is full; how many blocks were stored before."""
        stored = 0
        for height, words in zip(self.heights, self.steps):
            done = ledger.run("--json", *words)
            if done.returncode == OK:
                stored = height + 1
                continue
            self.assertEqual(done.returncode, DATA_ERROR, done.stderr)
            self.assertRegex(done.stderr, "(?i)no space left")
            return ledger.json("info")["bitcoin"]["blocks"] if stored == 0 else stored
        self.fail("the disk was never full")

    def big_pack(self):
        path = self.folder / "big.tagpack.yaml"
        write_pack(path, "Big", 20_000)
        return path

    def test_files_that_may_not_grow(self):
        """As a full disk, where nothing may be mounted."""
        limit = 400_000

        def limited():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        ledger = Ledger(self.folder / "limited")
        done = ledger.run("ingest", "bitcoin", self.world.folder, preexec_fn=limited)
        self.assertEqual(done.returncode, DATA_ERROR, done.stderr)
        self.assertRegex(done.stderr, "(?i)file too large")
        self.assertEqual(ledger.json("info")["bitcoin"]["blocks"], 0)
        self.assertTrue(ledger.json("verify")["ok"])
        for words in self.steps:
            ledger.text(*words)
        self.check(ledger, "after a limit on files")


def write_pack(path, title, labels):
    with open(path, "w") as file:
        file.write(f"title: {title}\ncreator: test\ncurrency: BTC\nconfidence: service_data\n"
                   "lastmod: 2024-01-01\nsource: https://example.org\ntags:\n")
        for number in range(labels):
            file.write(f"- {{address: address-{number}, label: name {number}}}\n")


class CrashedImport(TempFolder):
    def test_killed_import_leaves_all_or_nothing(self):
        rng = random.Random(2)
        small, big = self.folder / "small.yaml", self.folder / "big.yaml"
        write_pack(small, "Small", 50)
        write_pack(big, "Big", 6000)
        peace = self.ledger("peace")
        peace.text("labels", "import", small)
        before = peace.text("labels", "export", "--format", "jsonl")
        measured = self.ledger("measured")
        measured.text("labels", "import", small)
        whole = min(duration(each, "labels", "import", big) for each in (peace, measured))
        after = peace.text("labels", "export", "--format", "jsonl")
        self.assertNotEqual(before, after)
        found = {before: 0, after: 0}
        for kill in range(LABEL_KILLS):
            ledger = self.ledger(f"killed-{kill}")
            ledger.text("labels", "import", small)
            process = ledger.start("labels", "import", big)
            time.sleep(whole * (kill + rng.random()) / LABEL_KILLS)
            process.send_signal(signal.SIGKILL)
            process.communicate()
            self.assertEqual(ledger.json("verify"), {"ok": True, "problems": []}, kill)
            exported = ledger.text("labels", "export", "--format", "jsonl")
            self.assertIn(exported, found, f"kill {kill} left neither the old nor the new labels")
            found[exported] += 1
            ledger.text("labels", "import", big)
            self.assertEqual(ledger.text("labels", "export", "--format", "jsonl"), after)
            self.assertEqual(ledger.json("labels", "stats"), peace.json("labels", "stats"))
            self.assertEqual(ledger.json("verify"), {"ok": True, "problems": []}, kill)
        print(f"\n  {LABEL_KILLS} kills: {found[before]} undone, {found[after]} done")
        self.assertGreater(found[before], 0)


if __name__ == "__main__":
    main()
