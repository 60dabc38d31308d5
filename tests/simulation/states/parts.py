"""What small worlds are made of: a shop with few rules, and what it reports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from rebasket.domain.carts import events as ev
from rebasket.domain.money import Money
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.consent import Consent
from rebasket.domain.shops.policy import Policy, Shop, Step
from tests.simulation.kernel import START
from tests.simulation.states.program import Work
from tests.simulation.states.world import Entry

SHOP = "aster"
IDLE = 600
"""Seconds after which a cart is declared abandoned."""
MAIL, PHONE = Address(Channel.EMAIL, "x@example.com"), Address(Channel.SMS, "+4915100000001")


def a_shop(**rules: Any) -> Shop:
    """A shop with one step by mail, at once, unless `rules` say otherwise."""
    usual: dict[str, Any] = {
        "abandoned_after": timedelta(seconds=IDLE),
        "steps": steps(1),
        "gap": timedelta(minutes=30),
        "give_up": timedelta(hours=1),
        "cap": 3,
        "holdout": 0,
        "consent_assumed": frozenset(Channel),
        "quiet_hours": {},
    }
    return Shop(
        id=SHOP,
        name="Aster",
        url="https://aster.example",
        hosts=("aster.example",),
        postal_address="1 Street, Town",
        sender_name="Aster",
        locale="en",
        activated_at=START - timedelta(days=1),
        policy=Policy(**{**usual, **rules}),
    )


def steps(count: int, *channels: Channel) -> tuple[Step, ...]:
    """So many steps, half an hour apart."""
    return tuple(Step(delay=timedelta(minutes=30 * k), channels=channels or (Channel.EMAIL,)) for k in range(count))


def _said(name: str, cart: str, at: float, who: tuple[Address, ...]) -> dict[str, Any]:
    named = tuple(ev.AddressStatement(address=address) for address in who)
    return {"id": name, "shop": SHOP, "cart": cart, "at": START + timedelta(seconds=at), "person": ev.Person(statements=named)}


def fills(name: str, cart: str, said_at: float, *who: Address, **when: Any) -> Entry:
    """The cart as it now is is reported; `said_at` is the shop's time of it, in seconds after the start."""
    count = 2 if name.endswith("again") else 1  # to tell the same once more is no activity
    lines = (ev.Line(sku="tea", title="Tea", quantity=count, unit_price=1990),)
    details = ev.Details(currency="EUR")
    return Entry(
        name=name, work=Work("event", ev.CartUpdated(**_said(name, cart, said_at, who), lines=lines, details=details)), **when
    )


def buys(name: str, cart: str, said_at: float, *who: Address, order: str = "o1", **when: Any) -> Entry:
    """The cart became an order."""
    said = _said(name, cart, said_at, who)
    return Entry(name=name, work=Work("event", ev.OrderPlaced(**said, order=order, total=Money(1990, "EUR"))), **when)


def pays_back(name: str, cart: str, said_at: float, order: str = "o1", **when: Any) -> Entry:
    """Some of an order is paid back."""
    said = _said(name, cart, said_at, ())
    return Entry(name=name, work=Work("event", ev.OrderRefunded(**said, order=order, amount=Money(500, "EUR"))), **when)


def tells_who(name: str, cart: str, said_at: float, *who: Address, **when: Any) -> Entry:
    """The shop learns whose cart it is."""
    return Entry(name=name, work=Work("event", ev.ContactIdentified(**_said(name, cart, said_at, who))), **when)


def agrees(name: str, said_at: float, who: Address, **when: Any) -> Entry:
    """Somebody agrees to be written to, away from any cart."""
    consent = Consent(granted=True, source="account", at=START + timedelta(seconds=said_at))
    said = {**_said(name, "", said_at, ()), "person": ev.Person(statements=(ev.AddressStatement(address=who, consent=consent),))}
    return Entry(name=name, work=Work("event", ev.ContactIdentified(**said)), **when)


def opts_out(touch: str, **when: Any) -> Entry:
    """The link in a message of the first day is followed."""
    return Entry(name="opt-out", work=Work("opt out", f"{SHOP}~{START:%Y-%m-%d}~{touch}"), sent=touch, **when)


def erases(**when: Any) -> Entry:
    """Somebody is erased on request."""
    return Entry(name="erasure", work=Work("erase", MAIL), **when)


def rearms(name: str, **when: Any) -> Entry:
    """An operator rearms."""
    return Entry(name=name, work=Work("rearm"), **when)
