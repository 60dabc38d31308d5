"""Closing a day: once, when nothing in it can change, with every claim accounted for; and the report made of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rebasket.domain.errors import Invalid, NotFound
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import TouchId
from rebasket.domain.reporting.daily_figures import Figures, daily_figures
from rebasket.usecases.reporting.close_days import LOOK_BACK, closable_until
from rebasket.usecases.reporting.report import MAX_DAYS
from tests.samples import ANNA, ANNA_PHONE, BOHDAN, EMAIL_ONLY, ONE_EMAIL, SHOP, START, Reports, a_policy, a_shop, after, person
from tests.world import World

DAY, WEEK = timedelta(days=1), timedelta(days=7)
TODAY = date(2026, 3, 2)


@pytest.fixture
def world() -> World:
    return World(a_shop())


def traffic(world: World, shop: Reports) -> None:
    """Two days: one recovered, one bought untouched, one lost, one unreachable, one in doubt."""
    world.record(shop.updated("recovered", START, who=person(ANNA)))
    world.record(shop.updated("lost", START, who=person(BOHDAN)))
    world.record(shop.updated("nobody", START))
    world.advance(after(hours=2))
    world.record(shop.ordered("recovered", after(hours=2), minor=4900))
    world.advance(after(days=1))
    world.record(shop.updated("texted", after(days=1), who=person(ANNA_PHONE)))
    world.mailer.failure = TimeoutError()
    world.record(shop.updated("doubt", after(days=1), who=person(ANNA)))
    world.advance(after(days=4))


def test_a_day_is_closed_when_its_last_episode_can_change_no_more(world: World, shop: Reports) -> None:
    traffic(world, shop)
    last = START.replace(hour=0, minute=0) + DAY + WEEK
    world.clock.at = last - timedelta(milliseconds=1)
    assert "2026-03-02" not in world.close_books()[SHOP]
    world.clock.at = last
    assert world.close_books() == {SHOP: ["2026-03-02"]}


def test_closable_waits_for_the_window_and_for_the_last_step_to_be_given_up() -> None:
    midnight = START.replace(hour=0, minute=0)
    short = a_policy(steps=EMAIL_ONLY, window=timedelta(hours=1), give_up=timedelta(hours=24))
    settled = midnight + DAY + timedelta(hours=23 + 24)
    assert closable_until(settled, short).date() == TODAY
    assert closable_until(settled - timedelta(milliseconds=1), short).date() == TODAY - DAY


def test_closing_again_closes_nothing_twice_and_changes_nothing(world: World, shop: Reports) -> None:
    traffic(world, shop)
    world.clock.at = after(days=12)
    assert len(world.close_books()[SHOP]) == LOOK_BACK + 1
    before = dict(world.books.items)
    assert world.close_books() == {}
    assert world.books.items == before


def test_a_fortnight_without_a_night_loses_no_day(world: World, shop: Reports) -> None:
    traffic(world, shop)
    world.clock.at = after(days=8)
    world.close_books()
    world.clock.at = after(days=8 + LOOK_BACK)
    assert "2026-03-03" in world.close_books()[SHOP]


def test_a_much_shorter_window_leaves_no_day_open(world: World, shop: Reports) -> None:
    def rule(version: int, window: timedelta) -> None:
        world.shops.save(a_shop(version=version, window=window))

    rule(2, 60 * DAY)
    traffic(world, shop)
    world.clock.at = after(days=61)  # the newest that is closed is the 2nd of March
    world.close_books()
    rule(3, WEEK)
    world.close_books()
    report = world.make_report(SHOP, date(2026, 2, 16), date(2026, 4, 20))
    assert report.open_days == frozenset()
    assert world.close_books() == {}


def test_the_closed_day_is_its_episodes_added_up(world: World, shop: Reports) -> None:
    traffic(world, shop)
    world.clock.at = after(days=12)
    world.close_books()
    for day, closed in world.books.days(SHOP, "2026-03-01", "2026-03-05").items():
        assert closed.figures == daily_figures(day, world.episodes.of_day(SHOP, day), WEEK)
    total = world.books.items[SHOP, "2026-03-02"].figures.total
    assert (total.episodes, total.unreachable, total.recovered, total.revenue) == (3, 1, 1, {"EUR": 4900})
    assert total.planned == 6


def test_a_claim_that_was_never_recorded_is_closed_as_unknown_in_its_channel(world: World, shop: Reports) -> None:
    world.record(shop.updated(who=person(ANNA)))
    world.advance(timedelta(hours=1))
    filed = world.episode()
    assert filed.header
    world.episodes.items.clear()  # the record was lost, the claim was not
    world.episodes.head(filed.ref, filed.header)
    world.clock.at = after(days=12)
    world.close_books()
    figures = world.books.items[SHOP, "2026-03-02"].figures
    assert figures.total.touches == {"unknown": 1}
    assert (figures.total.in_doubt, figures.total.in_doubt_unpriced) == (0, 1), "nobody knows any more what it would have cost"
    assert figures.channels["email"].touches == {"unknown": 1}
    assert world.touches() == {1: ("unknown", "claimed, and never recorded")}


def test_a_late_fact_does_not_rewrite_a_closed_day(world: World, shop: Reports) -> None:
    traffic(world, shop)
    world.clock.at = after(days=12)
    world.close_books()
    before = world.make_report(SHOP, TODAY, TODAY)
    world.record(shop.refunded("recovered", after(days=12), minor=4900))
    assert world.make_report(SHOP, TODAY, TODAY) == before


def test_every_shop_is_closed_by_itself(world: World) -> None:
    world.shops.items["coffee"] = a_shop(window=timedelta(days=30))
    object.__setattr__(world.shops.items["coffee"], "id", "coffee")
    closed = world.close_books()
    assert set(closed) == {SHOP, "coffee"}
    assert max(closed["coffee"]) < max(closed[SHOP])


# -- The report --------------------------------------------------------------------------------------------------------


def test_a_report_is_the_same_whether_its_days_are_closed_or_counted_afresh(world: World, shop: Reports) -> None:
    traffic(world, shop)
    world.clock.at = after(days=12)
    fresh = world.make_report(SHOP, TODAY, TODAY + 3 * DAY)
    assert len(fresh.open_days) == 4
    world.close_books()
    closed = world.make_report(SHOP, TODAY, TODAY + 3 * DAY)
    assert closed.open_days == frozenset()
    assert (closed.days, closed.total, closed.channels) == (fresh.days, fresh.total, fresh.channels)


def test_a_report_adds_its_days_and_channels_up(world: World, shop: Reports) -> None:
    traffic(world, shop)
    report = world.make_report(SHOP, TODAY, TODAY + DAY)
    assert [day.day for day in report.days] == ["2026-03-02", "2026-03-03"]
    assert report.total == report.days[0].total + report.days[1].total
    assert report.total.episodes == 5
    assert set(report.channels) == {Channel.EMAIL.value, Channel.SMS.value}
    rows = sum(report.channels.values(), Figures())
    assert (rows.cost, rows.revenue, rows.recovered) == (report.total.cost, report.total.revenue, report.total.recovered)
    for state in ("sent", "unknown"):
        assert rows.touches[state] == report.total.touches[state] > 0
    assert rows.cost == sum({"email": 160, "sms": 116_960}[name] * row.touches["sent"] for name, row in report.channels.items())


def test_days_without_episodes_are_in_the_report_with_noughts(world: World) -> None:
    report = world.make_report(SHOP, TODAY, TODAY + 2 * DAY)
    assert [day.total for day in report.days] == [Figures()] * 3


@pytest.mark.parametrize(("first", "last"), [(TODAY, TODAY - DAY), (TODAY, TODAY + MAX_DAYS * DAY)])
def test_days_the_wrong_way_round_or_too_many_are_refused(world: World, first: date, last: date) -> None:
    with pytest.raises(Invalid):
        world.make_report(SHOP, first, last)
    assert len(world.make_report(SHOP, TODAY, TODAY + (MAX_DAYS - 1) * DAY).days) == MAX_DAYS


def test_a_shop_that_nobody_knows_has_no_report(world: World) -> None:
    with pytest.raises(NotFound):
        world.make_report("nobody", TODAY, TODAY)


def test_an_unrecorded_step_of_a_shorter_policy_is_no_touch(shop: Reports) -> None:
    world = World(a_shop(steps=ONE_EMAIL))
    world.record(shop.updated(who=person(ANNA)))
    world.advance(after(days=2))
    assert world.make_report(SHOP, TODAY, TODAY).total.planned == 1
    assert TouchId("c1", 1, 1) in world.contact(ANNA).sends
