"""What is not as the story expects it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket_cli.play.times import spelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket_cli.play.record import Answer, Message, Played
    from rebasket_cli.play.story import ExpectedAnswer, ExpectedMessage, Story

MINUTE = timedelta(minutes=1)
LONGEST = 500
"""Characters of a message that are repeated where something is missing in it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """At one place of the story."""

    where: str
    expected: str
    got: str


def differences(story: Story, played: Played) -> list[Difference]:
    """All of them, in the order of the story; none where it came out as expected."""
    return [
        *_answers(story, played),
        *_messages(story, played),
        *_report(story, played),
        *_why(story, played),
        *(Difference("the product", "no failure of its own", trouble) for trouble in played.troubles),
    ]


def _answers(story: Story, played: Played) -> Iterator[Difference]:
    for answer in played.answers:
        if answer.impossible is not None:
            yield Difference(f"entry {answer.number}", answer.what, answer.impossible)
            continue
        expected = story.expect.answers.get(answer.number)
        if expected is not None:
            yield from _answer(f"answer {answer.number}", expected, answer)


def _answer(where: str, expected: ExpectedAnswer, answer: Answer) -> Iterator[Difference]:
    told = f" ({'; '.join(answer.told)})" if answer.told else ""
    if expected.status is not None and expected.status != answer.status:
        got = "no answer over HTTP" if answer.status is None else f"status {answer.status}"
        yield Difference(where, f"status {expected.status}", f"{got}{told}")
    if expected.results is not None and expected.results != answer.results:
        yield Difference(where, f"results {_listed(expected.results)}", f"{_listed(answer.results)}{told}")
    warned = [warning.pointer for warning in answer.warnings]
    for pointer in expected.warnings:
        if pointer not in warned:
            yield Difference(where, f"a warning about {pointer}", f"warnings about {_listed(warned)}")


def _messages(story: Story, played: Played) -> Iterator[Difference]:
    expected, got = story.expect.messages, played.messages
    if expected is None:
        return
    for number in range(max(len(expected), len(got))):
        where = f"message {number + 1}"
        if number >= len(got):
            yield Difference(where, described(expected[number]), "none")
        elif number >= len(expected):
            yield Difference(where, "none", in_short(got[number], story))
        else:
            yield from _message(where, expected[number], got[number], story)


def _message(where: str, expected: ExpectedMessage, got: Message, story: Story) -> Iterator[Difference]:
    if expected.at is not None and not _in_time(expected.at, got, story):
        yield Difference(where, f"at {_between(expected.at)}", spelled(got.at, story.begins))
    for name in ("to", "cart", "step", "channel"):
        wanted, found = getattr(expected, name), getattr(got, name)
        if wanted is not None and wanted != found:
            yield Difference(where, f"{name} {wanted}", str(found))
    for words in expected.contains:
        if words not in got.read:
            yield Difference(where, f"contains “{words}”", f"it does not: {_excerpt(got)}")
    for words in expected.lacks:
        if words in got.read:
            line = next((line.strip() for line in got.read.splitlines() if words in line), words)
            yield Difference(where, f"lacks “{words}”", f"it says “{line}”")


def _in_time(expected: str | tuple[str, str], got: Message, story: Story) -> bool:
    if isinstance(expected, str):
        return abs(got.at - story.moment(expected)) < MINUTE
    first, last = map(story.moment, expected)
    return first <= got.at <= last


def _report(story: Story, played: Played) -> Iterator[Difference]:
    for name, wanted in story.expect.report.items():
        if name not in played.report:
            yield Difference(f"report, {name}", str(wanted), "the report's total has no such figure")
        elif played.report[name] != wanted:
            yield Difference(f"report, {name}", str(wanted), str(played.report[name]))


def _why(story: Story, played: Played) -> Iterator[Difference]:
    for cart, wanted in story.expect.why.items():
        said = played.why.get(cart)
        if said is None:
            yield Difference(f"why, cart {cart}", "a cart that is known", f"known are {_listed(sorted(played.why))}")
            continue
        whole = " ".join(" ".join(said).split()).casefold()
        for words in wanted:
            if words.casefold() not in whole:
                yield Difference(f"why, cart {cart}", f"says “{words}”", said[0] if said else "nothing")


def described(expected: ExpectedMessage) -> str:
    """An expected message in a line."""
    said = [f"{name} {value}" for name in ("to", "cart", "step", "channel") if (value := getattr(expected, name)) is not None]
    if expected.at is not None:
        said.insert(0, f"at {_between(expected.at)}")
    return ", ".join(["a message", *said])


def in_short(message: Message, story: Story) -> str:
    """A message in a line."""
    return f"at {spelled(message.at, story.begins)}, to {message.to}, cart {message.cart}, step {message.step}"


def _between(at: str | tuple[str, str]) -> str:
    return at if isinstance(at, str) else f"{at[0]} to {at[1]}"


def _listed(words: list[str]) -> str:
    return ", ".join(words) or "none"


def _excerpt(message: Message) -> str:
    """Its lines that are no links, as far as a line holds them."""
    lines = [line.strip() for line in message.read.splitlines()]
    text = " / ".join(line for line in lines if line and not line.startswith("https://"))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
