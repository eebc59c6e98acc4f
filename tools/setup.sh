#!/bin/sh
# Fills a virtual environment from a lock file: sh tools/setup.sh VENV LOCK
# Every file that is fetched is checked against the hash in the lock. uv, itself from a lock, makes it four times
# quicker; where it cannot be had or cannot see your package mirror, pip does the same work.
set -eu
venv=$1
lock=$2

fail() {
    echo "understudy: $1" >&2
    exit 1
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14; do
        if command -v "$candidate" >/dev/null 2>&1 && new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    found=$(python3 --version 2>/dev/null || echo "no python3")
    fail "Python 3.11 or newer is needed, found: $found. Install it, or name one: make PYTHON=/path/to/python3.11 ..."
}

if [ ! -x "$venv/bin/python" ]; then
    python=$(find_python)
    echo "making $venv with $("$python" --version)"
    "$python" -m venv "$venv" ||
        fail "$python cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv. Then remove $venv and run again."
elif ! new_enough "$venv/bin/python"; then
    fail "$venv holds a Python older than 3.11 or is broken: remove it and run again."
fi
"$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$venv/bin/python" -m ensurepip --upgrade >/dev/null

echo "installing from $lock (a minute the first time)"
pip() { "$venv/bin/python" -m pip --disable-pip-version-check --quiet --no-input "$@"; }
if ! { pip install --require-hashes -r requirements-install.lock &&
    "$venv/bin/uv" --no-config --system-certs pip install --quiet --python "$venv/bin/python" --require-hashes -r "$lock"; }; then
    echo "uv could not do it; going on with pip"
    pip install --require-hashes -r "$lock"
fi
pip install --no-deps --no-build-isolation --editable .
