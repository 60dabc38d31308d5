"""A shopper who did nothing is not reminded anew of what the shop did, nor of what lies in the cart no longer."""

from __future__ import annotations

from tests.samples import ANNA, ONE_EMAIL, START, Reports, a_shop, after, person
from tests.world import World


def test_a_cart_repeated_unchanged_by_the_shops_job_is_no_activity_of_the_shopper() -> None:
    """A shopper who was reminded and did nothing since expects no fresh reminder because the shop synchronised its prices."""
    world, shop = World(a_shop()), Reports()
    world.report_at(shop.updated("c1", START, who=person(ANNA)))
    for hours in (2, 4, 6):
        world.report_at(shop.updated("c1", after(hours=hours)))
    world.advance(after(hours=9))
    assert len(world.messages) == 1


def test_of_two_updates_in_the_same_second_the_later_told_is_the_cart() -> None:
    """A shopper who emptied the cart at once expects no reminder of what is no longer in it."""
    world, shop = World(a_shop(steps=ONE_EMAIL)), Reports()
    world.record(shop.updated("c1", START, who=person(ANNA)))
    world.record(shop.updated("c1", START, empty=True))
    world.advance(after(hours=2))
    assert not world.messages
