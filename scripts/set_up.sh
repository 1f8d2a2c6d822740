#!/bin/sh
# Finds a Python that works and hands over to set_up.py. Every candidate is run, because a name on PATH may be a shim for a
# version that isn't there. It has to be able to make virtual environments (ensurepip). `set_up.sh find` only names it.
set -eu
cd "$(dirname "$0")/.."

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
can_make_environments='import ensurepip, venv'
without_ensurepip=

for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3 python python3.14 /usr/bin/python3}; do
    if "$candidate" -c "$new_enough" >/dev/null 2>&1; then
        if "$candidate" -c "$can_make_environments" >/dev/null 2>&1; then
            if [ "${1:-}" = find ]; then
                echo "$candidate"
                exit 0
            fi
            exec "$candidate" scripts/set_up.py "$@"
        fi
        without_ensurepip=$candidate
    fi
done

if [ -n "$without_ensurepip" ]; then
    if .venv/bin/python -m pip --version >/dev/null 2>&1; then
        exec "$without_ensurepip" scripts/set_up.py "$@"
    fi
    echo "$without_ensurepip cannot make a virtual environment: its ensurepip is missing. Nothing was set up." >&2
    echo "On Debian or Ubuntu: apt-get install python3-venv. Or name another Python: PYTHON=/path/to/python make ..." >&2
elif [ -n "${PYTHON:-}" ]; then
    echo "PYTHON=$PYTHON is not Python 3.11 or newer, or does not start. Nothing was set up." >&2
else
    echo "Python 3.11 or newer was not found. Nothing was set up. Install it, or name it: PYTHON=/path/to/python make ..." >&2
fi
exit 2
