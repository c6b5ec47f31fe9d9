#!/bin/sh
# Usage: scripts/install.sh base|dev
# Prepares .venv from the locked requirements; does nothing when nothing changed since the last run.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-base}
here=$(pwd)
export PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf '  %s\n' "$*"; }

digest() { cat "$@" | sha256sum | cut -d' ' -f1; }

make_venv() {
    python=$(scripts/find_python.sh)
    say "creating .venv with $("$python" --version)"
    rm -rf .venv
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        scripts/system_packages.sh venv
    fi
    "$python" -m venv .venv
    printf '%s\n' "$here" > .venv/.place
}

# A folder that was moved or copied has a .venv whose scripts point to the old place.
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' 2>/dev/null; then
    make_venv
elif [ -f .venv/.place ] && [ "$(cat .venv/.place)" != "$here" ]; then
    make_venv
fi

want=$(digest requirements/base.txt requirements/build.txt pyproject.toml scripts/install.sh)
[ "$kind" = dev ] && want=$(digest requirements/base.txt requirements/build.txt requirements/dev.txt pyproject.toml scripts/install.sh)
if [ "$(cat ".venv/.installed-$kind" 2>/dev/null || true)" != "$want" ]; then
    say "installing the locked dependencies ($kind)"
    if [ "$kind" = dev ]; then
        .venv/bin/python -m pip install -qq --no-input --require-hashes -r requirements/dev.txt
    else
        .venv/bin/python -m pip install -qq --no-input --require-hashes -r requirements/base.txt -r requirements/build.txt
    fi
    say "installing the zhanggui command"
    .venv/bin/python -m pip install -qq --no-input --no-deps --no-build-isolation --editable .
    printf '%s\n' "$want" > ".venv/.installed-$kind"
    # The tools include everything the product needs.
    if [ "$kind" = dev ]; then
        digest requirements/base.txt requirements/build.txt pyproject.toml scripts/install.sh > .venv/.installed-base
    fi
    touch .venv/.messages
elif [ ! -f .venv/.messages ] || [ -n "$(find src -name '*.po' -newer .venv/.messages -print -quit)" ]; then
    .venv/bin/python scripts/compile_messages.py > /dev/null
    touch .venv/.messages
fi
