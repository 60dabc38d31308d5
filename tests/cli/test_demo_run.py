"""`rebasket demo` as a person starts it: a small run, twice, in processes of their own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from rebasket_cli import outcome
from rebasket_cli.main import app
from rebasket_local.results.summary import broken, summarise
from tests.cli.demo_findings import findings

if TYPE_CHECKING:
    from pathlib import Path

    from rebasket_local.results.summary import Summary

COMMAND = ("demo", "--seed", "3", "--days", "2", "--carts", "70")
ISSUED = (
    "seed", "days", "events", "carts", "episodes", "planned", "touches", "by_channel", "recovered", "revenue", "cost_microusd",
    "late_p99_s", "duplicates", "after_purchase", "after_optout", "in_quiet_hours", "wall_s",
)  # fmt: skip


def run_demo(folder: Path, *, hash_seed: str) -> Path:
    """In a process whose sets and dictionaries hash differently."""
    out = folder / f"with-{hash_seed}"
    done = subprocess.run(
        [sys.executable, "-c", "from rebasket_cli.main import main; main()", *COMMAND, "--out", str(out)],
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nobody written to twice, at night" in done.stdout
    return out


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_demo(tmp_path_factory.mktemp("demo"), hash_seed="1")


@pytest.fixture(scope="module")
def summary(run: Path) -> Summary:
    found: Summary = json.loads((run / "summary.json").read_text())
    return found


def test_the_summary_has_what_it_has_to_have(summary: Summary) -> None:
    assert set(ISSUED) <= set(summary)
    assert set(summary["touches"]) == {"sent", "rejected", "skipped", "held", "unknown"}
    assert set(summary["by_channel"]) == {"email", "sms"}
    assert (summary["seed"], summary["days"]) == (3, 2)
    assert 70 <= summary["carts"] < 90


def test_every_promise_held(summary: Summary) -> None:
    assert broken(summary) == []
    assert [summary[name] for name in ("duplicates", "after_purchase", "after_optout", "in_quiet_hours", "problems")] == [0] * 5
    assert summary["failures"] == 0
    assert summary["planned"] == sum(summary["touches"].values())
    assert summary["late_p99_s"] <= 120


def test_both_channels_and_the_control_group_had_their_part(summary: Summary) -> None:
    assert min(summary["by_channel"].values()) > 0
    assert min(summary["touches"][state] for state in ("sent", "skipped", "held")) > 0


def test_the_outbox_is_what_left(run: Path, summary: Summary) -> None:
    left = {kind: len(list((run / "outbox").glob(f"*.{kind}"))) for kind in ("eml", "txt")}
    assert left == {"eml": summary["by_channel"]["email"], "txt": summary["by_channel"]["sms"]}
    assert len(list((run / "pictures").glob("*.svg"))) >= 16


def test_the_same_seed_gives_the_same_bytes(run: Path, tmp_path: Path) -> None:
    """Everything but the real time it took, whatever the process hashes by."""
    assert files_of(run) == files_of(run_demo(tmp_path, hash_seed="4242"))


def files_of(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): _digest(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def _digest(path: Path) -> str:
    if path.name == "summary.json":
        found: dict[str, Any] = json.loads(path.read_text())
        assert found.pop("wall_s") > 0
        return json.dumps(found)
    return sha256(path.read_bytes()).hexdigest()


def test_a_broken_promise_ends_with_an_error(tmp_path: Path) -> None:
    found = findings(failures=1)
    console = Console(file=io.StringIO())
    with pytest.raises(typer.Exit) as ended:
        outcome.tell(found, summarise(found, wall_s=1.0), "Test", tmp_path, console)
    assert ended.value.exit_code == 1


def test_help_says_what_there_is() -> None:
    said = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "120"}).output
    for command in ("demo", "replay", "run", "report", "rearm", "redrive", "shop"):
        assert f"│ {command} " in said
