"""A short, fixed part of `make calibrate`: the promise holds where it is hardest, and the judge would see it broken."""

from __future__ import annotations

import math

import pytest

from rebasket.domain.reporting.plan import prospects
from tests.calibration.crowd import CrowdShop
from tests.calibration.hard import base_and_holdout, comes_and_goes, small_strata, until_told
from tests.calibration.judge import Found, judge, judge_fixed_day, judge_money, judge_split, monte_carlo_error
from tests.calibration.page import replaced
from tests.calibration.takings import MoneyShop
from tests.calibration.worlds import World, constant

PROMISED = 0.05
LIVES = 60


def allowed(lives: int, share: float = PROMISED) -> float:
    """What a true share may look like in so many lives: three standard deviations over it."""
    return share + 3 * math.sqrt(share * (1 - share) / lives)


@pytest.mark.parametrize(
    "world",
    [
        constant(300, 0.01, 0.05, 0.05),
        constant(300, 0.05, 0.03, 0.5),
        constant(5000, 0.1, 0.0, 0.2),
        comes_and_goes(1000, 0.2, 0.0, 0.06, by_season=False),
        base_and_holdout(1000, (0.03, 0.08, 0.05), (0.5, 0.1, 0.05), 0.03),
        until_told(1000, 0.05, 0.03, by_season=False),
    ],
    ids=lambda world: world.name,
)
def test_the_truth_is_outside_in_at_most_one_of_twenty_shops_that_look_daily_for_two_years(world: World) -> None:
    found = judge(world, LIVES)
    assert found.missed <= allowed(LIVES), found
    assert found.told_wrongly <= found.missed


def test_the_judge_sees_the_interval_of_one_look_fail_when_it_is_looked_at_daily() -> None:
    """A third to a half of shops: what an interval with 1.96 promises is one look, on a day set beforehand."""
    found = judge_fixed_day(constant(1000, 0.05, 0.0, 0.2), LIVES)
    assert found.missed > 0.2


def test_strata_of_a_few_people_do_not_break_it() -> None:
    assert judge(small_strata(300, 7, 0.2), 12, days=240).missed <= allowed(12)


def test_people_who_come_again_and_are_drawn_anew_do_not_break_it() -> None:
    found = judge(CrowdShop(300, 0.05, 0.03, 0.5, icc=0.3), 20)
    assert found.missed <= allowed(20)


def test_a_reminder_that_sells_is_told_by_when_the_plan_says_in_eighty_of_a_hundred() -> None:
    planned = prospects(1000, 0.05, 0.05, [200])[0]
    assert planned.months is not None
    found = judge(constant(1000, 0.05, 0.05, 0.2), 200, days=round(planned.months * 30))
    told = found.told[-1] if planned.months * 30 <= 720 else 0
    assert 0.7 < told < 0.9


def test_it_is_as_wide_as_planned() -> None:
    found = judge(constant(300, 0.05, 0.03, 0.5), 40, days=360)
    planned = prospects(300, 0.05, 0.03, [500])[0]
    assert found.widths[0] == pytest.approx(planned.widths[0], rel=0.05)
    assert found.widths[2] == pytest.approx(planned.widths[1], rel=0.05)
    assert found.widths[3] == 0  # of days not lived through


def test_cost_and_revenue_hold_as_the_lift_does() -> None:
    for found in judge_money(MoneyShop(300, 0.05, 0.03, 0.5, 0.6), 40, days=360):
        assert found.missed <= allowed(40), found


def test_the_split_check_is_silent_for_a_right_split_and_sees_a_third_lost_within_a_year() -> None:
    shop = constant(1000, 0.05, 0.0, 0.1)
    assert judge_split(shop, 0.1, 60).missed == 0
    assert judge_split(shop, 0.1, 20, lost=1 / 3).told[2] > 0.9


def test_lives_are_the_same_every_time_and_differ_by_seed() -> None:
    world = constant(1000, 0.05, 0.03, 0.2)
    one, again, other = (list(world.live(seed).looks(30)) for seed in (1, 1, 2))
    assert one == again != other


def test_a_world_is_as_it_says() -> None:
    """Over a long time each count is its mean, four deviations at most; the truth is the effect that was set."""
    *_, last = constant(5000, 0.1, 0.05, 0.2).live(1).looks(720)
    for count, mean in zip(last.strata[0], (96_000, 14_400, 24_000, 2_400), strict=True):
        assert abs(count - mean) < 4 * mean**0.5
    assert last.truth == pytest.approx(0.05)
    *_, crowd = CrowdShop(1000, 0.1, 0.05, 0.2).live(1).looks(720)
    treated, bought, control, control_bought = (sum(column) for column in zip(*crowd.strata, strict=True))
    assert treated + control == pytest.approx(24_000, rel=0.03)
    assert bought / treated == pytest.approx(0.15, abs=0.012)
    assert control_bought / control == pytest.approx(0.1, abs=0.02)


def test_an_error_is_the_upper_end_of_wilsons_interval() -> None:
    """None of 100: 3.7 %; 5 in a hundred of 1000: 6.53 %, as any table of it says."""
    assert monte_carlo_error(0.0, 100) == pytest.approx(0.0370, abs=0.0001)
    assert monte_carlo_error(0.05, 1000) == pytest.approx(0.0153, abs=0.0002)


def test_a_page_without_a_place_for_a_table_is_told() -> None:
    page = "a\n<!-- calibration: grid -->\n\nold\n\n<!-- end -->\nb\n"
    assert replaced(page, "grid", ["| new |", "| --- |"]) == page.replace("old", "| new |\n| --- |")
    with pytest.raises(ValueError, match="money"):
        replaced(page, "money", [])


def test_what_was_found_is_written_as_data() -> None:
    row = Found("a", "lift", 3, 1 / 3, 0.1, 0.0, 1 / 3, 0.0, (0.5,), (0.123456,))
    assert row.as_data()["missed"] == 0.33333
    assert row.as_data()["name"] == "a"
