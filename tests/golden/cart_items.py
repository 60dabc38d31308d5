"""Carts as stored: every phase and reason, every fact, and what earlier versions left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from rebasket.domain.carts.cart import Cart, Closed, Declared, Phase
from rebasket.domain.carts.events import (
    AddressStatement,
    CartDeleted,
    CartUpdated,
    CheckoutStarted,
    Details,
    ItemAdded,
    ItemRemoved,
    Line,
    OrderCancelled,
    OrderPlaced,
    OrderRefunded,
    Person,
    Stage,
    Stock,
)
from rebasket.domain.carts.facts import CartFacts
from rebasket.domain.carts.lines import Delta, Snapshot
from rebasket.domain.money import Money
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.consent import Consent
from tests.golden.tables import NOW, Example

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rebasket.domain.carts.events import Event
    from tests.golden.tables import Tables

MINUTE = timedelta(minutes=1)
ANNA = Address(Channel.EMAIL, "anna@example.org")
ANNA_PHONE = Address(Channel.SMS, "+380441234567")

LINES = (
    Line(
        sku="sencha-100",
        title="Сенча, 100 г",
        quantity=2,
        unit_price=1990,
        image_url="https://tea.example/media/products/sencha-100.jpg",
        product_url="https://tea.example/green-tea/sencha-100",
    ),
    Line(sku="kettle", title="Iron kettle", quantity=1, unit_price=6450, product_url="https://tea.example/kettles/iron"),
    Line(sku="cup-blue", title="Cup, blue", quantity=4, unit_price=890, image_url="https://tea.example/media/cup-blue.jpg"),
)
EVERY_LINE = tuple(
    Line(
        sku=f"s{number}",
        title=f"Tea {number}",
        quantity=number,
        unit_price=100 * number,
        image_url="https://tea.example/i.jpg",
        product_url="https://tea.example/p",
        categories=("green", "loose"),
        unit_margin=-5,
        stock=stock,
        days_in_stock=12,
    )
    for number, stock in enumerate(Stock, 1)
)


def said(number: int, who: Person | None = None) -> dict[str, Any]:
    """The envelope of the shop's event of that number, a minute after the one before it."""
    return {"id": f"e{number}", "shop": "tea", "cart": "c1", "at": NOW + number * MINUTE, "person": who or Person()}


def facts(*events: Event) -> CartFacts:
    """What these events say."""
    found = CartFacts.nothing()
    for event in events:
        found = found.join(event)
    return found


def cart(phase: Phase, *events: Event, **more: Any) -> Cart:  # noqa: ANN401  # whatever a cart has
    """A cart of that phase, of which these events were told."""
    usual: dict[str, Any] = {"version": 1, "generation": 1, "seen_at": NOW + MINUTE, "facts": facts(*events)}
    return Cart(shop="tea", id="c1", phase=phase, **{**usual, **more})


YES = Consent(granted=True, source="checkout", at=NOW - timedelta(days=1))
WHO = Person(statements=(AddressStatement(address=ANNA, consent=YES),), name="Anna", customer_id="u-7", time_zone="Europe/Kyiv")
UPDATED = CartUpdated(
    **said(1, WHO), lines=LINES, details=Details(currency="EUR", restore_url="https://tea.example/cart/c1", locale="uk-UA")
)
SMALL = CartUpdated(**said(1), lines=(Line(sku="s", title="T", quantity=1, unit_price=100),), details=Details(currency="EUR"))
EVERYTHING = (
    CartUpdated(
        **said(
            1,
            Person(
                statements=(
                    AddressStatement(address=ANNA, consent=YES),
                    AddressStatement(address=ANNA_PHONE, consent=replace(YES, granted=False)),
                    AddressStatement(address=Address(Channel.EMAIL, "other@example.org")),
                ),
                name="Anna",
                customer_id="u-7",
                earlier_orders=3,
                time_zone="Europe/Kyiv",
            ),
        ),
        lines=EVERY_LINE,
        details=Details(
            currency="EUR", restore_url="https://tea.example/cart/c1", locale="uk-UA", device="phone", shipping=500, tax=70
        ),
    ),
    ItemAdded(**said(2), line=Line(sku="more", title="More", quantity=1, unit_price=5), details=Details(currency="USD")),
    ItemAdded(**said(3), line=EVERY_LINE[0]),
    ItemRemoved(**said(4), sku="s2", quantity=1),
    ItemRemoved(**said(5), sku="s3"),
    CheckoutStarted(**said(6), stage=Stage.PAYMENT),
    CartDeleted(**said(7)),
    OrderPlaced(**said(8), order="o#1", total=Money(1990, "EUR")),
    OrderRefunded(**said(9), order="o#1", amount=Money(90, "EUR")),
    OrderRefunded(**said(10), order="o#1", amount=Money(10, "USD")),
    OrderCancelled(**said(11), order="o#1"),
    OrderCancelled(**said(12), order="o2"),
    OrderRefunded(**said(13), order="o3", amount=Money(1, "JPY")),
)
DECLARED = (
    Declared(generation=1, day="2026-03-02", at=NOW, due=NOW - MINUTE, value=1990),
    Declared(generation=2, day="2026-03-03", at=NOW + timedelta(days=1), due=NOW, value=None),
)

