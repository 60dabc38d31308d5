"""What the parts of a small world share: its programs, its contents, its timers, and what can be seen in them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.domain.carts.events import Event
from rebasket.domain.carts.timer import LEASE
from rebasket.domain.people.contact import SendState
from rebasket.domain.people.person import Person
from tests.simulation.states.contents import CONTACTS, TIMERS, Contents
from tests.simulation.states.interning import Interned
from tests.simulation.states.program import Programs, address_hash
from tests.simulation.states.stops import Stops

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rebasket.domain.carts.timer import Timer
    from rebasket.domain.people.addresses import Address, Channel
    from rebasket.memory import MemoryContacts, MemoryTimers
    from tests.simulation.states.state import State
    from tests.simulation.states.world import World


class Insides:
    """Of one small world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.programs = Programs(world.shop)
        self.contents = Contents(self.programs.answers)
        self.timers = Interned()
        self.stops = Stops(world)
        self._clocks: dict[int, int] = {}
        self._dues: dict[int, int] = {}
        self._channels = {address_hash(world.shop.id, address): address.channel for address in _addresses(world)}

    def moment(self, now: int) -> datetime:
        """Seconds after the start as a time."""
        return self.world.start + timedelta(seconds=now)

    def seconds(self, at: datetime) -> int:
        """A time as seconds after the start, rounded up."""
        return -((self.world.start - at) // timedelta(seconds=1))

    def clock(self, state: State) -> int:
        """What a clock answers now."""
        found = self._clocks.get(state.now)
        if found is None:
            found = self._clocks[state.now] = self.programs.answers.number(self.moment(state.now))
        return found

    def timer(self, number: int) -> Timer:
        """The timer of that number."""
        timer: Timer = self.timers[number]
        return timer

    def due(self, number: int) -> int:
        """When a timer is due, in seconds after the start."""
        found = self._dues.get(number)
        if found is None:
            found = self._dues[number] = self.seconds(self.timer(number).due)
        return found

    def ahead(self, timer: Timer, now: int) -> bool:
        """Whether a timer is not due yet, by any clock."""
        return timer.due > self.moment(now + self.world.ahead)

    def timers_in(self, content: int) -> frozenset[int]:
        """The timers that are stored."""
        found: frozenset[int] = self.contents.seen(self._timers, (TIMERS, content))
        return found

    def _timers(self, stored: MemoryTimers) -> frozenset[int]:
        return frozenset(self.timers.number(timer) for minute in stored.items.values() for timer in minute.values())

    def channel(self, key: str) -> Channel:
        """The channel of a contact."""
        return self._channels[key]

    def owners(self, content: int) -> frozenset[str]:
        """Who owns something in the contacts."""
        found: frozenset[str] = self.contents.seen(_owners, (CONTACTS, content))
        return found

    def held(self, content: int) -> frozenset[str]:
        """Touches that passed the gate as held."""
        found: frozenset[str] = self.contents.seen(_held, (CONTACTS, content))
        return found

    def leases_end(self, content: int) -> frozenset[datetime]:
        """When claims in the contacts lapse."""
        found: frozenset[datetime] = self.contents.seen(_leases_end, (CONTACTS, content))
        return found


def _addresses(world: World) -> Iterator[Address]:
    for entry in world.entries:
        if isinstance(entry.work.subject, Event):
            yield from (naming.address for naming in entry.work.subject.person.statements)


def _people(stored: MemoryContacts) -> Iterator[Person]:
    yield from (item for item in stored.items.values() if isinstance(item, Person))


def _owners(stored: MemoryContacts) -> frozenset[str]:
    return frozenset(send.owner for someone in _people(stored) for send in someone.sends.values())


def _leases_end(stored: MemoryContacts) -> frozenset[datetime]:
    sends = [send for someone in _people(stored) for send in someone.sends.values()]
    return frozenset(send.at + LEASE for send in sends if send.state is SendState.CLAIMED)


def _held(stored: MemoryContacts) -> frozenset[str]:
    sends = [(touch, send) for someone in _people(stored) for touch, send in someone.sends.items()]
    return frozenset(str(touch) for touch, send in sends if send.state is SendState.HELD)
