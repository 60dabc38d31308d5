"""A cart: the merged facts, and where it stands in its life.

The phase ends only with a reason: active → abandoned → (bought | closed), and back to active in the next generation when the
shopper returns. Bought is final. An active or abandoned cart is the promise of a timer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from rebasket.domain.carts.facts import CartFacts

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.carts.events import Event
    from rebasket.domain.people.addresses import Address

KEPT_EPISODES = 5


class Phase(StrEnum):
    """Where a cart stands."""

    NEW = "new"
    ACTIVE = "active"
    ABANDONED = "abandoned"
    BOUGHT = "bought"
    CLOSED = "closed"


class Closed(StrEnum):
    """Why a cart was closed."""

    DELETED = "deleted"
    EMPTY = "empty"
    BEFORE_ACTIVATION = "before activation"
    ERASED = "erased"
    REPLACED = "replaced by another cart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """That one generation was declared abandoned: the episode's day (UTC, `YYYY-MM-DD`), when, when it was due, what it held.

    `value` is None where prices were in several currencies.
    """

    generation: int
    day: str
    at: datetime
    due: datetime
    value: int | None


@dataclass(frozen=True, kw_only=True)
class Cart:
    """A cart as stored. `version` counts its writes; `generation` its lives; `seen_at` is our time of the last change."""

    shop: str
    id: str
    version: int = 0
    generation: int = 0
    phase: Phase = Phase.NEW
    why: Closed | None = None
    seen_at: datetime | None = None
    episodes: tuple[Declared, ...] = ()
    facts: CartFacts

    @classmethod
    def blank(cls, shop: str, cart: str) -> Cart:
        """A cart nobody has reported yet."""
        return cls(shop=shop, id=cart, facts=CartFacts.nothing())

    @property
    def active_at(self) -> datetime | None:
        """The shop's time of the last activity; None when only orders or a deletion were reported."""
        return self.facts.active_at

    def declared(self, generation: int) -> Declared | None:
        """The declaration of one generation, if it is among those kept."""
        return next((d for d in self.episodes if d.generation == generation), None)


def recorded(cart: Cart, event: Event, now: datetime) -> Cart:
    """The cart with one event applied, its version raised by one; the same object when the event changes nothing.

    A late event (older than the last activity) changes what the cart holds but does not wake an abandoned cart again. One that
    fills a cart closed as empty does.
    """
    facts = cart.facts.join(event)
    if facts is cart.facts or cart.why is Closed.ERASED:
        return cart
    phase, why, generation = cart.phase, cart.why, cart.generation
    risen = facts.active_at is not None and (cart.active_at is None or facts.active_at > cart.active_at)
    filled = cart.why is Closed.EMPTY and bool(facts.lines)
    if facts.bought:
        phase, why = Phase.BOUGHT, None
    elif facts.deleted:
        phase, why = Phase.CLOSED, Closed.DELETED
    elif phase is not Phase.ACTIVE and (risen or filled):
        phase, why, generation = Phase.ACTIVE, None, generation + 1
    seen_at = now if cart.seen_at is None else max(now, cart.seen_at)
    return replace(cart, version=cart.version + 1, facts=facts, phase=phase, why=why, generation=generation, seen_at=seen_at)


def erased(cart: Cart, now: datetime) -> Cart:
    """The cart emptied of everything personal, closed for good."""
    facts = replace(CartFacts.nothing(), active_at=cart.active_at)
    seen_at = now if cart.seen_at is None else max(now, cart.seen_at)
    return replace(cart, version=cart.version + 1, facts=facts, phase=Phase.CLOSED, why=Closed.ERASED, seen_at=seen_at)


def replaced(cart: Cart, at: datetime) -> Cart:
    """The cart, ended by another that took it over at that moment (the shop's time); the same object when it is over already, or
    was touched since.
    """
    live = cart.phase in (Phase.ACTIVE, Phase.ABANDONED)
    if not live or (cart.active_at is not None and cart.active_at > at):
        return cart
    return replace(cart, version=cart.version + 1, phase=Phase.CLOSED, why=Closed.REPLACED)


def newly_named(old: Cart, new: Cart) -> tuple[Address, ...]:
    """Addresses that `new` names and `old` did not, or with another consent; in a fixed order."""
    return tuple(
        sorted(
            address
            for address, named in new.facts.named.items()
            if address not in old.facts.named or old.facts.named[address].consent != named.consent
        )
    )
