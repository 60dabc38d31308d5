"""How many text messages went to numbers that begin alike, hour by hour; in the Carts table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.adapters.dynamodb import keys
from rebasket.adapters.dynamodb.carts import expiry

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.adapters.dynamodb.table import Table

KEPT = timedelta(days=1)
"""An hour counts while it lasts; a day is for whoever looks into an alarm."""


@dataclass(frozen=True)
class DynamoTextSlots:
    """See ports.TextSlots. One write, whatever the answer; when the SDK has to repeat it, it may take two."""

    table: Table

    def take(self, shop: str, beginning: str, hour: datetime, most: int) -> bool:
        """See ports.TextSlots."""
        taken, _ = self.table.update(
            keys.text_slots(shop, beginning, f"{hour:%Y-%m-%dT%HZ}"),
            "ADD #taken :one SET #expires = :expires",
            {":one": 1, ":most": most, ":expires": expiry(hour, KEPT)},
            "attribute_not_exists(#taken) OR #taken < :most",
            names={"#taken": "taken", "#expires": "expires"},
        )
        return taken
