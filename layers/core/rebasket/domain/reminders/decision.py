"""Whether a step's reminder goes out, to which address, and why: a pure function that keeps the trail of its checks.

What was promised to the shopper (a no, a purchase, cap, gap, group) is asked of the person, whichever of their addresses it is
about and whichever the reminder would go to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.person import EpisodeKey, Group
from rebasket.domain.people.seasons import HOLDOUT, arm_in, season_of
from rebasket.domain.reminders.check import Check
from rebasket.domain.reminders.episode import Arm
from rebasket.domain.shops.quiet_hours import allowed, first_allowed, local_time, waking_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from rebasket.domain.carts.cart import Cart
    from rebasket.domain.people.contact import TouchId
    from rebasket.domain.people.person import ArmDrawn, Person
    from rebasket.domain.people.sends import Send as Entry
    from rebasket.domain.reminders.episode import Header
    from rebasket.domain.shops.policy import Policy
    from rebasket.domain.shops.sms_limits import Destination


@dataclass(frozen=True, slots=True)
class Send:
    """Write to this address."""

    channel: Channel
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Hold:
    """Would be written to at this address, but is in the control group."""

    channel: Channel
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Skip:
    """Is not written to; `why` is the check that failed."""

    why: str
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Postpone:
    """Would be written to at this address, but not now: to be decided anew at `until`. The last check says why; nothing ends."""

    channel: Channel
    until: datetime
    checks: tuple[Check, ...]


LATE = "not too late"
GAP = "gap since the last message"
NEWER = "a newer cart of the same shopper"
EXCEPT = "address on the shop's except list"
PENDING = "no order pending"
"""Checks that are asked only where there is something to see: an earlier message, another cart, a list, an order."""

Verdict = Send | Hold | Skip
Decision = Verdict | Postpone


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that a step may go to, by its hash, and the person whose it is. `excepted`: the shop writes to nobody there."""

    key: str
    root: Person
    excepted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """All that a decision rests on. `day`: the one that the episode is filed under.

    `candidates` are the addresses that this step may go to, in order of preference; `people` all whom the cart names, mostly one:
    a purchase or a "no" of any of them counts. `over` says why the episode is over, if it is; `number` is where the one is that
    would be texted, None when the cart holds it no longer.
    """

    touch: TouchId
    day: str
    due: datetime
    cart: Cart
    header: Header
    over: str | None
    candidates: Mapping[Channel, Candidate]
    people: Sequence[Person]
    policy: Policy
    activated_at: datetime
    number: Destination | None = None

    @property
    def season(self) -> str:
        """The one in which the episode was declared: all its steps are of one group."""
        return season_of(self.header.declared_at)

    def arm_of(self, root: Person, now: datetime) -> ArmDrawn:
        """The person's arm: stored, or drawn now and stored by the gate. The group in a header of before people had one stays."""
        old = self.header.arm
        before = None if old is None else Group.CONTROL if old is Arm.HELD else Group.TREATMENT
        first = EpisodeKey(self.day, self.touch.cart, self.touch.generation)
        control = self.policy.holdout
        return arm_in(root, HOLDOUT, self.season, first=first, control=control, now=now, before=before)


def decide(question: Question, now: datetime) -> Decision:
    """Ask every check in a fixed order; the first that fails decides. Channels are tried in the step's order.

    The gap and quiet hours come last, and move the reminder in time, not to another channel: which channel it is does not depend
    on the hour. The control group waits like the others, and cap and gap count what was held back from it as what was sent.
    """
    checks = list(_about_the_cart(question, now))
    failed = next((check for check in checks if not check.passed), None)
    if failed:
        return Skip(failed.name, tuple(checks))
    last = Check("somebody to reach", passed=False)
    for channel, candidate in question.candidates.items():
        held = question.arm_of(candidate.root, now).group is Group.CONTROL
        asked = list(_about_the_address(question, channel, candidate, now, held=held))
        checks += asked
        refused = next((check for check in asked if not check.passed), None)
        if refused is None:
            newest = max(candidate.root.times(_own(question, candidate), held=held), default=None)
            if newest is not None:
                again = newest + question.policy.gap
                checks.append(Check(GAP, now >= again, f"{max(0, int((now - newest).total_seconds()))} s"))
                if now < again:
                    return Postpone(channel, again, tuple(checks))
            hour = _about_the_hour(question, channel, now)
            checks.append(hour)
            if not hour.passed:
                until = first_allowed(now, question.header.time_zone, question.policy.quiet_hours.get(channel))
                return Postpone(channel, until, tuple(checks))
            checks.append(Check("not held for comparison", not held))
            return (Hold if held else Send)(channel, tuple(checks))
        last = refused
    return Skip(last.name, tuple(checks))


