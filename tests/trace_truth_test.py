#!/usr/bin/env python3
"""Traces of simulated worlds against the ground truth that their actors wrote: every end-point with
its amount, and no satoshi lost under any policy in either direction."""
import collections
import pathlib
import tempfile
import unittest

from support.program import SANITIZED, SOAK, parallel
from support.worlds import World

SEEDS = range(1, 6 if SANITIZED else 21)
POLICIES = ("fifo", "lifo", "haircut", "poison", "tiho")
BACKWARD_ORIGINS = 8 if SOAK else 3  # of each trail, for each policy


def outpoint(item):
    return f"{item['txid']}:{item['vout']}"


def blocks_of(seed):
    """300 to 400; the long version has worlds with several thefts each."""
    return 7000 if SOAK and seed % 10 == 0 else 300 + seed % 3 * 50


def true_ends(trail):
    """{end-point: satoshi} as the actors booked them."""
    ends = collections.Counter()
    for service in trail["services"]:
        for arrival in service["arrivals"]:
            ends["service", outpoint(arrival), service["address"]] += arrival["amount"]
    for rest in trail["unspent"]:
        ends["unspent", outpoint(rest), rest["address"]] += rest["amount"]
    for mix in trail["coinjoins"]:
        ends["coinjoin", mix["txid"]] += mix["amount"]
    if trail["fees"]["amount"]:
        ends["fee"] = trail["fees"]["amount"]
    return ends


def found_ends(document):
    """The same of a trace that lists its outputs."""
    ends = collections.Counter()
    for end in document["ends"]:
        if end["reason"] == "coinjoin":
            ends["coinjoin", end["coinjoin"]] += end["amount"]
        elif end["reason"] not in ("service", "unspent"):
            ends[end["reason"]] += end["amount"]
    for output in document["outputs"]:
        if output["end"] in ("service", "unspent"):
            ends[output["end"], outpoint(output), output["address"]] += output["amount"]
    return ends


def identity(document):
    """What is wrong with the sums of a trace: nothing, if it is sound."""
    problems = []
    ends = sum(end["amount"] for end in document["ends"])
    reasons = collections.Counter()
    for end in document["ends"]:
        reasons[end["reason"]] += end["amount"]
    if not document["started"] == document["accounted"] == ends:
        problems.append(f"started {document['started']}, accounted {document['accounted']}, "
                        f"ends {ends}")
    if dict(reasons) != document["totals"]:
        problems.append(f"totals {document['totals']} but ends {dict(reasons)}")
    tainted = sum(end["tainted"] for end in document["ends"])
    if document["tainted_started"] + document["joined"] != tainted:
        problems.append(f"tainted {document['tainted_started']} + {document['joined']} joined, "
                        f"ended {tainted}")
    if any(end["amount"] < 0 or end["tainted"] < end["amount"] for end in document["ends"]):
        problems.append("an end-point of negative or more than tainted amount")
    return [f"{document['direction']} {document['taint']} from {document['origin']['text']}: {p}"
            for p in problems]


