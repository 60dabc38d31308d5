"""Times in stories: ISO 8601, or relative to the story's start, such as `+2h30m`, `-1d` or `+5m1s`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from rebasket.domain.errors import FieldError, Invalid

FORM = "a time such as 2026-11-02T10:00:00Z, or one from the start such as +2h30m or -1d"

_RELATIVE = re.compile(r"(?a:([+-])(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?)")
_LONGEST = 9
"""Digits of one number: more days than there are dates would be an overflow, not a wrong time."""


def is_relative(text: str) -> bool:
    """Whether it is a time from the start."""
    return _span(text) is not None


def moment(text: str, start: datetime) -> datetime:
    """The time itself (UTC). Raises Invalid for what is no time."""
    span = _span(text)
    try:
        found = start + span if span is not None else datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise _wrong() from None
    if found.tzinfo is None:
        raise _wrong()
    return found.astimezone(UTC)


def iso(at: datetime) -> str:
    """As an event has it: `2026-11-02T10:00:00Z`."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def spelled(at: datetime, start: datetime) -> str:
    """As a story would write it: `+1d2h`, `-30m`, `+0h`."""
    seconds = int((at - start).total_seconds())
    rest, text = abs(seconds), ""
    for letter, size in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        text += f"{count}{letter}" if count else ""
    return f"{'-' if seconds < 0 else '+'}{text or '0h'}"


def _span(text: str) -> timedelta | None:
    found = _RELATIVE.fullmatch(text)
    if found is None or any(number and len(number) > _LONGEST for number in found.groups()[1:]):
        return None
    sign, *numbers = found.groups()
    days, hours, minutes, seconds = (int(number or 0) for number in numbers)
    span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -span if sign == "-" else span


def _wrong() -> Invalid:
    return Invalid(f"must be {FORM}", (FieldError("", f"must be {FORM}"),))
