"""States move forward only: what every single write may change, checked at every single write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rebasket.domain.carts.cart import KEPT_EPISODES, Closed, Phase
from rebasket.domain.people.contact import MAX_UNSENT, SENDS_RETENTION, SendState, SuppressionReason
from rebasket.domain.people.identity import LIGHTEST_FIRST
from rebasket.domain.people.person import Person, Pointer
from rebasket.domain.reminders.episode import TouchState
from tests.people import contact_at
from tests.simulation.passed import note_gates
from tests.simulation.promises import FORWARD, broken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rebasket.domain.carts.cart import Cart
    from rebasket.domain.people.contact import Contact
    from rebasket.domain.people.sends import Send
    from rebasket.domain.reminders.episode import Episode, EpisodeRef, Touch
    from tests.simulation.ledger import Ledger


class Watch:
    """Sees every write that took effect, before and after: complains about steps back, and tells the ledger."""

    def __init__(self, ledger: Ledger, gates: Callable[..., None] = note_gates) -> None:
        self._ledger, self._gates = ledger, gates
        self._known: dict[tuple[str, str], Contact] = {}

    def cart(self, before: Cart | None, after: Cart) -> None:
        """A cart was put."""
        if before is not None:
            _demand(after.id, _cart_moves(before, after))
        self._ledger.cart_put(before, after)

    def person(self, before: Person | Pointer | None, after: Person) -> None:
        """A person was put. What is known of an address may have been known of it under another key."""
        _demand(after.key, [("the version rises by one", after.version == (before.version if before else 0) + 1)])
        _demand(after.key, [("nobody is put over a pointer", not isinstance(before, Pointer))])
        if isinstance(before, Person):
            _demand(after.key, _person_moves(before, after))
        for key, identity in after.identities.items():
            if identity.kind.channel is not None:
                known, now = self._known.get((after.shop, key)), contact_at(after, key)
                if known is not None:
                    _demand(key, _contact_moves(known, now))
                self._known[after.shop, key] = now
                self._ledger.contact_put(known, now)
        self._gates(self._ledger, after)

    def pointer(self, before: Person | Pointer | None, after: Pointer) -> None:
        """A pointer was put."""
        _demand(after.key, [("the version rises by one", after.version == (before.version if before else 0) + 1)])
        _demand(after.key, [("a pointer never changes", not isinstance(before, Pointer))])
        _demand(after.key, [("pointers fall", after.leads_to < after.key)])

    def bound(self, shop: str, order: str, ref: EpisodeRef) -> None:
        """An order is bound to an episode, now or before."""
        known = self._ledger.bound.setdefault((shop, order), ref)
        _demand(order, [("an order keeps its episode", known == ref)])

    def episode(self, before: Episode | None, after: Episode | None) -> None:
        """A part of an episode was written, or refused."""
        if before is not None:
            _demand(before.ref, _episode_moves(before, after))
        if after is not None and before != after:
            self._ledger.episode_written(before, after)


def _demand(what: object, moves: Iterable[tuple[str, bool]]) -> None:
    for how, allowed in moves:
        if not allowed:
            broken(FORWARD, f"{what}: {how}")


def _rises(before: Any, after: Any) -> bool:  # times and numbers alike
    return before is None or (after is not None and after >= before)


def _cart_moves(before: Cart, after: Cart) -> Iterable[tuple[str, bool]]:
    yield "the version rises by one", after.version == before.version + 1
    yield "the generation rises by at most one", 0 <= after.generation - before.generation <= 1
    yield "a new generation begins active", after.generation == before.generation or after.phase is Phase.ACTIVE
    yield "seen_at never falls", _rises(before.seen_at, after.seen_at)
    yield "the last activity never falls", _rises(before.active_at, after.active_at)
    yield "the last order never falls", after.why is Closed.ERASED or _rises(before.facts.placed_at, after.facts.placed_at)
    anew = after.phase is Phase.ACTIVE and after.generation == before.generation + 1
    stays = before.phase is not Phase.BOUGHT or after.phase is Phase.BOUGHT or after.why is Closed.ERASED
    yield "bought stays bought, or begins another life", stays or anew
    yield "the end of earlier lives never falls", _rises(before.settled_until, after.settled_until)
    yield "erased stays erased", before.why is not Closed.ERASED or after.why is Closed.ERASED
    back = before.phase is Phase.ABANDONED and after.phase is Phase.ACTIVE
    yield "back from abandonment is a new generation", not back or after.generation == before.generation + 1
    kept = set(after.episodes)
    forgotten = [d for d in before.episodes if d not in kept]
    yield (
        "only the oldest of many episodes is forgotten",
        not forgotten or (len(before.episodes) == KEPT_EPISODES and forgotten == [before.episodes[0]]),
    )


def _contact_moves(before: Contact, after: Contact) -> Iterable[tuple[str, bool]]:
    yield "bought_at only rises", _rises(before.bought_at, after.bought_at)
    yield "placed_at only rises", _rises(before.placed_at, after.placed_at)
    no = before.suppression
    yield (
        "a no stays, but for a bounce",
        no is None or (after.suppression is not None and _weight(no.why) <= _weight(after.suppression.why)),
    )
    yield (
        "the statement of consent never goes back",
        before.consent is None or (after.consent is not None and after.consent.at >= before.consent.at),
    )


def _weight(why: SuppressionReason) -> int:
    return LIGHTEST_FIRST.index(why)


def _person_moves(before: Person, after: Person) -> Iterable[tuple[str, bool]]:
    yield "identities stay", before.identities.keys() <= after.identities.keys()
    yield (
        "an arm that is stored stays, or gives way to an older one",
        all(after.arms[season] <= arm for season, arm in before.arms.items() if season in after.arms),
    )
    newest = max((send.at for send in after.sends.values()), default=None)
    full = sum(send.state is not SendState.CLAIMED for send in after.sends.values()) >= MAX_UNSENT
    for touch, send in before.sends.items():
        now = after.sends.get(touch)
        old_enough = newest is not None and send.at <= newest - SENDS_RETENTION
        too_many = full and send.state is not SendState.CLAIMED and not send.earlier
        yield f"{touch} is kept for 60 days", now is not None or old_enough or too_many
        yield f"{touch} goes from {send} to {now}", now is None or _send_moves(send, now)


def _send_moves(before: Send, after: Send) -> bool:
    if before == after:
        return True
    if before.day != after.day:  # a cart of this name was forgotten; what went out still counts
        old = before.at <= after.at - SENDS_RETENTION
        return before.at < after.at and (old or before.state is not SendState.CLAIMED or before.at in after.earlier)
    if before.state is SendState.CLAIMED:
        ended = after.state in (SendState.RELEASED, SendState.REFUSED)
        return ended and (after.owner, after.attempt) == (before.owner, before.attempt)
    if before.state is SendState.RELEASED:
        again = after.state in (SendState.CLAIMED, SendState.HELD) and after.attempt == before.attempt + 1
        return again or (after.state is SendState.REFUSED and after.attempt == before.attempt)
    return False


def _episode_moves(before: Episode, after: Episode | None) -> Iterable[tuple[str, bool]]:
    yield "an episode stays", after is not None
    if after is None:
        return
    yield "the header never changes", before.header is None or before.header == after.header
    yield "the click is the first one", before.clicked_at is None or before.clicked_at == after.clicked_at
    kept = all(after.refunds[order] == had | after.refunds[order] for order, had in before.refunds.items())
    yield "what was paid back stays", kept
    same = before.order is None or (after.order is not None and after.order.order == before.order.order)
    yield "credit goes to one order", same
    for step, channel in before.chosen.items():
        yield f"step {step} keeps its channel", after.chosen.get(step) is channel
    for step, touch in before.touches.items():
        yield f"final touch {step} stays {touch.state}", _touch_moves(touch, after.touches.get(step))


def _touch_moves(before: Touch, after: Touch | None) -> bool:
    resolved = before.state is TouchState.UNKNOWN and after is not None and after.state is TouchState.SENT
    return before == after or resolved
