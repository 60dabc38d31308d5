"""Lengths of time as people write them on a command line: `90m`, `1h30m`, `2d`."""

from __future__ import annotations

import re
from datetime import timedelta

from rebasket.domain.errors import Invalid

_SPAN = re.compile(r"(?=\d)(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,5})m)?", re.ASCII)


def span_of(text: str) -> timedelta:
    """Of days, hours and minutes, in that order, each once at most. Raises Invalid, saying what would do."""
    if re.fullmatch(r"\d{1,5}", text, re.ASCII):
        message = f"{text} of what? {text}m, {text}h or {text}d"
        raise Invalid(message)
    found = _SPAN.fullmatch(text)
    if found is None:
        message = f"“{text}” is no length of time: whole days, hours and minutes, as 2d, 1h30m or 90m"
        raise Invalid(message)
    days, hours, minutes = (int(count or 0) for count in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


def spelled(span: timedelta) -> str:
    """As `span_of` reads it; the seconds that it does not read, too, where there are any."""
    days, rest = divmod(span, timedelta(days=1))
    hours, rest = divmod(rest, timedelta(hours=1))
    minutes, rest = divmod(rest, timedelta(minutes=1))
    counts = ((days, "d"), (hours, "h"), (minutes, "m"), (rest // timedelta(seconds=1), "s"))
    return "".join(f"{count}{unit}" for count, unit in counts if count) or "0m"
