"""The books: what a day's episodes came to. Everything is counted from the episodes, once; what is not known says so.

A day is the day (UTC) its episodes were declared. Money is kept by currency and never added across currencies.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypedDict

from rebasket.domain.reminders.episode import TouchState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rebasket.domain.reminders.episode import Episode, Touch

COUNTED_WINDOW = timedelta(days=399)
"""How long a day can be counted afresh: while all its episodes are kept. What comes later no longer changes the books."""


class Outcome(StrEnum):
    """What came of an episode."""

    RECOVERED = "recovered"
    """Ordered within the window, after a reminder reached the shopper."""
    BOUGHT_HELD = "bought, held"
    """Ordered within the window, though held back: what happens anyway."""
    BOUGHT_UNTOUCHED = "bought, untouched"
    """Ordered within the window, before any reminder was sent."""
    BOUGHT_BEFORE = "bought before"
    """Had ordered before it was declared; the shop told us late."""
    NONE = "none"
    """No order within the window (so far)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counts and sums of one row. Money by ISO currency in minor units; `cost` in micro-dollars.

    episodes   declared abandoned               unreachable  nobody to write to
    held       in the control group, reachable  touched      at least one reminder sent
    touches    steps whose time came, by state (see TouchState)
    cost       of the sent messages that have a price; `unpriced` counts those that have none;
    in_doubt   what the unknown touches would have cost, not in `cost`; `in_doubt_unpriced` counts those of no known price

    compared_touched, compared_held: those who passed every rule up to a reminder, which one group was sent (though the provider
    may have refused it) and the other was not;
    …_bought: of these, who ordered within the window after it went, or would have gone. Only these four can be compared.
    twins: left out of them, in both groups alike: first episodes of a shopper who was known as two people at the time
    """

    episodes: int = 0
    unreachable: int = 0
    held: int = 0
    touched: int = 0
    touches: Mapping[str, int] = field(default_factory=dict)
    recovered: int = 0
    bought_held: int = 0
    bought_untouched: int = 0
    bought_before: int = 0
    revenue: Mapping[str, int] = field(default_factory=dict)
    refunded: Mapping[str, int] = field(default_factory=dict)
    revenue_held: Mapping[str, int] = field(default_factory=dict)
    cost: int = 0
    unpriced: int = 0
    in_doubt: int = 0
    in_doubt_unpriced: int = 0
    compared_touched: int = 0
    compared_touched_bought: int = 0
    compared_held: int = 0
    compared_held_bought: int = 0
    twins: int = 0

    @property
    def planned(self) -> int:
        """Steps whose time came: the sum of the five states."""
        return sum(self.touches.values())

    @property
    def cost_per_recovered(self) -> int | None:
        """Micro-dollars for each recovered cart, rounded up; None when nothing was recovered or a message has no price.

        None as well for what is left of a period when later changes took more from it than it had.
        """
        if self.recovered <= 0 or self.cost < 0 or self.unpriced:
            return None
        return -(-self.cost // self.recovered)

    def __add__(self, other: Figures) -> Figures:
        """Number by number. Of amounts by name only those that are not nought stay, so that equal figures compare equal."""
        sums: dict[str, Any] = {name: _plus(getattr(self, name), getattr(other, name)) for name in self.__slots__}
        return Figures(**sums)

    def __neg__(self) -> Figures:
        """What would undo these."""
        minus: dict[str, Any] = {name: _minus(getattr(self, name)) for name in self.__slots__}
        return Figures(**minus)

    def __sub__(self, other: Figures) -> Figures:
        """What is to be added to `other` to have these; numbers may be negative."""
        return self + -other


def _plus(a: Any, b: Any) -> Any:  # noqa: ANN401  # counts, or mappings of counts
    if isinstance(a, int):
        return a + b
    sums = {key: a.get(key, 0) + b.get(key, 0) for key in sorted({*a, *b})}
    return {key: count for key, count in sums.items() if count}


def _minus(a: Any) -> Any:  # noqa: ANN401  # a count, or a mapping of counts
    return -a if isinstance(a, int) else {key: -count for key, count in a.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyFigures:
    """One day: its whole, and its split by channel.

    `channels` splits what a channel has: messages, their cost, and the carts recovered by the last message before the order.
    """

    day: str
    total: Figures
    channels: Mapping[str, Figures]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDay:
    """A day whose window is over, as it was closed; later facts do not rewrite it, they are posted (see `postings`).

    `window` is the policy's when it was closed: whatever changes later is counted by the same.
    """

    shop: str
    closed_at: datetime
    window: timedelta
    figures: DailyFigures


def outcome_of(episode: Episode, window: timedelta) -> tuple[Outcome, Touch | None]:
    """The outcome, and for a recovered cart the touch that gets the credit: the last one sent before the order."""
    header, order = episode.header, episode.order
    if header is None or order is None or order.at > header.declared_at + window:
        return Outcome.NONE, None
    if order.at < header.declared_at:
        return Outcome.BOUGHT_BEFORE, None
    sent = [t for t in episode.touches.values() if t.state is TouchState.SENT and t.at <= order.at]
    if sent:
        return Outcome.RECOVERED, max(sent, key=lambda touch: touch.at)
    return (Outcome.BOUGHT_HELD if episode.held and header.reachable else Outcome.BOUGHT_UNTOUCHED), None


def compared(episode: Episode, window: timedelta) -> tuple[TouchState, bool] | None:
    """Which group of the comparison it is in, SENT or HELD, and whether it ordered after its first reminder went, or would have.

    What is unknown may have gone. Whom the provider refused stays in the group: nobody asked it about those held. None for an
    episode that no rule let come so far, and for a twin.
    """
    header, order = episode.header, episode.order
    if header is None or episode.twin:
        return None
    reminded = {TouchState.SENT, TouchState.UNKNOWN, TouchState.REJECTED}
    for group, states in ((TouchState.SENT, reminded), (TouchState.HELD, {TouchState.HELD})):
        first = min((touch.at for touch in episode.touches.values() if touch.state in states), default=None)
        if first is not None:
            return group, order is not None and first <= order.at <= header.declared_at + window
    return None


def figures_of(episode: Episode, window: timedelta) -> tuple[Figures, dict[str, Figures]]:
    """One episode as a row, and its part of each channel's row. An episode without header counts for nothing yet."""
    header = episode.header
    if header is None:
        return Figures(), {}
    outcome, credited = outcome_of(episode, window)
    money = {episode.order.total.currency: episode.order.total.minor} if episode.order else {}
    back = episode.refunded_by_currency
    recovered = outcome is Outcome.RECOVERED
    group, bought = compared(episode, window) or (None, False)
    channels = {
        channel: Figures(
            touches=_states(touches),
            touched=int(any(t.state is TouchState.SENT for t in touches)),
            **_costs(touches),
            recovered=int(recovered and credited in touches),
            revenue=money if recovered and credited in touches else {},
            refunded=back if recovered and credited in touches else {},
        )
        for channel, touches in _by_channel(episode).items()
    }
    total = Figures(
        episodes=1,
        unreachable=int(not header.reachable),
        held=int(episode.held and header.reachable),
        touched=int(any(t.state is TouchState.SENT for t in episode.touches.values())),
        touches=_states(episode.touches.values()),
        recovered=int(recovered),
        bought_held=int(outcome is Outcome.BOUGHT_HELD),
        bought_untouched=int(outcome is Outcome.BOUGHT_UNTOUCHED),
        bought_before=int(outcome is Outcome.BOUGHT_BEFORE),
        revenue=money if recovered else {},
        refunded=back if recovered else {},
        revenue_held=money if outcome is Outcome.BOUGHT_HELD else {},
        compared_touched=int(group is TouchState.SENT),
        compared_touched_bought=int(group is TouchState.SENT and bought),
        compared_held=int(group is TouchState.HELD),
        compared_held_bought=int(group is TouchState.HELD and bought),
        twins=int(episode.twin),
        **_costs(episode.touches.values()),
    )
    return total, channels


