#!/usr/bin/env python3
"""Reads what bench/run.sh measured and prints it beside targets, limits and peers.

    report.py real RESULTS DATA     real blocks: bytes on disk per raw byte
    report.py table RESULTS         everything, as Markdown for docs/benchmarks.md
"""

import json
import math
import pathlib
import sys

# What throw-away prototypes reached on one core of a like machine (docs/benchmarks.md, Limits).
PROTOTYPE = {"merkle": 1180, "witness": 640, "warm": 365, "cold": 161, "disk": 0.32,
             "entities": 94, "why": 0.2, "fifo": 3.1}
KNOWN_ADDRESSES_SLOW = 365 / 234  # the prototype, with 300 million addresses known already
# src/ledger/writer.h: when a segment is closed, and how large merging four at a time makes them.
SEGMENT_BYTES, MERGED_BYTES = 256 << 20, 16 << 30
# The chain of 2026, rounded.
CHAIN_BYTES, CHAIN_TRANSACTIONS = 750e9, 1.3e9
# A ledger byte counts, from docs/formats/segment.md, that blocks torn from their chain cost more:
# an input from outside has its outpoint (36) where a link to an older segment would do (its other
# columns are as wide); an address first seen has its kind and hash (21), its share of an offset
# (0.25), of the postings' index (4) and of the bucket index (5.5).
OUTSIDE_INPUT, NEW_ADDRESS = 36, 30.75
NEW_ADDRESSES_PER_TRANSACTION = 1.1  # of the whole chain


class Results:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def get(self, name):
        path = self.folder / f"{name}.json"
        return json.loads(path.read_text()) if path.exists() else None

    def text(self, name):
        path = self.folder / name
        return path.read_text().splitlines() if path.exists() else []


class Table:
    """Rows of what, measured, target, and how far from the limit and from the peer."""

    def __init__(self):
        self.rows = []

    def add(self, what, unit, value, target=None, limit=None, peer=None, least=False, digits=0):
        """`least`: smaller is better. `limit`: (value, what it is)."""
        show = f"{{:,.{digits}f}}".format
        reached = "" if target is None else (value <= target if least else value >= target)
        verdict = {True: "yes", False: "**no**", "": ""}[reached]
        wanted = "" if target is None else f"{'≤' if least else '≥'} {show(target)}"
        bound = ""
        if limit is not None:
            share = limit[0] / value if least else value / limit[0]
            bound = f"{show(limit[0])} ({limit[1]}): {share:.0%}"
        beside = ""
        if peer is not None:
            ratio = peer[0] / value if least else value / peer[0]
            beside = f"{peer[1]} {show(peer[0])}: {ratio:,.1f}x"
        self.rows.append((what, f"{show(value)} {unit}", wanted, verdict, bound, beside))

    def print(self):
        head = ("what", "measured", "target", "met", "limit, and our share of it",
                "peer, and ratio")
        print("| " + " | ".join(head) + " |\n|" + " --- |" * len(head))
        for row in self.rows:
            print("| " + " | ".join(row) + " |")


def decode_rows(results, table):
    ours, peer = results.get("decode"), results.get("decode-peer")
    for key, name, target in (("merkle", "decode + txid + Merkle root", 800),
                              ("witness", "the same + wtxid + witness root", 500)):
        limit = (ours[f"{key}_bound"], "hashing alone, here")
        beside = peer and (peer[f"{key}_crate"], "bitcoin-block-parser")
        table.add(name, "MB/CPU-s", ours[key], target, limit, beside)
        table.add("… without the peer's file reading", "MB/CPU-s", ours[key], None,
                  (PROTOTYPE[key], "prototype"), peer and (peer[f"{key}_library"], "rust-bitcoin"))
        rate = ours[f"{key}_transactions"]
        table.add("… transactions", "M/CPU-s", rate / 1e6, digits=2)


def ingest_rows(results, table):
    warm, cold = results.get("ingest-x100"), results.get("ingest-cold")
    table.add("ingest, warm (user + system)", "MB/CPU-s", warm["mb_per_cpu_s"], 250,
              (PROTOTYPE["warm"], "prototype"))
    table.add("… median run", "MB/CPU-s", warm["median_mb_per_cpu_s"])
    table.add("… transactions", "k/CPU-s", warm["tx_per_cpu_s"] / 1e3)
    table.add("ingest, cold page cache", "MB/CPU-s", cold["mb_per_cpu_s"], 154,
              (PROTOTYPE["cold"], "prototype"))
    table.add("… median run", "MB/CPU-s", cold["median_mb_per_cpu_s"])
    table.add("disk", "bytes per raw byte", warm["stored"] / warm["bytes"], 0.35,
              (PROTOTYPE["disk"], "prototype"), least=True, digits=3)
    table.add("memory beyond mapped files", "MB", max(warm["own_memory_mb"],
              cold["own_memory_mb"]), 300, least=True)


