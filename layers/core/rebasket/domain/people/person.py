"""A person: all identities of one shopper at one shop that were named together, and what was promised to them.

The item is the gate: claim, cap, gap, arm and last check of a touch are one conditional write on it, so nobody passes after a
purchase or an opt-out of theirs was stored, whichever of their addresses it was told of.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from rebasket.domain.people import holds as pending
from rebasket.domain.people import identity as identities_
from rebasket.domain.people import sends as entries
from rebasket.domain.people.contact import HEARD_BY, SendState, SuppressionReason, TouchId
from rebasket.domain.people.returns import Posted, nothing_arrives

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from rebasket.domain.people.consent import Consent
    from rebasket.domain.people.holds import Hold
    from rebasket.domain.people.identity import Identity, Kind
    from rebasket.domain.people.returns import Returned
    from rebasket.domain.people.sends import Send

MAX_IDENTITIES = 20
"""Of one person. More is a till's own address, or somebody who types those of strangers."""


class Group(StrEnum):
    """What the experiment assigned."""

    TREATMENT = "treatment"
    CONTROL = "control"


@dataclass(frozen=True, slots=True, order=True)
class EpisodeKey:
    """An episode of the person's shop: the day it is filed under (UTC, `YYYY-MM-DD`), its cart and generation."""

    day: str
    cart: str
    generation: int


