"""One world: shops with their traffic, the real use cases over ports that fail, and AWS around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from rebasket.memory.ports import MemoryPorts
from rebasket.wiring import build
from tests.simulation import ports
from tests.simulation.boundary import Boundary
from tests.simulation.edges import Functions
from tests.simulation.entries import EVERYBODY
from tests.simulation.faults import Fault, Faults, rates_of
from tests.simulation.forgetting import Forgetting
from tests.simulation.invariants_at_rest import InvariantsAtRest
from tests.simulation.invariants_on_write import InvariantsOnWrite
from tests.simulation.kernel import DAY, HOUR, MINUTE, SECOND, End, Kernel, Process, moment
from tests.simulation.ledger import Ledger
from tests.simulation.machinery import Machinery
from tests.simulation.monotonic import Watch
from tests.simulation.outages import Outages
from tests.simulation.provider import PRICES, LinkCodes, PlainComposer, Provider
from tests.simulation.reporting import Reporting
from tests.simulation.rng import Rng
from tests.simulation.shops import SHOPS, another_policy, country_of, shop_of, zone_of
from tests.simulation.stopping import Stopping
from tests.simulation.stream import Stream
from tests.simulation.traffic import people_of, traffic

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from random import Random

    from rebasket.domain.people.addresses import Address
    from rebasket.domain.people.identity import ShopperId
    from rebasket.domain.reminders.episode import EpisodeRef
    from rebasket.domain.reporting.daily_figures import ClosedDay
    from rebasket.domain.sending.message import Email, Text
    from rebasket.domain.shops.policy import Policy, Shop
    from tests.simulation.script import Said
    from tests.simulation.setup import Setup

SKEW = 14_900
"""Any two clocks differ by less than 30 s: each is wrong by at most this, in ms."""


@dataclass
class World:
    """Wires it."""

    setup: Setup
    kernel: Kernel = field(default_factory=Kernel)

    def __post_init__(self) -> None:
        setup, kernel = self.setup, self.kernel
        self.rng = Rng(setup.seed)
        rates = rates_of(self.rng) if setup.rates is None else setup.rates
        self.faults = Faults(self.rng, rates, setup.only)
        self.stores = setup.stores(self.clock)
        self.stores.shop_ids = SHOPS
        early, late = (40 * DAY, setup.lasts) if setup.months else (setup.span * 7 // 10, setup.span + DAY)
        self.quiet = early if self.rng.happens(0.4, "quiet early") else late
        self.outages = Outages(self.rng, self.faults, SHOPS, setup.lasts, self.quiet)
        self.ledger = Ledger(kernel, skew=2 * SKEW, address_hash=self.address_hash)
        self.invariants_on_write = InvariantsOnWrite(self.ledger, self.stores, self.policy_of)
        self.invariants_at_rest = InvariantsAtRest(self.ledger, self.stores, self.policy_of)
        self.boundary = Boundary(kernel, self.rng, self.faults)
        self.happened: list[str] = []
        self._drawn = 0
        self.machinery, self.stream, self.forgetting = Machinery(self), Stream(self), Forgetting(self)
        self.provider, self.reporting, self.stopping = Provider(self), Reporting(self), Stopping(self)
        self._wire()
        self.boundary.ambush = self.reporting.ambush
        self.functions = Functions(self)
        self.said: list[Said] = [said for shop in SHOPS for said in self._traffic(shop)]
        self.people = dict(people_of(self.said))

    def _traffic(self, shop: str) -> list[Said]:
        setup = self.setup
        said = traffic(self.rng, shop, setup.carts, setup.span, months=setup.months)
        return [one for one in said if one.at < setup.lasts] if setup.months else said

    def _wire(self) -> None:
        inner, boundary, watch = self.stores, self.boundary, Watch(self.ledger)
        self.sending_pauses = ports.SendingPauses(inner.sending_pauses, boundary, self._stopped, self.ledger.going_on)
        missing = lambda what, shop: self.outages.missing(what, shop, self.kernel.now)  # noqa: E731  # one of many ports below
        given = MemoryPorts(
            carts=ports.Carts(inner.carts, boundary, watch, self.outages.poisoned),
            timers=ports.Timers(inner.timers, boundary, self.machinery.armed, self.machinery.deleted),
            contacts=ports.Contacts(inner.contacts, boundary, watch, self.forgetting.linked),
            episode_store=ports.Episodes(inner.episodes, boundary, watch),
            shops=ports.Shops(inner.shops, boundary, missing),
            links=ports.Links(inner.links, boundary, self.forgetting.put_link),
            books=ports.Books(inner.books, boundary, self._closed),
            sms_slots=ports.SmsSlots(inner.sms_slots, boundary, self.ledger.full),
            dead_letter_queue=ports.Port("dead_letter_queue", inner.dead_letter_queue, boundary),
            sending_pauses=self.sending_pauses,
            composer=PlainComposer(),
            mailer=_Sender(self.provider.mail),
            texter=_Sender(self.provider.text),
            prices=PRICES,
            address_hash=self.address_hash,
            link_code=LinkCodes(),
            zone_of=zone_of,
            country_of=country_of,
            public_url="https://r.example",
            clock=self.clock,
            new_token=self.draw,
        )
        made = build(given)
        self.record_event, self.process_timer, self.sweep_timers = made.record_event, made.process_timer, made.sweep_timers
        self.record_delivery, self.follow_link, self.pause_sending = made.record_delivery, made.follow_link, made.pause_sending
        self.close_books, self.post_adjustments = made.close_books, made.post_adjustments
        self.erase_person, self.rearm = made.erase_person, made.rearm

    def _stopped(self, whose: str) -> None:
        if self.ledger.stopped(whose):
            self.stopping.stopped(whose)

    def _closed(self, day: ClosedDay) -> None:
        process = self.kernel.running
        self.invariants_on_write.at_closing(day, process.born if process else 0)

    # -- What the functions are given ----------------------------------------------------------------------------------------

    def clock(self) -> datetime:
        """The time as the running function's machine has it."""
        process = self.kernel.running
        return moment(self.kernel.now + (process.skew if process else 0))

    def draw(self) -> str:
        """A text that nobody else draws."""
        self._drawn += 1
        return f"{self.kernel.process.name}.{self._drawn}"

    def address_hash(self, shop: str, address: Address | ShopperId) -> str:
        """The key of an address: here it can be read."""
        return f"{shop}:{address.identity}"

    def policy_of(self, ref: EpisodeRef) -> Policy:
        """The policy that an episode follows."""
        episode = self.stores.episodes.get(ref)
        shop = self.stores.shop(ref.shop)
        if episode is None or episode.header is None:
            return shop.policy
        return self.stores.policy(ref.shop, episode.header.policy)

    def process(
        self, name: str, life: int, on_end: Callable[[End, Any], None], *, scope: str, shop: str | None = None
    ) -> Process:
        """A new invocation, with a clock of its own."""
        skew = 0
        if self.faults.of_edge(Fault.SKEW, "clock", scope):
            skew = self.rng.source("skew", scope).choice((-SKEW, -9 * SECOND, -700, 700, 9 * SECOND, SKEW))
        now = self.kernel.now

        def ended(end: End, what: Any) -> None:  # a result or an error
            if end is End.RAISED:
                self.invariants_on_write.expected(name, what)
            on_end(end, what)

        made = Process(name=name, deadline=now + life, skew=skew, born=now, on_end=ended)
        made.enter(scope, shop)
        return made

    def may_happen(self, mark: str) -> bool:
        """Whether an event may; noted, when it does."""
        if self.setup.only is not None and mark not in self.setup.only:
            return False
        self.happened.append(mark)
        return True

    # -- Its life ------------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Open the shops."""
        for name in SHOPS:
            shop = shop_of(self.rng, name)
            self.stores.save(shop)
            draw = self.rng.source("policy", name)
            if draw.random() < 0.4:
                when = draw.randrange(self.setup.span + DAY)
                self.kernel.at(when, partial(self._change_policy, shop, draw))
        for whose in (*SHOPS, EVERYBODY):
            self.stopping.perhaps(whose)
        for said in self.said:
            self.reporting.expect(said)
        for whose, person in sorted({(said.shop, said.person) for said in self.said}):
            self.reporting.perhaps_erased(whose, person)
        self.kernel.at(11 * MINUTE, self.machinery.look)
        self.kernel.at(19 * HOUR, self.machinery.night)
        if self.setup.months:
            self.kernel.at(13 * HOUR, self.forgetting.look)
        self.kernel.at(5 * HOUR + 7 * MINUTE, self.machinery.operate)

    def _change_policy(self, shop: Shop, draw: Random) -> None:
        self.stores.save(another_policy(shop, draw))

    def idle(self) -> bool:
        """Whether nothing is left to be done."""
        return not self.machinery.stored and self.stream.idle and self.kernel.alive == 0


@dataclass(frozen=True)
class _Sender:
    """A mailer or a texter."""

    put: Callable[[Any], str]

    def send(self, message: Email | Text) -> str:
        return self.put(message)
