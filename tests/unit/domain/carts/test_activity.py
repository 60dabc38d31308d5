"""What counts as activity: something that the shopper did. And what came first of two things at one time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from rebasket.domain.carts import events as ev
from rebasket.domain.carts.cart import Cart, Closed, Phase, recorded
from rebasket.domain.carts.facts import CartFacts
from rebasket.domain.carts.ties import MAX_REPLACED, remembered
from tests.samples import ANNA, ANNA_PHONE, SHOP, START, Reports, a_line, after, person

if TYPE_CHECKING:
    from rebasket.domain.carts.events import Event

LINES = a_line("a", 2), a_line("b")


def joined(*events: Event) -> CartFacts:
    facts = CartFacts.nothing()
    for event in events:
        facts = facts.join(event)
    for event in events:
        assert facts.join(event) is facts, "a repetition changes nothing"
    return facts


@pytest.fixture
def shop() -> Reports:
    return Reports()


@pytest.mark.parametrize(
    "changed",
    [{}, {"unit_price": 1}, {"stock": ev.Stock.LOW}, {"image_url": "https://x.example/i"}, {"title": "Tee"}, {"line_total": 5}],
)
def test_the_same_cart_told_again_is_no_activity_whatever_the_shop_changed_in_it(shop: Reports, changed: dict[str, Any]) -> None:
    again = shop.updated("c1", after(hours=2), replace(LINES[0], **changed), LINES[1])
    facts = joined(shop.updated("c1", START, *LINES), again)
    assert (facts.active_at, facts.lines[0]) == (START, replace(LINES[0], **changed))
    cart = replace(recorded(Cart.blank(SHOP, "c1"), shop.updated("c1", START, *LINES), START), phase=Phase.ABANDONED)
    woken = recorded(cart, again, after(hours=2))
    assert (woken.phase, woken.generation, woken.version) == (Phase.ABANDONED, 1, 2)


@pytest.mark.parametrize(
    "lines",
    [
        (LINES[0],),
        (LINES[1], LINES[0]),
        (replace(LINES[0], quantity=3), LINES[1]),
        (replace(LINES[0], options=("Size: L",)), LINES[1]),
        (replace(LINES[0], line_id="x"), LINES[1]),
        (*LINES, a_line("c")),
    ],
)
def test_another_cart_is_activity(shop: Reports, lines: tuple[ev.Line, ...]) -> None:
    assert joined(shop.updated("c1", START, *LINES), shop.updated("c1", after(hours=2), *lines)).active_at == after(hours=2)


def test_a_new_address_in_the_same_cart_is_activity_and_one_that_is_known_is_none(shop: Reports) -> None:
    before = shop.updated("c1", START, *LINES, who=person(ANNA))
    assert joined(before, shop.updated("c1", after(hours=1), *LINES, who=person(ANNA))).active_at == START
    assert joined(before, shop.updated("c1", after(hours=1), *LINES, who=person(ANNA_PHONE))).active_at == after(hours=1)


def test_nothing_that_the_shop_did_is_activity_but_it_counts_for_what_is_in_the_cart(shop: Reports) -> None:
    begun = shop.updated("c1", START, *LINES)
    for event in (
        shop.updated("c1", after(hours=1), a_line("c")),
        shop.added("c1", after(hours=1), a_line("c")),
        shop.removed("c1", after(hours=1), "a"),
        shop.identified("c1", after(hours=1), person(ANNA)),
        shop.checkout("c1", after(hours=1)),
    ):
        facts = joined(begun, replace(event, by=ev.By.SHOP))
        assert facts.active_at == START
        assert facts != joined(begun)


def test_a_cart_thrown_away_and_told_again_since_is_there_in_whatever_order_that_is_told(shop: Reports) -> None:
    first, gone = shop.updated("c1", START, *LINES), shop.deleted("c1", after(minutes=1))
    again = shop.updated("c1", after(minutes=2), *LINES)
    for order in ((first, gone, again), (first, again, gone), (again, gone, first)):
        assert not joined(*order).deleted
        assert joined(*order).active_at == after(minutes=2)


# -- One second --------------------------------------------------------------------------------------------------------


def test_of_two_carts_of_one_second_the_one_told_last_counts_and_the_other_repeated_does_not(shop: Reports) -> None:
    full, empty, other = shop.updated("c1", START, *LINES), shop.updated("c1", START, empty=True), shop.updated("c1", START)
    assert joined(full, empty).lines == ()
    assert joined(empty, full).lines == LINES
    assert joined(full, empty, other).lines == other.lines


def test_numbers_come_before_arrival(shop: Reports) -> None:
    late, early = (replace(shop.updated("c1", START, a_line(sku)), sequence=n) for sku, n in (("b", 12), ("a", 11)))
    for told in ((late, early), (early, late)):
        assert [line.sku for line in joined(*told).lines] == ["b"]
    gone = replace(shop.deleted("c1", START), sequence=11)
    for order in ((late, gone), (gone, late)):
        assert not joined(*order).deleted
    assert joined(late, replace(gone, sequence=13)).deleted


def test_changes_of_one_second_are_played_as_they_arrive(shop: Reports) -> None:
    add, remove = shop.added("c1", START, a_line("a", 2)), shop.removed("c1", START, "a", 1)
    assert [line.quantity for line in joined(add, remove).lines] == [1]
    assert [line.quantity for line in joined(remove, add).lines] == [2]
    numbered = replace(add, sequence=1), replace(remove, sequence=2)
    assert [line.quantity for line in joined(*reversed(numbered)).lines] == [1]


def test_thrown_away_and_filled_again_in_one_second_is_a_cart_and_the_other_way_round_is_none(shop: Reports) -> None:
    full, gone, again = shop.updated("c1", START, *LINES), shop.deleted("c1", START), shop.updated("c1", START, a_line("c"))
    cart = Cart.blank(SHOP, "c1")
    for event in (full, gone):
        cart = recorded(cart, event, START)
    assert (cart.phase, cart.why) == (Phase.CLOSED, Closed.DELETED)
    cart = recorded(cart, again, START)
    assert (cart.phase, cart.why, [line.sku for line in cart.facts.lines]) == (Phase.ACTIVE, None, ["c"])
    for event in (full, gone, again):
        assert recorded(cart, event, START) is cart


def test_what_was_said_of_a_cart_in_one_second_follows_arrival_too(shop: Reports) -> None:
    one, two = (replace(shop.checkout("c1", START), details=ev.Details(total=n, locale="en")) for n in (7, 5))
    assert joined(one, two).number("total") == 5
    assert joined(two, one).number("total") == 7


def test_what_is_remembered_of_a_moment_is_bounded_and_only_of_the_newest() -> None:
    replaced = remembered(None, START, "0")
    for n in range(1, MAX_REPLACED + 5):
        replaced = remembered(replaced, START, str(n))
    assert replaced is not None
    assert (len(replaced.marks), replaced.marks[-1]) == (MAX_REPLACED, str(MAX_REPLACED + 4))
    assert remembered(replaced, START, replaced.marks[0]) is replaced
    assert remembered(replaced, after(minutes=-1), "x") is None
    newer = remembered(replaced, after(minutes=1), "x")
    assert newer is not None
    assert (newer.at, newer.marks) == (after(minutes=1), ("x",))
