"""The figures of a report: known intervals, percentiles by hand, promises that are broken on purpose."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from rebasket.domain.money import Money
from rebasket.domain.people.addresses import Channel
from rebasket.domain.reminders.episode import Arm, Credit, Episode, EpisodeRef, Touch, TouchState
from rebasket.domain.reporting.daily_figures import daily_figures
from rebasket.usecases.reporting.comparison import Comparison, Rate, compare
from rebasket_local.results import words
from rebasket_local.results.lateness import percentiles
from rebasket_local.results.outcomes import Fate, by_day, fate_of
from rebasket_local.results.summary import broken
from tests.samples import START, a_header

WEEK = timedelta(days=7)


def an_episode(
    cart: str = "c",
    *,
    arm: Arm = Arm.TREATMENT,
    touches: dict[int, TouchState] | None = None,
    ordered: timedelta | None = None,
    reachable: bool = True,
) -> Episode:
    """Declared at START, step k an hour times k later, ordered so long after START."""
    header = a_header(value=1000, contacts={Channel.EMAIL: "k"} if reachable else {}, arm=arm, locale="en")
    return Episode(
        ref=EpisodeRef(shop="tea", day="2026-03-02", cart=cart, generation=1),
        header=header,
        touches={
            step: Touch(state=state, why="", at=START + timedelta(hours=step), due=START, channel=Channel.EMAIL)
            for step, state in (touches or {}).items()
        },
        order=None if ordered is None else Credit(order="o", cart=cart, at=START + ordered, total=Money(1000, "EUR"), by="cart"),
    )


# --- Intervals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "low", "high"),
    [
        # R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), method 3.
        (Rate(81, 263), 0.2553, 0.3662),
        (Rate(15, 148), 0.0624, 0.1605),
        (Rate(0, 20), 0.0, 0.1611),
        (Rate(1, 29), 0.0061, 0.1718),
    ],
)
def test_wilsons_interval(rate: Rate, low: float, high: float) -> None:
    assert list(rate.interval) == pytest.approx([low, high], abs=5e-5)


@pytest.mark.parametrize(
    ("comparison", "low", "high"),
    [
        # R. G. Newcombe, "Interval estimation for the difference between independent proportions", ibid., method 10.
        (Comparison(Rate(56, 70), Rate(48, 80)), 0.0524, 0.3339),
        (Comparison(Rate(9, 10), Rate(3, 10)), 0.1705, 0.8090),
        (Comparison(Rate(10, 10), Rate(0, 20)), 0.6791, 1.0),
    ],
)
def test_newcombes_interval(comparison: Comparison, low: float, high: float) -> None:
    assert list(comparison.interval) == pytest.approx([low, high], abs=5e-5)


def test_a_difference_is_told_only_when_it_is_surely_one() -> None:
    assert Comparison(Rate(60, 400), Rate(4, 100)).tells
    assert not Comparison(Rate(38, 367), Rate(5, 109)).tells
    assert not Comparison(Rate(0, 0), Rate(5, 109)).tells
    assert Comparison(Rate(4, 400), Rate(20, 100)).tells, "reminders may do harm, too"


def test_nothing_counted_is_nothing_known() -> None:
    assert Rate(0, 0).interval == (0.0, 1.0)


# --- Touched beside held --------------------------------------------------------------------------------------------------


def test_groups_are_those_whom_the_first_reminder_reached_or_would_have() -> None:
    hour = timedelta(hours=1)
    episodes = [
        an_episode("sent, bought", touches={1: TouchState.SENT}, ordered=hour),
        an_episode("sent, not bought", touches={1: TouchState.SENT, 2: TouchState.SENT}),
        an_episode("perhaps sent, bought", touches={1: TouchState.UNKNOWN}, ordered=3 * hour),
        an_episode("sent, bought too late", touches={1: TouchState.SENT}, ordered=8 * timedelta(days=1)),
        an_episode("sent second only, bought before", touches={1: TouchState.SKIPPED, 2: TouchState.SENT}, ordered=hour),
        an_episode("held, bought", arm=Arm.HELD, touches={1: TouchState.HELD}, ordered=2 * hour),
        an_episode("held, bought before it would have gone", arm=Arm.HELD, touches={1: TouchState.HELD}, ordered=hour / 2),
        an_episode("held arm, but skipped anyway", arm=Arm.HELD, touches={1: TouchState.SKIPPED}, ordered=2 * hour),
        an_episode("nothing sent", touches={1: TouchState.SKIPPED}, ordered=hour),
    ]
    assert compare(daily_figures("2026-03-02", episodes, WEEK).total) == Comparison(Rate(2, 5), Rate(1, 2))


# --- Fates ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("episode", "fate"),
    [
        (an_episode(touches={1: TouchState.SENT}, ordered=timedelta(hours=2)), Fate.RECOVERED),
        (an_episode(touches={1: TouchState.SENT}), Fate.REMINDED),
        (an_episode(touches={1: TouchState.UNKNOWN}), Fate.REMINDED),
        (an_episode(arm=Arm.HELD, touches={1: TouchState.HELD}), Fate.HELD),
        (an_episode(touches={1: TouchState.SKIPPED}, ordered=timedelta(hours=2)), Fate.QUIET),
        (an_episode(touches={1: TouchState.SKIPPED}, reachable=False), Fate.UNREACHABLE),
    ],
)
def test_every_abandoned_cart_has_one_fate(episode: Episode, fate: Fate) -> None:
    assert fate_of(episode, WEEK) is fate
    assert {day: dict(fates) for day, fates in by_day([episode], WEEK).items()} == {"2026-03-02": {fate: 1}}


def test_an_episode_that_was_never_filed_is_not_counted() -> None:
    assert by_day([replace(an_episode(), header=None)], WEEK) == {}


# --- Lateness -------------------------------------------------------------------------------------------------------------


def test_percentiles_are_those_of_the_nearest_rank() -> None:
    found = percentiles([float(wait) for wait in range(1, 201)])
    assert (found.count, found.p50, found.p90, found.p99, found.longest) == (200, 100.0, 180.0, 198.0, 200.0)
    assert percentiles([]).p99 == 0.0
    assert percentiles([7.0]).p50 == 7.0


# --- Promises -------------------------------------------------------------------------------------------------------------

WELL: dict[str, Any] = {
    "planned": 10,
    "touches": {"sent": 5, "rejected": 0, "skipped": 3, "held": 1, "unknown": 1},
    "by_channel": {"email": 4, "sms": 2},
    "late_p99_s": 120,
    "duplicates": 0,
    "after_purchase": 0,
    "after_optout": 0,
    "without_consent": 0,
    "in_quiet_hours": 0,
    "too_soon": 0,
    "unfinished": 0,
    "problems": 0,
    "failures": 0,
}


def test_a_good_run_breaks_nothing() -> None:
    assert broken(WELL) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"duplicates": 1}, "beyond one per touch"),
        ({"after_purchase": 1}, "after a purchase"),
        ({"after_optout": 1}, "after an opt-out"),
        ({"without_consent": 1}, "without consent"),
        ({"in_quiet_hours": 1}, "in quiet hours"),
        ({"too_soon": 1}, "within the gap after another to the same person"),
        ({"unfinished": 1}, "still waiting"),
        ({"problems": 1}, "refused"),
        ({"failures": 1}, "functions failed"),
        ({"planned": 11}, "11 touches planned, but 10 ended"),
        ({"by_channel": {"email": 4, "sms": 0}}, "4 messages left"),
        ({"by_channel": {"email": 7, "sms": 0}}, "7 messages left"),
        ({"late_p99_s": 120.1}, "more than 120.1 s"),
    ],
)
def test_each_promise_can_be_broken(wrong: dict[str, Any], said: str) -> None:
    found = broken(WELL | wrong)
    assert len(found) == 1
    assert said in found[0]


# --- Words ----------------------------------------------------------------------------------------------------------------


def test_money_is_never_added_across_currencies() -> None:
    assert words.money({"EUR": 123450, "UAH": 4270000, "JPY": 500, "USD": 0}) == ["UAH\u00a042,700.00", "€1,234.50", "¥500"]


@pytest.mark.parametrize(
    ("micro", "said"),
    [(None, "–"), (0, "$0.00"), (160, "$0.0002"), (349_300, "$0.3493"), (6_590_000, "$6.59"), (1234567890, "$1,234.57")],
)
def test_micro_dollars(micro: int | None, said: str) -> None:
    assert words.dollars(micro) == said


def test_a_difference_of_shares_is_in_points() -> None:
    assert words.points(-0.0123) == "−1.2\u202fpoints"
