#!/usr/bin/env python3
"""What a ledger with gaps, or one that begins in the middle, says with every answer."""
import unittest

from support.program import Ledger, main, temporary_folder
from support.worlds import World

HOLES = ((100, 119), (150, 150), (170, 179), (200, 209))  # heights that are left out


class Gaps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = temporary_folder(cls.addClassCleanup)
        cls.world = World.make(cls.folder / "world", seed=1)
        cls.ledger = cls.part("ledger", 40, *HOLES)
        table, _ = cls.ledger.entities()
        cls.a, cls.b = next(pair for pair in sorted(table.items()) if pair[0] != pair[1])
        cls.txid = cls.ledger.json("block", 60)["transactions"][0]

    @classmethod
    def part(cls, name, first, *holes):
        """A ledger of the world from a height on, without some."""
        ledger, start = Ledger(cls.folder / name), first
        for low, high in (*holes, (300, 300)):
            ledger.ingest(cls.world.folder, "--from-height", start, "--to-height", low - 1)
            start = high + 1
        return ledger

    def answers(self):
        return (("tx", self.txid), ("address", self.a), ("entity", self.a), ("why", self.a, self.b),
                ("coinjoins",), ("trace", self.txid), ("path", self.a, self.b),
                ("entities", "--out", self.folder / "entities.csv"))

    def test_every_document_tells_them(self):
        for words in (*self.answers(), ("block", 60)):
            snapshot = self.ledger.json(*words)["snapshot"]
            self.assertEqual(snapshot["first_height"], 40, words)
            self.assertEqual(snapshot["incomplete"], {"ranges": len(HOLES), "first": [
                {"from": low, "to": high, "state": "missing", "missing": ["blocks"]}
                for low, high in HOLES[:3]]}, words)

    def test_so_does_every_text(self):
        told = ("This ledger does not hold all, and what it lacks is not in the answer:\n"
                "  blocks 0 to 39: missing\n"
                "  blocks 100 to 119: missing\n"
                "  blocks 150 to 150: missing\n"
                "  … and 2 more ranges (clew info)\n")
        for words in self.answers():
            self.assertTrue(self.ledger.text(*words).endswith(told), words)

    def test_a_ledger_that_lacks_nothing_says_nothing(self):
        whole = self.part("whole", 0)
        for words in self.answers():
            snapshot = whole.json(*words)["snapshot"]
            self.assertEqual((snapshot["first_height"], snapshot["incomplete"]), (0, None), words)
            self.assertNotIn("does not hold all", whole.text(*words), words)

    def test_one_that_only_begins_late_has_no_gap(self):
        late = self.part("late", 50)
        snapshot = late.json("tx", self.txid)["snapshot"]
        self.assertEqual((snapshot["first_height"], snapshot["incomplete"]), (50, None))
        self.assertIn("\n  blocks 0 to 49: missing\n", late.text("tx", self.txid))

    def spends_from_outside(self):
        """The documents of addresses that spend an output of unknown value behind the gap."""
        for height in range(120, 150):
            for txid in self.ledger.json("block", height)["transactions"][1:]:
                for source in self.ledger.json("tx", txid)["inputs"]:
                    if source["outside"] and source["address"]:
                        yield self.ledger.json("address", source["address"], "--relations")

    def test_sums_of_unknown_values_are_unknown(self):
        only = next(d for d in self.spends_from_outside()
                    if d["outputs"] == 0 and d["unknown_inputs"] == d["inputs"])
        self.assertEqual([only[key] for key in ("balance", "received", "spent")], [None] * 3)
        payees = only["relations"]["payees"]
        self.assertTrue(payees)
        for payee in payees:
            self.assertEqual((payee["value"], payee["unknown_transactions"]),
                             (None, payee["transactions"]))
        text = self.ledger.text("address", only["address"], "--relations")
        for line in (r"balance   unknown\n", r"received  unknown in 0 outputs",
                     r"spent     unknown in \d+ input", r"\n  unknown amount in \d+ transaction"):
            self.assertRegex(text, line)
        self.assertNotIn("0.00000000", text)

    def test_sums_with_known_values_are_the_least(self):
        some = next(d for d in self.spends_from_outside()
                    if d["outputs"] > 0 and 0 < d["unknown_inputs"] < d["inputs"])
        moves = self.ledger.json("address", some["address"], "--limit", 10**6)["movements"]
        for key, way in (("received", "in"), ("spent", "out")):
            self.assertEqual(some[key],
                             sum(m["value"] or 0 for m in moves if m["direction"] == way))
        text = self.ledger.text("address", some["address"])
        for line in (r"balance   [\d.]+ BTC of the outputs in this ledger",
                     r"received  at least [\d.]+ BTC", r"spent     at least [\d.]+ BTC"):
            self.assertRegex(text, line)

    def test_a_trace_takes_no_guess_for_a_value(self):
        txid = next(m["txid"] for d in self.spends_from_outside() for m in d["movements"]
                    if m["value"] is None)
        graph = self.folder / "trace.graphml"
        document = self.ledger.json("trace", txid, "--backward", "--outputs", "--graph", graph)
        spent = {(i["txid"], i["vout"]): i for i in self.ledger.json("tx", txid)["inputs"]}
        hops = [hop for end in document["ends"] for path in end["paths"] for hop in path["hops"]]
        found = 0
        for output in (*document["outputs"], *hops):
            if (output["txid"], output["vout"]) not in spent:
                continue
            source = spent[output["txid"], output["vout"]]
            self.assertEqual((output["value"], output["outside"], output["address"]),
                             (source["value"], source["outside"], source["address"]))
            self.assertEqual(output["value"] is None, "value_at_least" in output)
            if output["value"] is None:
                self.assertGreaterEqual(output["value_at_least"], output["amount"])
                self.assertIn(f'"outpoint">{output["txid"]}:{output["vout"]}<', graph.read_text())
                found += 1
        self.assertGreater(found, 1)
        self.assertIn('"value_at_least">', graph.read_text())
        self.assertRegex(self.ledger.text("trace", txid, "--backward"),
                         r"[0-9a-f]{64}  [\d.]+ BTC of at least [\d.]+ BTC  \w+  outside")

    def test_a_path_begins_outside(self):
        address = next(d["address"] for d in self.spends_from_outside() if d["outputs"] == 0)
        spend = self.ledger.json("address", address)["movements"][0]
        tx = self.ledger.json("tx", spend["txid"])
        paid = next(o["address"] for o in tx["outputs"] if o["address"] not in (None, address))
        words = ("path", address, paid, "--max-hops", 1, "--through-services",
                 "--through-coinjoins")
        first, last = self.ledger.json(*words)["paths"][0]["hops"]
        self.assertIn((first["txid"], first["vout"], None),
                      [(i["txid"], i["vout"], i["value"]) for i in tx["inputs"]])
        self.assertEqual((first["value"], first["outside"], last["outside"], last["txid"]),
                         (None, True, False, spend["txid"]))
        self.assertIn(f"  {first['txid']}  unknown amount  {address}  outside this ledger\n",
                      self.ledger.text(*words))


if __name__ == "__main__":
    main()
