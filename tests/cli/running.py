"""Commands, run as at a prompt: what they print, and what they leave of the shop `tea`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer.testing import CliRunner

from rebasket_cli import main

if TYPE_CHECKING:
    from rebasket.domain.shops.policy import Policy
    from rebasket.wiring import App


def run(*words: str) -> str:
    """What it prints. Raises what it raised."""
    told = CliRunner().invoke(main.app, list(words))
    if told.exception is not None:
        raise told.exception
    return told.output


def lines(*words: str) -> list[str]:
    """The same, line by line."""
    return run(*words).splitlines()


def policy(app: App) -> Policy:
    """The shop's newest policy."""
    found = app.shops.get("tea")
    assert found
    return found.policy
