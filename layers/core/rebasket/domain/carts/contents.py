"""What was told of a cart's contents, played on what is known of it, and whether it was the shopper's doing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from rebasket.domain.carts import events as ev
from rebasket.domain.carts.lines import Delta, Snapshot, folded
from rebasket.domain.carts.ties import Moment, fingerprint, remembered, was_replaced

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.carts.ties import Replaced

MAX_DELTAS = 300
"""Deltas kept since the last snapshot. Beyond, the oldest are played into it: what is older still, and told later, is lost."""
MAX_LINES = 200
"""The first ones; of more, the cart is incomplete."""


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What lies in a cart, and when anything was done to it. `refilled`: the deletion was undone in its own moment."""

    base: Snapshot | None = None
    deltas: tuple[Delta, ...] = ()
    stage: ev.Stage | None = None
    active_at: datetime | None = None
    deleted_at: datetime | None = None
    deleted_sequence: int | None = None
    refilled: bool = False
    replaced: Replaced | None = None


C = TypeVar("C", bound=Contents)
"""Whatever else is known of the cart stays as it is."""


def with_contents(facts: C, event: ev.CartUpdated | ev.ItemAdded | ev.ItemRemoved | ev.CheckoutStarted) -> C:
    at, sequence = event.at, event.sequence
    match event:
        case ev.ItemAdded(line=line):
            delta = Delta(at, event.id, line.sku, line.quantity, line, event.details.currency, line.line_id, sequence)
            return _with_delta(facts, delta)
        case ev.ItemRemoved():
            return _with_delta(facts, Delta(at, event.id, event.sku, event.quantity, None, None, event.line_id, sequence))
        case ev.CheckoutStarted(stage=stage):
            facts = replace(facts, stage=stage if facts.stage is None else max(facts.stage, stage))
        case ev.CartUpdated():
            pass
    if event.lines is None:
        return facts
    incomplete = event.incomplete or len(event.lines) > MAX_LINES
    return _with_snapshot(facts, Snapshot(at, event.lines[:MAX_LINES], event.details.currency, sequence, incomplete))


def _with_snapshot(facts: C, snapshot: Snapshot) -> C:
    base, mark = facts.base, fingerprint(snapshot)
    moment, marks = snapshot.moment, facts.replaced
    if base is not None:
        if moment.before(base.moment) or snapshot == base:
            return facts
        if moment.ties(base.moment):
            known = None if was_replaced(marks, moment.at, mark) else remembered(marks, moment.at, fingerprint(base))
            if known is None:
                return facts
            marks = known
    later = tuple(delta for delta in facts.deltas if moment.before(delta.moment))
    for delta in facts.deltas:
        if delta.at == moment.at and delta not in later:
            marks = remembered(marks, moment.at, delta.id) or marks
    return replace(_filled_again(facts, moment), base=snapshot, deltas=later, replaced=marks)


def _with_delta(facts: C, delta: Delta) -> C:
    base, moment = facts.base, delta.moment
    if base is not None and not base.moment.before(moment):
        known = facts.replaced is None or facts.replaced.at <= delta.at
        tied = moment.ties(base.moment) and known and not base.folded
        if not tied or was_replaced(facts.replaced, delta.at, delta.id):
            return facts
    if any(known.id == delta.id for known in facts.deltas):
        return facts
    place = len(facts.deltas)
    while place and moment.before(facts.deltas[place - 1].moment):
        place -= 1
    deltas = (*facts.deltas[:place], delta, *facts.deltas[place:])
    while len(deltas) > MAX_DELTAS:
        base, deltas = folded(base, deltas[0]), deltas[1:]
    return replace(_filled_again(facts, moment), base=base, deltas=deltas)


def _filled_again(facts: C, moment: Moment) -> C:
    """With a deletion of the same moment, told before, undone."""
    if facts.deleted_at != moment.at or moment.before(Moment(moment.at, facts.deleted_sequence)):
        return facts
    return replace(facts, refilled=True)


def with_deletion(facts: C, event: ev.CartDeleted) -> C:
    moment, base = Moment(event.at, event.sequence), facts.base
    if facts.deleted_at is not None and not Moment(facts.deleted_at, facts.deleted_sequence).before(moment):
        return facts
    refilled = any(moment.before(one.moment) for one in (base, *facts.deltas) if one is not None and one.at == event.at)
    new = replace(facts, deleted_at=event.at, deleted_sequence=event.sequence, refilled=refilled)
    if base is not None and facts.active_at is not None and facts.active_at <= event.at < base.at:
        return replace(new, active_at=base.at)  # by this, what was told of the cart then turns out to have been news
    return new


def with_activity(facts: C, event: ev.Event) -> C:
    """What was told late and changed something, and the same cart told since, which then was another one: that counts, too."""
    since, base = facts.active_at, facts.base
    at = event.at
    if since is not None and base is not None and since < at < base.at and not isinstance(event, ev.ContactIdentified):
        at = base.at
    return replace(facts, active_at=at if since is None else max(since, at))
