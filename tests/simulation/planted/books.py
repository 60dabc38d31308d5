"""Bugs in what is written down afterwards: costs, credit, refunds, closed days, other shops."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rebasket import memory
from rebasket.domain.orders.refunds import Refunds
from rebasket.domain.people import contact as contacts
from rebasket.domain.people.addresses import Channel
from rebasket.domain.reminders.episode import TouchState
from rebasket.usecases.recording.attribution import AttributeOrder
from rebasket.usecases.reminding.send_step import SendStep
from rebasket.usecases.reporting.changed_days import TrackedEpisodes
from rebasket.usecases.responses.follow_link import FollowLink
from rebasket.usecases.responses.record_delivery import RecordDelivery, suppress
from tests.simulation.planted.catalogue import Patch, bug, spoiled

if TYPE_CHECKING:
    from rebasket.domain.reminders.episode import Touch


@bug("the cost is booked before the outcome")
def _booked() -> list[Patch]:
    send = SendStep._send

    def patched(self: SendStep, passing: Any, message: Any, attempt: int) -> Any:
        self._record(passing.due, TouchState.SENT, "accepted", passing.to, passing.checks, message)
        return send(self, passing, message, attempt)

    return [(SendStep, "_send", patched)]


@bug("feedback overwrites what was recorded")
def _feedback() -> list[Patch]:

    def supersedes(known: Touch | None, new: Touch) -> bool:
        return known is None or new.state is TouchState.SENT

    call = RecordDelivery.__call__

    def patched(self: RecordDelivery, feedback: Any) -> None:
        class _Blind:
            def __init__(self, real: Any) -> None:
                self.record = real.record

            def get(self, ref: Any) -> None:
                return None

        call(spoiled(self, episodes=_Blind(self.episodes)), feedback)

    return [(memory.episodes, "supersedes", supersedes), (RecordDelivery, "__call__", patched)]


@bug("an order is credited at every repeat")
def _credit() -> list[Patch]:
    newest = AttributeOrder._episode_of_contacts

    def patched(self: AttributeOrder, cart: Any, placed_at: Any) -> Any:
        return newest(self, cart, placed_at + timedelta(days=1))

    return [
        (memory.MemoryEpisodes, "attribute_order", lambda self, shop, order, ref: ref),
        (AttributeOrder, "_episode_of_contacts", patched),
    ]


@bug("what was paid back is added at every repeat")
def _refund() -> list[Patch]:
    def refund(self: Any, ref: Any, order: str, refunds: Refunds) -> None:
        known = self._known(ref)
        had = known.refunds.get(order, Refunds())
        again = {f"{event} {len(had.parts)}": part for event, part in refunds.parts.items()}
        self._keep(replace(known, refunds={**known.refunds, order: had | Refunds(again, refunds.cancelled)}))

    return [(memory.MemoryEpisodes, "refund", refund)]


@bug("what was paid back before its order is bound waits nowhere")
def _pending_refunds() -> list[Patch]:
    return [(memory.MemoryEpisodes, "add_pending_refunds", lambda self, shop, order, refunds: self.bound(shop, order))]


@bug("a closed day is written again")
def _closed() -> list[Patch]:
    def close(self: Any, day: Any) -> bool:
        self.items[day.shop, day.figures.day] = day
        return True

    return [(memory.MemoryBooks, "close", close)]


@bug("an opt-out at one shop counts at the others")
def _shops() -> list[Patch]:
    opt_out = FollowLink.opt_out

    def patched(self: FollowLink, code: str) -> Any:
        asked = opt_out(self, code)

        for other in self.shops.all():
            key = asked.link.contact.replace(asked.shop.id, other)
            suppress(self.contacts, other, key, Channel.EMAIL, contacts.SuppressionReason.OPTED_OUT, self.clock())
        return asked

    return [(FollowLink, "opt_out", patched)]


@bug("the books do not hear of late facts")
def _unmarked() -> list[Patch]:
    return [(TrackedEpisodes, "_mark", lambda self, ref: None)]


@bug("a change is posted again every night")
def _posted() -> list[Patch]:
    return [(memory.MemoryBooks, "adjustments", lambda self, shop, first, last: [])]
