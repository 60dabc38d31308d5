"""What happened, as only somebody outside can know it: what was acknowledged, which gates were passed, what went on the wire.

Nothing under test reads it. The promises (`promises.py`) are judged from it and from what is stored.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rebasket.domain.carts.cart import Closed, Phase
from rebasket.domain.carts.events import ACTIVITY, OrderCancelled, OrderPlaced, OrderRefunded, PaymentFailed
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import SuppressionReason, TouchId
from rebasket.domain.reminders.episode import EpisodeRef
from tests.simulation.entries import EVERYBODY, Gate, Pause, Stop, is_purchase, paid_back
from tests.simulation.kernel import DAY, millis
from tests.simulation.passed import note_gates
from tests.simulation.persons import Persons
from tests.simulation.promises import touch_of
from tests.simulation.unpaid import Unpaid

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from rebasket.domain.carts.cart import Cart
    from rebasket.domain.carts.events import Event
    from rebasket.domain.people.addresses import Address
    from rebasket.domain.people.contact import Contact
    from rebasket.domain.people.identity import ShopperId
    from rebasket.domain.people.person import Person
    from rebasket.domain.people.sends import Send
    from rebasket.domain.reminders.episode import Episode
    from tests.simulation.entries import Counted, Request
    from tests.simulation.judge import Judge
    from tests.simulation.kernel import Kernel

Ref = tuple[str, str]
"""A shop, and a cart's id or a contact's key."""
Touched = tuple[str, TouchId, str]
"""A shop, a touch, and the day of its episode: a cart that was forgotten may come back under its name, and be touched anew."""


@dataclass
class Ledger:
    """The history. `judge` is told of what the promises are judged by at once."""

    kernel: Kernel
    skew: int
    address_hash: Callable[[str, Address | ShopperId], str]
    judge: Judge = field(init=False)
    closed: set[Ref] = field(default_factory=set)
    accepted_carts: dict[Ref, int] = field(default_factory=dict)
    acknowledged: int = 0
    stops: defaultdict[Ref, list[Stop]] = field(default_factory=lambda: defaultdict(list))
    yes: defaultdict[Ref, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    withdrawn: dict[Ref, datetime] = field(default_factory=dict)
    changed: dict[Ref, int] = field(default_factory=dict)
    stored: dict[Ref, Cart] = field(default_factory=dict)
    waiting: dict[Ref, Cart] = field(default_factory=dict)
    gates: defaultdict[Touched, list[Gate]] = field(default_factory=lambda: defaultdict(list))
    requests: defaultdict[Touched, list[Request]] = field(default_factory=lambda: defaultdict(list))
    to: defaultdict[str, list[Counted]] = field(default_factory=lambda: defaultdict(list))
    declared: dict[EpisodeRef, int] = field(default_factory=dict)
    recorded: dict[tuple[EpisodeRef, int], int] = field(default_factory=dict)
    credited: defaultdict[Ref, set[EpisodeRef]] = field(default_factory=lambda: defaultdict(set))
    day_written: dict[Ref, int] = field(default_factory=dict)
    forgotten: set[tuple[str, str, int]] = field(default_factory=set)
    bound: dict[Ref, EpisodeRef] = field(default_factory=dict)
    untold: defaultdict[Ref, set[str]] = field(default_factory=lambda: defaultdict(set))
    orders: defaultdict[Ref, set[str]] = field(default_factory=lambda: defaultdict(set))
    pauses: defaultdict[str, list[Pause]] = field(default_factory=lambda: defaultdict(list))
    texts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    full_hours: defaultdict[Ref, set[datetime]] = field(default_factory=lambda: defaultdict(set))
    asking: dict[str, tuple[str, str, SuppressionReason]] = field(default_factory=dict)
    out_of_reach: set[EpisodeRef] = field(default_factory=set)
    gone: dict[Ref, int] = field(default_factory=dict)
    asked_back: defaultdict[Ref, dict[str, int | None]] = field(default_factory=lambda: defaultdict(dict))
    told_back: defaultdict[Ref, dict[str, int | None]] = field(default_factory=lambda: defaultdict(dict))
    ordered: dict[Ref, tuple[int, OrderPlaced]] = field(default_factory=dict)
    proven: dict[tuple[EpisodeRef, int], None] = field(default_factory=dict)
    answered: dict[str, int] = field(default_factory=dict)
    placed: defaultdict[str, set[datetime]] = field(default_factory=lambda: defaultdict(set))
    unpaid: Unpaid = field(default_factory=Unpaid)
    persons: Persons = field(init=False)
    zones: defaultdict[EpisodeRef, set[tuple[str | None, Address | None]]] = field(default_factory=lambda: defaultdict(set))
    over: dict[tuple[str, str, int], int] = field(default_factory=dict)
    _first: dict[str, int] = field(default_factory=dict)
    _stamps: set[tuple[str, datetime | None, datetime | None]] = field(default_factory=set)
    sends: dict[tuple[str, TouchId, str], Send] = field(default_factory=dict)
    passed: int = 0
    decided: defaultdict[str, list[Gate]] = field(default_factory=lambda: defaultdict(list))
    _named: defaultdict[Ref, set[str]] = field(default_factory=lambda: defaultdict(set))
    _storing: dict[tuple[str, str, str], tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.persons = Persons(self.address_hash)

    # -- What shops and people were told -------------------------------------------------------------------------------------

    def begun(self, event: Event) -> None:
        """A shop sends an event, perhaps again."""
        self.untold[event.shop, event.cart].add(event.id)
        self.persons.begun(event)
        self._first.setdefault(event.id, self.kernel.now)
        if isinstance(event, OrderRefunded | OrderCancelled):
            self.asked_back[event.shop, event.order][event.id] = paid_back(event)
        if isinstance(event, PaymentFailed):
            self.unpaid.ended(event)
        if is_purchase(event):
            self.ordered.setdefault((event.shop, event.order), (self.kernel.now, event))
            self.placed[event.shop].add(event.at)
        for naming in event.person.statements:
            if naming.consent is not None and naming.consent.granted:
                self.yes[event.shop, self.address_hash(event.shop, naming.address)].append(naming.consent.at)

    def told(self, event: Event) -> None:
        """A shop's event was answered with 2xx."""
        self.acknowledged += 1
        held = self.stored.get((event.shop, event.cart))
        self.persons.told(event, kept=held is not None and held.why is not Closed.ERASED)
        self.answered.setdefault(event.id, self.kernel.now)
        self.judge.at_answer(event)
        ref = (event.shop, event.cart)
        self.untold[ref].discard(event.id)
        if event.cart and (isinstance(event, ACTIVITY) or is_purchase(event)):
            self.accepted_carts.setdefault(ref, self.kernel.now)
        for naming in event.person.statements:
            key = self.address_hash(event.shop, naming.address)
            if event.cart:
                self._named[ref].add(key)
            if naming.consent is not None and not naming.consent.granted:
                who = (event.shop, key)
                self.withdrawn[who] = max(naming.consent.at, self.withdrawn.get(who, naming.consent.at))
        if isinstance(event, OrderRefunded | OrderCancelled):
            self.told_back[event.shop, event.order][event.id] = paid_back(event)
        if isinstance(event, OrderPlaced) and not is_purchase(event):
            keys = [self.address_hash(event.shop, naming.address) for naming in event.person.statements]
            self.unpaid.told(event, keys, self._first[event.id], self.kernel.now)
        if is_purchase(event) and event.cart:
            self.orders[ref].add(event.order)
            if ref in self.stored and self.stored[ref].why is Closed.ERASED:
                self._stop_named(event)
        if event.cart and self.orders[ref]:
            self._stop_buyers(event.shop, event.cart)

    def suppressed_by_person(self, shop: str, key: str, why: str) -> None:
        """Somebody's no was answered with success."""
        self.judge.at_no(shop, key)
        self.stops[shop, key].append(Stop(why=why, since=self.kernel.now))

    def _stop_named(self, event: OrderPlaced) -> None:
        """A purchase of a cart that keeps nothing: for whom it names. But none older than one that is known: it might
        be told again, and must not silence what its shopper has begun since.
        """
        for naming in event.person.statements:
            key = self.address_hash(event.shop, naming.address)
            if any(stop.placed_at and stop.placed_at >= event.at for stop in self.stops[event.shop, key]):
                continue
            why, begun = f"bought {event.cart}, erased", self._first[event.id]
            self.stops[event.shop, key].append(Stop(why=why, since=self.kernel.now, begun=begun, placed_at=event.at))

    def _stop_buyers(self, shop: str, cart: str) -> None:
        placed_at = self.stored[shop, cart].facts.placed_at if (shop, cart) in self.stored else None
        for order in sorted(self.orders[shop, cart]):
            for key in sorted(self._named[shop, cart]):
                stored = [self._storing.get((shop, cart, what)) for what in (order, key)]
                known = [when for when in stored if when is not None]
                if placed_at is None or len(known) < len(stored):
                    continue
                begun = min(max(known)[1], millis(placed_at) + (0 if self._is_over(shop, cart, placed_at) else DAY))
                stop = Stop(why=f"bought {cart}", since=self.kernel.now, begun=begun, placed_at=placed_at)
                if not any(
                    s.why == stop.why and s.placed_at == placed_at and s.begun == stop.begun for s in self.stops[shop, key]
                ):
                    self.stops[shop, key].append(stop)

    def _is_over(self, shop: str, cart: str, placed_at: datetime) -> bool:
        """Whether something was put into the cart after that order: whoever is named later has bought then, and not since."""
        settled = self.stored[shop, cart].settled_until
        return settled is not None and placed_at <= settled

    def gates_of(self, ref: EpisodeRef, step: int) -> list[Gate]:
        """The gates that were passed for a step."""
        return self.gates.get((ref.shop, touch_of(ref, step), ref.day), [])

    def requests_of(self, ref: EpisodeRef, step: int) -> list[Request]:
        """The requests for a step."""
        return self.requests.get((ref.shop, touch_of(ref, step), ref.day), [])

    def stopped(self, whose: str) -> bool:
        """Sending of a shop, or of everybody, was stopped; whether it was not before."""
        if fresh := not self.pauses[whose] or self.pauses[whose][-1].until is not None:
            self.pauses[whose].append(Pause(since=self.kernel.now))
        return fresh

    def going_on(self, whose: str) -> None:
        """And goes on."""
        if self.pauses[whose] and self.pauses[whose][-1].until is None:
            self.pauses[whose][-1].until = self.kernel.now

    def pauses_of(self, shop: str) -> list[Pause]:
        """When the sending of a shop was stopped."""
        return [*self.pauses[shop], *self.pauses[EVERYBODY]]

    def forget(self, shop: str, cart: str) -> None:
        """TTL deleted a cart. What its shop and its shoppers were told holds; another of that name begins anew."""
        ref = (shop, cart)
        self.persons.forget(shop, cart)
        self.gone[ref] = self.kernel.now
        del self.stored[ref]
        for known in (self.changed, self.waiting, self.accepted_carts, self.orders, self._named):
            known.pop(ref, None)
        self._storing = {name: when for name, when in self._storing.items() if name[:2] != ref}
        self.over = {name: at for name, at in self.over.items() if name[:2] != ref}
        lost = {name for name in self.forgotten if name[:2] == ref}
        self.out_of_reach |= {known for known in self.declared if (known.shop, known.cart, known.generation) in lost}
        self.forgotten -= lost

    def named_since(self, shop: str, cart: str, key: str) -> int | None:
        """Since when a stored cart names an address."""
        found = self._storing.get((shop, cart, key))
        return found[0] if found else None

    def full(self, shop: str, beginning: str, hour: datetime) -> None:
        """An hour had no text message left for numbers that begin so."""
        self.full_hours[shop, beginning].add(hour)

    # -- What was stored -----------------------------------------------------------------------------------------------------

    def cart_put(self, before: Cart | None, after: Cart) -> None:
        """A cart was put."""
        ref, now = (after.shop, after.id), self.kernel.now
        self.stored[ref] = after
        if after.phase in (Phase.ACTIVE, Phase.ABANDONED):
            self.waiting[ref] = after
        else:
            self.waiting.pop(ref, None)
        for n in range(1, after.generation + (after.phase in (Phase.BOUGHT, Phase.CLOSED))):
            self.over.setdefault((*ref, n), now)
        for declared in after.episodes:
            where = (after.facts.text("time_zone"), after.facts.address(Channel.SMS))
            self.zones[_ref(after, declared.day, declared.generation)].add(where)
        if before is None or before.facts != after.facts or before.seen_at != after.seen_at:
            self.changed[ref] = now
            born = self.kernel.running.born if self.kernel.running else now
            known = before.facts if before else None
            news = [order for order, what in after.facts.orders.items() if what.placed_at]
            news += [self.address_hash(after.shop, address) for address in after.facts.named]
            old = [order for order, what in known.orders.items() if what.placed_at] if known else []
            old += [self.address_hash(after.shop, address) for address in known.named] if known else []
            for what in news:
                if what not in old:
                    self._storing[after.shop, after.id, what] = (now, born)
        fresh = after.phase is Phase.ABANDONED and (before is None or before.phase is not Phase.ABANDONED)
        if fresh and after.episodes:
            self.declared[_ref(after, after.episodes[-1].day)] = now
            self.judge.at_declaration(after)

    def person_put(self, person: Person, here: Collection[str]) -> None:
        """What is known of a person was put; `here`: the keys that lead to it."""
        note_gates(self, person, here)

    def contact_put(self, before: Contact | None, after: Contact) -> None:
        """What is known of an address was put. A stamp that somebody had already came by joining them."""
        process = self.kernel.running
        stamp = (after.shop, after.bought_at, after.placed_at)
        joined = stamp in self._stamps
        self._stamps.add(stamp)
        if after.suppression != (before.suppression if before else None):
            self.judge.at_suppression(after, process.name if process else "nobody")
        if (
            process
            and not joined
            and (after.bought_at, after.placed_at) != ((before.bought_at, before.placed_at) if before else (None, None))
        ):
            self.judge.at_stamp(after, process)

    def episode_written(self, before: Episode | None, after: Episode) -> None:
        """A part of an episode was written."""
        ref, now = after.ref, self.kernel.now
        self.day_written[ref.shop, ref.day] = now
        for step in after.touches:
            if before is None or step not in before.touches:
                self.recorded[ref, step] = now
                self.judge.at_record(after, step)
        if after.order is not None:
            self.credited[ref.shop, after.order.order].add(ref)

    def request(self, request: Request) -> None:
        """A request was put on the wire."""
        self.requests[request.shop, request.touch, request.day].append(request)
        self.judge.at_request(request)


def _ref(cart: Cart, day: str, generation: int | None = None) -> EpisodeRef:
    return EpisodeRef(shop=cart.shop, day=day, cart=cart.id, generation=cart.generation if generation is None else generation)
