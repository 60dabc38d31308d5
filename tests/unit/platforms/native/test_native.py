"""The wire format: full events become domain events; each wrong field is named, and what is sent is not repeated."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rebasket.domain.carts import events as ev
from rebasket.domain.money import Money
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.consent import Consent
from rebasket.platforms.native.wire import TYPES
from tests.unit.platforms.native.samples import NOW, Path, changed, leaves, parsed, pointer, read_all, sample, wrong

CONSENT = Consent(granted=True, source="checkout box", at=datetime(2026, 11, 2, 10, tzinfo=UTC))
PERSON = ev.Person(
    statements=(
        ev.AddressStatement(address=Address(Channel.EMAIL, "jane@example.com"), consent=CONSENT),
        ev.AddressStatement(address=Address(Channel.SMS, "+380441234567"), consent=CONSENT),
    ),
    name="Jane Doe",
    customer_id="cust-77",
    earlier_orders=3,
    time_zone="Europe/Kyiv",
)
ENVELOPE: dict[str, Any] = {
    "id": "e-1",
    "shop": "acme",
    "cart": "c-1",
    "at": datetime(2026, 11, 2, 11, tzinfo=UTC),
    "person": PERSON,
}
LINE = ev.Line(
    sku="kettle-1",
    title="Чайник",
    quantity=2,
    unit_price=1990,
    image_url="https://cdn.example/kettle.jpg",
    product_url="https://shop.example/чайник?цвет=1#x",
    categories=("kitchen", "tea"),
    unit_margin=-5,
    stock=ev.Stock.LOW,
    days_in_stock=40,
)
DETAILS = ev.Details(
    currency="EUR", restore_url="https://www.shop.example/cart/1?key=2", locale="uk-UA", device="mobile", shipping=500, tax=0
)
EXPECTED: dict[str, ev.Event] = {
    "cart.updated": ev.CartUpdated(**ENVELOPE, lines=(LINE,), details=DETAILS),
    "cart.item_added": ev.ItemAdded(**ENVELOPE, line=LINE, details=DETAILS),
    "cart.item_removed": ev.ItemRemoved(**ENVELOPE, sku="kettle-1", quantity=1),
    "cart.deleted": ev.CartDeleted(**ENVELOPE),
    "checkout.started": ev.CheckoutStarted(**ENVELOPE, stage=ev.Stage.PAYMENT, lines=(LINE,), details=DETAILS),
    "contact.identified": ev.ContactIdentified(**ENVELOPE),
    "order.placed": ev.OrderPlaced(**ENVELOPE, order="o-1", total=Money(4480, "EUR")),
    "order.refunded": ev.OrderRefunded(**ENVELOPE, order="o-1", amount=Money(480, "EUR")),
    "order.cancelled": ev.OrderCancelled(**ENVELOPE, order="o-1"),
}
REQUIRED = {
    "cart.updated": {"cart", "lines", "lines/0/sku", "lines/0/title", "lines/0/quantity", "lines/0/unit_price", "currency"},
    "cart.item_added": {"cart", "line", "line/sku", "line/title", "line/quantity", "line/unit_price", "currency"},
    "cart.item_removed": {"cart", "sku"},
    "cart.deleted": {"cart"},
    "checkout.started": {"cart", "lines/0/sku", "lines/0/title", "lines/0/quantity", "lines/0/unit_price", "currency"},
    "contact.identified": {"contact"},
    "order.placed": {"order", "order/id", "order/total", "order/currency"},
    "order.refunded": {"order", "order/id", "order/amount", "order/currency"},
    "order.cancelled": {"order", "order/id"},
}
OF_CONSENT = {f"contact/consent/{channel}/{name}" for channel in ("email", "sms") for name in ("granted", "source", "at")}
kinds = pytest.mark.parametrize("kind", TYPES)


@kinds
def test_a_full_event_becomes_the_domains(kind: str) -> None:
    assert parsed(sample(kind)) == EXPECTED[kind]
    assert read_all(json.dumps([sample(kind)]).encode()) == [EXPECTED[kind]]


def members(value: object, path: Path = ()) -> list[Path]:
    """Paths of all members of objects, those that hold others included."""
    found: list[Path] = []
    if isinstance(value, dict):
        found += [(*path, name) for name in value]
    if isinstance(value, dict | list):
        for name, member in value.items() if isinstance(value, dict) else enumerate(value):
            found += members(member, (*path, name))
    return found


@kinds
def test_what_may_be_left_out_may_be_null_and_the_rest_is_asked_for(kind: str) -> None:
    required = {f"/{path}" for path in {"id", "at", "type"} | REQUIRED[kind] | OF_CONSENT}
    required |= {"/contact/email", "/contact/phone"}  # by the consent for them
    for path in members(sample(kind)):
        for nothing in (..., None):
            found = wrong(changed(sample(kind), path, nothing))
            if pointer(path) in required:
                assert len(found) == 1, (path, found)
                (where, detail) = found.popitem()
                assert where == pointer(path) or where.startswith("/contact/consent")
                assert nothing is None or "is required" in detail or "needs the" in detail or path == ("type",)
            else:
                assert found == {}, path


@kinds
def test_a_value_of_another_type_is_named(kind: str) -> None:
    for path, good in leaves(sample(kind)):
        for bad in (17, 1.5, "17", True, [], {}, [17], {"a": 1}):
            number, text, truth = (isinstance(good, t) for t in (int, str, bool))
            if (truth and bad is True) or (number and not truth and bad == 17 and bad is not True):
                continue
            if text and isinstance(bad, str):
                continue
            found = wrong(changed(sample(kind), path, bad))
            assert list(found) == [pointer(path)], (path, bad, found)


@kinds
def test_an_unknown_field_is_named_wherever_it_is(kind: str) -> None:
    objects = [path[:-1] for path in members(sample(kind))]
    for path in set(objects):
        found = wrong(changed(sample(kind), (*path, "shoe_size"), 43))
        assert found == {pointer((*path, "shoe_size")): "no such field"}


@pytest.mark.parametrize(
    ("kind", "path", "value", "detail"),
    [
        ("cart.updated", ("lines", 0, "price"), 1, "unit_price"),
        ("cart.updated", ("Currency",), "EUR", "currency"),
        ("cart.updated", ("line",), {}, "lines"),
        ("cart.updated", ("contact", "mail"), "x", "email"),
        ("cart.updated", ("contact", "consent", "sms", "grant"), True, "granted"),
        ("order.placed", ("order", "totals"), 1, "total"),
        ("cart.updated", ("type",), "cart.update", "cart.updated"),
        ("cart.updated", ("type",), "CheckoutStarted", "checkout.started"),
    ],
)
def test_a_near_miss_gets_a_hint(kind: str, path: Path, value: object, detail: str) -> None:
    assert f"did you mean {detail}?" in wrong(changed(sample(kind), path, value))[pointer(path)].replace("`", "")


def test_an_order_has_no_lines() -> None:
    assert wrong({**sample("order.placed"), "lines": []}) == {"/lines": "no such field"}


def test_a_name_that_is_nobodys_field_is_not_repeated() -> None:
    assert wrong({**sample("cart.deleted"), "x" * 65: 1}) == {"": "has a field of a name that no event has"}
    assert wrong(changed(sample("cart.deleted"), ("contact", "\u202e"), 1)) == {
        "/contact": "has a field of a name that no event has"
    }


def test_a_type_that_is_none_is_told_the_types() -> None:
    for kind in ("", 7, None, ["cart.updated"], "no such", ...):
        (where, detail) = wrong(changed(sample("cart.deleted"), ("type",), kind)).popitem()
        assert where == "/type"
        assert all(known in detail for known in TYPES)
    for event in (None, 7, "cart.deleted", [], [sample("cart.deleted")]):
        assert wrong(event) == {"": "must be an object"}


def test_only_so_many_errors_are_told() -> None:
    assert len(wrong({**sample("cart.updated"), "lines": [{}] * 200})) == 20


def test_consent_needs_its_address_in_the_same_event() -> None:
    for address, channel in (("email", "email"), ("phone", "sms")):
        (where, detail) = wrong(changed(sample("cart.deleted"), ("contact", address), ...)).popitem()
        assert where == f"/contact/consent/{channel}"
        assert f"`{address}`" in detail


def test_consent_without_a_cart_is_about_no_cart() -> None:
    alone = changed(sample("contact.identified"), ("cart",), ...)
    assert parsed(alone).cart == ""
    assert wrong(changed(alone, ("contact", "consent"), ...)) == {"/cart": "is required, unless `contact` has a `consent`"}
    assert wrong(changed(alone, ("contact", "consent"), {"sms": None})) == {
        "/cart": "is required, unless `contact` has a `consent`"
    }


@pytest.mark.parametrize("nothing", [{}, {"email": None}, {"consent": None}])
def test_an_identification_says_something(nothing: dict[str, None]) -> None:
    assert wrong({**sample("contact.identified"), "contact": nothing}) == {"/contact": "says nothing of the shopper"}


def test_prices_need_a_currency_and_an_empty_cart_none() -> None:
    for kind in ("cart.updated", "cart.item_added", "checkout.started"):
        found = wrong(changed(sample(kind), ("currency",), ...))
        assert found == {"/currency": "is required where there are prices"}
    for kind in ("cart.updated", "checkout.started"):
        assert wrong({**changed(sample(kind), ("currency",), ...), "lines": []}) == {}


def test_what_is_not_said_is_none() -> None:
    bare = {"id": "e", "type": "checkout.started", "at": "2026-11-02T11:00:00Z", "cart": "c"}
    assert parsed(bare) == ev.CheckoutStarted(id="e", shop="acme", cart="c", at=NOW - timedelta(hours=1))


def test_addresses_print_masked() -> None:
    assert "jane@example.com" not in repr(parsed(sample("cart.deleted")))


def test_errors_never_repeat_what_was_sent() -> None:
    """Sixteen letters that no message of ours holds, in every field that takes text."""
    secret = "qzxjqzxjqzxjqzxj"
    for kind in TYPES:
        for path, good in leaves(sample(kind)):
            if isinstance(good, str):
                for value in (
                    secret,
                    secret * 200,
                    f"{secret}\n",
                    f"{secret}@{secret}",
                    f"https://{secret}/",
                    [secret],
                    {secret: secret},
                ):
                    assert secret not in "".join(wrong(changed(sample(kind), path, value)).values())
