#!/usr/bin/env python3
"""Flips bits in every file of a ledger: `clew verify` must find and name each, and no command may
answer otherwise than from the whole ledger, unless it ends with an error."""
import pathlib
import random
import shutil
import tempfile
import unittest

from support.folders import files_of
from support.program import DATA_ERROR, OK, SOAK, Ledger, main, parallel
from support.worlds import World

POSITIONS = 100 if SOAK else 6  # of each file, beside its first and last byte
LOUD = 5  # of these, how many are put before every command
SLICES = 3  # segments before the one that makes them merge
ADDED = ("labels", "add", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "mine")


def flip(path, offset, bit):
    with open(path, "r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 1 << bit]))


class DamagedLedger(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="clew-test-")
        cls.addClassCleanup(holder.cleanup)
        cls.folder = pathlib.Path(holder.name)
        cls.world = World.make(cls.folder / "world", seed=4, blocks=300)
        cls.whole = Ledger(cls.folder / "whole")
        for number in range(SLICES):
            cls.whole.text("ingest", "bitcoin", cls.world.folder, "--to-height", 60 * number + 59)
        cls.whole.text("labels", "import", *cls.world.labels())
        table, _ = cls.whole.entities()
        cls.whole.entities("--rules", "multi_input,address_type")
        cls.questions = list(cls.make_questions(table))
        cls.answers = [cls.ask(cls.whole, question).stdout for question in cls.questions]
        grown = Ledger(cls.folder / "grown")
        shutil.copytree(cls.whole.folder, grown.folder)
        cls.grow = ("ingest", "bitcoin", cls.world.folder)
        grown.text(*cls.grow)
        cls.grown = cls.answers_of_grown(grown)
        grown.text(*ADDED)
        cls.labels_after = grown.text("labels", "export", "--format", "jsonl")

    @classmethod
    def make_questions(cls, table):
        """Every command that reads, with what makes it touch much of the ledger."""
        rng = random.Random(4)
        pairs = sorted(pair for pair in table.items() if pair[0] != pair[1])
        member, entity = rng.choice(pairs)
        txids = [rng.choice(cls.whole.json("block", height)["transactions"])
                 for height in range(10, 60 * SLICES, 25)]
        labelled = next(s for trail in cls.world.trails() for s in trail["services"])["address"]
        yield ("info",)
        yield ("block", 100)
        yield ("block", cls.whole.json("block", 7)["hash"])
        for txid in txids:
            yield ("tx", txid)
        yield ("address", entity)
        yield ("entity", member)
        yield ("why", member, entity)
        yield ("why", member, entity, "--rules", "multi_input,address_type")
        yield ("entities", "--out", "/dev/stdout")
        yield ("coinjoins",)
        for taint in ("fifo", "haircut"):
            yield ("trace", txids[-1], "--taint", taint)
            yield ("trace", txids[-1], "--backward", "--taint", taint)
        yield ("path", table[entity], member, "--count", 2)
        yield ("labels", labelled)
        yield ("labels", "stats")
        yield ("labels", "export", "--format", "jsonl")

    @classmethod
    def ask(cls, ledger, question):
        """Answers name no folder but info's, which is cut out."""
        done = ledger.run(*(question if question[0] == "entities" else ("--json", *question)))
        done.stdout = done.stdout.replace(str(ledger.folder), "LEDGER")
        return done

    @classmethod
    def answers_of_grown(cls, ledger):
        return [cls.ask(ledger, question).stdout for question in
                (("info",), ("entities", "--out", "/dev/stdout"), cls.questions[3])]

    def damaged(self, work):
        """A copy of the ledger with one bit of one file flipped, and what to call it."""
        path, offset, bit = work
        name = f"{path.name}-{offset}-{bit}"
        ledger = Ledger(self.folder / f"damaged-{name}")
        shutil.copytree(self.whole.folder, ledger.folder)
        flip(ledger.folder / path, offset, bit)
        return ledger, f"{path}, byte {offset}, bit {bit}"

    def works(self):
        """(file, offset, bit) for every file: its ends and random places."""
        rng = random.Random(8)
        for path in files_of(self.whole.folder):
            size = path.stat().st_size
            if size == 0 or path.name.endswith("-shm"):
                continue  # the shared memory of SQLite is made anew by the next who opens it
            places = [0, size - 1] + [rng.randrange(size) for _ in range(POSITIONS)]
            for number, offset in enumerate(places):
                yield number, (path.relative_to(self.whole.folder), offset, rng.randrange(8))

    def check_all(self, check, works):
        problems = [p for found in parallel(check, works) for p in found]
        self.assertEqual(problems, [], "\n" + "\n".join(problems[:20]))

    def run_on_copy(self, check):
        def run(work):
            ledger, what = self.damaged(work)
            try:
                return [f"{what}: {problem}" for problem in check(ledger, work[0])]
            finally:
                shutil.rmtree(ledger.folder)
        return run

    def test_the_files_are_those_that_are_documented(self):
        kinds = {path.suffix or path.name for path in files_of(self.whole.folder)}
        self.assertLessEqual({".seg", "MANIFEST", "LOCK", ".entities", ".sqlite", ".seal"}, kinds)
        self.assertEqual(self.whole.json("verify"), {"ok": True, "problems": []})
        names = [path.name for path in files_of(self.whole.folder)]
        self.assertEqual(sum(name.endswith(".seg") for name in names), SLICES)
        self.assertEqual(sum(name.endswith(".entities") for name in names), 2)

    def test_verify_names_every_flipped_bit(self):
        def check(ledger, path):
            done = ledger.run("--json", "verify")
            if done.returncode != DATA_ERROR:
                yield f"not found: {done.stdout}{done.stderr}"
            elif path.name not in done.stdout + done.stderr:
                yield f"the file is not named: {done.stdout}{done.stderr}"

        works = [work for _, work in self.works()]
        self.check_all(self.run_on_copy(check), works)
        print(f"\n  {len(works)} flipped bits in {len({work[0] for work in works})} files")

    def test_no_command_answers_from_damage(self):
        def check(ledger, path):
            for question, answer in zip(self.questions, self.answers):
                done = self.ask(ledger, question)
                if done.returncode == OK and done.stdout != answer:
                    yield f"{question} answers otherwise: {done.stdout[:500]}"
                elif done.returncode not in (OK, DATA_ERROR):
                    yield f"{question} ends with {done.returncode}: {done.stderr}"
                elif done.returncode == DATA_ERROR and path.name not in done.stderr:
                    yield f"{question} does not name the file: {done.stderr}"

        self.check_all(self.run_on_copy(check), [w for n, w in self.works() if n < LOUD or SOAK])

    def test_writing_on_does_not_hide_damage(self):
        """Ingest merges the segments here: what it writes must be right, or the damage stay known.
        """
        def check(ledger, path):
            done = ledger.run(*self.grow)
            if done.returncode not in (OK, DATA_ERROR):
                yield f"ingest ends with {done.returncode}: {done.stderr}"
            if done.returncode == DATA_ERROR and path.name not in done.stderr:
                yield f"ingest does not name the file: {done.stderr}"
            if ledger.run("verify").returncode != OK:
                return
            if done.returncode == OK and self.answers_of_grown(ledger) != self.grown:
                yield "after ingest the ledger is called good, but it answers otherwise"
            done = ledger.run(*ADDED)
            labels = ledger.run("labels", "export", "--format", "jsonl").stdout
            if ledger.run("verify").returncode == OK and labels != self.labels_after:
                yield f"after {ADDED} the labels are called good, but they are not"

        self.check_all(self.run_on_copy(check), [w for n, w in self.works() if n < LOUD or SOAK])

    def test_labels_are_not_hidden_by_a_new_checksum(self):
        """Adding a label writes the checksum anew."""
        def check(ledger, _):
            added = ledger.run(*ADDED)
            labels = ledger.run("labels", "export", "--format", "jsonl")
            if ledger.run("verify").returncode == OK and added.returncode == OK:
                if sorted(labels.stdout.split("\n")) != sorted(self.labels_after.split("\n")):
                    yield "the labels are called good, but they are not"

        works = [w for _, w in self.works() if w[0].name.startswith("labels.sqlite")]
        self.check_all(self.run_on_copy(check), works)

    def test_a_file_cut_short_or_gone(self):
        for path in files_of(self.whole.folder):
            if path.stat().st_size == 0 or path.name.endswith(("-shm", "-wal")):
                continue
            for size in (path.stat().st_size // 2, 0):
                with self.subTest(file=path.name, size=size):
                    ledger = Ledger(self.folder / "cut")
                    shutil.copytree(self.whole.folder, ledger.folder)
                    with open(ledger.folder / path.relative_to(self.whole.folder), "r+b") as file:
                        file.truncate(size)
                    self.addCleanup(shutil.rmtree, ledger.folder, ignore_errors=True)
                    done = ledger.run("verify")
                    shutil.rmtree(ledger.folder)
                    self.assertEqual(done.returncode, DATA_ERROR, done.stdout)
                    self.assertIn(path.name, done.stdout + done.stderr)

    def test_a_file_gone(self):
        """Of each, who must notice; entities may be removed at any time."""
        segment = (("info",), ("block", 5), self.grow)
        labels = (("info",), ("labels", "stats"), ("labels", "import", *self.world.labels()))
        for name, commands in {"bitcoin/00000002.seg": segment, "bitcoin/MANIFEST": segment,
                               "labels.sqlite": labels}.items():
            with self.subTest(gone=name):
                ledger = Ledger(self.folder / f"without-{pathlib.Path(name).name}")
                shutil.copytree(self.whole.folder, ledger.folder)
                (ledger.folder / name).unlink()
                for words in (("verify",), *commands, ("verify",)):
                    done = ledger.run(*words)
                    self.assertEqual(done.returncode, DATA_ERROR, (words, done.stdout))
                    self.assertIn(name, done.stdout + done.stderr, words)
                self.assertTrue((ledger.folder / "bitcoin" / "00000001.seg").exists(),
                                "what was left was removed")


if __name__ == "__main__":
    main()
