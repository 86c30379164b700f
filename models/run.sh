#!/usr/bin/env bash
# Walks every state of the small worlds and prints how many there are (R17).
#   models/run.sh [--long]     --long: larger bounds for the deliveries, minutes instead of seconds
set -euo pipefail
cd "$(dirname "$0")"
exec cargo run --release --quiet --locked --target-dir "${MODELS_TARGET_DIR:-$PWD/target}" -- "$@"
