"""Timers as stored, and how far sweep has come."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from rebasket.aws.timers import timer_in
from rebasket.domain.carts.timer import Timer
from tests.golden.tables import NOW, Example

if TYPE_CHECKING:
    from tests.golden.tables import Tables

TIMER = Timer(shop="tea", cart="c1", generation=1, due=NOW)
TIMERS = {
    "of a quiet cart": TIMER,
    "of an episode": replace(TIMER, cart="c#2 кошик", generation=12, day="2026-03-02"),
    "after two wakes that went wrong": replace(TIMER, day="2026-03-02", attempt=2),
}


def _read(timer: Timer, tables: Tables) -> object:
    """As sweep finds it, as it is asked about, and as the stream tells of its deletion."""
    (item,) = tables.raw()["timers"]
    deletion = {"eventName": "REMOVE", "dynamodb": {"OldImage": item}}
    return tables.timers.due_at(NOW), tables.timers.exists(timer), timer_in(deletion)


def _example(name: str, timer: Timer) -> Example:
    return Example(name, lambda tables: tables.timers.arm(timer), partial(_read, timer), ([timer], True, timer))


EXAMPLES = [
    *(_example(name, each) for name, each in TIMERS.items()),
    Example("the cursor", lambda tables: tables.timers.advance(NOW), lambda tables: tables.timers.cursor(), NOW),
]