def _states(touches: Iterable[Touch]) -> dict[str, int]:
    return dict(sorted(Counter(touch.state.value for touch in touches).items()))


class _Costs(TypedDict):
    cost: int
    unpriced: int
    in_doubt: int
    in_doubt_unpriced: int


def _costs(touches: Iterable[Touch]) -> _Costs:
    touches = list(touches)
    sent = [t for t in touches if t.state is TouchState.SENT]
    doubtful = [t for t in touches if t.state is TouchState.UNKNOWN]
    return {
        "cost": sum(t.cost for t in sent if t.cost is not None),
        "unpriced": sum(t.cost is None for t in sent),
        "in_doubt": sum(t.cost for t in doubtful if t.cost is not None),
        "in_doubt_unpriced": sum(t.cost is None for t in doubtful),
    }


def _by_channel(episode: Episode) -> dict[str, list[Touch]]:
    by: dict[str, list[Touch]] = {}
    for touch in episode.touches.values():
        if touch.channel is not None:
            by.setdefault(touch.channel.value, []).append(touch)
    return by


def daily_figures(day: str, episodes: Iterable[Episode], window: timedelta) -> DailyFigures:
    """A day's row from its episodes."""
    total, channels = Figures(), dict[str, Figures]()
    for episode in episodes:
        row, parts = figures_of(episode, window)
        total += row
        for channel, part in parts.items():
            channels[channel] = channels.get(channel, Figures()) + part
    return DailyFigures(day=day, total=total, channels=dict(sorted(channels.items())))


def can_be_counted(day: str, now: datetime) -> bool:
    """Whether all episodes of a day (UTC, `YYYY-MM-DD`) are still there, so that its figures can be counted afresh."""
    return now < datetime.fromisoformat(day).replace(tzinfo=UTC) + COUNTED_WINDOW
