"""When sending stops by itself: a shop whose mail bounces or is complained about endangers every shop of the account.

SES reviews an account at 5 % bounces or 0.1 % complaints and may pause it at 10 % or 0.5 % (SES Developer Guide, "Sender review
process FAQ"). The brake pulls before the first of these.

Bounces prove that a shop writes to a bad list, if they come from addresses that were somebody's: bought with, confirmed, or
reached before. A handful from addresses that nobody confirmed proves that somebody typed them: a stranger must not be able to
stop a shop by that. So there have to be many of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

WINDOW = timedelta(days=7)
"""What counts: the last days, today included."""

AGAIN = timedelta(minutes=15)
"""A reminder that finds the brake on looks again after this long, until it is too late for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReputationCounters:
    """What the provider said of a shop's messages within the window. `confirmed`: of the `bounced`, those whose address was known
    to be somebody's (people.contact.is_confirmed).
    """

    accepted: int = 0
    bounced: int = 0
    complained: int = 0
    confirmed: int = 0

    def __add__(self, other: ReputationCounters) -> ReputationCounters:
        """Day by day sum."""
        return ReputationCounters(
            accepted=self.accepted + other.accepted,
            bounced=self.bounced + other.bounced,
            complained=self.complained + other.complained,
            confirmed=self.confirmed + other.confirmed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Beyond these sending stops: shares in thousandths of a percent, and so few of each that chance alone explains them.

    `bounced_at_least` of any addresses: 4 % of 500 messages. An address bounces once, then it is given up: so many must be typed.
    """

    bounced: int = 4_000
    confirmed_at_least: int = 5
    bounced_at_least: int = 20
    complained: int = 80
    complained_at_least: int = 3


LIMITS = Limits()


def verdict(reputation: ReputationCounters, limits: Limits = LIMITS) -> str | None:
    """Why sending should stop; None while it need not."""
    for name, count, share, least in (
        ("bounces of confirmed addresses", reputation.confirmed, limits.bounced, limits.confirmed_at_least),
        ("bounces", reputation.bounced, limits.bounced, limits.bounced_at_least),
        ("complaints", reputation.complained, limits.complained, limits.complained_at_least),
    ):
        # A message that bounced or was complained about was accepted, even where that event got lost.
        of = max(reputation.accepted, reputation.bounced + reputation.complained)
        if count >= least and count * 100_000 > share * of:
            return f"{count} {name} of {of} messages in {WINDOW.days} days, the limit is {share / 1000:g} %"
    return None
