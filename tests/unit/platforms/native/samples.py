"""One event of each type that says everything it can, as a shop would send it."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from rebasket.domain.errors import Invalid
from rebasket.domain.shops.policy import Policy, Shop
from rebasket.http.strict_json import read
from rebasket.platforms.native.batch import split
from rebasket.platforms.native.translate import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket.domain.carts.events import Event

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
SHOP = Shop(
    id="acme",
    name="Acme",
    url="https://shop.example",
    hosts=("shop.example", "acme.example"),
    postal_address="1 Road, Town",
    sender_name="Acme",
    locale="en",
    activated_at=NOW - timedelta(days=30),
    policy=Policy(),
)

Path = tuple[str | int, ...]


def _consent() -> dict[str, Any]:
    return {"granted": True, "source": "checkout box", "at": "2026-11-02T10:00:00Z"}


def _contact() -> dict[str, Any]:
    return {
        "email": "jane@example.com",
        "phone": "+380441234567",
        "name": "Jane Doe",
        "customer_id": "cust-77",
        "anonymous_id": "browser-5",
        "earlier_orders": 3,
        "time_zone": "Europe/Kyiv",
        "consent": {"email": _consent(), "sms": _consent()},
    }


def _line() -> dict[str, Any]:
    return {
        "sku": "kettle-1",
        "title": "Чайник",
        "quantity": 2,
        "unit_price": 1990,
        "image_url": "https://cdn.example/kettle.jpg",
        "product_url": "https://shop.example/чайник?цвет=1#x",
        "categories": ["kitchen", "tea"],
        "unit_margin": -5,
        "stock": "low",
        "days_in_stock": 40,
        "line_id": "l-1",
        "options": ["Colour: blue", "Engraving: ANNA"],
        "unit": "pc",
        "line_total": 3900,
    }


def _details() -> dict[str, Any]:
    return {
        "currency": "EUR",
        "restore_url": "https://www.shop.example/cart/1?key=2",
        "locale": "uk-UA",
        "device": "mobile",
        "shipping": 500,
        "tax": 0,
        "total": 4480,
        "discount": 80,
        "tax_included": True,
    }


def _order() -> dict[str, Any]:
    return {
        "id": "o-1",
        "total": 4480,
        "currency": "EUR",
        "payment": "pending",
        "origin": "phone",
        "number": "#1001",
        "revised_at": "2026-11-02T11:30:00Z",
        "pay_url": "https://pay.example/o-1",
        "pay_by": "2026-11-09T11:00:00Z",
        "discounts": [{"code": "TEA10", "amount": 80}],
    }


def sample(kind: str) -> dict[str, Any]:
    """A fresh full event of a type."""
    own: dict[str, dict[str, Any]] = {
        "cart.updated": {"lines": [_line()], "replaces": ["c-0"], **_details()},
        "cart.item_added": {"line": _line(), **_details()},
        "cart.item_removed": {"sku": "kettle-1", "line_id": "l-1", "quantity": 1},
        "cart.deleted": {},
        "checkout.started": {"stage": "payment", "lines": [_line()], **_details()},
        "contact.identified": {},
        "contact.left": {},
        "order.placed": {"order": _order()},
        "order.paid": {"order": {"id": "o-1"}},
        "payment.failed": {"order": {"id": "o-1", "reason": "card declined"}},
        "order.refunded": {"order": {"id": "o-1", "amount": 480, "currency": "EUR"}},
        "order.cancelled": {"order": {"id": "o-1"}},
        "reminder.sent_elsewhere": {"channel": "email"},
    }
    said = {"by": "shop", "sequence": 7, "contact": _contact()}
    return {"id": "e-1", "type": kind, "at": "2026-11-02T11:00:00Z", "cart": "c-1", **said, **own[kind]}


def parsed(event: object) -> Event:
    """The event after the whole way in, for the sample shop."""
    return parse(event, SHOP, NOW)


def wrong(event: object) -> dict[str, str]:
    """What is wrong with an event: detail by pointer."""
    try:
        parse(event, SHOP, NOW)
    except Invalid as refused:
        return {error.pointer: error.detail for error in refused.errors}
    return {}


def read_all(body: bytes) -> list[Event]:
    """The events of a body, all of which must be fine."""
    return [parse(event, SHOP, NOW) for _, event in split(read(body))]


def changed(event: dict[str, Any], path: Path, value: object) -> dict[str, Any]:
    """A copy with one member set; removed where the value is `...`."""
    made: dict[str, Any] = _changed(event, path, value)
    return made


def _changed(holder: Any, path: Path, value: object) -> Any:  # noqa: ANN401  # objects and arrays in turn
    made = copy.copy(holder)
    if len(path) > 1:
        made[path[0]] = _changed(holder[path[0]], path[1:], value)
    elif value is ...:
        del made[path[0]]
    else:
        made[path[0]] = value
    return made


def leaves(value: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Every member that holds no others, with its path."""
    if isinstance(value, dict | list):
        for name, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(member, (*path, name))
    else:
        yield path, value


def pointer(path: Path) -> str:
    """As a JSON pointer."""
    return "".join(f"/{part}" for part in path)
