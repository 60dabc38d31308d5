"""Whether a test notices that a figure of law or of the protocol is another: each change of named.toml, made one at a time.

    python -m tests.mutation.named            all of them, into build/mutation/named.json
    python -m tests.mutation.named sweep SES  those whose names hold one of these words

mutmut leaves constants of modules alone; these are the ones that it would have to change. In a copy, so that no mutant ever
stands in the working tree.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build/mutation"
TABLE = Path(__file__).parent / "named.toml"

COPIED = ("docs", "functions", "infra", "layers", "tests")
PATHS = ("layers/core", "infra", ".")
"""The copy's import paths, in front of those of the editable install, which lead to the working tree."""

PASSED, FAILED = 0, 1
"""pytest's exit codes; all others say that it could not run the tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One change: `old`, which stands once in the file, becomes `new`; of `tests` (pytest's node ids) at least one is to fail."""

    name: str
    file: str
    old: str
    new: str
    tests: list[str]


class End(StrEnum):
    """What became of a change."""

    NOTICED = "noticed"
    SURVIVED = "survived"
    NOT_RUN = "the tests could not be run"


def read_table(table: Path = TABLE) -> list[Named]:
    """All changes, in the order of the file."""
    return [Named(**entry) for entry in tomllib.loads(table.read_text(encoding="utf-8"))["mutation"]]


def changed(source: str, change: Named) -> str:
    """The file with the change. Raises ValueError unless `old` stands in it once, and `new` is something else."""
    if source.count(change.old) != 1 or change.new == change.old:
        message = f"{change.name}: {change.old!r} stands {source.count(change.old)} times in {change.file}"
        raise ValueError(message)
    return source.replace(change.old, change.new)


def copy(root: Path, into: Path) -> None:
    """Lay out `into` afresh: all that the tests need."""
    shutil.rmtree(into, ignore_errors=True)
    for folder in COPIED:
        shutil.copytree(root / folder, into / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "template.yaml"):
        shutil.copy(root / file, into)


def run(work: Path, tests: list[str]) -> int:
    """pytest's exit code. Nothing compiled is kept: a change within a second that keeps a file's size would go unseen."""
    paths = os.pathsep.join(str(work / path) for path in PATHS)
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    return subprocess.run(command, cwd=work, env=environment, check=False, capture_output=True).returncode  # the table's tests


def end_of(work: Path, change: Named) -> End:
    """Make the change, run its tests, and put the file back."""
    file = work / change.file
    before = file.read_text(encoding="utf-8")
    file.write_text(changed(before, change), encoding="utf-8")
    try:
        code = run(work, change.tests)
    finally:
        file.write_text(before, encoding="utf-8")
    return {PASSED: End.SURVIVED, FAILED: End.NOTICED}.get(code, End.NOT_RUN)


def main(words: list[str]) -> int:
    """0 when every change was noticed."""
    table = [change for change in read_table() if not words or any(word in change.name for word in words)]
    work = BUILD / "named"
    copy(ROOT, work)
    if run(work, sorted({test for change in table for test in change.tests})) != PASSED:
        print("the tests fail without any change")  # noqa: T201  # a script says what it does
        return 2
    ends = {}
    for change in table:
        ends[change.name] = end_of(work, change)
        print(f"{ends[change.name]:10} {change.name}", flush=True)  # noqa: T201  # the same
    told = [{**asdict(change), "end": ends[change.name]} for change in table]
    (BUILD / "named.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    noticed = sum(end is End.NOTICED for end in ends.values())
    print(f"{noticed} of {len(table)} changes noticed")  # noqa: T201  # the same
    return 0 if noticed == len(table) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
