"""What the person says of a touch that is about to go out, and the write that lets it through.

Refusals come before waiting, so that a no or a purchase is recorded as what it is and not as lateness. All of it is asked of what
was read, and the claim is a put on condition of that very version: nothing can come between.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rebasket.domain.people.contact import SendState
from rebasket.domain.people.person import Group, Person, claimed
from rebasket.domain.people.union import MAX_SEASONS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from rebasket.domain.people.contact import TouchId
    from rebasket.domain.people.person import ArmDrawn
    from rebasket.domain.people.sends import Send


@dataclass(frozen=True, slots=True, kw_only=True)
class Restraint:
    """What a policy says of how often a person is written to. `consent_assumed`: whether this shop may write to the identity in
    question without a recorded consent.
    """

    gap: timedelta
    cap: int
    cap_window: timedelta
    consent_assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CartTimes:
    """When a cart last changed: `seen_at` by our clock, `active_at` by the shop's. Purchases are compared with both."""

    seen_at: datetime
    active_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutToSend:
    """A touch whose episode is filed under `day`, which would go to the identity `to` of the person `root`.

    `apart` are the cart's other roots, if any; `group` is the person's in this season.
    """

    touch: TouchId
    day: str
    to: str
    root: Person
    apart: tuple[Person, ...] = ()
    cart: CartTimes
    group: Group
    restraint: Restraint


@dataclass(frozen=True, slots=True)
class Clear:
    """May pass, claimed or held."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """Must not go out; `for_address`: by what counts for the address alone, so that another may be tried."""

    why: str
    for_address: bool = False


@dataclass(frozen=True, slots=True)
class TooSoon:
    """Another message went out less than the gap ago: to be looked at again then. Nothing is bound or written."""

    until: datetime


def look_at_person(asked: AboutToSend, now: datetime) -> Clear | Stopped | TooSoon:
    """Whether the touch may pass the gate, as far as the person is concerned. The first that fails decides."""
    root, restraint, held = asked.root, asked.restraint, asked.group is Group.CONTROL
    stopped = stopped_by((root, *asked.apart), asked.cart, now) or stopped_at_address(root, asked.to, restraint)
    if stopped is not None:
        return stopped
    own = root.send_of(asked.touch, asked.day)
    sent = root.sent_within(restraint.cap_window, now, own, held=held)
    if sent >= restraint.cap:
        return Stopped(f"cap: {sent} of {restraint.cap} in {restraint.cap_window.days} d")
    newest = max(root.times(own, held=held), default=None)
    if newest is not None and newest > now - restraint.gap:
        return TooSoon(newest + restraint.gap)
    return Clear()


def stopped_by(roots: Iterable[Person], cart: CartTimes, now: datetime) -> Stopped | None:
    """What stops every message to these people: a no that any identity of theirs told, whether or not the cart names it; a
    purchase or a pending order since the cart last changed.

    Asked again of roots apart, between gate and wire: the gate's write cannot see their items.
    """
    for person in roots:
        for identity in person.identities.values():
            if identity.suppressed_by_person and identity.suppression:
                return Stopped(f"{identity.kind.value} {identity.suppression.why.value}")
        if person.bought_since(cart.seen_at, cart.active_at):
            return Stopped("bought since")
        if any(hold.refuses(cart.seen_at, cart.active_at, now) for hold in person.holds.values()):
            return Stopped("an order is pending")
    return None


def stopped_at_address(root: Person, to: str, restraint: Restraint) -> Stopped | None:
    """What stops messages to one identity alone: its bounce, its withdrawn consent, or none where one is needed."""
    identity = root.identities[to]
    if identity.suppression is not None:
        return Stopped(f"{identity.kind.value} {identity.suppression.why.value}", for_address=True)
    granted = identity.consent.granted if identity.consent else restraint.consent_assumed
    return None if granted else Stopped(f"{identity.kind.value} without consent", for_address=True)


def passed(root: Person, touch: TouchId, send: Send, season: str, arm: ArmDrawn) -> Person:
    """THE gate's write: the person with this entry, and with the season's arm if they have none and are not merely refused.

    An arm that is stored stays, whatever is handed in.
    """
    person = claimed(root, touch, send)
    if send.state is SendState.REFUSED or season in root.arms:
        return person
    arms = {**root.arms, season: arm}
    return replace(person, arms={name: arms[name] for name in sorted(arms)[-MAX_SEASONS:]})
