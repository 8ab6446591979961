#!/usr/bin/env python3
"""Chains that change their mind, at every depth and at random, under an ingest that is killed now
and then: in the end the ledger is, row for row, that of a fresh ingest of the chain that won."""
import difflib
import json
import pathlib
import random
import signal
import tempfile
import time
import unittest

from support.ledger_rows import rows_of
from support.program import DATA_ERROR, SANITIZED, SOAK, Ledger, main
from support.replay import EthereumWorld, ReplayNode

STORMS = 1000 if SOAK else 12 if SANITIZED else 50
STORMS_A_WORLD = 125
WAIT_SECONDS = 300
FORK = 200  # where the branches of the depths begin
DEPTHS = (1, 2, 7, 64, 128)


class Reorganisations(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="clew-test-")
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.fresh_rows = {}

    def serve(self, **world):
        self.world = EthereumWorld.make(self.folder / f"world-{world['seed']}", **world)
        self.node = ReplayNode(self.world.folder)
        self.addCleanup(self.node.stop)
        self.fresh_rows = {}
        self.seed = world["seed"]

    def ledger(self, name):
        return Ledger(self.folder / name)

    def ingest(self, ledger, *options, url=None, code=0):
        return ledger.json("ingest", "evm", url or self.node.url, "--senders", "none",
                           "--poll", "0.05", *options, code=code)

    def follow(self, ledger, *options, url=None):
        process = ledger.start("--json", "ingest", "evm", url or self.node.socket_url, "--follow",
                               "--senders", "none", "--poll", "0.05", *options)
        self.addCleanup(self.kill, process)
        return process

    @staticmethod
    def kill(process):
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()

    def tip(self, ledger):
        done = ledger.run("--json", "info")
        return done.stdout if done.returncode == 0 else ""

    def wait_for_head(self, ledger, process):
        head, end = self.node.head(), time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end and process.poll() is None:
            if head in self.tip(ledger):
                return
            time.sleep(0.02)
        self.fail(f"the ledger did not reach {head}: "
                  + (process.communicate()[1] if process.poll() is not None else "still running"))

    def check(self, ledger, view, first, where):
        """Holds the ledger against a fresh ingest of the chain in view."""
        if (view, first) not in self.fresh_rows:
            fresh = self.ledger(f"fresh-{self.seed}-{len(self.fresh_rows)}")
            self.assertEqual(self.ingest(fresh, "--from", first)["problems"], [], where)
            self.fresh_rows[view, first] = rows_of(fresh)
        rows, fresh_rows = rows_of(ledger), self.fresh_rows[view, first]
        if rows != fresh_rows:
            lines = list(difflib.unified_diff(fresh_rows, rows, "fresh", "this", n=0, lineterm=""))
            self.fail(f"{where}: {len(lines)} lines differ:\n" + "\n".join(lines[:40]))
        self.assertEqual(ledger.json("verify"), {"ok": True, "problems": []}, where)


