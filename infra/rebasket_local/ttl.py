"""DynamoDB's time to live: expired items go, late, and their stream records say who did it.

Late by how much AWS does not promise beyond "a few days"; 10 to 28 minutes were measured (2019, third party). Here it is
drawn for each item between two bounds, the same for the same seed, table, key and expiry.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from rebasket_local.agenda import Agenda, Due
from rebasket_local.clock import VirtualClock
from rebasket_local.tables import ItemKeys, TableWatch

_TOO_OLD: Final = timedelta(days=5 * 365)
"""TTL leaves alone what expired longer ago."""
_LOOK_AGAIN: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Lateness:
    """How long after its expiry an item is deleted."""

    least: timedelta = timedelta(minutes=15)
    most: timedelta = timedelta(minutes=50)

    def of(self, seed: int, what: str) -> timedelta:
        return self.least + (self.most - self.least) * Random(f"{seed}/{what}").random()


class Ttl:
    """Deletes expired items of all tables. While `paused`, nothing is deleted."""

    def __init__(self, agenda: Agenda, clock: VirtualClock, lateness: Lateness, seed: int) -> None:
        self._agenda, self._clock, self._lateness, self._seed = agenda, clock, lateness, seed
        self._planned: dict[tuple[str, ItemKeys], Due] = {}
        self.paused = False

    def notice(self, watch: TableWatch, keys: ItemKeys, expires: int) -> None:
        """An item was written that expires (epoch seconds)."""
        what = (watch.table.name, keys)
        planned = self._planned.get(what)
        try:
            due = datetime.fromtimestamp(expires, UTC) + self._late(watch, keys, expires)
        except (OverflowError, ValueError):
            return  # never, as far as anybody can tell
        if planned is not None:
            if planned.at <= due:
                return  # it is looked at then, and put off
            self._agenda.cancel(planned)
        self._plan(watch, keys, due)

    def _late(self, watch: TableWatch, keys: ItemKeys, expires: int) -> timedelta:
        range_key = keys[1].value if keys[1] is not None else ""
        return self._lateness.of(self._seed, f"{watch.table.name}/{keys[0].value}/{range_key}/{expires}")

    def _plan(self, watch: TableWatch, keys: ItemKeys, due: datetime) -> None:
        self._planned[watch.table.name, keys] = self._agenda.add(max(due, self._clock.now), lambda: self._look(watch, keys))

    def _look(self, watch: TableWatch, keys: ItemKeys) -> None:
        del self._planned[watch.table.name, keys]
        expires = watch.expiry(keys)
        if expires is None:
            return
        expired = datetime.fromtimestamp(expires, UTC)
        due = expired + self._late(watch, keys, expires)
        if due > self._clock.now:
            self._plan(watch, keys, due)
        elif self.paused:
            self._plan(watch, keys, self._clock.now + _LOOK_AGAIN)
        elif self._clock.now - expired < _TOO_OLD:
            watch.delete_expired(keys)
