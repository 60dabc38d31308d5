"""The project names no package registry's host and no path of somebody's machine: it must read the same everywhere."""

import re
from pathlib import Path

from tests.checks.tree import files, report, text

# Hosts are written with [x] so that this file does not name what it forbids.
FORBIDDEN = {
    "a package registry": re.compile(
        r"(?i)\b[p]ypi\.org|[p]ythonhosted\.|[n]pmjs\.|[d]eb\.debian\.|index[-]url|https?://[a-z0-9.:-]+/(?:simple|packages)/"
    ),
    "a path of one machine": re.compile(r"(?i)(?<![\w./}>-])/(?:home|root|Users|work|mnt)/[\w.]|\b[A-Z]:\\Users\\"),
}


def findings(root: Path) -> list[str]:
    """One line for each place: file, line, what it names."""
    return [
        f"{path.relative_to(root)}:{number}: names {what}: {match.group()}"
        for path in files(root)
        for number, line in enumerate((text(path) or "").splitlines(), start=1)
        for what, pattern in FORBIDDEN.items()
        if (match := pattern.search(line))
    ]


if __name__ == "__main__":
    report(findings)
