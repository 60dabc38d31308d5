"""What a shopper expects who has several carts, comes back, or is known by more than one address."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar, cast

import pytest

from rebasket.domain.errors import Invalid
from rebasket.memory import MemoryCarts
from tests.doubles import address_hash
from tests.people import stored_contact
from tests.samples import ANNA, SHOP, START, Reports, a_shop, after, person
from tests.world import World

if TYPE_CHECKING:
    from rebasket.domain.carts.cart import Cart

Port = TypeVar("Port")

GAP = timedelta(hours=12)
"""Of the usual policy."""


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
