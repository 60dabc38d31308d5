"""How late messages leave: from the moment a step was due, and its shopper might be written to, to the moment its message left;
virtual seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from rebasket.domain.people.addresses import Channel
from rebasket.domain.shops.quiet_hours import first_allowed

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
    """Of every message that left: due as its episode has it, or later where the shopper's last message was younger than the gap
    then; sent as the outbox has it.
    """
    episodes = {(episode.ref.cart, episode.ref.generation): episode for episode in findings.episodes}
    known = {cart.id: {address.value for address in cart.facts.named} for cart in findings.carts}
    policy, last, waits = findings.shop.policy, dict[str, datetime](), []
    for message in sorted(findings.messages, key=lambda message: message.at):
        about = findings.touches[message.number]
        episode = episodes.get((about.cart, about.generation))
        reader = {message.to} | known.get(about.cart, set())
        if episode is not None and (touch := episode.touches.get(about.step)) is not None:
            may = max([touch.due, *(last[address] + policy.gap for address in reader if address in last)])
            if may > touch.due and episode.header is not None:  # what was due is outside quiet hours
                may = first_allowed(may, episode.header.time_zone, policy.quiet_hours.get(Channel(message.channel)))
            waits.append((message.at - may).total_seconds())
        last |= dict.fromkeys(reader, message.at)
    return percentiles(waits)


def percentiles(waits: Sequence[float]) -> Lateness:
    """Of any waits."""
    ranked = sorted(waits)
    at = [round(nearest_rank(ranked, share), 3) for share in (0.5, 0.9, 0.99, 1.0)]
    return Lateness(len(ranked), *at)


def nearest_rank(ranked: Sequence[float], share: float) -> float:
    """The smallest of them that is at least as large as this share of all; 0 of none."""
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)] if ranked else 0.0
