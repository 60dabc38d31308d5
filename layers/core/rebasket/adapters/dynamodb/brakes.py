"""What the provider said of a shop's messages, day by day, and whether sending is stopped; in the Carts table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.adapters.dynamodb import keys
from rebasket.adapters.dynamodb.attributes import to_millis
from rebasket.adapters.dynamodb.carts import expiry
from rebasket.domain.brake import WINDOW, Pulse

if TYPE_CHECKING:
    from rebasket.adapters.dynamodb.table import Table
    from rebasket.ports import Clock

KEPT = timedelta(days=60)


@dataclass(frozen=True)
class DynamoBrakes:
    """See ports.Brakes."""

    table: Table
    clock: Clock

    def count(self, shop: str, word: str) -> None:
        """See ports.Brakes."""
        now = self.clock()
        self.table.update(
            keys.pulse(shop, f"{now:%Y-%m-%d}"),
            "ADD #word :one SET #expires = if_not_exists(#expires, :expires)",
            {":one": 1, ":expires": expiry(now, KEPT)},
            names={"#word": word, "#expires": "expires"},
        )

    def pulse(self, shop: str) -> Pulse:
        """See ports.Brakes."""
        now = self.clock()
        first, last = f"{now - WINDOW + timedelta(days=1):%Y-%m-%d}", f"{now:%Y-%m-%d}"
        days = self.table.query(keys.pulse(shop, "")["pk"], first, last)
        words = ("accepted", "bounced", "complained")
        return sum((Pulse(**{word: day.get(word, 0) for word in words}) for day in days), Pulse())

    def pause(self, shop: str, why: str) -> bool:
        """See ports.Brakes."""
        return self.table.put_absent(keys.pause(shop), {"why": why, "since": to_millis(self.clock())})

    def resume(self, shop: str) -> None:
        """See ports.Brakes."""
        self.table.delete([keys.pause(shop)])

    def stop(self, why: str) -> None:
        """See ports.Brakes."""
        self.table.put(keys.STOP, {"why": why, "since": to_millis(self.clock())})

    def start(self) -> None:
        """See ports.Brakes."""
        self.table.delete([keys.STOP])
