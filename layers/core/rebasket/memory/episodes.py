"""Episodes: ports.Episodes in memory."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rebasket.domain.orders.refunds import Refunds
from rebasket.domain.reminders.episode import Episode, supersedes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from rebasket.domain.people.addresses import Channel
    from rebasket.domain.reminders.episode import Credit, EpisodeRef, Header, Touch
    from rebasket.domain.sending.delivery_events import DeliveryEvent


@dataclass
class MemoryEpisodes:
    """Episodes by day."""

    items: dict[tuple[str, str], dict[EpisodeRef, Episode]] = field(default_factory=lambda: defaultdict(dict))
    orders: dict[tuple[str, str], EpisodeRef] = field(default_factory=dict)
    waiting: dict[tuple[str, str], Refunds] = field(default_factory=dict)

    def _known(self, ref: EpisodeRef) -> Episode:
        return self.items[ref.shop, ref.day].get(ref) or Episode(ref=ref)

    def _keep(self, episode: Episode) -> Episode:
        self.items[episode.ref.shop, episode.ref.day][episode.ref] = episode
        return episode

    def get(self, ref: EpisodeRef) -> Episode | None:
        """See ports.Episodes."""
        return self.items[ref.shop, ref.day].get(ref)

    def head(self, ref: EpisodeRef, header: Header) -> Episode:
        """See ports.Episodes."""
        known = self._known(ref)
        return known if known.header else self._keep(replace(known, header=header))

    def mark_twin(self, ref: EpisodeRef) -> None:
        """See ports.Episodes."""
        self._keep(replace(self._known(ref), twin=True))

    def choose(self, ref: EpisodeRef, step: int, channel: Channel) -> Channel:
        """See ports.Episodes."""
        known = self._known(ref)
        return self._keep(replace(known, chosen={step: channel, **known.chosen})).chosen[step]

    def record(self, ref: EpisodeRef, step: int, touch: Touch) -> bool:
        """See ports.Episodes."""
        known = self._known(ref)
        if not supersedes(known.touches.get(step), touch):
            return False
        self._keep(replace(known, touches={**known.touches, step: touch}))
        return True

    def credit(self, ref: EpisodeRef, order: Credit) -> bool:
        """See ports.Episodes."""
        known = self._known(ref)
        if known.order is not None and known.order.order != order.order:
            return False
        if known.order is None or (known.order.at, known.order.total) < (order.at, order.total):
            self._keep(replace(known, order=order))
        return True

    def attribute_order(self, shop: str, order: str, ref: EpisodeRef) -> EpisodeRef:
        """See ports.Episodes."""
        return self.orders.setdefault((shop, order), ref)

    def bound(self, shop: str, order: str) -> EpisodeRef | None:
        """See ports.Episodes."""
        return self.orders.get((shop, order))

    def add_pending_refunds(self, shop: str, order: str, refunds: Refunds) -> EpisodeRef | None:
        """See ports.Episodes."""
        self.waiting[shop, order] = self.pending_refunds(shop, order) | refunds
        return self.bound(shop, order)

    def pending_refunds(self, shop: str, order: str) -> Refunds:
        """See ports.Episodes."""
        return self.waiting.get((shop, order), Refunds())

    def refund(self, ref: EpisodeRef, order: str, refunds: Refunds) -> None:
        """See ports.Episodes."""
        known = self._known(ref)
        self._keep(replace(known, refunds={**known.refunds, order: known.refunds.get(order, Refunds()) | refunds}))

    def note(self, ref: EpisodeRef, step: int, word: DeliveryEvent) -> bool:
        """See ports.Episodes."""
        known = self._known(ref)
        if step in known.said and known.said[step].weight >= word.weight:
            return False
        self._keep(replace(known, said={**known.said, step: word}))
        return True

    def click(self, ref: EpisodeRef, at: datetime) -> None:
        """See ports.Episodes."""
        known = self._known(ref)
        if known.clicked_at is None:
            self._keep(replace(known, clicked_at=at))

    def of_day(self, shop: str, day: str) -> Iterable[Episode]:
        """See ports.Episodes."""
        return [_without_checks(episode) for _, episode in sorted(self.items[shop, day].items())]


def _without_checks(episode: Episode) -> Episode:
    return replace(episode, touches={step: replace(touch, checks=()) for step, touch in episode.touches.items()})
