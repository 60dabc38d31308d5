"""Who is held back: the same people every time, and as many as the shop asked for."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.domain.reminders.assignment import arm_of
from rebasket.domain.reminders.episode import Arm

PEOPLE = [f"{n:032x}" for n in range(20_000)]


def held(holdout: int, shop: str = "tea") -> set[str]:
    return {person for person in PEOPLE if arm_of(shop, person, holdout) is Arm.HELD}


@given(st.text(), st.text())
def test_nobody_at_nought_and_everybody_at_a_thousand(shop: str, person: str) -> None:
    assert arm_of(shop, person, 0) is Arm.TREATMENT
    assert arm_of(shop, person, 1000) is Arm.HELD


@pytest.mark.parametrize("holdout", [1, 100, 500, 900])
def test_as_many_are_held_as_the_shop_asked_for(holdout: int) -> None:
    """Within four standard deviations of a binomial draw: a fair hash fails this once in 16,000 salts."""
    share = holdout / 1000
    spread = math.sqrt(len(PEOPLE) * share * (1 - share))
    assert abs(len(held(holdout)) - len(PEOPLE) * share) < 4 * spread


def test_a_larger_control_group_keeps_everybody_who_was_in_the_smaller() -> None:
    assert held(100) < held(200)


def test_each_shop_draws_its_own_group() -> None:
    both = held(500) & held(500, "coffee")
    assert abs(len(both) - len(PEOPLE) / 4) < 4 * math.sqrt(len(PEOPLE) * 3 / 16)


def test_the_groups_never_change() -> None:
    """Taken down once: another hash, salt or encoding would reshuffle the groups of experiments that are running."""
    groups = "".join(arm_of("tea", person, 500).value[0] for person in PEOPLE[:32])
    assert groups == "htthtttthhtththhhhthhthhhhhhhhth"
