"""Recording an event. The cart comes last: until it is written, a repeat does everything again.

On the way to the cart's write: ingest/app.py → wiring.py → **this file** → carts.py → table.py

    1 read the cart → 2 apply, unchanged: done → 3 arm → 4 link its addresses → 5 tell and join its people → 6 credit its order
    → 7 end the carts that it replaces → 8 put the cart → 9 done

A crash after 3 leaves a timer for a generation that is not there: it fires and is dropped. After 5 to 7 it leaves true facts,
early: the gate refuses already. A lost answer of 8 makes 1 find nothing to change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from rebasket.domain.carts.cart import Cart, Closed, Phase, newly_named, recorded, replaced
from rebasket.domain.carts.events import CartUpdated, ReminderSentElsewhere
from rebasket.domain.carts.facts import CartFacts
from rebasket.domain.carts.identities import identities_of, ids_of
from rebasket.domain.carts.order_effects import Hold, effects_of
from rebasket.domain.carts.order_effects import Purchase as Bought
from rebasket.domain.carts.timer import LEAD, OVERDUE
from rebasket.domain.errors import Contended, Forbidden
from rebasket.domain.people.joining import Purchase, Told
from rebasket.domain.reminders.schedule import timer_for
from rebasket.usecases.recording.attribution import AttributeOrder
from rebasket.usecases.recording.elsewhere import CountElsewhere
from rebasket.usecases.recording.tell_people import Refused, TellPeople
from rebasket.usecases.recording.unpaid_orders import file_unpaid, of_its_cart

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from rebasket.domain.carts.events import Event
    from rebasket.domain.people.addresses import Address
    from rebasket.domain.people.consent import Consent
    from rebasket.domain.people.holds import Hold as PaymentHold
    from rebasket.domain.people.joining import NamedIdentity
    from rebasket.domain.people.person import Person
    from rebasket.domain.shops.policy import Policy
    from rebasket.ports import AddressHash, Carts, Clock, Contacts, Episodes, Shops, Timers

MAX_RETRIES = 20


def _week(cart: Cart) -> int | None:
    """Of its last change. Each week's first renews its links: whoever is erased later is found by them (ports.Contacts.link)."""
    return cart.seen_at.toordinal() // 7 if cart.seen_at else None


class Recorded(StrEnum):
    """What came of an event."""

    ACCEPTED = "accepted"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, kw_only=True)
