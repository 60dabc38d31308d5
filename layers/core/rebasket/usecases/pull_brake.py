"""The brake: when too much of a shop's mail bounces or is complained about, its sending stops by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.domain.brake import verdict
from rebasket.domain.episode import EpisodeRef
from rebasket.domain.feedback import Word

if TYPE_CHECKING:
    from rebasket.domain.feedback import Feedback
    from rebasket.ports import Brakes, Episodes


@dataclass(frozen=True, kw_only=True)
class PullBrake:
    """Counts what the provider says, and pauses the shop beyond its limits."""

    episodes: Episodes
    brakes: Brakes

    def __call__(self, feedback: Feedback) -> str | None:
        """Why the shop was paused now; None when it was not. Each message counts once for each word, however often it is told.

        A crash between noting and counting loses one count: the brake needs several, and the next one counts again.
        """
        touch = feedback.touch
        ref = EpisodeRef(shop=feedback.shop, day=feedback.day, cart=touch.cart, generation=touch.generation)
        if not self.episodes.note(ref, touch.step, feedback.word):
            return None
        self.brakes.count(feedback.shop, feedback.word.value)
        if feedback.word is Word.ACCEPTED:
            return None
        why = verdict(self.brakes.pulse(feedback.shop))
        return why if why and self.brakes.pause(feedback.shop, why) else None
