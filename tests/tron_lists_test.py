#!/usr/bin/env python3
"""TRON from tables of other tools: real transactions, internal transactions and headers, asked by
TRON's own addresses."""
import gzip
import json
import unittest

from support.program import DATA_ERROR, TempFolder, USAGE, main, need_data

COIN = "TRX"
BUSY = "TSnjgPDQfuxx72iaPy82v3T8HrsN4GVJzW"


def rows(path):
    with gzip.open(path, "rt") as file:
        return [json.loads(line) for line in file]


class TronLists(TempFolder):
    def test_transactions_with_their_fees(self):
        path = need_data("tron", "trx_transfers_0_8000.jsonl.gz")
        clew = self.ledger()
        told = rows(path)
        report = clew.json("ingest", "transfers", path, "--chain", "tron")
        self.assertEqual((len(told), report["transactions"], report["problem_count"]),
                         (2_100, 2_100, 0))
        paid = [row for row in told if row["to"] and row["value"]]
        fees = [row["fee"] for row in told if row["fee"]]
        self.assertEqual(sum(row["fee"] for row in told), 277_310_497_920)
        self.assertEqual(sum(row["value"] for row in told), 67_361_705_827_829_315)
        found = []
        for number in sorted({row["blockId"] for row in told}):
            found += clew.json("transfers", "--block", number)["transfers"]
        native = [int(moved["value"]) for moved in found if moved["kind"] == "native"]
        self.assertEqual((len(native), sum(native)),
                         (len(paid), sum(row["value"] for row in paid)))
        burnt = [int(moved["value"]) for moved in found if moved["kind"] == "fee"]
        self.assertEqual((len(burnt), sum(burnt)), (len(fees), sum(fees)))
        self.assertEqual({moved["asset"] for moved in found}, {COIN})

        mine = [row for row in told if BUSY in (row["from"], row["to"])]
        shown = clew.json("address", BUSY, "--limit", 1)
        self.assertEqual(shown["address"], BUSY)
        got = sum(row["value"] for row in mine if row["to"] == BUSY)
        self.assertEqual(shown["assets"][0]["received"], str(got))
        first = clew.json("tx", told[0]["txHash"])
        self.assertEqual((first["hash"], first["from"]), (told[0]["txHash"], told[0]["from"]))
        traced = clew.json("trace", told[0]["txHash"], "--max-hops", 2)
        self.assertTrue(traced["ends"])

    def test_internal_transactions_beside_their_blocks(self):
        blocks = need_data("tron", "blocks_56804500_56805500.jsonl.gz")
        internal = need_data("tron", "internal_56804500_56805249.jsonl.gz")
        clew = self.ledger()
        told = rows(internal)
        # The table has numbers of 32 bits: what needed more came out below zero.
        cut_off = [row for row in told if row["callValue"] < 0]
        self.assertEqual((len(told), len({row["blockId"] for row in told})), (3_849, 356))
        self.assertEqual(len([row for row in told if row["callValue"]]), 162)
        self.assertEqual(len([row for row in told if row["rejected"]]), 1_061)
        self.assertEqual(sum(row["callValue"] for row in told if not row["rejected"]),
                         32_371_176_678)
        refused = clew.run("ingest", "transfers", blocks, internal, "--chain", "tron")
        self.assertEqual(refused.returncode, DATA_ERROR)
        self.assertIn(f"value '{cut_off[0]['callValue']}' is not a whole number", refused.stderr)
        clean = self.folder / "internal.jsonl"
        clean.write_text("".join(json.dumps(row) + "\n" for row in told if row["callValue"] >= 0))
        report = clew.json("ingest", "transfers", blocks, clean, "--chain", "tron")
        self.assertEqual((report["problem_count"], report["blocks_without_time"]), (0, 0))
        info = clew.json("info")["tron"]
        self.assertEqual((info["first_height"], info["tip"]["height"]), (56_804_500, 56_805_500))
        kept = [row for row in told if row["callValue"] > 0 and not row["rejected"]]
        moved = []
        for number in sorted({row["blockId"] for row in kept}):
            moved += clew.json("transfers", "--block", number)["transfers"]
        self.assertEqual({one["kind"] for one in moved}, {"internal"})
        self.assertEqual((len(moved), sum(int(one["value"]) for one in moved)),
                         (len(kept), sum(row["callValue"] for row in kept)))
        self.assertEqual(sorted((one["tx"], one["from"], one["to"]) for one in moved),
                         sorted((row["txHash"], row["callerAddress"], row["transfertoAddress"])
                                for row in kept))

    def test_addresses_in_every_form_and_wrong_ones(self):
        clew = self.ledger()
        table = self.folder / "list.csv"
        other = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
        table.write_text("blockId,blockTimestamp,txHash,from,to,value\n"
                         f"1,1529892564,{'1' * 64},TLLM21wteSPs4hKjbxgmH1L6poyMjeTbHm,{BUSY},"
                         f"6000000\n2,1529892567,{'2' * 64},{BUSY},{other},5000000\n")
        clew.text("ingest", "transfers", table, "--chain", "tron")
        for form in (other, "41a614f803b6fd780986a42c78ec9c7f77e6ded13c",
                     "0xa614f803b6fd780986a42c78ec9c7f77e6ded13c"):
            shown = clew.json("address", form)
            self.assertEqual(shown["address"], other)
            self.assertEqual(shown["assets"][0]["balance_decimal"], "5")
        clew.error("address", other[:-1] + "u", code=USAGE)
        self.assertIn("5 TRX", clew.text("transfers", "--address", other))
        # A label on TRON is one of this ledger, and stops a trace.
        clew.text("labels", "add", other, "Amber", "--category", "exchange", "--currency", "TRX")
        ends = clew.json("trace", "1" * 64)["ends"]
        self.assertEqual([(end["reason"], end["amount"], end["addresses"]) for end in ends],
                         [("service", "5000000", [other]), ("held", "1000000", [BUSY])])
        self.assertEqual(ends[0]["service"]["name"], "Amber")

    def test_beside_a_ledger_of_ethereum_an_address_says_which_is_meant(self):
        clew = self.ledger()
        table = self.folder / "list.csv"
        table.write_text("block,time,tx,from,to,value\n"
                         f"1,1529892564,0x{'1' * 64},0x{'a' * 40},0x{'b' * 40},7\n")
        clew.text("ingest", "transfers", table, "--chain", "ethereum")
        table.write_text("block,time,tx,from,to,value\n"
                         f"1,1529892564,{'2' * 64},{BUSY},TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t,9\n")
        clew.text("ingest", "transfers", table, "--chain", "tron")
        self.assertEqual(clew.json("address", BUSY)["snapshot"]["chain"], "tron")
        self.assertEqual(clew.json("transfers", "--address", BUSY)["total"], 1)
        self.assertEqual(clew.json("address", "0x" + "a" * 40)["snapshot"]["chain"], "ethereum")
        self.assertEqual(clew.json("tx", "2" * 64, "--chain", "tron")["hash"], "2" * 64)


if __name__ == "__main__":
    main()
