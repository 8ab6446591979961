#!/usr/bin/env python3
"""A chain read from one node, beside cryo and ethereum-etl on the same chain.

    evm_extraction.py CLEW BENCH_DRAIN ANVIL PEERS_PYTHON FOLDER [--blocks N] [--repeat N]

ANVIL is started with a chain of N blocks, twelve token transfers each. `clew` reads everything,
checks it and stores it in one go; cryo reads one table at a time; ethereum-etl blocks and
transactions, then token transfers. The limit is the node: bench_drain asks what `clew` asks, over
2, 4 and 8 connections, and throws the answers away. With callTracer only the first blocks are read:
this node runs all blocks before one again to trace it. PEERS_PYTHON has
bench/peers/extraction-requirements.txt. Seconds are wall time, each side's best run. The last line
is one JSON document for scripts.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TRANSFERS_A_BLOCK = 12
CONNECTIONS = (2, 4, 8)
TRACED_LAST = 300  # block, with callTracer
CRYO = "import cryo, os, sys\n" \
       "rows = len(cryo.collect(sys.argv[1], blocks=[sys.argv[2]], rpc=sys.argv[3]))\n" \
       "print(rows, flush=True)\n" \
       "os._exit(0)  # it crashes when the interpreter ends in peace\n"
CRYO_TABLES = ("blocks", "transactions", "logs", "traces")
# ethereum-etl needs a function that Python 3.11 has no more.
ETL = "import inspect, sys\n" \
      "if not hasattr(inspect, 'getargspec'):\n" \
      "    inspect.getargspec = lambda f: inspect.getfullargspec(f)[:4]\n" \
      "from ethereumetl.cli import cli\n" \
      "cli()\n"


def make_chain(node, blocks, token_code, word):
    """`blocks` blocks of token transfers; the last one's number."""
    who = node.accounts
    token = node.deploy(token_code)
    node.call("evm_setAutomine", False)
    for number in range(blocks):
        for place in range(TRANSFERS_A_BLOCK):
            sender = who[(number + place) % 10]
            node.send(sender, token, gas=100_000,
                      data=word(sender) + word(who[10 + place % 10]) + word(number + 1))
        node.call("evm_mine")
    return node.head()


def timed(command, **how):
    """Seconds, and what it printed."""
    begin = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, **how)
    seconds = time.monotonic() - begin
    if done.returncode != 0:
        sys.exit(f"{command[:6]}: {done.stderr[-2000:]}")
    return seconds, done.stdout


def drain(program, url, last, traces):
    """The best of what several numbers of connections get out of the node."""
    found = [json.loads(timed([program, url, str(last), traces, str(connections)])[1])
             for connections in CONNECTIONS]
    fastest = min(found, key=lambda each: each["seconds"])
    return fastest["seconds"], fastest


def clew(program, folder, url, last, traces):
    shutil.rmtree(folder, ignore_errors=True)
    seconds, said = timed([program, "--ledger", folder, "--json", "ingest", "evm", url,
                           "--to", str(last), "--traces", traces])
    return seconds, json.loads(said)


def cryo(python, table, last, url):
    seconds, said = timed([python, "-c", CRYO, table, f"0:{last + 1}", url])
    return seconds, int(said.split()[-1])


def etl(python, folder, last, url, *words):
    folder.mkdir(exist_ok=True)
    seconds, _ = timed([python, "-c", ETL, *words, "-s", "0", "-e", str(last), "-p", url, "-w", "2",
                        "-b", "100"], cwd=folder)
    rows = 0
    for path in folder.glob("*.csv"):
        with open(path) as file:
            rows += sum(1 for _ in file) - 1
        path.unlink()
    return seconds, rows


def best(runs, run):
    return min((run() for _ in range(runs)), key=lambda result: result[0])


def measure(given, node, last):
    folder = pathlib.Path(given.folder)
    folder.mkdir(parents=True, exist_ok=True)
    found = {"transactions": last and TRANSFERS_A_BLOCK * given.blocks + 1}
    print(f"{last + 1} blocks, {found['transactions']} transactions, all with a token transfer")
    for traces in ("none", "trace", "debug"):
        to = min(last, TRACED_LAST) if traces == "debug" else last
        seconds, drained = best(given.repeat, lambda: drain(given.drain, node.url, to, traces))
        found[f"blocks_{traces}"] = to + 1
        found[f"node_{traces}"] = seconds
        found[f"bytes_{traces}"] = drained["bytes"]
        found[f"drain_cpu_{traces}"] = drained["own_cpu_seconds"]
        seconds, report = best(given.repeat, lambda: clew(given.clew, folder / "ledger", node.url,
                                                          to, traces))
        if report["problems"] or report["added"] != to + 1:
            sys.exit(f"clew did not store the chain: {report}")
        found[f"clew_{traces}"] = seconds
        print(f"clew, {to + 1} blocks, traces {traces}: {seconds:.2f} s; the node alone: "
              f"{found[f'node_{traces}']:.2f} s, {found[f'node_{traces}'] / seconds:.0%} of it")
    for table in CRYO_TABLES:
        seconds, rows = best(given.repeat, lambda: cryo(given.python, table, last, node.url))
        found[f"cryo_{table}"], found[f"cryo_{table}_rows"] = seconds, rows
        ours = found["clew_trace" if table == "traces" else "clew_none"]
        print(f"cryo {table}: {seconds:.2f} s for {rows} rows, {seconds / ours:.1f}x our time for "
              "all tables")
    for name, words in (("transactions", ("export_blocks_and_transactions", "--blocks-output",
                                          "blocks.csv", "--transactions-output", "txs.csv")),
                        ("transfers", ("export_token_transfers", "--output", "transfers.csv"))):
        seconds, rows = best(given.repeat, lambda: etl(given.python, folder / "etl", last, node.url,
                                                       *words))
        found[f"etl_{name}"], found[f"etl_{name}_rows"] = seconds, rows
        print(f"ethereum-etl {name}: {seconds:.2f} s for {rows} rows, "
              f"{seconds / found['clew_none']:.1f}x our time for all tables")
    print(json.dumps(found))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("clew")
    parser.add_argument("drain")
    parser.add_argument("anvil")
    parser.add_argument("python")
    parser.add_argument("folder")
    parser.add_argument("--blocks", type=int, default=3000)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    os.environ["CLEW_ANVIL"] = given.anvil
    sys.path.insert(0, str(ROOT / "tests"))
    from support.anvil import TOKEN, Anvil, word  # reads CLEW_ANVIL
    pathlib.Path(given.folder).mkdir(parents=True, exist_ok=True)
    node = Anvil(given.folder)
    try:
        measure(given, node, make_chain(node, given.blocks, TOKEN, word))
    finally:
        node.stop()


if __name__ == "__main__":
    main()
