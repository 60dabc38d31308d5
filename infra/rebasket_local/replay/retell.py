"""Rows of a log as the events that the shop's backend would have posted.

user → contact, at an address that reaches nobody; session → cart; a cart row puts one piece in, a removal takes one out; **each
purchase row is one order**: in these logs the purchases of a session lie minutes apart. Lines that are the same to the last
character are the same event told twice, and keep its id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rebasket_local.traffic.people import stamp

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket_local.replay.rees46 import Row
    from rebasket_local.traffic.basket import Event

LOCALE: Final = "en-US"


def event_of(row: Row, *, currency: str, host: str, consented_at: datetime) -> Event:
    """The event of one row. The log knows nothing of consent; for the replay everybody gave it, then."""
    event: Event = {
        "id": row.mark,
        "at": stamp(row.at),
        "cart": row.session,
        "contact": {
            "email": f"user-{row.user}@example.com",
            "customer_id": row.user,
            "consent": {"email": {"granted": True, "source": "replay", "at": stamp(consented_at)}},
        },
    }
    match row.kind:
        case "cart":
            details = {"currency": currency, "locale": LOCALE, "restore_url": f"https://{host}/cart/{row.session}"}
            return event | {"type": "cart.item_added", "line": _line(row), **details}
        case "remove_from_cart":
            return event | {"type": "cart.item_removed", "sku": row.product, "quantity": 1}
        case _:
            order = {"id": row.mark, "total": row.price, "currency": currency}
            return event | {"type": "order.placed", "order": order}


def _line(row: Row) -> dict[str, object]:
    categories = [part.replace("_", " ") for part in row.category.split(".") if part]
    words = [row.brand.title(), categories[-1] if categories else ""]
    title = " ".join(word for word in words if word) or f"Product {row.product}"
    line: dict[str, object] = {"sku": row.product, "title": title, "quantity": 1, "unit_price": row.price}
    return line | {"categories": categories} if categories else line
