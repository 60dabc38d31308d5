"""What a shopper expects who has several carts, comes back, or is known by more than one address."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar, cast

import pytest

from rebasket.domain.errors import Invalid
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.shops.policy import Step
from rebasket.memory import MemoryCarts
from tests.doubles import address_hash
from tests.samples import ANNA, SHOP, START, Reports, a_line, a_shop, after, person
from tests.world import World

if TYPE_CHECKING:
    from rebasket.domain.carts.cart import Cart

Port = TypeVar("Port")

GAP = timedelta(hours=12)
"""Of the usual policy."""


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="Who looks at the cart again after each reminder is reminded every hour or so."
)
def test_reminders_to_one_shopper_keep_the_gap_when_they_come_back_in_between() -> None:
    """A shopper who returns to the same cart expects half a day of peace after each message."""
    world, shop = World(a_shop()), Reports()
    for more, minutes in enumerate((0, 65, 130, 195, 260), 1):
        world.report_at(shop.updated("c1", after(minutes=minutes), a_line(quantity=more), who=person(ANNA)))
    world.advance(after(hours=8))
    times = [message.at for message in world.messages]
    assert times
    assert all(later - earlier >= GAP for earlier, later in pairwise(times))


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="Who left three carts gets three reminders in the same minute.")
def test_reminders_to_one_shopper_keep_the_gap_over_several_carts() -> None:
    """A shopper who left three carts expects one message now, not three."""
    world, shop = World(a_shop()), Reports()
    for cart in ("c1", "c2", "c3"):
        world.record(shop.updated(cart, START, who=person(ANNA)))
    world.advance(after(hours=2))
    assert len(world.messages) == 1


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="The same person is reminded of one cart and held back for the next, by address."
)
def test_a_person_is_in_one_comparison_group_on_every_cart() -> None:
    """Finance expects that somebody held back for comparison is held back whichever of their known addresses a cart names."""
    steps = (Step(delay=timedelta(0), channels=(Channel.EMAIL, Channel.SMS)),)
    world, shop = World(a_shop(steps=steps, holdout=500, sms_per_prefix=1_000)), Reports()
    people = range(40)
    phones = [Address(Channel.SMS, f"+38050{number:07}") for number in people]
    for number in people:
        mail = Address(Channel.EMAIL, f"p{number}@example.org")
        world.record(shop.updated(f"first{number}", START, who=person(mail, phones[number])))
    world.leap(after(days=9))
    for number in people:
        world.record(shop.updated(f"second{number}", after(days=9), who=person(phones[number])))
    world.leap(after(days=10))
    changed = [number for number in people if world.touches(f"first{number}")[1] != world.touches(f"second{number}")[1]]
    assert changed == []


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
    known = world.contacts.get(SHOP, address_hash(SHOP, ANNA))
    assert known is None or known.consent is None
