"""The interval of the lift: what it is made of by literature's own figures, and what must hold of it for any counts."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rebasket.domain.reporting.interval import ALPHA, anytime_factor, arcsine, distances, wilson
from rebasket.domain.reporting.lift import UNKNOWN, Stratum, best_at, fixed_day_interval, information, lift_interval

YEAR = 12_000.0


@st.composite
def stratum(draw: st.DrawFn, most: int = 5_000) -> Stratum:
    treated, control = draw(st.integers(1, most)), draw(st.integers(1, most))
    return treated, draw(st.integers(0, treated)), control, draw(st.integers(0, control))


STRATA = st.lists(stratum(), min_size=1, max_size=6)
ANY_STRATA = st.lists(st.tuples(*[st.integers(-3, 10**9)] * 4), max_size=6)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((70, 56, 80, 48), 0.0524, 0.3339),
        ((10, 9, 10, 3), 0.1705, 0.8090),
        ((7, 6, 7, 2), 0.0582, 0.8062),
        ((56, 5, 29, 0), -0.0381, 0.1926),
        ((10, 0, 20, 0), -0.1611, 0.2775),
        ((10, 0, 10, 0), -0.2775, 0.2775),
        ((10, 10, 10, 0), 0.6075, 1.0),
    ],
)
def test_one_look_in_one_stratum_is_newcombes_method_10(counts: Stratum, low: float, high: float) -> None:
    """Table II of his paper, Statistics in Medicine 17 (1998) 873-890."""
    found = fixed_day_interval([counts])
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_the_factor_is_smallest_near_where_it_is_best_and_never_under_three() -> None:
    factors = {times: anytime_factor(200 * times, 200) for times in (1 / 100, 1 / 4, 1, 4, 100)}
    assert ALPHA == 0.03
    assert round(factors[1], 2) == 3.22
    assert all(factors[1] < factor for times, factor in factors.items() if times != 1)
    assert max(factors[1 / 4], factors[4]) < 3.5
    assert factors[1 / 100] > 5 > factors[100] > 3.5


def test_the_factor_is_that_of_the_paper_at_five_in_a_hundred() -> None:
    """Written out: rho² = (-2 ln a + ln(1 - 2 ln a)) / t*, then sqrt((t rho² + 1) / (t rho²) · ln((t rho² + 1) / a²))."""
    rho2 = (-2 * math.log(0.05) + math.log(-2 * math.log(0.05) + 1)) / 300
    t = 1234 * rho2
    assert math.isclose(anytime_factor(1234, 300, 0.05), math.sqrt((t + 1) / t * math.log((t + 1) / 0.05**2)))


@pytest.mark.parametrize("n", [20, 300, 5_000])
def test_after_the_first_few_who_buy_the_lower_end_is_not_over_what_is_exact(n: int) -> None:
    """Poisson's exact limit at the tail of 3.12, in people: 0.0009 after one, 0.043 after two, 0.19 after three."""
    for bought, exact in ((1, 0.0009), (2, 0.0430), (3, 0.1950)):
        under, _ = distances(bought / n, n, 3.12)
        assert (bought / n - under) * n <= exact < wilson(bought / n, n, 3.12)[0] * n + 0.01


@given(st.integers(1, 10_000), st.data())
def test_a_shares_distances_are_mirrored_when_buying_is_called_not_buying(n: int, data: st.DataObject) -> None:
    bought = data.draw(st.integers(0, n))
    under, over = distances(bought / n, n, 3.2)
    mirrored = distances((n - bought) / n, n, 3.2)
    assert math.isclose(under, mirrored[1], abs_tol=1e-9)
    assert math.isclose(over, mirrored[0], abs_tol=1e-9)
    for low, high in (wilson(bought / n, n, 3.2), arcsine(bought / n, n, 3.2)):
        assert under >= bought / n - low - 1e-12
        assert over >= high - bought / n - 1e-12


