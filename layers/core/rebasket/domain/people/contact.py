"""A contact: one address of one shopper at one shop, known here only by its keyed hash.

The item is the gate: claim, cap, slot and last check of a touch are one conditional write on it, so nobody passes after a
purchase or an opt-out was stored.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from rebasket.domain.people.consent import later_consent
from rebasket.domain.people.returns import Posted, Returned, nothing_arrives

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rebasket.domain.people.addresses import Channel
    from rebasket.domain.people.consent import Consent

SENDS_RETENTION = timedelta(days=60)
"""How long a contact remembers what was sent to it."""

HEARD_BY = timedelta(days=1)
"""A mail that has not come back after so long has arrived: providers give up trying within hours (SES: 14)."""

MAX_UNSENT = 100
"""Entries kept of touches that were decided against, held or given back, the newest. Claims are few, for the cap sees to that; of
the others there are as many as carts that name the address, and who types a stranger's address into thousands of carts must not
make the contact outgrow its item: then no purchase and no "no" of theirs could be stored any more.

What is forgotten so has long been recorded in its episode, or is decided anew; it cannot have gone out."""


@dataclass(frozen=True, slots=True, order=True)
class TouchId:
    """Names one touch: a step of one generation of one cart."""

    cart: str
    generation: int
    step: int

    def __str__(self) -> str:
        """`{cart}#{generation}#{step}`; the cart may itself hold a `#`, so read it from the right."""
        return f"{self.cart}#{self.generation}#{self.step}"

    @property
    def elsewhere(self) -> bool:
        """Whether it is no touch of ours, but a reminder that the shop's platform sent: it counts for cap and gap, no more."""
        return self.generation == 0

    @classmethod
    def of_elsewhere(cls, event: str) -> TouchId:
        """The name of one that an event told of; no generation of a cart is 0."""
        return cls(event, 0, 0)

    @classmethod
    def parse(cls, text: str) -> TouchId:
        """Undo `str`."""
        cart, generation, step = text.rsplit("#", 2)
        return cls(cart, int(generation), int(step))


class SendState(StrEnum):
    """How far a send got, as the gate knows it."""

    CLAIMED = "claimed"
    RELEASED = "released"
    HELD = "held"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """One entry of `sends`: who claimed the touch when, which try it was, and on which day its episode is filed.

    A cart that was forgotten after its retention may come back under its name, and its touches with it: the day tells them apart.
    `earlier`: when messages of this name went out before, for the cap. `returned`: how it came back, if it did, for now.
    """

    state: SendState
    owner: str
    at: datetime
    attempt: int
    day: str
    earlier: tuple[datetime, ...] = ()
    returned: Returned | None = None


class SuppressionReason(StrEnum):
    """Why an address gets nothing any more."""

    OPTED_OUT = "opted out"
    COMPLAINED = "complained"
    BOUNCED = "bounced"
    ERASED = "erased"


WEIGHTS = {
    SuppressionReason.BOUNCED: 1,
    SuppressionReason.OPTED_OUT: 2,
    SuppressionReason.COMPLAINED: 3,
    SuppressionReason.ERASED: 4,
}
"""Which reason is told where several stand: the heaviest. A bounce is the mailbox's word; the others are the person's."""

RENEWABLE = frozenset({SuppressionReason.BOUNCED, SuppressionReason.OPTED_OUT})
"""What a renewed double opt-in lifts: they said themselves that they want messages again, and the link that they followed proves
that the mailbox is read. A complaint told the provider, too, which holds the address back itself and judges the sender by it; an
erasure was asked for by law. Neither is undone by a form, only by whoever answers for it (docs/operations.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """Since when, and why."""

    why: SuppressionReason
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A contact as stored; every write raises `version`. `bought_at` is our time, `placed_at` the shop's; both only rise.

    `lifted_at`: when every no was last lifted, `renewed_at`: when those that are RENEWABLE were. A no from before comes too late.
    """

    shop: str
    key: str
    channel: Channel
    version: int = 0
    consent: Consent | None = None
    suppression: Suppression | None = None
    lifted_at: datetime | None = None
    renewed_at: datetime | None = None
    bought_at: datetime | None = None
    placed_at: datetime | None = None
    sends: Mapping[TouchId, Send] = field(default_factory=dict)

    def written(self, **changes: object) -> Contact:
        """This contact with changes, as the next version."""
        return replace(self, version=self.version + 1, **changes)  # type: ignore[arg-type]  # keyword names are checked by the callers' tests

    @property
    def suppressed_by_person(self) -> bool:
        """Whether the person told the shop to stop (a bounce is the mailbox's word, not theirs)."""
        return self.suppression is not None and self.suppression.why is not SuppressionReason.BOUNCED

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

    def sent_within(self, window: timedelta, now: datetime, besides: Send | None, *, held: bool = False) -> int:
        """Messages claimed in the `window` before `now`, other than `besides`; no other entry counts.

        But with `held`, of one in the control group, those that were held back, too: they would have been sent.
        """
        return sum(at > now - window for send in self.sends.values() for at in _sent(send, besides, held=held))


def _sent(send: Send, besides: Send | None, *, held: bool = False) -> tuple[datetime, ...]:
    """When messages went out, as far as an entry knows; or, with `held`, would have."""
    went = send.state is SendState.CLAIMED or (held and send.state is SendState.HELD)
    return (*send.earlier, send.at) if went and send is not besides else send.earlier


