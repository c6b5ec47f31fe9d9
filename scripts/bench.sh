#!/bin/sh
# Run every script of tests/benchmarks (or those named) one after the other; each prints its own ratios.
set -eu
cd "$(dirname "$0")/.."
if [ $# -eq 0 ]; then set -- tests/benchmarks/bench_*.py; fi
[ -e "$1" ] || { echo "tests/benchmarks holds no bench_*.py" >&2; exit 1; }
for script in "$@"; do
    printf '\n== %s\n' "$(basename "$script" .py)"
    .venv/bin/python "$script"
done
