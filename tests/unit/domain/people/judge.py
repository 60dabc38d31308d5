"""The promises, judged by what was accepted, passed and sent alone: never by what a handler or an item says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rebasket.domain.people.person import Person, Pointer
from tests.unit.domain.people.handlers import GAP_TICKS, ACart
from tests.unit.domain.people.worlds import Gate, Process, Scenario, World

if TYPE_CHECKING:
    from collections.abc import Callable


class Judge:
    """Of one scenario; `get` reads what is stored in a world."""

    def __init__(self, scenario: Scenario, get: Callable[[World, str], Any]) -> None:
        self.scenario, self.get = scenario, get

    def people(self, events: frozenset[int], seed: frozenset[str]) -> frozenset[str]:
        """Everybody whom these events make one person with the seed; who was named by a browser's key is with nobody."""
        carts: dict[str, set[str]] = {}
        for number in events:
            event = self.scenario.events[number]
            if event.kind != "out":
                carts.setdefault(event.cart, set()).update(set(event.whom) - set(event.apart))
        grown = seed
        for _ in carts:
            grown = grown.union(*(whom for whom in carts.values() if whom & grown))
        return grown

    def gated(self, w: World, process: Process, gate: tuple[Any, ...]) -> tuple[World, str | None]:
        cart, to, tick, held = gate
        events = self.scenario.events
        named = {key for n in w.accepted if events[n].cart == cart and events[n].kind != "out" for key in events[n].whom}
        people = self.people(w.accepted, frozenset({to}))
        heard = frozenset(named) | people
        too_late = ""
        for number in w.accepted:
            event = events[number]
            bought = {
                key for n in w.accepted if events[n].cart == event.cart and events[n].kind != "out" for key in events[n].whom
            }
            if event.kind == "out" and heard & set(event.whom):
                too_late = f"after the no of event {number}"
            if event.kind == "buy" and heard & bought and w.begun[number] >= self.get(w, cart).seen:
                too_late = f"after the purchase of event {number}"
        maybe = self.people(frozenset(n for n, tick in enumerate(w.begun) if tick >= 0), frozenset({to}))
        oldest = [
            min(ours, key=lambda g: (g.tick, g.to)) for some in (people, maybe) if (ours := [g for g in w.gates if g.to in some])
        ]
        unlike = oldest and all(g.held is not held for g in oldest)
        passed = Gate(cart, process.me, tick, to, people, held, too_late)
        return w._replace(gates=(*w.gates, passed)), "ARM: both groups for one person" if unlike else None

    def unwanted(self, w: World) -> str | None:
        """What is wrong with the last request on the wire."""
        passed = [next(g for g in reversed(w.gates) if (g.cart, g.owner) == wired) for wired in w.wired]
        if len({gate.cart for gate in passed}) < len(passed):
            return "TWICE: a second request of one touch"
        if passed[-1].too_late:
            return f"NO: sent {passed[-1].too_late}"
        for other in passed[:-1]:
            earlier, later = sorted((other, passed[-1]), key=w.gates.index)
            if earlier.to in later.people and later.tick - earlier.tick < GAP_TICKS:
                return "GAP: two messages to one person"
        return None

    def misled(self, before: World, w: World, slot: str) -> str | None:
        """What is wrong with the pointers after a write."""
        was, item = self.get(before, slot), self.get(w, slot)
        if isinstance(was, Pointer):
            return "POINTER: written over"
        if isinstance(item, ACart):
            return None
        for key, _ in w.stored:
            if isinstance(self.get(w, key), Person | Pointer) and self._root(w, key) is None:
                return "CYCLE: a chain without an end"
        return None

    def _root(self, w: World, key: str) -> str | None:
        for _ in range(len(w.stored) + 1):
            item = self.get(w, key)
            if not isinstance(item, Pointer):
                return key
            key = item.leads_to
        return None

    def unkept(self, w: World, number: int) -> str | None:
        """What an accepted event promised and is not so."""
        event = self.scenario.events[number]
        roots = {key: self.get(w, self._root(w, key) or "") for key in event.whom}
        if event.kind == "out" and not all(root and root.identities[key].suppressed_by_person for key, root in roots.items()):
            return "EFFECT: an accepted no is not known"
        if event.kind == "buy" and not all(root and root.bought_at for root in roots.values()):
            return "EFFECT: an accepted purchase is not known"
        return None
