"""The lives that a cart may lead, and what a shop reports of it on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rebasket.domain.shops.policy import Policy, Shop

if TYPE_CHECKING:
    from collections.abc import Mapping

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
POSTED = 8
"""Events that a shop reports of one cart."""
KNOWN_AFTER = 5
"""Events after which the shop knows the shopper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a life goes."""

    email: bool = True
    sms: bool = False
    held: bool = False
    clicks: bool = False
    buys: bool = False
    at_once: bool = False


COURSES = {
    "bought": Course(buys=True, at_once=True),
    "unreachable": Course(email=False),
    "held": Course(held=True),
    "mailed": Course(),
    "texted": Course(email=False, sms=True),
    "recovered": Course(clicks=True, buys=True),
}
"""The lives by name: bought at once; left, by somebody unknown; left by one of the control group; two e-mails in vain; two text
messages in vain; two e-mails, a click, an order.
"""


def a_shop(*, held: bool) -> Shop:
    """A shop with the usual policy; everybody is held back, or nobody."""
    return Shop(
        id="control" if held else "lantern",
        name="Lantern & Linen",
        url="https://lantern.shop",
        hosts=("lantern.shop",),
        postal_address="1 Harbour Street, Odesa",
        sender_name="Lantern & Linen",
        locale="en-US",
        activated_at=START,
        policy=replace(Policy(), holdout=1000 if held else 0),
    )


def a_contact(name: str, course: Course) -> dict[str, Any]:
    """How the shop knows the shopper; not at all, maybe."""
    agreed = {"granted": True, "source": "checkout", "at": f"{START:%Y-%m-%dT%H:%M:%SZ}"}
    if course.email:
        return {"contact": {"email": f"{name}@example.com", "name": "Anna", "consent": {"email": agreed}}}
    if course.sms:
        return {"contact": {"phone": "+12025550123", "name": "Anna", "consent": {"sms": agreed}}}
    return {}


def filled(cart: str, number: int, at: datetime, contact: Mapping[str, Any]) -> dict[str, Any]:
    """The cart as it grows, up to five lines."""
    lines = [
        {
            "sku": f"LL-{line:04}",
            "title": f"Linen table runner, natural, {line + 1}40 cm",
            "quantity": 1,
            "unit_price": 2490 + 100 * line,
            "image_url": f"https://lantern.shop/pictures/LL-{line:04}.jpg",
            "product_url": f"https://lantern.shop/products/LL-{line:04}",
        }
        for line in range(min(number + 1, 5))
    ]
    restore = f"https://lantern.shop/cart/{cart}"
    said = {"cart": cart, "currency": "USD", "locale": "en-US", "restore_url": restore, "lines": lines, **contact}
    return {"id": f"{cart}-{number}", "type": "cart.updated", "at": f"{at:%Y-%m-%dT%H:%M:%SZ}", **said}


def ordered(cart: str, at: datetime, contact: Mapping[str, Any]) -> dict[str, Any]:
    """The cart is bought."""
    order = {"id": f"order-{cart}", "total": 12450, "currency": "USD"}
    return {
        "id": f"{cart}-order",
        "type": "order.placed",
        "at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "cart": cart,
        "order": order,
        **contact,
    }
