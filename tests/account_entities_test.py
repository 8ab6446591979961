#!/usr/bin/env python3
"""Entities, their proofs, paths and labels on a chain of accounts, asked of the program: a small
world told as a list of transfers, in which exchanges take deposits."""
import csv
import unittest

from support.program import TempFolder, USAGE, main

COIN = 10**18
TOKEN = "0x" + "70" * 20


def who(number):
    return f"0x{number:040x}"


HOT, COLD, OTHER_HOT = who(0x901), who(0x902), who(0x903)
DEPOSITS = [who(0xd00 + i) for i in range(8)]
USERS = [who(0x100 + i) for i in range(10)]
BETWEEN, FRIEND = who(0x50), who(0x51)


class World:
    """Transfers in order, one a block."""

    def __init__(self):
        self.rows = []

    def pay(self, source, target, value, asset=""):
        self.rows.append({"block": len(self.rows) + 1, "time": 1_700_000_000 + 12 * len(self.rows),
                          "tx": f"0x{len(self.rows) + 1:064x}", "from": source, "to": target,
                          "value": value, "asset": asset})
        return self.rows[-1]["tx"]

    def write(self, path):
        with open(path, "w", newline="") as file:
            writer = csv.DictWriter(file, self.rows[0].keys())
            writer.writeheader()
            writer.writerows(self.rows)


