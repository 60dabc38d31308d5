"""What was paid back of an order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rebasket.domain.money import Money


@dataclass(frozen=True, slots=True)
class Refunds:
    """Amounts by the id of the event that told of them; all of it, once it is `cancelled`.

    Kept one by one, so that an event told again, in whatever cart, counts once.
    """

    parts: Mapping[str, Money] = field(default_factory=dict)
    cancelled: bool = False

    def of(self, total: Money) -> int:
        """Minor units paid back of so much; never more."""
        if self.cancelled:
            return total.minor
        return min(total.minor, sum(part.minor for part in self.parts.values() if part.currency == total.currency))

    def by_currency(self, total: Money) -> dict[str, int]:
        """The same, and what was paid back in another currency than it was paid in, in that one: nobody can set it off."""
        amounts = {total.currency: self.of(total)}
        for part in self.parts.values():
            if part.currency != total.currency:
                amounts[part.currency] = amounts.get(part.currency, 0) + part.minor
        return {currency: minor for currency, minor in sorted(amounts.items()) if minor}

    def __or__(self, other: Refunds) -> Refunds:
        """What either tells of."""
        return Refunds({**self.parts, **other.parts}, self.cancelled or other.cancelled)
