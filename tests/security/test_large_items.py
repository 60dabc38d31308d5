"""What grows towards DynamoDB's 400 KB is forgotten in time, and never in the way of a purchase or a "no". That a cart is refused
before it outgrows its item, and its order never, is in tests/aws/test_tables.py.
"""

from __future__ import annotations

from datetime import timedelta

from rebasket.aws.attributes import to_attributes
from rebasket.aws.episode_codec import pack_contact
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import MAX_UNSENT, Contact, Send, SendState, TouchId, claimed
from tests.samples import SHOP, START

LIMIT = 400 * 1024


def size(contact: Contact) -> int:
    """Bytes, a little more than DynamoDB counts."""
    return len(str(to_attributes(pack_contact(contact))).encode())


def flooded(state: SendState, carts: int) -> Contact:
    """An address that stands in so many carts, all with ids as long as may be."""
    contact = Contact(shop=SHOP, key="k" * 32, channel=Channel.EMAIL)
    for number in range(carts):
        at = START + timedelta(minutes=number)
        entry = Send(state=state, owner="0123456789abcdef", at=at, attempt=1, day="2026-03-02")
        contact = claimed(contact, TouchId(f"{number:0>128}", 1, 1), entry)
    return contact


def test_an_address_typed_into_thousands_of_carts_does_not_outgrow_its_item() -> None:
    for state in (SendState.REFUSED, SendState.HELD, SendState.RELEASED):
        contact = flooded(state, 500)
        assert len(contact.sends) == MAX_UNSENT + 1
        assert size(contact) < LIMIT // 4
        newest = max(contact.sends, key=lambda touch: contact.sends[touch].at)
        assert newest.cart.endswith("499")


def test_what_was_sent_is_never_forgotten_for_what_was_not() -> None:
    sent = claimed(
        Contact(shop=SHOP, key="k", channel=Channel.EMAIL),
        TouchId("first", 1, 1),
        Send(state=SendState.CLAIMED, owner="o", at=START, attempt=1, day="2026-03-02"),
    )
    contact = sent
    for number in range(3 * MAX_UNSENT):
        at = START + timedelta(minutes=number + 1)
        contact = claimed(
            contact, TouchId(f"c{number}", 1, 1), Send(state=SendState.REFUSED, owner="o", at=at, attempt=0, day="2026-03-02")
        )
    assert contact.sends[TouchId("first", 1, 1)] == sent.sends[TouchId("first", 1, 1)]
    assert contact.sent_within(timedelta(days=7), START + timedelta(days=1), besides=None) == 1
