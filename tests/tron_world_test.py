#!/usr/bin/env python3
"""A simulated world of stable coins on TRON: its list of transfers as a ledger, traces of its
crimes against the truth, and its histories and screening as the providers serve them."""
import collections
import csv
import json
import unittest
import urllib.error
import urllib.request

from support.program import TempFolder, USAGE, main
from support.replay import ReplayNode

SEED = 1
HOPS = 40


class TronWorld(TempFolder):
    def setUp(self):
        super().setUp()
        self.world = self.folder / "world"
        self.clew = self.ledger()
        self.report = self.clew.json("simulate", "tron", "--out", self.world, "--seed", SEED,
                                     "--users", 60, "--days", 60)
        self.truth = json.loads((self.world / "world.json").read_text())

    def serve(self, *options, key=None):
        command = () if key is None else ("env", f"CLEW_REPLAY_KEY={key}")
        node = ReplayNode(self.world, *options, command=command)
        self.addCleanup(node.stop)
        return node

    def rows(self):
        return json.loads((self.world / "trc20.json").read_text())["data"]

    def history(self, node, address, headers=()):
        """All pages."""
        where = f"{node.url.rstrip('/')}/v1/accounts/{address}/transactions/trc20?limit=50"
        rows, mark = [], ""
        while True:
            request = urllib.request.Request(where + mark, headers=dict(headers))
            page = json.load(urllib.request.urlopen(request))
            rows += page["data"]
            if "fingerprint" not in page["meta"]:
                return rows
            mark = "&fingerprint=" + page["meta"]["fingerprint"]

    def screen(self, node, address, headers=()):
        request = urllib.request.Request(f"{node.url.rstrip('/')}/api/v1/address/{address}",
                                         headers=dict(headers))
        return json.load(urllib.request.urlopen(request))

    def test_the_list_becomes_a_ledger(self):
        self.assertEqual(self.report["transfers"], len(self.rows()))
        report = self.clew.json("ingest", "transfers", self.world / "transfers.csv",
                                "--chain", "tron")
        self.assertEqual((report["transfers"], report["problem_count"]),
                         (self.report["transfers"], 0))
        self.clew.json("labels", "import", *sorted((self.world / "labels").iterdir()))
        got = collections.Counter()
        with open(self.world / "transfers.csv", newline="") as file:
            for row in csv.DictReader(file):
                got[row["to"], row["asset"]] += int(row["value"])
        for one in self.truth["launderers"][:10]:
            shown = self.clew.json("address", one["address"], "--limit", 1)
            for asset in shown["assets"]:
                self.assertEqual(int(asset["received"]), got[one["address"], asset["asset"]])
        listed = self.truth["sanctioned"][0]["address"]
        self.assertIn("Greywater Exchange", self.clew.text("labels", listed))

    def traced(self, step, *options):
        """The transfers that a trace of a step's transaction touches."""
        return self.clew.json("trace", step["tx"], "--max-hops", HOPS, "--outputs",
                              *options)["transfers"]

    def test_traces_reach_the_ends_of_the_truth(self):
        """Forward from what victims paid to where it leaves the launderers for an exchange, and
        back. What mules mix with their own money, and fees, are other people's coins by FIFO."""
        self.clew.json("ingest", "transfers", self.world / "transfers.csv", "--chain", "tron")
        self.clew.json("labels", "import", *sorted((self.world / "labels").iterdir()))
        exchanges = {row["address"] for row in self.truth["services"] + self.truth["sanctioned"]
                     if row["role"] in ("deposit", "sanctioned")}
        checked = 0
        for case in self.truth["cases"]:
            paid = [step for step in case["path"] if step["from"] in case["victims"]]
            ends = {step["tx"]: step for step in case["path"]
                    if step["to"] in exchanges.intersection(case["ends"])}
            if case["what"] != "pig-butchering" or not ends:
                continue
            arrived, seen = 0, set()
            for step in paid:
                arrived += sum(int(moved["amount"]) for moved in self.traced(step)
                               if moved["end"] == "service" and moved["tx"] in ends)
                seen |= {moved["tx"] for moved in self.traced(step, "--taint", "haircut")
                         if moved["end"] == "service"}
            cashed = sum(int(step["amount"]) for step in ends.values())
            self.assertGreater(arrived, cashed * 0.75, case["id"])
            self.assertLess(arrived, cashed * 1.1, case["id"])
            self.assertLessEqual(set(ends), seen, case["id"])
            sources = {moved["tx"] for step in ends.values()
                       for moved in self.traced(step, "--backward", "--taint", "poison")}
            found = [step for step in paid if step["tx"] in sources]
            # The others' went to brokers, or was spent.
            self.assertGreaterEqual(len(found), len(paid) * 0.75, case["id"])
            checked += 1
        self.assertGreater(checked, 1)

    def test_both_providers_on_one_port(self):
        node = self.serve()
        rows = self.rows()
        for one in self.truth["launderers"][:5] + self.truth["users"][:5]:
            mine = [row for row in rows if one["address"] in (row["from"], row["to"])]
            key = lambda row: row["transaction_id"]
            self.assertEqual(sorted(self.history(node, one["address"]), key=key),
                             sorted(mine, key=key))
        listed = self.truth["sanctioned"][0]["address"]
        self.assertEqual(self.screen(node, listed)["identifications"][0]["category"], "sanctions")
        clear = self.truth["users"][0]["address"]
        self.assertEqual(self.screen(node, clear), {"identifications": []})
        self.assertEqual(node.stop(), (0, ""))

    def test_the_key_is_demanded_by_both(self):
        node = self.serve(key="letmein")
        address = self.truth["users"][0]["address"]
        for ask, code in ((self.history, 401), (self.screen, 403)):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                ask(node, address)
            self.assertEqual(refused.exception.code, code)
        self.assertTrue(self.history(node, address, {"TRON-PRO-API-KEY": "letmein"}))
        self.screen(node, address, {"X-API-Key": "letmein"})

    def test_faults_of_providers(self):
        node = self.serve("--fault", "limit-429", "--fault-after", 1)
        address = self.truth["users"][0]["address"]
        self.screen(node, address)  # each provider counts its own requests
        for ask in (self.screen, self.history):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                ask(node, address)
                ask(node, address)
            self.assertEqual(refused.exception.code, 429)
        wrong = self.clew.error("replay", self.world, "--fault", "wrong-parent", code=USAGE)
        self.assertIn("no fault wrong-parent; there are limit-403", wrong)
        wrong = self.clew.error("replay", self.world, "--no-branches", code=USAGE)
        self.assertIn("is one of TRON", wrong)


if __name__ == "__main__":
    main()
