"""What the merged facts say of a cart, and what they refuse."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.carts import events as ev
from rebasket.domain.carts.contents import MAX_DELTAS, MAX_LINES
from rebasket.domain.carts.facts import MAX_ADDRESSES, MAX_ORDERS, CartFacts
from rebasket.domain.carts.order import MAX_REFUNDS, Order
from rebasket.domain.errors import Invalid
from rebasket.domain.money import Money
from rebasket.domain.people.addresses import Address, Channel
from tests.samples import ANNA, ANNA_PHONE, SHOP, START, Reports, a_line, after, person

if TYPE_CHECKING:
    from decimal import Decimal

    from rebasket.domain.carts.events import Event

NOTHING = CartFacts.nothing()


def joined(*events: Event, facts: CartFacts = NOTHING) -> CartFacts:
    for event in events:
        facts = facts.join(event)
    return facts


def lines(facts: CartFacts) -> dict[str, int | Decimal]:
    return {line.sku: line.quantity for line in facts.lines}


@pytest.fixture
def shop() -> Reports:
    return Reports()


def test_a_snapshot_replaces_what_an_older_one_said(shop: Reports) -> None:
    new, old = shop.updated("c1", after(minutes=2), a_line("b", 1)), shop.updated("c1", after(minutes=1), a_line("a", 1))
    assert lines(joined(new, old)) == {"b": 1}


def test_lines_of_one_item_in_a_snapshot_stay_as_they_are(shop: Reports) -> None:
    facts = joined(shop.updated("c1", START, a_line("a", 2, 100), a_line("b", 1, 7), a_line("a", 3, 100)))
    assert [(line.sku, line.quantity) for line in facts.lines] == [("a", 2), ("b", 1), ("a", 3)]
    assert facts.value == 507


def test_additions_and_removals_are_played_on_the_snapshot_in_order_of_time(shop: Reports) -> None:
    facts = joined(
        shop.removed("c1", after(minutes=3), "a", 1),
        shop.added("c1", after(minutes=2), a_line("b", 4)),
        shop.updated("c1", after(minutes=1), a_line("a", 3)),
    )
    assert lines(facts) == {"a": 2, "b": 4}


@pytest.mark.parametrize("quantity", [3, 9, None])
def test_removing_as_many_as_there_are_or_all_takes_the_line_away(shop: Reports, quantity: int | None) -> None:
    facts = joined(shop.updated("c1", START, a_line("a", 3)), shop.removed("c1", after(minutes=1), "a", quantity))
    assert lines(facts) == {}


def test_removing_what_is_not_there_changes_no_line_and_later_additions_count_in_full(shop: Reports) -> None:
    facts = joined(shop.removed("c1", START, "a", 1), shop.added("c1", after(minutes=1), a_line("a", 2)))
    assert lines(facts) == {"a": 2}


def test_an_addition_brings_the_newer_title_and_price(shop: Reports) -> None:
    facts = joined(shop.updated("c1", START, a_line("a", 1, 100)), shop.added("c1", after(minutes=1), a_line("a", 1, 90)))
    assert [(line.quantity, line.unit_price) for line in facts.lines] == [(2, 90)]


def test_a_checkout_with_lines_is_a_snapshot_and_the_furthest_stage_counts(shop: Reports) -> None:
    late = ev.CheckoutStarted(id="x", shop=SHOP, cart="c1", at=after(minutes=5), stage=ev.Stage.SHIPPING, lines=(a_line("z"),))
    facts = joined(shop.checkout("c1", after(minutes=9), ev.Stage.CONTACT), late, shop.updated("c1", START, a_line("a")))
    assert lines(facts) == {"z": 1}
    assert facts.stage is ev.Stage.SHIPPING


def test_a_thing_not_said_does_not_unsay_it(shop: Reports) -> None:
    facts = joined(shop.updated("c1", START), shop.added("c1", after(minutes=1), a_line()))
    assert facts.text("currency") == "EUR"


@pytest.mark.parametrize("event", ["updated", "added", "removed", "identified", "checkout"])
def test_whatever_the_shopper_does_is_activity(shop: Reports, event: str) -> None:
    made = {
        "updated": shop.updated("c1", START),
        "added": shop.added("c1", START, a_line()),
        "removed": shop.removed("c1", START, "a"),
        "identified": shop.identified("c1", START, person(ANNA)),
        "checkout": shop.checkout("c1", START),
    }
    assert joined(made[event]).active_at == START


def test_orders_refunds_and_deletion_are_no_activity(shop: Reports) -> None:
    facts = joined(shop.ordered("c1", START), shop.refunded("c1", START), shop.cancelled("c1", START), shop.deleted("c1", START))
    assert facts.active_at is None


def test_a_deletion_holds_until_the_shopper_touches_the_cart_again(shop: Reports) -> None:
    facts = joined(shop.updated("c1", START), shop.deleted("c1", after(minutes=1)))
    assert facts.deleted
    assert not joined(shop.updated("c1", after(minutes=2)), facts=facts).deleted
    assert not joined(shop.updated("c1", after(minutes=1)), facts=facts).deleted, "of the same moment, the later told wins"
    assert joined(shop.checkout("c1", after(minutes=1)), facts=facts).deleted, "nothing was put into it"


def test_the_address_named_last_on_a_channel_is_the_one_to_use(shop: Reports) -> None:
    other = Address(Channel.EMAIL, "z-anna@example.org")
    facts = joined(
        shop.identified("c1", after(minutes=2), person(ANNA)),
        shop.identified("c1", after(minutes=1), person(other, ANNA_PHONE)),
    )
    assert facts.address(Channel.EMAIL) == ANNA
    assert facts.address(Channel.SMS) == ANNA_PHONE
    assert NOTHING.address(Channel.SMS) is None


def test_the_latest_total_of_an_order_counts_and_the_earliest_time(shop: Reports) -> None:
    facts = joined(shop.ordered("c1", after(minutes=2), "o1", 900), shop.ordered("c1", after(minutes=1), "o1", 1000))
    assert facts.orders["o1"].total == Money(900, "EUR")
    assert facts.placed_at == after(minutes=1)


def test_a_refund_without_its_order_is_no_purchase(shop: Reports) -> None:
    facts = joined(shop.refunded("c1", START), shop.cancelled("c1", START, "o2"))
    assert not facts.bought
    assert facts.placed_at is None
    assert facts.orders["o1"].refunded == 0


def test_refunds_add_up_each_once_and_never_to_more_than_was_paid(shop: Reports) -> None:
    order, one, two = (
        shop.ordered("c1", START, minor=1000),
        shop.refunded("c1", START, minor=300),
        shop.refunded("c1", START, minor=300),
    )
    assert joined(one, order, one).orders["o1"].refunded == 300
    assert joined(one, order, two).orders["o1"].refunded == 600
    assert joined(order, one, two, shop.refunded("c1", START, minor=900)).orders["o1"].refunded == 1000


def test_a_refund_in_another_currency_is_not_subtracted() -> None:
    order = Order(placed_at=START, total=Money(1000, "EUR"), refunds=(("e1", Money(300, "UAH")),))
    assert order.refunded == 0


def test_a_cancelled_order_is_refunded_whole_even_if_the_cancellation_comes_first(shop: Reports) -> None:
    facts = joined(shop.cancelled("c1", after(minutes=1)), shop.ordered("c1", START, minor=1000))
    assert facts.orders["o1"].refunded == 1000


# -- Bounds ------------------------------------------------------------------------------------------------------------


def refused(facts: CartFacts, event: Event) -> str:
    with pytest.raises(Invalid) as caught:
        facts.join(event)
    return caught.value.errors[0].pointer


def test_of_more_lines_than_a_cart_may_hold_the_first_are_kept(shop: Reports) -> None:
    most = [a_line(f"s{n}") for n in range(MAX_LINES)]
    full = joined(shop.updated("c1", START, *most))
    assert (len(full.lines), full.incomplete) == (MAX_LINES, False)
    more = (
        joined(shop.updated("c1", START, *most, a_line("one more"))),
        joined(shop.added("c1", after(minutes=1), a_line("one more")), facts=full),
        joined(shop.added("c1", after(minutes=1), a_line("one more")), shop.updated("c1", START, *most)),
    )
    for facts in more:
        assert (facts.lines, facts.incomplete) == (tuple(most), True)


def test_of_more_changes_than_are_kept_the_oldest_are_played_into_the_cart(shop: Reports) -> None:
    events = [shop.added("c1", after(seconds=n), a_line()) for n in range(MAX_DELTAS + 5)]
    full = joined(*events)
    assert (lines(full), len(full.deltas)) == ({"sencha": MAX_DELTAS + 5}, MAX_DELTAS)
    assert joined(*events, facts=full) is full
    late = joined(shop.added("c1", after(seconds=4), a_line("late")), facts=full)
    assert late.lines == full.lines, "what is not newer than the ones played in is lost"
    assert lines(joined(shop.updated("c1", after(hours=1)), facts=full)) == {"sencha": 1}


def test_changes_in_two_currencies_are_never_mixed_in_what_they_were_played_into(shop: Reports) -> None:
    euros = in_currency(shop.added("c1", START, a_line("a")), "EUR")
    dollars = [in_currency(shop.added("c1", after(seconds=1 + n), a_line("b")), "USD") for n in range(MAX_DELTAS + 1)]
    facts = joined(euros, *dollars)
    assert (lines(facts), facts.currency, facts.incomplete) == ({"b": MAX_DELTAS + 1}, "USD", True)


def test_of_too_many_addresses_those_named_last_are_kept_and_never_the_one_just_named_forgotten(shop: Reports) -> None:
    people = [Address(Channel.EMAIL, f"{n:02}@example.org") for n in range(MAX_ADDRESSES)]
    named = [shop.identified("c1", after(minutes=n), person(address)) for n, address in enumerate(people)]
    crowd = joined(*named, shop.identified("c1", after(minutes=99), person(ANNA)))
    assert set(crowd.named) == {*people[1:], ANNA}
    assert set(joined(shop.identified("c1", START, person(ANNA_PHONE)), facts=crowd).named) == {*people[2:], ANNA, ANNA_PHONE}


def test_of_too_many_orders_those_of_the_newest_words_are_kept_and_the_one_just_told(shop: Reports) -> None:
    many = joined(*(shop.ordered("c1", after(minutes=n), f"o{n}") for n in range(MAX_ORDERS)))
    more = joined(shop.ordered("c1", after(minutes=99), "new"), facts=many)
    assert set(more.orders) == {*(f"o{n}" for n in range(1, MAX_ORDERS)), "new"}
    assert "old" in joined(shop.ordered("c1", START, "old"), facts=more).orders


def test_refunds_beyond_those_kept_one_by_one_are_kept_as_a_sum(shop: Reports) -> None:
    refund = shop.refunded("c1", START)
    facts = joined(shop.ordered("c1", START, minor=100 * refund.amount.minor))
    for n in range(MAX_REFUNDS + 3):
        facts = joined(replace(refund, id=f"r{n}"), facts=facts)
    (order,) = facts.orders.values()
    assert len(order.refunds) == MAX_REFUNDS
    assert order.refunded == (MAX_REFUNDS + 3) * refund.amount.minor


# -- Currencies --------------------------------------------------------------------------------------------------------


def in_currency(event: ev.CartUpdated | ev.ItemAdded, currency: str) -> ev.CartUpdated | ev.ItemAdded:
    return replace(event, details=replace(event.details, currency=currency))


def test_a_cart_in_two_currencies_has_no_value_and_no_currency_rather_than_a_wrong_one(shop: Reports) -> None:
    euros = in_currency(shop.updated("c1", START, a_line("a", 1, 1990)), "EUR")
    dollars = in_currency(shop.added("c1", after(minutes=1), a_line("b", 1, 500)), "USD")
    for told in ((euros, dollars), (dollars, euros)):
        assert (joined(*told).currency, joined(*told).value) == (None, None)
    gone = shop.removed("c1", after(minutes=2), "b")
    assert (joined(euros, dollars, gone).currency, joined(euros, dollars, gone).value) == ("EUR", 1990)
    left = shop.removed("c1", after(minutes=2), "a")
    assert (joined(euros, dollars, left).currency, joined(euros, dollars, left).value) == ("USD", 500)


def test_a_line_told_again_and_a_whole_new_cart_are_in_the_new_currency(shop: Reports) -> None:
    euros = in_currency(shop.updated("c1", START, a_line("a", 1, 1990)), "EUR")
    again = in_currency(shop.added("c1", after(minutes=1), a_line("a", 1, 2100)), "USD")
    whole = in_currency(shop.updated("c1", after(minutes=1), a_line("b", 1, 7)), "JPY")
    assert (joined(euros, again).currency, joined(euros, again).value) == ("USD", 4200)
    assert (joined(euros, whole).currency, joined(euros, whole).value) == ("JPY", 7)


def test_an_empty_cart_and_lines_whose_currency_nobody_said_have_the_one_named_last(shop: Reports) -> None:
    assert (joined(shop.updated("c1", START, empty=True)).currency, joined(shop.updated("c1", START, empty=True)).value) == (
        "EUR",
        0,
    )
    assert joined(shop.added("c1", START, a_line("a"))).currency is None
    assert joined(shop.added("c1", START, a_line("a", 1, 5))).value == 5
    assert joined(shop.updated("c1", START, a_line("a")), shop.added("c1", after(minutes=1), a_line("b"))).currency == "EUR"
