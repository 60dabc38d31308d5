"""Wiring, once: `build(ports)` makes every use case over whatever ports it is given, AWS's or those in memory.

On the way to the wire: remind/app.py → **this file** → process_timer.py → follow_up.py → send_step.py → deliver.py → ses.py
On the way to the claim: remind/app.py → **this file** → process_timer.py → follow_up.py → send_step.py → carts.py → table.py
On the way to the cart's write: ingest/app.py → **this file** → record_event.py → carts.py → table.py

Lazily: a function imports and makes only what it uses, for imports are most of a cold start; a test's doubles are there first.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from rebasket.aws.ports import AwsPorts
from rebasket.settings import in_lambda

if TYPE_CHECKING:
    from collections.abc import Callable

    from rebasket import ports
    from rebasket.domain.people.addresses import Address
    from rebasket.domain.reminders.episode import TouchState
    from rebasket.domain.sending.prices import PriceBook
    from rebasket.usecases.recording.erase_person import ErasePerson
    from rebasket.usecases.recording.record_event import RecordEvent
    from rebasket.usecases.reminding.foresee import Foresee
    from rebasket.usecases.reminding.process_timer import ProcessTimer
    from rebasket.usecases.reporting.changed_days import TrackedEpisodes
    from rebasket.usecases.reporting.close_days import CloseDays
    from rebasket.usecases.reporting.post_adjustments import PostAdjustments
    from rebasket.usecases.reporting.report import MakeReport
    from rebasket.usecases.responses.follow_link import FollowLink
    from rebasket.usecases.responses.lift_suppression import LiftSuppression
    from rebasket.usecases.responses.pause_sending import PauseSending
    from rebasket.usecases.responses.record_delivery import RecordDelivery
    from rebasket.usecases.timers.rearm import Rearm
    from rebasket.usecases.timers.sweep import SweepTimers


class Ports(Protocol):
    """All that use cases need of the world (see `rebasket.ports`): `AwsPorts`, `memory.MemoryPorts`, or a test's own.

    `sms_slots` may be None: then text messages go anywhere, however many. `episode_store` keeps episodes; use cases write through
    `UseCases.episodes`, which also marks changed days.
    """

    @property
    def carts(self) -> ports.Carts: ...
    @property
    def timers(self) -> ports.Timers: ...
    @property
    def contacts(self) -> ports.Contacts: ...
    @property
    def contact_journal(self) -> ports.ContactJournal: ...
    @property
    def episode_store(self) -> ports.Episodes: ...
    @property
    def shops(self) -> ports.Shops: ...
    @property
    def sending_pauses(self) -> ports.SendingPauses: ...
    @property
    def links(self) -> ports.Links: ...
    @property
    def books(self) -> ports.Books: ...
    @property
    def amiss_events(self) -> ports.AmissEvents: ...
    @property
    def sms_slots(self) -> ports.SmsSlots | None: ...
    @property
    def dead_letter_queue(self) -> ports.DeadLetters: ...
    @property
    def composer(self) -> ports.Composer: ...
    @property
    def mailer(self) -> ports.Mailer: ...
    @property
    def texter(self) -> ports.Texter: ...
    @property
    def prices(self) -> PriceBook: ...
    @property
    def address_hash(self) -> ports.AddressHash: ...
    @property
    def link_code(self) -> ports.LinkCode: ...
    @property
    def zone_of(self) -> ports.ZoneOf: ...
    @property
    def country_of(self) -> ports.CountryOf: ...
    @property
    def public_url(self) -> str: ...
    @property
    def clock(self) -> ports.Clock: ...
    @property
    def new_token(self) -> ports.NewToken: ...
    @property
    def count_touch(self) -> Callable[[TouchState], None]: ...
    @property
    def count_held_back(self) -> Callable[[], None]: ...


class UseCases:
    """The use cases over some ports, each made when it is first asked for."""

    def __init__(self, given: Ports) -> None:
        self._ports = given

    @cached_property
    def episodes(self) -> TrackedEpisodes:
        """Episodes, of whose late changes the books hear."""
        from rebasket.usecases.reporting.changed_days import TrackedEpisodes

        given = self._ports
        return TrackedEpisodes(given.episode_store, given.books, given.clock)

    @cached_property
    def record_event(self) -> RecordEvent:
        """Takes a shop's event."""
        from rebasket.usecases.recording.record_event import RecordEvent

        given = self._ports
        return RecordEvent(
            carts=given.carts,
            timers=given.timers,
            contacts=given.contacts,
            episodes=self.episodes,
            shops=given.shops,
            address_hash=given.address_hash,
            clock=given.clock,
        )

    @cached_property
    def foresee(self) -> Foresee:
        """Says what will come of a cart."""
        from rebasket.domain.shops.sms_limits import Destination
        from rebasket.usecases.reminding.foresee import Foresee

        given = self._ports

        def destination(number: Address) -> Destination:
            country = given.country_of(number)
            return Destination(country, priced=given.prices.text(country) is not None)

        return Foresee(
            carts=given.carts,
            contacts=given.contacts,
            episodes=self.episodes,
            shops=given.shops,
            address_hash=given.address_hash,
            destination=destination,
            clock=given.clock,
            zone_of=given.zone_of,
        )

    @cached_property
    def sweep_timers(self) -> SweepTimers:
        """Deletes what is due."""
        from rebasket.usecases.timers.sweep import SweepTimers

        return SweepTimers(timers=self._ports.timers, clock=self._ports.clock)

    @cached_property
    def process_timer(self) -> ProcessTimer:
        """Sends reminders: all that one deleted timer needs, from the claim to the wire."""
        from rebasket.usecases.reminding.deliver import Deliver
        from rebasket.usecases.reminding.follow_up import FollowUp
        from rebasket.usecases.reminding.process_timer import ProcessTimer
        from rebasket.usecases.reminding.send_step import SendStep
        from rebasket.usecases.reminding.sms_slots import SmsLimits

        given = self._ports
        slots = given.sms_slots
        limits = (
            SmsLimits(country_of=given.country_of, prices=given.prices, slots=slots, held_back=given.count_held_back)
            if slots is not None
            else None
        )
        deliver = Deliver(
            links=given.links,
            composer=given.composer,
            mailer=given.mailer,
            texter=given.texter,
            prices=given.prices,
            address_hash=given.address_hash,
            link_code=given.link_code,
            public_url=given.public_url,
            clock=given.clock,
        )
        send_step = SendStep(
            carts=given.carts,
            contacts=given.contacts,
            episodes=self.episodes,
            timers=given.timers,
            deliver=deliver,
            address_hash=given.address_hash,
            clock=given.clock,
            tally=given.count_touch,
            texts=limits,
        )
        follow_up = FollowUp(
            carts=given.carts,
            timers=given.timers,
            episodes=self.episodes,
            shops=given.shops,
            address_hash=given.address_hash,
            zone_of=given.zone_of,
            send_step=send_step,
            clock=given.clock,
            new_token=given.new_token,
        )
        return ProcessTimer(
            follow_up=follow_up, timers=given.timers, dead_letter_queue=given.dead_letter_queue, clock=given.clock
        )

    @cached_property
    def record_delivery(self) -> RecordDelivery:
        """Takes the provider's delivery events."""
        from rebasket.usecases.responses.record_delivery import RecordDelivery

        return RecordDelivery(contacts=self._ports.contacts, episodes=self.episodes, prices=self._ports.prices)

    @cached_property
    def pause_sending(self) -> PauseSending:
        """Stops a shop whose mail bounces."""
        from rebasket.usecases.responses.pause_sending import PauseSending

        return PauseSending(episodes=self.episodes, contacts=self._ports.contacts, sending_pauses=self._ports.sending_pauses)

    @cached_property
    def follow_link(self) -> FollowLink:
        """Takes the shopper's click."""
        from rebasket.usecases.responses.follow_link import FollowLink

        given = self._ports
        return FollowLink(
            links=given.links,
            shops=given.shops,
            carts=given.carts,
            contacts=given.contacts,
            journal=given.contact_journal,
            episodes=self.episodes,
            clock=given.clock,
        )

    @cached_property
    def lift_suppression(self) -> LiftSuppression:
        """Lifts a no, or says one."""
        from rebasket.usecases.responses.lift_suppression import LiftSuppression

        given = self._ports
        return LiftSuppression(
            contacts=given.contacts, journal=given.contact_journal, address_hash=given.address_hash, clock=given.clock
        )

    @cached_property
    def close_books(self) -> CloseDays:
        """Closes days."""
        from rebasket.usecases.reporting.close_days import CloseDays

        given = self._ports
        return CloseDays(books=given.books, episodes=self.episodes, contacts=given.contacts, shops=given.shops, clock=given.clock)

    @cached_property
    def post_adjustments(self) -> PostAdjustments:
        """Posts what changed in closed days."""
        from rebasket.usecases.reporting.post_adjustments import PostAdjustments

        given = self._ports
        return PostAdjustments(
            books=given.books, episodes=self.episodes, contacts=given.contacts, shops=given.shops, clock=given.clock
        )

    @cached_property
    def make_report(self) -> MakeReport:
        """Makes finance's report."""
        from rebasket.usecases.reporting.report import MakeReport

        return MakeReport(books=self._ports.books, episodes=self.episodes, shops=self._ports.shops)

    @cached_property
    def erase_person(self) -> ErasePerson:
        """Forgets somebody."""
        from rebasket.usecases.recording.erase_person import ErasePerson

        given = self._ports
        return ErasePerson(carts=given.carts, contacts=given.contacts, address_hash=given.address_hash, clock=given.clock)

    @cached_property
    def rearm(self) -> Rearm:
        """Mends lost timers."""
        from rebasket.usecases.timers.rearm import Rearm

        given = self._ports
        return Rearm(carts=given.carts, timers=given.timers, episodes=self.episodes, shops=given.shops, clock=given.clock)


def build(given: Ports) -> UseCases:
    """Every use case over these ports."""
    return UseCases(given)


class App(AwsPorts, UseCases):
    """The application of one running function: itself the ports, AWS's, that its use cases are built over."""

    def __init__(self) -> None:
        UseCases.__init__(self, self)

    @cached_property
    def composer(self) -> ports.Composer:
        """What writes messages, of the layer that only `remind` and `visit` have."""
        from rebasket.messages.composer import MessageComposer

        return MessageComposer(self.sending.sender)

    def warm_up(self, *names: str) -> None:
        """In Lambda, make these now: a whole processor works at start-up, and for an event only the function's share of one."""
        if in_lambda():
            for name in names:
                getattr(self, name)


app = App()