def entity_rows(results, table):
    found = results.get("entities")
    if found is None:
        return
    rate, peer = found["inputs_per_cpu_second"] / 1e6, found["peer_inputs_per_cpu_second"] / 1e6
    table.add("entities with proofs", "M inputs/CPU-s", rate, 70,
              (PROTOTYPE["entities"], "prototype, unrooted"), (peer, "graphsense-clustering"),
              digits=1)
    table.add("… median run", "M inputs/CPU-s", found["median_inputs_per_cpu_second"] / 1e6,
              None, None, (found["peer_median_inputs_per_cpu_second"] / 1e6, "its median run"),
              digits=1)
    table.add("why, 99th percentile", "µs", found["why_p99_us"], 2, least=True, digits=2)


def evm_rows(results, table):
    ours, peer = results.get("evm-decode"), results.get("evm-decode-peer")
    if ours is None:
        return
    table.add("Ethereum: JSON + hashes + roots + blooms, into columns", "transactions/CPU-s",
              ours["transactions_per_cpu_s"], 100_000,
              (ours["bound"], f"hashing alone, {ours['kernel']}, here"),
              peer and (peer["checked"], "alloy"))
    for key, name in (("read_us", "JSON alone"), ("hashes_us", "transactions' hashes"),
                      ("roots_us", "both roots"), ("blooms_us", "blooms"),
                      ("columns_us", "transfers and columns")):
        table.add(f"… {name}", "µs", ours[key], digits=2)
    table.add("… Keccak permutations, at least", "a transaction", ours["permutations"], digits=1)
    table.add("… Keccak alone", "M permutations/CPU-s", ours["keccak_per_cpu_s"] / 1e6, digits=1)


def extraction_rows(results, table):
    found = results.get("evm-extraction")
    if found is None:
        return
    for traces, name in (("none", "blocks, transactions, receipts, logs"),
                         ("trace", "the same with trace_block"),
                         ("debug", "the same with callTracer")):
        table.add(f"{found[f'blocks_{traces}']:,} blocks from one node: {name}", "s",
                  found[f"clew_{traces}"], found[f"node_{traces}"] / 0.9,
                  (found[f"node_{traces}"], "the node alone"), least=True, digits=2)
    every = found["clew_trace"]
    for peer, name in (("cryo_blocks", "cryo: blocks"), ("cryo_transactions", "cryo: transactions"),
                       ("cryo_logs", "cryo: logs"), ("cryo_traces", "cryo: traces"),
                       ("etl_transactions", "ethereum-etl: blocks and transactions"),
                       ("etl_transfers", "ethereum-etl: token transfers")):
        table.add("… all tables in one go, beside one", "s", every, least=True, digits=2,
                  peer=(found[peer], name))


def live_rows(results, table):
    found = results.get("live")
    if found is None:
        return
    logs = f"{found['logs_per_transaction']:.1f} logs a transaction"
    for key, name in (("without_traces", "without traces"), ("with_traces", "with callTracer")):
        rate = found[key]["tx_per_second"]
        table.add(f"replay server to ledger, {name}, {logs}", "transactions/s wall", rate, 30_000)
        table.add("… ingest alone", "transactions/CPU-s", found[key]["tx_per_cpu_second"])
        table.add("… replay server alone", "transactions/CPU-s",
                  found[key]["tx_per_node_cpu_second"])
    head = found.get("head")
    if head is None:
        return
    table.add(f"shown to ledger, {head['tx_per_second']:,.0f} tx/s for {head['seconds']:.0f} s, "
              "99th percentile", "ms", head["latency_p99_ms"], 200, least=True)
    table.add("… median", "ms", head["latency_p50_ms"], least=True)
    table.add("… memory of its own at the end", "MB", head["megabytes_at_end"],
              1.1 * head["megabytes_at_start"], least=True)
    table.add("… CPU, ingest", "% of a core", 100 * head["cpu_share"], least=True)
    table.add("… CPU, replay server", "% of a core", 100 * head["node_cpu_share"], least=True)


def account_rows(results, table):
    found = results.get("account-trace")
    if found is None:
        return
    ours = found["median_ms"]
    for name, peer in (("numpy", "numpy"), ("DuckDB", "duckdb")):
        table.add("six hops over 20 M transfers, median of 20 narrow starts", "ms", ours, 0.2,
                  least=True, digits=3, peer=(found[f"{peer}_median_ms"], name))
    wide, numpy = found["wide_edges_per_cpu_second"], found["numpy_wide_edges_per_cpu_second"]
    wall = found["wide_edges_per_second"]
    table.add("… from the busiest, transfers, two threads", "M/s wall", max(wall) / 1e6, 10,
              digits=1)
    table.add("… slowest of six", "M/s wall", min(wall) / 1e6, digits=1)
    table.add("… of CPU", "M/CPU-s", max(wide) / 1e6, peer=(max(numpy) / 1e6, "numpy"), digits=1)
    table.add("… slowest of six", "M/CPU-s", min(wide) / 1e6, digits=1)
    table.add("ledger of accounts, transfers alone", "bytes a transfer",
              found["bytes_per_transfer"], least=True, digits=1)


