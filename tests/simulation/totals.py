"""What many runs came to, as figures that can be added and written down."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.simulation.calls import CALLS
from tests.simulation.faults import EDGES, Fault, befalls
from tests.simulation.promises import PROMISES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.run import Outcome

Where = tuple[Fault, str]
"""A kind of fault, and the call or edge that it befalls."""


@dataclass
class Totals:
    """Sums over runs. `slowest` in virtual ms; `failed`: the runs that broke a promise."""

    runs: int = 0
    carts: int = 0
    events: int = 0
    calls: int = 0
    messages: int = 0
    unknown: int = 0
    resent: int = 0
    slowest: int = 0
    faults: defaultdict[Fault, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    violations: Counter[str] = field(default_factory=Counter)
    failed: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """One more run."""
        self.runs += 1
        self.carts += outcome.carts
        self.events += outcome.events
        self.calls += outcome.calls
        self.messages += outcome.messages
        self.unknown += outcome.unknown
        self.resent += outcome.resent
        self.slowest = max(self.slowest, outcome.slowest)
        for kind, steps in outcome.faults.items():
            self.faults[kind].update(steps)
        if outcome.broken is not None:
            self.violations[outcome.broken.promise] += 1
            self.failed.append(outcome)

    def never(self) -> list[Where]:
        """Where a fault could have happened, and did not."""
        return [(kind, step) for kind, step in everywhere() if not self.faults[kind][step]]

    def summary(self, seeds: int, seconds: float) -> dict[str, Any]:
        """For JSON. `seconds` of all processors together."""
        return {
            "seeds": seeds,
            "runs": self.runs,
            "carts": self.carts,
            "events": self.events,
            "calls": self.calls,
            "messages": self.messages,
            "faults": {kind.value: dict(sorted((+steps).items())) for kind, steps in sorted(self.faults.items())},
            "faults_never": [f"{kind.value}: {step}" for kind, step in self.never()],
            "violations": {promise: self.violations[promise] for promise in PROMISES},
            "slowest_convergence_s": self.slowest / 1000,
            "unknown": self.unknown,
            "unknown_resent": self.resent,
            "carts_per_s": round(self.carts / seconds, 1),
        }


def everywhere() -> Iterator[Where]:
    """Every kind of fault, at every call or edge that it can befall."""
    for kind in CALLS.values():
        for fault in (*befalls(kind), Fault.STALL):
            yield fault, kind.name
    for fault, edges in EDGES.items():
        for edge in edges:
            yield fault, edge
