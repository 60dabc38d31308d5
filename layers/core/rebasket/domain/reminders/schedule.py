"""What a wake does next: pure answers to "here is what I read, what is the one next thing?".

`usecases/reminding/follow_up.py` asks these questions in a loop and carries out each answer as one write that can be repeated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rebasket.domain.carts.cart import KEPT_EPISODES, Cart, Closed, Declared, Phase
from rebasket.domain.carts.timer import LEAD, Timer, minute_up
from rebasket.domain.reminders.episode import EpisodeRef, TouchState
from rebasket.domain.shops.quiet_hours import first_allowed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rebasket.domain.reminders.episode import Header, Touch
    from rebasket.domain.shops.policy import Policy


# -- What of the cart? ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Discard:
    """A stray timer: nothing to do."""

    why: str


@dataclass(frozen=True, slots=True)
class Rearm:
    """Too early: look again then."""

    timer: Timer


@dataclass(frozen=True, slots=True)
class Write:
    """Declare the episode, or close the cart: put this on condition of its version, then look again."""

    cart: Cart


@dataclass(frozen=True, slots=True)
class Proceed:
    """An episode has steps to see to. `declared` is None when the cart has forgotten it; `over` says why no more goes out."""

    ref: EpisodeRef
    declared: Declared | None
    over: str | None


def evaluate(
    cart: Cart, timer: Timer, policy: Policy, activated_at: datetime, now: datetime
) -> Discard | Rearm | Write | Proceed:
    """The answer to a timer of generation n, given the cart as it is now."""
    n = timer.generation
    if cart.generation < n:
        return Discard("armed for a write that never came")
    if cart.generation == n and cart.phase is Phase.ACTIVE and cart.active_at is not None:
        quiet_at = cart.active_at + policy.abandoned_after
        if now < quiet_at:
            return Rearm(timer_for(cart, n, quiet_at))
        if not cart.facts.lines:
            return Write(_closed(cart, Closed.EMPTY))
        if cart.active_at < activated_at:
            return Write(_closed(cart, Closed.BEFORE_ACTIVATION))
        return Write(_declared(cart, policy, now))
    declared = cart.declared(n)
    day = declared.day if declared else timer.day
    if day is None:
        return Discard(f"cart is {cart.phase.value}, generation {n} was never abandoned")
    return Proceed(EpisodeRef(shop=cart.shop, day=day, cart=cart.id, generation=n), declared, _over(cart, n))


def _over(cart: Cart, n: int) -> str | None:
    if cart.phase is Phase.BOUGHT:
        return "bought"
    if cart.phase is Phase.CLOSED:
        return f"cart {cart.why.value}" if cart.why else "cart closed"
    return None if cart.generation == n else "shopper came back"


def _closed(cart: Cart, why: Closed) -> Cart:
    return replace(cart, version=cart.version + 1, phase=Phase.CLOSED, why=why)


def _declared(cart: Cart, policy: Policy, now: datetime) -> Cart:
    """Abandoned. `seen_at` stays: it is the last change the shopper made, and what purchases are compared with."""
    declared = Declared(
        generation=cart.generation,
        day=now.strftime("%Y-%m-%d"),
        at=now,
        due=quiet_due(cart, policy),
        value=cart.facts.value,
    )
    episodes = (*cart.episodes, declared)[-KEPT_EPISODES:]
    return replace(cart, version=cart.version + 1, phase=Phase.ABANDONED, episodes=episodes)


def quiet_due(cart: Cart, policy: Policy) -> datetime:
    """When the cart should be declared: idle after its last activity, or LEAD after we learnt of it, if that came late."""
    if cart.active_at is None or cart.seen_at is None:
        message = "a cart without activity is never due"
        raise ValueError(message)
    return minute_up(max(cart.active_at + policy.abandoned_after, cart.seen_at + LEAD))


def timer_for(cart: Cart, generation: int, at: datetime) -> Timer:
    """A timer for one generation, at the whole minute not before `at`; it carries the day, once that is declared."""
    declared = cart.declared(generation)
    day = declared.day if declared else None
    return Timer(shop=cart.shop, cart=cart.id, generation=generation, due=minute_up(at), day=day)


# -- What of the episode? ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finished:
    """Every step has its final touch."""


@dataclass(frozen=True, slots=True)
class Wait:
    """The next step is not due yet."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """This step's time came."""

    step: int
    due: datetime


def next_step(
    header: Header, touches: Mapping[int, Touch], policy: Policy, over: str | None, now: datetime
) -> Finished | Wait | Attempt:
    """The first step without a final touch. Once the episode is over, all that is left ends now."""
    for step in range(1, len(policy.steps) + 1):
        if step in touches:
            continue
        due = due_of(step, header, touches, policy)
        return Wait(due) if now < due and over is None else Attempt(step, due)
    return Finished()


def due_of(step: int, header: Header, touches: Mapping[int, Touch], policy: Policy) -> datetime:
    """When a step is due: its delay after the episode's due, but at least the gap after whatever may have reached the shopper,
    and outside quiet hours.
    """
    reached = (TouchState.SENT, TouchState.UNKNOWN, TouchState.HELD)
    before = [touch.at + policy.gap for k, touch in touches.items() if k < step and touch.state in reached]
    return _open_at(max([header.due + policy.steps[step - 1].delay, *before]), step, header, policy)


def successor_due(step: int, header: Header, policy: Policy, now: datetime) -> datetime | None:
    """When to look at the step after this one, if this one goes out now; None when it is the last."""
    if step >= len(policy.steps):
        return None
    return _open_at(max(header.due + policy.steps[step].delay, now + policy.gap, now + LEAD), step + 1, header, policy)


def _open_at(at: datetime, step: int, header: Header, policy: Policy) -> datetime:
    """The first minute, not before `at`, at which the step may be sent on any of its channels; which one, the decision says."""
    channels = [channel for channel in policy.steps[step - 1].channels if channel in header.contacts]
    return min((first_allowed(at, header.time_zone, policy.quiet_hours.get(c)) for c in channels), default=minute_up(at))
