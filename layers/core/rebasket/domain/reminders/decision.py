"""Whether a step's reminder goes out, to which address, and why: a pure function that keeps the trail of its checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.domain.people.addresses import Channel
from rebasket.domain.reminders.check import Check
from rebasket.domain.reminders.episode import Arm
from rebasket.domain.shops.quiet_hours import allowed, first_allowed, local_time, waking_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from rebasket.domain.carts.cart import Cart
    from rebasket.domain.people.contact import Contact, TouchId
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
    """Would be written to at this address, but not at this hour: to be decided anew at `until`. Nothing ends by it."""

    channel: Channel
    until: datetime
    checks: tuple[Check, ...]


LATE = "not too late"

Verdict = Send | Hold | Skip
Decision = Verdict | Postpone


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """All that a decision rests on. `day`: the one that the episode is filed under.

    `candidates` are the contacts that this step may go to, in order of preference; `people` all contacts that the cart names:
    a purchase or a "no" at any of them counts. `over` says why the episode is over, if it is; `number` is where the one is that
    would be texted, None when the cart holds it no longer.
    """

    touch: TouchId
    day: str
    due: datetime
    cart: Cart
    header: Header
    over: str | None
    candidates: Mapping[Channel, Contact]
    people: Sequence[Contact]
    policy: Policy
    activated_at: datetime
    number: Destination | None = None


def decide(question: Question, now: datetime) -> Decision:
    """Ask every check in a fixed order; the first that fails decides. Channels are tried in the step's order.

    Quiet hours come last, and move the reminder in time, not to another channel: which channel it is does not depend on the hour.
    The control group waits like the others, and the cap counts what was held back from it as what was sent to the others.
    """
    checks = list(_about_the_cart(question, now))
    failed = next((check for check in checks if not check.passed), None)
    if failed:
        return Skip(failed.name, tuple(checks))
    last = Check("somebody to reach", passed=False)
    for channel, contact in question.candidates.items():
        asked = list(_about_the_address(question, contact, now))
        checks += asked
        refused = next((check for check in asked if not check.passed), None)
        if refused is None:
            hour = _about_the_hour(question, channel, now)
            checks.append(hour)
            if not hour.passed:
                until = first_allowed(now, question.header.time_zone, question.policy.quiet_hours.get(channel))
                return Postpone(channel, until, tuple(checks))
            held = question.header.arm is Arm.HELD
            checks.append(Check("not held for comparison", not held))
            return (Hold if held else Send)(channel, tuple(checks))
        last = refused
    return Skip(last.name, tuple(checks))


def _about_the_cart(question: Question, now: datetime) -> Sequence[Check]:
    cart, policy = question.cart, question.policy
    active_at, seen_at = cart.active_at, cart.seen_at
    late = min((_waited(question, channel, now) for channel in question.candidates), default=now - question.due)
    suppressed_by_person = [c for c in question.people if c.suppressed_by_person]
    bought = [c for c in question.people if active_at and seen_at and c.bought_since(seen_at, active_at)]
    checks = (
        Check("episode still open", question.over is None, question.over or ""),
        Check("somebody to reach", bool(question.candidates)),
        Check("not bought since", not bought, ", ".join(f"{c.channel.value} contact bought" for c in bought)),
        Check(
            "nobody said no",
            not suppressed_by_person,
            ", ".join(str(c.suppression.why) for c in suppressed_by_person if c.suppression),
        ),
        Check("cart not empty", bool(cart.facts.lines)),
        Check("after activation", active_at is not None and active_at >= question.activated_at),
        Check(LATE, late <= policy.give_up, f"{max(0, int(late.total_seconds()))} s after due"),
    )
    for index, check in enumerate(checks):
        if not check.passed:
            return checks[: index + 1]
    return checks


def _waited(question: Question, channel: Channel, now: datetime) -> timedelta:
    """Since the due; quiet hours do not count."""
    return waking_time(question.due, now, question.header.time_zone, question.policy.quiet_hours.get(channel))


def _about_the_hour(question: Question, channel: Channel, now: datetime) -> Check:
    zone, quiet = question.header.time_zone, question.policy.quiet_hours.get(channel)
    return Check(f"{channel.value} hour", allowed(now, zone, quiet), local_time(now, zone) if quiet else "no quiet hours")


def _about_the_address(question: Question, contact: Contact, now: datetime) -> Sequence[Check]:
    policy, channel = question.policy, contact.channel.value
    asked = []
    if contact.channel is Channel.SMS and question.number is not None:
        country = question.number.country or "of no country"
        asked.append(Check("sms country", policy.texts_to(question.number), country))
    suppression = contact.suppression
    asked.append(Check(f"{channel} not suppressed", suppression is None, str(suppression.why) if suppression else ""))
    consent = contact.consent
    granted = consent.granted if consent else contact.channel in policy.consent_assumed
    asked.append(Check(f"{channel} consent", granted, consent.source if consent else "none recorded"))
    held, own = question.header.arm is Arm.HELD, contact.send_of(question.touch, question.day)
    sent = contact.sent_within(policy.cap_window, now, besides=own, held=held)
    asked.append(Check(f"{channel} cap", sent < policy.cap, f"{sent} of {policy.cap} in {policy.cap_window.days} d"))
    return asked
