"""Who is compared with whom: those who passed every rule up to a reminder, sent to some and held back from others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rebasket.domain.money import Money
from rebasket.domain.people.addresses import Channel
from rebasket.domain.reminders.episode import Arm, Credit, Episode, EpisodeRef, Touch, TouchState
from rebasket.domain.reporting.daily_figures import compared, figures_of
from tests.samples import SHOP, START, a_header, after

WINDOW = timedelta(days=7)
SENT, HELD = TouchState.SENT, TouchState.HELD


def episode(*states: TouchState, ordered: timedelta | None = None) -> Episode:
    """Steps an hour after the declaration, two hours after it, …; an order so long after it."""
    touches = {
        step: Touch(state=state, why="", at=after(hours=step), due=START, channel=Channel.EMAIL)
        for step, state in enumerate(states, 1)
    }
    header = a_header(arm=Arm.HELD if HELD in states else Arm.TREATMENT)
    order = None
    if ordered is not None:
        order = Credit(order="o1", cart="c1", at=START + ordered, total=Money(100, "EUR"), by="cart")
    ref = EpisodeRef(shop=SHOP, day="2026-03-02", cart="c1", generation=1)
    return Episode(ref=ref, header=header, touches=touches, order=order)


@pytest.mark.parametrize(
    ("states", "group"),
    [
        ((TouchState.SENT,), SENT),
        ((TouchState.UNKNOWN,), SENT),
        ((TouchState.REJECTED,), SENT),
        ((TouchState.HELD,), HELD),
        ((TouchState.SKIPPED,), None),
        ((TouchState.SKIPPED, TouchState.HELD), HELD),
        ((), None),
    ],
)
def test_the_first_touch_that_no_rule_stopped_says_which_group(states: tuple[TouchState, ...], group: TouchState | None) -> None:
    assert compared(episode(*states), WINDOW) == (None if group is None else (group, False))


@pytest.mark.parametrize("state", [SENT, HELD])
@pytest.mark.parametrize(
    ("ordered", "bought"),
    [
        (timedelta(hours=1), True),
        (timedelta(hours=1, milliseconds=-1), False),
        (timedelta(hours=2), True),
        (WINDOW, True),
        (WINDOW + timedelta(milliseconds=1), False),
    ],
)
def test_an_order_counts_from_the_first_of_them_to_the_windows_end(
    state: TouchState, ordered: timedelta, *, bought: bool
) -> None:
    assert compared(episode(state, state, ordered=ordered), WINDOW) == (state, bought)


def test_what_was_never_declared_is_compared_with_nothing() -> None:
    assert compared(replace(episode(SENT), header=None), WINDOW) is None


@pytest.mark.parametrize(
    ("state", "ordered", "counts"),
    [
        (SENT, None, (1, 0, 0, 0)),
        (SENT, timedelta(days=1), (1, 1, 0, 0)),
        (HELD, None, (0, 0, 1, 0)),
        (HELD, timedelta(days=1), (0, 0, 1, 1)),
        (TouchState.SKIPPED, timedelta(days=1), (0, 0, 0, 0)),
    ],
)
def test_each_counts_in_its_group(state: TouchState, ordered: timedelta | None, counts: tuple[int, ...]) -> None:
    total, channels = figures_of(episode(state, ordered=ordered), WINDOW)
    assert (total.compared_touched, total.compared_touched_bought, total.compared_held, total.compared_held_bought) == counts
    assert total.bought_untouched == int(state is TouchState.SKIPPED)
    assert all(row.compared_touched == row.compared_held == 0 for row in channels.values())
