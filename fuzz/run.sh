#!/usr/bin/env bash
# Fuzzes every target (or those named) for some seconds each, two at a time, on stable Rust.
#   fuzz/run.sh SECONDS [TARGET…]
# The instrumentation is LLVM's own, which stable compilers carry. There is no address sanitizer (that needs a nightly
# compiler): the crates fuzzed forbid unsafe code, so what is looked for are panics, hangs, memory and broken promises.
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:?say for how many seconds: fuzz/run.sh 30}
shift
if [ $# -gt 0 ]; then targets=("$@"); else mapfile -t targets < <(cd fuzz_targets && ls -- *.rs | sed 's/\.rs$//'); fi
host=$(rustc -vV | sed -n 's/^host: //p')
out=${FUZZ_TARGET_DIR:-$PWD/target}
# With --target the flags are for the targets alone, not for build scripts and macros.
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=3 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares"
cargo build --quiet --release --target "$host" --target-dir "$out" "${targets[@]/#/--bin=}"

one() { # TARGET: its log is kept; the corpus grows beside the committed seeds and is not committed
  local name=$1 log=$out/$1.log
  mkdir -p "corpus/$name" "artifacts/$name"
  local start=$SECONDS
  if "$out/$host/release/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=32768 \
    -print_final_stats=1 -artifact_prefix="artifacts/$name/" "corpus/$name" "seeds/$name" >"$log" 2>&1; then
    echo "fuzz $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs in $((SECONDS - start)) s, nothing found"
  else
    echo "fuzz $name: FOUND something (the input is in fuzz/artifacts/$name/):"
    grep -v '^#' "$log" | tail -40
    return 1
  fi
}

failed=0
for ((at = 0; at < ${#targets[@]}; at += 2)); do
  pids=()
  for name in "${targets[@]:at:2}"; do one "$name" & pids+=($!); done
  for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
done
exit $failed
