"""The promises, by name.

`monotonic` judges every single write, `invariants_on_write` every gate, request and closed day, `invariants_at_rest` a world
that pauses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from rebasket.domain.people.contact import TouchId
from tests.simulation.kernel import Broken

if TYPE_CHECKING:
    from rebasket.domain.reminders.episode import EpisodeRef

ACROSS = "no effect across shops"
LOST = "every accepted cart ends in a state with a reason"
FORWARD = "states move forward only"
TWICE = "at most one request on the wire per touch"
AFTER = "no request whose final check came after a stored purchase, opt-out, complaint or erasure"
BALANCE = "planned = sent + rejected + skipped + held + unknown + pending"
ONCE = "cost and revenue are counted once"
POISON = "poison isolates itself and others proceed within a bound"
CAP = "caps are kept over all carts and addresses of a person"
GAP = "the gap between two messages of an episode is kept"
APART = "two messages to one person are apart, over carts, devices and channels"
GROUPS = "nobody is in both groups within a season"
VOICE = "the newest live cart speaks for its shopper"
EARLY = "nothing leaves before its time, or by another channel than its step's"
NIGHT = "nothing leaves in quiet hours"
TEXTS = "text messages go where the shop writes to, and so many an hour to numbers that begin alike"
STOPPED = "nothing leaves while sending is stopped"
CLOSED = "the report recomputed from the episodes equals the closed books"
ASKED = "nobody is silenced who did not ask for it, or buy"
ERASED = "what was erased is gone"
ERROR = "nothing goes wrong but by a fault"
PROMISES = (
    LOST,
    TWICE,
    AFTER,
    ACROSS,
    BALANCE,
    ONCE,
    POISON,
    CAP,
    GAP,
    APART,
    GROUPS,
    VOICE,
    EARLY,
    TEXTS,
    STOPPED,
    NIGHT,
    FORWARD,
    CLOSED,
    ASKED,
    ERASED,
    ERROR,
)


def broken(promise: str, how: str) -> NoReturn:
    """Say so."""
    raise Broken(promise, how)


def touch_of(ref: EpisodeRef, step: int) -> TouchId:
    """The touch of an episode's step."""
    return TouchId(ref.cart, ref.generation, step)
