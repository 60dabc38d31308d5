"""Lines of a cart are what the shop says they are, in its order; changes name them by line_id, or by the sku."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from rebasket.aws.cart_codec import pack_facts, unpack_facts
from rebasket.domain.carts import events as ev
from rebasket.domain.carts.facts import CartFacts
from rebasket.domain.carts.lines import amount
from tests.samples import ANNA, START, Reports, a_line, after, person

if TYPE_CHECKING:
    from rebasket.domain.carts.events import Event, Line


def joined(*events: Event) -> CartFacts:
    facts = CartFacts.nothing()
    for event in events:
        facts = facts.join(event)
    assert unpack_facts(pack_facts(facts)) == facts, "whatever it holds, it is stored as it is"
    return facts


def named(*lines: Line) -> list[tuple[str, int | Decimal]]:
    return [(line.title, line.quantity) for line in lines]


def titled(title: str, sku: str = "shirt", quantity: int | Decimal = 1, price: int = 100, **more: object) -> Line:
    return replace(a_line(sku, 1, price), title=title, quantity=quantity, **more)  # type: ignore[arg-type]  # whatever a line has


@pytest.fixture
def shop() -> Reports:
    return Reports()


def taken(shop: Reports, minute: int, sku: str = "", quantity: int | Decimal | None = None, line_id: str | None = None) -> Event:
    return replace(shop.removed("c1", after(minutes=minute), sku), quantity=quantity, line_id=line_id)


def test_a_line_id_names_one_line_of_a_sku(shop: Reports) -> None:
    red, blue = titled("red", line_id="l1", price=3000), titled("blue", quantity=2, line_id="l2", price=2500)
    facts = joined(shop.added("c1", START, red), shop.added("c1", after(minutes=1), blue), taken(shop, 2, "", 1, "l2"))
    assert (named(*facts.lines), facts.value) == ([("red", 1), ("blue", 1)], 5500)
    assert named(*joined(shop.updated("c1", START, red, blue), taken(shop, 1, "shirt", None, "l1")).lines) == [("blue", 2)]
    dearer = replace(blue, title="blue, new", quantity=1, unit_price=2600)
    more = joined(shop.updated("c1", START, red, blue), shop.added("c1", after(minutes=1), dearer))
    assert (named(*more.lines), more.value) == ([("red", 1), ("blue, new", 3)], 10_800)


def test_variations_that_carry_their_parents_sku_stay_apart(shop: Reports) -> None:
    facts = joined(
        shop.added("c1", START, titled("red", price=3000)),
        shop.added("c1", after(minutes=1), titled("blue", quantity=2, price=2500)),
        shop.added("c1", after(minutes=2), titled("red", options=("Size: L",))),
        shop.added("c1", after(minutes=3), titled("red", price=3000)),
    )
    assert named(*facts.lines) == [("red", 2), ("blue", 2), ("red", 1)]


@pytest.mark.parametrize(
    ("quantity", "left"),
    [
        (1, [("red", 2), ("cup", 1), ("blue", 1)]),
        (2, [("red", 2), ("cup", 1)]),
        (3, [("red", 1), ("cup", 1)]),
        (9, [("cup", 1)]),
        (None, [("cup", 1)]),
    ],
)
def test_what_is_removed_by_its_sku_alone_is_taken_from_its_last_line_on(
    shop: Reports, quantity: int | None, left: list[tuple[str, int]]
) -> None:
    lines = titled("red", quantity=2, line_id="l1"), titled("cup", "cup"), titled("blue", quantity=2)
    assert named(*joined(shop.updated("c1", START, *lines), taken(shop, 1, "shirt", quantity)).lines) == left


def test_decimals_are_exact_and_a_line_comes_to_what_the_shop_says(shop: Reports) -> None:
    apples = titled("apples", "apples", Decimal("0.1"), 300, unit="kg")
    facts = joined(
        shop.updated("c1", START, apples),
        shop.added("c1", after(minutes=1), replace(apples, quantity=Decimal("0.2"))),
        taken(shop, 2, "apples", Decimal("0.05")),
    )
    assert [(line.quantity, line.unit) for line in facts.lines] == [(Decimal("0.25"), "kg")]
    assert facts.value == 75
    three = titled("tea", "tea", 3, 900, line_total=1800)
    assert joined(shop.updated("c1", START, three)).value == 1800
    four = joined(shop.updated("c1", START, three), shop.added("c1", after(minutes=1), titled("tea", "tea", 1, 900)))
    assert [amount(line) for line in four.lines] == [2700]
    two = joined(shop.updated("c1", START, three), taken(shop, 1, "tea", 1))
    assert [amount(line) for line in two.lines] == [1800], "what two of three come to is not known but by the price"


def test_a_total_counts_until_the_cart_changes_and_is_no_part_of_its_value(shop: Reports) -> None:
    told = shop.updated("c1", START, a_line("a", 2, 1000))
    told = replace(told, details=replace(told.details, total=1990, discount=10, tax_included=True))
    assert (joined(told).total, joined(told).value) == (1990, 2000)
    assert joined(told, shop.checkout("c1", after(minutes=1))).total == 1990
    assert joined(told, shop.added("c1", after(minutes=1), a_line("b"))).total is None
    assert joined(told, shop.updated("c1", after(minutes=1), a_line("a"))).total is None
    assert joined(shop.updated("c1", START, a_line("a"))).total is None


def test_an_incomplete_snapshot_is_incomplete_until_a_whole_one(shop: Reports) -> None:
    part = replace(shop.updated("c1", START, a_line("a")), incomplete=True)
    assert joined(part).incomplete
    assert joined(part, shop.added("c1", after(minutes=1), a_line("b"))).incomplete
    assert not joined(part, shop.updated("c1", after(minutes=2), a_line("a"))).incomplete
    checkout = ev.CheckoutStarted(id="x", shop="tea", cart="c1", at=after(minutes=3), lines=(a_line("a"),), incomplete=True)
    assert joined(part, checkout).incomplete


def test_who_left_is_forgotten_for_the_cart_and_no_older_word_brings_them_back(shop: Reports) -> None:
    anna = replace(person(ANNA), name="Anna", customer_id="u-7", time_zone="Europe/Kyiv")
    left = ev.ContactLeft(id="x", shop="tea", cart="c1", at=after(minutes=9))
    before = shop.updated("c1", START, who=anna), shop.identified("c1", after(minutes=8), anna)
    for order in ((before[0], left, before[1]), (*before, left), (left, *before)):
        facts = joined(*order)
        assert (dict(facts.named), facts.text("name"), facts.text("customer_id")) == ({}, None, None)
        assert facts.text("time_zone") == "Europe/Kyiv"
        assert len(facts.lines) == 1
    again = joined(*before, left, shop.identified("c1", after(minutes=10), person(ANNA)))
    assert list(again.named) == [ANNA]
    no = shop.identified("c1", after(minutes=8), person(ANNA, granted=False))
    (heard,) = joined(before[0], left, no).named.values()
    assert heard.consent is not None
    assert not heard.consent.granted, "a no is heard whenever it is told"
