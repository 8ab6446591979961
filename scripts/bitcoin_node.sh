#!/usr/bin/env bash
# scripts/bitcoin_node.sh CACHE: builds a real Bitcoin node for `make test-nodes`, unless CACHE
# holds it already; prints the program's path. Without wallet and message queue, which its source,
# a crate's copy of Bitcoin Core, does not carry and the tests do not need.
set -euo pipefail
cache=${1:?usage: bitcoin_node.sh CACHE}
package=$(cd "$(dirname "$0")/../tests/nodes/bitcoin_core" && pwd)
version=$(sed -n 's/^libbitcoinkernel-sys = "=\(.*\)"/\1/p' "$package/Cargo.toml")
program=$cache/bitcoind-$version
if [ -x "$program" ]; then
  echo "$program"
  exit 0
fi

mkdir -p "$cache"
work=$(mktemp -d "$cache/building-XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "building a Bitcoin node (once): $program" >&2
source=$(CARGO_TARGET_DIR=$work/target cargo metadata --quiet --locked --format-version 1 \
  --manifest-path "$package/Cargo.toml" |
  python3 -c 'import json, os, sys
for package in json.load(sys.stdin)["packages"]:
    if package["name"] == "libbitcoinkernel-sys":
        print(os.path.dirname(package["manifest_path"]) + "/bitcoin")')

off=()
for part in BUILD_CLI BUILD_TX BUILD_UTIL BUILD_TESTS BUILD_BENCH BUILD_KERNEL_LIB \
  BUILD_KERNEL_TEST BUILD_WALLET_TOOL BUILD_BITCOIN_BIN BUILD_SHARED_LIBS ENABLE_WALLET ENABLE_IPC \
  ENABLE_EXTERNAL_SIGNER WITH_ZMQ WITH_EMBEDDED_ASMAP INSTALL_MAN; do
  off+=("-D$part=OFF")
done
# Little optimised: compiling is what takes the time.
cmake -S "$source" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_DAEMON=ON \
  -DCMAKE_CXX_FLAGS_RELEASE=-O1 "${off[@]}" >"$work/configure.log" 2>&1 ||
  { tail -20 "$work/configure.log" >&2; exit 1; }
ninja -C "$work/build" bitcoind >&2
mv "$work/build/bin/bitcoind" "$program.part"
mv "$program.part" "$program"
echo "$program"
