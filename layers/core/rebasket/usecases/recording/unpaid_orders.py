"""What is told of an unpaid order later (paid, failed, called off) may name the order alone: it goes to the order's cart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rebasket.domain.carts.events import OrderCancelled, OrderPaid, PaymentFailed

if TYPE_CHECKING:
    from rebasket.domain.carts.cart import Cart
    from rebasket.domain.carts.events import Event
    from rebasket.ports import Episodes


def of_its_cart(event: Event, episodes: Episodes) -> Event:
    """The event as one of the order's cart, where it names none of its own and the order's is known."""
    if not isinstance(event, OrderPaid | PaymentFailed | OrderCancelled) or event.cart != f"order:{event.order}":
        return event
    cart = episodes.cart_of(event.shop, event.order)
    return event if cart is None else replace(event, cart=cart)


def file_unpaid(old: Cart, new: Cart, episodes: Episodes) -> None:
    """Note the cart of every order that has just become known and is not paid. Repeating it changes nothing."""
    for name, order in sorted(new.facts.orders.items()):
        if order.learnt_at is not None and name not in old.facts.orders:
            for known_by in {name, order.number} - {None}:
                episodes.file_order(new.shop, known_by or name, new.id)
