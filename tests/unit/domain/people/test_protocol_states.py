"""Small worlds of the person protocol, to the end: two addresses, two carts, two or three handlers at once."""

from __future__ import annotations

import gc
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.people.joining import MarkTwin, PutPerson, PutPointer, Told, Write
from rebasket.domain.people.person import Person, Pointer
from rebasket.domain.people.union import union
from tests.samples import SHOP
from tests.unit.domain.people.handlers import IO, KINDS, TICK, A, ACart, B, Handlers, Telling
from tests.unit.domain.people.search import Search
from tests.unit.domain.people.worlds import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


@pytest.fixture(autouse=True)
def _without_collecting() -> Iterator[None]:
    """Worlds by the ten thousand, none of which refers to itself."""
    gc.disable()
    yield
    gc.enable()


SCENARIOS = {
    "a no while two become one": Scenario(
        (Telling("add", "K", (A,)), Telling("out", "", (B,)), Telling("add", "L", (A, B), when=(0,))), until=0
    ),
    "a no, and a cart that names both": Scenario((Telling("add", "K", (A, B)), Telling("out", "", (B,))), losses=1, until=0),
    "an address is added, then says no": Scenario(
        (Telling("add", "K", (A,)), Telling("add", "K", (B,), when=(0,)), Telling("out", "", (B,), when=(1,))), until=0
    ),
    "a purchase while two become one": Scenario(
        (Telling("add", "K", (A,)), Telling("add", "L", (A, B), when=(0,)), Telling("buy", "L", (B,), when=(0,))),
        until=0,
        at_once=2,
    ),
    "an address is added to what was bought": Scenario(
        (Telling("add", "L", (B,)), Telling("buy", "K", (A,), when=(0,)), Telling("add", "K", (B,), when=(1,))),
        wakes=("L",),
        until=0,
    ),
    "two carts join the same two": Scenario(
        (Telling("add", "K", (A, B)), Telling("add", "L", (B, A))), wakes=(), crashes=1, losses=1, until=0
    ),
    "a claim while two become one": Scenario(
        (Telling("add", "K", (A,)), Telling("add", "L", (A, B), when=(0,))), throttles=1, losses=1, until=0
    ),
    "two reminders while two become one": Scenario(
        (Telling("add", "K", (A,)), Telling("add", "L", (A, B), when=(0,))), wakes=("K", "L"), until=2, crashes=0, at_once=2
    ),
    "a control becomes one with a treated": Scenario(
        (Telling("add", "K", (B,)), Telling("add", "L", (A, B), when=(0,))), wakes=("K", "L"), until=2, crashes=0, at_once=2
    ),
    "apart": Scenario((Telling("add", "K", (A, B), apart=(B,)), Telling("out", "", (B,), when=(0,))), losses=1, until=0),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_order_of_events_breaks_a_promise(name: str) -> None:
    found = Search(SCENARIOS[name], Handlers()).run()
    assert found.broken is None, "\n".join([found.broken or "", *found.trace])
    assert found.worlds > 1000, "it looked at hardly anything"


class PointersFirst(Handlers):
    """The pointers before the union."""

    def ordered(self, writes: Iterable[Write]) -> Iterable[Write]:
        return sorted(writes, key=lambda write: not isinstance(write, PutPointer))


class PointerAnyway(Handlers):
    """A pointer on no condition."""

    def point(self, io: IO, pointer: Pointer) -> None:
        io.put(pointer.key, pointer, blind=True)


class NothingIsNobody(Handlers):
    """No pointer for an address of which nothing is stored yet."""

    def point(self, io: IO, pointer: Pointer) -> None:
        if pointer.version > 1:
            io.put(pointer.key, pointer)


class UnionAnyway(Handlers):
    """The union on no condition."""

    def write(self, io: IO, write: Write) -> None:
        if isinstance(write, PutPointer):
            io.put(write.pointer.key, write.pointer)
        elif not isinstance(write, MarkTwin):
            io.put(write.person.key, write.person, blind=True)


class EventOnly(Handlers):
    """The event's addresses are joined, not the cart's."""

    def whom(self, event: Telling, cart: ACart) -> tuple[str, ...]:
        return event.whom


class NoSecondLook(Handlers):
    """Roots apart are not read again between gate and wire."""

    def second_look(self, apart: tuple[Person, ...]) -> tuple[Person, ...]:
        return ()


class ArmNotStored(Handlers):
    """The arm is drawn at every touch."""

    def through(self, person: Person) -> Person:
        return replace(person, arms={})


class NoGap(Handlers):
    """Other touches are not asked about."""

    bound = replace(Handlers.bound, gap=TICK * 0)


class OwnItem(Handlers):
    """An address's own item is read, pointers are not followed."""

    def reader(self, io: IO) -> Callable[[str], Person | Pointer | None]:
        def read(key: str) -> Person | Pointer | None:
            item = io.get(key)
            return replace(Person.blank(SHOP, key, KINDS[key]), version=item.version) if isinstance(item, Pointer) else item

        return read


class GateAnyway(Handlers):
    """The gate's put on no condition."""

    def pass_gate(self, io: IO, person: Person, gate: tuple[str, str, int, bool]) -> None:
        io.put(person.key, person, blind=True, gate=gate)


class FirstNamedIsKept(Handlers):
    """Kept is the root of the address named first, not the one with the smallest hash."""

    def plan(self, roots: Mapping[str, Person], joining: frozenset[str], told: Told) -> tuple[Write, ...]:
        first = next(iter(roots.values()))
        kept = first
        for root in roots.values():
            kept = union(kept, root) if root.key != first.key else kept
        pointers = [
            PutPointer(Pointer(shop=SHOP, key=root.key, version=root.version + 1, leads_to=first.key))
            for root in {root.key: root for root in roots.values()}.values()
            if root.key != first.key
        ]
        return (PutPerson(replace(kept, version=first.version + 1)), *pointers) if pointers else ()


PLANTED: dict[type[Handlers], str] = {
    PointersFirst: "a no while two become one",
    PointerAnyway: "a no while two become one",
    NothingIsNobody: "an address is added, then says no",
    UnionAnyway: "an address is added, then says no",
    EventOnly: "an address is added, then says no",
    NoSecondLook: "apart",
    ArmNotStored: "a control becomes one with a treated",
    NoGap: "two reminders while two become one",
    OwnItem: "a no while two become one",
    GateAnyway: "a no, and a cart that names both",
    FirstNamedIsKept: "two carts join the same two",
}
"""Each bug with a scenario that shows it."""

BREAKS = {
    PointersFirst: "EFFECT: an accepted no is not known",
    PointerAnyway: "EFFECT: an accepted no is not known",
    NothingIsNobody: "NO: sent after the no of event 2",
    UnionAnyway: "TWICE: a second request of one touch",
    EventOnly: "NO: sent after the no of event 2",
    NoSecondLook: "NO: sent after the no of event 1",
    ArmNotStored: "ARM: both groups for one person",
    NoGap: "GAP: two messages to one person",
    OwnItem: "POINTER: written over",
    GateAnyway: "EFFECT: an accepted no is not known",
    FirstNamedIsKept: "HANDLER: EndlessChain",
}


@pytest.mark.parametrize("bug", PLANTED, ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found(bug: type[Handlers]) -> None:
    found = Search(SCENARIOS[PLANTED[bug]], bug()).run()
    assert found.broken is not None
    assert found.broken.startswith(BREAKS[bug])


def test_the_shortest_way_into_a_bug_is_told() -> None:
    found = Search(SCENARIOS["apart"], NoSecondLook()).run()
    assert found.trace[0] == "begin K 0"
    assert found.trace[-1] == "K -1: ('wire', 'K')"
