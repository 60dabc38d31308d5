"""What came of a story: each answer, each message, the report, and every cart with why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """What was left out of an accepted event, and why."""

    pointer: str
    detail: str


@dataclass(slots=True, kw_only=True)
class Answer:
    """What came of one entry. `status` is HTTP's, None where nothing was asked over HTTP; `results` by event; `told` is for
    people; `impossible` says why it could not be done at all.
    """

    number: int
    at: datetime
    what: str
    status: int | None = None
    results: list[str] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    impossible: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One that the provider took; numbers count from 1. `tags` are those of an e-mail; links lead through Rebasket."""

    number: int
    at: datetime
    channel: str
    to: str
    cart: str
    step: int
    subject: str
    text: str
    restore_url: str | None
    opt_out_url: str | None
    tags: Mapping[str, str]

    @property
    def read(self) -> str:
        """Subject and text, with blanks of any width as plain ones."""
        return f"{self.subject}\n{self.text}".replace("\u00a0", " ").replace("\u202f", " ")


@dataclass(slots=True, kw_only=True)
class Played:
    """The whole. `report` is its total; `why` has lines by cart; `troubles` are failures of the product itself."""

    answers: list[Answer] = field(default_factory=list)
    messages: Sequence[Message] = ()
    report: Mapping[str, Any] = field(default_factory=dict)
    why: dict[str, list[str]] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
