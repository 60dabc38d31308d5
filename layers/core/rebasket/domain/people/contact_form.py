"""A person of one identity, and the contact that stands for them in the table: the same item.

An item without `identities` is a person of its own hash, and is written so for as long as they have one identity: versions that
know only contacts can read it. What a contact has no room for (arms, holds, liftings, a second no) are attributes beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.domain.people import contact as one_address
from rebasket.domain.people.contact import Contact
from rebasket.domain.people.identity import Identity, Kind
from rebasket.domain.people.person import Person
from rebasket.domain.people.sends import Send

if TYPE_CHECKING:
    from rebasket.domain.people.addresses import Channel


def person_of(contact: Contact) -> Person:
    """The person that a contact is."""
    no = contact.suppression
    identity = Identity(
        kind=Kind.of(contact.channel),
        consent=contact.consent,
        noes={no.why: no.at} if no else {},
        lifted_at=contact.lifted_at,
        renewed_at=contact.renewed_at,
    )
    return Person(
        shop=contact.shop,
        key=contact.key,
        version=contact.version,
        identities={contact.key: identity},
        bought_at=contact.bought_at,
        placed_at=contact.placed_at,
        sends={
            touch: Send(
                state=send.state,
                owner=send.owner,
                at=send.at,
                attempt=send.attempt,
                day=send.day,
                to=contact.key,
                earlier=send.earlier,
                returned=send.returned,
            )
            for touch, send in contact.sends.items()
        },
    )


def contact_of(person: Person) -> Contact:
    """The contact that a person is. Raises ValueError for one of several identities, or whom no message can reach."""
    identity, channel = _only(person)
    return Contact(
        shop=person.shop,
        key=person.key,
        channel=channel,
        version=person.version,
        consent=identity.consent,
        suppression=identity.suppression,
        lifted_at=identity.lifted_at,
        renewed_at=identity.renewed_at,
        bought_at=person.bought_at,
        placed_at=person.placed_at,
        sends={
            touch: one_address.Send(
                state=send.state,
                owner=send.owner,
                at=send.at,
                attempt=send.attempt,
                day=send.day,
                earlier=send.earlier,
                returned=send.returned,
            )
            for touch, send in person.sends.items()
        },
    )


def is_contact(person: Person) -> bool:
    """Whether they are written as a contact: one identity, that of their own hash, at which they can be reached."""
    return set(person.identities) == {person.key} and person.identities[person.key].kind.channel is not None


def _only(person: Person) -> tuple[Identity, Channel]:
    identity = person.identities[person.key]
    channel = identity.kind.channel
    if channel is None or len(person.identities) > 1:
        raise ValueError("only who has one address is a contact")
    return identity, channel
