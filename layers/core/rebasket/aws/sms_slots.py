"""How many text messages went to numbers that begin alike, hour by hour; in the Carts table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.aws import keys
from rebasket.aws.carts import expiry

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.aws.table import Table

RETENTION = timedelta(days=1)
"""An hour counts while it lasts; a day is for whoever looks into an alarm."""


@dataclass(frozen=True)
class DynamoSmsSlots:
    """See ports.SmsSlots. One write, whatever the answer; when the SDK has to repeat it, it may take two."""

    table: Table

    def take(self, shop: str, beginning: str, hour: datetime, most: int) -> bool:
        """See ports.SmsSlots."""
        taken, _ = self.table.update(
            keys.sms_slots(shop, beginning, f"{hour:%Y-%m-%dT%HZ}"),
            "ADD #taken :one SET #expires = :expires",
            {":one": 1, ":most": most, ":expires": expiry(hour, RETENTION)},
            "attribute_not_exists(#taken) OR #taken < :most",
            names={"#taken": "taken", "#expires": "expires"},
        )
        return taken
