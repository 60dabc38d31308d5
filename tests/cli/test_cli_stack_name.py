"""Which stack a command works on: `--stack`, else REBASKET_STACK, else `rebasket`; the same for every command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import typer

from rebasket_cli.main import app
from tests.cli.command_lines import ours

if TYPE_CHECKING:
    from collections.abc import Iterator


def commands(command: Any, *names: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  # of whatever library typer stands on
    if not hasattr(command, "commands"):
        yield " ".join(names), command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, *names, name)


ON_A_STACK = {
    name: option
    for name, command in commands(typer.main.get_command(app))
    for option in command.params
    if "--stack" in option.opts
}
HERE = {"demo", "replay", "run", "play", "costs"}


def test_every_command_but_those_of_this_machine_takes_one() -> None:
    assert {name for name, _ in commands(typer.main.get_command(app))} - HERE == ON_A_STACK.keys()


@pytest.mark.parametrize("name", ON_A_STACK)
def test_it_may_be_named_once_for_all_commands(name: str) -> None:
    assert (ON_A_STACK[name].envvar, ON_A_STACK[name].default) == ("REBASKET_STACK", "rebasket")


def test_the_option_is_stronger_than_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ours(["rebasket", "stop"]).params["stack"] == "rebasket"
    monkeypatch.setenv("REBASKET_STACK", "rebasket-prod")
    assert ours(["rebasket", "stop"]).params["stack"] == "rebasket-prod"
    assert ours(["rebasket", "stop", "--stack", "rebasket-dev"]).params["stack"] == "rebasket-dev"
