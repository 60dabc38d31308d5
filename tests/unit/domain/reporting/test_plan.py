"""What a shop can learn by when, and the answer of today."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.domain.reporting.answer import Verdict, answer
from rebasket.domain.reporting.plan import HoldoutSchedule, people_to_tell, prospects

SHARES = (500, 200, 100, 50)


def test_a_small_shop_learns_three_points_soonest_with_half_held() -> None:
    """Half of simulated shops knew after 7, 13 and 24 months of daily looks; four of five take about twice as long."""
    found = {prospect.held: prospect for prospect in prospects(300, 0.05, 0.03)}
    months = [found[held].months for held in SHARES]
    assert [
        m is not None and low < m < high for m, low, high in zip(months, (7, 13, 24, 40), (16, 27, 48, 100), strict=True)
    ] == [True] * 4
    assert found[500].people == math.ceil(300 * (found[500].months or 0))


def test_learning_costs_about_as_many_carts_at_any_share() -> None:
    lost = [prospect.carts_given_up or 0 for prospect in prospects(300, 0.05, 0.03)]
    assert max(lost) < 3 * min(lost)
    first = prospects(300, 0.05, 0.03, [500])[0]
    assert first.people is not None
    assert first.carts_given_up == pytest.approx(first.people * 0.5 * 0.03)


@given(st.floats(0.01, 0.3), st.floats(0.3, 1), st.floats(0.05, 0.4), st.floats(500, 100_000))
def test_a_larger_effect_is_told_sooner_and_a_smaller_control_group_later(
    base: float, part: float, held: float, a_year: float
) -> None:
    effect = base * part
    people = people_to_tell(base, effect, held, a_year)
    larger = people_to_tell(base, effect * 2, held, a_year)
    fewer = people_to_tell(base, effect, held / 2, a_year)
    assert people is not None
    assert larger is not None
    assert larger < people
    assert fewer is None or fewer > people


def test_widths_shrink_with_time() -> None:
    for prospect in prospects(300, 0.05, 0.03):
        assert all(later < earlier for earlier, later in pairwise(prospect.widths))


@pytest.mark.parametrize("effect", [0.0, 1e-6])
def test_what_is_as_good_as_nothing_is_never_told(effect: float) -> None:
    found = prospects(300, 0.05, effect, [100])[0]
    assert (found.people, found.months, found.carts_given_up) == (None, None, None)


def test_a_plan_needs_people() -> None:
    with pytest.raises(ValueError, match="nobody"):
        prospects(0, 0.05, 0.03)
    for held in (0.0, 1.0):
        with pytest.raises(ValueError, match="somebody"):
            people_to_tell(0.05, 0.03, held, 1000)


def test_half_is_held_until_told_then_a_tenth_for_good() -> None:
    schedule = HoldoutSchedule()
    assert schedule.share(500, told=False) == 500
    assert schedule.share(500, told=True) == 100
    assert schedule.share(100, told=False) == 100


@pytest.mark.parametrize(("until_told", "then"), [(500, 49), (501, 100), (100, 200)])
def test_a_schedule_goes_down_within_its_bounds(until_told: int, then: int) -> None:
    with pytest.raises(ValueError, match="within 50 and 500"):
        HoldoutSchedule(until_told, then)


@pytest.mark.parametrize(("until_told", "then"), [(500, 50), (50, 50)])
def test_a_schedule_may_be_at_its_bounds(until_told: int, then: int) -> None:
    assert HoldoutSchedule(until_told, then).share(until_told, told=True) == then


def test_not_yet_says_between_what_and_how_many_more() -> None:
    found = answer([(1000, 70, 1000, 52)], 4_000, 7.5)
    assert found.verdict is Verdict.NOT_YET
    assert found.likely_per_thousand == found.planned_per_thousand == 18
    assert found.low_per_thousand < 0 < found.high_per_thousand
    assert found.people_needed is not None
    assert found.days == math.ceil(found.people_needed / 7.5)


def test_as_many_more_of_the_same_are_enough_to_tell() -> None:
    found = answer([(1000, 70, 1000, 52)], 4_000, 7.5)
    assert found.people_needed is not None
    times = 1 + found.people_needed / 2000
    later = [tuple(round(count * times) for count in (1000, 70, 1000, 52))]
    assert answer([(later[0][0], later[0][1], later[0][2], later[0][3])], 4_000, 7.5).verdict is Verdict.GAINS


def test_a_likely_effect_near_nothing_is_planned_for_as_ten_in_a_thousand() -> None:
    assert answer([(1000, 51, 1000, 50)], 4_000, 5).planned_per_thousand == 10
    assert answer([(1000, 50, 1000, 51)], 4_000, 5).planned_per_thousand == -10


def test_when_it_is_told_nothing_more_is_needed() -> None:
    gains, loses = answer([(5000, 500, 5000, 250)], 20_000, 30), answer([(5000, 250, 5000, 500)], 20_000, 30)
    assert (gains.verdict, loses.verdict) == (Verdict.GAINS, Verdict.LOSES)
    assert gains.likely_per_thousand == -(loses.likely_per_thousand or 0) == 50
    assert gains.people_needed is gains.days is gains.planned_per_thousand is None


def test_where_nobody_comes_there_are_no_days_and_without_both_groups_no_answer() -> None:
    found = answer([(1000, 70, 1000, 52)], 4_000, 0)
    assert found.people_needed is not None
    assert found.days is None
    nothing = answer([(10, 1, 0, 0)], 4_000, 5)
    assert (nothing.verdict, nothing.likely_per_thousand) == (Verdict.NOT_COMPARED, None)
    assert (nothing.low_per_thousand, nothing.high_per_thousand, nothing.people_needed) == (-1000, 1000, None)


@given(st.integers(1, 400), st.integers(1, 400), st.data())
def test_there_is_an_answer_to_any_counts(treated: int, control: int, data: st.DataObject) -> None:
    counts = treated, data.draw(st.integers(0, treated)), control, data.draw(st.integers(0, control))
    found = answer([counts], 1_000, 3)
    assert (found.people_needed or 1) >= 1
    assert found.low_per_thousand <= (found.likely_per_thousand or 0) <= found.high_per_thousand
