"""The repository's tooling does what pyproject.toml and the Makefile say."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
GROUPS = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
PINNED = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<version>[^ ]+)(?P<rest>.*(?:\n    .*)*)", re.MULTILINE)


def _direct(group: str) -> list[Requirement]:
    found = []
    for entry in GROUPS[group]:
        found += _direct(entry["include-group"]) if isinstance(entry, dict) else [Requirement(entry)]
    return found


def _pinned(group: str) -> dict[str, str]:
    """Name → version; of two versions for different Pythons the newer Python's."""
    return {match["name"]: match["version"] for match in PINNED.finditer(_lock(group))}


def _lock(group: str) -> str:
    return (ROOT / f"requirements/{group}.txt").read_text()


@pytest.mark.parametrize("group", ["setup", "hot", "content", "dev", "sam"])
def test_requirement_files_hold_what_their_group_asks_for(group: str) -> None:
    pinned = _pinned(group)
    assert {need.name: pinned.get(need.name) for need in _direct(group)} == {
        need.name: pinned[need.name] for need in _direct(group) if need.specifier.contains(pinned[need.name])
    }
    assert all("--hash=sha256:" in match["rest"] for match in PINNED.finditer(_lock(group)))


@pytest.mark.parametrize("layer", ["hot", "content"])
def test_what_is_deployed_is_what_is_tested(layer: str) -> None:
    assert _pinned(layer).items() <= _pinned("dev").items()


@pytest.mark.parametrize(
    ("line", "where", "rule"),
    [
        ("stamp = datetime.now(UTC)", "layers/core/rebasket/domain/x.py", "TID251"),
        ("stamp = datetime.now(UTC)", "layers/core/rebasket/usecases/remind/x.py", "TID251"),
        ("stamp = os.environ['A']", "layers/core/rebasket/messages/x.py", "TID251"),
        ("stamp = os.environ['A']", "layers/core/rebasket/ports.py", "TID251"),
        ("stamp = os.environ['A']", "functions/sweep/app.py", "TID251"),
        ("stamp = datetime.now(UTC)", "layers/core/rebasket/adapters/clock.py", None),
        ("stamp = os.environ['A']", "layers/core/rebasket/settings.py", None),
    ],
)
def test_what_differs_from_run_to_run_is_banned_where_outcomes_are_decided(line: str, where: str, rule: str | None) -> None:
    source = f'"""One line."""\n\nimport os\nfrom datetime import UTC, datetime\n\n{line}\n'
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--select=TID251",
        "--output-format=concise",
        "--stdin-filename",
        where,
        "-",
    ]
    run = subprocess.run(command, input=source, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (rule or "All checks passed!") in run.stdout, run.stdout + run.stderr
    assert run.returncode == (1 if rule else 0)


MAKE = shutil.which("make") or "make"
SHIM = "#!/bin/sh\necho 'no such version' >&2\nexit 127\n"
OLD = "#!/bin/sh\nexit 1\n"
# Runs, says who it is, and makes an environment whose pip does nothing.
GOOD = """#!/bin/sh
case "$1 $2" in
"--version ") echo Python 3.12.1 ;;
"-m venv") mkdir -p .venv/bin; printf '#!/bin/sh\\n' > .venv/bin/python; chmod +x .venv/bin/python ;;
esac
"""


def _make(folder: Path, interpreters: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the Makefile's first step where only these interpreters are on PATH."""
    (folder / "bin").mkdir()
    for tool in ("sh", "mkdir", "touch", "chmod"):
        (folder / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    for name, script in interpreters.items():
        (folder / "bin" / name).write_text(script)
        (folder / "bin" / name).chmod(0o755)
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "requirements").mkdir()
    (folder / "requirements/setup.txt").touch()
    command = [MAKE, ".venv/.uv", *arguments]
    environment = {"PATH": str(folder / "bin")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_make_passes_over_interpreters_that_do_not_run_or_are_too_old(tmp_path: Path) -> None:
    run = _make(tmp_path, {"python3.13": SHIM, "python3.12": GOOD, "python3": OLD})
    assert (run.returncode, run.stdout) == (0, "Setting up .venv with Python 3.12.1, once\n")


def test_make_takes_the_interpreter_it_is_told(tmp_path: Path) -> None:
    run = _make(tmp_path, {"python3.13": SHIM, "mine": GOOD}, "PYTHON=mine")
    assert run.returncode == 0


def test_make_says_what_is_missing(tmp_path: Path) -> None:
    run = _make(tmp_path, {"python3.13": SHIM, "python3": OLD})
    assert run.returncode != 0
    assert "Rebasket needs Python 3.11 or newer with venv and pip" in run.stderr
    assert not (tmp_path / ".venv").exists()