@dataclass(frozen=True, slots=True, order=True)
class ArmDrawn:
    """A person's group in one season: drawn when, from which hash, and stored by the first touch of which episode.

    The order is the one of joining: the older draw stays, of equally old ones that of the smaller hash.
    """

    at: datetime
    by: str
    first: EpisodeKey
    group: Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """What stands at an identity's key once its person is found at another, with a smaller hash. It is never written over.

    `version` is one more than that of the person (or of the nothing, 0) that it replaced.
    """

    shop: str
    key: str
    version: int
    leads_to: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person as stored under the hash `key`; every write raises `version`, 0 is nothing stored.

    `bought_at` is our time, `placed_at` the shop's; both only rise. `holds` are by order, `arms` by season.
    """

    shop: str
    key: str
    version: int = 0
    identities: Mapping[str, Identity]
    bought_at: datetime | None = None
    placed_at: datetime | None = None
    holds: Mapping[str, Hold] = field(default_factory=dict)
    sends: Mapping[TouchId, Send] = field(default_factory=dict)
    arms: Mapping[str, ArmDrawn] = field(default_factory=dict)

    @classmethod
    def blank(cls, shop: str, key: str, kind: Kind) -> Person:
        """Who is known by one identity, and nothing else of them."""
        return cls(shop=shop, key=key, identities={key: identities_.Identity(kind=kind)})

    def written(self, **changes: object) -> Person:
        """This person with changes, as the next version."""
        return replace(self, version=self.version + 1, **changes)  # type: ignore[arg-type]  # keyword names are checked by the callers' tests

    @property
    def suppressed_by_person(self) -> bool:
        """Whether they told the shop to stop, by any of their identities."""
        return any(identity.suppressed_by_person for identity in self.identities.values())

    def bought_since(self, seen_at: datetime, active_at: datetime) -> bool:
        """Whether a purchase was stored since a cart last changed (our clock), or placed since its last activity (the shop's).

        Two clocks, because either alone is fooled: the shop's by a wrong clock, ours by an event that arrives late.
        """
        ours = self.bought_at is not None and self.bought_at >= seen_at
        theirs = self.placed_at is not None and self.placed_at >= active_at
        return ours or theirs

    def send_of(self, touch: TouchId, day: str) -> Send | None:
        """The entry of a touch whose episode is filed under that day."""
        entry = self.sends.get(touch)
        return entry if entry and entry.day == day else None

    def times(self, besides: Send | None, *, held: bool = False) -> list[datetime]:
        """When messages were claimed, but for `besides`; with `held`, of one in the control group, or held back, too: they would
        have been sent.
        """
        return [at for send in self.sends.values() for at in (send.earlier if send is besides else send.times(held=held))]

    def sent_within(self, window: timedelta, now: datetime, besides: Send | None, *, held: bool = False) -> int:
        """How many of `times` lie in the `window` before `now`."""
        return sum(at > now - window for at in self.times(besides, held=held))


def consented(person: Person, key: str, consent: Consent) -> Person:
    """With a later statement of consent for one identity; the same object when it changes nothing."""
    return _with_identity(person, key, identities_.consented(person.identities[key], consent))


def suppressed(person: Person, key: str, why: SuppressionReason, at: datetime) -> Person:
    """One identity told no; the same object when it changes nothing."""
    return _with_identity(person, key, identities_.suppressed(person.identities[key], why, at))


def lifted(person: Person, key: str, at: datetime) -> Person:
    """Every earlier no of one identity lifted; the same object when it changes nothing."""
    return _with_identity(person, key, identities_.lifted(person.identities[key], at))


def renewed(person: Person, key: str, at: datetime) -> Person:
    """Every earlier no of one identity lifted that is RENEWABLE; the same object when it changes nothing."""
    return _with_identity(person, key, identities_.renewed(person.identities[key], at))


def came_back(person: Person, touch: TouchId, day: str, how: Returned, at: datetime) -> Person:
    """With word that a mail came back for now, and its identity given up if so did all its last ones; the same object when that
    was known.
    """
    sends = entries.came_back(person.sends, touch, day, how)
    if sends is person.sends:
        return person
    to = sends[touch].to
    posted = [
        Posted(s.at, s.returned) for t, s in sends.items() if s.to == to and s.state is SendState.CLAIMED and not t.elsewhere
    ]
    told = person.written(sends=sends)
    if not nothing_arrives(posted) or to not in person.identities:
        return told
    return replace(suppressed(told, to, SuppressionReason.BOUNCED, at), version=told.version)


def is_confirmed(person: Person, key: str, touch: TouchId) -> bool:
    """Whether an identity was known to be somebody's before this touch: by a purchase of the person, a double opt-in, or another
    message to it that did not come back. A ticked box is none of these.
    """
    bought = person.bought_at is not None or person.placed_at is not None
    consent = person.identities[key].consent if key in person.identities else None
    said = consent is not None and consent.granted and consent.double_opt_in
    mine = person.sends.get(touch)
    arrived = mine is not None and any(
        send.state is SendState.CLAIMED and send.returned is None and send.to == key and send.at <= mine.at - HEARD_BY
        for other, send in person.sends.items()
        if not other.elsewhere
    )
    return bought or said or arrived


def _with_identity(person: Person, key: str, identity: Identity) -> Person:
    return person if identity == person.identities[key] else person.written(identities={**person.identities, key: identity})


def purchased(person: Person, bought_at: datetime, placed_at: datetime) -> Person:
    """With a purchase stamped on them; both times only rise. The same object when they do not."""
    bought = max(person.bought_at or bought_at, bought_at)
    placed = max(person.placed_at or placed_at, placed_at)
    if (bought, placed) == (person.bought_at, person.placed_at):
        return person
    return person.written(bought_at=bought, placed_at=placed)


def held_for(person: Person, order: str, hold: Hold) -> Person:
    """With a word on an order's payment; the same object when a later one is known, or it is older than all that is kept."""
    holds = pending.merged(person.holds, {order: hold})
    return person if holds == person.holds else person.written(holds=holds)


def claimed(person: Person, touch: TouchId, send: Send) -> Person:
    """With the touch claimed (or held, or refused); forgets entries older than what is kept, and beyond how many."""
    return person.written(sends=entries.claimed(person.sends, touch, send))


def released(person: Person, touch: TouchId, owner: str) -> Person:
    """With the owner's own claim given back; the same object when it is not the owner's (any more)."""
    return _ended(person, touch, owner, SendState.RELEASED)


def given_up(person: Person, touch: TouchId, owner: str) -> Person:
    """With the owner's own claim turned into a refusal, nothing having gone out; the same object when it is not the owner's."""
    return _ended(person, touch, owner, SendState.REFUSED)


def _ended(person: Person, touch: TouchId, owner: str, state: SendState) -> Person:
    sends = entries.ended(person.sends, touch, owner, state)
    return person if sends is person.sends else person.written(sends=sends)
