#!/bin/sh
# Print the first Python of at least 3.11: the one named by PYTHON, or what this machine has.
set -eu
for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        command -v "$candidate"
        exit 0
    fi
done
echo "No Python 3.11 or newer was found (tried: ${PYTHON:-python3 python3.13 python3.12 python3.11})." >&2
echo "Install one (Debian 12: apt-get install python3 python3-venv) or name it: make PYTHON=/path/to/python3.12" >&2
exit 1
