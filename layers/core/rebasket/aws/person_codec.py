"""People and pointers as items, at the keys of contacts.

A person of one address is written as a contact is, byte for byte: earlier versions can read them. One of several identities has
`identities`, and a pointer leads away; both say a `channel` that earlier versions know no such channel of, so that these fail
instead of sending, or of writing over what they do not understand.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rebasket.aws.attributes import from_millis, maybe_millis, maybe_time, to_millis
from rebasket.aws.episode_codec import pack_contact, unpack_contact
from rebasket.domain.people.consent import Consent
from rebasket.domain.people.contact import SendState, SuppressionReason, TouchId
from rebasket.domain.people.contact_form import contact_of, is_contact, person_of
from rebasket.domain.people.holds import Hold, PaymentWord
from rebasket.domain.people.identity import Identity, Kind
from rebasket.domain.people.person import ArmDrawn, EpisodeKey, Group, Person, Pointer
from rebasket.domain.people.returns import Returned
from rebasket.domain.people.sends import Send

if TYPE_CHECKING:
    from collections.abc import Mapping

PERSON, POINTER = "person", "pointer"
"""What stands in `channel` where it is no address's."""


def pack_person(person: Person) -> dict[str, Any]:
    """A person's attributes but their key and expiry."""
    more = {"holds": _pack_holds(person.holds), "arms": _pack_arms(person.arms)}
    if is_contact(person):
        return {**pack_contact(contact_of(person)), **more, **_beside(person.identities[person.key])}
    return {
        "version": person.version,
        "channel": PERSON,
        "identities": {key: _pack_identity(identity) for key, identity in sorted(person.identities.items())},
        "bought": maybe_millis(person.bought_at),
        "placed": maybe_millis(person.placed_at),
        "sends": {str(touch): _pack_send(send) for touch, send in person.sends.items()} or None,
        **more,
    }


def pack_pointer(pointer: Pointer) -> dict[str, Any]:
    """A pointer's attributes but its key."""
    return {"version": pointer.version, "channel": POINTER, "leads_to": pointer.leads_to}


def unpack_item(shop: str, key: str, item: Mapping[str, Any]) -> Person | Pointer:
    """Whatever stands at a contact's key."""
    if item["channel"] == POINTER:
        return Pointer(shop=shop, key=key, version=item["version"], leads_to=item["leads_to"])
    if item["channel"] == PERSON:
        person = Person(
            shop=shop,
            key=key,
            version=item["version"],
            identities={hash_: _unpack_identity(identity) for hash_, identity in item["identities"].items()},
            bought_at=maybe_time(item.get("bought")),
            placed_at=maybe_time(item.get("placed")),
            sends={TouchId.parse(touch): _unpack_send(send) for touch, send in item.get("sends", {}).items()},
        )
    else:
        person = _with_beside(person_of(unpack_contact(shop, key, item)), item)
    return replace(person, holds=_unpack_holds(item.get("holds", {})), arms=_unpack_arms(item.get("arms", {})))


def _beside(identity: Identity) -> dict[str, Any]:
    """What a contact has no room for: every no but the weightiest that stands, and when all of them were lifted."""
    standing = identity.suppression
    noes = {why.value: to_millis(at) for why, at in identity.noes.items() if standing is None or why is not standing.why}
    return {"noes": noes or None, "lifted": maybe_millis(identity.lifted_at), "renewed": maybe_millis(identity.renewed_at)}


def _with_beside(person: Person, item: Mapping[str, Any]) -> Person:
    if item.keys().isdisjoint(("noes", "lifted", "renewed")):
        return person
    known = person.identities[person.key]
    noes = {SuppressionReason(why): from_millis(at) for why, at in item.get("noes", {}).items()}
    identity = Identity(
        kind=known.kind,
        consent=known.consent,
        noes={**noes, **known.noes},
        lifted_at=maybe_time(item.get("lifted")),
        renewed_at=maybe_time(item.get("renewed")),
    )
    return replace(person, identities={person.key: identity})


def _pack_identity(identity: Identity) -> dict[str, Any]:
    consent = identity.consent
    return {
        "kind": identity.kind.value,
        "consent": [consent.granted, consent.source, to_millis(consent.at), *([True] if consent.double_opt_in else [])]
        if consent
        else None,
        "noes": {why.value: to_millis(at) for why, at in identity.noes.items()} or None,
        "lifted": maybe_millis(identity.lifted_at),
        "renewed": maybe_millis(identity.renewed_at),
    }


def _unpack_identity(packed: Mapping[str, Any]) -> Identity:
    consent = packed.get("consent")
    return Identity(
        kind=Kind(packed["kind"]),
        consent=Consent(granted=consent[0], source=consent[1], at=from_millis(consent[2]), double_opt_in=consent[3:] == [True])
        if consent
        else None,
        noes={SuppressionReason(why): from_millis(at) for why, at in packed.get("noes", {}).items()},
        lifted_at=maybe_time(packed.get("lifted")),
        renewed_at=maybe_time(packed.get("renewed")),
    )


def _pack_send(send: Send) -> dict[str, Any]:
    return {
        "state": send.state.value, "owner": send.owner, "at": to_millis(send.at), "attempt": send.attempt, "day": send.day,
        "to": send.to, "earlier": [to_millis(at) for at in send.earlier] or None,
        "back": send.returned.value if send.returned else None,
    }  # fmt: skip


def _unpack_send(packed: Mapping[str, Any]) -> Send:
    return Send(
        state=SendState(packed["state"]),
        owner=packed["owner"],
        at=from_millis(packed["at"]),
        attempt=packed["attempt"],
        day=packed["day"],
        to=packed["to"],
        earlier=tuple(map(from_millis, packed.get("earlier", ()))),
        returned=Returned(packed["back"]) if "back" in packed else None,
    )


def _pack_holds(holds: Mapping[str, Hold]) -> dict[str, Any] | None:
    return {
        order: {
            "word": hold.word.value, "at": to_millis(hold.at), "held": to_millis(hold.held_at),
            "placed": to_millis(hold.placed_at), "until": maybe_millis(hold.until),
        }
        for order, hold in holds.items()
    } or None  # fmt: skip


def _unpack_holds(packed: Mapping[str, Mapping[str, Any]]) -> dict[str, Hold]:
    return {
        order: Hold(
            word=PaymentWord(hold["word"]),
            at=from_millis(hold["at"]),
            held_at=from_millis(hold["held"]),
            placed_at=from_millis(hold["placed"]),
            until=maybe_time(hold.get("until")),
        )
        for order, hold in packed.items()
    }


def _pack_arms(arms: Mapping[str, ArmDrawn]) -> dict[str, Any] | None:
    return {
        season: [arm.group.value, to_millis(arm.at), arm.by, arm.first.day, arm.first.cart, arm.first.generation]
        for season, arm in arms.items()
    } or None


def _unpack_arms(packed: Mapping[str, list[Any]]) -> dict[str, ArmDrawn]:
    return {
        season: ArmDrawn(at=from_millis(at), by=by, first=EpisodeKey(day, cart, generation), group=Group(group))
        for season, (group, at, by, day, cart, generation) in packed.items()
    }
