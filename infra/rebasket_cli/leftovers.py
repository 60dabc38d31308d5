"""What is stored of a shop, whether or not it can be read: `rebasket shop create` makes anew what can not, and keeps the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rebasket.aws import keys
from rebasket.aws.attributes import from_millis
from rebasket.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rebasket.domain.shops.policy import Shop
    from rebasket.wiring import App

UNREADABLE = (Invalid, KeyError, TypeError, ValueError, AttributeError)
"""What comes of an item in which something is missing or not of its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remains:
    """Of a shop that cannot be read.

    `why` says what is wrong; `activated_at` is kept where it can be read, or every cart under way would be older than its shop;
    `version` is the policy's that the shop shall have: its own where nobody can read that, for carts follow it; else a free one.
    """

    why: str
    activated_at: datetime | None
    version: int


def stored(app: App, shop_id: str) -> Shop | Remains | None:
    """The shop, or what remains of it; None when there never was one."""
    item = app.table.get(keys.shop(shop_id))
    try:
        shop = app.shops.get(shop_id)
    except UNREADABLE as error:
        why = _said(error)
    else:
        if shop is not None:
            return shop
        if item is None and shop_id not in app.shops.all():
            return None
        why = "listed, but without settings" if item is None else f"without its policy {item.get('policy')}"
    return Remains(why=why, activated_at=_activated(item or {}), version=_version(app, shop_id, (item or {}).get("policy")))


def _said(error: Exception) -> str:
    if isinstance(error, Invalid):
        details = "; ".join(f"{one.pointer.lstrip('/')}: {one.detail}" for one in error.errors)
        return f"{error.detail} ({details})"
    return f"what is stored of it cannot be read ({type(error).__name__}: {error})"


def _activated(item: Mapping[str, Any]) -> datetime | None:
    try:
        return from_millis(item["activated"])
    except UNREADABLE:
        return None


def _version(app: App, shop_id: str, named: object) -> int:
    if isinstance(named, int) and named > 0 and not _followed(app, shop_id, named):
        return named
    version = 1
    while app.table.get(keys.policy(shop_id, version)) is not None:
        version += 1
    return version


def _followed(app: App, shop_id: str, version: int) -> bool:
    """Whether a policy is there and can be read."""
    try:
        return app.shops.policy(shop_id, version) is not None
    except UNREADABLE:
        return False


def clear(app: App, shop_id: str, version: int) -> None:
    """Make way for a version that is there and that nobody can read. Of those that can be read none ever changes."""
    if not _followed(app, shop_id, version):
        app.table.delete([keys.policy(shop_id, version)])
