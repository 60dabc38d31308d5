#!/bin/sh
# layers/python313.sh: prints the path of a Python 3.13, the functions' own; fails where there is none.
#
# PYTHON313 names one. A machine without one gets it from uv (UV names it; UV_PYTHON_DOWNLOADS=never forbids it).
set -u

for python in "${PYTHON313:-}" python3.13 "$HOME"/.pyenv/versions/3.13*/bin/python "$HOME"/.local/share/uv/python/cpython-3.13*/bin/python python3 python; do
  # A name on PATH may be a version manager's shim that does not run: ask before trusting it.
  if [ "$("$python" -c 'import sys; print(sys.version_info[:2])' 2>/dev/null)" = '(3, 13)' ]; then
    command -v "$python"
    exit
  fi
done
if [ -n "${UV:-}" ] && "$UV" python install --quiet 3.13 2>/dev/null; then
  exec "$UV" python find --no-project --python-preference only-managed 3.13
fi
exit 1
