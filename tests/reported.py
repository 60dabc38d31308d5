"""Hypothesis strategies for what a shop reports of one cart: few values and few moments, so that much is equal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from rebasket.domain.carts import events as ev
from rebasket.domain.money import Money
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.consent import Consent
from tests.samples import SHOP, START

if TYPE_CHECKING:
    from collections.abc import Iterable

instants = st.integers(0, 4).map(lambda n: START + timedelta(minutes=n))
"""Few moments, so that many are equal."""
addresses = st.sampled_from(
    [Address(Channel.EMAIL, "a@example.org"), Address(Channel.EMAIL, "A@Example.org"), Address(Channel.SMS, "+380441234567")]
)
moneys = st.builds(Money, st.integers(0, 3), st.sampled_from(["EUR", "UAH"]))

lines = st.builds(
    ev.Line,
    sku=st.sampled_from(["a", "b", "c"]),
    title=st.sampled_from(["tea", "чай"]),
    quantity=st.integers(1, 3),
    unit_price=st.integers(0, 2),
    stock=st.sampled_from(ev.Stock),
)
details = st.builds(
    ev.Details,
    currency=st.none() | st.sampled_from(["EUR", "UAH"]),
    locale=st.none() | st.sampled_from(["uk", "en"]),
    shipping=st.none() | st.integers(0, 11),
)
consents = st.builds(Consent, granted=st.booleans(), source=st.sampled_from(["form", "phone"]), at=instants)
people = st.builds(
    ev.Person,
    statements=st.lists(st.builds(ev.AddressStatement, address=addresses, consent=st.none() | consents), max_size=2).map(tuple),
    name=st.none() | st.sampled_from(["Anna", "Аня"]),
    earlier_orders=st.none() | st.integers(0, 11),
)
_envelope = {"id": st.just(""), "shop": st.just(SHOP), "cart": st.just("c1"), "at": instants, "person": people}
_orders = st.sampled_from(["o1", "o2"])
_a_few_lines = st.lists(lines, max_size=3).map(tuple)
_any_event: st.SearchStrategy[ev.Event] = st.one_of(
    st.builds(ev.CartUpdated, **_envelope, lines=_a_few_lines, details=details),
    st.builds(ev.ItemAdded, **_envelope, line=lines, details=details),
    st.builds(ev.ItemRemoved, **_envelope, sku=st.sampled_from(["a", "b", "c"]), quantity=st.none() | st.integers(1, 3)),
    st.builds(ev.ContactIdentified, **_envelope),
    st.builds(ev.CheckoutStarted, **_envelope, stage=st.sampled_from(ev.Stage), lines=st.none() | _a_few_lines, details=details),
    st.builds(ev.CartDeleted, **_envelope),
    st.builds(ev.OrderPlaced, **_envelope, order=_orders, total=moneys),
    st.builds(ev.OrderRefunded, **_envelope, order=_orders, amount=moneys),
    st.builds(ev.OrderCancelled, **_envelope, order=_orders),
)


def _with_ids(events: Iterable[ev.Event]) -> list[ev.Event]:
    return [replace(event, id=f"e{n}") for n, event in enumerate(events)]


histories = st.lists(_any_event, max_size=9).map(_with_ids)
"""What a shop reports of one cart, each event under its own id."""


@st.composite
def retold(draw: st.DrawFn, history: list[ev.Event]) -> list[ev.Event]:
    """The same events in any order, some of them more than once."""
    again = draw(st.lists(st.sampled_from(history), max_size=4)) if history else []
    return draw(st.permutations([*history, *again]))
