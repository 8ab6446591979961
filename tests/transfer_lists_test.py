#!/usr/bin/env python3
"""Lists of transfers of other tools, imported and asked for as if they had come as blocks."""
import collections
import csv
import gzip
import json
import os
import pathlib
import tarfile
import unittest

from support.program import DATA_ERROR, PROGRAM, ROOT, USAGE, TempFolder, main, need_data

LISTS = ROOT / "tests" / "lists"
TRANSFERS_MAX = 1_000_000


def rows_of(path):
    with gzip.open(path, "rt", newline="") as file:
        return list(csv.DictReader(file))


class TransferLists(TempFolder):
    def lists(self, ledger, *words, **how):
        return ledger.json("--chain", "ethereum", "ingest", "transfers", *words, **how)

    def stored(self, ledger):
        """All transfers of all blocks that have any."""
        info = ledger.json("info")["ethereum"]
        out = []
        for number in range(info["first_height"], info["tip"]["height"] + 1):
            out += ledger.json("transfers", "--block", number)["transfers"]
        return out

    def test_ethereum_etls_tables_need_no_map(self):
        archive = need_data("evm", "ethereum_etl", "resources.tar.gz")
        folder = "test_stream/blocks_1755634_1755635/"
        names = [folder + f"expected_{kind}.json"
                 for kind in ("blocks", "transactions", "token_transfers", "logs")]
        paths, rows = [], {}
        with tarfile.open(archive) as tar:
            for name in names:
                text = tar.extractfile(name).read().decode()
                path = self.folder / pathlib.Path(name).name
                path.write_text(text)
                paths.append(path)
                rows[path.stem[9:]] = [json.loads(line) for line in text.splitlines() if line]
        ledger = self.ledger()
        report = self.lists(ledger, *paths)
        self.assertEqual(report["problems"], [])
        self.assertEqual(report["files"][3]["passed_over"], len(rows["logs"]))
        self.assertEqual(report["transactions"], len(rows["transactions"]))
        self.assertEqual(report["blocks_without_time"], 0)
        stored = self.stored(ledger)
        tokens = [each for each in stored if each["kind"] == "erc20"]
        self.assertEqual(
            sorted((each["asset"], each["from"], each["to"], each["value"], each["tx"],
                    each["place"], each["block"]) for each in tokens),
            sorted((row["token_address"], row["from_address"], row["to_address"],
                    str(row["value"]), row["transaction_hash"], row["log_index"],
                    row["block_number"]) for row in rows["token_transfers"]))
        moving = [row for row in rows["transactions"]
                  if int(row["value"]) and row.get("receipt_status", 1) != 0]
        self.assertEqual(
            sorted((each["from"], each["value"], each["tx"]) for each in stored
                   if each["kind"] == "native"),
            sorted((row["from_address"], str(row["value"]), row["hash"]) for row in moving))
        again = self.lists(ledger, *paths)
        self.assertEqual((again["added"], again["already_there"]), (0, report["added"]))
        [known] = ledger.json("completeness")["ethereum"]
        self.assertEqual((known["state"], known["made_of_list"]), ("partial", True))

    def test_every_table_of_tokens_and_traces_is_read(self):
        archive = need_data("evm", "ethereum_etl", "resources.tar.gz")
        read = 0
        with tarfile.open(archive) as tar:
            for name in sorted(tar.getnames()):
                base = pathlib.Path(name).name
                if base not in ("expected_token_transfers.csv", "expected_traces.csv",
                                "expected_traces.json", "expected_token_transfers.json",
                                "expected_transactions.csv", "expected_transactions.json"):
                    continue
                content = tar.extractfile(name).read()
                path = self.folder / f"{read}-{base}"
                path.write_bytes(content)
                ledger = self.ledger(str(read))
                done = ledger.run("--json", "--chain", "ethereum", "ingest", "transfers", path)
                rows = len([line for line in content.decode().splitlines() if line])
                if rows <= (0 if base.endswith(".json") else 1):
                    continue  # a table without rows
                self.assertEqual(done.returncode, 0, f"{name}: {done.stderr}")
                report = json.loads(done.stdout)
                if "token_transfers" in base:
                    self.assertEqual(report["transfers"],
                                     rows - (1 if base.endswith(".csv") else 0), name)
                read += 1
        self.assertGreater(read, 10)

    def test_cases_of_stolen_money_are_imported_whole(self):
        for name in ("54m", "Atomic", "HB"):
            path = need_data("cases", "mftracer", f"{name}_edges.csv.gz")
            rows = rows_of(path)
            ledger = self.ledger(name)
            report = self.lists(ledger, path, "--map", "value=Value_in_USD", "--asset", "USD",
                                "--decimals", 20)
            self.assertEqual(report["problem_count"], 0)
            zero = report["without_value"]
            self.assertEqual(report["transfers"] + report["repeated"] + zero, len(rows))
            info = ledger.json("info")["ethereum"]
            self.assertEqual((info["made_of_list"], info["numbering"], info["gaps"]),
                             (True, "chain", []))
            self.assertEqual(info["tip"]["height"], max(int(row["Block"]) for row in rows))
            of_address = collections.Counter(row["From"].lower() for row in rows)
            address, count = of_address.most_common(1)[0]
            moved = ledger.json("transfers", "--address", address, "--limit", TRANSFERS_MAX)
            sent = [each for each in moved["transfers"] if each["from"] == address]
            self.assertEqual(len(sent), count)
            self.assertEqual(
                sorted((each["to"], each["tx"], each["block"]) for each in sent),
                sorted((row["To"].lower(), row["Tx_hash"].lower(), int(row["Block"]))
                       for row in rows if row["From"].lower() == address))
            self.assertEqual(ledger.json("verify")["problems"], [])

    def test_lists_of_accounts_mix_by_time(self):
        case = need_data("cases", "mftracer", "54m_edges.csv.gz")
        others = need_data("ml", "account_transactions_train.csv.gz")
        ledger = self.ledger()
        # The columns of one are not those of the other: both have their usual names.
        plain = self.folder / "case.csv"
        with open(plain, "w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["time", "from", "to", "value", "tx", "asset"])
            for row in rows_of(case):
                # Units of a millionth of a dollar.
                table.writerow([row["Timestamp"], row["From"], row["To"],
                                int(float(row["Value_in_USD"]) * 1e6), row["Tx_hash"], "USD"])
        report = self.lists(ledger, plain, others, "--by-time")
        self.assertEqual(report["problem_count"], 0, report["problems"][:3])
        self.assertEqual(report["numbering"], "time")
        self.assertEqual([each["name"] for each in report["made_up_assets"]], ["USD"])
        hashes = {row["hash"] for row in rows_of(others) if row["hash"].startswith("0x")} | {
            row["Tx_hash"] for row in rows_of(case)}
        self.assertEqual(report["transactions"], len(hashes))
        [known] = ledger.json("completeness")["ethereum"]
        self.assertEqual(known["numbering"], "time")

    def test_wrong_rows_are_named_and_nothing_is_stored(self):
        good, bad = self.folder / "good.csv", self.folder / "bad.csv"
        head = "from,to,value,block\n"
        line = "0x" + "aa" * 20 + ",0x" + "bb" * 20 + ",{},{}\n"
        good.write_text(head + line.format(5, 1))
        bad.write_text(head + line.format(5, 2) + line.format("1.5", 3) + line.format(5, "x"))
        ledger = self.ledger()
        report = self.lists(ledger, good, bad, code=DATA_ERROR)
        self.assertEqual(report["problem_count"], 2)
        for number, problem in zip((3, 4), report["problems"]):
            self.assertIn(f"bad.csv: line {number}: ", problem)
        self.assertFalse((ledger.folder / "ethereum").exists())
        self.assertIn("nothing was stored",
                      ledger.error("--chain", "ethereum", "ingest", "transfers", bad))
        ledger.error("ingest", "transfers", good, code=USAGE)
        ledger.error("--chain", "ethereum", "ingest", "transfers", good, "--map", "form=x",
                     code=USAGE)
        self.lists(ledger, good)
        report = self.lists(ledger, good)
        self.assertEqual((report["added"], report["already_there"]), (0, 1))

    def test_an_amount_beyond_all_is_told_so(self):
        path = self.folder / "large.csv"
        head = "from,to,value,block\n"
        line = "0x" + "aa" * 20 + ",0x" + "bb" * 20 + ",{},{}\n"
        path.write_text(head + line.format(2**256 - 1, 1))
        self.lists(self.ledger(), path)
        path.write_text(head + line.format(2**256, 1) + line.format("1.5", 2))
        large, part = self.lists(self.ledger("large"), path, code=DATA_ERROR)["problems"]
        self.assertIn("is not less than 2^256", large)
        self.assertIn("is not a whole number", part)
        complaint = self.ledger().error("--chain", "ethereum", "ingest", "transfers", path,
                                        "--decimals", 78, code=USAGE)
        self.assertIn("--decimals", complaint)
        self.assertIn("0 to 77", complaint)
        self.assertNotIn("Did you mean", complaint)

    def test_names_of_ledgers_of_outputs_are_refused(self):
        path = self.folder / "list.csv"
        path.write_text("from,to,value,block\n0x" + "aa" * 20 + ",0x" + "bb" * 20 + ",5,1\n")
        ledger = self.ledger()
        for name in ("bitcoin", "litecoin"):
            complaint = ledger.error("--chain", name, "ingest", "transfers", path, code=USAGE)
            self.assertIn(f"the name {name} is kept for", complaint)
            self.assertIn(f"the name {name} is kept for",
                          ledger.error("ingest", "evm", "http://127.0.0.1:1", "--name", name,
                                       code=USAGE))
        self.assertFalse((ledger.folder / "bitcoin").exists())

    def test_any_chain_by_name(self):
        path = self.folder / "list.jsonl"
        path.write_text(json.dumps({"sender": "0x" + "aa" * 20, "receiver": "0x" + "bb" * 20,
                                    "amt": 10**30, "ts": "2024-08-22T14:05:59Z"}) + "\n")
        ledger = self.ledger()
        spec = "from=sender,to=receiver,value=amt,time=ts"
        ledger.json("--chain", "somewhere", "ingest", "transfers", path, "--map", spec)
        [moved] = ledger.json("transfers", "--block", 0)["transfers"]
        self.assertEqual((moved["value"], moved["time"], moved["tx"]), (str(10**30), 1724335559,
                                                                       None))
        ledger.json("--chain", "harmony", "ingest", "transfers", path, "--map", spec,
                    "--chain-id", 1666600000)
        self.assertEqual(ledger.json("info")["harmony"]["network"], "evm:1666600000")

    def test_a_destination_that_is_not_told_is_not_nothing(self):
        path = self.folder / "list.csv"
        tx, other = "0x" + "11" * 32, "0x" + "22" * 32
        row = f"{'0x' + 'aa' * 20},{{}},5,10,{{}},0x{'70' * 20}\n"
        path.write_text("from,to,value,block,tx,asset\n" + row.format("0x" + "bb" * 20, tx)
                        + row.format("0x" + "cc" * 20, other))
        ledger = self.ledger()
        self.lists(ledger, path)
        shown = ledger.json("tx", tx)
        self.assertEqual((shown["to"], shown["creates"]), (None, None))
        self.assertIn("to        not told", ledger.text("tx", tx))

    def test_a_table_of_prices_counts_before_what_a_token_says(self):
        path, prices = self.folder / "list.csv", self.folder / "prices.csv"
        receiver = "0x" + "bb" * 20
        path.write_text("from,to,value,block,time,asset\n"
                        f"{'0x' + 'aa' * 20},{receiver},500,10,1717200000,USD\n")
        ledger = self.ledger()
        report = self.lists(ledger, path, "--decimals", 2)
        self.assertEqual(self.lists(ledger, path, "--decimals", 2)["added"], 0)
        [usd] = [each["contract"] for each in report["made_up_assets"]]

        def worth(decimals):
            prices.write_text("time,asset,price,decimals,currency\n"
                              f"2024-06-01,{usd},3,{decimals},EUR\n")
            words = "address", receiver, "--prices", prices
            [asset] = ledger.json(*words)["assets"]
            self.assertEqual((asset["balance_decimal"], asset["symbol"]), ("500", "USD"))
            found = asset["worth"]
            return (found["value"], found["decimals"], found["denied_decimals"],
                    "the token says 2" in ledger.text(*words))

        self.assertEqual(worth(4), ("15.00", 4, 2, True))
        self.assertEqual(worth(2), ("1500.00", 2, None, False))
        self.assertEqual(worth(""), ("1500.00", 2, None, False))
        self.assertIn(f"500 USD [{usd}]", ledger.text("address", receiver))

    def test_parquet_as_cryo_writes_it(self):
        if not (pathlib.Path(PROGRAM).parent / "libclew_parquet.so").exists():
            if os.environ.get("CLEW_NEED_PARQUET"):
                self.fail("the module that reads Parquet was not built")
            raise unittest.SkipTest("NOT CHECKED: the module that reads Parquet was not built")
        ledger = self.ledger()
        report = self.lists(ledger, LISTS / "erc20_transfers.parquet")
        self.assertEqual((report["added"], report["transactions"], report["transfers"]),
                         (6, 150, 300))
        stored = self.stored(ledger)
        self.assertEqual([int(each["value"]) for each in stored],
                         [number * 10**20 for number in range(300)])
        self.assertEqual(stored[51]["tx"], "0x" + (25).to_bytes(32, "big").hex())
        self.assertEqual((stored[51]["place"], stored[51]["block"]), (1, 1001))
        self.assertEqual(stored[51]["asset"], "0x" + "70" * 20)
        self.assertEqual(stored[51]["from"], "0x" + f"{0xa0 + 51 % 7:02x}" * 20)

        ledger = self.ledger("by-time")
        report = self.lists(ledger, LISTS / "by_time.parquet", "--map",
                            "from=sender,to=receiver,value=amt,time=ts")
        self.assertEqual(report["numbering"], "time")
        stored = self.stored(ledger)
        self.assertEqual([(each["value"], each["to"] is None, each["time"]) for each in stored],
                         [("12345678901234567890123456789", False, 1724335559),
                          ("7", True, 1724335560)])

        damaged = self.folder / "damaged.parquet"
        content = bytearray((LISTS / "erc20_transfers.parquet").read_bytes())
        for cut in (len(content) // 2, len(content) - 1, 4):
            damaged.write_bytes(content[:cut])
            report = self.lists(self.ledger("damaged"), damaged, code=DATA_ERROR)
            self.assertIn("damaged.parquet", report["problems"][0])


if __name__ == "__main__":
    main()
