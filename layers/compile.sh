#!/bin/sh
# layers/compile.sh DIRECTORY: compiles DIRECTORY/python for Lambda, which shows it as /opt/python.
#
# unchecked-hash: Lambda need not look at the sources, and file times, which SAM changes, do not matter.
# Only the functions' own minor version writes files that they can read. Without one the layer works, too, with cold
# starts some two to three times as long.
set -eu
artifacts=$1

for python in "${PYTHON313:-}" python3.13 "$HOME"/.pyenv/versions/3.13*/bin/python "$HOME"/.local/share/uv/python/cpython-3.13*/bin/python python3 python; do
  # A name on PATH may be a version manager's shim that does not run: ask before trusting it.
  if [ "$("$python" -c 'import sys; print(sys.version_info[:2])' 2>/dev/null)" = '(3, 13)' ]; then
    "$python" -m compileall -q -j 0 --invalidation-mode unchecked-hash -s "$artifacts" -p /opt "$artifacts/python"
    exit
  fi
done

# To standard output: SAM does not show the other of a build that succeeds.
echo "No Python 3.13 found (PYTHON313=/path/to/python names one): $artifacts goes out uncompiled, cold starts will be slow."