def silenced(decision: Send | Hold, newer: str) -> Skip:
    """The same cart, when a newer one speaks for its shopper."""
    return Skip(NEWER, (*decision.checks, Check(NEWER, passed=False, seen=newer)))


def _own(question: Question, candidate: Candidate) -> Entry | None:
    return candidate.root.send_of(question.touch, question.day)


def _about_the_cart(question: Question, now: datetime) -> Sequence[Check]:
    cart, policy = question.cart, question.policy
    active_at, seen_at = cart.active_at, cart.seen_at
    late = min((_waited(question, channel, now) for channel in question.candidates), default=now - question.due)
    noes = [
        f"{identity.kind.value} {identity.suppression.why}" if len(person.identities) > 1 else str(identity.suppression.why)
        for person in question.people
        for identity in person.identities.values()
        if identity.suppressed_by_person and identity.suppression
    ]
    bought, pending = [], []
    if active_at and seen_at:
        bought = [person for person in question.people if person.bought_since(seen_at, active_at)]
        holds = [hold for person in question.people for hold in person.holds.items()]
        pending = [order for order, hold in holds if hold.refuses(seen_at, active_at, now)]
    checks = (
        Check("episode still open", question.over is None, question.over or ""),
        Check("somebody to reach", bool(question.candidates)),
        Check("not bought since", not bought, ", ".join(f"{_known_by(person)} contact bought" for person in bought)),
        *([Check(PENDING, passed=False, seen=", ".join(pending))] if pending else []),
        Check("nobody said no", not noes, ", ".join(noes)),
        Check("cart not empty", bool(cart.facts.lines)),
        Check("after activation", active_at is not None and active_at >= question.activated_at),
        Check(LATE, late <= policy.give_up, f"{max(0, int(late.total_seconds()))} s after due"),
    )
    for index, check in enumerate(checks):
        if not check.passed:
            return checks[: index + 1]
    return checks


def _known_by(person: Person) -> str:
    """By which kinds of address, as checks name them."""
    kinds = {identity.kind for identity in person.identities.values()}
    return " and ".join(sorted(kind.channel.value if kind.channel else kind.value for kind in kinds))


def _waited(question: Question, channel: Channel, now: datetime) -> timedelta:
    """Since the due; quiet hours do not count."""
    return waking_time(question.due, now, question.header.time_zone, question.policy.quiet_hours.get(channel))


def _about_the_hour(question: Question, channel: Channel, now: datetime) -> Check:
    zone, quiet = question.header.time_zone, question.policy.quiet_hours.get(channel)
    return Check(f"{channel.value} hour", allowed(now, zone, quiet), local_time(now, zone) if quiet else "no quiet hours")


def _about_the_address(
    question: Question, channel: Channel, candidate: Candidate, now: datetime, *, held: bool
) -> Sequence[Check]:
    policy, root, name = question.policy, candidate.root, channel.value
    asked = []
    if candidate.excepted:
        asked.append(Check(EXCEPT, passed=False))
    if channel is Channel.SMS and question.number is not None:
        country = question.number.country or "of no country"
        asked.append(Check("sms country", policy.texts_to(question.number), country))
    identity = root.identities[candidate.key]
    suppression, consent = identity.suppression, identity.consent
    asked.append(Check(f"{name} not suppressed", suppression is None, str(suppression.why) if suppression else ""))
    granted = consent.granted if consent else channel in policy.consent_assumed
    asked.append(Check(f"{name} consent", granted, consent.source if consent else "none recorded"))
    sent = root.sent_within(policy.cap_window, now, _own(question, candidate), held=held)
    asked.append(Check(f"{name} cap", sent < policy.cap, f"{sent} of {policy.cap} in {policy.cap_window.days} d"))
    return asked
