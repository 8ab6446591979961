#!/usr/bin/env python3
"""A real block of TRON from its tables: what moved in it, as far as they tell."""
import collections
import gzip
import json
import unittest

from support.ledger_rows import rows_of
from support.program import DATA_ERROR, TempFolder, USAGE, main, need_data

NUMBER = 50_000_011
USDT = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
# TransferContract and TriggerSmartContract: the types in the block whose value is of TRX.
PAYING = (1, 31)


class RealBlock(TempFolder):
    def setUp(self):
        super().setUp()
        self.path = need_data("tron", "block_50000011.json.gz")
        with gzip.open(self.path, "rt") as file:
            self.told = json.load(file)
        self.clew = self.ledger()

    def spoilt(self, spoil, name="spoilt.json"):
        """The file with a change, unpacked."""
        told = json.loads(json.dumps(self.told))
        spoil(told)
        path = self.folder / name
        path.write_text(json.dumps(told))
        return path

    def test_what_moved(self):
        report = self.clew.json("ingest", "tron", self.path)
        self.assertEqual((report["added"], report["transactions"], report["problems"]),
                         (1, 293, []))
        self.assertEqual(report["files"], [{"file": str(self.path), "blocks": 1, "infos": 0}])
        info = self.clew.json("info")["tron"]
        self.assertEqual((info["transactions"], info["logs"]), (293, 76))
        shown = self.clew.json("block", NUMBER)
        self.assertEqual("0x" + shown["hash"], self.told["blocks"][0]["block_hash"])
        self.assertEqual(shown["time"], 1_680_612_831)
        moved = self.clew.json("transfers", "--block", NUMBER)["transfers"]
        self.assertEqual(collections.Counter(one["kind"] for one in moved),
                         {"native": 194, "erc20": 75, "internal": 1})
        usdt = [int(one["value"]) for one in moved if one["asset"] == USDT]
        self.assertEqual((len(usdt), sum(usdt)), (73, 465_704_408_725))
        paid = [("0x" + tx["tx_hash"][2:], tx["from_base58"], tx["to_base58"], tx["value"])
                for tx in self.told["transactions"]
                if tx["transaction_type"] in PAYING and tx["value"]]
        self.assertEqual(sorted(paid),
                         sorted(("0x" + one["tx"], one["from"], one["to"], int(one["value"]))
                                for one in moved if one["kind"] == "native"))
        inner = [one for one in moved if one["kind"] == "internal"]
        self.assertEqual(["0x" + one["tx"] for one in inner],
                         [row["tx_hash"] for row in self.told["traces"] if row["call_value"]])
        self.assertEqual(inner[0]["value"], "76107578")

    def test_fees_are_not_told(self):
        # The tables hold nothing of fees but the energy that was used, which may have been free.
        self.assertEqual({tx["fee"] for tx in self.told["transactions"]}, {None})
        self.assertEqual(sum(tx["receipt_gas_used"] for tx in self.told["transactions"]),
                         self.told["blocks"][0]["gas_used"])
        self.clew.json("ingest", "tron", self.path)
        moved = self.clew.json("transfers", "--block", NUMBER)["transfers"]
        self.assertFalse([one for one in moved if one["kind"] == "fee"])
        [held] = self.clew.json("completeness")["tron"]
        self.assertEqual((held["from"], held["to"], held["state"], held["made_of_list"]),
                         (NUMBER, NUMBER, "partial", True))
        # Where they tell fees, these are taken.
        path = self.spoilt(lambda told: told["transactions"][4].update(fee=345_000))
        other = self.ledger("fees")
        other.json("ingest", "tron", path)
        fees = [one for one in other.json("transfers", "--block", NUMBER)["transfers"]
                if one["kind"] == "fee"]
        self.assertEqual([(one["from"], one["value"], "0x" + one["tx"]) for one in fees],
                         [(self.told["transactions"][4]["from_base58"], "345000",
                           self.told["transactions"][4]["tx_hash"])])

    def test_twice_and_unpacked_is_once(self):
        plain = self.spoilt(lambda told: None, "plain.json")
        self.clew.json("ingest", "tron", self.path, plain)
        rows = rows_of(self.clew, "tron")
        again = self.clew.json("ingest", "tron", plain)
        self.assertEqual((again["added"], again["already_there"]), (0, 1))
        self.assertEqual(rows_of(self.clew, "tron"), rows)
        self.assertTrue(rows)

    def test_what_does_not_fit_is_refused(self):
        changes = {
            "not the hash of the header": lambda told: told["blocks"][0].update(timestamp=1),
            "\"transaction_count\" is 293, but there are 292": lambda told:
                told["transactions"].pop(),
            "transaction 7 is missing": lambda told:
                told["transactions"][7].update(transaction_index=300),
            "a log is of no transaction": lambda told:
                told["logs"][0].update(tx_hash="0x" + "1" * 64),
            "a trace is of no transaction": lambda told:
                told["traces"][0].update(tx_hash="0x" + "1" * 64),
            "transaction 3: \"value\"": lambda told: told["transactions"][3].update(value=-1),
            "block_id or block_hash": lambda told: told["blocks"].clear(),
        }
        for reason, change in changes.items():
            with self.subTest(reason):
                path = self.spoilt(change)
                said = self.clew.error("ingest", "tron", path)
                self.assertIn(f"clew: {path}: line 1: ", said)
                self.assertIn(reason, said)
        # The same problem in what --json prints; the good file beside it is stored.
        report = self.clew.json("ingest", "tron", path, self.path, code=DATA_ERROR)
        self.assertEqual((report["added"], len(report["problems"])), (1, 1))

    def test_files_and_nodes_are_told_apart(self):
        self.clew.error("ingest", "tron", self.path, "http://127.0.0.1:1", code=USAGE)
        self.clew.error("ingest", "tron", self.path, "--follow", code=USAGE)


if __name__ == "__main__":
    main()
