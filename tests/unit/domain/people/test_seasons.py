"""Seasons and their arms: shares are right, seasons and experiments reshuffle independently."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given

from rebasket.domain.people.identity import Kind
from rebasket.domain.people.person import ArmDrawn, EpisodeKey, Group, Person
from rebasket.domain.people.seasons import HOLDOUT, arm_in, group_of, season_of
from tests.samples import SHOP, START, after
from tests.stored import moments

PEOPLE = [f"{number:08x}" for number in range(20_000)]
ROOT = Person.blank(SHOP, "k", Kind.EMAIL)
FIRST = EpisodeKey("2026-03-02", "c1", 1)
CHI2_OF_1_AT_1_IN_1000 = 10.828
CHI2_OF_20_AT_1_IN_1000 = 45.315
"""Upper 0.001 points of χ² with one and with 20 degrees of freedom (NIST/SEMATECH e-Handbook, table 1.3.6.7.4)."""


def controls(experiment: str, season: str, thousandths: int) -> set[str]:
    return {key for key in PEOPLE if group_of(experiment, season, SHOP, key, thousandths) is Group.CONTROL}


def chi2(seen: int, expected: float, of: int) -> float:
    return (seen - expected) ** 2 / expected + (seen - expected) ** 2 / (of - expected)


@pytest.mark.parametrize("thousandths", [10, 100, 500, 900])
def test_as_many_are_held_back_as_should_be(thousandths: int) -> None:
    """Over 20 seasons: of one alone, chance may well make a thousandth's exception."""
    some = PEOPLE[:5000]
    expected = len(some) * thousandths / 1000
    seasons = [f"{year}Q{quarter}" for year in range(2026, 2031) for quarter in range(1, 5)]
    seen = [sum(group_of(HOLDOUT, season, SHOP, key, thousandths) is Group.CONTROL for key in some) for season in seasons]
    assert sum(chi2(held, expected, len(some)) for held in seen) < CHI2_OF_20_AT_1_IN_1000
    assert sum(chi2(held, expected, len(some)) for held in seen) > 5, "nor is it dealt out evenly"


def test_nobody_and_everybody() -> None:
    assert controls(HOLDOUT, "2026Q1", 0) == set()
    assert controls(HOLDOUT, "2026Q1", 1000) == set(PEOPLE)


@pytest.mark.parametrize("other", [(HOLDOUT, "2026Q2"), ("subject", "2026Q1")])
def test_another_season_or_experiment_reshuffles(other: tuple[str, str]) -> None:
    """Of those held back in one, as many are held back in the other as of everybody: the two know nothing of each other."""
    once, again = controls(HOLDOUT, "2026Q1", 500), controls(*other, 500)
    assert chi2(len(once & again), len(once) / 2, len(once)) < CHI2_OF_1_AT_1_IN_1000
    assert chi2(len(again - once), (len(PEOPLE) - len(once)) / 2, len(PEOPLE) - len(once)) < CHI2_OF_1_AT_1_IN_1000


def test_a_larger_share_keeps_those_that_a_smaller_held_back() -> None:
    shares = [controls(HOLDOUT, "2026Q1", thousandths) for thousandths in (10, 100, 500)]
    assert all(fewer < more for fewer, more in pairwise(shares))


def test_shops_draw_independently() -> None:
    assert {group_of(HOLDOUT, "2026Q1", f"shop{n}", "k", 500) for n in range(20)} == set(Group)


@pytest.mark.parametrize(
    ("at", "season"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), "2026Q1"),
        (datetime(2026, 3, 31, 23, 59, tzinfo=UTC), "2026Q1"),
        (datetime(2026, 4, 1, tzinfo=UTC), "2026Q2"),
        (datetime(2026, 9, 30, tzinfo=UTC), "2026Q3"),
        (datetime(2026, 10, 1, tzinfo=UTC), "2026Q4"),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), "2026Q4"),
        (datetime(2027, 1, 1, 1, tzinfo=timezone(timedelta(hours=2))), "2026Q4"),
    ],
)
def test_a_season_is_a_quarter_by_utc(at: datetime, season: str) -> None:
    assert season_of(at) == season


@given(moments, moments)
def test_names_of_seasons_sort_as_the_seasons_do(one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))
    assert season_of(earlier) <= season_of(later)


def test_an_arm_is_drawn_once_and_then_read() -> None:
    drawn = arm_in(ROOT, HOLDOUT, "2026Q1", first=FIRST, control=1000, now=START)
    assert drawn == ArmDrawn(at=START, by="k", first=FIRST, group=Group.CONTROL)
    stored = replace(ROOT, key="j", arms={"2026Q1": drawn})
    assert arm_in(stored, HOLDOUT, "2026Q1", first=EpisodeKey("x", "c2", 1), control=0, now=after(days=1)) == drawn
    assert arm_in(stored, HOLDOUT, "2026Q2", first=FIRST, control=0, now=after(days=1)).group is Group.TREATMENT


def test_the_group_that_an_episode_had_before_stays() -> None:
    for group in Group:
        drawn = arm_in(ROOT, HOLDOUT, "2026Q1", first=FIRST, control=500, now=START, before=group)
        assert drawn.group is group


def test_the_draw_is_the_same_for_ever() -> None:
    """Whoever changes the salt or the hash moves everybody's group in the middle of a season."""
    assert [group_of(HOLDOUT, "2026Q4", SHOP, key, 500).value[0] for key in PEOPLE[:12]] == list("tcttcccctcct")
