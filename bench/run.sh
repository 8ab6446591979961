#!/usr/bin/env bash
# Every benchmark, its peers on the same input, and one table at the end: bench/run.sh BUILD
#   CLEW_BENCH_TOOLS  folder of gen_graph.py (../shared/tools)
#   CLEW_CACHE        folder outside the clone where nodes are kept
#   CLEW_DATA         folder of the test data, for the real blocks (../shared/data)
# What each does and what its figures mean: docs/benchmarks.md. Takes about fifteen minutes, 3 GB of
# disk in BUILD/bench-data. Ends with 0 unless something breaks: a figure below its target is shown,
# not punished, because other work on the machine moves it.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "${1:?usage: bench/run.sh BUILD}" && pwd)
tools=${CLEW_BENCH_TOOLS:-$root/../shared/tools}
test_data=${CLEW_DATA:-$root/../shared/data}
data=$build/bench-data results=$build/bench-results peers=$build/bench-peers
clew=$build/clew
mkdir -p "$data" "$results" "$peers"
rm -f "$results"/*

say() { printf '\n== %s\n' "$*"; }
skip() {
  printf '\n!!!! NOT MEASURED: %s\n' "$*"
  echo "$*" >>"$results/not-measured.txt"
}
# Runs a benchmark, shows what it prints and keeps its last line, a JSON document, under a name.
measure() {
  local name=$1
  shift
  "$@" | tee "$results/$name.txt"
  tail -n 1 "$results/$name.txt" >"$results/$name.json"
}
make_world() {  # name, blocks, transactions a block
  rm -rf "${data:?}/$1"
  "$clew" simulate bitcoin --profile benchmark --out "$data/$1" --blocks "$2" \
    --transactions-per-block "$3" --json >"$results/world-$1.json"
}

describe_machine() {
  say "machine"
  {
    grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //'
    echo "$(nproc) cores, $(awk '/MemTotal/ {printf "%.0f GB", $2 / 1e6}' /proc/meminfo) of memory"
    c++ --version | head -1
    rustc --version 2>/dev/null || echo "no rustc"
    echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)"
  } | tee "$results/machine.txt"
  measure memory "$build/bench/bench_machine"
}

build_peers() {
  local peer
  say "peers: building"
  if command -v cargo >/dev/null; then
    for peer in blocks evm; do
      CARGO_TARGET_DIR=$peers/$peer cargo build --quiet --release --locked \
        --manifest-path "$root/bench/peers/$peer/Cargo.toml"
    done
  fi
  [ -x "$peers/venv/bin/python" ] || python3 -m venv "$peers/venv"
  "$peers/venv/bin/pip" install --quiet --disable-pip-version-check \
    -r "$root/bench/peers/requirements.txt"
}

bench_decode() {
  say "decode: blocks in memory"
  measure decode "$build/bench/bench_decode" "$data"/x100/blocks/blk*.dat
  say "decode: peer, the Rust crate bitcoin-block-parser, on the same blocks"
  if [ ! -x "$peers/blocks/release/blocks-peer" ]; then
    skip "bitcoin-block-parser: cargo is not installed"
    return
  fi
  rm -rf "$data/plain"
  "$root/bench/plain_blocks.py" "$data/x100/blocks" "$data/plain"
  measure decode-peer "$peers/blocks/release/blocks-peer" "$data/plain"
  rm -rf "$data/plain"
}

bench_ingest() {
  local ledger=$data/ledger size
  for size in x1 x10; do
    say "ingest, warm, $size"
    measure "ingest-$size" "$build/bench/bench_ingest" "$data/$size/blocks" --runs 7 \
      --ledger "$ledger"
  done
  say "ingest, cold page cache, x100"
  measure ingest-cold "$build/bench/bench_ingest" "$data/x100/blocks" --runs 7 --cold \
    --ledger "$ledger"
  say "ingest, warm, x400: segments are merged"
  measure ingest-x400 "$build/bench/bench_ingest" "$data/x400/blocks" --runs 3 --ledger "$ledger"
  say "ingest, warm, x100"
  measure ingest-x100 "$build/bench/bench_ingest" "$data/x100/blocks" --runs 9 --ledger "$ledger" \
    --keep
}

# Few and far apart, so most inputs spend outputs that the ledger does not hold.
bench_real_blocks() {
  local network
  say "ingest: real blocks"
  if [ ! -d "$test_data/bitcoin/blocks" ]; then
    skip "real blocks: no $test_data/bitcoin/blocks (set CLEW_DATA)"
    return
  fi
  rm -rf "$data"/real-*
  for network in main test; do
    "$clew" --ledger "$data/real-$network" ingest bitcoin --network "$network" --json \
      "$test_data"/bitcoin/blocks/"${network}"net*.raw >"$results/real-$network-ingest.json"
    "$clew" --ledger "$data/real-$network" info --json >"$results/real-$network.json"
  done
  "$clew" --ledger "$data/real-early" ingest bitcoin --network main --json \
    "$test_data"/bitcoin/blkfiles/nbitcoin_blk*.dat >"$results/real-early-ingest.json"
  "$clew" --ledger "$data/real-early" info --json >"$results/real-early.json"
  "$root/bench/report.py" real "$results" "$data"
}

# The rows that gen_graph.py makes, in data/graph; fails if there is no gen_graph.py.
make_graph() {
  if [ -e "$data/graph/tf.bin" ]; then return; fi
  if [ ! -e "$tools/gen_graph.py" ]; then
    skip "$1: no gen_graph.py in $tools (set CLEW_BENCH_TOOLS)"
    return 1
  fi
  rm -rf "$data/graph"
  mkdir -p "$data/graph.part"
  "$peers/venv/bin/python" "$tools/gen_graph.py" "$data/graph.part"
  mv "$data/graph.part" "$data/graph"
}

bench_entities() {
  local rows=$data/graph/mi.bin python=$peers/venv/bin/python
  say "entities with proofs, and peer graphsense-clustering on the same rows"
  make_graph entities || return 0
  measure entities "$python" "$root/bench/entities_peer.py" "$build/bench/bench_entities" "$rows" \
    --clusters 1582378
}

bench_account_trace() {
  say "reach over 20 million transfers of accounts, and peers numpy and DuckDB on the same"
  make_graph "reach over accounts" || return 0
  rm -rf "$data/account-ledger"
  measure account-trace "$peers/venv/bin/python" "$root/bench/account_trace_peer.py" \
    "$build/bench/bench_account_trace" "$data/graph/tf.bin" "$data/account-ledger"
  rm -rf "$data/account-ledger"
}

bench_graph() {
  say "traces on the ledger of x100"
  measure trace "$build/bench/bench_trace" "$data/ledger/bitcoin"
  say "CoinJoin recognition"
  measure coinjoin "$build/bench/bench_coinjoin"
}

bench_evm() {
  say "Ethereum: recorded answers in memory"
  if [ ! -d "$test_data/evm/rpc" ]; then
    skip "reading Ethereum: no $test_data/evm/rpc (set CLEW_DATA)"
    return
  fi
  mkdir -p "$data/evm"
  measure evm-decode "$build/bench/bench_evm_decode" "$test_data/evm/rpc" --write "$data/evm"
  say "Ethereum: peer, the Rust crates of alloy, on the same answers"
  if [ -x "$peers/evm/release/evm-peer" ]; then
    measure evm-decode-peer "$peers/evm/release/evm-peer" "$data/evm"
  else
    skip "alloy: cargo is not installed"
  fi
}

bench_extraction() {
  say "Ethereum: a chain from one node, and peers cryo and ethereum-etl"
  local python=$peers/extraction/bin/python node
  [ -x "$python" ] || python3 -m venv "$peers/extraction"
  "$python" -m pip install --quiet --disable-pip-version-check \
    -r "$root/bench/peers/extraction-requirements.txt"
  node=$("$root/scripts/anvil.sh" "${CLEW_CACHE:-$HOME/.cache/chainclew}")
  measure evm-extraction "$root/bench/evm_extraction.py" "$clew" "$build/bench/bench_drain" \
    "$node" "$python" "$data/extraction"
  rm -rf "$data/extraction"
}

# From a node's answers to a committed ledger. CLEW_BENCH_HEAD_SECONDS: how long at the head.
bench_live() {
  local seconds=${CLEW_BENCH_HEAD_SECONDS:-300}
  say "Ethereum: a simulated chain from a replay server into the ledger, $seconds s at the head"
  rm -rf "$data/ethereum"
  "$clew" simulate ethereum --no-transfers --out "$data/ethereum" --seed 7 \
    --blocks $((100 + seconds * 1500 / 250)) --transactions-per-block 250 --json \
    >"$results/world-ethereum.json"
  measure live "$build/bench/bench_live" "$data/ethereum" "$data/live-ledger" --seconds "$seconds"
  rm -rf "$data/ethereum" "$data/live-ledger"
}

bench_net() {
  say "answers of nodes through loopback"
  measure net "$build/bench/bench_net"
}

bench_serve() {
  say "the anomaly service under load, and peer: numpy behind Python's http.server"
  measure serve "$peers/venv/bin/python" "$root/bench/serve_load.py" "$clew" "$data/serve"
}

bench_anomaly() {
  say "four tests of the history of one address, and peer numpy on the same rows"
  measure anomaly "$peers/venv/bin/python" "$root/bench/anomaly_peer.py" \
    "$build/bench/bench_anomaly"
}

describe_machine
build_peers
bench_net
bench_anomaly
bench_serve
bench_evm
bench_extraction
bench_live
say "worlds: 1x, 10x, 100x and 400x"
make_world x1 200 60
make_world x10 200 600
make_world x100 412 2000
make_world x400 1310 2000
bench_decode
bench_ingest
bench_real_blocks
bench_entities
bench_account_trace
bench_graph
rm -rf "$data"/x* "$data"/real-* "$data/ledger"
say "summary"
"$root/bench/report.py" table "$results" | tee "$results/summary.md"
