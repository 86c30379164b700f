#!/usr/bin/env bash
# Installs what is missing and runs everything: `./test.sh`, or `./test.sh --long` for more fuzzing and more cases.
# Fails at the first step that fails. With CI=true nothing is skipped.
set -euo pipefail
cd "$(dirname "$0")"

long=false
case ${1:-} in
'') ;;
--long) long=true ;;
*)
  echo "usage: ./test.sh [--long]" >&2
  exit 2
  ;;
esac
if [ "${CI:-}" = true ]; then export CARGO_INCREMENTAL=0; fi
export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-auto} PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
target=${CARGO_TARGET_DIR:-$PWD/target}
seeds=../shared/seeds
forewarn=$target/release/forewarn
mkdir -p "$target"

# --- steps, and what they took ---------------------------------------------------------------------------------------

table=()
current=
began=0
step() { # HEADING COMMAND…
  current=$1
  began=$SECONDS
  printf '\n== %s\n' "$current"
  "${@:2}"
  table+=("$(printf '%5d s  %s' $((SECONDS - began)) "$current")")
  current=
}
finish() {
  local status=$?
  printf '\n== What it took\n'
  if [ ${#table[@]} -gt 0 ]; then printf '%s\n' "${table[@]}"; fi
  if [ -n "$current" ]; then printf '%5d s  %s: FAILED\n' $((SECONDS - began)) "$current"; fi
  printf '%5d s  in all\n' "$SECONDS"
  # The tests' own count comes last, where a reader looks for it.
  if [ $status -eq 0 ]; then echo "${summary:-}"; else echo "FAILED"; fi
  exit $status
}
trap finish EXIT

# --- what is needed --------------------------------------------------------------------------------------------------

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

has_python_tools() {
  python3 -c 'import aiosmtpd, dkim, nacl, stix2validator' 2>/dev/null && command -v stix2_validator >/dev/null
}

install_missing() {
  local missing=() pair
  # command:package
  for pair in cc:gcc g++:g++ chromium:chromium pdftotext:poppler-utils node:nodejs npm:npm python3:python3 \
    openssl:openssl xmllint:libxml2-utils; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
  done
  if ! has_python_tools && [ ! -x "$target/python/bin/python3" ]; then
    python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
  fi
  if [ ${#missing[@]} -gt 0 ]; then
    echo "installing: ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}"
  fi
  # A mail server, a DKIM verifier and a STIX validator that are not ours, to try ours against.
  if ! has_python_tools; then
    [ -x "$target/python/bin/python3" ] || python3 -m venv "$target/python"
    export PATH="$target/python/bin:$PATH"
    has_python_tools || python3 -m pip install -q aiosmtpd==1.4.6 dkimpy==1.1.8 pynacl==1.6.2 stix2-validator==3.3.2
  fi
  for pair in rustfmt clippy; do
    cargo "${pair/rustfmt/fmt}" --version >/dev/null 2>&1 || rustup component add "$pair"
  done
  cargo nextest --version >/dev/null 2>&1 || cargo install --locked cargo-nextest
  if [ -f tests/browser/package.json ]; then npm ci --prefix tests/browser --no-audit --no-fund --loglevel=error; fi
  cargo --version && cargo nextest --version | head -1 && echo "node $(node --version)" && chromium --version
  df -h "$target" | tail -1 | awk '{ print "disk: " $3 " used, " $4 " free" }'
}

# --- the steps -------------------------------------------------------------------------------------------------------

# Everything is built once, in the profile that ships, and the example and the browser use that program too.
built() {
  cargo nextest run --workspace --cargo-profile release --no-run
  cargo build --release --workspace --bins
}

tests() {
  cargo nextest run --workspace --cargo-profile release 2>&1 | tee "$target/nextest.log"
  summary=$(sed 's/\x1b\[[0-9;]*m//g' "$target/nextest.log" | grep -oE '[0-9]+ tests? run: [0-9]+ passed.*' | tail -1)
}

# What the tests measured of the promises (R…) and attacks (A…), and what they could not look at.
figures() {
  grep -vE '<testcase|^test ' target/nextest/default/junit.xml | sed 's/.*<system-out>//; s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&apos;/'"'"'/g; s/&amp;/\&/g' |
    grep -E '^[PRA][0-9]+[:, ]|combinations over|changed packs|rules, each met|^every byte|^develop|^hold-out|auditor|absent' |
    sort -u
}

formatted() {
  cargo fmt --all --check
  cargo fmt --manifest-path fuzz/Cargo.toml --check
  cargo fmt --manifest-path models/Cargo.toml --check
}

fuzz() { # SECONDS
  FUZZ_TARGET_DIR=$target/fuzz fuzz/run.sh "$1"
}

models() { # [--long]
  MODELS_TARGET_DIR=$target/models models/run.sh "$@"
}

demo_on_its_own() {
  "$forewarn" demo --once
  "$forewarn" demo --once --json >"$target/demo.json"
  check_demo
}

demo_on_the_five() {
  if [ ! -d "$seeds" ]; then
    echo "$seeds is absent here: the example was not played with those reports"
    return
  fi
  "$forewarn" demo --once --reports "$seeds" | tail -60
  "$forewarn" demo --once --json --reports "$seeds" >"$target/demo.json"
  check_demo
}

check_demo() {
  node -e '
    const told = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    const wrong = [];
    if (!(told.reports > 0 && told.threats.length > 0)) wrong.push("no threat came of the reports");
    if (!(told.warnings > 0 && told.acknowledgements > 0 && told.escalations > 0)) wrong.push("the warning did not go its way");
    if (told.refusals.length < 3) wrong.push("fewer refusals than the story has");
    if (told.record.verified !== true) wrong.push("the record does not verify");
    console.log(JSON.stringify({ ...told, threats: told.threats.length, refusals: told.refusals.map((one) => one.rule) }));
    if (wrong.length) { console.error("demo --once --json: " + wrong.join("; ")); process.exit(1); }
  ' "$target/demo.json"
}

browser() {
  if [ ! -f tests/browser/desk.mjs ]; then
    echo "tests/browser/desk.mjs is not there yet"
    return
  fi
  FOREWARN="$forewarn" node tests/browser/desk.mjs "$forewarn"
}

long_tests() {
  cargo nextest run --workspace --profile long --cargo-profile release --run-ignored only --no-tests pass
  PROPTEST_CASES=100000 cargo nextest run --profile long --cargo-profile release -p domain -p record -p policy
}

step "What is needed" install_missing
step "Format" formatted
step "Clippy" cargo clippy --release --workspace --all-targets --quiet -- -D warnings
step "Build" built
step "Tidy" "$target/release/xtask" tidy
step "Tests" tests
step "Figures" figures
step "Documentation examples" cargo test --release --doc --workspace --quiet
step "The example" demo_on_its_own
step "The example with the five reports" demo_on_the_five
step "Browser" browser
if $long; then
  step "Models, long" models --long
  step "Fuzzing, long" fuzz 900
  step "Long tests" long_tests
else
  step "Models" models
  step "Fuzzing, short" fuzz 10
fi
step "Disk" du -sh "$target"
