"""People as tests look at them: what is known of one of their addresses, in the form of a contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.domain.people import contact as one
from rebasket.domain.people.contact import Contact
from rebasket.domain.people.contact_form import person_of
from rebasket.domain.people.identity import Kind
from rebasket.domain.people.root import root_of
from rebasket.domain.reminders.decision import Candidate

if TYPE_CHECKING:
    from rebasket.domain.people.addresses import Channel
    from rebasket.domain.people.person import Person
    from rebasket.ports import Contacts


def contact_at(person: Person, key: str) -> Contact:
    """One address of a person; bought and sent is what they bought and were sent."""
    identity = person.identities[key]
    channel = identity.kind.channel
    assert channel, "an id is no address"
    return Contact(
        shop=person.shop,
        key=key,
        channel=channel,
        version=person.version,
        consent=identity.consent,
        suppression=identity.suppression,
        bought_at=person.bought_at,
        placed_at=person.placed_at,
        sends={
            touch: one.Send(
                state=send.state, owner=send.owner, at=send.at, attempt=send.attempt, day=send.day, earlier=send.earlier
            )
            for touch, send in person.sends.items()
        },
    )


def stored_contact(contacts: Contacts, shop: str, key: str) -> Contact | None:
    """The same of what is stored, wherever the hash leads; None where nothing is, or nothing of this address."""
    found = root_of(shop, key, Kind.EMAIL, lambda hash_: contacts.get_item(shop, hash_))
    return contact_at(found, key) if found.version and key in found.identities else None


def candidate(contact: Contact) -> Candidate:
    """Somebody of one address, as a step may go to them."""
    return Candidate(contact.key, person_of(contact))


def candidates(contacts: dict[Channel, Contact]) -> dict[Channel, Candidate]:
    """Several such people."""
    return {channel: candidate(contact) for channel, contact in contacts.items()}
