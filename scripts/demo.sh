#!/usr/bin/env bash
# Two thefts, followed: makes a small world of Bitcoin and one of Ethereum, reads them by the
# ordinary paths (block files; a node), imports their labels, traces what was stolen to the
# exchanges that received it, and shows the proof. Then a world of stable coins on TRON, and what
# the anomaly service says of a launderer and of an ordinary user there.
set -euo pipefail

clew=$(realpath "${1:-build/clew}")
home=${CLEW_DEMO:-$(dirname "$clew")/demo}
world=$home/world town=$home/ethereum coins=$home/tron
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

# The address of the first of some role, of the kinds in a world of TRON.
role() {
  python3 -c 'import json, sys
kind, role = sys.argv[1:]
print(next(one["address"] for one in json.load(sys.stdin)[kind] if one["role"] == role))' "$@"
}
# What a server that was just started says its URL is.
url_in() {
  for _ in $(seq 300); do
    json url <"$1" 2>/dev/null && return
    sleep 0.1
  done
  echo "no server started: $1" >&2
  return 1
}

# The servers end with this script.
started=()
trap 'kill "${started[@]}" 2>/dev/null || true' EXIT

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
started+=($!)
url=$(url_in "$home/node.json")
echo "a node at $url"

say "7. Its blocks into the ledger; every hash and root is recomputed"
run ingest evm "$url"
run labels import "$town"/labels/*
run completeness

hack=$(json thefts 0 transactions 0 <"$town/world.json")
say "8. Where did the ether go?"
run --chain ethereum trace "$hack" --asset ETH --limit 6

say "9. A world of stable coins on TRON, served as TronGrid and Chainalysis serve theirs"
run simulate tron --out "$coins" --seed 7
export CLEW_REPLAY_KEY=demo CLEW_TRON_API_KEY=demo CLEW_SANCTIONS_API_KEY=demo
"$clew" --json replay "$coins" --listen 127.0.0.1:0 >"$home/providers.json" &
started+=($!)
providers=$(url_in "$home/providers.json")
export CLEW_TRON_URL=$providers CLEW_SANCTIONS_URL=$providers
echo "providers at $providers"

say "10. The anomaly service: is an address's history that of a launderer?"
key=$("$clew" keys add demo)
"$clew" --json serve --port 0 --log-file "$home/serve.log" >"$home/serve.json" &
started+=($!)
service=$(url_in "$home/serve.json")
mule=$(role launderers mule <"$coins/world.json")
user=$(role users salaried <"$coins/world.json")
echo "serving on $service"
for address in "$mule" "$user"; do
  python3 "$(dirname "$0")/demo_post.py" "$service/v1/tron/anomalies" "$key" "$address"
done

say "11. The same on the command line, with what stands out"
run tron anomalies "$mule"

say "What next"
cat <<END
  export CLEW_LEDGER=$CLEW_LEDGER
  clew trace $theft --taint haircut     another taint policy, the same identity
  clew trace $theft --graph theft.graphml     for Gephi or networkx
  clew trace ${deposit:-ADDRESS} --backward     where a deposit came from
  clew coinjoins     what the trace does not run through, and why
  clew transfers --tx $hack     what moved on Ethereum, and why
  clew replay $town --blocks-per-second 5     then: clew ingest evm URL --follow
  clew replay $coins     then, with \$CLEW_TRON_URL: clew tron anomalies ADDRESS
  clew serve     the service itself; clew keys add NAME, docs/serve.md
  clew verify     every byte of the ledger against its checksums
  clew ingest bitcoin ~/.bitcoin/blocks     your own node's block files
The truth that the simulators wrote lies in $world/truth, $town/truth and
$coins/world.json.
END
