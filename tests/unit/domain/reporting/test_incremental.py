"""What a cart that reminders brought cost, and what they brought in: ends that there are, and ends that there are not."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.domain.money import MicroUSD
from rebasket.domain.reporting.incremental import (
    Limit,
    Range,
    Takings,
    cost_per_incremental_cart,
    incremental_carts,
    incremental_revenue,
)
from rebasket.domain.reporting.lift import UNKNOWN, Lift, lift_interval

GAIN = Lift(likely=0.03, low=0.01, high=0.05, sure=True, treated=10_000, control=1_000)
COST = MicroUSD(60_000_000)


def test_carts_are_the_lift_of_the_treated_rounded_outwards() -> None:
    assert incremental_carts(replace(GAIN, low=0.01004, high=0.05004)) == Range(300, 100, 501, Limit.BOUNDED)
    assert incremental_carts(replace(GAIN, low=-0.00004)).low == -1


def test_a_cart_costs_all_of_the_cost_for_each_that_was_brought() -> None:
    assert cost_per_incremental_cart(COST, GAIN) == Range(200_000, 120_000, 600_000, Limit.BOUNDED)


def test_the_ends_of_a_cost_are_rounded_outwards() -> None:
    found = cost_per_incremental_cart(MicroUSD(1_000_000), replace(GAIN, low=0.03, high=0.07, likely=0.06))
    assert found == Range(1_667, 1_428, 3_334, Limit.BOUNDED)


def test_without_a_sure_gain_a_cart_has_no_highest_cost() -> None:
    assert cost_per_incremental_cart(COST, replace(GAIN, low=-0.01)) == Range(200_000, 120_000, None, Limit.NO_UPPER)
    assert cost_per_incremental_cart(COST, replace(GAIN, low=0.0)).limit is Limit.NO_UPPER


def test_with_a_likely_loss_there_is_no_likely_cost_either() -> None:
    found = cost_per_incremental_cart(COST, replace(GAIN, likely=-0.001, low=-0.02, high=0.01))
    assert found == Range(None, 600_000, None, Limit.NO_UPPER)
    assert cost_per_incremental_cart(COST, replace(GAIN, likely=0.0, low=-0.02, high=0.01)).likely is None


@pytest.mark.parametrize("high", [-0.01, 0.0])
def test_where_reminders_brought_nothing_no_cart_has_a_cost(high: float) -> None:
    lost = replace(GAIN, likely=-0.02, low=-0.03, high=high)
    assert cost_per_incremental_cart(COST, lost) == Range(None, None, None, Limit.NONE_RECOVERED)


def test_where_nothing_is_compared_nothing_is_said() -> None:
    nothing = Range(None, None, None, Limit.UNKNOWN)
    assert incremental_carts(UNKNOWN) == cost_per_incremental_cart(COST, UNKNOWN) == nothing
    assert incremental_revenue([], [], 1000) == nothing
    assert incremental_revenue([(9, 0, 9, 0)], [Takings(0, 0, 0, 0)], 1000) == nothing


def alike(counts: tuple[int, int, int, int], price: int) -> Takings:
    return Takings(counts[1] * price, counts[1] * price**2, counts[3] * price, counts[3] * price**2)


@given(
    st.tuples(st.integers(1, 3000), st.integers(1, 3000)).flatmap(
        lambda n: st.tuples(st.just(n[0]), st.integers(0, n[0]), st.just(n[1]), st.integers(0, n[1]))
    ),
    st.integers(1, 100_000),
)
def test_if_all_pay_the_same_revenue_is_carts_times_the_price(counts: tuple[int, int, int, int], price: int) -> None:
    found = incremental_revenue([counts], [alike(counts, price)], 5_000)
    lift = lift_interval([counts], 5_000)
    if not counts[1] + counts[3]:
        assert found.limit is Limit.UNKNOWN
        return
    assert lift.likely is not None
    assert found.likely == pytest.approx(counts[0] * lift.likely * price, abs=1)
    # The lift is cut off at -1 and 1, where revenue knows no such limit.
    if lift.low > -1:
        assert found.low == pytest.approx(counts[0] * lift.low * price, rel=1e-9, abs=1.01)
    if lift.high < 1:
        assert found.high == pytest.approx(counts[0] * lift.high * price, rel=1e-9, abs=1.01)


def test_amounts_that_differ_make_revenue_less_certain() -> None:
    counts = 5_000, 400, 1_000, 50
    same = incremental_revenue([counts], [alike(counts, 2_000)], 12_000)
    differing = incremental_revenue([counts], [Takings(800_000, 3 * 400 * 2_000**2, 100_000, 3 * 50 * 2_000**2)], 12_000)
    assert same.likely == differing.likely == 300_000
    assert same.low is not None
    assert same.high is not None
    assert differing.low is not None
    assert differing.high is not None
    assert differing.high - differing.low > 1.5 * (same.high - same.low)


def test_a_group_that_has_not_bought_is_priced_by_the_other() -> None:
    counts = 1_000, 80, 50, 0
    found = incremental_revenue([counts], [alike(counts, 2_000)], 12_000)
    lift = lift_interval([counts], 12_000)
    assert found.low == math.floor(1_000 * lift.low * 2_000)


@pytest.mark.parametrize(
    "wrong",
    [
        Takings(-1, 1, 0, 0),
        Takings(100, 100, 0, 0),
        Takings(0, 0, 0, -5),
        Takings(100, 10_000, 1, 0),
        Takings(3_000, 3_000_000, 0, 0),
    ],
)
def test_takings_that_cannot_be_are_left_out_with_their_stratum(wrong: Takings) -> None:
    counts, odd = (1_000, 80, 50, 2), (100, 2, 100, 1)
    right = alike(counts, 2_000)
    assert incremental_revenue([counts, odd], [right, wrong], 1_000) == incremental_revenue([counts], [right], 1_000)


def test_takings_are_of_the_strata() -> None:
    with pytest.raises(ValueError, match="shorter"):
        incremental_revenue([(1, 0, 1, 0)], [], 1_000)
