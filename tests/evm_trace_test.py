#!/usr/bin/env python3
"""How transactions ran, asked of a real Ethereum node: the same by every way to ask, and what the
ledger and the node itself say."""
import json

from support.anvil import FORWARDER, REVERTER, TOKEN, Anvil, need_anvil, word
from support.parity_node import ParityNode
from support.program import DATA_ERROR, USAGE, TempFolder, main

ETHER = 10**18
NETWORK_ERROR = 4
# Ends itself and leaves what it has to the address that it is called with.
ENDER = "600035ff"
# Makes a contract without code, which gets what this is given.
MAKER = "6000600034f000"
# Parity's form counts the gas of a transaction from another point, and of a call that failed tells
# none: see src/chain/evm/rpc_calls.h.
GAS = ("gas", "gasUsed")


def without_gas(traces):
    plain = json.loads(json.dumps(traces))
    for trace in plain:
        for part in (trace["action"], trace.get("result") or {}):
            for key in GAS:
                part.pop(key, None)
        if trace.get("error"):
            trace["result"], trace["error"] = None, "failed"
    return plain


def without_words(calls):
    return [call | {"error": call["error"] is not None} for call in calls]


class EvmTrace(TempFolder):
    def setUp(self):
        super().setUp()
        need_anvil()
        self.node = Anvil(self.folder, "--steps-tracing")
        self.addCleanup(self.node.stop)
        node, who = self.node, self.node.accounts
        self.token, self.forwarder, self.reverter, self.ender, self.maker = map(
            node.deploy, (TOKEN, FORWARDER, REVERTER, ENDER, MAKER))

        def sent(*words, **options):
            """In a block of its own."""
            tx = node.send(*words, **options)
            node.receipt(tx)
            return tx

        self.txs = {
            "plain": sent(who[1], who[2], 3 * ETHER),
            "token": sent(who[3], self.token, data=word(who[3]) + word(who[4]) + word(12345)),
            "internal": sent(who[5], self.forwarder, ETHER // 2, word(who[6])),
            "failed": sent(who[7], self.reverter, ETHER, word(who[8])),
            # The inner call fails and takes its own call back; the transaction goes on.
            "half": sent(who[9], self.forwarder, ETHER // 4, word(self.reverter)),
            "made": sent(who[10], self.maker, ETHER // 8),
            "deployed": sent(who[11], data="60006000f3"),
        }
        self.txs["funded"] = sent(who[12], self.ender, 0, word(who[13]))

    def trace(self, tx, *options, ledger=None, **how):
        ledger = ledger or self.ledger()
        return ledger.json("evm", "trace", tx, "--rpc", self.node.url, *options, **how)

    def test_both_ways_tell_the_same(self):
        for name, tx in self.txs.items():
            debug = self.trace(tx, "--traces", "debug")
            parity = self.trace(tx, "--traces", "trace")
            self.assertEqual(debug["method"], "debug_traceTransaction")
            self.assertEqual(parity["method"], "trace_transaction")
            self.assertEqual(without_gas(debug["trace"]), without_gas(parity["trace"]), name)
            self.assertEqual(without_words(debug["calls"]), without_words(parity["calls"]), name)
            self.assertEqual(debug["transfers"], parity["transfers"], name)
            self.assertEqual([log | {"call": None} for log in debug["logs"]], parity["logs"], name)
            self.assertEqual(debug["missing"], [])
            self.assertEqual(len(parity["missing"]), 2, parity["missing"])
            self.assertEqual((parity["stateDiff"], parity["vmTrace"]), (None, None))

    def test_what_moved_is_what_the_ledger_has(self):
        ledger = self.ledger()
        ledger.json("ingest", "evm", self.node.url)
        for name, tx in self.txs.items():
            held = [{key: value for key, value in row.items() if not key.endswith("_label")}
                    for row in ledger.json("transfers", "--tx", tx)["transfers"]]
            self.assertEqual(self.trace(tx, ledger=ledger)["transfers"], held, name)

    def test_calls_are_told_with_what_became_of_them(self):
        who = self.node.accounts

        def calls(name):
            return [(call["depth"], call["kind"], call["from"], call["to"], int(call["value"]),
                     call["error"] is not None, call["undone"])
                    for call in self.trace(self.txs[name])["calls"]]

        self.assertEqual(calls("internal"), [
            (0, "call", who[5], self.forwarder, ETHER // 2, False, False),
            (1, "call", self.forwarder, who[6], ETHER // 2, False, False)])
        self.assertEqual(calls("failed"), [
            (0, "call", who[7], self.reverter, ETHER, True, True),
            (1, "call", self.reverter, who[8], ETHER, False, True)])
        half = calls("half")
        self.assertEqual(half[:2], [
            (0, "call", who[9], self.forwarder, ETHER // 4, False, False),
            (1, "call", self.forwarder, self.reverter, ETHER // 4, True, True)])
        self.assertTrue(all(undone for *_, undone in half[1:]))
        made = calls("made")
        self.assertEqual(made[1][:3] + made[1][4:], (1, "create", self.maker, ETHER // 8, False,
                                                     False))
        self.assertEqual(calls("deployed")[0][1], "create")
        self.assertEqual([call[:4] for call in calls("funded")], [
            (0, "call", who[12], self.ender, ), (1, "selfdestruct", self.ender, who[13])])

    def test_the_state_changes_as_the_node_says(self):
        node = self.node
        for name, tx in self.txs.items():
            document = self.trace(tx, "--traces", "debug")
            number = document["block"]["height"]
            self.assertTrue(document["stateDiff"], name)
            for address, change in document["stateDiff"].items():
                before, after = (int(node.call("eth_getBalance", address, hex(height)), 16)
                                 for height in (number - 1, number))
                told = change["balance"]
                if told == "=":
                    self.assertEqual(before, after)
                elif "*" in told:
                    self.assertEqual([int(told["*"][side], 16) for side in ("from", "to")],
                                     [before, after], f"{name}: {address}")
                elif "+" in told:
                    self.assertEqual((0, int(told["+"], 16)), (before, after), f"{name}: {address}")

    def test_steps_are_those_of_the_code(self):
        document = self.trace(self.txs["internal"], "--traces", "debug", "--parts", "vmTrace")
        self.assertIsNone(document["stateDiff"])
        code = document["vmTrace"]
        self.assertEqual(code["code"], "0x" + FORWARDER)
        names = [step.get("op", "") for step in code["ops"]]
        self.assertEqual(len(names), 10, names)  # PUSH1 four times, … STOP
        self.assertEqual([step["pc"] for step in code["ops"]], [0, 2, 4, 6, 8, 9, 11, 12, 13, 14])
        self.assertIsNotNone(code["ops"][8]["sub"])

    def test_a_node_that_speaks_parity_is_read_alike(self):
        answers = {}
        for tx in self.txs.values():
            told = self.trace(tx, "--traces", "debug")
            answers["trace_replayTransaction", tx] = {
                key: told[key] for key in ("output", "stateDiff", "trace", "vmTrace")}
        node = ParityNode(self.node, answers)
        self.addCleanup(node.stop)
        for (_, tx), answer in answers.items():
            told = self.ledger().json("evm", "trace", tx, "--rpc", node.url)
            self.assertEqual(told["method"], "trace_replayTransaction")
            self.assertEqual({key: told[key] for key in answer}, answer)
            self.assertEqual(told["transfers"], self.trace(tx)["transfers"])

    def test_a_call_would_do_what_it_then_does(self):
        node, who = self.node, self.node.accounts
        for to, value, data in ((self.forwarder, ETHER, word(who[14])),
                                (self.token, 0, word(who[1]) + word(who[2]) + word(7)),
                                (self.reverter, ETHER, word(who[14]))):
            call = {"from": who[15], "to": to, "value": hex(value), "data": "0x" + data,
                    "gas": hex(1_000_000)}
            would = self.ledger().json("evm", "trace-call", json.dumps(call), "--rpc",
                                       self.node.url, "--traces", "debug")
            self.assertEqual((would["tx"], would["block"]["height"]), (None, node.head()))
            tx = node.send(who[15], to, value, data)
            node.receipt(tx)
            did = self.trace(tx)
            self.assertEqual(without_gas(would["trace"]), without_gas(did["trace"]))
            self.assertEqual(would["logs"], did["logs"])

            def moved(document):
                return [(each["kind"], each["asset"], each["from"], each["to"], each["value"])
                        for each in document["transfers"] if each["kind"] != "fee"]

            self.assertEqual(moved(would), moved(did))

    def test_a_call_may_come_from_a_file_and_follow_any_block(self):
        who = self.node.accounts
        path = self.folder / "call.json"
        path.write_text(json.dumps({"from": who[1], "to": who[2], "value": "0x5"}))
        told = self.ledger().json("evm", "trace-call", path, "--rpc", self.node.url, "--block", 1)
        self.assertEqual(told["block"]["height"], 1)
        self.assertEqual([each["value"] for each in told["transfers"]], ["5"])

    def test_calls_and_logs_are_named_by_signatures_and_abis(self):
        who = self.node.accounts
        told = self.trace(self.txs["token"])
        event = told["logs"][0]["event"]
        self.assertEqual(event["signature"], "Transfer(address,address,uint256)")
        self.assertEqual(list(event["arguments"].values()), [who[3], who[4], "12345"])
        self.assertEqual(told["logs"][0]["call"], 0)
        abi = self.folder / "abi.json"
        abi.write_text(json.dumps([{"type": "function", "name": "deposit", "inputs": [
            {"name": "assets", "type": "uint256"}, {"name": "receiver", "type": "address"}]}]))
        lines = self.folder / "lines.csv"
        lines.write_text('"c4d66de8","initialize(address)"\n')
        for data, option, name, arguments in (
                ("c4d66de8" + word(who[3]), ("--signatures", lines), "initialize(address)",
                 [who[3]]),
                ("6e553f65" + word(7) + word(who[3]), ("--abi", abi), "deposit(uint256,address)",
                 {"assets": "7", "receiver": who[3]})):
            call = json.dumps({"from": who[1], "to": who[2], "data": "0x" + data})
            told = self.ledger().json("evm", "trace-call", call, "--rpc", self.node.url, *option)
            function = told["calls"][0]["function"]
            self.assertEqual((function["signature"], function["exact"], function["arguments"]),
                             (name, True, arguments))

    def test_people_read_a_tree(self):
        text = self.ledger().text("evm", "trace", self.txs["half"], "--rpc", self.node.url)
        self.assertIn("succeeded", text)
        self.assertIn("FAILED", text)
        self.assertIn("  0.25 ETH", text)
        text = self.ledger().text("evm", "trace", self.txs["token"], "--rpc", self.node.url)
        self.assertIn("log of " + self.token + "  Transfer(", text)

    def test_what_cannot_be_told_is_said(self):
        node = Anvil(self.folder)  # without --steps-tracing
        self.addCleanup(node.stop)
        forwarder = node.deploy(FORWARDER)
        tx = node.send(node.accounts[1], forwarder, 5, word(node.accounts[2]))
        node.receipt(tx)
        told = self.ledger().json("evm", "trace", tx, "--rpc", node.url)
        self.assertIsNone(told["vmTrace"])
        self.assertIn("vmTrace", told["missing"][0])
        self.ledger().json("evm", "trace", tx, "--rpc", node.url, "--parts", "trace,vmTrace",
                           code=DATA_ERROR)
        unknown = "0x" + "12" * 32
        self.assertIn("there is none",
                      self.ledger().error("evm", "trace", unknown, "--rpc", node.url))
        self.ledger().error("evm", "trace", tx, "--rpc", node.url, "--parts", "steps", code=USAGE)
        self.ledger().error("evm", "trace-call", "{}x", "--rpc", node.url, code=USAGE)
        node.stop()
        self.ledger().error("evm", "trace", tx, "--rpc", node.url, "--patience", "0.5",
                            code=NETWORK_ERROR)


if __name__ == "__main__":
    main()