class Depths(Reorganisations):
    def setUp(self):
        super().setUp()
        self.serve(seed=21, blocks=FORK + 140, transactions=6,
                   branches=[(FORK, depth) for depth in (*DEPTHS, 65, 129)])

    def branch(self, depth):
        return 1 + (*DEPTHS, 65, 129).index(depth)

    def test_every_depth_there_and_back(self):
        for depth in DEPTHS:
            with self.subTest(depth=depth):
                tip, first = FORK + depth - 1, FORK - 20
                ledger = self.ledger(f"depth-{depth}")
                self.node.show(tip)
                url = self.node.socket_url if depth % 2 else self.node.url
                process = self.follow(ledger, "--from", first, "--max-reorganisation",
                                      max(64, depth), url=url)
                self.wait_for_head(ledger, process)
                self.node.show(tip, self.branch(depth))  # as high as the one before
                self.wait_for_head(ledger, process)
                self.check(ledger, (tip, self.branch(depth)), first, "on the branch")
                self.node.show(tip + 1)
                self.wait_for_head(ledger, process)
                self.check(ledger, (tip + 1, 0), first, "back")
                process.send_signal(signal.SIGINT)
                out, errors = process.communicate(timeout=120)
                self.assertEqual(process.returncode, 0, errors)
                report = json.loads(out)
                self.assertEqual((report["deepest_reorganisation"], report["reorganisations"],
                                  report["unwound"]), (depth, 2, 2 * depth))

    def test_deeper_than_allowed_it_stops_and_says_so(self):
        for depth, most in ((65, 64), (129, 128), (2, 1)):
            with self.subTest(depth=depth):
                tip, first = FORK + depth - 1, FORK - 20
                ledger = self.ledger(f"deep-{depth}")
                self.node.show(tip)
                self.ingest(ledger, "--from", first)
                before = rows_of(ledger)
                self.node.show(tip, self.branch(depth))
                words = ("--max-reorganisation", most)
                process = self.follow(ledger, *words)
                _, errors = process.communicate(timeout=WAIT_SECONDS)
                self.assertEqual(process.returncode, DATA_ERROR, errors)
                self.assertIn(f"a reorganisation would remove more than {most} blocks", errors)
                self.assertIn(f"block {FORK + 1} ", errors)
                problems = self.ingest(ledger, *words, code=DATA_ERROR)["problems"]
                self.assertIn(f"more than {most} blocks", problems[0])
                self.assertEqual(rows_of(ledger), before)
                self.ingest(ledger, "--max-reorganisation", depth)
                self.check(ledger, (tip, self.branch(depth)), first, "once it may")


class Storms(Reorganisations):
    # Branches begin within a stretch of the chain; each storm has a part of it to itself.
    FIRST, LAST, STRETCH = 60, 200, 25

    def make_world(self, seed):
        rng = random.Random(seed)
        self.branches = sorted((rng.randrange(self.FIRST, self.LAST), rng.randint(1, 25))
                               for _ in range(100))
        self.serve(seed=seed, blocks=self.LAST + 60, transactions=5, branches=self.branches)

    def views(self, rng, begin):
        """(head, branch) that follow each other, and last the winner, as high as any before."""
        near = [(1 + i, start, start + length - 1)
                for i, (start, length) in enumerate(self.branches)
                if begin < start <= begin + self.STRETCH]
        views = []
        for _ in range(rng.randint(3, 8)):
            if near and rng.random() < 0.7:
                branch, low, high = rng.choice(near)
                views.append((rng.randint(low, high), branch))
            else:
                views.append((rng.randint(begin + 1, begin + self.STRETCH + 20), 0))
        highest = max(head for head, _ in views)
        winners = [(head, branch) for branch, low, high in near
                   for head in range(max(low, highest), high + 1)]
        winners += [(head, 0) for head in range(highest, highest + 3)]
        return [*views, rng.choice(winners)]

    def storm(self, seed):
        rng = random.Random(seed)
        begin = rng.randrange(self.FIRST, self.LAST - self.STRETCH)
        first = begin - rng.randint(0, 40)
        ledger = self.ledger(f"storm-{seed}")
        self.node.show(begin)
        self.ingest(ledger, "--from", first)
        process, kills = None, 0
        views = self.views(rng, begin)
        for view in views:
            self.node.show(*view)
            if process is None:
                process = self.follow(ledger, url=rng.choice((self.node.url, self.node.socket_url)))
            time.sleep(rng.random() * 0.15)
            if rng.random() < 0.5:
                self.kill(process)
                process, kills = None, kills + 1
        if process:
            self.kill(process)
        moved = self.node.head() not in self.tip(ledger)
        self.assertEqual(self.ingest(ledger)["problems"], [])
        self.check(ledger, views[-1], first, f"storm {seed} from {begin}: {views}")
        return kills, moved

    def test_storms(self):
        kills = unfinished = 0
        for number in range(STORMS):
            if number % STORMS_A_WORLD == 0:
                self.make_world(1000 + number)
            killed, moved = self.storm(number)
            kills += killed
            unfinished += moved
        self.assertGreater(kills, STORMS)
        self.assertGreater(unfinished, 0)
        print(f"{STORMS} storms, {kills} kills, {unfinished} of them before the end was reached")


if __name__ == "__main__":
    main()
