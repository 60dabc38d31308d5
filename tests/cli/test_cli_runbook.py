"""The runbook's commands exist and take the options that it gives them."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from rebasket_cli.main import app
from tests.cli.command_lines import commands, ours, wrong_with_aws

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = ("operations.md", "costs.md")
TEXT = "\n".join((DOCS / page).read_text(encoding="utf-8") for page in PAGES)
LINES = sorted(
    {
        line.strip()
        for block in re.findall(r"^ *```sh\n(.*?)^ *```", TEXT, re.DOTALL | re.MULTILINE)
        for line in block.splitlines()
    }
)
INLINE = sorted(set(re.findall(r"`((?:aws|rebasket) [a-z][^`]*)`", re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL))))
SHELL = ("export", "alias", "STAGE=", "output", "git", "make", "sam")
"""Lines that are neither AWS's nor ours."""


@pytest.mark.parametrize("line", [line for line in LINES if not line.startswith(SHELL)])
def test_commands_exist_and_are_whole(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for word in line.split():
        if word.endswith("_export.csv"):  # the shop's own file, which has to be there for the command to be whole
            (tmp_path / word).touch()
    for words in commands(re.sub(r"^[A-Z]+=\$\((.*)\)$", r"\1", line)):  # what a variable is set to is a command, too
        if words[0] == "aws":
            assert wrong_with_aws(words[1:]) is None
        else:
            assert ours(words)


@pytest.mark.parametrize("text", INLINE)
def test_commands_in_the_text_exist(text: str) -> None:
    words = " ".join(text.split()).split()
    if words[0] == "aws":
        wrong = wrong_with_aws(words[1:])
        assert wrong is None or "unknown [], missing" in wrong  # only named
        return
    command: Any = typer.main.get_command(app)
    rest = words[1:]
    while hasattr(command, "commands") and rest:
        command = command.commands[rest.pop(0)]
    known = {option for parameter in getattr(command, "params", ()) for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in rest if word.startswith("--")} <= known


def test_there_is_something_to_test() -> None:
    assert len(LINES) > 40
    assert len(INLINE) > 15
