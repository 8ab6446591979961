#!/usr/bin/env bash
# scripts/anvil.sh CACHE: prints the path of Anvil, an Ethereum node for tests, fetched once into
# the folder CACHE outside the clone.
set -euo pipefail
version=1.7.1
target=$1/anvil-$version
if [ ! -x "$target" ]; then
  mkdir -p "$1"
  work=$(mktemp -d "$1/anvil.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  case $(uname -m) in
    x86_64) machine=amd64 ;;
    aarch64) machine=arm64 ;;
    *) echo "there is no Anvil for $(uname -m)" >&2 && exit 1 ;;
  esac
  # The package's own install script is of no use here: it only looks for this other package.
  (cd "$work" && npm pack --silent "@foundry-rs/anvil-linux-$machine@$version" >/dev/null &&
    tar -xzf ./*.tgz) >&2
  mv "$work/package/bin/anvil" "$target"
  chmod +x "$target"
fi
echo "$target"
