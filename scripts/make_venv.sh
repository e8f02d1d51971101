#!/bin/sh
# Make a virtual environment with the project and its development tools: make_venv.sh DIR
set -eu
python=${PYTHON:-python3}
dir=$1

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "siptrace needs Python 3.11 or newer; set PYTHON=/path/to/python3.11 if it is not called $python." >&2
    exit 1
fi
# Debian ships Python without ensurepip; the package that has it carries the version in its name.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    sh "$(dirname "$0")/system_packages.sh" --needed "python$version-venv"
fi
[ -x "$dir/bin/python" ] || "$python" -m venv "$dir"
"$dir/bin/python" -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
# Where Python may not write byte code by itself, every start would compile the whole package.
"$dir/bin/python" -m compileall -q siptrace
