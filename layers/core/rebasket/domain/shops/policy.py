"""A shop's rules, versioned: whatever was decided says under which version."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

from rebasket.domain.errors import FieldError, Invalid
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import SENDS_RETENTION
from rebasket.domain.shops.quiet_hours import WRONG_HOURS, QuietHours
from rebasket.domain.shops.sms_limits import COUNTRY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rebasket.domain.people.addresses import Address
    from rebasket.domain.shops.sms_limits import Destination

USUAL_QUIET_HOURS: Mapping[Channel, QuietHours] = MappingProxyType(
    {Channel.EMAIL: QuietHours(time(21), time(8)), Channel.SMS: QuietHours(time(20), time(9))}
)
"""A text message wakes whom a mail does not. Within the 8 to 21 h that the United States allow for text messages."""

USUAL_PER_PREFIX = 20
"""A range of numbers is ten or a hundred thousand people: a big shop has twenty of them who leave their carts within an hour."""

MOST_STEPS, MOST_ATTEMPTS, MOST_PER_PREFIX = 5, 20, 10_000
EVERYBODY = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One planned reminder: `delay` after the cart was due to be declared, on the first of `channels` that can be used."""

    delay: timedelta
    channels: tuple[Channel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules. Raises Invalid when they contradict each other.

    abandoned_after   quiet time after which a cart is declared abandoned
    gap               least time between two messages of one episode, however late the machinery runs
    give_up           a step that could not be sent so long after its due is skipped: better none than one out of place; time in
                      quiet hours does not count, so that a night alone makes nothing late
    cap, cap_window   at most `cap` messages to one address within `cap_window`, over all carts
    holdout           share of people, in thousandths, who get nothing, so that one can tell what would have happened anyway
    window            an order counts for an episode when it is placed within this time of the declaration
    attempts          tries per touch while the provider surely does not accept
    consent_assumed   channels on which this shop may write without a recorded consent (its own legal judgement)
    quiet_hours       when nobody is written to, by channel and by the shopper's clock; a channel that is not there has none
                      (again the shop's own judgement). They move a reminder to the first moment after them, never elsewhere
    sms_countries     ISO 3166 codes of the countries whose numbers are texted; None: of those for which a price is known. Numbers
                      of other countries are passed over, as are those whose country cannot be told
    sms_per_prefix    at most so many text messages within an hour of the clock to numbers that begin alike (`sms_limits`)
    """

    version: int = 1
    abandoned_after: timedelta = timedelta(hours=1)
    steps: tuple[Step, ...] = (
        Step(delay=timedelta(0), channels=(Channel.EMAIL, Channel.SMS)),
        Step(delay=timedelta(hours=23), channels=(Channel.EMAIL, Channel.SMS)),
    )
    gap: timedelta = timedelta(hours=12)
    give_up: timedelta = timedelta(hours=24)
    cap: int = 3
    cap_window: timedelta = timedelta(days=7)
    holdout: int = 100
    window: timedelta = timedelta(days=7)
    attempts: int = 8
    consent_assumed: frozenset[Channel] = frozenset()
    quiet_hours: Mapping[Channel, QuietHours] = field(default_factory=lambda: dict(USUAL_QUIET_HOURS))
    sms_countries: frozenset[str] | None = None
    sms_per_prefix: int = USUAL_PER_PREFIX

    def __post_init__(self) -> None:
        """Refuse rules that cannot be kept."""
        named = self.sms_countries or ()
        wrong = [
            FieldError(pointer, detail)
            for pointer, detail, bad in (
                (
                    "/abandoned_after",
                    "at least ten minutes, at most 14 days",
                    not timedelta(minutes=10) <= self.abandoned_after <= timedelta(days=14),
                ),
                ("/steps", "between one and five steps", not 1 <= len(self.steps) <= MOST_STEPS),
                ("/steps", "each step needs a channel", any(not step.channels for step in self.steps)),
                ("/steps", "each delay at least the gap after the one before it, the first not negative", not self._spaced()),
                ("/give_up", "at least ten minutes", self.give_up < timedelta(minutes=10)),
                ("/cap", "at least 1", self.cap < 1),
                ("/cap_window", "at most 60 days: older messages are forgotten", self.cap_window > SENDS_RETENTION),
                ("/holdout", "between 0 and 1000 thousandths", not 0 <= self.holdout <= EVERYBODY),
                ("/window", "between one hour and 60 days", not timedelta(hours=1) <= self.window <= SENDS_RETENTION),
                ("/attempts", "between 1 and 20", not 1 <= self.attempts <= MOST_ATTEMPTS),
                ("/quiet_hours", WRONG_HOURS, not all(hours.possible for hours in self.quiet_hours.values())),
                ("/sms_countries", "countries as ISO 3166 writes them, such as UA", not all(map(COUNTRY.fullmatch, named))),
                ("/sms_per_prefix", "between 1 and 10000", not 1 <= self.sms_per_prefix <= MOST_PER_PREFIX),
            )
            if bad
        ]
        if wrong:
            message = "the policy contradicts itself"
            raise Invalid(message, tuple(wrong))

    def _spaced(self) -> bool:
        delays = [step.delay for step in self.steps]
        first = not delays or delays[0] >= timedelta(0)
        return first and all(b - a >= self.gap for a, b in pairwise(delays))

    def texts_to(self, there: Destination) -> bool:
        """Whether numbers of that country are texted."""
        return there.priced if self.sms_countries is None else there.country in self.sms_countries

    def backoff(self, attempt: int) -> timedelta:
        """How long to wait before try number `attempt` + 1: 2, 4, 8 … minutes, at most 4 hours."""
        return min(timedelta(minutes=2 ** min(attempt, 8)), timedelta(hours=4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A tenant. `hosts` are the hosts that restore links may lead to; carts quiet before `activated_at` are left alone.

    `paused` says why nothing is sent for now, by the brake or by an operator; None when it may be. `time_zone` (IANA name) is
    taken for the shopper's where nothing tells it. `except_addresses` (casefolded e-mail addresses and E.164 numbers) and
    `except_domains` (casefolded; what is below them, too) are never written to.
    """

    id: str
    name: str
    url: str
    hosts: tuple[str, ...]
    postal_address: str
    sender_name: str
    locale: str
    activated_at: datetime
    time_zone: str = "UTC"
    logo_url: str | None = None
    colour: str = "#1f6feb"
    paused: str | None = None
    except_addresses: frozenset[str] = frozenset()
    except_domains: frozenset[str] = frozenset()
    policy: Policy

    def excepts(self, address: Address) -> bool:
        """Whether nobody is written to there: testers, staff, partners."""
        value = address.value.casefold()
        domain = value.rpartition("@")[2] if address.channel is Channel.EMAIL else ""
        return value in self.except_addresses or any(domain == d or domain.endswith(f".{d}") for d in self.except_domains)
