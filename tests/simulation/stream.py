"""The stream of deleted timers: batches, retries whole or in part, in halves; records repeated, late, out of order, forgotten."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.simulation.faults import Fault
from tests.simulation.kernel import HOUR, MINUTE, SECOND, End

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rebasket.domain.carts.timer import Timer
    from tests.simulation.surroundings import Surroundings

LIFE = 30 * SECOND
"""The time-out of `remind`."""
BATCH = 5
RETRIES = 5
RECORD_AGE = 6 * HOUR
STREAM_AGE = 24 * HOUR
AGAIN = (0, 0, 3, 10, 25, 50, 90, 400, 900, 5 * SECOND, 4 * MINUTE, 6 * MINUTE, 2 * HOUR)
"""How much later a record comes a second time."""


@dataclass(frozen=True, slots=True)
class Record:
    """One deletion on the stream: which delivery this is, and since when it is there."""

    timer: Timer
    since: int
    delivery: int = 1

    @property
    def name(self) -> str:
        """Names the delivery's draws."""
        t = self.timer
        return f"{t.shop}/{t.cart}#{t.generation}@{t.due:%dT%H:%M}.{t.attempt}:{self.delivery}"


class Stream:
    """From a deleted timer to `remind`: batches, retried whole or in part, in halves; after the last try to the bucket."""

    def __init__(self, world: Surroundings) -> None:
        self.world = world
        self.ready: deque[Record] = deque()
        self._batches: dict[int, list[Record]] = {}
        self._under_way: dict[int, Record] = {}
        self._tickets = 0
        self.bucket: list[Record] = []
        self._fetching = False

    @property
    def idle(self) -> bool:
        """Nothing is on its way."""
        return not self.ready and not self._under_way and not self._batches

    def names(self) -> Iterator[tuple[str, str, int]]:
        """The generations that a record under way, or in the bucket, will wake."""
        under_way = (
            *self.ready,
            *self._under_way.values(),
            *self.bucket,
            *(r for batch in self._batches.values() for r in batch),
        )
        return ((r.timer.shop, r.timer.cart, r.timer.generation) for r in under_way)

    def bring(self, timers: Sequence[Timer]) -> None:
        """These were deleted just now."""
        for timer in timers:
            self._deliver(Record(timer, self.world.kernel.now))

    def _deliver(self, record: Record) -> None:
        world = self.world
        faults, draw = world.faults, world.rng.source("stream", record.name)
        if faults.of_edge(Fault.FORGOTTEN, "stream", record.name):
            self._forget(record)
            return
        delay = draw.randrange(150, 900)
        if faults.of_edge(Fault.DELAYED, "stream", record.name):
            delay = draw.choice((2 * MINUTE, 20 * MINUTE, 3 * HOUR, 9 * HOUR, 23 * HOUR))
        elif faults.of_edge(Fault.REORDERED, "stream", record.name):
            delay = draw.randrange(2 * SECOND, 40 * SECOND)
        self._later(delay, record)
        if faults.of_edge(Fault.REPEATED, "stream", record.name):
            self._later(delay + draw.choice(AGAIN), record)

    def _later(self, delay: int, record: Record) -> None:
        self._tickets += 1
        ticket = self._tickets
        self._under_way[ticket] = record
        self.world.kernel.at(self.world.kernel.now + delay, lambda: self._arrive(ticket))

    def hurry(self) -> None:
        """Whatever is on its way arrives now."""
        for ticket in list(self._under_way):
            self._arrive(ticket)

    def _arrive(self, ticket: int) -> None:
        record = self._under_way.pop(ticket, None)
        if record is None:
            return
        self.ready.append(record)
        if not self._fetching:
            self._fetching = True
            self.world.kernel.at(self.world.kernel.now + 100, self._fetch)

    def _fetch(self) -> None:
        self._fetching = False
        up = self.world.outages.up_again("remind", self.world.kernel.now)
        if up is not None:
            self._fetching = True
            self.world.kernel.at(min(up, self.world.kernel.now + 10 * MINUTE), self._fetch)
            return
        while self.ready:
            self._invoke([self.ready.popleft() for _ in range(min(BATCH, len(self.ready)))])

    def _invoke(self, batch: list[Record]) -> None:
        now = self.world.kernel.now
        fresh = [record for record in batch if now - record.since < STREAM_AGE]
        for record in batch:
            if record not in fresh:
                self.world.faults.count(Fault.FORGOTTEN, "stream")
                self._forget(record)
        if not fresh:
            return
        self._tickets += 1
        ticket = self._tickets
        self._batches[ticket] = fresh

        def ended(end: End, what: object) -> None:
            del self._batches[ticket]
            self._ended(fresh, end, what)

        process = self.world.process(f"remind {fresh[0].timer.cart}", LIFE, ended, scope=fresh[0].name)
        self.world.kernel.spawn(process, lambda: self.world.functions.remind(process, fresh))

    def _ended(self, batch: list[Record], end: End, what: Any) -> None:  # whatever the handler gave
        """Lambda's rules: an error brings the whole batch back, in halves; a partial answer all from the first failed one on."""
        if end is not End.RETURNED:
            again, halves = batch, 2
        else:
            failed = {item["itemIdentifier"] for item in (what or {}).get("batchItemFailures", ())}
            first = next((n for n, record in enumerate(batch) if record.name in failed), len(batch))
            again, halves = batch[first:], 1
            if again:
                self.world.faults.count(Fault.PARTIAL, "stream")
        middle = -(-len(again) // halves)
        for part in (again[:middle], again[middle:]):
            for record in part:
                self._retry(record)

    def _retry(self, record: Record) -> None:
        now = self.world.kernel.now
        if record.delivery > RETRIES or now - record.since > RECORD_AGE:
            self.world.kernel.say("to the bucket:", record.name)
            self.bucket.append(record)
            return
        self._later(500 * 2**record.delivery, replace(record, delivery=record.delivery + 1))

    def _forget(self, record: Record) -> None:
        timer = record.timer
        self.world.kernel.say("FORGOTTEN by the stream:", record.name)
        self.world.ledger.forgotten.add((timer.shop, timer.cart, timer.generation))
