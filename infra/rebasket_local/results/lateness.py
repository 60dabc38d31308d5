"""How late messages leave: from the moment a step was due to the moment its message left, virtual seconds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rebasket_local.results.findings import Findings


@dataclass(frozen=True, slots=True)
class Lateness:
    """Percentiles by nearest rank, seconds; zeros where nothing was sent."""

    count: int
    p50: float
    p90: float
    p99: float
    longest: float


def lateness(findings: Findings) -> Lateness:
    """Of every message that left: due as its episode has it, sent as the outbox has it."""
    dues = {
        (episode.ref.cart, episode.ref.generation, step): touch.due
        for episode in findings.episodes
        for step, touch in episode.touches.items()
    }
    waits = []
    for message in findings.messages:
        touch = findings.touches[message.number]
        due = dues.get((touch.cart, touch.generation, touch.step))
        if due is not None:
            waits.append((message.at - due).total_seconds())
    return percentiles(waits)


def percentiles(waits: Sequence[float]) -> Lateness:
    """Of any waits."""
    ranked = sorted(waits)
    at = [round(nearest_rank(ranked, share), 3) for share in (0.5, 0.9, 0.99, 1.0)]
    return Lateness(len(ranked), *at)


def nearest_rank(ranked: Sequence[float], share: float) -> float:
    """The smallest of them that is at least as large as this share of all; 0 of none."""
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)] if ranked else 0.0
