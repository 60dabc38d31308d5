"""What is judged the moment it happens: at every gate, every request, every answer to a shop, every closed day, every error."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rebasket.domain.carts.cart import Closed
from rebasket.domain.carts.events import OrderPlaced
from rebasket.domain.carts.facts import CartFacts
from rebasket.domain.errors import Invalid
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import SendState
from rebasket.domain.reminders.episode import Arm, EpisodeRef
from tests.people import stored_contact
from tests.simulation.boundary import EXPECTED
from tests.simulation.entries import is_purchase
from tests.simulation.final_states import judge_end
from tests.simulation.invariants_per_person import BLUR, InvariantsPerPerson
from tests.simulation.kernel import MINUTE, Broken, moment
from tests.simulation.promises import (
    AFTER,
    ASKED,
    BALANCE,
    CLOSED,
    EARLY,
    ERASED,
    ERROR,
    GAP,
    LOST,
    NIGHT,
    STOPPED,
    TEXTS,
    TWICE,
    broken,
)
from tests.simulation.recount import booked, recount, told_apart
from tests.simulation.shops import country_of, zone_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from rebasket.domain.carts.cart import Cart
    from rebasket.domain.carts.events import Event
    from rebasket.domain.people.contact import Contact
    from rebasket.domain.reminders.episode import Episode
    from rebasket.domain.reporting.daily_figures import ClosedDay
    from rebasket.domain.shops.policy import Policy
    from tests.simulation.entries import Gate, Request
    from tests.simulation.kernel import Process
    from tests.simulation.ledger import Ledger
    from tests.simulation.stores import Stores


class InvariantsOnWrite:
    """Judges one world as it goes."""

    def __init__(self, ledger: Ledger, stores: Stores, policy: Callable[[EpisodeRef], Policy]) -> None:
        self.ledger, self.stores, self.policy = ledger, stores, policy
        self.per_person = InvariantsPerPerson(ledger)
        ledger.judge = self

    def at_gate(self, gate: Gate) -> None:
        """A control passes the same gate as everybody: otherwise the two groups could not be compared."""
        if gate.send.state is SendState.HELD and gate.stopped is not None:
            broken(AFTER, f"{gate.touch} held at {moment(gate.at)}, though {gate.stopped}")
        self.per_person.at_gate(gate)

    def expected(self, who: str, error: Exception) -> None:
        """Something went wrong: by a fault, or by a bug?"""
        if not isinstance(error, EXPECTED) or isinstance(error, Invalid):
            raise Broken(ERROR, f"{who}: {error!r}") from error

    def at_answer(self, event: Event) -> None:
        """An event is about to be answered with 2xx: the stored cart says what it says, and so do the contacts that it names."""
        for naming in event.person.statements:
            known, said = (
                stored_contact(self.stores.contacts, event.shop, self.ledger.address_hash(event.shop, naming.address)),
                naming.consent,
            )
            if said and not (known and known.consent and (known.consent.at, said.granted) >= (said.at, known.consent.granted)):
                broken(LOST, f"{event.id} is answered with 2xx, but {naming.address} is known as {known}")
            if is_purchase(event) and not (known and known.placed_at and known.placed_at >= event.at):
                broken(LOST, f"{event.id} is answered with 2xx, but {naming.address} is not known to have bought: {known}")
        cart = self.stores.carts.get(event.shop, event.cart) if event.cart else None
        if cart is None and self.ledger.gone.get((event.shop, event.cart), -MINUTE) > self.ledger.kernel.now - MINUTE:
            return  # forgotten in the moment of the answer
        if event.cart and (cart is None or (cart.why is not Closed.ERASED and cart.facts.join(event) != cart.facts)):
            broken(LOST, f"{event.id} is answered with 2xx, but {event.cart} of {event.shop} does not hold it")

    def at_erasure(self, shop: str, key: str, asked: int) -> None:
        """An erasure that was asked for then is about to be answered: no cart names that address that named it before."""
        for cart in self.stores.carts.all():
            if cart.why is Closed.ERASED and cart.facts != replace(CartFacts.nothing(), active_at=cart.active_at):
                broken(ERASED, f"{cart.id} of {shop} is erased, and still holds {cart.facts}")
            if cart.shop != shop or all(self.ledger.address_hash(shop, address) != key for address in cart.facts.named):
                continue
            since = self.ledger.named_since(shop, cart.id, key)
            if since is not None and since < asked:
                broken(ERASED, f"{cart.id} of {shop} still names {key}, as it did before")

    def at_no(self, shop: str, key: str) -> None:
        """Somebody's no is about to be answered: it is stored."""
        known = stored_contact(self.stores.contacts, shop, key)
        if known is None or known.suppression is None:
            broken(LOST, f"{key} of {shop} said no, and is known as {known}")

    def at_suppression(self, contact: Contact, by: str) -> None:
        """Somebody is not written to any more: they must have said so, or their mailbox."""
        why = contact.suppression.why if contact.suppression else None
        if self.ledger.asking.get(by) != (contact.shop, contact.key, why):
            broken(ASKED, f"{contact.key} of {contact.shop} was suppressed as {why} by {by}")

    def at_stamp(self, contact: Contact, process: Process) -> None:
        """A purchase was stamped on somebody, by a process that records an event: an order, or one that says whose the order was.
        Stamped anew, by whatever else is told of that cart, it would silence what they have begun since.
        """
        event, who = process.work, f"{contact.key} of {contact.shop}"
        if contact.placed_at not in self.ledger.placed[contact.shop]:
            broken(ASKED, f"{who} bought at {contact.placed_at}, when nobody bought")
        if contact.bought_at is None or contact.bought_at > moment(self.ledger.kernel.now) + BLUR / 2:
            broken(ASKED, f"{who} bought at {contact.bought_at}, later than now")
        since = self.ledger.named_since(event.shop, event.cart, contact.key)
        known = since is not None and since < process.born and not isinstance(event, OrderPlaced)
        if known or self.ledger.answered.get(event.id, process.born) < process.born:
            broken(ASKED, f"{who} bought anew by {event.id}, though all of it was known before")

    def at_declaration(self, cart: Cart) -> None:
        """A cart was declared abandoned: it was idle for so long, by some clock that is half a minute wrong."""
        idle, active_at = self.stores.shop(cart.shop).policy.abandoned_after, cart.active_at
        if active_at is None or active_at + idle > moment(self.ledger.kernel.now) + BLUR / 2:
            broken(EARLY, f"{cart.id} of {cart.shop} is declared at {moment(self.ledger.kernel.now)}, active at {active_at}")

    def at_record(self, episode: Episode, step: int) -> None:
        """A touch came to its end."""
        judge_end(self.ledger, episode, step, episode.touches[step], self.policy(episode.ref))

    def at_request(self, request: Request) -> None:
        """One request is about to leave."""
        who = f"{request.shop} {request.touch}"
        name = (request.shop, request.touch, request.day)
        gate = next((g for g in reversed(self.ledger.gates[name]) if g.process is request.process), None)
        if gate is None or gate.key != request.key or gate.send.state is not SendState.CLAIMED:
            broken(TWICE, f"{who}: a request without a gate of its own")
        if gate.stopped is not None:
            broken(AFTER, f"{who}: the gate was passed at {moment(gate.at)}, though {gate.stopped}")
        if request.accepted is False:
            return
        maybe = [r for r in self.ledger.requests[name] if r.accepted is not False]
        if len(maybe) > 1:
            broken(TWICE, f"{who}: {len(maybe)} requests that may have been accepted")
        if any(pause.until is None and request.at > pause.since + MINUTE for pause in self.ledger.pauses_of(request.shop)):
            broken(STOPPED, f"{who}: a request a minute after the sending was stopped")
        self._cap(request, gate)
        self._due(request)
        self._gap(request)
        self._night(request)
        if request.to.channel is Channel.SMS:
            self._text(request, gate)

    def _night(self, request: Request) -> None:
        """By the clock on the shopper's wall; half a minute at the end of quiet hours is the blur of our own clocks."""
        ref = _episode(request)
        episode, hours = self.stores.episodes.get(ref), self.policy(ref).quiet_hours.get(request.to.channel)
        if hours is None or episode is None or episode.header is None:
            return
        own = self.stores.shop(ref.shop).time_zone
        zones = {said or (phone and zone_of(phone)) or own for said, phone in self.ledger.zones[ref]}
        if episode.header.time_zone not in zones:
            broken(NIGHT, f"{request.touch} is written to as if in {episode.header.time_zone}, and lives in {zones}")
        wall = ZoneInfo(episode.header.time_zone or "UTC")
        local = [f"{(moment(request.at) + blur).astimezone(wall):%H:%M}" for blur in (timedelta(0), BLUR / 2)]
        begins, ends = str(hours).split("-")
        if all(begins <= at < ends if begins < ends else at >= begins or at < ends for at in local):
            broken(NIGHT, f"{request.touch} left at {local[0]} in {wall}, quiet hours are {hours}")

    def _text(self, request: Request, gate: Gate) -> None:
        """The hour is that of whoever passed the gate, by its own clock. A shop without a list goes where it knows the price."""
        policy = self.policy(_episode(request))
        if country_of(request.to) not in (("DE",) if policy.sms_countries is None else policy.sms_countries):
            broken(TEXTS, f"{request.touch} is texted to {request.to.value}, which {request.shop} does not write to")
        begins, hour = request.to.value[:8], f"{gate.send.at:%Y-%m-%d %H}"
        self.ledger.texts[request.shop, begins, hour] += 1
        if self.ledger.texts[request.shop, begins, hour] > policy.sms_per_prefix:
            broken(TEXTS, f"{request.touch}: more than {policy.sms_per_prefix} to {begins}… in the hour that began at {hour}")

    def _cap(self, request: Request, gate: Gate) -> None:
        ref = _episode(request)
        if ref not in self.ledger.declared:
            broken(TWICE, f"{request.shop} {request.touch}: a request for an episode that was never declared")
        self.per_person.at_request(gate, self.policy(ref))

    def _due(self, request: Request) -> None:
        """Not before its step is due, by a channel of that step, and not for a cart that was over when this wake began."""
        ref = _episode(request)
        episode, step = self.stores.episodes.get(ref), self.policy(ref).steps[request.touch.step - 1]
        due = episode.header.due + step.delay if episode and episode.header else None
        if due is None or moment(request.at) + BLUR < due or request.to.channel not in step.channels:
            broken(EARLY, f"{request.touch} left by {request.to.channel} at {moment(request.at)}, due {due} by {step.channels}")
        if episode and episode.header and episode.header.arm is Arm.HELD:
            broken(BALANCE, f"{request.touch} left at {moment(request.at)}, though it is of the control group")
        over = self.ledger.over.get((request.shop, request.touch.cart, request.touch.generation))
        if over is not None and request.process is not None and over < request.process.born:
            broken(AFTER, f"{request.touch} left at {moment(request.at)}, and its episode was over at {moment(over)}")

    def _gap(self, request: Request) -> None:
        policy = self.policy(_episode(request))
        for step in range(1, request.touch.step):
            earlier = type(request.touch)(request.touch.cart, request.touch.generation, step)
            for other in self.ledger.requests.get((request.shop, earlier, request.day), ()):
                if other.accepted is not False and moment(request.at) - moment(other.at) < policy.gap - BLUR:
                    broken(GAP, f"{request.touch} left {moment(request.at) - moment(other.at)} after step {step}")

    def at_closing(self, day: ClosedDay, born: int) -> None:
        """A day was closed by somebody who began at `born`: it says what the episodes say, unless one was written meanwhile."""
        name = (day.shop, day.figures.day)
        if name in self.ledger.closed:
            broken(CLOSED, f"{name} was closed already")
        self.ledger.closed.add(name)
        if self.ledger.day_written.get(name, 0) < born:
            episodes = self.stores.episodes.of_day(*name)
            wrong = told_apart(booked(day), recount(self.ledger, episodes, self.stores.window(day.shop)))
            if wrong:
                broken(CLOSED, f"{name}: {wrong}")


def _episode(request: Request) -> EpisodeRef:
    return EpisodeRef(shop=request.shop, day=request.day, cart=request.touch.cart, generation=request.touch.generation)
