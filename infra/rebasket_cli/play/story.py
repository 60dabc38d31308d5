"""A story as its file has it, and nothing else in it: what is wrong is named with its place."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveInt, ValidationError, model_validator

from rebasket.domain.errors import FieldError, Invalid
from rebasket.usecases.reporting.report import MAX_DAYS
from rebasket_cli.play.times import is_relative, iso, moment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

START = datetime(2026, 11, 2, 10, tzinfo=UTC)
"""When a story begins that does not say it: a Monday, with no clocks changed for months."""
KINDS = ("event", "events", "click", "optout", "bounce", "complaint", "erase", "request")


def _a_time(text: str) -> str:
    try:
        moment(text, START)
    except Invalid as wrong:
        raise ValueError(wrong.detail) from None
    return text


Time = Annotated[str, AfterValidator(_a_time)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HttpRequest(_Part):
    """Any request. `{key}` in a header stands for the shop's bearer key; a body that is no text is sent as JSON."""

    method: str = "GET"
    path: Annotated[str, Field(pattern="^/")]
    headers: dict[str, str] = {}
    body: Any = None


class Entry(_Part):
    """One thing that happened."""

    at: Time
    event: dict[str, Any] | None = None
    events: Annotated[list[dict[str, Any]], Field(min_length=1)] | None = None
    click: PositiveInt | None = None
    optout: PositiveInt | None = None
    bounce: PositiveInt | None = None
    complaint: PositiveInt | None = None
    erase: str | None = None
    request: HttpRequest | None = None

    @property
    def kind(self) -> str:
        """Which of KINDS it is."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)

    @model_validator(mode="after")
    def _one_thing(self) -> Entry:
        said = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(said) != 1:
            raise ValueError(f"says {' and '.join(said) or 'nothing'}; each entry has one of {', '.join(KINDS)}")
        return self


class ExpectedAnswer(_Part):
    """`warnings` are JSON pointers that must be among those answered."""

    status: int | None = None
    results: list[str] | None = None
    warnings: list[str] = []


class ExpectedMessage(_Part):
    """`at`: to the minute, or between two times. `contains` and `lacks` are about the subject and the plain text."""

    at: Time | tuple[Time, Time] | None = None
    to: str | None = None
    cart: str | None = None
    step: int | None = None
    channel: Literal["email", "sms"] | None = None
    contains: list[str] = []
    lacks: list[str] = []


class Expected(_Part):
    """What must have come of it; what is left out is not looked at."""

    answers: dict[PositiveInt, ExpectedAnswer] = {}
    messages: list[ExpectedMessage] | None = None
    report: dict[str, Any] = {}
    why: dict[str, list[str]] = {}


class Story(_Part):
    """The whole."""

    title: str
    source: str | None = None
    shop: dict[str, Any] = {}
    start: Time = f"{START:%Y-%m-%dT%H:%M:%SZ}"
    until: Time
    story: Annotated[list[Entry], Field(min_length=1)]
    expect: Expected = Expected()

    @property
    def begins(self) -> datetime:
        """The start, which relative times count from."""
        return moment(self.start, START)

    def moment(self, text: str) -> datetime:
        """A time of this story."""
        return moment(text, self.begins)

    def timed(self, event: dict[str, Any]) -> dict[str, Any]:
        """With relative times as times, under the names that times have: `at`, and those that end in `_at` or `_by`."""
        return {name: self._timed(value, name) for name, value in event.items()}

    def _timed(self, told: Any, name: str) -> Any:  # noqa: ANN401  # JSON
        match told:
            case dict():
                return self.timed(told)
            case list():
                return [self._timed(value, "") for value in told]
            case str() if (name == "at" or name.endswith(("_at", "_by"))) and is_relative(told):
                return iso(self.moment(told))
            case _:
                return told

    @property
    def until_over(self) -> Sequence[tuple[int, Entry]]:
        """The entries with their numbers, in the order in which they happen."""
        return sorted(enumerate(self.story, 1), key=lambda numbered: self.moment(numbered[1].at))

    @model_validator(mode="after")
    def _whole(self) -> Story:
        ends = self.moment(self.until)
        for number, entry in enumerate(self.story, 1):
            if self.moment(entry.at) > ends:
                raise ValueError(f"entry {number} happens after `until`")
        begins = min([self.begins, *(self.moment(entry.at) for entry in self.story)])
        if (ends.date() - begins.date()).days >= MAX_DAYS:
            raise ValueError(f"lasts more than {MAX_DAYS} days, which a report cannot be of")
        strangers = [number for number in self.expect.answers if number > len(self.story)]
        if strangers:
            raise ValueError(f"expects an answer to entry {strangers[0]}; there are {len(self.story)}")
        return self


def read_story(path: Path) -> Story:
    """The story in a file. Raises Invalid, naming each place."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once)
    except OSError as error:
        raise Invalid(f"cannot be read: {error.strerror}") from None
    except json.JSONDecodeError as error:
        raise Invalid(f"is no JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except ValueError as error:  # not UTF-8, or a name twice
        raise Invalid(f"is no JSON: {error}") from None
    return story_of(data)


def story_of(data: object) -> Story:
    """The story in data. Raises Invalid, naming each place."""
    try:
        return Story.model_validate(data)
    except ValidationError as error:
        wrong = [
            FieldError("".join(f"/{part}" for part in one["loc"]), one["msg"].removeprefix("Value error, "))
            for one in error.errors()
        ]
        raise Invalid("is no story", tuple(wrong)) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for at, (name, _) in enumerate(pairs) if name in dict(pairs[:at]))
        raise ValueError(f"“{twice}” stands twice in the same object")
    return found
