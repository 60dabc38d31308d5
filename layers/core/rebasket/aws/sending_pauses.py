"""What the provider said of a shop's messages, day by day, and whether sending is stopped; in the Carts table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.aws import keys
from rebasket.aws.attributes import to_millis
from rebasket.aws.carts import expiry
from rebasket.domain.sending.sending_pause import WINDOW, ReputationCounters

if TYPE_CHECKING:
    from rebasket.aws.table import Table
    from rebasket.ports import Clock

RETENTION = timedelta(days=60)


@dataclass(frozen=True)
class DynamoSendingPauses:
    """See ports.Brakes."""

    table: Table
    clock: Clock

    def count(self, shop: str, word: str) -> None:
        """See ports.Brakes."""
        now = self.clock()
        self.table.update(
            keys.reputation(shop, f"{now:%Y-%m-%d}"),
            "ADD #word :one SET #expires = if_not_exists(#expires, :expires)",
            {":one": 1, ":expires": expiry(now, RETENTION)},
            names={"#word": word, "#expires": "expires"},
        )

    def reputation(self, shop: str) -> ReputationCounters:
        """See ports.Brakes."""
        now = self.clock()
        first, last = f"{now - WINDOW + timedelta(days=1):%Y-%m-%d}", f"{now:%Y-%m-%d}"
        days = self.table.query(keys.reputation(shop, "")["pk"], first, last)
        words = ("accepted", "bounced", "complained", "confirmed")
        return sum((ReputationCounters(**{word: day.get(word, 0) for word in words}) for day in days), ReputationCounters())

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
