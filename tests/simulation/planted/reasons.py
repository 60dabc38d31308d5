"""Bugs whose touches, stamps and credits look well by themselves, and are there for no reason, or not there against reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rebasket.domain.carts.cart import Cart
from rebasket.domain.reminders.decision import Hold, Send, decide
from rebasket.domain.reminders.episode import TouchState
from rebasket.usecases.recording.attribution import AttributeOrder
from rebasket.usecases.recording.record_event import RecordEvent
from rebasket.usecases.reminding import send_step as touch
from rebasket.usecases.reminding.follow_up import FollowUp
from rebasket.usecases.reminding.send_step import SendStep
from rebasket.usecases.reminding.shopper import question_of
from tests.simulation.planted.catalogue import Patch, bug


@bug("a claim is not given back when the provider is busy")
def _kept() -> list[Patch]:
    return [(SendStep, "_end", lambda self, due, to, how: None)]


@bug("no clear answer is taken for a sent message")
def _sent() -> list[Patch]:
    record = SendStep._record

    def patched(self: SendStep, due: Any, state: TouchState, why: str, *given: Any, **named: Any) -> Any:
        unclear = state is TouchState.UNKNOWN and why.startswith("no clear answer")
        return record(self, due, TouchState.SENT if unclear else state, why, *given, **named)

    return [(SendStep, "_record", patched)]


@bug("a no does not pass the gate")
def _aside() -> list[Patch]:
    def refuse(self: SendStep, passing: Any, state: TouchState, why: str, *_tried: Any) -> Any:
        return self._record(passing.due, state, why, passing.to, passing.checks)

    return [(SendStep, "_refuse", refuse)]


@bug("what the cart's other addresses say is not asked")
def _others() -> list[Patch]:
    question = question_of

    def patched(due: Any, shopper: Any, texts: Any) -> Any:
        return replace(question(due, shopper, texts), people=tuple(each.root for each in shopper.candidates.values()))

    return [(touch, "question_of", patched)]


@bug("the control group is written to from the second step on")
def _once_held() -> list[Patch]:
    def patched(question: Any, now: Any) -> Any:
        decided = decide(question, now)
        if isinstance(decided, Hold) and question.touch.step > 1:
            return Send(decided.channel, decided.checks)
        return decided

    return [(touch, "decide", patched)]


@bug("everybody lives in the shop's zone")
def _zone() -> list[Patch]:
    return [(FollowUp, "_zone", lambda self, shop, cart, phone: shop.time_zone)]


@bug("every later event of a bought cart stamps the purchase anew")
def _anew() -> list[Patch]:
    purchase = RecordEvent._purchase

    def patched(self: RecordEvent, old: Cart, new: Cart, event: Any, now: Any) -> Any:
        return purchase(self, Cart.blank(old.shop, old.id), new, event, now)

    return [(RecordEvent, "_purchase", patched)]


@bug("an order that names its shopper late is credited to nothing")
def _late_credit() -> list[Patch]:
    call = AttributeOrder.__call__

    def patched(self: AttributeOrder, old: Cart, new: Cart) -> None:
        if new.facts.orders != old.facts.orders:
            call(self, old, new)

    return [(AttributeOrder, "__call__", patched)]
