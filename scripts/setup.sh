#!/usr/bin/env bash
# Installs the Debian packages that a part needs and does not find: build, test, fuzz,
# bench, nodes.
set -euo pipefail

declare -A packages=(
  [build]="build-essential cmake ninja-build pkg-config git ca-certificates
           libexpected-dev libssl-dev zlib1g-dev libxxhash-dev libsimdjson-dev nlohmann-json3-dev
           libcli11-dev libyaml-dev libexpat1-dev libsqlite3-dev libboost1.81-dev
           libsecp256k1-dev libzmq3-dev libtomlplusplus-dev python3 python3-venv"
  [test]="libgtest-dev libgmock-dev librapidcheck-dev clang-format-16"
  [fuzz]="clang-16 libclang-rt-16-dev"
  [bench]="python3 python3-venv"
  [nodes]="libevent-dev"
)
# Debian 12's rustc is too old for the benchmarks' Rust peer; rustc-web follows the newer ones.
if ! command -v cargo >/dev/null; then
  packages[bench]+=" rustc-web cargo-web"
  packages[nodes]+=" rustc-web cargo-web"
fi

# Only fetches packages here, so that any version of it will do.
command -v npm >/dev/null || packages[test]+=" npm"

missing=()
for part in "$@"; do
  for package in ${packages[$part]}; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      missing+=("$package")
  done
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "installing: ${missing[*]}"
if [ "$(id -u)" -ne 0 ]; then
  echo "not root: please install the packages above, then run this again" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
