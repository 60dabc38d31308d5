"""The promises that are judged by a state alone: in every state, and in every state at rest."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from rebasket.domain.carts.cart import Closed, Phase
from rebasket.domain.carts.events import ACTIVITY, OrderPlaced, OrderRefunded
from rebasket.domain.reminders.episode import EpisodeRef, TouchState
from tests.simulation.promises import BALANCE, LOST, ONCE
from tests.simulation.states.contents import CARTS, DEAD, EPISODES, TIMERS
from tests.simulation.states.state import ANSWERED, NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket.domain.carts.cart import Cart, Declared
    from rebasket.domain.carts.events import Event
    from rebasket.domain.reminders.episode import Episode
    from rebasket.memory import MemoryCarts, MemoryDeadLetters, MemoryEpisodes, MemoryTimers
    from tests.simulation.states.insides import Insides
    from tests.simulation.states.state import Request, State

Life = tuple[str, int]
"""A cart, and which of its generations."""


class Judge:
    """Of one small world."""

    def __init__(self, insides: Insides) -> None:
        self._in = insides
        self._truths: dict[Any, str | None] = {}
        self._ends: dict[Any, str | None] = {}
        self._events = [(i, e.work.subject) for i, e in enumerate(insides.world.entries) if e.work.kind == "event"]

    def broken(self, state: State) -> str | None:
        """The promise that is broken in this state; None when all are kept."""
        return self._unarmed(state) or self._untrue(state) or (self._unended(state) if self.invariants_at_rest(state) else None)

    def invariants_at_rest(self, state: State) -> bool:
        """Whether nothing runs, and nothing will by itself."""
        return not state.processes and not state.pending and not self._in.timers_in(state.contents[TIMERS])

    # -- In every state ----------------------------------------------------------------------------------------------------

    def _unarmed(self, state: State) -> str | None:
        """Whoever waits, for its declaration or for its next step, has a timer: stored, on its way, at work, or buried."""
        seen, contents = self._in.contents.seen, state.contents
        waiting = seen(self._waiting, (CARTS, contents[CARTS]), (EPISODES, contents[EPISODES]))
        armed = seen(_armed, (TIMERS, contents[TIMERS]))
        if waiting <= armed:
            return None
        records = {*state.pending, *(process.record for process in state.processes if process.record != NOBODY)}
        awake = {(timer.cart, timer.generation) for timer in map(self._in.timer, records)}
        dead_lettered = seen(_buried, (DEAD, contents[DEAD]))
        for cart, generation in sorted(waiting - armed - awake - dead_lettered):
            return f"{LOST}: {cart}#{generation} waits, and nothing will wake it"
        return None

    def _waiting(self, carts: MemoryCarts, episodes: MemoryEpisodes) -> frozenset[Life]:
        found = set()
        for cart in carts.items.values():
            if cart.phase is Phase.ACTIVE:
                found.add((cart.id, cart.generation))
            for declared in cart.episodes:
                episode = episodes.get(_filed_under(cart, declared))
                if episode is None or episode.header is None or len(episode.touches) < len(self._in.world.shop.policy.steps):
                    found.add((cart.id, declared.generation))
        return frozenset(found)

    def _untrue(self, state: State) -> str | None:
        """The books say of each touch what became of it, and count each order once."""
        key = (state.contents[EPISODES], state.wire)
        if key not in self._truths:
            episodes = self._in.contents.store(EPISODES, state.contents[EPISODES])
            self._truths[key] = next(_untruths(episodes, state.wire), None)
        return self._truths[key]

    # -- At rest -----------------------------------------------------------------------------------------------------------

    def _unended(self, state: State) -> str | None:
        key = (state.contents, state.told)
        if key not in self._ends:
            self._ends[key] = next(self._open_ends(state), None)
        return self._ends[key]

    def _open_ends(self, state: State) -> Iterator[str]:
        carts = self._in.contents.store(CARTS, state.contents[CARTS])
        episodes = self._in.contents.store(EPISODES, state.contents[EPISODES])
        for cart in carts.items.values():
            yield from self._open_cart(cart, episodes)
        sure = all(told == ANSWERED or not begun for told, begun in zip(state.told, state.begun, strict=True))
        for index, event in self._events:
            if state.told[index] == ANSWERED:
                yield from _unheard(event, carts, episodes, sure=sure)

    def _open_cart(self, cart: Cart, episodes: MemoryEpisodes) -> Iterator[str]:
        begun = cart.phase is Phase.NEW and cart.active_at is not None
        if begun or cart.phase is Phase.ACTIVE or (cart.phase is Phase.CLOSED and cart.why is None):
            yield f"{LOST}: {cart.id} is {cart.phase} for ever"
        for declared in cart.episodes:
            ref = _filed_under(cart, declared)
            episode = episodes.get(ref)
            if episode is None or episode.header is None:
                yield f"{BALANCE}: {ref.cart}#{ref.generation} was declared, and is not in the books"
                continue
            for step in range(1, len(self._in.world.shop.policy.steps) + 1):
                if step not in episode.touches:
                    yield f"{LOST}: step {step} of {ref.cart}#{ref.generation} is pending for ever"


def _filed_under(cart: Cart, declared: Declared) -> EpisodeRef:
    return EpisodeRef(shop=cart.shop, day=declared.day, cart=cart.id, generation=declared.generation)


def _armed(timers: MemoryTimers) -> frozenset[Life]:
    return frozenset((timer.cart, timer.generation) for minute in timers.items.values() for timer in minute.values())


def _buried(dead: MemoryDeadLetters) -> frozenset[Life]:
    return frozenset((timer.cart, timer.generation) for timer, _ in dead.dead_lettered)


def _untruths(episodes: MemoryEpisodes, wire: tuple[Request, ...]) -> Iterator[str]:
    filed = [episode for day in episodes.items.values() for episode in day.values()]
    accepted = {request.touch for request in wire if request.accepted}
    for episode in filed:
        for step, touch in episode.touches.items():
            name = f"{episode.ref.cart}#{episode.ref.generation}#{step}"
            if touch.state is TouchState.SENT and name not in accepted:
                yield f"{BALANCE}: {name} is sent, and was never accepted"
            if touch.state not in (TouchState.SENT, TouchState.UNKNOWN) and name in accepted:
                yield f"{BALANCE}: {name} is {touch.state}, and was accepted"
    counted = Counter(credit.order for episode in filed for credit in episode.orders)
    for order, times in counted.items():
        if times > 1:
            yield f"{ONCE}: order {order} is credited {times} times"


def _unheard(event: Event, carts: MemoryCarts, episodes: MemoryEpisodes, *, sure: bool) -> Iterator[str]:
    """An event was answered: its cart holds it, an order is credited, what was paid back is taken off.

    `sure`: no event died halfway, of which the books may already know more than the cart.
    """
    cart = carts.get(event.shop, event.cart)
    if not event.cart:
        return
    if cart is None:
        yield f"{LOST}: {event.id} was answered, and there is no {event.cart}"
        return
    if cart.why is Closed.ERASED:
        return
    if isinstance(event, (*ACTIVITY, OrderPlaced)) and cart.facts.join(event) != cart.facts:
        yield f"{LOST}: {event.id} was answered, and {event.cart} does not hold it"
    if not isinstance(event, OrderPlaced | OrderRefunded):
        return
    credited = [(e, credit) for e in _filed(episodes) for credit in e.orders if credit.order == event.order]
    in_this_life = cart.settled_until is None or event.at > cart.settled_until
    if isinstance(event, OrderPlaced) and cart.episodes and in_this_life and not credited:
        yield f"{ONCE}: order {event.order} was answered, and is credited to nothing"
    for episode, credit in credited:
        back = cart.facts.orders[event.order].paid_back.of(credit.total) if credit.total else 0
        booked = episode.refunds_of(credit).of(credit.total) if credit.total else 0
        if booked < back or (sure and booked > back):
            yield f"{ONCE}: of order {event.order}, {back} was paid back, and {booked} is booked"


def _filed(episodes: MemoryEpisodes) -> list[Episode]:
    return [episode for day in episodes.items.values() for episode in day.values()]
