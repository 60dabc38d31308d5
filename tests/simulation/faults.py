"""What may go wrong, where, and how often; and the count of what did."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from tests.simulation.rng import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.simulation.calls import Kind
    from tests.simulation.rng import Rng


class Fault(StrEnum):
    """Every kind of fault."""

    CRASH_BEFORE = "crash before the effect"
    CRASH_AFTER = "crash after the effect"
    STALL = "stall"
    THROTTLED = "throttled"
    TIMED_OUT = "timeout after acceptance"
    NO_ANSWER = "timeout before acceptance"
    ANSWER_LOST = "conditional write's answer lost"
    REJECTED = "rejected"
    REPEATED = "repeated delivery"
    REORDERED = "reordering"
    DELAYED = "delay of minutes to days"
    PARTIAL = "partial batch"
    POISON = "poison record"
    SKEW = "clock skew"
    SHOP_CLOCK = "shop's clock wrong"
    MISCONFIGURED = "misconfiguration"
    TTL_LATE = "TTL days late"
    DOWN = "function down"
    TWICE = "schedule fired twice"
    FORGOTTEN = "stream forgot"
    EVENT_LOST = "event lost"
    QUOTA = "daily quota reached"
    SHOP_RETRY = "shop's retry"
    SHOP_GAVE_UP = "shop gave up"


def befalls(kind: Kind) -> tuple[Fault, ...]:
    """What may go wrong with a call."""
    always = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER)
    if kind.wire:
        return (*always, Fault.THROTTLED, Fault.TIMED_OUT, Fault.NO_ANSWER, Fault.REJECTED)
    found = [*always, Fault.THROTTLED]
    found += [Fault.TIMED_OUT] if kind.writes else []
    found += [Fault.ANSWER_LOST] if kind.conditional else []
    return tuple(found)


EDGES: Mapping[Fault, tuple[str, ...]] = {
    Fault.REPEATED: ("stream", "feedback", "shop"),
    Fault.REORDERED: ("stream", "feedback", "shop"),
    Fault.DELAYED: ("stream", "feedback", "shop"),
    Fault.PARTIAL: ("stream", "timers.delete"),
    Fault.POISON: ("carts.get",),
    Fault.SKEW: ("clock",),
    Fault.SHOP_CLOCK: ("shop",),
    Fault.MISCONFIGURED: ("shops.get", "shops.policy"),
    Fault.TTL_LATE: ("ttl",),
    Fault.DOWN: ("sweep", "remind", "nightly"),
    Fault.TWICE: ("sweep", "nightly"),
    Fault.FORGOTTEN: ("stream",),
    Fault.EVENT_LOST: ("feedback",),
    Fault.QUOTA: ("mailer.send", "texter.send"),
    Fault.SHOP_RETRY: ("shop",),
    Fault.SHOP_GAVE_UP: ("shop",),
}
"""Faults that no call makes: what they befall."""


@dataclass
class Faults:
    """Decides and counts. `rates` per kind; `only` these marks may happen, if given: to make a trace shorter."""

    rng: Rng
    rates: Mapping[Fault, float]
    only: frozenset[str] | None = None
    on: bool = True
    counts: defaultdict[Fault, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    marks: list[str] = field(default_factory=list)
    _tables: dict[str, tuple[int, list[tuple[int, Fault]]]] = field(default_factory=dict)

    def of_call(self, kind: Kind, draw: int, scope: str, step: int) -> Fault | None:
        """What goes wrong with this call, if anything."""
        if not self.on:
            return None
        table = self._tables.get(kind.name)
        if table is None:
            table = self._tables[kind.name] = self._table(kind)
        most, entries = table
        if draw >= most:
            return None
        fault = next(fault for limit, fault in entries if draw < limit)
        return self._noted(fault, kind.name, f"{scope}:{step}")

    def stalls(self, kind: Kind, draw: int, scope: str, step: int) -> bool:
        """Whether this call is made only after many seconds, or after the caller's deadline. Before what decides, most of all."""
        often = 4 if kind.conditional else 1
        if not self.on or draw >= self.rates.get(Fault.STALL, 0.0) * often * WHOLE:
            return False
        return self._noted(Fault.STALL, kind.name, f"{scope}:{step}") is not None

    def of_edge(self, fault: Fault, edge: str, *what: object, share: float = 1.0) -> bool:
        """Whether this befalls the edge now; `share` scales the rate."""
        if not self.on or not self.rng.happens(self.rates.get(fault, 0.0) * share, fault.value, edge, *what):
            return False
        return self._noted(fault, edge, "/".join(map(str, what))) is not None

    def count(self, fault: Fault, step: str) -> None:
        """One more that followed from another decision."""
        self.counts[fault][step] += 1

    def _noted(self, fault: Fault, step: str, where: str) -> Fault | None:
        mark = f"{fault.name}@{step}@{where}"
        if self.only is not None and mark not in self.only:
            return None
        self.counts[fault][step] += 1
        self.marks.append(mark)
        return fault

    def _table(self, kind: Kind) -> tuple[int, list[tuple[int, Fault]]]:
        limit, entries = 0, []
        for fault in befalls(kind):
            often = 4 if kind.wire and fault is Fault.THROTTLED else 1
            limit += int(self.rates.get(fault, 0.0) * often * WHOLE)
            entries.append((limit, fault))
        return limit, entries


GENTLE = frozenset(
    {
        Fault.REPEATED,
        Fault.REORDERED,
        Fault.DELAYED,
        Fault.SKEW,
        Fault.SHOP_CLOCK,
        Fault.TTL_LATE,
        Fault.TWICE,
        Fault.EVENT_LOST,
        Fault.SHOP_RETRY,
    }
)
"""These let the work go on: they may happen all the time."""

GENTLY, HARSHLY = (0.02, 0.1, 0.3, 0.5), (0.003, 0.01, 0.03, 0.06)
"""How often, per call or edge."""


COMBINATIONS = (
    (Fault.REPEATED, Fault.THROTTLED),
    (Fault.REPEATED, Fault.REORDERED),
    (Fault.DELAYED, Fault.STALL),
    (Fault.SHOP_CLOCK, Fault.DELAYED),
    (Fault.CRASH_AFTER, Fault.SHOP_RETRY),
    (Fault.QUOTA, Fault.REPEATED),
    (Fault.DOWN, Fault.TTL_LATE),
    (Fault.TIMED_OUT, Fault.ANSWER_LOST),
)
"""What is worst together: half of all seeds draw one of these, and its faults happen very often."""


def rates_for(kinds: Iterable[Fault]) -> dict[Fault, float]:
    """Only these kinds of fault, very often."""
    return {kind: (GENTLY if kind in GENTLE else HARSHLY)[-1] for kind in kinds}


def rates_of(rng: Rng, kinds: Iterable[Fault] = Fault) -> dict[Fault, float]:
    """Each seed draws its own: kinds that do not happen, rare and frequent ones; in half of the seeds, two very often."""
    draw = rng.source("weather")  # the names of draws stay, so that a seed goes on meaning the same world
    combination = draw.choice(COMBINATIONS) if draw.random() < 0.5 else ()
    rates = {}
    for kind in kinds:
        source = rng.source("rate", kind.value)
        some = GENTLY if kind in GENTLE else HARSHLY
        rates[kind] = some[-1] if kind in combination else 0.0 if source.random() < 0.35 else source.choice(some)
    return rates
