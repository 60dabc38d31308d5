"""The touch as message tags, and back: what lets a provider's event find the touch that it is about.

Names and values may hold only A–Z a–z 0–9 _ - and 256 characters (SES API v2, `MessageTag`), so the cart id is base64url.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from rebasket.domain.people.contact import TouchId

if TYPE_CHECKING:
    from collections.abc import Mapping

SHOP, DAY, CART, GENERATION, STEP, CONTACT = (
    f"rebasket-{name}" for name in ("shop", "day", "cart", "generation", "step", "contact")
)


def tags_of(shop: str, day: str, touch: TouchId, contact: str) -> dict[str, str]:
    """The tags of one touch."""
    cart = base64.urlsafe_b64encode(touch.cart.encode()).decode().rstrip("=")
    return {SHOP: shop, DAY: day, CART: cart, GENERATION: str(touch.generation), STEP: str(touch.step), CONTACT: contact}


def touch_in(tags: Mapping[str, str]) -> tuple[str, str, TouchId, str] | None:
    """(shop, day, touch, contact hash) from tags; None when they are not ours or not whole."""
    try:
        encoded = tags[CART]
        cart = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
        touch = TouchId(cart, int(tags[GENERATION]), int(tags[STEP]))
        return tags[SHOP], tags[DAY], touch, tags[CONTACT]
    except (KeyError, ValueError, binascii.Error):
        return None
