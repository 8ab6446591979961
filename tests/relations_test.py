#!/usr/bin/env python3
"""Who paid whom, as `--relations` tells it, against sums made here from the transactions by the
definitions in docs/entities.md."""
import collections
import time

from support.program import USAGE, main
from support.worlds import OneWorld


class Relations(OneWorld):
    MANY = 10**6

    def shares(self, txid):
        """[(payer, payee, satoshi)] of one transaction by address; the payer of a coinbase is None.
        """
        tx = self.ledger.json("tx", txid)
        net = collections.Counter()
        for output in tx["outputs"]:
            if output["address"]:
                net[output["address"]] += output["value"]
        if tx["coinbase"]:
            total = sum(output["value"] for output in tx["outputs"])
            net[None] = -total
        else:
            for source in tx["inputs"]:
                net[source["address"]] -= source["value"]
            total = -sum(value for value in net.values() if value < 0)
        return [(payer, payee, (2 * -loss * gain + total) // (2 * total))
                for payer, loss in net.items() if loss < 0 and (payer or tx["coinbase"])
                for payee, gain in net.items() if gain > 0]

    def expected(self, addresses, node_of):
        """{(payer, payee): [satoshi, transactions]} over all transactions of the addresses."""
        txids = {m["txid"] for a in addresses
                 for m in self.ledger.json("address", a, "--limit", self.MANY)["movements"]}
        sums = {}
        for txid in txids:
            seen = collections.Counter()
            for payer, payee, value in self.shares(txid):
                seen[node_of(payer), node_of(payee)] += value
            for pair, value in seen.items():
                entry = sums.setdefault(pair, [0, 0])
                entry[0] += value
                entry[1] += 1
        return sums, len(txids)

    def check(self, subject, document, sums, key):
        found = {}
        for side, at in (("payers", 1), ("payees", 0)):
            values = [each["value"] for each in document[side]]
            self.assertEqual(values, sorted(values, reverse=True))
            for each in document[side]:
                self.assertEqual(each["new_coins"], each[key] is None)
                pair = (each[key], subject) if at else (subject, each[key])
                found[pair] = [each["value"], each["transactions"]]
            self.assertEqual(document[side[:-1] + "_count"], len(values))
        if document["within"]:
            found[subject, subject] = [document["within"]["value"],
                                       document["within"]["transactions"]]
        self.assertEqual(found, {pair: sums for pair, sums in sums.items() if subject in pair})

    def subjects(self):
        """Addresses of several kinds: a service, a miner, members of middling entities."""
        block = self.ledger.json("block", 5)
        yield self.theft["services"][0]["address"]
        yield self.ledger.json("tx", block["transactions"][0])["outputs"][0]["address"]
        middling = [e for e, m in sorted(self.members.items()) if 3 < len(m) < 20]
        yield from middling[:3]

    def test_of_an_address(self):
        for address in self.subjects():
            sums, transactions = self.expected([address], lambda a: a)
            document = self.ledger.json("address", address, "--relations", self.MANY)["relations"]
            self.check(address, document, sums, "address")
            self.assertEqual((document["transactions"], document["left_out"], document["cut"]),
                             (transactions, 0, False))

    def test_of_an_entity(self):
        for address in self.subjects():
            entity = self.entity_of[address]
            if len(self.members[entity]) > 60:
                continue
            sums, _ = self.expected(self.members[entity], lambda a: a and self.entity_of[a])
            document = self.ledger.json("entity", address, "--relations", self.MANY)["relations"]
            self.check(entity, document, sums, "entity")

    def test_the_largest_are_shown_with_their_labels(self):
        service = self.theft["services"][0]["address"]
        whole = self.ledger.json("address", service, "--relations", self.MANY)["relations"]
        short = self.ledger.json("address", service, "--relations", 2)["relations"]
        for side in ("payers", "payees"):
            self.assertEqual(short[side], whole[side][:2])
            self.assertEqual(short[side[:-1] + "_count"], len(whole[side]))
        usual = self.ledger.json("address", service, "--relations")["relations"]
        self.assertEqual(usual["payers"], whole["payers"][:10])
        self.assertNotIn("relations", self.ledger.json("address", service))
        payer = next(n["address"] for n in whole["payers"] if n["address"])
        back = self.ledger.json("address", payer, "--relations", self.MANY)["relations"]
        shown = next(n for n in back["payees"] if n["address"] == service)
        self.assertIn(self.theft["services"][0]["actor"],
                      [label.get("actor") for label in shown["labels"]])
        text = self.ledger.text("address", payer, "--relations", self.MANY)
        self.assertIn(service, text[text.index("paid to"):])

    def test_worth(self):
        """With a rate for every day, and with none that is needed: then all are counted instead."""
        service = self.theft["services"][0]["address"]
        moves = self.ledger.json("address", service, "--limit", self.MANY)["movements"]
        days = sorted({time.strftime("%Y-%m-%d", time.gmtime(m["time"])) for m in moves})
        rates = self.folder / "rates.csv"
        words = ("address", service, "--relations", self.MANY, "--rates", rates)
        lines = [f"{day},EUR,100\n{day},ZZZ,0\n" for day in days]
        rates.write_text("date,currency,rate\n" + "".join(lines))
        for each in self.ledger.json(*words)["relations"]["payers"]:
            self.assertAlmostEqual(each["worth"]["EUR"]["cents"], each["value"] / 10**4,
                                   delta=each["transactions"])
            self.assertEqual(each["worth"]["EUR"]["unrated"], 0)
            self.assertEqual(each["worth"]["ZZZ"]["cents"], 0)
        rates.write_text("date,currency,rate\n2001-01-01,EUR,100\n")
        for each in self.ledger.json(*words)["relations"]["payers"]:
            self.assertEqual(each["worth"]["EUR"],
                             {"cents": None, "unrated": each["transactions"]})
        self.assertIn("worth unknown EUR", self.ledger.text(*words))
        rates.write_text("nonsense\n")
        self.assertIn("rates.csv: line 1", self.ledger.error(*words))
        self.ledger.error("address", service, "--rates", rates, code=USAGE)

    def test_as_of_counts_earlier_blocks_only(self):
        block = self.ledger.json("block", 5)
        miner = self.ledger.json("tx", block["transactions"][0])["outputs"][0]["address"]
        moves = self.ledger.json("address", miner, "--limit", self.MANY)["movements"]
        for height in (100, 299):
            document = self.ledger.json("entity", miner, "--relations", "--as-of", height,
                                        "--limit", self.MANY)
            txids = {m["txid"] for a in document["addresses"]
                     for m in self.ledger.json("address", a, "--limit", self.MANY)["movements"]
                     if m["height"] <= height}
            self.assertEqual(document["relations"]["transactions"], len(txids))
        self.assertTrue(any(m["height"] <= 100 for m in moves))


if __name__ == "__main__":
    main()
