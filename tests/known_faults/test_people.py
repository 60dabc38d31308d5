"""What a shopper expects who has several carts, comes back, or is known by more than one address."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar, cast

import pytest

from rebasket.domain.errors import Invalid
from rebasket.memory import MemoryCarts
from tests.doubles import address_hash
from tests.people import stored_contact
from tests.samples import ANNA, ONE_EMAIL, SHOP, START, Reports, a_shop, after, person
from tests.world import World

if TYPE_CHECKING:
    from rebasket.domain.carts.cart import Cart

Port = TypeVar("Port")

GAP = timedelta(hours=12)
"""Of the usual policy."""


def test_a_cart_repeated_unchanged_by_the_shops_job_is_no_activity_of_the_shopper() -> None:
    """A shopper who was reminded and did nothing since expects no fresh reminder because the shop synchronised its prices."""
    world, shop = World(a_shop()), Reports()
    world.report_at(shop.updated("c1", START, who=person(ANNA)))
    for hours in (2, 4, 6):
        world.report_at(shop.updated("c1", after(hours=hours)))
    world.advance(after(hours=9))
    assert len(world.messages) == 1


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="A cart emptied within the second in which it was filled is still reminded of."
)
def test_of_two_updates_in_the_same_second_the_later_told_is_the_cart() -> None:
    """A shopper who emptied the cart at once expects no reminder of what is no longer in it."""
    world, shop = World(a_shop(steps=ONE_EMAIL)), Reports()
    world.record(shop.updated("c1", START, who=person(ANNA)))
    world.record(shop.updated("c1", START, empty=True))
    world.advance(after(hours=2))
    assert not world.messages


class FullCarts(MemoryCarts):
    """Takes no change of a cart: it has reached its largest size."""

    def put(self, cart: Cart) -> bool:
        if cart.version > 1:
            message = "the cart holds too much"
            raise Invalid(message)
        return super().put(cart)


def full(port: Port, /) -> Port:
    """Full carts, where a world's carts are."""
    return cast("Port", FullCarts(port.items)) if isinstance(port, MemoryCarts) else port


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="The shop is told that an event was rejected, yet the consent in it was stored."
)
def test_an_event_answered_as_rejected_leaves_nothing_behind() -> None:
    """A shop expects that an event it was told was rejected gave nobody's consent."""
    world, shop = World(a_shop(), wrap=full), Reports()
    world.record(shop.updated("c1", START))
    with pytest.raises(Invalid):
        world.record(shop.identified("c1", after(minutes=1), person(ANNA)))
    known = stored_contact(world.contacts, SHOP, address_hash(SHOP, ANNA))
    assert known is None or known.consent is None
