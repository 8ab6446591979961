#!/usr/bin/env python3
"""A real Bitcoin node followed by JSON-RPC: through mining, spends of several owners, a CoinJoin
and reorganisations; the ledger is that of the node's own block files."""
import signal
import time

from support.bitcoin_node import Traffic
from support.folders import Content
from support.program import DATA_ERROR, TempFolder, main

WAIT_SECONDS = 60


class LiveNode(TempFolder):
    def setUp(self):
        super().setUp()
        self.traffic = Traffic(self.folder / "node")
        self.node = self.traffic.node
        self.addCleanup(self.node.stop)

    def words(self, *options):
        return "ingest", "bitcoin", self.node.url, "--cookie", self.node.cookie, *options

    def follow(self, ledger):
        process = ledger.start("--json", *self.words("--follow", "--poll", "0.1"))
        self.addCleanup(lambda: (process.poll() is None and process.kill(), process.wait(),
                                 process.stdout.close(), process.stderr.close()))
        return process

    def wait_for_tip(self, ledger):
        end = time.monotonic() + WAIT_SECONDS
        best = self.node.call("getbestblockhash")
        while time.monotonic() < end:
            done = ledger.run("--json", "info")
            if done.returncode == 0 and best in done.stdout:
                return
            time.sleep(0.1)
        self.fail(f"the ledger did not come to {best}")

    def coinjoin(self):
        """Five owners put in one output each, and take out five equal ones and their change."""
        keys = self.traffic.keys["wpkh"] + self.traffic.keys["tr"][:1]
        sources = self.traffic.rewards[2:7]
        equal = [(key, 1_000_000_000) for key in self.traffic.keys["pkh"]]
        equal.append((self.traffic.keys["tr"][1], 1_000_000_000))
        change = [(key, 3_999_990_000) for key in keys]
        return self.traffic.pay(sources, equal + change[:-1] + [(change[-1][0], None)])

    def same_as_files(self, ledger):
        fresh = self.ledger("fresh-" + ledger.folder.name)
        fresh.ingest(self.node.data)
        self.assertEqual(Content(ledger).differences(Content(fresh)), [])
        self.assertEqual(ledger.json("verify")["problems"], [])

    def test_back_fill_is_what_the_files_hold(self):
        self.traffic.move_money()
        ledger = self.ledger()
        report = ledger.json(*self.words())
        self.assertEqual(report["added"], self.node.call("getblockcount") + 1)
        self.assertEqual(report["network"], "regtest")
        self.same_as_files(ledger)
        self.assertEqual(ledger.json(*self.words())["added"], 0)

    def test_every_form_that_the_node_offers_gives_the_same_ledger(self):
        self.traffic.move_money()
        self.coinjoin()
        first = self.ledger()
        first.json(*self.words())
        truth = Content(first)
        for verbosity in (1, 2, 3):
            ledger = self.ledger(f"verbosity-{verbosity}")
            ledger.json(*self.words("--verbosity", verbosity))
            self.assertEqual(Content(ledger).differences(truth), [], verbosity)
        for verbosity in (0, 2, 3):
            ledger = self.ledger(f"rest-{verbosity}")
            ledger.json("ingest", "bitcoin", self.node.url + "/rest", "--verbosity", verbosity)
            self.assertEqual(Content(ledger).differences(truth), [], verbosity)

    def test_values_from_before_the_ledger_are_those_of_the_node(self):
        """Of a ledger that begins where the money is spent."""
        self.traffic.move_money()
        mixed = self.coinjoin()
        height = self.node.call("getblockcount")
        values = {}
        for verbosity in (0, 3):
            ledger = self.ledger(f"late-{verbosity}")
            ledger.json(*self.words("--from-height", height, "--verbosity", verbosity))
            values[verbosity] = [each["value"] for each in ledger.json("tx", mixed)["inputs"]]
        self.assertEqual(values[0], [None] * 5)
        self.assertEqual(values[3], [5_000_000_000] * 5)

    def test_following_over_rest(self):
        ledger = self.ledger()
        process = ledger.start("--json", "ingest", "bitcoin", self.node.url + "/rest", "--follow",
                               "--poll", "0.1")
        self.addCleanup(lambda: (process.poll() is None and process.kill(), process.wait(),
                                 process.stdout.close(), process.stderr.close()))
        self.traffic.move_money()
        for depth in (1, 3):
            self.traffic.fork(depth)
            self.wait_for_tip(ledger)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        self.same_as_files(ledger)

    def test_following_through_spends_a_coinjoin_and_reorganisations(self):
        ledger = self.ledger()
        process = self.follow(ledger)
        self.traffic.move_money()
        mixed = self.coinjoin()
        self.wait_for_tip(ledger)
        self.assertEqual(len(ledger.json("tx", mixed)["inputs"]), 5)
        for depth in (1, 2, 7):
            self.traffic.fork(depth)
            self.wait_for_tip(ledger)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        self.assertIn('"deepest_reorganisation": 7', out)
        self.same_as_files(ledger)

    def test_a_deeper_reorganisation_than_allowed_changes_nothing(self):
        ledger = self.ledger()
        ledger.json(*self.words())
        before = Content(ledger)
        self.traffic.fork(5)
        report = ledger.json(*self.words("--max-reorganisation", 4), code=DATA_ERROR)
        self.assertIn("more than 4 blocks", report["problems"][0])
        self.assertEqual(Content(ledger).differences(before), [])
        self.assertEqual(ledger.json(*self.words())["unwound"], 5)
        self.same_as_files(ledger)


if __name__ == "__main__":
    main()