@given(ANY_STRATA, st.floats(allow_nan=False))
@example([], 0.0)
@example([(0, 0, 0, 0)], -1.0)
@example([(10**9, 0, 1, 1)], math.inf)
@example([(5, 1, 5, 1)], math.nan)
def test_it_answers_to_anything(strata: list[Stratum], expected_people: float) -> None:
    found = lift_interval(strata, expected_people)
    assert -1 <= found.low <= found.high <= 1
    assert found.likely is None or found.low <= found.likely <= found.high
    assert found.sure is (found.low > 0 or found.high < 0)


@pytest.mark.parametrize("strata", [[], [(0, 0, 0, 0)], [(10, 2, 0, 0)], [(0, 0, 5, 1)], [(3, 4, 5, 1)], [(3, 1, 5, -1)]])
def test_nothing_to_compare_is_known_as_such(strata: list[Stratum]) -> None:
    assert lift_interval(strata, YEAR) == fixed_day_interval(strata) == UNKNOWN
    assert (UNKNOWN.likely, UNKNOWN.low, UNKNOWN.high, UNKNOWN.sure) == (None, -1.0, 1.0, False)


@given(STRATA, st.permutations(range(6)))
def test_the_order_of_strata_does_not_matter(strata: list[Stratum], order: list[int]) -> None:
    shuffled = [strata[k] for k in order if k < len(strata)]
    one, other = lift_interval(strata, YEAR), lift_interval(shuffled, YEAR)
    assert one.likely == other.likely
    assert math.isclose(one.low, other.low, abs_tol=1e-12)
    assert math.isclose(one.high, other.high, abs_tol=1e-12)


@given(STRATA)
def test_who_cannot_be_compared_changes_nothing(strata: list[Stratum]) -> None:
    assert lift_interval([*strata, (50, 3, 0, 0), (0, 0, 9, 1), (2, 3, 2, 0)], YEAR) == lift_interval(strata, YEAR)


@given(stratum())
def test_groups_that_change_places_change_the_sign(counts: Stratum) -> None:
    one, other = lift_interval([counts], YEAR), lift_interval([(*counts[2:], *counts[:2])], YEAR)
    assert one.likely is not None
    assert other.likely is not None
    assert math.isclose(one.likely, -other.likely, abs_tol=1e-12)
    assert math.isclose(one.low, -other.high, abs_tol=1e-12)
    assert math.isclose(one.high, -other.low, abs_tol=1e-12)


@given(STRATA)
def test_counting_those_who_did_not_buy_changes_the_sign(strata: list[Stratum]) -> None:
    one = lift_interval(strata, YEAR)
    other = lift_interval([(a, a - b, c, c - d) for a, b, c, d in strata], YEAR)
    assert math.isclose(one.low, -other.high, abs_tol=1e-9)
    assert math.isclose(one.high, -other.low, abs_tol=1e-9)


@given(STRATA, st.integers(2, 20))
def test_more_people_of_the_same_never_make_it_wider(strata: list[Stratum], times: int) -> None:
    one = lift_interval(strata, YEAR)
    more = lift_interval([(times * a, times * b, times * c, times * d) for a, b, c, d in strata], YEAR)
    assert more.likely == pytest.approx(one.likely)
    assert one.low - 1e-9 <= more.low <= more.high <= one.high + 1e-9
    assert more.high - more.low <= one.high - one.low + 1e-9


@given(stratum(500), st.integers(2, 8))
def test_dividing_alike_people_into_strata_never_makes_it_narrower(counts: Stratum, parts: int) -> None:
    divided = lift_interval([counts] * parts, YEAR)
    a, b, c, d = counts
    merged = lift_interval([(parts * a, parts * b, parts * c, parts * d)], YEAR)
    assert merged.likely == pytest.approx(divided.likely)
    assert divided.low <= merged.low + 1e-9
    assert merged.high <= divided.high + 1e-9


