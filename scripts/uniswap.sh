#!/usr/bin/env bash
# scripts/uniswap.sh CACHE: prints the folder of Uniswap V2's contracts as their authors compiled
# them, for tests, fetched once into the folder CACHE outside the clone.
set -euo pipefail
target=$1/uniswap-v2
if [ ! -d "$target" ]; then
  mkdir -p "$1"
  work=$(mktemp -d "$1/uniswap.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  mkdir "$work/all"
  for package in v2-core@1.0.1 v2-periphery@1.1.0-beta.0; do
    (cd "$work" && npm pack --silent "@uniswap/$package" >/dev/null && tar -xzf ./*.tgz &&
      cp package/build/*.json all && rm -r package ./*.tgz) >&2
  done
  mv "$work/all" "$target"
fi
echo "$target"
