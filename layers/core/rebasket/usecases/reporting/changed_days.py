"""Episodes whose late changes the books hear of: before a part that figures are counted from is written to an episode of a closed
day, the day is marked. A crash in between leaves a mark for nothing: the day is counted afresh, and nothing has changed.

A day that is not over cannot be closed, so what happens on the day itself pays nothing; after it, one read tells. Whoever reads
that a day is open, and writes after it was closed, is seen as well: closing a day marks it (see `close_books`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.domain.reporting.adjustments import changed_day_of
from rebasket.domain.reporting.daily_figures import can_be_counted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from rebasket.domain.orders.refunds import Refunds
    from rebasket.domain.people.addresses import Channel
    from rebasket.domain.reminders.episode import Credit, Episode, EpisodeRef, Header, Touch
    from rebasket.domain.sending.delivery_events import DeliveryEvent
    from rebasket.ports import Books, Clock, Episodes


@dataclass(frozen=True)
class TrackedEpisodes:
    """See ports.Episodes, which it is, in front of another one."""

    episodes: Episodes
    books: Books
    clock: Clock

    def get(self, ref: EpisodeRef) -> Episode | None:
        """See ports.Episodes."""
        return self.episodes.get(ref)

    def head(self, ref: EpisodeRef, header: Header) -> Episode:
        """See ports.Episodes."""
        self._mark(ref)
        return self.episodes.head(ref, header)

    def mark_twin(self, ref: EpisodeRef) -> None:
        """See ports.Episodes."""
        self._mark(ref)
        self.episodes.mark_twin(ref)

    def choose(self, ref: EpisodeRef, step: int, channel: Channel) -> Channel:
        """See ports.Episodes. No figure is counted from it."""
        return self.episodes.choose(ref, step, channel)

    def record(self, ref: EpisodeRef, step: int, touch: Touch) -> bool:
        """See ports.Episodes."""
        self._mark(ref)
        return self.episodes.record(ref, step, touch)

    def credit(self, ref: EpisodeRef, order: Credit) -> bool:
        """See ports.Episodes."""
        self._mark(ref)
        return self.episodes.credit(ref, order)

    def attribute_order(self, shop: str, order: str, ref: EpisodeRef) -> EpisodeRef:
        """See ports.Episodes. No figure is counted from it."""
        return self.episodes.attribute_order(shop, order, ref)

    def bound(self, shop: str, order: str) -> EpisodeRef | None:
        """See ports.Episodes."""
        return self.episodes.bound(shop, order)

    def add_pending_refunds(self, shop: str, order: str, refunds: Refunds) -> EpisodeRef | None:
        """See ports.Episodes. No figure is counted from it."""
        return self.episodes.add_pending_refunds(shop, order, refunds)

    def pending_refunds(self, shop: str, order: str) -> Refunds:
        """See ports.Episodes."""
        return self.episodes.pending_refunds(shop, order)

    def refund(self, ref: EpisodeRef, order: str, refunds: Refunds) -> None:
        """See ports.Episodes."""
        self._mark(ref)
        self.episodes.refund(ref, order, refunds)

    def note(self, ref: EpisodeRef, step: int, word: DeliveryEvent) -> bool:
        """See ports.Episodes. No figure is counted from it."""
        return self.episodes.note(ref, step, word)

    def click(self, ref: EpisodeRef, at: datetime) -> None:
        """See ports.Episodes. No figure is counted from it."""
        self.episodes.click(ref, at)

    def of_day(self, shop: str, day: str) -> Iterable[Episode]:
        """See ports.Episodes."""
        return self.episodes.of_day(shop, day)

    def _mark(self, ref: EpisodeRef) -> None:
        now = self.clock()
        over = f"{now:%Y-%m-%d}" > ref.day and can_be_counted(ref.day, now)
        if over and self.books.day(ref.shop, ref.day) is not None:
            self.books.mark(changed_day_of(ref.shop, ref.day, now))
