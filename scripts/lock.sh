#!/bin/sh
# Resolve pyproject.toml into hashed requirement files that hold no address of any index.
# Usage: scripts/lock.sh [--upgrade | --upgrade-package NAME]
set -eu
cd "$(dirname "$0")/.."
command -v uv > /dev/null || { echo "make lock needs uv (pip install uv)." >&2; exit 1; }
export UV_PYTHON_DOWNLOADS=never
common="--quiet --universal --generate-hashes --no-header --python-version 3.11"
uv pip compile $common --all-extras pyproject.toml --output-file requirements/base.txt "$@"
uv pip compile $common --all-extras --group dev pyproject.toml --constraint requirements/base.txt \
    --output-file requirements/dev.txt "$@"
uv pip compile $common --group build --constraint requirements/dev.txt --output-file requirements/build.txt "$@"
if grep -n "://" requirements/*.txt; then
    echo "The lines above name an address: take them out before committing." >&2
    exit 1
fi
