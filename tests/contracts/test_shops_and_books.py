"""What every store of shops, closed days and brakes keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.people.addresses import Channel
from rebasket.domain.reporting.adjustments import Adjustment, ChangedDay
from rebasket.domain.reporting.daily_figures import ClosedDay, DailyFigures, Figures
from rebasket.domain.sending.sending_pause import ReputationCounters
from tests.samples import ONE_EMAIL, SHOP, START, a_policy, a_shop, after

if TYPE_CHECKING:
    from tests.contracts.conftest import Stores


def rules(version: int, cap: int) -> dict[str, object]:
    return {"version": version, "cap": cap, "steps": ONE_EMAIL, "consent_assumed": frozenset(Channel), "holdout": 77}


def test_a_shop_comes_back_as_it_was(stores: Stores) -> None:
    assert stores.shops.get(SHOP) is None
    for shop in (
        a_shop(**rules(1, 5)),
        replace(
            a_shop(**rules(1, 5)),
            phone_country="UA",
            least_value={"EUR": 1000},
            except_addresses=frozenset({"a@b.example"}),
            except_domains=frozenset({"c.example"}),
        ),
        replace(a_shop(**rules(1, 5)), logo_url="https://tea.example/ч.png", hosts=(), colour="#000000"),
    ):
        stores.shops.save(shop)
        assert stores.shops.get(SHOP) == shop


def test_every_version_of_a_policy_stays_and_a_shop_has_the_one_it_was_saved_with(stores: Stores) -> None:
    stores.shops.save(a_shop(**rules(1, 5)))
    stores.shops.save(a_shop(**rules(2, 6)))
    assert stores.shops.policy(SHOP, 1) == a_policy(**rules(1, 5))
    assert stores.shops.policy(SHOP, 2) == a_policy(**rules(2, 6))
    assert stores.shops.policy(SHOP, 3) is None
    assert stores.shops.policy("coffee", 1) is None
    stores.shops.save(a_shop(**rules(1, 5)))
    found = stores.shops.get(SHOP)
    assert found is not None
    assert found.policy.version == 1


def test_a_version_that_is_there_never_changes(stores: Stores) -> None:
    stores.shops.save(a_shop(**rules(1, 5)))
    stores.shops.save(a_shop(**rules(1, 9)))
    found = stores.shops.get(SHOP)
    assert found is not None
    assert found.policy == stores.shops.policy(SHOP, 1) == a_policy(**rules(1, 5))


def test_all_shops_are_listed_once(stores: Stores) -> None:
    assert list(stores.shops.all()) == []
    for name in ["tea", "coffee", "tea", "cocoa", "mate", "rooibos"]:
        stores.shops.save(replace(a_shop(), id=name))
    assert list(stores.shops.all()) == ["cocoa", "coffee", "mate", "rooibos", "tea"]


# -- Books -------------------------------------------------------------------------------------------------------------

FIGURES = Figures(
    episodes=5, unreachable=1, held=1, touched=2, touches={"sent": 2, "unknown": 1}, recovered=1, bought_held=1,
    revenue={"EUR": 100, "UAH": 7}, refunded={"EUR": 3}, revenue_held={"EUR": 9}, cost=10**15, unpriced=1, in_doubt=160,
    in_doubt_unpriced=2,
)  # fmt: skip


def closed(day: str, shop: str = SHOP, figures: Figures = FIGURES) -> ClosedDay:
    channels = {"email": figures, "sms": Figures()}
    return ClosedDay(
        shop=shop,
        closed_at=after(days=9),
        window=timedelta(days=7),
        figures=DailyFigures(day=day, total=figures, channels=channels),
    )


def test_a_day_is_closed_once_and_comes_back_as_it_was(stores: Stores) -> None:
    day = closed("2026-03-02")
    assert stores.books.close(day)
    assert not stores.books.close(day)
    assert not stores.books.close(closed("2026-03-02", figures=Figures()))
    assert dict(stores.books.days(SHOP, "2026-03-02", "2026-03-02")) == {"2026-03-02": day}


def test_closed_days_are_found_from_the_first_to_the_last_of_one_shop(stores: Stores) -> None:
    names = [f"2026-03-{n:02}" for n in range(1, 12)]
    for name in names:
        stores.books.close(closed(name))
    stores.books.close(closed("2026-03-05", "coffee"))
    assert list(stores.books.days(SHOP, "2026-03-02", "2026-03-09")) == names[1:9]
    assert list(stores.books.days("coffee", names[0], names[-1])) == ["2026-03-05"]
    assert dict(stores.books.days(SHOP, "2026-04-01", "2026-04-30")) == {}


def test_a_day_is_open_until_it_is_closed(stores: Stores) -> None:
    assert stores.books.day(SHOP, "2026-03-02") is None
    stores.books.close(closed("2026-03-02"))
    assert stores.books.day(SHOP, "2026-03-02") == closed("2026-03-02")
    assert stores.books.day(SHOP, "2026-03-03") is None
    assert stores.books.day("coffee", "2026-03-02") is None


CHANGE = Figures(touches={"sent": 1, "unknown": -1}, recovered=-1, revenue={"EUR": -100}, cost=160, in_doubt=-160)


def posting(day: str, number: int, shop: str = SHOP, arrived: str = "2026-03-20") -> Adjustment:
    change = DailyFigures(day=day, total=CHANGE, channels={"email": CHANGE})
    return Adjustment(shop=shop, number=number, arrived=arrived, posted_at=after(days=18), change=change)


def test_a_posting_is_stored_once_under_its_number_and_comes_back_as_it_was(stores: Stores) -> None:
    first = posting("2026-03-02", 1)
    assert stores.books.post(first)
    assert not stores.books.post(first)
    assert not stores.books.post(posting("2026-03-02", 1, arrived="2026-03-21"))
    assert list(stores.books.adjustments(SHOP, "2026-03-02", "2026-03-02")) == [first]


def test_postings_are_found_by_the_days_they_change_in_order(stores: Stores) -> None:
    wanted = [posting(day, number) for day in ("2026-03-02", "2026-03-03") for number in range(1, 12)]
    for each in reversed(wanted):
        stores.books.post(each)
    stores.books.post(posting("2026-03-01", 1))
    stores.books.post(posting("2026-03-04", 1))
    stores.books.post(posting("2026-03-02", 1, "coffee"))
    stores.books.close(closed("2026-03-02"))
    assert list(stores.books.adjustments(SHOP, "2026-03-02", "2026-03-03")) == wanted
    assert list(stores.books.days(SHOP, "0000", "9999")) == ["2026-03-02"], "a posting is no day"
    assert list(stores.books.adjustments(SHOP, "2026-04-01", "2026-04-30")) == []


def test_marks_are_listed_by_shop_and_put_again_with_a_later_time(stores: Stores) -> None:
    assert list(stores.books.changed_days(SHOP)) == []
    marks = [
        ChangedDay(shop=SHOP, day=day, arrived=arrived, at=after(days=18))
        for day in ("2026-03-01", "2026-03-02")
        for arrived in ("2026-03-20", "2026-03-21")
    ]
    for mark in (*reversed(marks), replace(marks[0], shop="coffee")):
        stores.books.mark(mark)
    assert list(stores.books.changed_days(SHOP)) == marks
    again = replace(marks[2], at=after(days=18, milliseconds=1))
    stores.books.mark(again)
    assert list(stores.books.changed_days(SHOP)) == [*marks[:2], again, marks[3]]


def test_a_mark_is_deleted_unless_it_was_put_again(stores: Stores) -> None:
    mark = ChangedDay(shop=SHOP, day="2026-03-02", arrived="2026-03-20", at=after(days=18))
    assert not stores.books.unmark_changed(mark)
    stores.books.mark(mark)
    again = replace(mark, at=after(days=18, milliseconds=1))
    stores.books.mark(again)
    assert not stores.books.unmark_changed(mark)
    assert list(stores.books.changed_days(SHOP)) == [again]
    assert stores.books.unmark_changed(again)
    assert not stores.books.unmark_changed(again)
    assert list(stores.books.changed_days(SHOP)) == []


# -- Brakes ------------------------------------------------------------------------------------------------------------


def test_words_are_counted_for_a_week_by_shop(stores: Stores) -> None:
    assert stores.sending_pauses.reputation(SHOP) == ReputationCounters()
    for word, times in (("accepted", 4), ("bounced", 2), ("complained", 1)):
        for _ in range(times):
            stores.sending_pauses.count(SHOP, word)
    stores.sending_pauses.count("coffee", "bounced")
    stores.clock.forward(timedelta(days=3))
    stores.sending_pauses.count(SHOP, "accepted")
    assert stores.sending_pauses.reputation(SHOP) == ReputationCounters(accepted=5, bounced=2, complained=1)
    stores.clock.forward(timedelta(days=3))
    assert stores.sending_pauses.reputation(SHOP) == ReputationCounters(accepted=5, bounced=2, complained=1)
    stores.clock.forward(timedelta(days=1))
    assert stores.sending_pauses.reputation(SHOP) == ReputationCounters(accepted=1)


def why_paused(stores: Stores, shop: str = SHOP) -> str | None:
    stores.clock.forward(timedelta(seconds=31))  # a shop may be known as it was half a minute ago
    found = stores.shops.get(shop)
    assert found is not None
    return found.paused


@pytest.mark.parametrize("shop", ["tea", "coffee"])
def test_one_shop_is_paused_and_goes_on(stores: Stores, shop: str) -> None:
    for name in ("tea", "coffee"):
        stores.shops.save(replace(a_shop(), id=name))
    assert stores.sending_pauses.pause(shop, "bounces")
    assert not stores.sending_pauses.pause(shop, "complaints")
    assert why_paused(stores, shop) == "bounces"
    assert why_paused(stores, "coffee" if shop == "tea" else "tea") is None
    stores.sending_pauses.resume(shop)
    stores.sending_pauses.resume(shop)
    assert why_paused(stores, shop) is None


def test_everybody_is_stopped_and_whoever_was_paused_stays_paused(stores: Stores) -> None:
    for name in ("tea", "coffee"):
        stores.shops.save(replace(a_shop(), id=name))
    stores.sending_pauses.pause("tea", "bounces")
    stores.sending_pauses.stop("maintenance")
    assert (why_paused(stores, "tea"), why_paused(stores, "coffee")) == ("maintenance", "maintenance")
    stores.sending_pauses.start()
    stores.sending_pauses.start()
    assert (why_paused(stores, "tea"), why_paused(stores, "coffee")) == ("bounces", None)
    assert stores.clock() > START
