"""What keeps text messages from being pumped: strangers' numbers, typed in by a bot, that somebody earns by.

Numbers of countries that the shop does not write to are never texted. Of numbers that begin alike, which is how somebody owns
many, only so many are within an hour; the rest look again when it is over, until their policy gives them up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.domain.shops.sms_limits import HOUR, Destination, beginning, hour_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rebasket.domain.people.addresses import Address
    from rebasket.domain.sending.prices import PriceBook
    from rebasket.domain.shops.policy import Policy
    from rebasket.ports import CountryOf, SmsSlots


@dataclass(frozen=True, kw_only=True)
class SmsLimits:
    """Asked of each text message."""

    country_of: CountryOf
    prices: PriceBook
    slots: SmsSlots
    held_back: Callable[[], None] = lambda: None
    """Told of each text message that waits for the next hour, every hour that it does."""

    def destination(self, number: Address) -> Destination:
        """Where a number is."""
        country = self.country_of(number)
        return Destination(country, priced=self.prices.text(country) is not None)

    def full_until(self, shop: str, number: Address, policy: Policy, now: datetime) -> datetime | None:
        """Takes one of this hour's slots of numbers that begin like this one; where there is none left, the end of the hour.

        A slot is taken for good, before the gate: whoever dies then, is refused there or finds the provider busy has wasted it.
        So no hour of the clock has more than the policy allows, and fewer only while much goes wrong.
        """
        hour = hour_of(now)
        if self.slots.take(shop, beginning(number), hour, policy.sms_per_prefix):
            return None
        self.held_back()
        return hour + HOUR
