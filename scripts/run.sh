#!/bin/sh
# Install what is missing, make a home with the demo shop when there is none, start web and worker together.
set -eu
cd "$(dirname "$0")/.."
scripts/install.sh base
home=${ZHANGGUI_HOME:-$HOME/.zhanggui}
if [ ! -f "$home/initialised" ]; then
    .venv/bin/zhanggui init --yes
fi
exec .venv/bin/zhanggui serve --login-link ${ZHANGGUI_HOST:+--host "$ZHANGGUI_HOST"} ${ZHANGGUI_PORT:+--port "$ZHANGGUI_PORT"}
