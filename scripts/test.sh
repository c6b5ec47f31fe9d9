#!/bin/sh
# Everything that must be green: the checks of the code, the data tests on PostgreSQL, then the whole suite on SQLite.
# Further arguments go to the last pytest run.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin
# The suite starts what it needs by itself: nothing of the caller's installation may leak in.
unset ZHANGGUI_HOME ZHANGGUI_DATABASE_URL ZHANGGUI_REDIS_URL ZHANGGUI_LANG ZHANGGUI_TIME_ZONE DJANGO_SETTINGS_MODULE || true
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM
export ZHANGGUI_HOME="$scratch/home"
workers=${ZHANGGUI_TEST_WORKERS:-2}

step() { printf '\n== %s\n' "$*"; }

step "system packages"
scripts/system_packages.sh test

step "ruff"
$bin/ruff check --quiet .
$bin/ruff format --check --quiet .

step "mypy"
$bin/mypy

step "bandit"
$bin/bandit --quiet --configfile pyproject.toml --recursive --severity-level medium src

step "import contracts"
$bin/lint-imports --no-logo

failed=0
step "pytest: data tests on PostgreSQL"
code=0
$bin/python scripts/with_postgres.py $bin/pytest -q -m "data and not web" -n "$workers" --dist loadfile -p no:cacheprovider || code=$?
case $code in
    0) ;;
    77) echo "The data tests were not run on PostgreSQL: it is not installed here." >&2 ;;
    *) failed=1; echo "The data tests FAILED on PostgreSQL (above); the run goes on with SQLite and then fails." >&2 ;;
esac

step "pytest: the whole suite on SQLite"
$bin/pytest -n "$workers" --dist loadfile "$@" || failed=1
exit $failed
