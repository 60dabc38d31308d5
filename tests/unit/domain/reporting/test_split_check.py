"""The split check: quiet for a right split, loud for a wrong one, and by which reason."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.domain.reporting.split_check import ALARM, split_by_reason, split_e_value

DAYS = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300), st.sampled_from([50, 100, 500])), max_size=20)


def test_an_alarm_is_one_in_a_thousand() -> None:
    assert ALARM == 1000


@pytest.mark.parametrize("held", [50, 100, 500])
def test_over_all_that_may_come_the_mean_of_the_e_value_is_one(held: int) -> None:
    """That is what makes it an e-value: summed here over every outcome of 60 people."""
    share, people = held / 1000, 60
    chances = [math.comb(people, control) * share**control * (1 - share) ** (people - control) for control in range(people + 1)]
    mean = sum(chance * split_e_value([(people - control, control, held)]) for control, chance in enumerate(chances))
    assert mean == pytest.approx(1)


def test_with_the_right_split_it_sinks_and_with_a_third_lost_it_rises() -> None:
    right = [split_e_value([(900 * times, 100 * times, 100)]) for times in (1, 10, 100)]
    lost = [split_e_value([(900 * times, 67 * times, 100)]) for times in (1, 3, 10)]
    assert right == sorted(right, reverse=True)
    assert lost == sorted(lost)
    assert right[0] < 1 < lost[0] < ALARM < lost[1]


@given(DAYS)
def test_days_and_totals_say_the_same_in_any_order(days: list[tuple[int, int, int]]) -> None:
    totals = [
        (sum(t for t, _, share in days if share == held), sum(c for _, c, share in days if share == held), held)
        for held in (50, 100, 500)
    ]
    one = split_e_value(days)
    assert split_e_value(days[::-1]) == pytest.approx(one)
    assert split_e_value(totals) == pytest.approx(one)


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(-5, 1005))
def test_it_answers_to_anything(treated: int, control: int, held: int) -> None:
    assert 0 <= split_e_value([(treated, control, held)]) < math.inf


@pytest.mark.parametrize("group", [(100, 10, 0), (100, 10, 1000), (-1, 10, 100), (100, -1, 100), (0, 0, 100)])
def test_what_says_nothing_leaves_it_at_one(group: tuple[int, int, int]) -> None:
    assert split_e_value([group]) == pytest.approx(1)


def test_reasons_are_named_by_pearsons_chi_squared() -> None:
    checks = split_by_reason({"opted out": (150, 10), "no price": (90, 10), "bounced": (60, 0), "never": (0, 0)}, 100)
    assert [check.reason for check in checks] == ["bounced", "opted out", "never", "no price"]
    # (0 - 6)² / (60 x 0.1 x 0.9), and the chance of that or more by a table of the distribution.
    assert checks[0].chi_squared == pytest.approx(36 / 5.4)
    assert checks[0].p_value == pytest.approx(0.00982, abs=1e-5)
    assert checks[1].chi_squared == pytest.approx(36 / 14.4)
    assert [check.wrong for check in checks] == [False] * 4


def test_a_reason_is_wrong_beyond_one_in_a_thousand_shared_by_all_reasons() -> None:
    """χ² of 11.38 is a chance of 0.00074: enough for one reason, not for one of two."""
    alone = split_by_reason({"a": (932, 68)}, 100)
    beside = split_by_reason({"a": (932, 68), "b": (90, 10)}, 100)
    assert alone[0].wrong
    assert [check.wrong for check in beside] == [False, False]


@pytest.mark.parametrize("held", [0, 1000, -1])
def test_of_both_groups_somebody_is_needed(held: int) -> None:
    with pytest.raises(ValueError, match="somebody"):
        split_by_reason({}, held)
