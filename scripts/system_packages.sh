#!/bin/sh
# Usage: scripts/system_packages.sh [venv|test]
# Installs the Debian packages that are missing for making .venv or for the whole test suite, where this user may
# (root, or sudo without a password). Where not, it says in one sentence what is missing.
set -eu
purpose=${1:-test}
missing=""

need() { missing="$missing $1"; }

has_postgres() { command -v initdb > /dev/null || ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1; }

has_chinese_font() { command -v fc-list > /dev/null && fc-list :lang=zh 2> /dev/null | grep -q .; }

has_chromium() { command -v chromium > /dev/null || command -v chromium-browser > /dev/null || command -v google-chrome > /dev/null; }

if [ "$purpose" = venv ]; then
    need python3-venv
else
    has_chromium || need chromium
    has_chinese_font || need fonts-wqy-zenhei
    command -v fc-list > /dev/null || need fontconfig
    has_postgres || need postgresql
    command -v redis-server > /dev/null || need redis-server
fi
[ -n "$missing" ] || exit 0

if command -v apt-get > /dev/null; then
    if [ "$(id -u)" = 0 ]; then
        as_root=""
    elif command -v sudo > /dev/null && sudo -n true 2> /dev/null; then
        as_root="sudo -n"
    else
        as_root="no"
    fi
    if [ "$as_root" != no ]; then
        echo "  installing system packages:$missing"
        # A server that Debian would start by itself is not wanted here: the tests start private ones.
        if $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq \
            && $as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
                apt-get install -y -qq --no-install-recommends $missing > /dev/null; then
            exit 0
        fi
        echo "These system packages could not be installed:$missing." >&2
    else
        echo "These system packages are missing and this user may not install them:$missing." >&2
        echo "Ask an administrator to run: apt-get install$missing" >&2
    fi
else
    echo "These programs are missing (named as Debian calls their packages):$missing." >&2
fi
if [ "$purpose" = venv ]; then
    echo "Without python3-venv no .venv can be made." >&2
    exit 1
fi
echo "The tests that need them are skipped and say so." >&2
