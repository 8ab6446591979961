#!/usr/bin/env python3
"""Time-respecting reach beside its peers: our program, numpy and DuckDB on the same transfers.

    account_trace_peer.py BENCH_PROGRAM ROWS.bin LEDGER_DIR [--sql-seeds N] [--repeat N]

Run it with the interpreter of an environment that has numpy and duckdb. ROWS.bin holds transfers
(source, target, time, cents) of 32 bits each, sorted by time. Asked is, for 20 nodes of one or two
transfers and for the six busiest kinds of nodes, who can be reached in six transfers that follow
each other in time, and when at the earliest; all must count the same nodes. Our program reads its
ledger, as `clew` would; the peers have the transfers in memory, sorted by (source, time), and what
they need for that is not timed. Seconds are user + system, each side's best run of a seed; as ours
reads wide levels in a second thread, its seconds on the wall are told as well. The last line is one
JSON document for scripts.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

from cpu_time import timed

HOPS = 6
NARROW = 20
WIDE_RANKS = (0, 1, 2, 10, 100, 1000)  # by number of transfers sent
SEED = 7


class Transfers:
    """All of them, sorted by source and then by time, which is the row."""

    def __init__(self, path):
        import numpy  # in memory, as no file of ours
        self.np = numpy
        rows = numpy.fromfile(path, dtype="<u4").reshape(-1, 4)
        self.count = len(rows)
        self.nodes = int(rows[:, :2].max()) + 1
        order = numpy.argsort(rows[:, 0], kind="stable")
        self.source, self.target = rows[order, 0], rows[order, 1]
        self.row = order.astype(numpy.int64)
        self.sent = numpy.bincount(rows[:, 0], minlength=self.nodes)

    def seeds(self):
        np = self.np
        few = np.flatnonzero((self.sent >= 1) & (self.sent <= 2))
        narrow = np.random.default_rng(SEED).choice(few, NARROW, replace=False)
        wide = np.argsort(-self.sent, kind="stable")[list(WIDE_RANKS)]
        return [int(n) for n in narrow], [int(n) for n in wide]


class NumpyPeer:
    """Level by level; arrays as long as there are nodes are made once and cleaned after use."""

    def __init__(self, transfers):
        np = self.np = transfers.np
        self.t = transfers
        self.shift = np.int64(transfers.count).item().bit_length()
        self.keys = (transfers.source.astype(np.int64) << self.shift) | transfers.row
        self.ends = np.cumsum(transfers.sent)
        self.never = np.iinfo(np.int64).max
        self.bound = np.full(transfers.nodes, self.never, np.int64)

    def reach(self, seed):
        np, bound = self.np, self.bound
        bound[seed] = 0
        frontier, touched = np.array([seed]), [np.array([seed])]
        for _ in range(HOPS):
            begin = np.searchsorted(self.keys, (frontier << self.shift) | bound[frontier])
            length = self.ends[frontier] - begin
            total = int(length.sum())
            if total == 0:
                break
            first = np.cumsum(length) - length
            at = np.repeat(begin - first, length) + np.arange(total)
            target, arrival = self.t.target[at], self.t.row[at] + 1
            better = arrival < bound[target]
            target, arrival = target[better], arrival[better]
            np.minimum.at(bound, target, arrival)
            frontier = np.unique(target).astype(np.int64)
            touched.append(frontier)
        nodes = np.unique(np.concatenate(touched))
        bound[nodes] = self.never
        return len(nodes)


class DuckPeer:
    """Level by level, a join each; the table is sorted by source, so that most of it is skipped."""

    LEVEL = """
        CREATE OR REPLACE TEMP TABLE next AS
        SELECT target AS node, min(row) + 1 AS bound FROM transfers JOIN frontier
        ON source = node AND row >= bound GROUP BY target"""
    BETTER = """
        CREATE OR REPLACE TEMP TABLE frontier AS
        SELECT node, next.bound AS bound FROM next LEFT JOIN reached USING (node)
        WHERE reached.bound IS NULL OR next.bound < reached.bound"""
    KEEP = """
        CREATE OR REPLACE TEMP TABLE reached AS
        SELECT node, min(bound) AS bound FROM (FROM reached UNION ALL FROM frontier)
        GROUP BY node"""

    def __init__(self, transfers):
        import duckdb
        self.db = duckdb.connect()
        self.db.execute("SET threads = 1")
        rows = {"source": transfers.source, "target": transfers.target, "row": transfers.row}
        self.db.register("given", rows)
        self.db.execute("CREATE TABLE transfers AS FROM given")
        self.db.unregister("given")

    def reach(self, seed):
        start = f"SELECT {seed}::UINTEGER AS node, 0::BIGINT AS bound"
        for table in ("frontier", "reached"):
            self.db.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {start}")
        for _ in range(HOPS):
            for statement in (self.LEVEL, self.BETTER, self.KEEP):
                self.db.execute(statement)
        return self.db.execute("SELECT count(*) FROM reached").fetchone()[0]


def run_ours(options, seeds):
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(map(str, seeds)) + "\n")
        file.flush()
        command = [options.program, options.rows, options.ledger, file.name, "--hops", str(HOPS),
                   "--repeat", str(options.repeat)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    print("\n".join(lines[:-1]))
    if done.returncode != 0 or not lines:
        sys.exit(f"error: {options.program} ended with {done.returncode}")
    return json.loads(lines[-1])


def check(name, seeds, found, wanted):
    if found != wanted:
        wrong = [f"node {s}: {a}, ours {b}" for s, a, b in zip(seeds, found, wanted) if a != b]
        sys.exit(f"error: {name} counts other nodes: " + "; ".join(wrong))


def run_peer(name, peer, seeds, wanted, repeat):
    times, counts = zip(*(timed(lambda seed=seed: peer.reach(seed), repeat) for seed in seeds))
    check(name, seeds, list(counts), wanted[:len(seeds)])
    return list(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("rows")
    parser.add_argument("ledger")
    parser.add_argument("--sql-seeds", type=int, default=6, help="of the narrow ones, for DuckDB")
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    try:
        transfers = Transfers(options.rows)
        narrow, wide = transfers.seeds()
        ours = run_ours(options, narrow + wide)
        numpy = NumpyPeer(transfers)
        found = {"transfers": ours["transfers"]}
        seconds, counts = ours["cpu_seconds"], ours["addresses"]
        found["median_ms"] = statistics.median(seconds[:NARROW]) * 1e3
        found["wide_edges_per_cpu_second"] = [round(e / s) for e, s in
                                              zip(ours["edges"][NARROW:], seconds[NARROW:])]
        found["wide_edges_per_second"] = [round(e / s) for e, s in
                                          zip(ours["edges"][NARROW:], ours["seconds"][NARROW:])]
        times = run_peer("numpy", numpy, narrow, counts, 3)
        found["numpy_median_ms"] = statistics.median(times) * 1e3
        times = run_peer("numpy", numpy, wide[:2], counts[NARROW:], 1)
        found["numpy_wide_edges_per_cpu_second"] = [
            round(e / s) for e, s in zip(ours["edges"][NARROW:], times)]
        del numpy
        times = run_peer("DuckDB", DuckPeer(transfers), narrow[:options.sql_seeds], counts, 1)
        found["duckdb_median_ms"] = statistics.median(times) * 1e3
    except ImportError as missing:
        sys.exit(f"error: no peer to compare with: {missing}")
    size = sum(p.stat().st_size for p in pathlib.Path(options.ledger).glob("*.seg"))
    found["bytes_per_transfer"] = round(size / found["transfers"], 1)
    for name in ("numpy", "duckdb"):
        print(f"{name}: median {found[name + '_median_ms']:.2f} ms, "
              f"ratio {found[name + '_median_ms'] / found['median_ms']:,.0f}x")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
