"""What "recovered" means is fixed with an episode: within the window of the policy that it was declared under."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta

    from rebasket.domain.reminders.episode import Episode
    from rebasket.domain.reporting.daily_figures import WindowOf
    from rebasket.ports import Shops


def windows_of(shops: Shops, usual: timedelta) -> WindowOf:
    """The window of each episode's own policy; `usual` where that is not known (any more)."""

    def window_of(episode: Episode) -> timedelta:
        policy = shops.policy(episode.ref.shop, episode.header.policy) if episode.header else None
        return policy.window if policy else usual

    return window_of
