"""Events as shops really tell them: what is read another way, what is left out, and what alone is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from rebasket.domain.carts import events as ev
from rebasket.domain.errors import Invalid
from rebasket.domain.money import Money
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.consent import Consent
from rebasket.http.strict_json import read
from rebasket.platforms.native.lenient import Taken, take
from tests.unit.platforms.native.samples import NOW, SHOP, Path, changed, parsed, sample

EMAIL = Address(Channel.EMAIL, "jane@example.com")
UKRAINIAN = replace(SHOP, phone_country="UA")


def told(event: object) -> Taken:
    return take(read(json.dumps(event).encode()), SHOP, NOW)


def refused(event: object) -> list[str]:
    with pytest.raises(Invalid) as found:
        told(event)
    return [error.pointer for error in found.value.errors]


def pointers(taken: Taken) -> list[str]:
    return [warning.pointer for warning in taken.warnings]


def test_what_is_fine_is_taken_as_it_is() -> None:
    for kind in ("cart.updated", "order.placed", "contact.left", "reminder.sent_elsewhere"):
        assert told(sample(kind)) == Taken(parsed(sample(kind)))


@pytest.mark.parametrize(
    ("path", "value", "field", "kept"),
    [
        (("locale",), "en_US.UTF-8", "locale", "en_US"),
        (("locale",), "sr_RS@latin", "locale", "sr_RS"),
        (("locale",), "de_DE_formal", "locale", "de_DE_formal"),
        (("currency",), "eur", "currency", "EUR"),
        (("currency",), " EUR", "currency", "EUR"),
        (("shipping",), "500", "shipping", 500),
        (("tax_included",), "false", "tax_included", False),
        (("tax_included",), 1, "tax_included", True),
        (("device",), "mobile\n", "device", "mobile"),
        (("device",), "", "device", None),
        (("total",), None, "total", None),
        (("restore_url",), "//shop.example/cart 1", "restore_url", "https://shop.example/cart%201"),
    ],
)
def test_a_cart_s_field_with_another_spelling_is_read_and_nothing_is_told(
    path: Path, value: object, field: str, kept: object
) -> None:
    taken = told(changed(sample("cart.updated"), path, value))
    assert isinstance(taken.event, ev.CartUpdated)
    assert getattr(taken.event.details, field) == kept
    assert taken.warnings == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("locale",), "default"),
        (("restore_url",), "https://shop.example/" + "x" * 3_000),
        (("restore_url",), "https://evil.example/"),
        (("restore_url",), "https://shop.example/\r\nlocation:x"),
        (("shipping",), 4.9),
        (("shipping",), "4.90"),
        (("total",), -1),
        (("currency",), "EURO"),
        (("sequence",), "x"),
        (("by",), "robot"),
        (("contact",), 17),
        (("contact", "phone"), "050 123 45 67"),
        (("contact", "phone"), "+18005551234"),
        (("contact", "email"), "till@shop.local"),
        (("contact", "time_zone"), "Kiew"),
        (("contact", "earlier_orders"), -3),
        (("contact", "consent"), "yes"),
        (("contact", "consent", "sms", "at"), "yesterday"),
        (("contact", "consent", "sms", "granted"), "maybe"),
        (("contact", "shoe_size"), 43),
        (("replaces", 0), ""),
        (("lines", 0, "image_url"), "no_selection"),
        (("lines", 0, "options", 1), [1]),
        (("lines", 0, "stock"), "plenty"),
        (("lines", 0, "line_total"), -1),
        (("lines", 0, "days_in_stock"), {}),
    ],
)
def test_what_is_optional_and_cannot_be_read_is_left_out_where_it_stands(path: Path, value: object) -> None:
    good = parsed(sample("cart.updated"))
    taken = told(changed(sample("cart.updated"), path, value))
    assert isinstance(taken.event, ev.CartUpdated)
    assert isinstance(good, ev.CartUpdated)
    assert [(line.sku, line.quantity) for line in taken.event.lines] == [(line.sku, line.quantity) for line in good.lines]
    assert not taken.event.incomplete
    where = "".join(f"/{part}" for part in path)
    assert (value in ("", {}) and pointers(taken) == []) or pointers(taken)[0] == where
    assert set(pointers(taken)) <= {where, "/contact/consent/email", "/contact/consent/sms"}, "a consent goes with its address"


def lines(*sent: dict[str, Any]) -> Taken:
    usual = {"sku": "kettle", "title": "Kettle", "quantity": 1, "unit_price": 4990}
    return told({**sample("cart.updated"), "lines": [usual, *({**usual, "sku": "cup", "title": "Cup", **line} for line in sent)]})


@pytest.mark.parametrize(
    ("sent", "quantity"),
    [(1.5, Decimal("1.5")), ("1.50", Decimal("1.5")), ("2.0", 2), (3.0, 3), ("0.001", Decimal("0.001")), ("1,5", Decimal("1.5")),
     (10_000, 9_999), (1.23456, Decimal("1.235")), ("9e9", 9_999), ("7 ", 7)],
)  # fmt: skip
def test_quantities_are_whole_or_decimal_and_cut_above_the_bound(sent: object, quantity: object) -> None:
    taken = lines({"quantity": sent})
    assert isinstance(taken.event, ev.CartUpdated)
    assert taken.event.lines[1].quantity == quantity
    assert type(taken.event.lines[1].quantity) is type(quantity)
    assert bool(taken.warnings) == (sent in (10_000, 1.23456, "9e9"))


@pytest.mark.parametrize("sent", [0, "0", 0.0, "0.00", "0.0001"])
def test_a_line_without_pieces_is_not_there(sent: object) -> None:
    taken = lines({"quantity": sent}, {"sku": "tray"})
    assert isinstance(taken.event, ev.CartUpdated)
    assert [line.sku for line in taken.event.lines] == ["kettle", "tray"]
    assert (taken.event.incomplete, taken.warnings) == (sent == "0.0001", ()) or sent == "0.0001"


@pytest.mark.parametrize(
    ("line", "pointer"),
    [
        ({"unit_price": -499}, "/lines/1/unit_price"),
        ({"unit_price": 49.9}, "/lines/1/unit_price"),
        ({"unit_price": None}, "/lines/1/unit_price"),
        ({"quantity": -1}, "/lines/1/quantity"),
        ({"quantity": "many"}, "/lines/1/quantity"),
        ({"sku": None, "title": ""}, "/lines/1/title"),
    ],
)
def test_a_line_that_cannot_be_kept_is_left_out_and_the_cart_incomplete(line: dict[str, Any], pointer: str) -> None:
    taken = lines(line, {"sku": "tray", "image_url": "no"})
    assert isinstance(taken.event, ev.CartUpdated)
    assert [line.sku for line in taken.event.lines] == ["kettle", "tray"]
    assert taken.event.incomplete
    assert {pointer, "/lines/2/image_url"} <= set(pointers(taken)), "pointers are those of what was sent"


def test_sku_and_title_stand_for_each_other() -> None:
    taken = lines({"sku": ""}, {"title": "", "sku": 17})
    assert isinstance(taken.event, ev.CartUpdated)
    assert [(line.sku, line.title) for line in taken.event.lines[1:]] == [("Cup", "Cup"), ("17", "17")]
    assert pointers(taken) == ["/lines/1/sku", "/lines/2/title"]


def test_of_more_lines_than_a_cart_has_the_first_are_kept_and_of_none_that_can_be_the_old_cart() -> None:
    line = {"sku": "s", "title": "S", "quantity": 1, "unit_price": 1}
    taken = told({**sample("cart.updated"), "lines": [{**line, "sku": f"s{n}"} for n in range(250)]})
    assert isinstance(taken.event, ev.CartUpdated)
    assert [line.sku for line in taken.event.lines] == [f"s{n}" for n in range(200)]
    assert (taken.event.incomplete, pointers(taken)) == (True, ["/lines"])
    assert refused({**sample("cart.updated"), "lines": [{"sku": "s"}]}) == [
        "/lines/0/title",
        "/lines/0/quantity",
        "/lines/0/unit_price",
    ]
    started = told({**sample("checkout.started"), "lines": [{"sku": "s"}]}).event
    assert isinstance(started, ev.CheckoutStarted)
    assert started.lines is None


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("Kettle\t1.7 l", "Kettle 1.7 l"),
        ("Kettle 1.7 l\n", "Kettle 1.7 l"),
        ("Salt &amp; Pepper mill 16&quot;", 'Salt & Pepper mill 16"'),
        ("&amp;amp;", "&amp;"),
        ("Fish&notes; & chips &copy", "Fish&notes; & chips &copy"),
        ("<b>Kettle</b><br/>1.7&nbsp;l", "Kettle 1.7 l"),
        ("<script>alert(1)</script> cup", "cup"),
        ("I <3 tea, <5 cm", "I <3 tea, <5 cm"),
        ("<b>", "<b>"),
        ("&#1;&#10;Cup&#x41;", "CupA"),
        ("x" * 501, "x" * 500),
        (1984, "1984"),
    ],
)
def test_titles_are_text(title: object, kept: str) -> None:
    taken = told(changed(sample("cart.updated"), ("lines", 0, "title"), title))
    assert isinstance(taken.event, ev.CartUpdated)
    assert taken.event.lines[0].title == kept


@pytest.mark.parametrize(
    ("sent", "told_of"),
    [
        (" jane@example.com\n", []),
        ("Jane Doe <jane@example.com>", []),
        ("mailto:jane@example.com", []),
        ("jane@example.com, bob@example.com", ["/contact/email"]),
        ("jane@example.com;jane@example.org", ["/contact/email"]),
    ],
)
def test_an_address_is_found_in_what_was_typed(sent: str, told_of: list[str]) -> None:
    taken = told({**sample("order.placed"), "contact": {"email": sent}})
    assert [said.address for said in taken.event.person.statements] == [EMAIL]
    assert pointers(taken) == told_of


@pytest.mark.parametrize(
    "sent", ["jane@example.co m", "jane@", "jane at example.com", "<jane@example.com", "@a.example, @b.example"]
)
def test_an_address_is_never_guessed(sent: str) -> None:
    taken = told({**sample("order.placed"), "contact": {"email": sent}})
    assert (taken.event.person.statements, pointers(taken)) == ((), ["/contact/email"])


@pytest.mark.parametrize(
    "sent", ["050 123 45 67", "(050) 123-45-67", "050/1234567", "380501234567", "+380 50 123 45 67", 380501234567]
)
def test_national_numbers_are_read_by_the_shops_country(sent: object) -> None:
    event = {**sample("order.placed"), "contact": {"phone": sent}}
    taken = take(event, UKRAINIAN, NOW)
    assert [said.address.value for said in taken.event.person.statements] == ["+380501234567"]
    assert taken.warnings == ()
    if not str(sent).startswith("+"):
        assert pointers(told(event)) == ["/contact/phone"]


@pytest.mark.parametrize(
    ("at", "kept", "warned"),
    [
        ("2026-11-02T13:00:00Z", NOW, True),
        ("2026-11-02 11:00:00+00:00", NOW - timedelta(hours=1), False),
        (1793617200, datetime(2026, 11, 2, 11, tzinfo=UTC), False),
        (1793617200123, datetime(2026, 11, 2, 11, 0, 0, 123000, tzinfo=UTC), False),
        ("2026-11-02T11:00:00", NOW, True),
        ("0000-00-00", NOW, True),
        (None, NOW, True),
    ],
)
def test_a_time_that_cannot_be_read_is_now(at: object, kept: datetime, warned: bool) -> None:  # noqa: FBT001  # a parameter
    taken = told({**sample("order.placed"), "at": at})
    assert (taken.event.at, pointers(taken)) == (kept, ["/at"] if warned else [])


@pytest.mark.parametrize("total", [-500, "x", None, [], 10**15])
def test_an_order_of_unknown_total_is_an_order(total: object) -> None:
    taken = told(changed(sample("order.placed"), ("order", "total"), total))
    assert isinstance(taken.event, ev.OrderPlaced)
    assert (taken.event.order, taken.event.total, pointers(taken)) == ("o-1", None, ["/order/total"])


def test_an_order_is_known_by_what_there_is() -> None:
    for order, named in (({"id": 1001, "total": 1, "currency": "EUR"}, "1001"), ("o-7", "o-7"), (7, "7")):
        event = told({**sample("order.placed"), "order": order}).event
        assert isinstance(event, ev.OrderPlaced)
        assert event.order == named
    nameless = {**sample("order.placed"), "order": {"total": 1, "currency": "EUR"}}
    first, again, other = told(nameless).event, told(nameless).event, told({**nameless, "id": "e-2"}).event
    assert isinstance(first, ev.OrderPlaced)
    assert isinstance(other, ev.OrderPlaced)
    assert first == again
    assert first.order != other.order
    assert refused({**sample("order.cancelled"), "order": {}}) == ["/order/id"]


def test_what_was_paid_back_is_a_refund_also_below_zero_but_not_without_an_amount() -> None:
    event = told(changed(sample("order.refunded"), ("order", "amount"), -480)).event
    assert isinstance(event, ev.OrderRefunded)
    assert event.amount == Money(480, "EUR")
    retired = told(changed(sample("order.refunded"), ("order", "currency"), "BGN"))
    assert isinstance(retired.event, ev.OrderRefunded)
    assert (retired.event.amount.currency, retired.warnings) == ("BGN", ())
    assert refused(changed(sample("order.refunded"), ("order", "amount"), "some")) == ["/order/amount"]


def test_an_event_without_an_id_is_the_same_one_each_time() -> None:
    givens: tuple[object, ...] = (None, "", [], "x" * 129, "a\u200bb")
    for given in givens:
        event = {**sample("cart.deleted"), "id": given}
        assert told(event).event.id == told(event).event.id
        assert told(event).event.id != told({**event, "cart": "c-2"}).event.id
    assert told({**sample("cart.deleted"), "id": 7}).event.id == "7"


@pytest.mark.parametrize(
    "broken", [{"type": "no such"}, {"type": "cart.updated", "cart": None}, {"type": "order.refunded", "order": 1}]
)
def test_a_no_is_heard_in_an_event_that_means_nothing_else(broken: dict[str, Any]) -> None:
    contact = {"email": EMAIL.value, "phone": "050", "consent": {"email": {"granted": "false"}, "sms": {"granted": True}}}
    taken = told({"id": "e-1", "at": "2026-11-02T11:00:00Z", "contact": contact, **broken})
    said = Consent(granted=False, source="not said", at=NOW - timedelta(hours=1))
    assert taken.event == ev.ContactIdentified(
        id="e-1",
        shop="acme",
        cart="",
        at=NOW - timedelta(hours=1),
        person=ev.Person(statements=(ev.AddressStatement(address=EMAIL, consent=said),)),
    )
    assert taken.warnings
    yes = {**contact, "consent": {"email": {"granted": True, "source": "x", "at": "2026-11-02T11:00:00Z"}}}
    assert refused({"id": "e-1", "contact": yes, **broken})


@pytest.mark.parametrize(
    ("kind", "path"),
    [("cart.updated", ("cart",)), ("cart.updated", ("lines",)), ("cart.item_added", ("line", "unit_price")),
     ("cart.deleted", ("type",)),
     ("order.refunded", ("order",)), ("reminder.sent_elsewhere", ("channel",)),
     ("contact.identified", ("contact",))],
)  # fmt: skip
def test_what_means_nothing_is_refused_and_named(kind: str, path: Path) -> None:
    named = "".join(f"/{part}" for part in path)
    nothings: tuple[object, ...] = (..., None, {}, "\u200b")
    for nothing in nothings:
        found = refused(changed(changed(sample(kind), ("contact", "consent"), ...), path, nothing))
        assert any(pointer.startswith(named) for pointer in found)


def test_warnings_are_few_enough_for_an_answer_and_repeat_nothing() -> None:
    taken = told({**sample("cart.deleted"), **{f"field{n}": "qzxjqzxj" for n in range(50)}})
    assert len(taken.warnings) == 20
    assert "qzxj" not in str(taken.warnings)
