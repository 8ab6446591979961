#!/usr/bin/env bash
# Two thefts, followed: makes a small world of Bitcoin and one of Ethereum, reads them by the
# ordinary paths (block files; a node), imports their labels, traces what was stolen to the
# exchanges that received it, and shows the proof.
set -euo pipefail

clew=$(realpath "${1:-build/clew}")
home=${CLEW_DEMO:-$(dirname "$clew")/demo}
world=$home/world town=$home/ethereum
export CLEW_LEDGER=$home/ledger

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
run() {
  printf '\033[2m$ clew %s\033[0m\n' "$*"
  "$clew" "$@"
}
# One value of a JSON document on standard input, by its keys: json thefts 0
json() {
  python3 -c 'import json, sys
value = json.load(sys.stdin)
for key in sys.argv[1:]:
    value = value[int(key) if isinstance(value, list) else key]
print(value)' "$@"
}

# The node that serves the Ethereum world ends with this script.
node=
trap '[ -z "$node" ] || kill "$node" 2>/dev/null || true' EXIT

rm -rf "$home"
mkdir -p "$home"

say "1. A small world of 600 blocks, in the block files that a node writes"
run simulate bitcoin --out "$world" --blocks 600 --seed 7

say "2. Its block files into the ledger"
run ingest bitcoin "$world"

say "3. What is publicly known about its addresses"
run labels import "$world"/labels/*
run info

theft=$(json thefts 0 txids 0 <"$world/world.json")
say "4. Where did the stolen coins go?"
run trace "$theft" --limit 6

"$clew" --json trace "$theft" >"$home/trace.json"
deposit=$(python3 - "$home/trace.json" <<'END'
import json, sys
ends = [end for end in json.load(open(sys.argv[1]))["ends"] if end["reason"] == "service"]
print(ends[0]["addresses"][0] if ends else "")
END
)
if [ -n "$deposit" ]; then
  say "5. Who received them, and how do we know?"
  run entity "$deposit" --limit 5
  entity=$("$clew" --json entity "$deposit" | json entity)
  if [ "$entity" != "$deposit" ]; then
    run why "$deposit" "$entity"
  fi
fi

say "6. A world of Ethereum, served as a node serves it"
run simulate ethereum --out "$town" --blocks 600 --seed 7
"$clew" --json replay "$town" --listen 127.0.0.1:0 >"$home/node.json" &
node=$!
for _ in $(seq 300); do
  url=$(json url <"$home/node.json" 2>/dev/null) && break
  sleep 0.1
done
echo "a node at $url"

say "7. Its blocks into the ledger; every hash and root is recomputed"
run ingest evm "$url"
run labels import "$town"/labels/*
run completeness

hack=$(json thefts 0 transactions 0 <"$town/world.json")
say "8. Where did the ether go?"
run --chain ethereum trace "$hack" --asset ETH --limit 6

say "What next"
cat <<END
  export CLEW_LEDGER=$CLEW_LEDGER
  clew trace $theft --taint haircut     another taint policy, the same identity
  clew trace $theft --graph theft.graphml     for Gephi or networkx
  clew trace ${deposit:-ADDRESS} --backward     where a deposit came from
  clew coinjoins     what the trace does not run through, and why
  clew transfers --tx $hack     what moved on Ethereum, and why
  clew replay $town --blocks-per-second 5     then: clew ingest evm URL --follow
  clew verify     every byte of the ledger against its checksums
  clew ingest bitcoin ~/.bitcoin/blocks     your own node's block files
The truth that the simulators wrote lies in $world/truth and $town/truth.
END
