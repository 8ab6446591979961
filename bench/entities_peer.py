#!/usr/bin/env python3
"""Entities beside their peer: our program and PyPI's graphsense-clustering on the same rows.

    entities_peer.py BENCH_PROGRAM ROWS.bin [--clusters N] [--repeat N]

Run it with the interpreter of an environment that has numpy, pyarrow and
graphsense-clustering 0.2.0. ROWS.bin holds (transaction, address) as little-endian 32-bit pairs,
sorted by transaction. Both programs get rows that are in memory, in the layout they like best; the
clock runs over joining alone. Seconds are user + system, because both may share the machine, and
each side's best run counts. The last line is one JSON document for scripts.
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


def run_peer(options):
    import numpy
    import pyarrow
    from gs_clustering import Clustering

    rows = numpy.fromfile(options.rows, dtype="<u4").reshape(-1, 2)
    addresses = numpy.ascontiguousarray(rows[:, 1])
    starts = numpy.flatnonzero(numpy.diff(rows[:, 0])) + 1
    starts = numpy.concatenate([[0], starts, [len(rows)]]).astype("<i4")
    lists = pyarrow.ListArray.from_arrays(pyarrow.array(starts), pyarrow.array(addresses))
    top = int(addresses.max())
    seconds = []
    for _ in range(options.repeat):
        start = cpu_seconds()
        clustering = Clustering(max_address_id=top)
        clustering.process_transactions_arrow(lists)
        seconds.append(cpu_seconds() - start)
    names = clustering.get_mapping().column("cluster_id").to_numpy()
    clusters = len(numpy.unique(names[numpy.unique(addresses)]))
    return len(rows) / min(seconds), len(rows) / statistics.median(seconds), clusters


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("rows")
    parser.add_argument("--clusters", type=int, default=0, help="the right answer")
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    ours = run_ours(options)
    try:
        peer, median, clusters = run_peer(options)
    except ImportError as missing:
        sys.exit(f"error: no peer to compare with: {missing}")
    print(f"peer graphsense-clustering: {peer / 1e6:.1f} M inputs per CPU-second, "
          f"{clusters} clusters, without proofs")
    if clusters != ours["clusters"]:
        sys.exit(f"error: the programs disagree: {ours['clusters']} and {clusters} clusters")
    print(f"  ratio {ours['inputs_per_cpu_second'] / peer:.1f}x")
    print(json.dumps({**ours, "peer_inputs_per_cpu_second": round(peer),
                      "peer_median_inputs_per_cpu_second": round(median)}))


if __name__ == "__main__":
    main()
