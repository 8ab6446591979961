#!/usr/bin/env python3
"""The four tests of one address's history beside numpy on the same rows.

    anomaly_peer.py BENCH_PROGRAM [--rows N] [--repeat N]

Run it with the interpreter of an environment that has numpy. The peer has the rows as columns in
memory, with amounts of 64 bits where ours have 256; getting there is not timed. Value, transfers
and relation are array operations. Hiding is a loop over sorted lists, because what a row may take
up depends on what others took before, which array operations do not express; so the ratio is given
without it too. Both must find the same. Seconds are user + system, the best run of each side. The
last line is one JSON document for scripts.
"""

import argparse
import bisect
import json
import math
import subprocess
import sys
import tempfile

from cpu_time import timed

SUBJECT = 0
MINIMUM, MAXIMUM, SECONDS = -2.0, 3.0, 13_000
COEFFICIENTS = (0.3, 0.4, 0.5, 0.6)
BILLION, TOLERANCE = 10**9, 10**7  # in billionths


class History:
    def __init__(self, path, listed_every):
        import numpy
        self.np = numpy
        rows = numpy.fromfile(path, dtype=[("time", "<i8"), ("value", "<u8"), ("from", "<u4"),
                                           ("to", "<u4"), ("token", "<u4"), ("nothing", "<u4")])
        self.time, self.value, self.token = (rows[key].copy() for key in ("time", "value", "token"))
        self.sender, self.receiver = rows["from"].copy(), rows["to"].copy()
        accounts = int(max(self.sender.max(), self.receiver.max())) + 1
        self.listed = numpy.zeros(accounts, bool)
        self.listed[listed_every::listed_every] = True

    def value_test(self):
        """Which rows, and their Z."""
        np, token = self.np, self.token
        amount = self.value.astype(np.float64)
        count = np.bincount(token)
        mean = np.bincount(token, weights=amount) / count
        off = amount - mean[token]
        deviation = np.sqrt(np.bincount(token, weights=off * off) / count)
        z = off / deviation[token]
        rows = np.flatnonzero((z < MINIMUM) | (z > MAXIMUM))
        return rows, z[rows]

    def transfers_test(self):
        np = self.np
        nearest = np.full(len(self.time), np.iinfo(np.int64).max)
        for side in (self.receiver, self.sender):
            rows = np.flatnonzero(side == SUBJECT)
            gap = np.diff(self.time[rows])
            nearest[rows[1:]] = np.minimum(nearest[rows[1:]], gap)
            nearest[rows[:-1]] = np.minimum(nearest[rows[:-1]], gap)
        rows = np.flatnonzero(nearest < SECONDS)
        return rows, nearest[rows]

    def relation_test(self):
        np = self.np
        other = np.where(self.sender == SUBJECT, self.receiver, self.sender)
        return np.flatnonzero((self.sender != self.receiver) & (self.value != 0)
                              & self.listed[other])

    def hiding_test(self):
        """(received, sent) of each pair. Offers of a token lie sorted as (amount, row)."""
        np = self.np
        parts = (self.value != 0) & (self.sender != self.receiver)
        rows = np.flatnonzero(parts)
        columns = (rows, *(column[rows] for column in (self.time, self.value, self.token,
                                                       self.sender, self.receiver)))
        offers = [[] for _ in range(int(self.token.max()) + 1)]
        came, oldest, taken, pairs = [], 0, set(), []
        for row, time, value, token, sender, receiver in zip(*(c.tolist() for c in columns)):
            of_token = offers[token]
            if receiver == SUBJECT:
                bisect.insort(of_token, (value, row, sender))
                came.append((time, token, (value, row, sender)))
                continue
            while oldest < len(came) and time - came[oldest][0] > SECONDS:
                _, its_token, offer = came[oldest]
                oldest += 1
                if offer[1] not in taken:
                    del offers[its_token][bisect.bisect_left(offers[its_token], offer)]
            at = bisect.bisect_left(of_token, (value,))
            while at < len(of_token) and of_token[at][2] == receiver:
                at += 1
            if at == len(of_token):
                continue
            amount, received, _ = of_token[at]
            if amount - value <= amount * TOLERANCE // BILLION:
                del of_token[at]
                taken.add(received)
                pairs.append((received, row))
        return pairs


def run_ours(options, path):
    done = subprocess.run([options.program, "--rows", str(options.rows), "--write", path],
                          stdout=subprocess.PIPE, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    print("\n".join(lines[:-1]))
    if done.returncode != 0 or not lines:
        sys.exit(f"error: {options.program} ended with {done.returncode}")
    return json.loads(lines[-1])


def run_peer(history, repeat):
    """Seconds of each test, and what they found under the names that our program uses."""
    seconds = {}
    seconds["value"], (value, z) = timed(history.value_test, repeat)
    seconds["transfers"], (transfers, _) = timed(history.transfers_test, repeat)
    seconds["relation"], relation = timed(history.relation_test, repeat)
    seconds["hiding"], pairs = timed(history.hiding_test, 2)
    count = len(history.time)
    scores = (100 * len(value) / count, 100 * len(transfers) / count,
              100 * 2 * len(pairs) / count, 100 if len(relation) else 0)
    weighted = sum(weight * score for weight, score in zip(COEFFICIENTS, scores))
    found = {"value": len(value), "z_sum": float(z.sum()), "transfers": len(transfers),
             "pairs": len(pairs), "received_sum": sum(p[0] for p in pairs),
             "sent_sum": sum(p[1] for p in pairs), "relation": len(relation),
             "danger_score": weighted / sum(COEFFICIENTS)}
    return seconds, found


def check(found, wanted):
    wrong = [f"{key}: {found[key]}, ours {wanted[key]}" for key in wanted
             if not math.isclose(found[key], wanted[key], rel_tol=1e-9)]
    if wrong or set(found) != set(wanted):
        sys.exit("error: numpy finds something else: " + "; ".join(wrong))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    with tempfile.NamedTemporaryFile(suffix=".rows") as file:
        ours = run_ours(options, file.name)
        try:
            history = History(file.name, ours["listed_every"])
        except ImportError as missing:
            sys.exit(f"error: no peer to compare with: {missing}")
    seconds, found = run_peer(history, options.repeat)
    check(found, ours["found"])
    arrays = ("value", "transfers", "relation")
    result = {key: ours[key] for key in ("rows", "seconds", "median_seconds")}
    result["arrays_s"] = sum(ours[f"{key}_s"] for key in arrays)
    result["hiding_s"] = ours["order_s"] + ours["hiding_s"]
    result["robust_s"] = ours["order_s"] + ours["robust_s"]
    result["numpy_arrays_s"] = sum(seconds[key] for key in arrays)
    result["numpy_hiding_s"] = seconds["hiding"]
    result["numpy_seconds"] = sum(seconds.values())
    for name, mine, theirs in (("all four", "seconds", "numpy_seconds"),
                               ("value, transfers, relation", "arrays_s", "numpy_arrays_s"),
                               ("hiding with its sorting", "hiding_s", "numpy_hiding_s")):
        print(f"{name}: {result[mine]:.3f} s, numpy {result[theirs]:.3f} s, "
              f"ratio {result[theirs] / result[mine]:,.1f}x")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
