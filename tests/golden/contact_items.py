"""Contacts, what leads from them to their carts, and the links in messages, as stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.consent import Consent
from rebasket.domain.people.contact import Contact, Send, SendState, Suppression, SuppressionReason, TouchId
from rebasket.domain.people.contact_form import person_of
from rebasket.domain.people.holds import Hold, PaymentWord
from rebasket.domain.people.identity import Identity, Kind
from rebasket.domain.people.journal import Act, JournalEntry
from rebasket.domain.people.person import ArmDrawn, EpisodeKey, Group, Person, Pointer
from rebasket.domain.people.returns import Returned
from rebasket.domain.people.sends import Send as Entry
from rebasket.domain.sending.message import Link
from tests.golden.tables import NOW, Example

if TYPE_CHECKING:
    from tests.golden.tables import Tables

KEY = "5f2c9d7ab1e04c3388d0aa17b6e4c921"


def contact(**more: Any) -> Contact:  # noqa: ANN401  # whatever a contact has
    """By e-mail, written once."""
    return Contact(**{"shop": "tea", "key": KEY, "channel": Channel.EMAIL, "version": 1, **more})


def send(state: SendState, **more: Any) -> Send:  # noqa: ANN401  # as above
    """The first try."""
    return Send(**{"state": state, "owner": "d1f0a2b3c4d5e6f7", "at": NOW, "attempt": 1, "day": "2026-03-02", **more})


CONTACTS = {
    "nothing known": contact(),
    "by text message": contact(channel=Channel.SMS),
    "agreed": contact(consent=Consent(granted=True, source="checkout", at=NOW)),
    "withdrew": contact(consent=Consent(granted=False, source="account page", at=NOW)),
    **{f"suppressed: {why.value}": contact(suppression=Suppression(why=why, at=NOW)) for why in SuppressionReason},
    "agreed by double opt-in": contact(
        consent=Consent(granted=True, source="checkout", at=NOW, double_opt_in=True), renewed_at=NOW
    ),
    "lifted by the shop": contact(lifted_at=NOW, renewed_at=NOW - timedelta(days=1)),
    "mail that came back": contact(
        sends={TouchId("c1", 1, step): send(SendState.CLAIMED, returned=how) for step, how in enumerate(Returned, 1)}
    ),
    "bought": contact(bought_at=NOW, placed_at=NOW - timedelta(minutes=1)),
    "sends in every state": contact(
        sends={
            **{TouchId("c1", 1, step): send(state) for step, state in enumerate(SendState, 1)},
            TouchId("c#2", 12, 1): send(SendState.CLAIMED, attempt=3, earlier=(NOW - timedelta(days=9), NOW - timedelta(days=2))),
        }
    ),
}


PHONE = "c41fb0aa5d7e4b6f9c0d3e2a1b8f7766"
POINTER = Pointer(shop="tea", key=KEY, version=1, leads_to="0c11aa7e9d3b4f5581c2d3e4f5a6b7c8")
HOLD = Hold(word=PaymentWord.PENDING, at=NOW, held_at=NOW, placed_at=NOW, until=NOW + timedelta(days=3))
ARM = ArmDrawn(at=NOW, by=KEY, first=EpisodeKey("2026-03-02", "c#2", 12), group=Group.CONTROL)
PEOPLE = {
    "several identities": Person(
        shop="tea",
        key=KEY,
        version=1,
        identities={
            KEY: Identity(kind=Kind.EMAIL, consent=Consent(granted=True, source="checkout", at=NOW)),
            PHONE: Identity(
                kind=Kind.PHONE, noes={SuppressionReason.BOUNCED: NOW, SuppressionReason.OPTED_OUT: NOW}, lifted_at=NOW
            ),
            "e0" * 16: Identity(kind=Kind.CUSTOMER),
            "f0" * 16: Identity(kind=Kind.ANONYMOUS),
        },
        bought_at=NOW,
        placed_at=NOW - timedelta(minutes=1),
        holds={"o1": HOLD, "o2": replace(HOLD, word=PaymentWord.PAID, until=None)},
        sends={
            TouchId("c1", 1, step): Entry(state=state, owner="d1f0a2b3c4d5e6f7", at=NOW, attempt=1, day="2026-03-02", to=PHONE)
            for step, state in enumerate(SendState, 1)
        },
        arms={"2026Q1": ARM, "2026Q2": replace(ARM, group=Group.TREATMENT)},
    ),
    "one address, with an arm and a pending order": replace(person_of(contact()), arms={"2026Q1": ARM}, holds={"o1": HOLD}),
    "one address, said no twice, and lifted": replace(
        person_of(contact()),
        identities={
            KEY: Identity(
                kind=Kind.EMAIL,
                noes={SuppressionReason.COMPLAINED: NOW + timedelta(days=1), SuppressionReason.OPTED_OUT: NOW},
                lifted_at=NOW + timedelta(hours=1),
            )
        },
    ),
}


def _example(name: str, meant: Contact) -> Example:
    return Example(name, partial(_write, meant), lambda tables: tables.contacts.get_item("tea", KEY), person_of(meant))


def _write(contact: Contact, tables: Tables) -> None:
    assert tables.contacts.put(person_of(contact))


def _of_person(name: str, meant: Person) -> Example:
    return Example(name, lambda tables: tables.contacts.put(meant), lambda tables: tables.contacts.get_item("tea", KEY), meant)


def _link(tables: Tables) -> None:
    tables.contacts.link("tea", KEY, "c1")
    tables.contacts.link("tea", KEY, "c#2 кошик")


LINK = Link(code="4kZ81wQmXb7T", shop="tea", touch=TouchId("c#2", 12, 1), day="2026-03-02", contact=KEY)

ENTRY = JournalEntry(at=NOW, act=Act.ALLOWED, by="arn:aws:iam::123456789012:user/olena", why="asked by telephone")

EXAMPLES = [
    Example(
        "what was done about a no",
        lambda tables: tables.journal.note("tea", KEY, ENTRY),
        lambda tables: tables.journal.entries("tea", KEY),
        [ENTRY],
    ),
    *(_example(name, each) for name, each in CONTACTS.items()),
    *(_of_person(name, each) for name, each in PEOPLE.items()),
    Example(
        "a pointer",
        lambda tables: tables.contacts.put_pointer(POINTER),
        lambda tables: tables.contacts.get_item("tea", KEY),
        POINTER,
    ),
    Example("its carts", _link, lambda tables: tables.contacts.carts_of("tea", KEY), ["c#2 кошик", "c1"]),
    Example("a link", lambda tables: tables.links.put(LINK), lambda tables: tables.links.get("4kZ81wQmXb7T"), LINK),
]
