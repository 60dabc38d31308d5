"""What the gate has let through, held back or refused for a person: one entry a touch, kept 60 days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rebasket.domain.people.contact import MAX_UNSENT, SENDS_RETENTION, SendState, TouchId

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rebasket.domain.people.returns import Returned

MAX_UNSENT_MERGED = MAX_UNSENT + 1
"""Entries kept by a union of touches that were not sent: as many as a claim leaves, and the claimed one itself."""

_NEAREST_FIRST = (SendState.CLAIMED, SendState.RELEASED, SendState.HELD, SendState.REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """One entry: who claimed the touch when, which try it was, on which day its episode is filed, to which identity it goes.

    A cart that was forgotten after its retention may come back under its name, and its touches with it: the day tells them apart.
    `earlier`: when messages of this name went out before, for the cap. `returned`: how it came back, if it did, for now.
    """

    state: SendState
    owner: str
    at: datetime
    attempt: int
    day: str
    to: str
    earlier: tuple[datetime, ...] = ()
    returned: Returned | None = None

    def times(self, *, held: bool = False) -> tuple[datetime, ...]:
        """When messages went out, as far as the entry knows; with `held`, or would have, but for the control group."""
        went = self.state is SendState.CLAIMED or (held and self.state is SendState.HELD)
        return (*self.earlier, self.at) if went else self.earlier


def claimed(sends: Mapping[TouchId, Send], touch: TouchId, send: Send) -> dict[TouchId, Send]:
    """With this entry; forgets those older than what is kept, and beyond how many.

    Claims are few, for the cap sees to that. Of what was not sent there is as much as carts that name the person, so the newest
    MOST_UNSENT others stay.
    """
    since = send.at - SENDS_RETENTION
    before = sends.get(touch)
    if before is not None:
        times = before.earlier if before.day == send.day else before.times()
        send = replace(send, earlier=tuple(at for at in times if at > since))
    kept = {t: s for t, s in sends.items() if s.at > since and t != touch}
    return {**_newest(kept, MAX_UNSENT), touch: send}


def came_back(sends: Mapping[TouchId, Send], touch: TouchId, day: str, how: Returned) -> Mapping[TouchId, Send]:
    """With word that a mail came back for now; the same object when that was known, or the entry is not there any more."""
    mine = sends.get(touch)
    if mine is None or mine.day != day or mine.returned is not None:
        return sends
    return {**sends, touch: replace(mine, returned=how)}


def ended(sends: Mapping[TouchId, Send], touch: TouchId, owner: str, state: SendState) -> Mapping[TouchId, Send]:
    """With the owner's own claim given back (released) or given up (refused); the same object when it is not theirs any more."""
    mine = sends.get(touch)
    if mine is None or mine.owner != owner or mine.state is not SendState.CLAIMED:
        return sends
    return {**sends, touch: replace(mine, state=state)}


def further(one: Send, other: Send) -> Send:
    """Of two copies of one entry the one that is further, with what either knows of earlier messages."""
    ahead = max(one, other, key=_progress)
    return replace(ahead, earlier=tuple(sorted({*one.earlier, *other.earlier})))


def merged(one: Mapping[TouchId, Send], other: Mapping[TouchId, Send], most: int = MAX_UNSENT_MERGED) -> dict[TouchId, Send]:
    """The further entry of each touch, trimmed as by a claim at the time of the newest."""
    both = {**one, **other}
    for touch in one.keys() & other.keys():
        both[touch] = further(one[touch], other[touch])
    return trimmed(both, most)


def trimmed(sends: Mapping[TouchId, Send], most: int) -> dict[TouchId, Send]:
    """Without what is older than SENDS_KEPT when the newest was claimed, and without all but the newest `most` not sent."""
    if not sends:
        return {}
    since = max(send.at for send in sends.values()) - SENDS_RETENTION
    kept = {
        touch: replace(send, earlier=tuple(at for at in send.earlier if at > since))
        for touch, send in sends.items()
        if send.at > since
    }
    return _newest(kept, most)


def _newest(sends: Mapping[TouchId, Send], most: int) -> dict[TouchId, Send]:
    unsent = sorted((send.at, touch) for touch, send in sends.items() if not send.times())
    forgotten = {touch for _, touch in unsent[: max(0, len(unsent) - most)]}
    return {touch: send for touch, send in sends.items() if touch not in forgotten}


def _progress(send: Send) -> tuple[object, ...]:
    """Newer day, higher attempt, later state; the rest only so that no two entries are equally far."""
    return (send.day, send.attempt, _NEAREST_FIRST.index(send.state), send.at, send.owner, send.to, send.returned or "")
