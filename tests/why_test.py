#!/usr/bin/env python3
"""What `clew why` says of pairs of addresses, each step held against the transaction it names: the
two addresses must be in it as the rule says, and no step may rest on a CoinJoin of the truth."""
import collections
import pathlib
import random
import tempfile
import unittest

from support.program import SANITIZED, SOAK, main, parallel
from support.worlds import World

SEEDS = range(1, 6 if SANITIZED else 21)
PAIRS = 50      # of one entity, a seed
STRANGERS = 10  # pairs of two entities, a seed
CHANGE_PAIRS = 40 if SOAK else 6  # joined by a change rule, for each rule of a few seeds
CHANGE_SEEDS = SEEDS if SOAK else (1, 2)
# Rules that join change to inputs, alone and together with co-spending.
CHANGE_RULES = ("one_time_change", "direct_change", "peeling_chain", "power_of_ten_value",
                "optimal_change", "address_type", "locktime", "address_reuse",
                "client_change_address_behavior", "legacy", "fixed_fee")
CENT = 1_000_000  # satoshi: what power_of_ten_value takes for round


class Facts:
    """What a ledger says of transactions and addresses, each asked once."""

    def __init__(self, ledger):
        self.ledger = ledger
        self.known = {}

    def get(self, *words):
        if words not in self.known:
            self.known[words] = self.ledger.json(*words)
        return self.known[words]

    def tx(self, txid):
        return self.get("tx", txid)

    def first_height(self, address):
        return self.get("address", address)["first_seen"]["height"]

    def spent_output(self, source):
        return self.tx(source["txid"])["outputs"][source["vout"]]

    def fee_rate(self, tx):
        return None if tx["fee"] is None else tx["fee"] * 1000 // tx["vsize"]


def only(outputs):
    return len(outputs) == 1


def spendable(tx):
    return [output for output in tx["outputs"] if output["type"] != "op_return"]


def below_inputs(tx, outputs):
    smallest = min(source["value"] for source in tx["inputs"])
    return [output for output in outputs if output["value"] < smallest]


def holds(rule, change, tx, facts):
    """Whether `change`, an output of `tx`, is what the rule says; written from its meaning alone.
    Where the whole rule would ask for much of the ledger, what it cannot do without."""
    payers = {source["address"] for source in tx["inputs"]}
    types = {facts.spent_output(source)["type"] for source in tx["inputs"]}
    after = facts.tx(change["spent_by"]) if change["spent_by"] else None
    height = tx["block"]["height"]
    if rule in ("direct_change", "address_reuse"):
        return change["address"] in payers
    if rule == "one_time_change":
        uses = facts.get("address", change["address"])
        return (change in below_inputs(tx, spendable(tx)) and types == {change["type"]}
                and change["value"] % 1000 != 0 and 2 <= len(tx["outputs"]) <= 10
                and uses["paying_transactions"] == 1 and uses["spending_transactions"] <= 1)
    if rule == "peeling_chain":
        return len(tx["inputs"]) == 1 and len(tx["outputs"]) == 2 and (
            after is None or (len(after["inputs"]) == 1 and len(after["outputs"]) == 2))
    if rule == "power_of_ten_value":
        uneven = [o for o in spendable(tx) if o["value"] % CENT]
        return only(uneven) and change in uneven
    if rule == "optimal_change":
        small = below_inputs(tx, spendable(tx))
        return only(small) and change in small
    if rule == "address_type":
        alike = [o for o in spendable(tx) if {o["type"]} == types]
        return only(alike) and change in alike
    if rule == "locktime":
        return after is None or (after["lock_time"] > 0) == (tx["lock_time"] > 0)
    if rule == "client_change_address_behavior":
        return facts.first_height(change["address"]) == height
    if rule == "legacy":
        return (len(spendable(tx)) >= 2 and change in below_inputs(tx, spendable(tx))
                and facts.first_height(change["address"]) == height)
    if rule == "fixed_fee":
        return after is None or facts.fee_rate(after) == facts.fee_rate(tx)
    raise AssertionError(f"no such rule: {rule}")


