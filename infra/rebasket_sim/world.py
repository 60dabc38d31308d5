"""One world: shops with their traffic, the real use cases over ports that fail, and AWS around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from rebasket.usecases.apply_feedback import ApplyFeedback
from rebasket.usecases.attend_timer import AttendTimer
from rebasket.usecases.close_books import CloseBooks
from rebasket.usecases.deliver import Deliver
from rebasket.usecases.erase_person import ErasePerson
from rebasket.usecases.follow_link import FollowLink
from rebasket.usecases.marked_episodes import MarkedEpisodes
from rebasket.usecases.post_changes import PostChanges
from rebasket.usecases.pull_brake import PullBrake
from rebasket.usecases.rearm import Rearm
from rebasket.usecases.record_event import RecordEvent
from rebasket.usecases.remind import Remind
from rebasket.usecases.sweep_timers import SweepTimers
from rebasket.usecases.text_limits import TextLimits
from rebasket.usecases.touch import TouchShopper
from rebasket_sim import ports
from rebasket_sim.at_once import AtOnce
from rebasket_sim.at_rest import AtRest
from rebasket_sim.boundary import Boundary
from rebasket_sim.chance import Chance
from rebasket_sim.edges import Functions
from rebasket_sim.faults import Fault, Faults, rates_of
from rebasket_sim.forgetting import Forgetting
from rebasket_sim.forward import Watch
from rebasket_sim.kernel import DAY, HOUR, MINUTE, SECOND, End, Kernel, Process, moment
from rebasket_sim.ledger import Ledger
from rebasket_sim.machinery import Machinery
from rebasket_sim.provider import PRICES, LinkCodes, PlainComposer, Provider
from rebasket_sim.reporting import Reporting
from rebasket_sim.shops import SHOPS, another_policy, country_of, shop_of, zone_of
from rebasket_sim.stopping import EVERYBODY, Stopping
from rebasket_sim.stores import Stores, in_memory
from rebasket_sim.stream import Stream
from rebasket_sim.traffic import people_of, traffic
from rebasket_sim.weather import Weather

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from random import Random

    from rebasket.domain.addresses import Address
    from rebasket.domain.books import ClosedDay
    from rebasket.domain.episode import EpisodeRef
    from rebasket.domain.message import Email, Text
    from rebasket.domain.policy import Policy, Shop
    from rebasket.ports import Clock
    from rebasket_sim.script import Said

SKEW = 14_900
"""Any two clocks differ by less than 30 s: each is wrong by at most this, in ms."""


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What a world is made from. `carts` per shop; `span` of their first events in ms; `months`: what follows takes months, and
    carts are forgotten meanwhile.

    `only`: the marks of the events and faults that may happen, all others may not; to make a trace shorter.
    """

    seed: int
    carts: int = 6
    span: int = 10 * HOUR
    rates: dict[Fault, float] | None = None
    only: frozenset[str] | None = None
    stores: Callable[[Clock], Stores] = in_memory
    months: bool = False

    @property
    def lasts(self) -> int:
        """Until when something may happen, in ms; a few events come later."""
        return 150 * DAY if self.months else self.span + 2 * DAY


