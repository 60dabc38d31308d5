"""What the stores of a world hold, each content a number; a call is carried out by the product's own memory ports."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rebasket.domain.people.person import Pointer
from rebasket.memory import (
    MemoryCarts,
    MemoryContacts,
    MemoryDeadLetters,
    MemoryEpisodes,
    MemoryLinks,
    MemoryTimers,
)
from tests.simulation.calls import CALLS
from tests.simulation.kernel import Broken
from tests.simulation.monotonic import Watch
from tests.simulation.states.interning import Interned

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from tests.simulation.states.program import Call

KEPT: dict[str, tuple[Callable[[], Any], tuple[str, ...]]] = {
    "carts": (MemoryCarts, ("items",)),
    "contacts": (MemoryContacts, ("items", "links")),
    "episodes": (MemoryEpisodes, ("items", "orders", "waiting", "names", "filed")),
    "timers": (MemoryTimers, ("items", "done")),
    "links": (MemoryLinks, ("items",)),
    "dead_letter_queue": (MemoryDeadLetters, ("dead_lettered",)),
}
"""Each store, and which of its parts are its content."""

CARTS, CONTACTS, EPISODES, TIMERS, LINKS, DEAD = range(len(KEPT))
PLACE = {name: place for place, name in enumerate(KEPT)}
"""Where in a state's contents each store is."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a call came to: the content after it, its answer (or error), whether anything changed, and a promise it broke."""

    content: int
    answer: int
    changed: bool
    broken: str | None = None


class _Nobody:
    """A ledger that `Watch` may tell, and that keeps nothing."""

    def __init__(self, bound: dict[Any, Any]) -> None:
        self.bound = bound

    def __getattr__(self, _told: str) -> Any:
        return lambda *what: None


class Contents:
    """Contents of all stores that were ever met."""

    def __init__(self, answers: Interned) -> None:
        self._answers = answers
        self._contents = [Interned() for _ in KEPT]
        self._effects: dict[tuple[int, int, int], Effect] = {}
        self._seen: dict[Hashable, Any] = {}

    def empty(self) -> tuple[int, ...]:
        """The contents of stores in which nothing is."""
        return tuple(self._number(place, made()) for place, (made, _) in enumerate(KEPT.values()))

    def carried_out(self, place: int, content: int, call: Call) -> Effect:
        """What the call does to that content."""
        key = (place, content, call.number)
        found = self._effects.get(key)
        if found is None:
            found = self._effects[key] = self._carry_out(place, content, call)
        return found

    def _carry_out(self, place: int, content: int, call: Call) -> Effect:
        store = self.store(place, content)
        answer = getattr(store, call.name.partition(".")[2])(*call.given)
        told = self._answers.number(list(answer) if hasattr(answer, "__next__") else answer)
        if call.name in CALLS and not CALLS[call.name].writes:
            return Effect(content, told, changed=False)
        after = self._number(place, store)
        return Effect(after, told, changed=after != content, broken=self._step_back(place, content, after))

    def store(self, place: int, content: int) -> Any:
        """A memory port with that content. Whoever writes to it writes to a copy."""
        made, parts = list(KEPT.values())[place]
        store = made()
        for part in parts:
            setattr(store, part, _copied(self._contents[place][content][part]))
        return store

    def _number(self, place: int, store: Any) -> int:
        parts = list(KEPT.values())[place][1]
        return self._contents[place].number({part: _copied(getattr(store, part)) for part in parts})

    def _step_back(self, place: int, before: int, after: int) -> str | None:
        """States move forward only."""
        if place not in (CARTS, CONTACTS, EPISODES) or before == after:
            return None
        old, new = self.store(place, before), self.store(place, after)
        watch = Watch(_Nobody(dict(old.orders) if place == EPISODES else {}))  # type: ignore[arg-type]  # it only tells it
        if place == CONTACTS:
            watch.knows(old.items.values())
        try:
            if place == EPISODES:
                for (shop, order), ref in new.orders.items():
                    watch.bound(shop, order, ref)
                was = {ref: episode for day in old.items.values() for ref, episode in day.items()}
                for ref, episode in was.items():
                    watch.episode(episode, new.get(ref))
            else:
                for key, item in new.items.items():
                    if item != old.items.get(key):
                        see: Any = watch.cart if place == CARTS else watch.pointer if isinstance(item, Pointer) else watch.person
                        see(old.items.get(key), item)
        except Broken as broken:
            return str(broken)
        return None

    def seen(self, look: Callable[..., Any], *of: tuple[int, int]) -> Any:
        """What `look` sees in some stores, each given as its place and content; looked up once."""
        key = (look, of)
        if key not in self._seen:
            self._seen[key] = look(*(self.store(place, content) for place, content in of))
        return self._seen[key]


def _copied(value: Any) -> Any:
    """A copy as deep as stores are written in place, without what is empty: to have looked for something leaves no trace."""
    if isinstance(value, dict):
        copy = {key: _copied(part) for key, part in value.items() if part not in ({}, set())}
        return defaultdict(value.default_factory, copy) if isinstance(value, defaultdict) else copy
    return value.copy() if isinstance(value, set | list) else value