class RecordEvent:
    """Records one event of a shop."""

    carts: Carts
    timers: Timers
    contacts: Contacts
    episodes: Episodes
    shops: Shops
    address_hash: AddressHash
    clock: Clock

    def __call__(self, event: Event, *, by_server: bool = True) -> Recorded:
        """Record it. `by_server`: whether a server's key told it; only such events make people one, never what somebody typed.

        Raises Forbidden for a shop that is not set up, Contended when others keep writing the same cart or people.
        """
        for _ in range(MAX_RETRIES):
            try:
                recorded_as = self._round(event, by_server=by_server)
            except Refused:
                continue
            if recorded_as is not None:
                return recorded_as
        message = f"cart or contact kept changing during {MAX_RETRIES} tries"
        raise Contended(message)

    def _round(self, event: Event, *, by_server: bool) -> Recorded | None:
        """All of it once; None where the cart was changed meanwhile."""
        if not event.cart:
            return self._without_cart(event, by_server=by_server)
        event = of_its_cart(event, self.episodes)
        old = self.carts.get(event.shop, event.cart) or Cart.blank(event.shop, event.cart)
        now = self.clock()
        new = recorded(old, event, now)
        if old.why is Closed.ERASED:
            return self._of_erased(old, event, now, by_server=by_server)
        counted = isinstance(event, ReminderSentElsewhere) and self._count_elsewhere(event, new.facts.address(event.channel))
        if new is old:
            return Recorded.ACCEPTED if counted else Recorded.UNCHANGED
        self._arm(old, new, now)
        self._link(old, new)
        self._tell_people(old, new, event, now, by_server=by_server)
        file_unpaid(old, new, self.episodes)
        AttributeOrder(self.contacts, self.episodes, self.shops, self.address_hash)(old, new)
        if isinstance(event, CartUpdated):
            self._end_replaced(event)
        return Recorded.ACCEPTED if self.carts.put(new) else None

    def _of_erased(self, cart: Cart, event: Event, now: datetime, *, by_server: bool) -> Recorded:
        """Nothing is kept on it any more. But a no, a purchase or a refund told of it holds, whoever the cart was of."""
        nothing = replace(cart, facts=CartFacts.nothing())
        said = replace(nothing, facts=nothing.facts.join(event))
        changed = self._without_cart(event, effects_of(nothing, said, event, now), by_server=by_server)
        AttributeOrder(self.contacts, self.episodes, self.shops, self.address_hash)(nothing, said)
        return changed if said.facts.orders == {} else Recorded.ACCEPTED

    def _without_cart(self, event: Event, effects: Sequence[Bought | Hold] = (), *, by_server: bool) -> Recorded:
        """Consent that was given or withdrawn, whatever the cart, and who is whom; and what an order of an erased cart means for
        whoever does not know it: told again later, it must not silence what the shopper has begun since.
        """
        facts = CartFacts.nothing().join(event)
        named = identities_of(facts, event, partial(self.address_hash, event.shop), by_server=by_server)
        bought = next((effect for effect in effects if isinstance(effect, Bought)), None)

        def told(roots: Mapping[str, Person]) -> Told:
            purchase = None
            if bought is not None:
                placed = {key: root.placed_at for key, root in roots.items()}
                known = frozenset(key for key, at in placed.items() if at is not None and at >= bought.placed_at)
                purchase = Purchase(bought_at=bought.bought_at, placed_at=bought.placed_at, known_to=known)
            consents = {statement.address: statement.consent for statement in event.person.statements}
            holds = {effect.order: effect.hold for effect in effects if isinstance(effect, Hold)}
            return Told(consents=self._by_key(event.shop, consents), purchase=purchase, holds=holds)

        counted = isinstance(event, ReminderSentElsewhere) and self._count_elsewhere(event, facts.address(event.channel))
        tells = bool(effects) or any(statement.consent for statement in event.person.statements)
        changed = bool(named and (tells or len(named) > 1)) and self._tell(event.shop, named, told)
        return Recorded.ACCEPTED if changed or counted else Recorded.UNCHANGED

    def _arm(self, old: Cart, new: Cart, now: datetime) -> None:
        if new.phase is not Phase.ACTIVE or new.idle_since is None:
            return
        idle = self._policy(new.shop).abandoned_after
        due = new.idle_since + idle
        woken = new.generation > old.generation
        lost = not woken and old.idle_since is not None and now > old.idle_since + idle + OVERDUE
        sooner = not woken and old.idle_since is not None and new.idle_since < old.idle_since
        if woken or lost or sooner:
            self.timers.arm(timer_for(new, new.generation, max(due, now + LEAD)))

    def _link(self, old: Cart, new: Cart) -> None:
        """By its addresses a cart is found. Ids need no link: nobody is written to, or erased, by them."""
        known = set(old.facts.named) if _week(old) == _week(new) else set()
        for address in sorted(set(new.facts.named) - known):
            self.contacts.link(new.shop, self.address_hash(new.shop, address), new.id)

    def _tell_people(self, old: Cart, new: Cart, event: Event, now: datetime, *, by_server: bool) -> None:
        """Nothing is read for a cart with one address that nobody consented at or ordered with."""
        fresh = newly_named(old, new)
        consents = self._by_key(new.shop, {address: new.facts.named[address].consent for address in fresh})
        purchase, holds = self._purchase(old, new, event, now), self._holds(old, new, event, now)
        named = identities_of(new.facts, event, partial(self.address_hash, new.shop), by_server=by_server)
        anew = bool(fresh) or ids_of(old.facts) != ids_of(new.facts)
        if named and (consents or purchase or holds or (anew and len(named) > 1)):
            self._tell(new.shop, named, lambda _: Told(consents=consents, purchase=purchase, holds=holds))

    def _purchase(self, old: Cart, new: Cart, event: Event, now: datetime) -> Purchase | None:
        """What to stamp on everybody of a bought cart who does not know of this purchase yet: of several the latest times.

        A later event on a bought cart stamps only those whom it adds: those whom the stored cart names were stamped before it was
        stored, and to stamp them again with a later time would silence the shopper's next cart.
        """
        bought = [effect for effect in effects_of(old, new, event, now) if isinstance(effect, Bought)]
        if not bought:
            return None
        of = {address for effect in bought for address in effect.of}
        return Purchase(
            bought_at=max(effect.bought_at for effect in bought),
            placed_at=max(effect.placed_at for effect in bought),
            known_to=frozenset(self.address_hash(new.shop, address) for address in new.facts.named if address not in of),
        )

    def _holds(self, old: Cart, new: Cart, event: Event, now: datetime) -> dict[str, PaymentHold]:
        """Words on the payment of orders."""
        return {effect.order: effect.hold for effect in effects_of(old, new, event, now) if isinstance(effect, Hold)}

    def _tell(self, shop: str, named: Sequence[NamedIdentity], told: Callable[[Mapping[str, Person]], Told]) -> bool:
        return TellPeople(self.contacts, self.episodes)(shop, named, told)

    def _by_key(self, shop: str, consents: Mapping[Address, Consent | None]) -> dict[str, Consent]:
        return {self.address_hash(shop, address): consent for address, consent in consents.items() if consent is not None}

    def _count_elsewhere(self, event: ReminderSentElsewhere, address: Address | None) -> bool:
        return address is not None and CountElsewhere(self.contacts, self.address_hash)(event, address)

    def _end_replaced(self, event: CartUpdated) -> None:
        """The carts that this one took over; their timers find them closed, and end what was open."""
        for cart_id in sorted({*event.replaces} - {event.cart}):
            for _ in range(MAX_RETRIES):
                cart = self.carts.get(event.shop, cart_id)
                ended = replaced(cart, event.at) if cart else cart
                if ended is None or ended is cart or self.carts.put(ended):
                    break
            else:
                message = f"cart kept changing during {MAX_RETRIES} tries"
                raise Contended(message)

    def _policy(self, shop: str) -> Policy:
        known = self.shops.get(shop)
        if known is None:
            message = "this shop is not set up"
            raise Forbidden(message)
        return known.policy
