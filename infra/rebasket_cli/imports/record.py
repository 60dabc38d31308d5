"""Records what was read from a file, by the same code that takes a shop's events. It sends nothing, and orders stop nothing: they
are of `origin: import`, whatever they were in the shop.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rebasket.domain.carts.events import OrderPlaced, Origin
from rebasket.domain.errors import Invalid, Refused
from rebasket.platforms.native.translate import parse
from rebasket.usecases.recording.record_event import Recorded
from rebasket_cli.imports.read import LeftOut, Told, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from rebasket.domain.carts.events import Event
    from rebasket.domain.shops.policy import Shop
    from rebasket_cli.imports.read import Read, Wire

AT_ONCE = 8
"""Rows under way; a row's own events one after the other."""

OPTIONAL = ("phone", "name", "customer_id")
"""Of a contact: what cannot be read of these is left out, as long as anything is left by which they can be known."""


@dataclass(slots=True)
class Imported:
    """What became of a file's rows, and what there is to say of single ones, by line."""

    counts: Counter[str] = field(default_factory=Counter)
    unreadable: list[tuple[int, str]] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)

    def add(self, came: _Came) -> None:
        """Count one row."""
        self.counts[came.what] += 1
        for notes, of in ((self.unreadable, "unreadable"), (self.left_out, "left out")):
            if came.what == of or (of == "left out" and came.what in ("taken", "known already") and came.why):
                notes.append((came.line, came.why))


@dataclass(frozen=True, slots=True)
class _Came:
    line: int
    what: str
    why: str = ""


def import_rows(
    rows: Iterable[Read],
    shop: Shop,
    now: datetime,
    record: Callable[[Event], Recorded] | None,
    progress: Callable[[], None] = lambda: None,
) -> Imported:
    """Record each row, and count; without `record`, only look at them. What is wrong with one is nothing to the others. Errors
    that are not the row's fault pass through: all of it may be repeated.
    """
    imported = Imported()

    def one(row: Read) -> _Came:
        came = _take(row, shop, now, record)
        progress()
        return came

    with ThreadPoolExecutor(AT_ONCE) as threads:
        for came in threads.map(one, rows):
            imported.add(came)
    return imported


def _take(row: Read, shop: Shop, now: datetime, record: Callable[[Event], Recorded] | None) -> _Came:
    match row:
        case LeftOut(line, why):
            return _Came(line, "left out", why)
        case Unreadable(line, why):
            return _Came(line, "unreadable", why)
        case Told(line, events):
            try:
                read = [_event(event, shop, now) for event in events]
                results = [record(event) for event, _ in read] if record else [Recorded.ACCEPTED]
            except Refused as wrong:
                return _Came(line, "unreadable", _in_words(wrong))
            dropped = "; ".join(sorted({note for _, notes in read for note in notes}))
            return _Came(line, "taken" if Recorded.ACCEPTED in results else "known already", dropped)


def _event(sent: Wire, shop: Shop, now: datetime) -> tuple[Event, tuple[str, ...]]:
    """The event, and what was left out of it. Raises Invalid."""
    notes: tuple[str, ...] = ()
    try:
        event = parse(sent, shop, now)
    except Invalid as wrong:
        smaller, notes = _without(sent, wrong)
        if not notes:
            raise
        event = parse(smaller, shop, now)
    return (replace(event, origin=Origin.IMPORT) if isinstance(event, OrderPlaced) else event), notes


def _without(sent: Wire, wrong: Invalid) -> tuple[Wire, tuple[str, ...]]:
    """The event without those optional fields of its contact that are wrong, if nothing else is."""
    bad = {error.pointer.removeprefix("/contact/"): error.detail for error in wrong.errors}
    contact = {name: value for name, value in sent.get("contact", {}).items() if name not in bad}
    if not bad.keys() <= set(OPTIONAL) or ("consent" in contact and "sms" in contact["consent"] and "phone" in bad):
        return sent, ()
    return {**sent, "contact": contact}, tuple(f"without the {name}: {detail}" for name, detail in sorted(bad.items()))


def _in_words(wrong: Refused) -> str:
    told = [f"{error.pointer.lstrip('/')}: {error.detail}" for error in wrong.errors]
    return "; ".join(told) or str(wrong)
