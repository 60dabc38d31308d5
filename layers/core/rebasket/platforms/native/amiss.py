"""What may be kept of an event that was refused or lost something: where, and what was wrong; nothing that was sent."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pydantic import BaseModel

from rebasket.domain.carts.amiss import MAX_FIELDS, Amiss
from rebasket.http.results import event_id
from rebasket.platforms.native import wire, wire_parts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from rebasket.domain.errors import FieldError

UNKNOWN = "unknown"
"""The type of an event that has none of ours."""


def amiss(data: object, shop: str, at: datetime, wrong: Iterable[FieldError], *, refused: bool) -> Amiss:
    """Of an event as it was sent. Names of fields that are none of ours are left out: somebody's address may be one."""
    sent = data if isinstance(data, dict) else {}
    kind = sent.get("type")
    return Amiss(
        shop=shop,
        cart=_cart(sent),
        type=kind if isinstance(kind, str) and kind in wire.TYPES else UNKNOWN,
        event=event_id(data),
        at=at,
        refused=refused,
        fields=tuple((_known(error.pointer), error.detail) for error in wrong)[:MAX_FIELDS],
    )


def _cart(sent: dict[str, object]) -> str:
    """As `translate` names it, as far as it can be read; empty where it cannot."""
    cart = event_id({"id": str(sent["cart"]) if type(sent.get("cart")) is int else sent.get("cart")})
    if cart:
        return cart
    order = sent.get("order")
    named = event_id(order) if isinstance(order, dict) else None
    return f"order:{named}" if named else ""


def _known(pointer: str) -> str:
    parts = pointer.split("/")[1:]
    known = next((n for n, part in enumerate(parts) if not part.isdecimal() and part not in _names()), len(parts))
    return "".join(f"/{part}" for part in parts[:known])


@cache
def _names() -> frozenset[str]:
    models = [found for module in (wire, wire_parts) for found in vars(module).values()]
    return frozenset(
        name for model in models if isinstance(model, type) and issubclass(model, BaseModel) for name in model.model_fields
    )
