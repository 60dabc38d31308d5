"""A trace that a person can read: what each call answered, in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import singledispatch
from typing import Any

from rebasket.domain.carts.cart import Cart
from rebasket.domain.carts.timer import Timer
from rebasket.domain.people.contact import Contact
from rebasket.domain.reminders.episode import Episode
from rebasket.domain.reporting.daily_figures import ClosedDay
from rebasket.domain.shops.policy import Policy, Shop


@singledispatch
def brief(what: Any) -> str:
    """In a few words."""
    return str(what)


@brief.register
def _(cart: Cart) -> str:
    known = " ".join(f"g{d.generation}:{brief(d.at)}" for d in cart.episodes)
    orders = " ".join(f"{number}:{brief(order.placed_at)}" for number, order in cart.facts.orders.items())
    return (
        f"cart v{cart.version} g{cart.generation} {cart.phase}{f' ({cart.why})' if cart.why else ''} seen {brief(cart.seen_at)}"
        f" active {brief(cart.active_at)}, {len(cart.facts.named)} addresses, declared [{known}] orders [{orders}]"
    )


@brief.register
def _(contact: Contact) -> str:
    sends = ", ".join(f"{touch} {send.state} {brief(send.at)} try {send.attempt}" for touch, send in contact.sends.items())
    no, consent = contact.suppression, contact.consent
    return (
        f"contact v{contact.version} bought {brief(contact.bought_at)} placed {brief(contact.placed_at)}"
        f"{f' NO: {no.why}' if no else ''}{f' consent {consent.granted}' if consent else ''} sends {{{sends}}}"
    )


@brief.register
def _(episode: Episode) -> str:
    ref = episode.ref
    touches = " ".join(f"t{step}={touch.state}" for step, touch in sorted(episode.touches.items()))
    order = f" order {episode.order.order} by {episode.order.by} −{episode.refunded}" if episode.order else ""
    return f"episode {ref.cart}#{ref.generation} of {ref.day}{'' if episode.header else ' (no header)'} {touches}{order}"


@brief.register
def _(timer: Timer) -> str:
    return f"{timer.shop}/{timer.cart}#{timer.generation}@{brief(timer.due)}{f'.{timer.attempt}' if timer.attempt else ''}"


@brief.register
def _(shop: Shop) -> str:
    return f"shop {shop.id}, policy {shop.policy.version}"


@brief.register
def _(policy: Policy) -> str:
    return f"policy {policy.version}"


@brief.register
def _(day: ClosedDay) -> str:
    return f"closed {day.figures.day}"


@brief.register
def _(at: datetime) -> str:
    return f"{at:%d %H:%M:%S}"


@brief.register(type(None))
def _(nothing: None) -> str:
    return "–"


@brief.register(list)
@brief.register(tuple)
def _(several: list[Any] | tuple[Any, ...]) -> str:
    return "[" + ", ".join(map(brief, several)) + "]"


@brief.register
def _(table: Mapping) -> str:  # type: ignore[type-arg]  # singledispatch takes no parameters
    return "{" + ", ".join(f"{key}: {brief(value)}" for key, value in table.items()) + "}"
