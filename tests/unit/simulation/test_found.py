"""What the simulation found, as the shortest story that shows it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rebasket.domain.errors import Forbidden
from tests.samples import ANNA, ONE_EMAIL, SHOP, Reports, a_shop, after, person
from tests.world import World


def bought_on_the_laptop(world: World, shop: Reports) -> None:
    """A reminder of one cart brings an order of another, of the same person."""
    world.report_at(shop.updated("c1", after(hours=0), who=person(ANNA)))
    world.advance(timedelta(hours=1))
    world.report_at(shop.ordered("laptop", after(hours=9), minor=700, who=person(ANNA)))
    assert world.episode("c1").order is not None


def test_money_paid_back_is_taken_off_though_nothing_points_to_the_episode_any_more() -> None:
    world, shop = World(a_shop(steps=ONE_EMAIL)), Reports()
    bought_on_the_laptop(world, shop)
    world.report_at(shop.updated("c2", after(days=61), who=person(ANNA)))
    world.advance(timedelta(hours=1))  # the reminder of c2 makes the contact forget that of c1
    assert {touch.cart for touch in world.contact(ANNA).sends} == {"c2"}
    world.report_at(shop.refunded("laptop", after(days=62), minor=300))
    assert world.episode("c1").refunded == 300


def test_money_paid_back_while_the_shop_is_not_set_up_is_not_acknowledged() -> None:
    world, shop = World(a_shop(steps=ONE_EMAIL)), Reports()
    bought_on_the_laptop(world, shop)
    refund = shop.refunded("laptop", after(days=1), minor=300)
    known = world.shops.items.pop(SHOP)
    with pytest.raises(Forbidden):
        world.record(refund)
    world.shops.items[SHOP] = known
    world.record(refund)
    assert world.episode("c1").refunded == 300
