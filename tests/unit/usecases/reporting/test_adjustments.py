"""Late facts and closed days: the day stays as it was closed, what changed is posted, once, on the day it arrived."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

import pytest

from rebasket.domain.people.contact import TouchId
from rebasket.domain.reporting.adjustments import RIPE, adjusted, changed_day_of
from rebasket.domain.reporting.daily_figures import Figures, daily_figures
from rebasket.domain.sending.delivery_events import DeliveryEvent
from tests.faults import Journal, watched
from tests.promises import broken_at_rest
from tests.samples import ANNA, BOHDAN, SHOP, START, Reports, a_shop, after, person
from tests.world import World

DAY, TODAY = timedelta(days=1), date(2026, 3, 2)
D = "2026-03-02"
NIGHT = START.replace(hour=2, minute=15)


def lived(world: World, shop: Reports) -> World:
    """A day with one recovered cart and one whose second message ended in doubt, closed on 10 March."""
    world.record(shop.updated("c1", START, who=person(ANNA)))
    world.record(shop.updated("c2", START, who=person(BOHDAN)))
    world.advance(after(hours=2))
    world.record(shop.ordered("c1", after(hours=2), minor=4900))
    world.leap(after(hours=23))
    world.mailer.failure = TimeoutError()
    world.leap(after(days=3))
    night(world, 10)
    assert (SHOP, D) in world.books.items
    return world


def night(world: World, day: int) -> list[tuple[str, int, str]]:
    """The night of that day of March: closes and posts; what was posted, as (day, number, arrived)."""
    world.clock.at = NIGHT.replace(day=1) + (day - 1) * DAY
    world.close_books()
    return [(posting.day, posting.number, posting.arrived) for posting in world.post_adjustments()]


def at(day: int, hour: int = 12) -> datetime:
    """That hour of that day of March."""
    return datetime(2026, 3, 1, hour, tzinfo=START.tzinfo) + (day - 1) * DAY


def posted(world: World) -> list[Figures]:
    return [posting.change.total for posting in world.books.adjustments(SHOP, D, D)]


@pytest.fixture
def world(shop: Reports) -> World:
    return lived(World(a_shop()), shop)


def test_the_night_after_counts_once_more_and_posts_nothing_when_nothing_changed(world: World) -> None:
    assert {mark.day for mark in world.books.changed_days(SHOP)} >= {D}
    assert night(world, 11) == []
    assert D not in {mark.day for mark in world.books.changed_days(SHOP)}


def test_a_refund_is_posted_on_the_day_it_arrived_and_the_day_stays_as_it_was_closed(world: World, shop: Reports) -> None:
    closed = world.books.items[SHOP, D]
    world.clock.at = at(20)
    world.record(shop.refunded("c1", at(20), minor=900))
    assert night(world, 21) == [(D, 1, "2026-03-20")]
    assert posted(world) == [Figures(refunded={"EUR": 900})]
    assert world.books.items[SHOP, D] == closed
    assert adjusted(closed, world.books.adjustments(SHOP, D, D)) == daily_figures(
        D, world.episodes.of_day(SHOP, D), closed.window
    )
    assert night(world, 22) == []


def test_every_kind_of_late_fact_is_posted_in_turn(world: World, shop: Reports) -> None:
    night(world, 11)
    world.clock.at = at(12)
    world.record(shop.cancelled("c1", at(12)))
    night(world, 13)
    world.clock.at = at(14)
    world.feedback(TouchId("c2", 1, 2), BOHDAN, DeliveryEvent.ACCEPTED)
    night(world, 15)
    world.clock.at = at(16)
    world.record(shop.ordered("c2", at(5), "o2", minor=700))  # placed in time, told late
    night(world, 17)
    assert posted(world) == [
        Figures(refunded={"EUR": 4900}),
        Figures(touches={"sent": 1, "unknown": -1}, cost=160, in_doubt=-160),
        Figures(recovered=1, revenue={"EUR": 700}, compared_touched_bought=1),
    ]
    assert [p.arrived for p in world.books.adjustments(SHOP, D, D)] == ["2026-03-12", "2026-03-14", "2026-03-16"]
    assert broken_at_rest(world) == []


def test_what_comes_between_two_nights_is_posted_as_one_and_on_the_last_of_its_days(world: World, shop: Reports) -> None:
    night(world, 11)
    for day in (12, 13):
        world.clock.at = at(day)
        world.record(shop.refunded("c1", at(day), minor=100))
    assert night(world, 15) == [(D, 1, "2026-03-13")]
    assert posted(world) == [Figures(refunded={"EUR": 200})]


def test_a_fact_told_again_is_posted_once(world: World, shop: Reports) -> None:
    world.clock.at = at(12)
    refund = shop.refunded("c1", at(12), minor=100)
    world.record(refund)
    night(world, 13)
    world.clock.at = at(13)
    world.record(refund)
    assert night(world, 14) == []
    assert len(posted(world)) == 1


def test_a_mark_that_somebody_may_still_write_for_is_left_to_the_next_night(world: World, shop: Reports) -> None:
    night(world, 11)
    world.clock.at = NIGHT + 10 * DAY - RIPE + timedelta(seconds=1)  # just before the night of the 12th
    world.record(shop.refunded("c1", at(11), minor=100))
    assert night(world, 12) == []
    assert [(mark.day, mark.arrived) for mark in world.books.changed_days(SHOP) if mark.day == D] == [(D, "2026-03-12")]
    assert night(world, 13) == [(D, 1, "2026-03-12")]


def test_a_ripe_mark_is_not_kept_waiting_by_a_younger_one_and_nothing_is_posted_before_it_arrived(
    world: World, shop: Reports
) -> None:
    night(world, 11)
    world.clock.at = at(11)
    world.record(shop.refunded("c1", at(11), minor=100))
    world.clock.at = NIGHT + 10 * DAY - timedelta(seconds=1)
    world.record(shop.refunded("c1", at(11), minor=10))  # counted with it
    assert night(world, 12) == [(D, 1, "2026-03-12")]
    assert posted(world) == [Figures(refunded={"EUR": 110})]
    assert night(world, 13) == []


def test_a_longer_window_neither_hides_late_facts_of_closed_days_nor_changes_what_they_are_counted_by(shop: Reports) -> None:
    world = lived(World(a_shop()), shop)
    world.shops.save(a_shop(version=2, window=timedelta(days=60)))
    world.clock.at = at(12)
    world.record(shop.ordered("c2", at(11), "o2"))  # outside the window by which the day was closed
    world.record(shop.refunded("c1", at(12), minor=100))
    night(world, 13)
    assert posted(world) == [Figures(refunded={"EUR": 100})]


def test_a_day_whose_episodes_are_no_longer_all_kept_is_left_alone(world: World, shop: Reports) -> None:
    night(world, 11)
    world.clock.at = START + timedelta(days=399)
    world.record(shop.refunded("c1", world.clock(), minor=100))
    assert D not in {mark.day for mark in world.books.changed_days(SHOP)}
    world.books.mark(changed_day_of(SHOP, D, world.clock()))
    world.episodes.items.clear()
    world.clock.forward(DAY)
    assert world.post_adjustments() == []
    assert world.books.changed_days(SHOP) == []


def test_on_the_day_itself_the_books_are_not_asked_and_an_open_day_is_not_marked(shop: Reports) -> None:
    journal = Journal()
    world = World(wrap=partial(watched, journal=journal))
    world.record(shop.updated("c1", START, who=person(ANNA)))
    world.advance(after(hours=2))
    world.record(shop.ordered("c1", after(hours=2)))
    world.record(shop.refunded("c1", after(hours=2), minor=5))
    assert [call for call in journal.calls if call.startswith("MemoryBooks")] == []
    world.clock.at = after(days=2)
    world.record(shop.refunded("c1", after(days=2), minor=5))
    assert {call for call in journal.calls if call.startswith("MemoryBooks")} == {"MemoryBooks.day"}


def test_a_step_claimed_late_and_never_recorded_is_settled_and_posted_when_its_owner_is_dead(world: World, shop: Reports) -> None:
    night(world, 11)
    world.clock.at = at(12)
    world.record(shop.refunded("c1", at(12), minor=100))
    episode = world.episode("c2")
    touches = {step: touch for step, touch in episode.touches.items() if step == 1}
    object.__setattr__(episode, "touches", touches)  # as if the record had been lost
    night(world, 13)
    assert world.touches("c2")[2] == ("unknown", "claimed, and never recorded")
    assert night(world, 14) == []
    assert broken_at_rest(world) == []


# -- The report --------------------------------------------------------------------------------------------------------


def test_a_report_has_a_change_in_the_period_in_which_it_arrived_and_the_day_as_it_was_closed(
    world: World, shop: Reports
) -> None:
    before = world.make_report(SHOP, TODAY, TODAY)
    world.clock.at = at(20)
    world.record(shop.refunded("c1", at(20), minor=900))
    night(world, 21)
    of_the_day = world.make_report(SHOP, TODAY, TODAY)
    assert (of_the_day.days, of_the_day.total, of_the_day.adjustments) == (before.days, before.total, ())
    assert of_the_day.changed_days == {D}
    for first, last, there in ((20, 20, True), (3, 25, True), (3, 19, False), (21, 25, False)):
        report = world.make_report(SHOP, date(2026, 3, first), date(2026, 3, last))
        assert [(posting.day, posting.arrived) for posting in report.adjustments] == [(D, "2026-03-20")] * there
        assert report.later == (Figures(refunded={"EUR": 900}) if there else Figures())
        assert report.changed_days == frozenset()
    whole = world.make_report(SHOP, TODAY, date(2026, 3, 25))
    assert whole.total == before.total
    assert of_the_day.as_known_now == whole.as_known_now == whole.total_with_later
    assert whole.total_with_later.refunded == {"EUR": 900}
    assert whole.channels_with_later["email"].refunded == {"EUR": 900}


def test_over_a_period_that_has_it_all_the_total_with_changes_is_what_the_episodes_come_to(world: World, shop: Reports) -> None:
    world.clock.at = at(12)
    world.record(shop.refunded("c1", at(12), minor=900))
    world.record(shop.ordered("c2", at(5), "o2", minor=700))
    world.feedback(TouchId("c2", 1, 2), BOHDAN, DeliveryEvent.ACCEPTED)
    night(world, 13)
    report = world.make_report(SHOP, TODAY, date(2026, 3, 13))
    counted = daily_figures(D, world.episodes.of_day(SHOP, D), timedelta(days=7))
    assert report.total != counted.total
    assert (report.total_with_later, report.channels_with_later) == (counted.total, counted.channels)


def test_a_change_to_a_day_of_a_year_ago_is_found(world: World, shop: Reports) -> None:
    world.clock.at = START + timedelta(days=397)
    world.record(shop.refunded("c1", world.clock(), minor=900))
    world.clock.forward(timedelta(hours=1))
    world.post_adjustments()
    today = world.clock().date()
    assert world.make_report(SHOP, today, today).later == Figures(refunded={"EUR": 900})