class Case:
    """One seed: its world, ledger, and entities by a set of rules."""

    def __init__(self, folder, seed):
        self.seed = seed
        self.random = random.Random(seed)
        self.world = World.make(folder / f"world-{seed}", seed=seed)
        self.ledger = self.world.ingested(folder / f"ledger-{seed}")
        self.coinjoins = self.world.coinjoins()
        self.facts = Facts(self.ledger)

    def members(self, *options):
        """{entity: its addresses}"""
        groups = collections.defaultdict(list)
        for address, entity in self.ledger.entities(*options)[0].items():
            groups[entity].append(address)
        return dict(groups)

    def pairs_of_one(self, groups, count):
        """Random addresses, each with another of its entity."""
        joined = [a for group in groups.values() if len(group) > 1 for a in group]
        entity = {a: name for name, group in groups.items() for a in group}
        for _ in range(count if joined else 0):
            a = self.random.choice(joined)
            yield a, self.random.choice([b for b in groups[entity[a]] if b != a]), entity[a]

    def step_problem(self, step, rules):
        """What is wrong with a step of a chain, or nothing."""
        tx = self.facts.tx(step["txid"])
        ends = {step["from"], step["to"]}
        payers = {source.get("address") for source in tx["inputs"]}
        if len(ends) != 2:
            return "joins an address with itself"
        if step["rule"] not in rules:
            return f"rests on {step['rule']}, which is switched off"
        if step["txid"] in self.coinjoins:
            return f"rests on a {self.coinjoins[step['txid']]} CoinJoin"
        if (step["height"], step["time"]) != (tx["block"]["height"], tx["time"]):
            return "is dated otherwise than its transaction"
        if not 0 < step["confidence"] <= 100:
            return f"has confidence {step['confidence']}"
        if step["rule"] == "multi_input":
            return None if ends <= payers else "joins what was not spent together"
        paid = [o for o in tx["outputs"] if o["address"] in ends
                and (ends - {o["address"]}) <= payers]
        if not any(holds(step["rule"], output, tx, self.facts) for output in paid):
            return "joins what is not the inputs' change"
        return None

    def chain_problems(self, a, b, entity, rules, *options):
        """What is wrong with the answer for two addresses of one entity, and its chain."""
        document = self.ledger.json("why", a, b, *options)
        steps = document["steps"]
        places = [a] + [step["to"] for step in steps]
        problems = []
        if not document["together"] or document["entity"] != entity:
            problems.append(f"not told to be of {entity}: {document['entity']}")
        if [step["from"] for step in steps] != places[:-1] or places[-1] != b:
            problems.append(f"the chain is broken: {steps}")
        if len(set(places)) != len(places):
            problems.append("the chain visits an address twice")
        for step in steps:
            problem = self.step_problem(step, rules)
            if problem:
                problems.append(f"{step} {problem}")
        return [f"seed {self.seed}: why {a} {b}: {p}" for p in problems], steps

    def check_together(self):
        problems, chains = [], []
        for pair in self.pairs_of_one(self.members(), PAIRS):
            found, steps = self.chain_problems(*pair, {"multi_input"})
            problems += found
            chains.append(steps)
        return problems, chains

    def check_strangers(self):
        groups = self.members()
        problems = []
        for _ in range(STRANGERS):
            a, b = (self.random.choice(groups[name])
                    for name in self.random.sample(sorted(groups), 2))
            document = self.ledger.json("why", a, b)
            if (document["together"], document["entity"], document["steps"]) != (False, None, []):
                problems.append(f"seed {self.seed}: why {a} {b}: {document}")
            if "nothing joins them" not in self.ledger.text("why", a, b):
                problems.append(f"seed {self.seed}: why {a} {b} does not say so in words")
        return problems

    def check_change(self):
        """Chains by each change rule alone, and by all together; which rules they rested on."""
        problems, rested = [], collections.Counter()
        questions = [(rule,) for rule in CHANGE_RULES] + [("multi_input", *CHANGE_RULES)]
        for rules in questions:
            option = ("--rules", ",".join(rules))
            groups = self.members(*option)
            for pair in self.pairs_of_one(groups, CHANGE_PAIRS):
                found, steps = self.chain_problems(*pair, set(rules), *option)
                problems += found
                rested.update(step["rule"] for step in steps)
        return problems, rested


class Why(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="clew-test-")
        cls.addClassCleanup(holder.cleanup)
        cls.cases = parallel(lambda seed: Case(pathlib.Path(holder.name), seed), SEEDS)

    def no_problems(self, lists):
        problems = [problem for each in lists for problem in each]
        self.assertEqual(problems, [], "\n" + "\n".join(problems[:20]))

    def test_two_addresses_of_one_entity_are_joined_by_a_true_chain(self):
        results = parallel(Case.check_together, self.cases)
        self.no_problems(problems for problems, _ in results)
        chains = [steps for _, each in results for steps in each]
        self.assertEqual(len(chains), len(SEEDS) * PAIRS)
        longest = max(map(len, chains))
        witnesses = [len({step["txid"] for step in steps}) for steps in chains]
        print(f"\n  {len(chains)} pairs, {sum(map(len, chains))} steps, at most {longest}, "
              f"{sum(n > 1 for n in witnesses)} chains through several transactions")
        self.assertGreater(max(witnesses), 1)

    def test_addresses_of_two_entities_are_joined_by_nothing(self):
        self.no_problems(parallel(Case.check_strangers, self.cases))

    def test_change_rules_join_change_with_inputs(self):
        results = parallel(Case.check_change, [c for c in self.cases if c.seed in CHANGE_SEEDS])
        self.no_problems(problems for problems, _ in results)
        rested = sum((each for _, each in results), collections.Counter())
        print(f"\n  steps by rule: {dict(rested)}")
        self.assertLessEqual(set(CHANGE_RULES), set(rested))

    def test_an_address_with_itself(self):
        ledger = self.cases[0].ledger
        address = next(iter(self.cases[0].members()))
        document = ledger.json("why", address, address)
        self.assertEqual((document["together"], document["steps"]), (True, []))


if __name__ == "__main__":
    main()