@dataclass
class World:
    """Wires it."""

    setup: Setup
    kernel: Kernel = field(default_factory=Kernel)

    def __post_init__(self) -> None:
        setup, kernel = self.setup, self.kernel
        self.chance = Chance(setup.seed)
        rates = rates_of(self.chance) if setup.rates is None else setup.rates
        self.faults = Faults(self.chance, rates, setup.only)
        self.stores = setup.stores(self.clock)
        self.stores.shop_ids = SHOPS
        early, late = (40 * DAY, setup.lasts) if setup.months else (setup.span * 7 // 10, setup.span + DAY)
        self.quiet = early if self.chance.happens(0.4, "quiet early") else late
        self.weather = Weather(self.chance, self.faults, SHOPS, setup.lasts, self.quiet)
        self.ledger = Ledger(kernel, skew=2 * SKEW, identify=self.identify)
        self.at_once = AtOnce(self.ledger, self.stores, self.policy_of)
        self.at_rest = AtRest(self.ledger, self.stores, self.policy_of)
        self.boundary = Boundary(kernel, self.chance, self.faults)
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
        said = traffic(self.chance, shop, setup.carts, setup.span, months=setup.months)
        return [one for one in said if one.at < setup.lasts] if setup.months else said

    def _wire(self) -> None:
        inner, boundary, watch = self.stores, self.boundary, Watch(self.ledger)
        carts = ports.Carts(inner.carts, boundary, watch, self.weather.poisoned)
        timers = ports.Timers(inner.timers, boundary, self.machinery.armed, self.machinery.deleted)
        contacts = ports.Contacts(inner.contacts, boundary, watch, self.forgetting.linked)
        shops = ports.Shops(inner.shops, boundary, lambda what, shop: self.weather.missing(what, shop, self.kernel.now))
        links = ports.Links(inner.links, boundary, self.forgetting.put_link)
        self.brakes = brakes = ports.Brakes(inner.brakes, boundary, self._stopped, self.ledger.going_on)
        books = ports.Books(inner.books, boundary, self._closed)
        episodes = MarkedEpisodes(ports.Episodes(inner.episodes, boundary, watch), books, self.clock)
        dead = ports.Port("dead_timers", inner.dead_timers, boundary)
        slots = ports.TextSlots(inner.text_slots, boundary, self.ledger.full)
        clock, identify = self.clock, self.identify
        self.record_event = RecordEvent(
            carts=carts, timers=timers, contacts=contacts, episodes=episodes, shops=shops, identify=identify, clock=clock
        )
        deliver = Deliver(
            links=links,
            composer=PlainComposer(),
            mailer=_Sender(self.provider.mail),
            texter=_Sender(self.provider.text),
            prices=PRICES,
            identify=identify,
            link_code=LinkCodes(),
            public_url="https://r.example",
            clock=clock,
        )
        touch = TouchShopper(
            contacts=contacts,
            episodes=episodes,
            timers=timers,
            deliver=deliver,
            identify=identify,
            clock=clock,
            texts=TextLimits(country_of=country_of, prices=PRICES, slots=slots),
        )
        remind = Remind(
            carts=carts,
            timers=timers,
            episodes=episodes,
            shops=shops,
            identify=identify,
            touch=touch,
            clock=clock,
            draw=self.draw,
            zone_of=zone_of,
        )
        self.attend_timer = AttendTimer(remind=remind, timers=timers, dead_timers=dead, clock=clock)
        self.sweep_timers = SweepTimers(timers=timers, clock=clock)
        self.apply_feedback = ApplyFeedback(contacts=contacts, episodes=episodes, prices=PRICES)
        self.pull_brake = PullBrake(episodes=episodes, brakes=brakes)
        self.follow_link = FollowLink(links=links, shops=shops, carts=carts, contacts=contacts, episodes=episodes, clock=clock)
        self.close_books = CloseBooks(books=books, episodes=episodes, contacts=contacts, shops=shops, clock=clock)
        self.post_changes = PostChanges(books=books, episodes=episodes, contacts=contacts, shops=shops, clock=clock)
        self.erase_person = ErasePerson(carts=carts, contacts=contacts, identify=identify, clock=clock)
        self.rearm = Rearm(carts=carts, timers=timers, episodes=episodes, shops=shops, clock=clock)

    def _stopped(self, whose: str) -> None:
        if self.ledger.stopped(whose):
            self.stopping.stopped(whose)

    def _closed(self, day: ClosedDay) -> None:
        process = self.kernel.running
        self.at_once.at_closing(day, process.born if process else 0)

    # -- What the functions are given ----------------------------------------------------------------------------------------

    def clock(self) -> datetime:
        """The time as the running function's machine has it."""
        process = self.kernel.running
        return moment(self.kernel.now + (process.skew if process else 0))

    def draw(self) -> str:
        """A text that nobody else draws."""
        self._drawn += 1
        return f"{self.kernel.process.name}.{self._drawn}"

    def identify(self, shop: str, address: Address) -> str:
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
            skew = self.chance.source("skew", scope).choice((-SKEW, -9 * SECOND, -700, 700, 9 * SECOND, SKEW))
        now = self.kernel.now

        def ended(end: End, what: Any) -> None:  # a result or an error
            if end is End.RAISED:
                self.at_once.expected(name, what)
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
            shop = shop_of(self.chance, name)
            self.stores.save(shop)
            draw = self.chance.source("policy", name)
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
