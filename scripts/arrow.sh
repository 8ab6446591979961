#!/usr/bin/env bash
# scripts/arrow.sh CACHE: prints the folder of Apache Arrow's headers and libraries, fetched once
# into the folder CACHE outside the clone, as the wheel of Python's package pyarrow has them.
set -euo pipefail
version=26.0.1
target=$1/arrow-$version
if [ ! -d "$target" ]; then
  mkdir -p "$1"
  work=$(mktemp -d "$1/arrow.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  # Whichever Python is here: only what has nothing to do with it is taken.
  (python3 -m venv "$work/venv" &&
    "$work/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps \
      --only-binary=:all: --dest "$work" "pyarrow==$version") >&2
  python3 - "$work" <<'PYTHON'
import pathlib, re, sys, zipfile
work = pathlib.Path(sys.argv[1])
[wheel] = work.glob("pyarrow-*.whl")
wanted = re.compile(r"pyarrow/(include/.*|lib(arrow|parquet)\.so\.\d+)")
with zipfile.ZipFile(wheel) as packed:
    packed.extractall(work, [name for name in packed.namelist() if wanted.fullmatch(name)])
PYTHON
  mv "$work/pyarrow" "$target"
fi
echo "$target"
