"""Whatever the order in which events arrive, and however often, the cart is the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebasket.domain.carts.cart import Cart, recorded
from rebasket.domain.carts.events import OrderPlaced
from rebasket.domain.carts.facts import CartFacts
from rebasket.domain.people.consent import Consent, later_consent
from tests.reported import consents, histories, instants, retold
from tests.samples import MINUTE, SHOP, START, Reports, a_line, after

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.carts.events import Event


def joined(events: list[Event]) -> CartFacts:
    facts = CartFacts.nothing()
    for event in events:
        facts = facts.join(event)
    return facts


def cart_after(events: list[Event], now: datetime) -> Cart:
    cart = Cart.blank(SHOP, "c1")
    for event in events:
        cart = recorded(cart, event, now)
    return cart


@settings(max_examples=300)
@given(st.data(), histories)
def test_any_order_and_repetition_gives_the_same_facts(data: st.DataObject, history: list[Event]) -> None:
    """Of events each of its own time. Only the last activity is judged as they arrive, and never before what was in order."""
    history = [replace(event, at=START + n * MINUTE) for n, event in enumerate(history)]
    told, retold_facts = joined(history), joined(data.draw(retold(history)))
    assert replace(retold_facts, active_at=told.active_at, replaced=told.replaced) == told
    assert retold_facts.lines == told.lines
    assert (retold_facts.value, retold_facts.currency) == (told.value, told.currency)
    assert (retold_facts.bought, retold_facts.deleted, retold_facts.placed_at) == (told.bought, told.deleted, told.placed_at)
    assert {n: o.refunded for n, o in retold_facts.orders.items()} == {n: o.refunded for n, o in told.orders.items()}


@settings(max_examples=200)
@given(st.data(), histories)
def test_without_an_order_any_order_and_repetition_gives_the_same_phase(data: st.DataObject, history: list[Event]) -> None:
    """Which life of a cart an order ends is told by what was known of the cart when it came."""
    history = [event for event in history if not isinstance(event, OrderPlaced)]
    history = [replace(event, at=START + n * MINUTE) for n, event in enumerate(history)]
    one, other = cart_after(history, after(hours=1)), cart_after(data.draw(retold(history)), after(hours=1))
    assert (one.phase, one.why) == (other.phase, other.why)


@settings(max_examples=200)
@given(st.data(), histories)
def test_events_of_one_time_are_in_order_of_their_numbers(data: st.DataObject, history: list[Event]) -> None:
    history = [replace(event, at=START, sequence=n) for n, event in enumerate(history)]
    told, again = joined(history), joined(data.draw(retold(history)))
    assert (again.lines, again.value, again.currency, again.registers) == (told.lines, told.value, told.currency, told.registers)


@given(histories)
def test_repeating_any_event_changes_nothing(history: list[Event]) -> None:
    facts = joined(history)
    cart = cart_after(history, after(hours=1))
    for event in history:
        assert facts.join(event) is facts
        assert recorded(cart, event, after(hours=2)) is cart


@given(st.lists(st.none() | consents, min_size=3, max_size=3))
def test_statements_of_consent_form_a_semilattice(three: list[Consent | None]) -> None:
    a, b, c = three
    assert later_consent(a, a) == a
    assert later_consent(a, b) == later_consent(b, a)
    assert later_consent(later_consent(a, b), c) == later_consent(a, later_consent(b, c))


@given(instants, st.sampled_from(["form", "phone"]), st.sampled_from(["form", "phone"]))
def test_of_two_statements_at_the_same_moment_no_wins(at: datetime, one: str, other: str) -> None:
    yes, no = Consent(granted=True, source=one, at=at), Consent(granted=False, source=other, at=at)
    assert later_consent(yes, no) is no


@pytest.mark.parametrize(("minutes_late", "first", "second"), [(0, 2, 2), (1, 5, 2), (2, 5, 5)])
def test_a_snapshot_counts_what_came_before_it_only_once(minutes_late: int, first: int, second: int) -> None:
    """A delta older than the snapshot is in it already, a later one is played on top; of one moment, arrival tells."""
    reports = Reports()
    snapshot = reports.updated("c1", after(minutes=1), a_line("a", 2))
    delta = reports.added("c1", START + minutes_late * MINUTE, a_line("a", 3))
    for order, quantity in (([snapshot, delta, snapshot], first), ([delta, snapshot, delta], second)):
        (line,) = joined(order).lines
        assert line.quantity == quantity
