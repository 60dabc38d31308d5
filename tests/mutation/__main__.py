"""`python -m tests.mutation`: stage, run mutmut, and sum up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.mutation.staging import stage
from tests.mutation.summary import write_summary

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build/mutation"


def main() -> int:
    """0, also when mutants survive: the score is read, not enforced."""
    work = BUILD / "work"
    stage(ROOT, work)
    print("mutmut writes to", work.relative_to(ROOT))  # noqa: T201  # a script says what it does
    subprocess.run([sys.executable, "-m", "mutmut", "run", "--max-children", "2"], cwd=work, check=True)
    print(write_summary(work, BUILD / "summary.json"))  # noqa: T201  # the same
    return 0


if __name__ == "__main__":
    sys.exit(main())
