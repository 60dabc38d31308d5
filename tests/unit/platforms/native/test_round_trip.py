"""Whatever a shop may say arrives in the domain event unchanged, and saying it again gives an equal event."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rebasket.domain.carts import events as ev
from rebasket.domain.people.addresses import Channel
from rebasket.platforms.native.currencies import CURRENCIES
from tests.unit.platforms.native.samples import read_all, sample

texts = st.characters(exclude_categories=["Cc", "Cs"])
printable = st.characters(min_codepoint=32, max_codepoint=0x24F, exclude_categories=["Cc", "Cs", "Cf", "Zs", "Cn"])
minor = st.integers(0, 10**12)
moments = st.datetimes(datetime(2000, 1, 2), datetime(2026, 11, 1), timezones=st.timezones()).map(  # noqa: DTZ001  # Hypothesis wants bounds without a zone
    lambda at: at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)
)
lines = st.fixed_dictionaries(
    {
        "sku": st.text(texts, min_size=1, max_size=128),
        "title": st.text(texts, min_size=1, max_size=500),
        "quantity": st.integers(1, 9_999),
        "unit_price": minor,
    },
    optional={
        "categories": st.lists(st.text(texts, min_size=1, max_size=100), max_size=20),
        "unit_margin": st.integers(-(10**12), 10**12),
        "stock": st.sampled_from([stock.value for stock in ev.Stock]),
        "days_in_stock": st.integers(0, 100_000),
    },
)
contacts = st.fixed_dictionaries(
    {"email": st.just("jane@example.com")},
    optional={
        "name": st.text(texts, min_size=1, max_size=200),
        "customer_id": st.text(texts, min_size=1, max_size=128),
        "earlier_orders": st.integers(0, 10**6),
        "consent": st.fixed_dictionaries(
            {
                "email": st.fixed_dictionaries(
                    {"granted": st.booleans(), "source": st.text(texts, min_size=1, max_size=200), "at": moments.map(str)}
                )
            }
        ),
    },
)
ids = st.text(printable, min_size=1, max_size=60)


@given(
    name=ids,
    cart=ids,
    at=moments,
    sent=st.lists(lines, max_size=5),
    contact=contacts,
    currency=st.sampled_from(sorted(CURRENCIES)),
    escaped=st.booleans(),
)
def test_a_cart_arrives_as_it_was_sent(
    name: str, cart: str, at: datetime, sent: list[dict[str, Any]], contact: dict[str, Any], currency: str, *, escaped: bool
) -> None:
    if "consent" in contact:
        contact["consent"]["email"]["at"] = contact["consent"]["email"]["at"].replace(" ", "T")
    said = {
        "id": name,
        "type": "cart.updated",
        "at": at.isoformat(),
        "cart": cart,
        "currency": currency,
        "lines": sent,
        "contact": contact,
    }
    body = json.dumps(said, ensure_ascii=escaped).encode()
    (event,) = read_all(body)
    assert isinstance(event, ev.CartUpdated)
    assert (event.id, event.cart, event.at, event.details.currency) == (name, cart, at, currency)
    assert (event.person.name, event.person.customer_id, event.person.earlier_orders) == tuple(
        contact.get(field) for field in ("name", "customer_id", "earlier_orders")
    )
    (naming,) = event.person.statements
    assert (naming.address.channel, naming.address.value) == (Channel.EMAIL, "jane@example.com")
    if "consent" in contact:
        assert naming.consent is not None
        assert naming.consent.source == contact["consent"]["email"]["source"]
        assert naming.consent.granted == contact["consent"]["email"]["granted"]
    for line, given_line in zip(event.lines, sent, strict=True):
        for field, value in given_line.items():
            arrived = getattr(line, field)
            assert (list(arrived) if isinstance(arrived, tuple) else arrived) == value
    assert read_all(body) == [event]


@given(st.permutations(list(sample("cart.updated").items())))
def test_the_order_of_fields_says_nothing(items: list[tuple[str, object]]) -> None:
    assert read_all(json.dumps(dict(items)).encode()) == read_all(json.dumps(sample("cart.updated")).encode())
