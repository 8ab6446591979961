#!/usr/bin/env python3
"""Kills the program while it leaves a branch of many blocks for one with more work, and holds the
ledger against those of runs in peace."""
import pathlib
import random
import signal
import tempfile
import time
import unittest

from support.blocks import best_chain, mine_empty, read_block_files, record
from support.folders import Content
from support.program import SOAK, Ledger, main
from support.worlds import World

KILLS = 60 if SOAK else 10
BLOCKS = 900
LEFT = 300  # blocks of the world that go
PROBES = 12


class CrashedUnwind(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="clew-test-")
        cls.addClassCleanup(holder.cleanup)
        cls.folder = pathlib.Path(holder.name)
        cls.random = random.Random(3)
        cls.world = World.make(cls.folder / "world", seed=6, blocks=BLOCKS)
        chain = best_chain(list(read_block_files(cls.world.folder / "blocks")))
        cls.whole = len(chain)
        cls.kept, cls.left = chain[:-LEFT], chain[-LEFT:]
        cls.write_winning_branch()
        cls.peace = cls.first_branch("peace")
        begin = time.monotonic()
        cls.done = cls.peace.ingest(cls.branch)
        cls.duration = time.monotonic() - begin
        probed = cls.random.sample(cls.kept, PROBES)
        cls.probes = [("block", block.hash) for block in probed]
        cls.probes += [("tx", block.transactions[-1].txid) for block in probed]
        cls.truth = Content(cls.peace, cls.probes)

    @classmethod
    def write_winning_branch(cls):
        blocks = [cls.kept[-1]]
        for number in range(LEFT + 1):
            height = len(cls.kept) + number
            blocks.append(mine_empty(blocks[-1].hash, height, blocks[-1].time + 600, 1000))
        cls.tip = blocks[-1].hash
        cls.branch = cls.folder / "branch.dat"
        cls.branch.write_bytes(b"".join(record(block.raw) for block in blocks[1:]))

    @classmethod
    def first_branch(cls, name):
        ledger = Ledger(cls.folder / name)
        ledger.ingest(cls.world.folder)
        return ledger

    def check(self, ledger, where):
        self.assertEqual(Content(ledger, self.probes, self.folder).differences(self.truth), [],
                         where)
        self.assertEqual(ledger.json("verify"), {"ok": True, "problems": []}, where)

    def test_peace(self):
        self.assertEqual((self.done["added"], self.done["unwound"]), (LEFT + 1, LEFT))
        self.assertEqual(self.truth.info["bitcoin"]["tip"]["hash"], self.tip)
        afresh = Ledger(self.folder / "afresh")
        afresh.ingest(self.world.folder, "--to-height", len(self.kept) - 1)
        afresh.ingest(self.branch)
        self.check(afresh, "the winning branch alone")
        for block in self.left[::50]:
            self.peace.error("block", block.hash)

    def kill_after(self, moment, name):
        """How many blocks a kill at that moment left."""
        ledger = self.first_branch(name)
        process = ledger.start("ingest", "bitcoin", self.branch)
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        where = f"killed after {moment:.3f} s"
        self.assertEqual(ledger.json("verify"), {"ok": True, "problems": []}, where)
        blocks = ledger.json("info")["bitcoin"]["blocks"]
        # One branch or the other, never what they share alone.
        self.assertIn(blocks, (self.whole, self.whole + 1), where)
        ledger.ingest(self.branch)
        self.check(ledger, where)
        return blocks

    def test_killed_at_any_moment(self):
        states = {}
        for kill in range(KILLS):
            moment = self.duration * (kill + self.random.random()) / KILLS
            blocks = self.kill_after(moment, f"killed-{kill}")
            states[blocks] = states.get(blocks, 0) + 1
        # On a machine that was slower or faster meanwhile all may have struck on one side.
        moment = self.duration
        while len(states) == 1:
            self.assertTrue(1e-3 < moment < 600, f"always {states}, up to {moment} s")
            moment = moment * 2 if self.whole in states else moment / 2
            states[self.kill_after(moment, f"killed-{moment}")] = 1
        print(f"\n  kills left: {states} blocks")


if __name__ == "__main__":
    main()
