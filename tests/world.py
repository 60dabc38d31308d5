"""A whole Rebasket in memory: every port, the use cases wired to them, a clock that moves when told, and the machinery around.

    world = World(a_shop())
    world.record(Reports().updated("c1", START, who=person(ANNA)))
    world.advance(timedelta(hours=1))          # sweeps every minute; each deleted timer wakes `remind`
    world.messages                             # what went out

`wrap` is called on every port that use cases get: a test's place to watch calls or to make them fail (tests/faults.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from rebasket.aws.phone_countries import country_of
from rebasket.aws.phone_zones import zone_of
from rebasket.domain.carts.events import OrderPlaced
from rebasket.domain.people.identity import Kind
from rebasket.domain.people.root import root_of
from rebasket.domain.sending.delivery_events import DeliveryEvent, Feedback
from rebasket.memory import (
    MemoryBooks,
    MemoryCarts,
    MemoryContactJournal,
    MemoryDeadLetters,
    MemoryEpisodes,
    MemoryLinks,
    MemorySendingPauses,
    MemoryShops,
    MemorySmsSlots,
    MemoryTimers,
)
from rebasket.memory.ports import MemoryPorts
from rebasket.usecases.recording.record_event import Recorded
from rebasket.usecases.reporting.job_runner import JobRunner
from rebasket.usecases.timers.sweep import SweepTimers, Swept
from rebasket.wiring import build
from tests.doubles import (
    CountedDraw,
    Happening,
    ManualClock,
    PlainComposer,
    WatchedContacts,
    WatchedMailer,
    WatchedTexter,
    address_hash,
    as_is,
    link_code,
)
from tests.people import contact_at
from tests.samples import MINUTE, PRICES, SHOP, a_shop

if TYPE_CHECKING:
    from collections.abc import Callable

    from rebasket.domain.carts.cart import Cart
    from rebasket.domain.carts.events import Event
    from rebasket.domain.carts.timer import Timer
    from rebasket.domain.people.addresses import Address
    from rebasket.domain.people.contact import Contact, TouchId
    from rebasket.domain.people.person import Person
    from rebasket.domain.reminders.episode import Episode, EpisodeRef
    from rebasket.domain.reporting.adjustments import Adjustment
    from rebasket.domain.shops.policy import Shop
    from rebasket.ports import Composer
    from rebasket.usecases.reminding.process_timer import ProcessedTimer
    from tests.doubles import Wrap

Done = TypeVar("Done")


class World:
    """One shop, unless more are saved to `shops`. All state is in the memory ports; nothing hides in the use cases."""

    def __init__(self, shop: Shop | None = None, *, wrap: Wrap = as_is) -> None:
        self.clock = ManualClock()
        self.history: list[Happening] = []
        self.acknowledged: list[Event] = []
        self.carts, self.timers, self.episodes = MemoryCarts(), MemoryTimers(), MemoryEpisodes()
        self.shops, self.links, self.books = MemoryShops(), MemoryLinks(), MemoryBooks()
        self.contacts = WatchedContacts(clock=self.clock, history=self.history)
        self.mailer = WatchedMailer(clock=self.clock, history=self.history)
        self.texter = WatchedTexter(links=self.links, clock=self.clock, history=self.history)
        self.journal = MemoryContactJournal()
        self.dead_letter_queue, self.sms_slots = MemoryDeadLetters(), MemorySmsSlots()
        self.composer: Composer = PlainComposer()
        self.held_back: list[datetime] = []
        self.outcomes: list[tuple[Timer, ProcessedTimer]] = []
        self.expect_errors = False
        self.excused: set[tuple[str, int]] = set()
        self.shops.save(shop or a_shop())
        self.timers.advance(self.clock())  # sweep has been running until now
        self._wire(wrap)

    def _wire(self, wrap: Wrap) -> None:
        given = MemoryPorts(
            carts=wrap(self.carts),
            timers=wrap(self.timers),
            contacts=wrap(self.contacts),
            contact_journal=self.journal,
            episode_store=wrap(self.episodes),
            shops=wrap(self.shops),
            links=wrap(self.links),
            books=wrap(self.books),
            sms_slots=wrap(self.sms_slots),
            dead_letter_queue=wrap(self.dead_letter_queue),
            sending_pauses=MemorySendingPauses(self.shops, self.clock),
            composer=wrap(self.composer),
            mailer=wrap(self.mailer),
            texter=wrap(self.texter),
            prices=PRICES,
            address_hash=address_hash,
            link_code=link_code,
            zone_of=zone_of,
            country_of=country_of,
            public_url="https://go.example",
            clock=self.clock,
            new_token=CountedDraw(),
            count_held_back=lambda: self.held_back.append(self.clock()),
        )
        self.use_cases = made = build(given)
        self.record_event, self.process_timer, self.rearm = made.record_event, made.process_timer, made.rearm
        self.record_delivery, self.follow_link = made.record_delivery, made.follow_link
        self._close_books, self._post_changes, self.make_report = made.close_books, made.post_adjustments, made.make_report
        self.sweep_timers = SweepTimers(timers=self.timers, clock=self.clock)  # the machinery's, which no test makes fail

    # -- What the world outside does ---------------------------------------------------------------------------------

    def record(self, event: Event) -> Recorded:
        """The shop reports; noted in the history once it is acknowledged."""
        result = self.record_event(event)
        self.acknowledged.append(event)
        self.history.append(Happening("event", self.clock(), event.cart, shop_time=event.at))
        if isinstance(event, OrderPlaced):
            self._note_purchase(event, told_again=result is Recorded.UNCHANGED)
        for naming in event.person.statements:
            stored = self.contact(naming.address).consent if naming.consent else None
            if stored and not stored.granted:
                self.history.append(Happening("no", self.clock(), event.cart, address_hash(event.shop, naming.address)))
        return result

    def _note_purchase(self, event: OrderPlaced, *, told_again: bool) -> None:
        """An order told again is no purchase again; but one whose first telling died is known by the second."""
        cart = self.carts.get(event.shop, event.cart)
        known = {h.contact for h in self.history if h.kind == "bought" and h.cart == event.cart} if told_again else set()
        for key in sorted({address_hash(event.shop, address) for address in (cart.facts.named if cart else ())} - known):
            self.history.append(Happening("bought", self.clock(), event.cart, key, shop_time=event.at))

    def report_at(self, event: Event) -> Recorded:
        """The shop reports at once: time moves to the event's own."""
        self.advance(event.at)
        return self.record(event)

    def opt_out(self, touch: TouchId) -> None:
        """The shopper uses the link in a message."""
        link = self.follow_link.opt_out(self.links_of(touch)[-1]).link
        self.history.append(Happening("no", self.clock(), touch.cart, link.contact, touch))

    def feedback(self, touch: TouchId, address: Address, word: DeliveryEvent, day: str | None = None) -> None:
        """The provider says what became of a message."""
        key = address_hash(SHOP, address)
        filed = day or next(ref.day for ref in self.episode_refs(touch.cart) if ref.generation == touch.generation)
        at, channel = self.clock(), address.channel
        told = Feedback(shop=SHOP, day=filed, touch=touch, contact=key, channel=channel, word=word, message_id="id", at=at)
        self.record_delivery(told)
        if word is not DeliveryEvent.ACCEPTED:
            self.history.append(Happening("no", self.clock(), touch.cart, key, touch))

    # -- What the machinery does -------------------------------------------------------------------------------------

    def advance(self, to: datetime | timedelta) -> None:
        """Let time pass. Every minute sweep runs and the stream brings what it deleted."""
        until = to if isinstance(to, datetime) else self.clock() + to
        while (minute := self.clock().replace(second=0, microsecond=0) + MINUTE) <= until:
            self.clock.at = minute
            self.sweep()
            self.deliver()
        self.clock.at = max(self.clock.at, until)

    def leap(self, to: datetime | timedelta) -> None:
        """As `advance`, without the minutes in which nothing is due."""
        until = to if isinstance(to, datetime) else self.clock() + to
        self.deliver()  # what a crash left undelivered
        while (due := min(self.timers.items, default=until + MINUTE)) <= until:
            self.clock.at = max(due, self.clock())
            self.timers.advance(self.clock() - MINUTE)  # as the sweeps in between would have
            self.sweep()
            assert due not in self.timers.items, f"sweep missed what was due at {due}"
            self.deliver()
        self.clock.at = max(self.clock.at, until)

    def sweep(self) -> Swept:
        """One sweep, with all the time it wants."""
        return self.sweep_timers(lambda: False)

    def close_books(self) -> dict[str, list[str]]:
        """A night's closing, with all the time it wants."""
        return self._all_night(self._close_books)

    def post_adjustments(self) -> list[Adjustment]:
        """The same night's posting."""
        return self._all_night(self._post_changes)

    def _all_night(self, work: Callable[[JobRunner], Done]) -> Done:
        night = JobRunner(lambda: 3_600_000)
        done = work(night)
        if night.undone:
            raise night.undone[0].error
        return done

    def deliver(self) -> None:
        """The stream brings what was deleted, each timer once."""
        while self.timers.deleted:
            self.attend(self.timers.deleted[0])
            del self.timers.deleted[0]

    def attend(self, timer: Timer) -> ProcessedTimer:
        """One record of the stream. An error fails the test, unless `expect_errors`."""
        attended = self.process_timer(timer)
        self.outcomes.append((timer, attended))
        if attended.error and not self.expect_errors:
            raise attended.error
        return attended

    def lose_timers(self) -> None:
        """All timers and undelivered records are gone, as after a long outage. Rearming brings back what they were for."""
        self.timers.items.clear()
        self.timers.deleted.clear()

    # -- What a test looks at ----------------------------------------------------------------------------------------

    @property
    def messages(self) -> list[Happening]:
        """What the provider took."""
        return [h for h in self.history if h.kind == "wire"]

    def cart(self, cart: str = "c1") -> Cart:
        found = self.carts.get(SHOP, cart)
        assert found, f"no cart {cart}"
        return found

    def person(self, address: Address) -> Person:
        """Whose the address is."""
        return root_of(SHOP, address_hash(SHOP, address), Kind.of(address.channel), partial(self.contacts.get_item, SHOP))

    def contact(self, address: Address) -> Contact:
        """What is known of one address, and what was sent to its person."""
        found = self.person(address)
        assert found.version, f"no contact {address}"
        return contact_at(found, address_hash(SHOP, address))

    def episode_refs(self, cart: str) -> list[EpisodeRef]:
        """All episodes of a cart, oldest first."""
        refs = [ref for day in self.episodes.items.values() for ref in day if ref.cart == cart]
        return sorted(refs, key=lambda ref: ref.generation)

    def episode(self, cart: str = "c1", generation: int = 1) -> Episode:
        found = next((self.episodes.get(r) for r in self.episode_refs(cart) if r.generation == generation), None)
        assert found, f"no episode {generation} of {cart}"
        return found

    def links_of(self, touch: TouchId) -> list[str]:
        """The codes of its links, one for each life of its cart, oldest first."""
        return [code for code, link in self.links.items.items() if (link.shop, link.touch) == (SHOP, touch)]

    def touches(self, cart: str = "c1", generation: int = 1) -> dict[int, tuple[str, str]]:
        """Each step's end and why."""
        found = self.episode(cart, generation).touches
        return {step: (touch.state.value, touch.why) for step, touch in sorted(found.items())}

    def outstanding(self) -> list[Timer]:
        """Timers stored, and deleted but not delivered."""
        return [timer for minute in self.timers.items.values() for timer in minute.values()] + self.timers.deleted
