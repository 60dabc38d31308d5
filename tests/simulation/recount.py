"""A day's figures counted a second time, slowly and by hand, from what was stored of its episodes and what went on the wire.

Nothing here asks the code under test to count: two ways of counting that agree are worth more than one that agrees with itself.
Only numbers that are not nought are kept, each by its row ("total", or a channel's) and its name, as in `Figures`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rebasket.domain.reminders.episode import TouchState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

    from rebasket.domain.reminders.episode import Episode
    from rebasket.domain.reporting.adjustments import Adjustment
    from rebasket.domain.reporting.daily_figures import ClosedDay, DailyFigures
    from tests.simulation.ledger import Ledger

Counts = dict[tuple[str, str], int]
"""By row and name: how many, or how much. "revenue EUR" is in minor units of the currency, "cost" in micro-dollars."""

REMINDED = (TouchState.SENT, TouchState.UNKNOWN, TouchState.REJECTED)
"""Whom a rule let be written to: what is unknown may have gone, and nobody asked the provider about those held."""


def recount(ledger: Ledger, episodes: Iterable[Episode], window: timedelta) -> Counts:
    """What a day's episodes come to, one after the other."""
    counts: Counter[tuple[str, str]] = Counter()
    for episode in episodes:
        if episode.header is not None:
            _of_touches(counts, ledger, episode)
            _of_the_order(counts, episode, window)
            _of_the_comparison(counts, episode, window)
    return _not_nought(counts)


def booked(closed: ClosedDay, adjustments: Iterable[Adjustment] = ()) -> Counts:
    """What the books say of a day: as it was closed, and all that was posted to it since."""
    counts: Counter[tuple[str, str]] = Counter()
    for part in (closed.figures, *(posted.change for posted in adjustments)):
        for place, amount in _written(part):
            counts[place] += amount
    return _not_nought(counts)


def told_apart(books: Counts, recounted: Counts) -> str:
    """Where they differ."""
    places = sorted(books.keys() | recounted.keys())
    return ", ".join(
        f"{row}: {name} is {books.get((row, name), 0)} in the books, {recounted.get((row, name), 0)} by the episodes"
        for row, name in places
        if books.get((row, name)) != recounted.get((row, name))
    )


def _written(day: DailyFigures) -> Iterable[tuple[tuple[str, str], int]]:
    for row, figures in {"total": day.total, **day.channels}.items():
        for name in figures.__slots__:
            value = getattr(figures, name)
            if isinstance(value, Mapping):
                for what, amount in value.items():
                    yield (row, f"{name} {what}"), amount
            else:
                yield (row, name), value


def _not_nought(counts: Mapping[tuple[str, str], int]) -> Counts:
    return {place: amount for place, amount in counts.items() if amount != 0}


def _of_touches(counts: Counter[tuple[str, str]], ledger: Ledger, episode: Episode) -> None:
    """Whom an episode could reach, how its steps ended, what was paid for them."""
    reachable = bool(episode.header and episode.header.contacts)
    counts["total", "episodes"] += 1
    if not reachable:
        counts["total", "unreachable"] += 1
    elif any(touch.state is TouchState.HELD for touch in episode.touches.values()):
        counts["total", "held"] += 1
    rows_with_a_message = set()
    for step, touch in episode.touches.items():
        for row in ("total", touch.channel.value) if touch.channel else ("total",):
            counts[row, f"touches {touch.state.value}"] += 1
            if touch.state is TouchState.SENT:
                rows_with_a_message.add(row)
                costs = (r.cost for r in ledger.requests_of(episode.ref, step) if r.accepted is not False)
                paid = next(costs, touch.cost)  # without a request another promise is broken: `invariants_at_rest` says which
                counts[row, "unpriced" if paid is None else "cost"] += 1 if paid is None else paid
            elif touch.state is TouchState.UNKNOWN:
                counts[row, "in_doubt_unpriced" if touch.cost is None else "in_doubt"] += 1 if touch.cost is None else touch.cost
    for row in rows_with_a_message:
        counts[row, "touched"] += 1


def _of_the_order(counts: Counter[tuple[str, str]], episode: Episode, window: timedelta) -> None:
    """Whether the shopper ordered in time, after which message, for how much, and what of it they got back."""
    header, order = episode.header, episode.order
    if header is None or order is None or order.at - header.declared_at > window:
        return
    if order.at < header.declared_at:
        counts["total", "bought_before"] += 1
        return
    last, channel = None, None
    for touch in episode.touches.values():
        if touch.state is TouchState.SENT and touch.at <= order.at and (last is None or touch.at > last):
            last, channel = touch.at, touch.channel
    if last is not None:
        for row in ("total", channel.value) if channel else ("total",):
            counts[row, "recovered"] += 1
            counts[row, f"revenue {order.total.currency}"] += order.total.minor
            for currency, minor in _paid_back(episode):
                counts[row, f"refunded {currency}"] += minor
    elif header.contacts and any(touch.state is TouchState.HELD for touch in episode.touches.values()):
        counts["total", "bought_held"] += 1
        counts["total", f"revenue_held {order.total.currency}"] += order.total.minor
    else:
        counts["total", "bought_untouched"] += 1


def _paid_back(episode: Episode) -> Iterable[tuple[str, int]]:
    """Of the credited order: in its own currency never more than was paid; in others as told."""
    order = episode.order
    told = episode.refunds.get(order.order) if order else None
    if order is None or told is None:
        return
    own, currency = 0, order.total.currency
    for part in told.parts.values():
        if part.currency == currency:
            own += part.minor
        else:
            yield part.currency, part.minor
    yield currency, order.total.minor if told.cancelled or own > order.total.minor else own


def _of_the_comparison(counts: Counter[tuple[str, str]], episode: Episode, window: timedelta) -> None:
    """In which group it is compared: that of the reminded, else that of those held back; and whether an order followed."""
    reminded = [touch.at for touch in episode.touches.values() if touch.state in REMINDED]
    held = [touch.at for touch in episode.touches.values() if touch.state is TouchState.HELD]
    counts["total", "twins"] += episode.twin
    if episode.twin or not (reminded or held):
        return
    group, begins = ("compared_touched", min(reminded)) if reminded else ("compared_held", min(held))
    counts["total", group] += 1
    ends = episode.header.declared_at + window if episode.header else begins
    if episode.order is not None and begins <= episode.order.at <= ends:
        counts["total", f"{group}_bought"] += 1
