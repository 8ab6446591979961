#!/usr/bin/env bash
# scripts/schemathesis.sh CACHE: prints the path of Schemathesis, which tests a server by its
# OpenAPI document, installed once into the folder CACHE outside the clone.
set -euo pipefail
wanted=$(cd "$(dirname "$0")" && pwd)/schemathesis-requirements.txt
version=$(sed -n 's/^schemathesis==//p' "$wanted")
target=$1/schemathesis-$version
if [ ! -e "$target/whole" ]; then
  # A virtual environment cannot be moved: one that was interrupted is made anew.
  rm -rf "$target"
  mkdir -p "$1"
  (python3 -m venv "$target" &&
    "$target/bin/pip" install --quiet --disable-pip-version-check -r "$wanted") >&2
  touch "$target/whole"
fi
echo "$target/bin/schemathesis"
