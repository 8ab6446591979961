#!/usr/bin/env python3
"""Entities beside their peer: our program and PyPI's graphsense-clustering on the same rows.

    entities_peer.py BENCH_PROGRAM ROWS.bin [--clusters N] [--repeat N] [--turns N]

Run it with the interpreter of an environment that has numpy, pyarrow and
graphsense-clustering 0.2.0. ROWS.bin holds (transaction, address) as little-endian 32-bit pairs,
sorted by transaction. Both programs get rows that are in memory, in the layout they like best; the
clock runs over joining alone. Seconds are user + system, because both may share the machine, and
each side's best run counts. They take turns, since a shared machine is not the same from one minute
to the next. The last line is one JSON document for scripts.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys


def cpu_seconds():
    use = resource.getrusage(resource.RUSAGE_SELF)
    return use.ru_utime + use.ru_stime


def run_ours(options):
    command = [options.program, options.rows, "--repeat", str(options.repeat)]
    if options.clusters:
        command += ["--expect", str(options.clusters)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    print("\n".join(lines[:-1]))
    if done.returncode != 0 or not lines:
        sys.exit(f"error: {options.program} ended with {done.returncode}")
    return json.loads(lines[-1])


class Peer:
    def __init__(self, path):
        import gs_clustering
        import numpy
        import pyarrow

        self.unique, self.clustering = numpy.unique, gs_clustering.Clustering
        rows = numpy.fromfile(path, dtype="<u4").reshape(-1, 2)
        self.addresses = numpy.ascontiguousarray(rows[:, 1])
        starts = numpy.flatnonzero(numpy.diff(rows[:, 0])) + 1
        starts = numpy.concatenate([[0], starts, [len(rows)]]).astype("<i4")
        self.lists = pyarrow.ListArray.from_arrays(
            pyarrow.array(starts), pyarrow.array(self.addresses))
        self.top = int(self.addresses.max())
        self.last = None

    def run(self):
        """Rows a CPU-second."""
        start = cpu_seconds()
        self.last = self.clustering(max_address_id=self.top)
        self.last.process_transactions_arrow(self.lists)
        return len(self.addresses) / (cpu_seconds() - start)

    def clusters(self):
        names = self.last.get_mapping().column("cluster_id").to_numpy()
        return len(self.unique(names[self.unique(self.addresses)]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("rows")
    parser.add_argument("--clusters", type=int, default=0, help="the right answer")
    parser.add_argument("--repeat", type=int, default=5, help="runs of each in a turn")
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    try:
        peer = Peer(options.rows)
    except ImportError as missing:
        sys.exit(f"error: no peer to compare with: {missing}")
    ours, rates = [], []
    for _ in range(options.turns):
        ours.append(run_ours(options))
        rates += [peer.run() for _ in range(options.repeat)]
    found = {key: max(turn[key] for turn in ours) for key in ours[0]}
    found["median_inputs_per_cpu_second"] = statistics.median(
        turn["median_inputs_per_cpu_second"] for turn in ours)
    found["peer_inputs_per_cpu_second"] = round(max(rates))
    found["peer_median_inputs_per_cpu_second"] = round(statistics.median(rates))
    clusters = peer.clusters()
    print(f"peer graphsense-clustering: {max(rates) / 1e6:.1f} M inputs per CPU-second, "
          f"{clusters} clusters, without proofs")
    if clusters != found["clusters"]:
        sys.exit(f"error: the programs disagree: {found['clusters']} and {clusters} clusters")
    print(f"  ratio {found['inputs_per_cpu_second'] / max(rates):.1f}x")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