class AccountEntities(TempFolder):
    def setUp(self):
        super().setUp()
        world = World()
        # Six customers of the first exchange; the first deposit address has two.
        for i in range(6):
            world.pay(USERS[i], DEPOSITS[i], (i + 1) * COIN)
            world.pay(DEPOSITS[i], HOT, (i + 1) * COIN - COIN // 1000)
        self.first = world.rows[0]["tx"]
        self.second = world.pay(USERS[6], DEPOSITS[0], 500, TOKEN)
        world.pay(DEPOSITS[0], HOT, 500, TOKEN)
        # One that forwards to two exchanges is neither's.
        for i, hot in enumerate((HOT, OTHER_HOT)):
            world.pay(USERS[7], DEPOSITS[6], (7 + i) * COIN)
            world.pay(DEPOSITS[6], hot, (7 + i) * COIN)
        for i in range(5):
            world.pay(USERS[8], OTHER_HOT, COIN)
            world.pay(USERS[i], OTHER_HOT, COIN)
        # Not forwarded yet.
        self.paid = world.pay(FRIEND, USERS[2], 2 * COIN)
        world.pay(USERS[2], DEPOSITS[2], COIN)
        # From a friend to the exchange by way of two others; and a larger way that runs backward.
        world.pay(BETWEEN, USERS[9], 9 * COIN)
        world.pay(FRIEND, BETWEEN, 4 * COIN)
        world.pay(BETWEEN, USERS[9], 3 * COIN)
        world.pay(USERS[9], HOT, 2 * COIN)
        world.pay(USERS[9], FRIEND, 70, TOKEN)
        world.write(self.folder / "list.csv")
        self.clew = self.ledger()
        self.clew.text("ingest", "transfers", self.folder / "list.csv", "--chain", "ethereum")
        for address, name in ((HOT, "Amber"), (COLD, "Amber"), (OTHER_HOT, "Borealis")):
            self.clew.text("labels", "add", address, name, "--category", "exchange", "--currency",
                           "ETH", "--actor", name.lower())

    def test_deposit_addresses_belong_to_their_exchange(self):
        for deposit in DEPOSITS[:6]:
            found = self.clew.json("entity", deposit)
            self.assertEqual(found["entity"], HOT)
            self.assertEqual(found["deposit_of"], "Amber")
            self.assertEqual(found["address_count"], 7)
            self.assertEqual([label["label"] for label in found["labels"]], ["Amber"])
        self.assertEqual(self.clew.json("address", DEPOSITS[1])["entity"]["deposit_of"], "Amber")
        stranger = self.clew.json("entity", FRIEND)
        self.assertEqual((stranger["address_count"], stranger["labels"]), (1, []))
        self.assertIn("deposit address of Amber", self.clew.text("address", DEPOSITS[1]))

    def test_why_names_the_transfers(self):
        proof = self.clew.json("why", DEPOSITS[0], HOT)
        self.assertTrue(proof["together"])
        step, = proof["steps"]
        self.assertEqual(step["rule"], "deposit_address")
        came, went = step["transfers"]
        self.assertEqual((came["from"], came["to"]), (USERS[0], DEPOSITS[0]))
        self.assertEqual((went["from"], went["to"]), (DEPOSITS[0], HOT))
        self.assertEqual(came["tx"], self.first)
        step, = self.clew.json("why", USERS[6], USERS[0])["steps"]
        self.assertEqual((step["rule"], step["via"]), ("shared_deposit", DEPOSITS[0]))
        self.assertEqual([t["tx"] for t in step["transfers"]], [self.first, self.second])
        self.assertFalse(self.clew.json("why", USERS[0], HOT)["together"])
        self.assertIn("pays nobody else", self.clew.text("why", DEPOSITS[0], HOT))
        self.assertFalse(self.clew.json("why", USERS[6], USERS[0], "--rules",
                                        "deposit_address")["together"])
        # Before the second customer came.
        self.assertFalse(self.clew.json("why", USERS[6], USERS[0], "--as-of", 12)["together"])

    def test_who_forwards_to_two_exchanges_is_held_back(self):
        self.assertEqual(self.clew.json("entity", DEPOSITS[6])["address_count"], 1)
        held, = self.clew.json("entity", DEPOSITS[6])["held_back"]
        self.assertEqual(self.clew.json("why", held["a"], held["b"])["held_back"], [held])
        self.assertIn("\n  held back ", self.clew.text("why", held["a"], held["b"]))
        self.assertEqual((held["service_a"], held["service_b"]), ("Amber", "Borealis"))
        table = self.folder / "entities.csv"
        everything = self.clew.json("entities", "--out", table)
        self.assertEqual(len(everything["held_back"]), 1)
        with open(table, newline="") as file:
            of = {row["address"]: row["entity"] for row in csv.DictReader(file)}
        self.assertEqual(of[DEPOSITS[5]], HOT)
        self.assertEqual(of[USERS[6]], USERS[0])
        self.assertEqual(len(set(of.values())), everything["entities"])
        self.assertEqual(len(of), everything["addresses"])

    def test_transfers_of_an_entity(self):
        found = self.clew.json("transfers", "--entity", DEPOSITS[3], "--limit", 1000)
        # Twelve of deposits and forwards, two of tokens, one that waits, two others that paid the
        # wallet.
        self.assertEqual(found["total"], 17)
        self.assertEqual(len(found["transfers"]), 17)
        self.assertEqual(found["transfers"][1]["to_label"], "Amber")
        self.assertIsNone(found["transfers"][1]["from_label"])
        page = self.clew.json("transfers", "--entity", HOT, "--limit", 2, "--offset", 1)
        self.assertEqual(page["transfers"], found["transfers"][1:3])
        self.assertIn("is Amber", self.clew.text("transfers", "--entity", HOT))

    def test_traces_end_at_deposit_addresses(self):
        def ends(*options):
            found = self.clew.json("trace", self.paid, *options)["ends"]
            return {(end["reason"], end["amount"], *end["addresses"]) for end in found}

        held = ("held", str(COIN), USERS[2])
        self.assertEqual(ends(), {held, ("service", str(COIN), DEPOSITS[2])})
        self.assertEqual(ends("--own-labels"), {held, ("held", str(COIN), DEPOSITS[2])})

    def test_answers_say_what_the_ledger_lacks(self):
        for words in (("trace", self.first), ("address", HOT), ("entity", HOT),
                      ("path", FRIEND, HOT), ("transfers", "--address", HOT)):
            self.assertIn("made of lists", self.clew.text(*words))
            incomplete = self.clew.json(*words)["snapshot"]["incomplete"]
            self.assertEqual(incomplete["first"][0]["state"], "partial")
        balance, = [asset for asset in self.clew.json("address", FRIEND)["assets"]
                    if asset["asset"] == "ETH"]
        self.assertFalse(balance["balance_exact"])
        self.assertIn("balance   at least", self.clew.text("address", FRIEND))

    def test_what_ranks_would_ignore_is_refused(self):
        self.clew.text("trace", self.first, "--rank")
        for words in (("--backward",), ("--taint", "lifo"), ("--max-hops", 3), ("--outputs",),
                      ("--min-value", "1")):
            self.assertIn(words[0], self.clew.error("trace", self.first, "--rank", *words,
                                                    code=USAGE))

    def test_an_entity_starts_a_trace_with_what_its_addresses_received(self):
        by_deposit = self.clew.json("trace", f"entity:{DEPOSITS[0]}", "--through-services")
        by_wallet = self.clew.json("trace", f"entity:{HOT}", "--through-services")
        self.assertEqual(by_wallet["origin"]["kind"], "entity")
        self.assertEqual(by_deposit["assets"], by_wallet["assets"])
        # Six first deposits and one of a token, each forwarded; one that is not yet; what the
        # deposit address of two exchanges forwarded to this one, and what one paid without any.
        self.assertEqual(by_wallet["origin"]["transfers"], 2 * 6 + 2 * 1 + 1 + 1 + 1)
        self.assertEqual(self.clew.json("trace", HOT)["origin"]["kind"], "address")

    def test_no_hop_stays_where_the_money_came(self):
        end, = self.clew.json("trace", self.first, "--max-hops", 0)["ends"]
        self.assertEqual(end["reason"], "hops")

    def test_paths_respect_time(self):
        found = self.clew.json("path", FRIEND, HOT)
        path, = found["paths"]
        self.assertEqual(path["amount"], str(2 * COIN))
        self.assertEqual([hop["to"] for hop in path["hops"]], [BETWEEN, USERS[9], HOT])
        self.assertEqual(path["hops"][-1]["service"], "Amber")
        self.assertEqual(path["hops"][1]["value"], str(3 * COIN))
        self.assertEqual(found["search"], "exhausted")
        self.assertEqual(self.clew.json("path", HOT, FRIEND)["paths"], [])
        token = self.clew.json("path", USERS[9], FRIEND, "--asset", TOKEN)
        self.assertEqual((token["asset"], token["paths"][0]["amount"]), (TOKEN, "70"))
        self.assertEqual(self.clew.json("path", USERS[9], FRIEND)["paths"], [])
        self.assertIn("2 ETH", self.clew.text("path", FRIEND, f"entity:{DEPOSITS[0]}"))

    def test_paths_do_not_run_through_services(self):
        self.assertEqual(self.clew.json("path", USERS[0], HOT)["paths"], [])
        self.assertTrue(self.clew.json("path", USERS[0], HOT)["only_through"])
        through = self.clew.json("path", USERS[0], HOT, "--through-services")
        self.assertEqual(len(through["paths"][0]["hops"]), 2)
        # To any address of the exchange's entity it is one step.
        entity = self.clew.json("path", USERS[0], f"entity:{HOT}")
        self.assertEqual(entity["paths"][0]["amount"], str(COIN))

    def test_what_accounts_have_not_is_refused(self):
        for words in (("entity", HOT, "--rules", "multi_input"), ("entity", HOT, "--relations"),
                      ("entity", HOT, "--with-coinjoins"), ("path", HOT, HOT),
                      ("path", FRIEND, HOT, "--count", 0)):
            self.clew.error(*words, code=USAGE)
        self.clew.error("entity", who(0xdead))


if __name__ == "__main__":
    main()
