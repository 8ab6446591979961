#!/usr/bin/env bash
# A theft, followed: makes a small world, ingests it by the ordinary path, imports its labels,
# traces the stolen coins to the exchanges that received them, and shows the proof.
set -euo pipefail

clew=$(realpath "${1:-build/clew}")
home=${CLEW_DEMO:-$(dirname "$clew")/demo}
world=$home/world
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

say "What next"
cat <<END
  export CLEW_LEDGER=$CLEW_LEDGER
  clew trace $theft --taint haircut     another taint policy, the same identity
  clew trace $theft --graph theft.graphml     for Gephi or networkx
  clew trace ${deposit:-ADDRESS} --backward     where a deposit came from
  clew coinjoins     what the trace does not run through, and why
  clew verify     every byte of the ledger against its checksums
  clew ingest bitcoin ~/.bitcoin/blocks     your own node's block files
The truth that the simulator wrote lies in $world/truth.
END