def net_rows(results, table):
    found = results.get("net")
    raw = found["raw_600k"]["megabytes_per_client_cpu_second"]
    for key, name in (("http_600k", "answers of 600 KB by HTTP, client"),
                      ("rpc_600k", "… by JSON-RPC, client")):
        figures = found[key]
        table.add(name, "MB/CPU-s", figures["megabytes_per_client_cpu_second"], None,
                  (raw, "bare sockets, here"))
        table.add("… server", "MB/CPU-s", figures["megabytes_per_server_cpu_second"])
    table.add("answers of 1 KB by JSON-RPC, client", "µs CPU",
              found["rpc_1k"]["client_microseconds"], least=True, digits=1)
    table.add("… both, two threads", "requests/s wall", found["rpc_1k"]["requests_per_second"])


def anomaly_rows(results, table):
    found = results.get("anomaly")
    if found is None:
        return
    for key, name, target in (
            ("seconds", f"four tests of an address's {found['rows'] / 1e6:g} M rows", 0.3),
            ("arrays_s", "… value, transfers and relation", None),
            ("hiding_s", "… hiding, with its sorting", None)):
        peer = found["numpy_seconds" if key == "seconds" else f"numpy_{key}"]
        table.add(name, "CPU-s", found[key], target, least=True, digits=3, peer=(peer, "numpy"))
    table.add("… median run of all", "CPU-s", found["median_seconds"], least=True, digits=3)


def serve_rows(results, table):
    found = results.get("serve")
    if found is None:
        return
    for what, name in (("same", "in memory"), ("different", "computed anew")):
        one = found[what]
        table.add(f"anomalies of 1,000 rows, {found['rate']} requests/s, {name}: 99th percentile",
                  "ms", one["p99_ms"], 10, least=True, digits=2)
        table.add("… the server", "CPU-ms a request", one["cpu_ms"], least=True, digits=2,
                  peer=(found["peer_cpu_ms"], "http.server and numpy, two tests")
                  if what == "different" else None)
    table.add(f"a history of {found['first_call_rows']:,} rows collected and answered", "s",
              found["first_call_s"], 3, least=True, digits=2)
    table.add("… memory", "MB", found["first_call_mb"], least=True, digits=0)


def trace_rows(results, table):
    found = results.get("trace")
    table.add("FIFO trace", "M outputs/CPU-s", found["outputs_per_cpu_second"] / 1e6, 2.5,
              (PROTOTYPE["fifo"], "prototype"), digits=2)
    table.add("… median run", "M outputs/CPU-s", found["median_outputs_per_cpu_second"] / 1e6,
              digits=2)
    for way in ("forward", "backward"):
        table.add(f"bounded trace {way}, 99th percentile of {found['traces']}", "ms",
                  found[f"{way}_p99_ms"], 50, least=True, digits=1)
    table.add("… edges of the largest", "edges", found["edges_max"], found["edges_budget"],
              least=True)
    coinjoin = results.get("coinjoin")
    table.add("CoinJoin recognition", "M transactions/CPU-s", coinjoin["recognise_per_cpu_s"] / 1e6,
              digits=1)


def print_world(results):
    world, decoded = results.get("world-x100"), results.get("decode")
    n = world["transactions"]
    print(f"\nInput x100: {decoded['bytes'] / 1e6:,.0f} MB of generated blocks, {n:,} "
          f"transactions; a transaction has {decoded['mean_transaction']} bytes, "
          f"{world['inputs'] / n:.2f} inputs, {world['outputs'] / n:.2f} outputs, "
          f"{world['addresses'] / n:.2f} new addresses.\n")


def print_scale(results):
    print("\n### Cost by size of the input\n")
    print("| input | MB/CPU-s | bytes on disk per raw byte | own memory, MB |")
    print("| --- | --- | --- | --- |")
    for name in ("x1", "x10", "x100", "x400"):
        run = results.get(f"ingest-{name}")
        print(f"| {name}: {run['bytes'] / 1e6:,.0f} MB | {run['mb_per_cpu_s']:.0f} | "
              f"{run['stored'] / run['bytes']:.3f} | {run['own_memory_mb']:.0f} |")


