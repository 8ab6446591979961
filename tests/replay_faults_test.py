#!/usr/bin/env python3
"""A node of a simulated world that misbehaves now and then, as `clew replay --fault` makes it: what
it says is never stored, the ingest outlives it, and beside an honest node nothing is missing."""
import pathlib
import resource
import signal
import tempfile
import time
import unittest

from support.ledger_rows import rows_of
from support.program import DATA_ERROR, Ledger, main
from support.replay import EthereumWorld, ReplayNode

BLOCKS = 200
WAIT_SECONDS = 300
NETWORK_ERROR = 4
MEMORY_MAX = 1 << 30
# Without changed-traces: what calls move within a transaction only the node's word stands for.
FALSE = ("wrong-parent", "changed-block", "swapped-receipts", "changed-receipts", "missing-logs",
         "missing-traces")
BROKEN = ("half-json", "wrong-id", "endless")
SILENT = ("null-result", "server-error", "429", "429-retry-after", "slow", "reset")
# Of a node that is watched over a WebSocket.
UNTOLD = ("dropped-head", "dropped-socket", "stale-head")


class Misbehaviour(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="clew-test-")
        cls.addClassCleanup(holder.cleanup)
        cls.folder = pathlib.Path(holder.name)
        cls.world = EthereumWorld.make(cls.folder / "world", seed=9, blocks=BLOCKS, transactions=6)
        cls.honest = ReplayNode(cls.world.folder)
        cls.addClassCleanup(cls.honest.stop)
        ledger = Ledger(cls.folder / "honest")
        ledger.json("ingest", "evm", cls.honest.url)
        cls.rows = rows_of(ledger)
        cls.tip = cls.world.facts["tip"]["hash"]

    def node(self, *faults, options=()):
        words = [word for fault in faults for word in ("--fault", fault)]
        node = ReplayNode(self.world.folder, *words, "--fault-after", 100, "--slow-seconds", 0.3,
                          *options)
        self.addCleanup(node.stop)
        return node

    def ledger(self, name):
        return Ledger(self.folder / name)

    def ingest(self, ledger, *urls, patience=10):
        done = ledger.run("--json", "ingest", "evm", *urls, "--traces", "debug", "--patience",
                          patience)
        # Of all children so far, in kilobytes. What they hold, not what they reserve: sanitizers
        # reserve terabytes.
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10
        self.assertLess(peak, MEMORY_MAX, urls)
        return done

    def test_now_and_then_the_ingest_outlives_it(self):
        for fault in FALSE + BROKEN + SILENT:
            with self.subTest(fault=fault):
                ledger = self.ledger("seldom-" + fault)
                # Growing pauses add up to more than the ten seconds after five refusals on end.
                done = self.ingest(ledger, self.node(fault + "=0.01").url, patience=120)
                self.assertEqual(done.returncode, 0, done.stdout[-1000:] + done.stderr[-1000:])
                self.assertEqual(rows_of(ledger), self.rows)

    def test_always_it_is_named_and_nothing_false_is_stored(self):
        held = set(self.rows)
        for fault in FALSE:
            with self.subTest(fault=fault):
                ledger, node = self.ledger("always-" + fault), self.node(fault + "=1")
                done = self.ingest(ledger, node.url)
                self.assertIn(done.returncode, (DATA_ERROR, NETWORK_ERROR), done.stdout[-1000:])
                self.assertRegex(done.stderr, r"block (0x)?[0-9a-f]+")
                self.assertIn(node.url.strip("/"), done.stdout + done.stderr)
                self.assertLessEqual({row for row in rows_of(ledger) if row.startswith("block ")},
                                     held)

    def test_beside_an_honest_node_nothing_is_missing(self):
        for fault in FALSE + BROKEN + ("null-result", "429"):
            with self.subTest(fault=fault):
                ledger = self.ledger("beside-" + fault)
                node = self.node(fault + "=0.5")
                done = self.ingest(ledger, node.url, self.honest.url, patience=120)
                self.assertEqual(done.returncode, 0, done.stdout[-1000:] + done.stderr[-1000:])
                self.assertEqual(rows_of(ledger), self.rows)

    def follow(self, ledger, url, *options):
        process = ledger.start("--json", "ingest", "evm", url, "--traces", "debug", "--follow",
                               "--poll", "0.2", *options)
        self.addCleanup(lambda: (process.poll() is None and process.kill(), process.wait(),
                                 process.stdout.close(), process.stderr.close()))
        return process

    def wait_for_tip(self, ledger, process):
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end and process.poll() is None:
            time.sleep(0.1)
            done = ledger.run("--json", "info")
            if done.returncode == 0 and self.tip in done.stdout:
                return
        self.fail(f"the ledger did not reach {self.tip} in {WAIT_SECONDS} s")

    def test_followed_it_is_waited_for(self):
        for fault in UNTOLD + ("null-result", "429", "half-json", "wrong-parent", "reset"):
            with self.subTest(fault=fault):
                ledger = self.ledger("followed-" + fault)
                chance = 0.5 if fault == "dropped-head" else 0.03
                node = self.node(f"{fault}={chance}",
                                 options=("--from-block", 20, "--blocks-per-second", 60))
                process = self.follow(ledger, node.socket_url)
                self.wait_for_tip(ledger, process)
                process.send_signal(signal.SIGINT)
                _, errors = process.communicate(timeout=120)
                self.assertEqual(process.returncode, 0, errors)
                self.assertEqual(rows_of(ledger), self.rows)


if __name__ == "__main__":
    main()
