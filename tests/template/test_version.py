"""One version, told everywhere: by the project's metadata, the command line, the stack, every log line and the changelog."""

import io
import json
import re
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

import rebasket
from rebasket.observability import logger
from rebasket_cli.main import app
from rebasket_local.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def test_the_package_has_the_projects_version() -> None:
    assert rebasket.__version__ == VERSION


def test_the_stack_tells_its_version() -> None:
    stack = Stack(ROOT / "template.yaml", {"SenderEmail": "carts@shop.example"}, region="eu-central-1", name="t")
    assert stack.outputs["Version"] == VERSION


def test_the_command_line_tells_its_version() -> None:
    told = CliRunner().invoke(app, ["--version"])
    assert (told.exit_code, told.output) == (0, f"rebasket {VERSION}\n")


def test_every_log_line_tells_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    logger.error("something", shop="tea")
    assert json.loads(log.getvalue())["version"] == VERSION


def test_the_newest_version_of_the_changelog_is_this_one() -> None:
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert released[0] == VERSION
