#!/usr/bin/env bash
# fuzz/run.sh BUILD RUNS SECONDS: runs every target; two at a time, each on what it found before and
# on the seeds in fuzz/seeds. With SECONDS > 0 for so long, else for RUNS executions. A crash leaves
# its input in BUILD/crashes and ends with an error.
set -euo pipefail
build=$1 runs=$2 seconds=$3
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$build/crashes"

# Of each allocation the innermost calls are kept and not thirty, which took a sixth of the time;
# what a crash shows of itself is as long as ever.
export ASAN_OPTIONS=${ASAN_OPTIONS:-malloc_context_size=4}

limit=(-runs="$runs")
[ "$seconds" -gt 0 ] && limit=(-max_total_time="$seconds")

# Bytes of the largest input. Whole blocks and scripts need length; of text formats, and of block
# files, in which one byte of a recipe may stand for a whole record, length only takes time.
length_of() {
  case $1 in
    fuzz_blk_file | fuzz_http_request | fuzz_sdn_xml | fuzz_tagpack) echo 1024 ;;
    *) echo 8192 ;;
  esac
}

run_one() {
  local target=$1 name=$2 corpus=$3
  local seeds=() dict=()
  [ -d "$here/seeds/$name" ] && seeds=("$here/seeds/$name")
  [ -f "$here/$name.dict" ] && dict=(-dict="$here/$name.dict")
  "$target" "${limit[@]}" "${dict[@]}" -max_len="$(length_of "$name")" -timeout=10 \
    -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$build/crashes/$name-" \
    "$corpus" "${seeds[@]}" >"$build/$name.log" 2>&1
}

status=0
declare -A running=()
finish_one() {
  local pid name
  for pid in "${!running[@]}"; do
    name=${running[$pid]}
    if ! kill -0 "$pid" 2>/dev/null; then
      if wait "$pid"; then
        printf '%-20s %s executions, no crash\n' "$name" \
          "$(grep -oP 'number_of_executed_units: \K\d+' "$build/$name.log")"
      else
        printf '%-20s FAILED\n' "$name"
        tail -30 "$build/$name.log"
        status=1
      fi
      unset "running[$pid]"
    fi
  done
}

for target in "$build"/fuzz/fuzz_* "$build"/fuzz_*; do
  [ -f "$target" ] && [ -x "$target" ] || continue
  name=$(basename "$target")
  mkdir -p "$build/corpus/$name"
  while [ ${#running[@]} -ge "$(nproc)" ]; do
    sleep 0.3
    finish_one
  done
  run_one "$target" "$name" "$build/corpus/$name" &
  running[$!]=$name
done
while [ ${#running[@]} -gt 0 ]; do
  sleep 0.3
  finish_one
done
exit $status
