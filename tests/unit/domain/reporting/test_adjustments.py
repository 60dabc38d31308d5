"""Differences: what was closed and all that was posted since is what the episodes come to, exactly."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.domain.reporting.adjustments import RIPE, Adjustment, adjusted, changed_day_of, difference
from rebasket.domain.reporting.daily_figures import (
    COUNTED_WINDOW,
    ClosedDay,
    DailyFigures,
    Figures,
    can_be_counted,
    daily_figures,
)
from tests.samples import SHOP, START, after
from tests.stored import episodes

DAY, WEEK = "2026-03-02", timedelta(days=7)
days = st.lists(episodes.map(lambda e: replace(e, header=e.header and replace(e.header, declared_at=START))), max_size=4).map(
    lambda found: daily_figures(DAY, found, WEEK)
)


def a_posting(number: int, change: DailyFigures) -> Adjustment:
    return Adjustment(shop=SHOP, number=number, arrived="2026-03-12", posted_at=after(days=10), change=change)


@given(days, st.lists(days, max_size=4))
def test_closed_and_posted_is_what_was_counted_last(first: DailyFigures, later: list[DailyFigures]) -> None:
    closed, posted = ClosedDay(shop=SHOP, closed_at=START, window=WEEK, figures=first), list[Adjustment]()
    for counted in later:
        before = adjusted(closed, posted)
        change = difference(counted, before)
        assert (change is None) == (counted == before)
        if change is not None:
            posted.append(a_posting(len(posted) + 1, change))
        assert adjusted(closed, posted) == counted
    assert adjusted(closed, posted) == (later[-1] if later else first)


@given(days, days)
def test_what_is_added_and_taken_back_leaves_no_trace(one: DailyFigures, other: DailyFigures) -> None:
    there, back = difference(one, other), difference(other, one)
    if there is None or back is None:
        assert there is back
        return
    assert there.total + back.total == Figures()
    assert there.channels.keys() == back.channels.keys()


def test_a_difference_has_negative_numbers_and_only_the_amounts_that_changed() -> None:
    before = Figures(episodes=3, touches={"sent": 2, "unknown": 1}, revenue={"EUR": 500, "UAH": 9}, cost=320, in_doubt=160)
    now = Figures(episodes=3, touches={"sent": 3}, revenue={"EUR": 700, "UAH": 9}, refunded={"EUR": 100}, cost=480)
    assert now - before == Figures(
        touches={"sent": 1, "unknown": -1}, revenue={"EUR": 200}, refunded={"EUR": 100}, cost=160, in_doubt=-160
    )


def test_a_channel_that_comes_or_goes_is_a_difference() -> None:
    with_mail = DailyFigures(day=DAY, total=Figures(), channels={"email": Figures(touched=1)})
    without = DailyFigures(day=DAY, total=Figures(), channels={})
    there, back = difference(with_mail, without), difference(without, with_mail)
    assert there == with_mail
    assert back is not None
    assert back.channels == {"email": Figures(touched=-1)}


@pytest.mark.parametrize(
    "row", [Figures(recovered=-1, cost=160), Figures(recovered=1, cost=-160), Figures(recovered=2, cost=160, unpriced=-1)]
)
def test_a_cart_costs_nothing_that_can_be_told_where_changes_took_more_than_there_was(row: Figures) -> None:
    assert row.cost_per_recovered is None


def test_a_mark_is_ripe_when_nobody_who_put_it_can_be_alive() -> None:
    mark = changed_day_of(SHOP, DAY, after(days=10))
    assert mark.arrived == "2026-03-12"
    assert mark.ripe(mark.at + RIPE)
    assert not mark.ripe(mark.at + RIPE - timedelta(milliseconds=1))


def test_a_day_can_be_counted_while_all_its_episodes_are_kept() -> None:
    midnight = START.replace(hour=0, minute=0)
    assert can_be_counted(DAY, midnight + COUNTED_WINDOW - timedelta(milliseconds=1))
    assert not can_be_counted(DAY, midnight + COUNTED_WINDOW)