@given(stratum(500), st.integers(2, 60))
def test_dividing_alike_people_into_strata_leaves_the_information(counts: Stratum, parts: int) -> None:
    a, b, c, d = counts
    assert information([counts] * parts) == pytest.approx(information([(parts * a, parts * b, parts * c, parts * d)]))


@given(STRATA)
def test_it_is_never_narrower_than_that_of_one_look(strata: list[Stratum]) -> None:
    every, one = lift_interval(strata, YEAR), fixed_day_interval(strata)
    assert every.likely == one.likely
    assert every.low <= one.low <= one.high <= every.high


@pytest.mark.parametrize("misjudged", [1 / 3, 3.0])
@pytest.mark.parametrize("times", [0.5, 1, 2, 4])
def test_people_misjudged_threefold_cost_an_eighth_of_the_width_at_most(times: float, misjudged: float) -> None:
    """From a quarter of a year to two years."""
    right = anytime_factor(best_at(YEAR) * times, best_at(YEAR))
    assert anytime_factor(best_at(YEAR) * times, best_at(YEAR * misjudged)) < 1.125 * right


def test_strata_are_weighted_by_their_treated_people() -> None:
    """300 treated gained 10 points, 100 lost 2: 7 on average, whatever the controls' number."""
    found = lift_interval([(300, 60, 1000, 100), (100, 8, 10, 1)], YEAR)
    assert found.likely == pytest.approx(0.75 * 0.1 + 0.25 * -0.02)
    assert (found.treated, found.control) == (400, 1010)


def test_a_base_that_moves_with_the_holdout_is_no_lift() -> None:
    """8 % buy while 5 % are held, 4 % while 20 % are; of all people together, the treated seem 0.9 points better."""
    strata = [(95_000, 7_600, 5_000, 400), (80_000, 3_200, 20_000, 800)]
    a, b, c, d = (sum(column) for column in zip(*strata, strict=True))
    assert lift_interval([(a, b, c, d)], 200_000).sure
    assert lift_interval(strata, 200_000).likely == 0


def test_strata_of_one_held_person_each_are_as_uncertain_as_all_of_them_together() -> None:
    """By themselves nearly all of them would have nobody who bought, and be sure that it cannot be fewer."""
    divided = lift_interval([(9, 0, 1, 0)] * 95 + [(9, 0, 1, 1)] * 5, YEAR)
    merged = lift_interval([(900, 0, 100, 5)], YEAR)
    assert divided.likely == pytest.approx(merged.likely)
    assert divided.high >= merged.high - 1e-9


def test_a_few_held_in_the_stratum_where_many_buy_count_by_what_they_weigh() -> None:
    """A share of all the held, 1.4 %, would be far too sure: half of the weight is on 20 people of whom one in five bought."""
    found = lift_interval([(1000, 10, 1000, 10), (1000, 200, 20, 4)], YEAR)
    under, over = distances(0.2, 20, 3.2)
    assert found.likely is not None
    assert found.likely - found.low >= over / 2
    assert found.high - found.likely >= under / 2


def test_the_interval_is_narrowest_at_half_a_year_of_the_people_expected() -> None:
    assert best_at(12_000) == 600
    assert [best_at(few) for few in (-1.0, 0.0, 999.0, math.nan)] == [50] * 4
    assert best_at(1_001) > 50
    assert best_at(math.inf) == 1e9


def test_many_strata_of_one_held_person_each_beside_larger_ones_count_by_what_they_weigh() -> None:
    """Half of the weight is on 50 held of whom one in five bought: a standard deviation of 0.5 x sqrt(0.2 x 0.8 / 50) = 0.028."""
    few = [(100, 20, 1, 0)] * 40 + [(100, 20, 1, 1)] * 10
    found = lift_interval([(100, 1, 100, 1)] * 50 + few, YEAR)
    assert found.likely is not None
    assert found.high - found.likely > 2.5 * 0.028
    assert found.likely - found.low > 2.5 * 0.028