class Case:
    """One seed: its world, its ledger, and what the checks of it found."""

    def __init__(self, folder, seed):
        self.seed = seed
        self.world = World.make(folder / f"world-{seed}", seed=seed, blocks=blocks_of(seed))
        self.ledger = self.world.ingested(folder / f"ledger-{seed}")
        self.trails = self.world.trails()
        self.owner = {row["address"]: row["wallet"] for row in self.world.wallets()}

    def trace(self, origin, *options):
        # The budgets are for people who wait; a truth of 7,000 blocks takes more.
        return self.ledger.json("trace", origin, "--paths", 0, "--max-edges", 10**8, *options)

    def whole(self, trail):
        """What to trace to follow the whole loot, or nothing if that takes several questions."""
        txids = {origin["txid"] for origin in trail["origins"]}
        if len(txids) == 1:
            outputs = self.ledger.json("tx", *txids)["outputs"]
            if len(outputs) == len(trail["origins"]):
                return txids.pop()
        addresses = {origin["address"] for origin in trail["origins"]}
        if len(addresses) == 1:
            totals = self.ledger.json("address", *addresses)
            if totals["outputs"] == len(trail["origins"]):
                return addresses.pop()
        return None

    def check_truth(self, trail):
        """Problems of FIFO against the truth: in one question, and asked output by output."""
        problems = []
        truth = true_ends(trail)
        whole = self.whole(trail)
        apart = collections.Counter()
        for origin in trail["origins"]:
            document = self.trace(outpoint(origin), "--own-labels", "--outputs")
            problems += identity(document)
            apart += found_ends(document)
        questions = {"output by output": apart}
        if whole:
            document = self.trace(whole, "--taint", "fifo", "--own-labels", "--outputs")
            problems += identity(document)
            if document["started"] != trail["stolen"]:
                problems.append(f"started {document['started']} of {trail['stolen']} stolen")
            questions["in one question"] = found_ends(document)
        for how, found in questions.items():
            problems += [f"{how}: {end}: {found[end]} satoshi, in truth {truth[end]}"
                         for end in truth.keys() | found.keys() if found[end] != truth[end]]
        return [f"seed {self.seed} {trail['name']}: {p}" for p in problems]

    def check_inherited(self, trail):
        """Problems of the default, which also stops where an address has its label by its entity:
        such an address is the service's in truth, and from there the money goes where the truth
        says."""
        problems = []
        truth, found = true_ends(trail), collections.Counter()
        for origin in trail["origins"]:
            document = self.trace(outpoint(origin), "--outputs")
            problems += identity(document)
            found += found_ends(document)
        label_of = {s["address"]: s["actor"] for s in trail["services"]}
        early = [end for end in found if end[0] == "service" and end not in truth]
        for end in early:
            _, place, address = end
            amount = found.pop(end)
            document = self.trace(place, "--own-labels", "--outputs")
            arrived = [e for e in found_ends(document) if e[0] == "service"]
            if amount != document["started"]:
                continue  # mixed with clean coins; what follows is not the loot alone
            found += found_ends(document)
            if {label_of.get(e[2]) for e in arrived} != {self.owner[address]}:
                problems.append(f"{address} is {self.owner[address]}'s, not of {arrived}")
        if sum(found.values()) == sum(truth.values()) and found != truth:
            problems.append(f"followed on: {found - truth} found, {truth - found} in truth")
        return [f"seed {self.seed} {trail['name']} by entities: {p}" for p in problems]

    def check_identity(self, trail):
        problems, traces = [], 0
        forward = self.whole(trail) or outpoint(trail["origins"][0])
        ends = ([outpoint(a) for s in trail["services"] for a in s["arrivals"]]
                + [outpoint(u) for u in trail["unspent"]])
        addresses = [s["address"] for s in trail["services"]]
        backward = (ends[:: max(1, len(ends) // BACKWARD_ORIGINS)][:BACKWARD_ORIGINS]
                    + addresses[:1])
        for policy in POLICIES:
            questions = [(forward,)] + [(origin, "--backward") for origin in backward]
            for question in questions:
                problems += identity(self.trace(*question, "--taint", policy))
                traces += 1
        return [f"seed {self.seed} {trail['name']}: {p}" for p in problems], traces

    def check_backward(self, trail):
        """Backward FIFO is forward FIFO read from the end: of each arrival, as much comes from the
        stolen outputs as the truth says went there."""
        problems = []
        stolen = {outpoint(origin) for origin in trail["origins"]}
        arrivals = {outpoint(a): a["amount"] for s in trail["services"] for a in s["arrivals"]}
        arrivals.update((outpoint(u), u["amount"]) for u in trail["unspent"])
        for place, amount in arrivals.items():
            document = self.trace(place, "--backward", "--through-services", "--outputs")
            problems += identity(document)
            back = sum(output["amount"] for output in document["outputs"]
                       if outpoint(output) in stolen)
            if back != amount:
                problems.append(f"{place}: {back} comes from the theft, in truth {amount}")
        return [f"seed {self.seed} {trail['name']} backward: {p}" for p in problems]


class TraceTruth(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="clew-test-")
        cls.addClassCleanup(holder.cleanup)
        cls.cases = parallel(lambda seed: Case(pathlib.Path(holder.name), seed), SEEDS)

    def check(self, method):
        """Runs a method of Case on every trail; returns what it gave, by trail."""
        work = [(case, trail) for case in self.cases for trail in case.trails]
        return parallel(lambda pair: getattr(pair[0], method)(pair[1]), work)

    def no_problems(self, lists):
        problems = [problem for each in lists for problem in each]
        self.assertEqual(problems, [], "\n" + "\n".join(problems[:20]))

    def test_worlds_have_crimes_of_both_kinds(self):
        for case in self.cases:
            names = {trail["name"].split("-")[0] for trail in case.trails}
            self.assertEqual(names, {"theft", "ransom"}, case.seed)

    def test_fifo_finds_every_true_end_with_its_amount(self):
        self.no_problems(self.check("check_truth"))
        ends = [true_ends(trail) for case in self.cases for trail in case.trails]
        kinds = collections.Counter(end[0] if isinstance(end, tuple) else end
                                    for each in ends for end in each)
        print(f"\n  {len(ends)} trails of {len(self.cases)} seeds, "
              f"{sum(sum(each.values()) for each in ends)} satoshi, ends: {dict(kinds)}")

    def test_entities_stop_it_earlier_but_only_at_the_same_service(self):
        self.no_problems(self.check("check_inherited"))

    def test_backward_fifo_leads_to_the_theft(self):
        self.no_problems(self.check("check_backward"))

    def test_no_satoshi_is_lost_under_any_policy_in_either_direction(self):
        results = self.check("check_identity")
        self.no_problems(problems for problems, _ in results)
        print(f"\n  the sums hold in {sum(traces for _, traces in results)} traces")


if __name__ == "__main__":
    unittest.main(argv=["trace_truth_test", "-v"])
