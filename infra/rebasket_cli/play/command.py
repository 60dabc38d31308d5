"""`rebasket play`: what would happen if … Stories go through the HTTPS handler and everything behind it, in virtual time."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003  # typer reads the annotation
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from rebasket.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rebasket_cli.play.account import Outcome
    from rebasket_cli.play.judge import Difference

console = Console(soft_wrap=True, highlight=False, markup=False)


def play(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", exists=True, help="Stories (docs/stories.md), or folders of them")
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of text")] = False,
    brief: Annotated[bool, typer.Option("--brief", help="Only the verdicts")] = False,
) -> None:
    """Play stories: what happens in a shop, answer by answer and message by message. Exits with 1 where it is not as expected."""
    from rebasket_cli.play import account

    began = perf_counter()
    paths = list(stories_in(files))
    if not paths:
        message = f"no file *.json in {', '.join(map(str, files))}"
        raise Invalid(message)
    outcomes = []
    for path in paths:
        outcome = outcome_of(path)
        outcomes.append(outcome)
        if not as_json:
            for line in (f"{outcome.title}  ({path})", *account.verdict(outcome)) if brief else account.lines(outcome):
                console.print(line)
            console.print()
    good = sum(outcome.as_expected for outcome in outcomes)
    if as_json:
        typer.echo(json.dumps(account.as_data(outcomes), ensure_ascii=False, indent=2))
    else:
        console.print(f"{good} of {len(outcomes)} as expected, in {perf_counter() - began:.1f} s")
    if good < len(outcomes):
        raise typer.Exit(1)


def stories_in(paths: Sequence[Path]) -> Iterator[Path]:
    """The files, and those of folders in order of their names."""
    for path in paths:
        if path.is_dir():
            yield from sorted(path.glob("*.json"))
        else:
            yield path


def outcome_of(path: Path) -> Outcome:
    """Read, play and judge one file."""
    from rebasket_cli.play.account import Outcome
    from rebasket_cli.play.judge import Difference, differences
    from rebasket_cli.play.stage import play as played_on_stage
    from rebasket_cli.play.story import read_story

    def refused(expected: str, error: Invalid) -> list[Difference]:
        wrong = [Difference(one.pointer or "the whole", expected, one.detail) for one in error.errors]
        return wrong or [Difference("the whole", expected, error.detail)]

    try:
        story = read_story(path)
    except Invalid as error:
        return Outcome(path=path, story=None, played=None, wrong=refused("a story", error))
    try:
        played = played_on_stage(story)
    except Invalid as error:
        return Outcome(path=path, story=story, played=None, wrong=refused("a shop that this product can set up", error))
    return Outcome(path=path, story=story, played=played, wrong=differences(story, played))
