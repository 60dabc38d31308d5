"""A step whose time came, and what bringing it to its end comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.domain.people.contact import TouchId
from rebasket.domain.shops.quiet_hours import first_allowed

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.carts.cart import Cart
    from rebasket.domain.people.addresses import Channel
    from rebasket.domain.reminders.episode import EpisodeRef, Header, TouchState
    from rebasket.domain.shops.policy import Policy, Shop


@dataclass(frozen=True, slots=True)
class Retry:
    """Nothing more to do now; look again at `at`."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Done:
    """The touch is recorded: on to the next step."""

    state: TouchState


@dataclass(frozen=True, slots=True, kw_only=True)
class DueStep:
    """A step whose time came. `over` says why the episode is over, if it is; `owner` is this wake's own draw; `requested` are the
    steps of the episode that this wake has put a request on the wire for, remembered by the wake alone and never stored.
    """

    shop: Shop
    policy: Policy
    cart: Cart
    ref: EpisodeRef
    header: Header
    step: int
    due: datetime
    over: str | None
    owner: str
    requested: set[int]

    @property
    def touch(self) -> TouchId:
        """Its name."""
        return TouchId(self.ref.cart, self.ref.generation, self.step)

    def due_on(self, channel: Channel) -> datetime:
        """When it was due on this channel, whose quiet hours may end later than another's."""
        return first_allowed(self.due, self.header.time_zone, self.policy.quiet_hours.get(channel))