CARTS = {
    "a usual one, active": cart(Phase.ACTIVE, UPDATED),
    "new: only a refund was told": cart(Phase.NEW, OrderRefunded(**said(1), order="o1", amount=Money(90, "EUR")), generation=0),
    "abandoned, with two episodes": cart(Phase.ABANDONED, SMALL, version=7, generation=2, episodes=DECLARED),
    "bought": cart(Phase.BOUGHT, SMALL, OrderPlaced(**said(2), order="o1", total=Money(100, "EUR")), version=2),
    **{f"closed: {why.value}": cart(Phase.CLOSED, SMALL, why=why, version=2) for why in Closed},
    "erased: no facts but the time": cart(
        Phase.CLOSED, why=Closed.ERASED, facts=replace(CartFacts.nothing(), active_at=NOW), generation=3
    ),
    "every fact": cart(Phase.BOUGHT, *EVERYTHING, version=13),
    "nothing said yet": Cart.blank("tea", "c1"),
}


def _write(cart: Cart, tables: Tables) -> None:
    # The table takes versions one by one; what was there before is of no interest here.
    key = {"pk": {"S": f"cart#tea#{cart.id}"}, "sk": {"S": "cart"}}
    before = {**key, "version": {"N": str(cart.version - 1)}}
    if cart.version > 1:
        tables.client.put_item(TableName=tables.carts.table.name, Item=before)
    assert tables.carts.put(cart)


def _stages() -> Iterable[Cart]:
    for stage in Stage:
        yield replace(cart(Phase.ACTIVE, CheckoutStarted(**said(1), stage=stage)), id=f"c{stage.name.lower()}")


def _write_stages(tables: Tables) -> None:
    for each in STAGES:
        _write(each, tables)


def _example(name: str, cart: Cart) -> Example:
    cart = replace(cart, version=max(cart.version, 1))
    return Example(name, partial(_write, cart), lambda tables: tables.carts.get("tea", "c1"), cart)


STAGES = list(_stages())

EXAMPLES = [
    *(_example(name, each) for name, each in CARTS.items()),
    Example(
        "every stage of a checkout",
        _write_stages,
        lambda tables: sorted(tables.carts.all(), key=lambda each: each.id),
        sorted(STAGES, key=lambda each: each.id),
    ),
    Example(
        "from before prices had currencies and declarations values",
        None,
        lambda tables: tables.carts.get("tea", "c1"),
        cart(
            Phase.ABANDONED,
            version=3,
            episodes=(replace(DECLARED[0], value=None),),
            facts=replace(
                CartFacts.nothing(),
                base=Snapshot(NOW, (Line(sku="s", title="T", quantity=1, unit_price=100),)),
                deltas=(
                    Delta(NOW + MINUTE, "e2", "m", 1, Line(sku="m", title="M", quantity=1, unit_price=5)),
                    Delta(NOW + 2 * MINUTE, "e3", "s", None, None),
                ),
                active_at=NOW + 2 * MINUTE,
            ),
        ),
    ),
]
