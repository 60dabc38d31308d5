"""Everything that is lived through, in order, each with its share of the lives asked for."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from tests.calibration.crowd import CrowdShop
from tests.calibration.hard import hard_worlds
from tests.calibration.judge import Found, judge, judge_fixed_day, judge_money, judge_split
from tests.calibration.takings import money_shops
from tests.calibration.worlds import constant

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Task:
    """A table, and what gives some of its rows."""

    table: str
    run: Callable[[int], list[Found]]


def tasks() -> list[Task]:
    """The same list in every process."""
    return [*_grid(), *_hard(), *_crowds(), *_money(), *_split(), *_one_look()]


def _grid() -> list[Task]:
    cells = product((300, 1000, 5000), (0.01, 0.05, 0.1), (0.0, 0.03, 0.05), (0.05, 0.2, 0.5))
    worlds = [constant(*cell) for cell in cells]
    return [Task("grid", lambda lives, world=world: [judge(world, lives)]) for world in worlds]


def _hard() -> list[Task]:
    # A stratum every day takes a hundred times as long to look at.
    return [
        Task(
            "hard", lambda lives, world=world: [judge(world, lives // 20 if world.name.startswith("a stratum every") else lives)]
        )
        for world in hard_worlds()
    ]


def _crowds() -> list[Task]:
    crowds = [
        CrowdShop(300, 0.05, 0.03, 0.2),
        CrowdShop(300, 0.05, 0.0, 0.5, icc=0.3),
        CrowdShop(300, 0.05, 0.03, 0.2, kept_arm=True),
        CrowdShop(300, 0.05, 0.0, 0.5, icc=0.3, kept_arm=True),
        CrowdShop(300, 0.05, 0.03, 0.2, carts=4, by_cart=True, kept_arm=True),
        CrowdShop(300, 0.05, 0.0, 0.5, icc=0.3, carts=4, by_cart=True, kept_arm=True),
    ]
    return [Task("crowd", lambda lives, crowd=crowd: [judge(crowd, lives)]) for crowd in crowds]


def _money() -> list[Task]:
    return [Task("money", lambda lives, shop=shop: judge_money(shop, lives)) for shop in money_shops()]


def _split() -> list[Task]:
    sizes = product((300, 1000), (0.1, 0.5), (0.0, 0.1, 1 / 3))
    return [
        Task(
            "split",
            lambda lives, a_month=a_month, held=held, lost=lost: [
                judge_split(constant(a_month, 0.05, 0, held), held, lives, lost)
            ],
        )
        for a_month, held, lost in sizes
    ]


def _one_look() -> list[Task]:
    worlds = [constant(a_month, 0.05, 0.0, 0.1) for a_month in (300, 1000, 5000)]
    return [Task("one look", lambda lives, world=world: [judge_fixed_day(world, lives)]) for world in worlds]