def merge_cost(results):
    """CPU-seconds that merging adds to a raw byte merged: what x400, which merges the segments of
    its first 4 x 256 MiB once, costs more than x100, which merges nothing."""
    base, large = results.get("ingest-x100"), results.get("ingest-x400")
    more = 1 / large["mb_per_cpu_s"] - 1 / base["mb_per_cpu_s"]
    return max(0.0, more) * large["bytes"] / (4 * SEGMENT_BYTES) / 1e6


def print_projection(results):
    cold, large = results.get("ingest-cold"), results.get("ingest-x400")
    ratio = large["stored"] / large["bytes"]
    per_transaction = large["stored"] / large["transactions"]
    added, merging = 1 / cold["mb_per_cpu_s"] / 1e6, merge_cost(results)
    merges = round(math.log(MERGED_BYTES / SEGMENT_BYTES, 4))
    hours = CHAIN_BYTES * (added + merges * merging) / 3600
    slow = CHAIN_BYTES * (added * KNOWN_ADDRESSES_SLOW + merges * merging) / 3600
    print(f"""
### The whole chain, projected

{CHAIN_BYTES / 1e9:.0f} GB of blocks, {CHAIN_TRANSACTIONS / 1e9:.1f} billion transactions; not run.

- Disk: {CHAIN_BYTES / 1e9:.0f} GB × {ratio:.3f} = **{CHAIN_BYTES * ratio / 1e9:.0f} GB** by \
bytes, {CHAIN_TRANSACTIONS / 1e9:.1f} billion × {per_transaction:.0f} B = \
{CHAIN_TRANSACTIONS * per_transaction / 1e9:.0f} GB by transactions.
- Time on one core: {CHAIN_BYTES / 1e9:.0f} GB × ({added * 1e9:.1f} ns a byte added, cold, + \
{merges} merges × {merging * 1e9:.1f} ns a byte merged) = **{hours:.1f} hours**; with \
{KNOWN_ADDRESSES_SLOW:.2f} × the cost of adding, as the prototype took when it knew 300 million \
addresses, {slow:.1f} hours.
- Memory: merges need most. One holds about 0.45 of the raw bytes it merges, at most 16 GiB of \
them: **{0.45 * MERGED_BYTES / 1e9:.1f} GB**; x400 merged {4 * SEGMENT_BYTES / 1e9:.2f} GB and \
held {large['own_memory_mb'] / 1e3:.2f} GB. Without merges it is that of x100.""")


def table(folder):
    results, rows = Results(folder), Table()
    print("Machine: " + "; ".join(results.text("machine.txt")))
    print_world(results)
    for add in (decode_rows, ingest_rows, entity_rows, trace_rows, account_rows, anomaly_rows,
                serve_rows, evm_rows, extraction_rows, live_rows, net_rows):
        add(results, rows)
    rows.print()
    memory = results.get("memory")
    print(f"\nThis machine at its best, one core: {memory['stream_gb_s']:.1f} GB/s read in order, "
          f"{memory['known_read_ns']:.0f} ns a random read whose address is known in advance, "
          f"{memory['chained_read_ns']:.0f} ns one that is not, "
          f"{memory['first_write_gb_s']:.1f} GB/s written to new memory.")
    for line in results.text("real.txt"):
        print(line)
    print_scale(results)
    print_projection(results)
    missing = results.text("not-measured.txt")
    if missing:
        print("\n**Not measured:**\n" + "\n".join(f"- {line}" for line in missing))


def real(folder, data):
    results, lines = Results(folder), ["", "### Real blocks", ""]
    lines += ["| blocks | raw bytes | a transaction: bytes, inputs, outputs, new addresses | "
              "bytes on disk per raw byte | without what being torn from the chain costs |",
              "| --- | --- | --- | --- | --- |"]
    names = {"main": "6 of main, far apart", "test": "4 of test, far apart",
             "early": "0 to 599 of main"}
    for key, name in names.items():
        raw = results.get(f"real-{key}-ingest")["bytes"]
        info = results.get(f"real-{key}")["bitcoin"]
        stored = sum(p.stat().st_size for p in pathlib.Path(data, f"real-{key}").rglob("*.seg"))
        n = info["transactions"]
        outside = info["outside_inputs"]
        surplus = max(0, info["addresses"] - NEW_ADDRESSES_PER_TRANSACTION * n)
        bare = stored - outside * OUTSIDE_INPUT - surplus * NEW_ADDRESS
        shown = f"{bare / raw:.3f}" if outside else "not torn"
        lines.append(f"| {name} | {raw:,} | {raw / n:.0f}, {info['inputs'] / n:.1f}, "
                     f"{info['outputs'] / n:.1f}, {info['addresses'] / n:.1f} | "
                     f"{stored / raw:.3f} | {shown} |")
    text = "\n".join(lines) + "\n"
    print(text)
    (results.folder / "real.txt").write_text(text)


if __name__ == "__main__":
    {"real": real, "table": table}[sys.argv[1]](*sys.argv[2:])
