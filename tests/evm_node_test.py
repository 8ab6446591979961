#!/usr/bin/env python3
"""The program beside a real Ethereum node: what it stores is what the node did, by every way to
ask, through reorganisations too."""
import itertools
import signal
import time

from support.anvil import FORWARDER, REVERTER, TOKEN, Anvil, need_anvil, word
from support.program import DATA_ERROR, TempFolder, main

ETHER = 10**18
WAIT_SECONDS = 60


class EvmNode(TempFolder):
    def setUp(self):
        super().setUp()
        need_anvil()
        self.node = Anvil(self.folder)
        self.addCleanup(self.node.stop)

    def fill(self):
        """Some blocks with everything that moves; {name: transaction hash}."""
        node, who = self.node, self.node.accounts
        token, forwarder, reverter = map(node.deploy, (TOKEN, FORWARDER, REVERTER))
        txs = {
            "plain": node.send(who[1], who[2], 3 * ETHER),
            "token": node.send(who[3], token, data=word(who[3]) + word(who[4]) + word(12345)),
            "internal": node.send(who[5], forwarder, ETHER // 2, word(who[6])),
            "failed": node.send(who[7], reverter, ETHER, word(who[8])),
        }
        for tx in txs.values():
            node.receipt(tx)
        return txs, token, forwarder

    def whole(self, ledger):
        """All transfers of all blocks, and what `info` says of the chain."""
        info = ledger.json("info")["ethereum"]
        info.pop("snapshot")
        blocks = [ledger.json("transfers", "--block", number)["transfers"]
                  for number in range(info["first_height"], info["tip"]["height"] + 1)]
        return info, blocks

    def wait_for(self, condition, what):
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.05)
        self.fail(f"waited {WAIT_SECONDS} s for {what}")

    def tip(self, ledger):
        try:
            tip = ledger.json("info").get("ethereum", {}).get("tip")
        except AssertionError:  # there is no ledger yet
            return None
        return tip and tip["hash"]

    def follow(self, ledger, *options):
        process = ledger.start("--json", "ingest", "evm", *options, "--follow", "--poll", "0.1")
        self.addCleanup(lambda: (process.poll() is None and process.kill(), process.wait(),
                                 process.stdout.close(), process.stderr.close()))
        return process

    def end(self, process):
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        return out

    def test_every_kind_of_transfer_by_every_way_to_ask(self):
        node, who = self.node, self.node.accounts
        txs, token, forwarder = self.fill()
        ledgers = []
        for url in (node.url, node.socket_url):
            for method in ("debug", "trace"):
                ledger = self.ledger(f"{method}-{len(ledgers)}")
                report = ledger.json("ingest", "evm", url, "--traces", method)
                self.assertEqual(report["problems"], [])
                self.assertEqual(report["added"], node.head() + 1)
                self.assertEqual(ledger.json("verify")["problems"], [])
                ledgers.append(ledger)
        answers = [self.whole(ledger) for ledger in ledgers]
        for other in answers[1:]:
            self.assertEqual(other, answers[0])

        ledger = ledgers[0]
        self.assertEqual(ledger.json("completeness")["ethereum"],
                         [{"from": 0, "to": node.head(), "state": "complete", "missing": []}])

        def moved(name, kind):
            return [(t["asset"], t["from"], t["to"], int(t["value"]))
                    for t in ledger.json("transfers", "--tx", txs[name])["transfers"]
                    if t["kind"] == kind]

        self.assertEqual(moved("plain", "native"), [("ETH", who[1], who[2], 3 * ETHER)])
        self.assertEqual(moved("token", "erc20"), [(token, who[3], who[4], 12345)])
        self.assertEqual(moved("internal", "native"), [("ETH", who[5], forwarder, ETHER // 2)])
        self.assertEqual(moved("internal", "internal"), [("ETH", forwarder, who[6], ETHER // 2)])
        self.assertEqual([t["kind"] for t in
                          ledger.json("transfers", "--tx", txs["failed"])["transfers"]],
                         ["fee", "fee"])
        shown = ledger.json("tx", txs["failed"])
        self.assertEqual((shown["success"], shown["from"], shown["logs"]), (False, who[7], 0))
        shown = ledger.json("tx", txs["token"])
        self.assertEqual((shown["success"], shown["to"], shown["logs"]), (True, token, 1))
        block = ledger.json("block", shown["block"]["hash"])
        self.assertEqual(block["transactions"], [txs["token"]])
        self.assertEqual(block["previous"], node.block(block["height"] - 1)["hash"])
        held = {each["asset"]: each for each in ledger.json("address", who[4])["assets"]}
        self.assertEqual((held[token]["received"], held[token]["sent"]), ("12345", "0"))
        for name, tx in txs.items():
            receipt = node.receipt(tx)
            fee = int(receipt["gasUsed"], 16) * int(receipt["effectiveGasPrice"], 16)
            self.assertEqual(sum(value for _, _, _, value in moved(name, "fee")), fee, name)

    def test_balances_are_those_of_the_node(self):
        node = self.node
        self.fill()
        ledger = self.ledger()
        ledger.json("ingest", "evm", node.url)
        moved = {}
        for transfer in itertools.chain(*self.whole(ledger)[1]):
            for account in {transfer["from"], transfer["to"]}:
                if transfer["asset"] == "ETH":
                    moved.setdefault(account, []).append(transfer)
        for account in node.accounts:
            balance = 1_000_000 * ETHER
            for transfer in moved.get(account, []):
                balance -= int(transfer["value"]) * (transfer["from"] == account)
                balance += int(transfer["value"]) * (transfer["to"] == account)
            self.assertEqual(balance, int(node.call("eth_getBalance", account, "latest"), 16))

    def test_senders_may_all_be_recomputed(self):
        self.fill()
        ledgers = [self.ledger(choice) for choice in ("all", "none")]
        for ledger in ledgers:
            ledger.json("ingest", "evm", self.node.url, "--senders", ledger.folder.name)
        self.assertEqual(self.whole(ledgers[0]), self.whole(ledgers[1]))

    def test_without_traces_the_ledger_says_what_is_missing(self):
        self.fill()
        ledger = self.ledger()
        ledger.json("ingest", "evm", self.node.url, "--traces", "none")
        self.assertEqual(ledger.json("completeness")["ethereum"],
                         [{"from": 0, "to": self.node.head(), "state": "partial",
                           "missing": ["internal transfers"]}])

    def test_a_range_that_the_node_does_not_have_is_an_error(self):
        ledger = self.ledger()
        self.fill()
        document = ledger.json("ingest", "evm", self.node.url, "--to", 1000, code=DATA_ERROR)
        self.assertEqual(document["added"], self.node.head() + 1)
        self.assertEqual(len(document["problems"]), 1)

    def test_following_through_reorganisations(self):
        node, who = self.node, self.node.accounts
        self.fill()
        for url, method in itertools.product((node.url, node.socket_url), ("debug", "trace")):
            ledger = self.ledger(f"follow-{url[:2]}-{method}")
            process = self.follow(ledger, url, "--traces", method)
            for depth in (1, 2, 7):
                while node.head() < 12:
                    node.send(who[1], who[2], ETHER)
                self.wait_for(lambda: self.tip(ledger) == node.block(node.head())["hash"],
                              "the head")
                node.call("anvil_reorg", depth, [])
                node.send(who[3], who[4], depth * ETHER)
                self.wait_for(lambda: self.tip(ledger) == node.block(node.head())["hash"],
                              f"the branch after a reorganisation of {depth}")
            self.assertIn('"reorganisations": 3', self.end(process))
            fresh = self.ledger(f"fresh-{url[:2]}-{method}")
            fresh.json("ingest", "evm", url)
            self.assertEqual(self.whole(ledger), self.whole(fresh))
            self.assertEqual(ledger.json("verify")["problems"], [])

    def test_following_goes_on_where_it_was_killed(self):
        node, who = self.node, self.node.accounts
        ledger = self.ledger()
        for round_ in range(5):
            process = self.follow(ledger, node.socket_url)
            for _ in range(4):
                node.send(who[round_], who[round_ + 1], ETHER)
            if round_ % 2:
                self.wait_for(lambda: self.tip(ledger) is not None, "a first block")
                node.call("anvil_reorg", min(3, node.head()), [])
            time.sleep(0.1 * round_)
            process.kill()
            process.wait()
        ledger.json("ingest", "evm", node.url)
        fresh = self.ledger("fresh")
        fresh.json("ingest", "evm", node.url)
        self.assertEqual(self.whole(ledger), self.whole(fresh))


if __name__ == "__main__":
    main()
