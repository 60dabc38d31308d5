"""That a shop's platform has sent reminders of its own, and when last: for whoever looks after the shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.aws import keys
from rebasket.aws.attributes import from_millis, to_millis
from rebasket.aws.carts import expiry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rebasket.aws.table import Table
    from rebasket.domain.people.addresses import Channel

OF_LATE = timedelta(days=30)
"""Whoever has switched them off hears no more of it after a month."""


@dataclass(frozen=True)
class DynamoOtherVoices:
    """One item for each shop and channel, of its latest report. It holds no address."""

    table: Table

    def note(self, shop: str, channel: Channel, at: datetime) -> None:
        """Such a reminder was reported; of two reports at once either may stay."""
        self.table.put(keys.other_voice(shop, channel.value), {"at": to_millis(at), "expires": expiry(at, OF_LATE)})

    def heard(self, shop: str) -> Mapping[str, datetime]:
        """When last, by channel."""
        found = self.table.query(keys.other_voice(shop, "")["pk"])
        return {item["sk"]: from_millis(item["at"]) for item in found}
