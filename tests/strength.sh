#!/usr/bin/env bash
# How strong the tests of the cores are (R20): the share of lines and regions they run, and the share of small changes to
# the code ("mutants") that some test notices. Long: a mutant is a build and a run of the crate's tests.
#   tests/strength.sh [SHARD] [CRATE…]     SHARD k/n tries every n-th mutant; default 0/1 (all), and the crates below
set -euo pipefail
cd "$(dirname "$0")/.."
shard=${1:-0/1}
shift || true
crates=("$@")
if [ ${#crates[@]} -eq 0 ]; then crates=(policy record domain drafting screening); fi
target=${CARGO_TARGET_DIR:-$PWD/target}

rustup component list --installed | grep -q '^llvm-tools' || rustup component add llvm-tools
cargo llvm-cov --version >/dev/null 2>&1 || cargo install --locked cargo-llvm-cov
cargo mutants --version >/dev/null 2>&1 || cargo install --locked cargo-mutants

echo "== Coverage"
CARGO_LLVM_COV_TARGET_DIR=$target/coverage cargo llvm-cov nextest "${crates[@]/#/--package=}" --summary-only \
  --ignore-filename-regex '(tests|benches)/' 2>&1 | tail -n "${COVERAGE_LINES:-80}"

echo "== Mutants, shard $shard"
# Missed mutants are the finding, not a failure of this script; they are listed in mutants.out/missed.txt.
cargo mutants --output "$target" --test-tool nextest --shard "$shard" "${crates[@]/#/--package=}" || [ $? -eq 2 ]
