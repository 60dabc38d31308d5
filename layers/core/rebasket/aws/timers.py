"""The Timers table: `remind` processes what is deleted from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rebasket.aws import keys
from rebasket.aws.attributes import from_attributes, from_millis, to_millis
from rebasket.domain.carts.timer import Timer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from rebasket.aws.keys import Key
    from rebasket.aws.table import Table


@dataclass(frozen=True)
class DynamoTimers:
    """See ports.Timers. `shards` spreads each minute: one partition takes 1,000 writes a second.

    A timer that was armed when there were fewer shards is deleted where it was found.
    """

    table: Table
    shards: int
    _elsewhere: dict[Timer, Key] = field(default_factory=dict)

    def arm(self, timer: Timer) -> None:
        """See ports.Timers."""
        self.table.put(
            keys.timer(timer, self.shards),
            {
                "due": int(timer.due.timestamp()),
                "shop": timer.shop,
                "cart": timer.cart,
                "generation": timer.generation,
                "day": timer.day,
                "attempt": timer.attempt,
            },
        )

    def due_at(self, minute: datetime) -> Sequence[Timer]:
        """See ports.Timers."""
        partitions = [keys.timer_partition(minute, shard) for shard in range(self.shards)]
        return [self._found(item) for partition in partitions for item in self.table.query(partition)]

    def delete(self, timers: Sequence[Timer]) -> None:
        """See ports.Timers."""
        self.table.delete([self._elsewhere.pop(timer, keys.timer(timer, self.shards)) for timer in timers])

    def exists(self, timer: Timer) -> bool:
        """See ports.Timers."""
        return self.table.get(keys.timer(timer, self.shards)) is not None

    def cursor(self) -> datetime | None:
        """See ports.Timers."""
        item = self.table.get(keys.CURSOR)
        return from_millis(item["minute"]) if item else None

    def advance(self, minute: datetime) -> None:
        """See ports.Timers."""
        item = {"minute": to_millis(minute)}
        if not self.table.put_where(keys.CURSOR, item, "minute", "<", item["minute"]):
            self.table.put_absent(keys.CURSOR, item)

    def _found(self, item: Mapping[str, Any]) -> Timer:
        timer = timer_of(item)
        key = {"pk": item["pk"], "sk": item["sk"]}
        if key != keys.timer(timer, self.shards):
            self._elsewhere[timer] = key
        return timer


def timer_of(item: Mapping[str, Any]) -> Timer:
    """A timer from its item's plain data."""
    return Timer(
        shop=item["shop"],
        cart=item["cart"],
        generation=item["generation"],
        due=from_millis(item["due"] * 1000),
        day=item.get("day"),
        attempt=item.get("attempt", 0),
    )


def timer_in(record: Mapping[str, Any]) -> Timer | None:
    """The timer in a stream record's old image; None for whatever is not the deletion of a timer (the cursor, an insert).

    The mapping's filter has looked already; AWS's own pages disagree on what a filter sees, so look again.
    """
    image = record["dynamodb"].get("OldImage", {})
    if record["eventName"] != "REMOVE" or "due" not in image:
        return None
    return timer_of(from_attributes(image))