def consented(contact: Contact, consent: Consent) -> Contact:
    """With a later statement of consent; the same object when it changes nothing.

    A later "yes" does not undo an opt-out by link, a complaint or a bounce: those stay until the shop lifts them on purpose. But
    one by double opt-in does, of what is RENEWABLE.
    """
    latest = later_consent(contact.consent, consent)
    new = replace(contact, consent=latest)
    if consent.granted and consent.double_opt_in:
        new = renewed(new, consent.at)
    return contact if new == contact else replace(new, version=contact.version + 1)


def purchased(contact: Contact, bought_at: datetime, placed_at: datetime) -> Contact:
    """With a purchase stamped on it; both times only rise. The same object when they do not."""
    bought = max(contact.bought_at or bought_at, bought_at)
    placed = max(contact.placed_at or placed_at, placed_at)
    if (bought, placed) == (contact.bought_at, contact.placed_at):
        return contact
    return contact.written(bought_at=bought, placed_at=placed)


def suppressed(contact: Contact, why: SuppressionReason, at: datetime) -> Contact:
    """Told no; the same object when it changes nothing. The weightier reason stays, of the same the later time: a lifting dated
    between the two must not win. Nothing changes when the no was lifted after it was said.
    """
    known = contact.suppression
    if _came_too_late(contact, why, at) or (known is not None and (WEIGHTS[known.why], known.at) >= (WEIGHTS[why], at)):
        return contact
    return contact.written(suppression=Suppression(why=why, at=at))


def _came_too_late(contact: Contact, why: SuppressionReason, at: datetime) -> bool:
    lifted_at = later(contact.lifted_at, contact.renewed_at if why in RENEWABLE else None)
    return lifted_at is not None and at < lifted_at


def later(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later of two moments, either of which may never have been."""
    return max((at for at in (one, other) if at is not None), default=None)


def lifted(contact: Contact, at: datetime) -> Contact:
    """Every no from before that moment lifted, by the shop, on purpose; the same object when it changes nothing."""
    return _without_no(contact, at, frozenset(SuppressionReason), lifted_at=later(contact.lifted_at, at))


def renewed(contact: Contact, at: datetime) -> Contact:
    """Every no from before that moment lifted that is RENEWABLE; the same object when it changes nothing."""
    return _without_no(contact, at, RENEWABLE, renewed_at=later(contact.renewed_at, at))


def _without_no(contact: Contact, at: datetime, reasons: frozenset[SuppressionReason], **since: datetime | None) -> Contact:
    no = contact.suppression
    gone = no is not None and no.why in reasons and no.at < at
    new = replace(contact, suppression=None if gone else no, **since)  # type: ignore[arg-type]  # the two callers name fields
    return contact if new == contact else replace(new, version=contact.version + 1)


def came_back(contact: Contact, touch: TouchId, day: str, how: Returned, at: datetime) -> Contact:
    """With word that a mail came back for now, and given up if so did all the last ones; the same object when that was known."""
    mine = contact.send_of(touch, day)
    if mine is None or mine.returned is not None:
        return contact
    told = contact.written(sends={**contact.sends, touch: replace(mine, returned=how)})
    posted = [Posted(s.at, s.returned) for s in told.sends.values() if s.state is SendState.CLAIMED]
    if not nothing_arrives(posted):
        return told
    return replace(suppressed(told, SuppressionReason.BOUNCED, at), version=told.version)


def is_confirmed(contact: Contact, touch: TouchId) -> bool:
    """Whether the address was known to be somebody's before this touch: by a purchase, a double opt-in, or another message that
    did not come back. A ticked box is none of these: whoever types a stranger's address can tick it, too.
    """
    bought = contact.bought_at is not None or contact.placed_at is not None
    said = contact.consent is not None and contact.consent.granted and contact.consent.double_opt_in
    mine = contact.sends.get(touch)
    arrived = mine is not None and any(
        send.state is SendState.CLAIMED and send.returned is None and send.at <= mine.at - HEARD_BY
        for send in contact.sends.values()
    )
    return bought or said or arrived


def claimed(contact: Contact, touch: TouchId, send: Send) -> Contact:
    """With the touch claimed (or held, or refused); forgets entries older than what is kept, and beyond how many."""
    since = send.at - SENDS_RETENTION
    kept = {t: s for t, s in contact.sends.items() if s.at > since and t != touch}
    before = contact.sends.get(touch)
    if before is not None:
        times = before.earlier if before.day == send.day else _sent(before, None)
        send = replace(send, earlier=tuple(at for at in times if at > since))
    unsent = sorted((s.at, t) for t, s in kept.items() if not _sent(s, None))
    for _, forgotten in unsent[: max(0, len(unsent) - MAX_UNSENT)]:
        del kept[forgotten]
    return contact.written(sends={**kept, touch: send})


def released(contact: Contact, touch: TouchId, owner: str) -> Contact:
    """With the owner's own claim given back; the same object when it is not the owner's (any more)."""
    mine = contact.sends.get(touch)
    if mine is None or mine.owner != owner or mine.state is not SendState.CLAIMED:
        return contact
    return contact.written(sends={**contact.sends, touch: replace(mine, state=SendState.RELEASED)})
