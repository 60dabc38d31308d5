#!/bin/sh
# layers/compile.sh DIRECTORY: compiles DIRECTORY/python for Lambda, which shows it as /opt/python.
#
# unchecked-hash: Lambda need not look at the sources, and file times, which SAM changes, do not matter.
# Only the functions' own minor version writes files that they can read.
set -eu
artifacts=$1

if python=$("${0%/*}/python313.sh"); then
  "$python" -m compileall -q -j 0 --invalidation-mode unchecked-hash -s "$artifacts" -p /opt "$artifacts/python"
else
  # To standard output: SAM does not show the other of a build that succeeds.
  echo "No Python 3.13 found (PYTHON313=/path/to/python names one): $artifacts goes out uncompiled; it works, with cold starts about three times as long."
fi
