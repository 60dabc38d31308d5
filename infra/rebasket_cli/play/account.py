"""What came of a story, in lines of text for the shop's developer, or as data for a program. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rebasket_cli.play.times import spelled
from rebasket_cli.why.words import money

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from rebasket_cli.play.judge import Difference
    from rebasket_cli.play.record import Answer, Message, Played
    from rebasket_cli.play.story import Story

SHOWN = 8
"""First lines of a message that are shown."""
_INDENT = " " * 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Of one file. `story` is None where it is no story, `played` where it could not be played; `wrong` then says why."""

    path: Path
    story: Story | None
    played: Played | None
    wrong: Sequence[Difference]

    @property
    def as_expected(self) -> bool:
        """The verdict."""
        return not self.wrong

    @property
    def title(self) -> str:
        """The story's, or the file's name."""
        return self.story.title if self.story else self.path.name


def lines(outcome: Outcome) -> Iterator[str]:
    """The whole account: what happened in its order, what is known of each cart at the end, and the verdict."""
    yield f"{outcome.title}  ({outcome.path})"
    story, played = outcome.story, outcome.played
    if story and played:
        happened = [(answer.at, answer.number, list(_answer(answer, story))) for answer in played.answers]
        sent = [(message.at, 0, list(_message(message, story))) for message in played.messages]
        for _, _, told in sorted([*happened, *sent], key=lambda one: one[:2]):
            yield from told
        yield from _end(played, story)
    yield from verdict(outcome)


def verdict(outcome: Outcome) -> Iterator[str]:
    """Whether it came out as expected, and each difference."""
    if outcome.as_expected:
        yield "  As expected."
        return
    yield "  NOT as expected:"
    for one in outcome.wrong:
        yield f"    {one.where}"
        yield f"      expected  {one.expected}"
        yield f"      got       {one.got}"


def _stamp(at: datetime, story: Story) -> str:
    return f"  {at:%a %Y-%m-%d %H:%M}  {spelled(at, story.begins):8}"


def _answer(answer: Answer, story: Story) -> Iterator[str]:
    status = "" if answer.status is None else f"  → {answer.status}"
    results = f" {', '.join(answer.results)}" if answer.results else ""
    yield f"{_stamp(answer.at, story)} {answer.number:>3}. {answer.what}{status}{results}"
    for warning in answer.warnings:
        yield f"{_INDENT}     left out {warning.pointer}: {warning.detail}"
    for told in answer.told:
        yield f"{_INDENT}     {told}"
    if answer.impossible:
        yield f"{_INDENT}     cannot happen: {answer.impossible}"


def _message(message: Message, story: Story) -> Iterator[str]:
    kind = "E-MAIL" if message.channel == "email" else "TEXT MESSAGE"
    yield f"{_stamp(message.at, story)}      {kind} {message.number} to {message.to}: step {message.step} of cart {message.cart}"
    shown = [line for line in message.text.splitlines() if line.strip()]
    for line in [*([f"“{message.subject}”"] if message.subject else []), *shown[:SHOWN]]:
        yield f"{_INDENT}     {line}"
    if len(shown) > SHOWN:
        yield f"{_INDENT}     …"


def _end(played: Played, story: Story) -> Iterator[str]:
    yield f"{_stamp(story.moment(story.until), story)}      THE END"
    figures = ("episodes", "touched", "recovered", "revenue", "refunded")
    yield f"    report: {', '.join(f'{name} {_figure(played.report.get(name))}' for name in figures)}"
    for cart, said in played.why.items():
        yield f"    cart {cart}"
        yield from (f"      {line}".rstrip() for line in said)


def _figure(value: Any) -> str:  # noqa: ANN401  # a figure of the report
    if not isinstance(value, dict):
        return str(value)
    return " and ".join(money(amount, currency) for currency, amount in value.items()) or "none"


def as_data(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """All stories of a run, for JSON; times in ISO 8601."""
    return {
        "played": len(outcomes),
        "as_expected": sum(outcome.as_expected for outcome in outcomes),
        "stories": [_data(outcome) for outcome in outcomes],
    }


def _data(outcome: Outcome) -> dict[str, Any]:
    story, played = outcome.story, outcome.played
    found: dict[str, Any] = {
        "file": str(outcome.path),
        "title": outcome.title,
        "source": story.source if story else None,
        "as_expected": outcome.as_expected,
        "differences": [asdict(one) for one in outcome.wrong],
    }
    if played:
        found |= {
            "answers": [asdict(answer) | {"at": answer.at.isoformat()} for answer in played.answers],
            "messages": [
                {name: value for name, value in asdict(message).items() if name != "tags"} | {"at": message.at.isoformat()}
                for message in played.messages
            ],
            "report": dict(played.report),
            "why": played.why,
            "troubles": played.troubles,
        }
    return found
