"""How shops report: late, twice, in the wrong order; again when they were not told that it was taken, or not at all."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rebasket.domain.errors import Forbidden, Refused
from rebasket.domain.people.contact import SuppressionReason
from tests.simulation.faults import Fault
from tests.simulation.kernel import DAY, HOUR, MINUTE, SECOND, End, moment
from tests.simulation.shops import addresses

if TYPE_CHECKING:
    from collections.abc import Callable

    from rebasket.domain.carts.events import Event
    from rebasket.domain.people.addresses import Address
    from tests.simulation.kernel import Process
    from tests.simulation.script import Said
    from tests.simulation.surroundings import Surroundings

LIFE = 25 * SECOND
"""The time-out of `ingest`."""
TRIES = 7
DELAYS = (2 * MINUTE, 11 * MINUTE, HOUR, 3 * HOUR, 11 * HOUR, DAY, 2 * DAY)


class Reporting:
    """Sends what is said to `ingest`, over and over until it is taken."""

    def __init__(self, world: Surroundings) -> None:
        self.world = world
        self.waiting: defaultdict[tuple[str, int], list[tuple[str, Callable[[], None]]]] = defaultdict(list)
        self._happened: set[str] = set()
        self.events = 0

    def expect(self, said: Said) -> None:
        """It will happen: at its time, or in the moment of a wake that it waits for."""
        self.world.kernel.at(said.at, lambda: self.happen(said))
        if said.moment is not None:
            self.lie_in_wait(said.shop, said.person, said.moment, lambda: self.happen(said, promptly=True))

    def lie_in_wait(self, shop: str, person: int, moment: str, what: Callable[[], None]) -> None:
        """Do it right when a wake for this person makes that call."""
        self.waiting[shop, person].append((moment, what))

    def ambush(self, process: Process, call: str) -> bool:
        """A wake is about to make a call: whoever waits for that does it now."""
        waiting = self.waiting.get(process.subject) if process.subject else None
        if not waiting:
            return False
        found = next((entry for entry in waiting if entry[0] == call), None)
        if found is None:
            return False
        waiting.remove(found)
        self.world.kernel.at(self.world.kernel.now, found[1])
        return True

    def happen(self, said: Said, *, promptly: bool = False) -> None:
        """It happens now; the shop reports it as soon as it does, `promptly`: within milliseconds."""
        if said.mark in self._happened or not self.world.may_happen(said.mark):
            return
        self._happened.add(said.mark)
        self.events += 1
        kernel, faults, rng = self.world.kernel, self.world.faults, self.world.rng
        wrong = 0
        if faults.of_edge(Fault.SHOP_CLOCK, "shop", said.mark):
            wrong = rng.source("wrong", said.mark).choice((-3 * HOUR, -11 * MINUTE, -MINUTE, MINUTE, 9 * MINUTE))
        event = said.make(moment(kernel.now + wrong), said.mark)
        kernel.say("SHOP", said.mark, said.what, f"at {event.at:%d %H:%M:%S}")
        draw = rng.source("report", said.mark)
        delay = draw.randrange(1, 60 if promptly else 900)
        if faults.of_edge(Fault.DELAYED, "shop", said.mark):
            delay = draw.choice(DELAYS)
            if draw.random() < 0.5:  # shortly before the minute is full, when timers fall due
                delay += -(kernel.now + delay) % MINUTE - draw.randrange(draw.choice((300, 3 * SECOND, 15 * SECOND)))
        elif faults.of_edge(Fault.REORDERED, "shop", said.mark):
            delay = draw.randrange(5 * SECOND, 90 * SECOND)
        kernel.at(kernel.now + delay, lambda: self.send(event, 1))
        if faults.of_edge(Fault.REPEATED, "shop", said.mark):
            again = draw.choice((0, SECOND, MINUTE, HOUR, DAY))
            kernel.at(kernel.now + delay + again, lambda: self.send(event, 101))

    def send(self, event: Event, attempt: int) -> None:
        """One request."""
        world = self.world
        self.world.ledger.begun(event)

        def ended(end: End, what: object) -> None:
            self._answered(event, attempt, end, what)

        process = world.process(f"ingest {event.id}", LIFE, ended, scope=f"{event.id}:{attempt}", shop=event.shop)
        process.work = event
        world.kernel.spawn(process, lambda: world.record_event(event))

    def _answered(self, event: Event, attempt: int, end: End, what: object) -> None:
        world = self.world
        if end is End.RETURNED:
            world.kernel.say("2xx", event.id, what)
            world.ledger.told(event)
            if not world.faults.of_edge(Fault.SHOP_RETRY, "shop", event.id, attempt):
                return  # else: the shop never saw the answer
        elif isinstance(what, Refused) and not isinstance(what, Forbidden):
            return
        tries = attempt % 100
        given_up = world.faults.of_edge(Fault.SHOP_GAVE_UP, "shop", event.id, attempt, share=10)
        if given_up or (tries >= TRIES and world.faults.on):
            return
        if end is not End.RETURNED:
            world.faults.count(Fault.SHOP_RETRY, "shop")
        pause = min(2 * SECOND * 4 ** min(tries, 8), 6 * HOUR)
        world.kernel.at(world.kernel.now + pause, lambda: self.send(event, attempt + 1))

    # -- Erasure -------------------------------------------------------------------------------------------------------------

    def perhaps_erased(self, shop: str, person: int) -> None:
        """Now and then somebody wants to be forgotten."""
        draw, mark = self.world.rng.source("forget", shop, person), f"forget/{shop}/{person}"
        setup = self.world.setup
        if draw.random() < (0.25 if setup.months else 0.06) and self.world.may_happen(mark):
            when = draw.randrange(setup.lasts if setup.months else setup.span + 12 * HOUR)
            for address in addresses(person):
                self.world.kernel.at(when, lambda address=address: self.erase(shop, address, 1))  # type: ignore[misc]  # bound on purpose

    def erase(self, shop: str, address: Address, attempt: int) -> None:
        """The operator's command; repeated until it succeeds."""
        world, key, asked = self.world, self.world.address_hash(shop, address), self.world.kernel.now
        name = f"erase {key} {attempt}"

        def ended(end: End, what: object) -> None:
            if end is End.RETURNED:
                world.kernel.say("erased:", key, what)
                world.ledger.suppressed_by_person(shop, key, "erased")
                world.invariants_on_write.at_erasure(shop, key, asked)
            elif attempt < 9:
                world.kernel.at(world.kernel.now + 5 * MINUTE, lambda: self.erase(shop, address, attempt + 1))

        world.ledger.asking[name] = (shop, key, SuppressionReason.ERASED)
        process = world.process(name, 10 * MINUTE, ended, scope=name, shop=shop)
        world.kernel.spawn(process, lambda: world.erase_person(shop, address))
