"""Whatever the order in which events arrive, and however often, the cart is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import example, given, settings
from hypothesis import strategies as st

from rebasket.domain.carts.cart import Cart, recorded
from rebasket.domain.carts.facts import CartFacts, Register
from rebasket.domain.people.consent import Consent, later_consent
from tests.reported import consents, histories, instants, retold
from tests.samples import SHOP, START, Reports, a_line, after

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
def test_any_order_and_repetition_gives_the_same_cart_in_the_same_phase(data: st.DataObject, history: list[Event]) -> None:
    one, other = cart_after(history, after(hours=1)), cart_after(data.draw(retold(history)), after(hours=1))
    assert (one.phase, one.why) == (other.phase, other.why)
    told, retold_facts = one.facts, other.facts
    assert retold_facts == told
    assert retold_facts.lines == told.lines
    assert (retold_facts.value, retold_facts.currency) == (told.value, told.currency)
    assert (retold_facts.bought, retold_facts.deleted, retold_facts.placed_at) == (told.bought, told.deleted, told.placed_at)
    assert {n: o.refunded for n, o in retold_facts.orders.items()} == {n: o.refunded for n, o in told.orders.items()}


@given(histories)
def test_repeating_any_event_changes_nothing(history: list[Event]) -> None:
    facts = joined(history)
    cart = cart_after(history, after(hours=1))
    for event in history:
        assert facts.join(event) is facts
        assert recorded(cart, event, after(hours=2)) is cart


@given(st.lists(st.builds(Register, instants, st.integers(0, 11) | st.sampled_from(["", "9", "a"])), min_size=3, max_size=3))
def test_registers_form_a_semilattice(three: list[Register]) -> None:
    a, b, c = three
    assert a.join(a) == a
    assert a.join(b) == b.join(a)
    assert a.join(b).join(c) == a.join(b.join(c))
    assert a.join(b).at == max(a.at, b.at)


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


@example(1)
@given(st.integers(0, 3))
def test_a_snapshot_counts_what_came_before_it_only_once(minutes_late: int) -> None:
    """A delta older than the snapshot, or of the same moment, is in it already; a later one is played on top."""
    reports = Reports()
    snapshot = reports.updated("c1", after(minutes=1), a_line("a", 2))
    delta = reports.added("c1", START + minutes_late * (after(minutes=1) - START), a_line("a", 3))
    for order in ([snapshot, delta], [delta, snapshot]):
        (line,) = joined(order).lines
        assert line.quantity == (2 if minutes_late <= 1 else 5)
