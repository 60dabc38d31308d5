"""A file of events in the shops' own format, one a line (JSON Lines): orders placed, refunded, cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.domain.errors import Refused
from rebasket.http.strict_json import read
from rebasket_cli.imports.read import Told, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket_cli.imports.read import Read

TYPES = frozenset({"order.placed", "order.refunded", "order.cancelled"})


def orders(text: str) -> Iterator[Read]:
    """Each line that is not blank."""
    for number, line in enumerate(text.lstrip("\ufeff").split("\n"), start=1):
        if line.strip():
            yield _order(number, line)


def _order(number: int, line: str) -> Read:
    try:
        event = read(line.strip().encode())
    except Refused as wrong:
        return Unreadable(number, str(wrong))
    if not isinstance(event, dict) or event.get("type") not in TYPES:
        return Unreadable(number, f"is none of {', '.join(sorted(TYPES))}")
    return Told(number, (event,))
