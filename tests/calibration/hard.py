"""Worlds that try to break the interval: what changes, what is rare, what is unequal, what was guessed wrong, and who comes
again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.calibration.worlds import MONTH, QUARTER, Day, World, constant

if TYPE_CHECKING:
    from collections.abc import Callable


def _world(name: str, a_month: float, day: Callable[[int, bool], Day], misjudged: float = 1.0) -> World:
    return World(name, day, a_month, misjudged)


def _season(number: int, *values: float) -> float:
    return values[number // QUARTER % len(values)]


def comes_and_goes(a_month: float, held: float, *effects: float, by_season: bool, every: int = QUARTER) -> World:
    """An effect that changes every so many days, in one stratum or in one a season."""

    def day(number: int, _: bool, /) -> Day:  # noqa: FBT001  # a world's day has that signature
        effect = effects[number // every % len(effects)]
        return Day(a_month / MONTH, 0.05, effect, held, number // QUARTER if by_season else 0)

    shown = "/".join(f"{effect * 100:+g}" for effect in effects)
    where = "a stratum a season" if by_season else "one stratum"
    return _world(f"effect {shown} every {every} days, {where}; {a_month:g} a month, {held:.0%} held", a_month, day)


def base_and_holdout(a_month: float, bases: tuple[float, ...], shares: tuple[float, ...], effect: float) -> World:
    """Base and holdout change by the quarter, a stratum for each share."""

    def day(number: int, _: bool, /) -> Day:  # noqa: FBT001  # a world's day has that signature
        held = _season(number, *shares)
        return Day(a_month / MONTH, _season(number, *bases), effect, held, round(held * 1000))

    shown = "/".join(f"{base:.0%}" for base in bases), "/".join(f"{share:.0%}" for share in shares)
    return _world(f"base {shown[0]}, {shown[1]} held by quarter, {effect * 100:+g}; {a_month:g} a month", a_month, day)


def until_told(a_month: float, base: float, effect: float, *, by_season: bool) -> World:
    """Half held until the lift is told, then a tenth."""

    def day(number: int, told: bool, /) -> Day:  # noqa: FBT001  # a world's day has that signature
        stratum = (number // QUARTER if by_season else 0) * 2 + told
        return Day(a_month / MONTH, base, effect, 0.1 if told else 0.5, stratum)

    where = ", a stratum a season" if by_season else ""
    return _world(f"50 % held until told, then 10 %{where}; {a_month:g} a month, {base:.0%} buy, {effect * 100:+g}", a_month, day)


def small_strata(a_month: float, days_each: int, held: float) -> World:
    """A stratum every few days: some have a handful of people, some nobody in control; base and effect differ between them."""

    def day(number: int, _: bool, /) -> Day:  # noqa: FBT001  # a world's day has that signature
        stratum = number // days_each
        return Day(a_month / MONTH, (0.02, 0.1)[stratum % 2], (0.05, 0.0)[stratum % 2], held, stratum)

    return _world(
        f"a stratum every {days_each} day(s), 2 % or 10 % buy, +5 or 0; {a_month:g} a month, {held:.0%} held", a_month, day
    )


def misjudged(a_month: float, held: float, factor: float) -> World:
    """Expected people over the true ones."""
    world = constant(a_month, 0.05, 0.03, held)
    return World(f"{world.name}, expected {factor:.2g} times as many", world.day, a_month, factor)


def hard_worlds() -> list[World]:
    """All of them, small strata last: they take long."""
    return [
        *(constant(50, base, effect, held) for base in (0.01, 0.1) for effect in (0, 0.05) for held in (0.05, 0.5)),
        *(constant(a_month, 0.002, 0.002, held) for a_month in (300, 5000) for held in (0.02, 0.5, 0.95)),
        *(constant(a_month, 0.3, 0.05, held) for a_month in (300, 5000) for held in (0.05, 0.5)),
        constant(5000, 0.02, 0.0, 0.02),
        constant(1000, 0.1, -0.02, 0.1),
        *(
            comes_and_goes(a_month, held, 0.0, 0.06, by_season=by_season)
            for a_month in (300, 5000)
            for held in (0.05, 0.5)
            for by_season in (False, True)
        ),
        comes_and_goes(1000, 0.2, 0.05, 0.0, 0.0, 0.0, by_season=True),
        comes_and_goes(1000, 0.2, -0.03, 0.06, by_season=False, every=10),
        *(
            base_and_holdout(a_month, bases, shares, effect)
            for a_month in (300, 5000)
            for bases, shares, effect in (
                ((0.08, 0.04), (0.05, 0.2), 0.0),
                ((0.01, 0.1), (0.5, 0.05), 0.03),
                ((0.1, 0.01), (0.5, 0.05), 0.0),
                ((0.03, 0.08, 0.05), (0.5, 0.1, 0.05), 0.03),
            )
        ),
        *(until_told(a_month, 0.05, effect, by_season=True) for a_month in (300, 5000) for effect in (0.0, 0.03)),
        until_told(1000, 0.01, 0.03, by_season=False),
        *(misjudged(a_month, held, factor) for a_month in (300, 5000) for held in (0.05, 0.5) for factor in (1 / 3, 3)),
        small_strata(300, 7, 0.1),
        small_strata(5000, 7, 0.05),
        small_strata(300, 1, 0.2),
    ]
