#!/usr/bin/env python3
"""Nodes that misbehave: each is found and named, nothing false is stored, and where there is an
honest node beside it the ledger is whole."""
import resource

from support.anvil import FORWARDER, TOKEN, Anvil, need_anvil, word
from support.liar import LIES, Liar
from support.program import DATA_ERROR, TempFolder, main

ETHER = 10**18
NETWORK_ERROR = 4
MEMORY_MAX = 300 << 20
# What the answer says is false or damaged; the rest only does not answer.
FALSE = sorted(LIES)
DAMAGED = ["half", "ids", "endless"]
SILENT = ["null", "reset", "status429"]


class BesideANode(TempFolder):
    def setUp(self):
        super().setUp()
        need_anvil()
        self.node = Anvil(self.folder)
        self.addCleanup(self.node.stop)
        node, who = self.node, self.node.accounts
        node.call("evm_setAutomine", False)
        for _ in range(3):
            for name in range(6):
                node.send(who[name], who[name + 1], ETHER)
            node.call("evm_mine")
        node.call("evm_setAutomine", True)
        token, forwarder = node.deploy(TOKEN), node.deploy(FORWARDER)
        node.call("evm_setAutomine", False)
        for _ in range(30):
            for name in range(4):
                node.send(who[name], token, data=word(who[name]) + word(who[9]) + word(name))
                node.send(who[name], forwarder, ETHER // 4, word(who[name + 1]))
            node.call("evm_mine")
        self.honest = self.ledger("honest")
        self.honest.json("ingest", "evm", node.url)
        self.blocks = self.transfers(self.honest)

    def transfers(self, ledger):
        if not (ledger.folder / "ethereum").exists():
            return []
        info = ledger.json("info")["ethereum"]
        if not info["tip"]:
            return []
        return [ledger.json("transfers", "--block", number)["transfers"]
                for number in range(info["tip"]["height"] + 1)]

    def liar(self, how):
        liar = Liar(self.node, how)
        self.addCleanup(liar.stop)
        return liar


class Liars(BesideANode):
    def ingest(self, ledger, *urls):
        done = ledger.run("--json", "ingest", "evm", *urls, "--traces", "debug",
                          "--patience", "5", timeout=600)
        # Of all children so far, in kilobytes. What they hold, not what they reserve: sanitizers
        # reserve terabytes.
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10
        self.assertLess(peak, MEMORY_MAX, urls)
        return done

    def test_beside_an_honest_node_the_ledger_is_whole(self):
        for how in FALSE + DAMAGED + SILENT + ["stale"]:
            with self.subTest(how=how):
                ledger = self.ledger(how)
                liar = self.liar(how)
                done = self.ingest(ledger, liar.url, self.node.url)
                self.assertEqual(done.returncode, 0, done.stderr[-2000:])
                self.assertEqual(self.transfers(ledger), self.blocks)
                self.assertEqual(ledger.json("verify")["problems"], [])

    def test_one_that_lies_is_named_with_what_it_said(self):
        for how in FALSE:
            with self.subTest(how=how):
                liar = self.liar(how)
                done = self.ingest(self.ledger(how), liar.url, self.node.url)
                self.assertEqual(done.returncode, 0, done.stderr[-2000:])
                self.assertIn(liar.url, done.stdout)
                self.assertRegex(done.stdout, r'"(benched|last_failure)": "[^"]*block')

    def test_alone_it_stores_nothing_false_and_ends_with_an_error(self):
        for how in FALSE + ["half", "ids", "null"]:
            with self.subTest(how=how):
                ledger = self.ledger("alone-" + how)
                liar = self.liar(how)
                done = self.ingest(ledger, liar.url)
                self.assertIn(done.returncode, (DATA_ERROR, NETWORK_ERROR), done.stdout)
                stored = self.transfers(ledger)
                self.assertLess(len(stored), len(self.blocks))
                self.assertEqual(stored, self.blocks[:len(stored)])


class Witnesses(BesideANode):
    """What no hash covers, a node may invent; several are held against each other."""

    def confirmed(self, name, *urls):
        ledger = self.ledger(name)
        report = ledger.json("ingest", "evm", *urls, "--traces", "debug", "--confirm", "all")
        self.assertEqual(ledger.json("verify")["problems"], [])
        return ledger, report

    def test_two_that_contradict_each_other_are_a_dispute(self):
        ledger, report = self.confirmed("two", self.liar("other_inner_value").url, self.node.url)
        ranges = ledger.json("completeness")["ethereum"]
        disputed = {number for each in ranges if each["state"] == "disputed"
                    for number in range(each["from"], each["to"] + 1)}
        moved = {number for number, transfers in enumerate(self.blocks)
                 if any(each["kind"] == "internal" for each in transfers)}
        self.assertGreater(len(moved), 20)
        # Its first answers are honest.
        self.assertLessEqual(disputed, moved)
        self.assertGreaterEqual(len(disputed), len(moved) - 2)
        self.assertEqual(report["notes"]["blocks_disputed"], len(disputed))
        self.assertEqual({each["state"] for each in ranges}, {"disputed", "complete"})

    def test_most_of_three_are_believed(self):
        liar = self.liar("other_inner_value")
        ledger, report = self.confirmed("three", liar.url, self.node.url, self.node.socket_url)
        self.assertEqual(self.transfers(ledger), self.blocks)
        self.assertEqual({each["state"] for each in ledger.json("completeness")["ethereum"]},
                         {"complete"})
        benched = {each["url"]: each["benched"] for each in report["nodes"]}
        self.assertIn("internal transfers", benched[liar.url])
        self.assertEqual(report["notes"]["blocks_disputed"], 0)


if __name__ == "__main__":
    main()
