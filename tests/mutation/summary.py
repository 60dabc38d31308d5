"""From mutmut's results to one file: the score of each module, and what survived."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_RESULT = re.compile(r"^\s*rebasket\.domain\.(?P<name>(?P<module>\w+)\.\S+): (?P<state>.+)$", re.MULTILINE)
_NOTICED = frozenset({"killed", "timeout", "caught by type check"})
"""A mutant that never ends is noticed, too."""


def summary_of(results: str) -> dict[str, object]:
    """The figures in what `mutmut results --all true` prints; `score` is the percentage of mutants that the tests noticed."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    left = []
    for result in _RESULT.finditer(results):
        noticed = result["state"] in _NOTICED
        counts[result["module"]]["killed" if noticed else "survived"] += 1
        if not noticed:
            left.append({"mutant": result["name"], "state": result["state"]})
    total = sum(counts.values(), Counter[str]())
    return {
        **_row(total),
        "modules": {module: _row(count) for module, count in sorted(counts.items())},
        "left": sorted(left, key=lambda mutant: mutant["mutant"]),
    }


def _row(count: Counter[str]) -> dict[str, object]:
    mutants = count.total()
    return {
        "mutants": mutants,
        "killed": count["killed"],
        "survived": count["survived"],
        "score": round(100 * count["killed"] / mutants, 1) if mutants else None,
    }


def write_summary(work: Path, file: Path) -> str:
    """Sum up what mutmut left in `work`; a line for a terminal."""
    shown = subprocess.run(
        [sys.executable, "-m", "mutmut", "results", "--all", "true"], cwd=work, check=True, capture_output=True, text=True
    )
    summary = summary_of(shown.stdout)
    file.write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return "{killed} of {mutants} mutants of the domain killed: {score} %".format_map(summary)
