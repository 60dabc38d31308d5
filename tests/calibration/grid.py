"""Everything that is lived through, in order, each with its share of the lives asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

from tests.calibration.crowd import CrowdShop
from tests.calibration.hard import hard_worlds
from tests.calibration.judge import Found, judge, judge_fixed_day, judge_money, judge_split
from tests.calibration.takings import money_shops
from tests.calibration.worlds import Shop, constant

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


def _lives(shop: Shop, lives: int) -> list[Found]:
    # A stratum every day takes a hundred times as long to look at.
    return [judge(shop, max(1, lives // 20) if shop.name.startswith("a stratum every") else lives)]


def _one(shop: Shop, lives: int) -> list[Found]:
    return [judge_fixed_day(shop, lives)]


def _sizes(shop: Shop, held: float, lost: float, lives: int) -> list[Found]:
    return [judge_split(shop, held, lives, lost)]


def _grid() -> list[Task]:
    cells = product((300, 1000, 5000), (0.01, 0.05, 0.1), (0.0, 0.03, 0.05), (0.05, 0.2, 0.5))
    return [Task("grid", partial(_lives, constant(*cell))) for cell in cells]


def _hard() -> list[Task]:
    return [Task("hard", partial(_lives, world)) for world in hard_worlds()]


def _crowds() -> list[Task]:
    crowds = [
        CrowdShop(300, 0.05, 0.03, 0.2),
        CrowdShop(300, 0.05, 0.0, 0.5, icc=0.3),
        CrowdShop(300, 0.05, 0.03, 0.2, kept_arm=True),
        CrowdShop(300, 0.05, 0.0, 0.5, icc=0.3, kept_arm=True),
        CrowdShop(300, 0.05, 0.03, 0.2, carts=4, by_cart=True, kept_arm=True),
        CrowdShop(300, 0.05, 0.0, 0.5, icc=0.3, carts=4, by_cart=True, kept_arm=True),
    ]
    return [Task("crowd", partial(_lives, crowd)) for crowd in crowds]


def _money() -> list[Task]:
    return [Task("money", partial(judge_money, shop)) for shop in money_shops()]


def _split() -> list[Task]:
    shops = product((300, 1000), (0.1, 0.5), (0.0, 0.1, 1 / 3))
    return [Task("split", partial(_sizes, constant(a_month, 0.05, 0, held), held, lost)) for a_month, held, lost in shops]


def _one_look() -> list[Task]:
    return [Task("one look", partial(_one, constant(a_month, 0.05, 0.0, 0.1))) for a_month in (300, 1000, 5000)]
