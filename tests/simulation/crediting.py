"""Judged at rest: every order is credited to the episode that it points to, once, with what was paid back of it taken off.

Counted here by the ledger's own arithmetic, not by that of the code under test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.domain.carts.cart import Closed
from rebasket.domain.people.contact import SendState
from rebasket.domain.reminders.episode import EpisodeRef
from tests.people import stored_contact
from tests.simulation.entries import paid_back_of
from tests.simulation.promises import ONCE, broken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from rebasket.domain.carts.cart import Cart
    from rebasket.domain.people.addresses import Address
    from tests.simulation.ledger import Ledger
    from tests.simulation.stores import Stores

Point = tuple["datetime", EpisodeRef]
"""When somebody was touched, or their cart declared; and the episode of it."""


class Crediting:
    """Judges the orders of one world."""

    def __init__(self, ledger: Ledger, stores: Stores) -> None:
        self.ledger, self.stores = ledger, stores

    def at_any_time(self) -> None:
        """An order is credited to one episode."""
        for (shop, order), refs in self.ledger.credited.items():
            if len(refs) > 1:
                broken(ONCE, f"order {order} of {shop} is credited to {sorted(refs)}")

    def judge(self, poisoned: frozenset[tuple[str, str]]) -> None:
        """When all has run out."""
        for (shop, cart_id), orders in sorted(self.ledger.orders.items()):
            cart = self.stores.carts.get(shop, cart_id)
            if (shop, cart_id) in poisoned or cart is None:
                continue
            for number in sorted(orders):
                if cart.why is Closed.ERASED:
                    self._though_erased(cart, number)
                    continue
                self._credited(cart, number)
                self._rightly(cart, number)
        for order, told in sorted(self.ledger.told_back.items()):
            self._taken_off(order, told)

    def _credited(self, cart: Cart, number: str) -> None:
        """An order of a cart with a declared episode is bound to one, which has an order."""
        ref = self.ledger.bound.get((cart.shop, number))
        placed_at = cart.facts.orders[number].placed_at if number in cart.facts.orders else None
        earlier = placed_at is not None and cart.settled_until is not None and placed_at <= cart.settled_until
        if ref is None and (earlier or not cart.episodes):
            return
        episode = self.stores.episodes.get(ref) if ref else None
        if (episode is None or episode.order is None) and self.ledger.untold[cart.shop, cart.id] and not cart.episodes:
            return  # an event that a shop gave up on had just begun to join it
        if episode is None or episode.order is None:
            broken(ONCE, f"order {number} of {cart.shop} {cart.id} is credited to nothing")

    def _rightly(self, cart: Cart, number: str) -> None:
        """By what was there before anybody told of the order: the cart's own latest episode declared before it, or else the
        newest touch of whom it named. What came later may point elsewhere, so it is not judged.
        """
        begun, _ = self.ledger.ordered[cart.shop, number]
        ref, placed_at = self.ledger.bound.get((cart.shop, number)), cart.facts.orders[number].placed_at
        if placed_at is None or (cart.shop, cart.id) in self.ledger.gone:
            return
        own = [point for point in self._own(cart, begun) if point[0] <= placed_at]
        least = min([own[-1][1], *self._own_touched(cart, placed_at, begun)]) if own else None
        if least and (ref is None or ref.cart != cart.id or ref.generation < least.generation):
            broken(ONCE, f"order {number} of {cart.shop}, placed at {placed_at}, is credited to {ref}, and was cart {own[-1][1]}")
        if not any(declared.at <= placed_at for declared in cart.episodes):  # else declared while somebody told of it
            self._by_contact(cart, number, placed_at, ref)

    def _own_touched(self, cart: Cart, placed_at: datetime, begun: int) -> list[EpisodeRef]:
        """The cart's own episode whose touch was the last before the order, if it had any."""
        touches = self._touches(cart.shop, cart.facts.named, begun)
        own = [point for point in touches if point[1].cart == cart.id and point[0] <= placed_at]
        return [max(own)[1]] if own else []

    def _by_contact(self, cart: Cart, number: str, placed_at: datetime, ref: EpisodeRef | None) -> None:
        shop, (begun, event) = cart.shop, self.ledger.ordered[cart.shop, number]
        named = {naming.address for naming in event.person.statements}
        for address in cart.facts.named:
            since = self.ledger.named_since(shop, cart.id, self.ledger.address_hash(shop, address))
            named |= {address} if since is not None and since < begun else set()
        ever = {*named, *cart.facts.named}
        if ref is None:  # whoever is named later joins it, if the cart has nothing of its own
            named = set() if self.ledger.untold[shop, cart.id] or cart.episodes else ever
        touched = max(self._touched(shop, named, placed_at, begun), default=None)
        credited = max((at for at, of in self._touches(shop, ever, None) if of == ref and at <= placed_at), default=None)
        if touched and (credited is None or credited < touched[0]):
            broken(ONCE, f"order {number} of {shop}, placed at {placed_at}, is credited to {ref}, and follows {touched[1]}")

    def _own(self, cart: Cart, begun: int) -> list[Point]:
        refs = [(d.at, EpisodeRef(shop=cart.shop, day=d.day, cart=cart.id, generation=d.generation)) for d in cart.episodes]
        return [(at, ref) for at, ref in refs if self.ledger.declared.get(ref, begun) < begun]

    def _though_erased(self, cart: Cart, number: str) -> None:
        """Of an erased cart nothing is kept; but its order follows a touch of whoever was named with it."""
        begun, event = self.ledger.ordered[cart.shop, number]
        touched = self._touched(cart.shop, [naming.address for naming in event.person.statements], event.at, begun)
        if touched and (cart.shop, number) not in self.ledger.bound:
            broken(ONCE, f"order {number} of {cart.shop} {cart.id}, erased, follows {max(touched)[1]}, uncredited")

    def _touched(self, shop: str, named: Iterable[Address], placed_at: datetime, begun: int) -> list[Point]:
        """Inside the window."""
        since = placed_at - self.stores.shop(shop).policy.window
        return [point for point in self._touches(shop, named, begun) if since <= point[0] <= placed_at]

    def _touches(self, shop: str, named: Iterable[Address], begun: int | None) -> Iterable[Point]:
        """Of everybody named; those before `begun` only, if given: and of these only what went to an address that was named, for
        another of the same person may have been theirs only since.
        """
        named = list(named)
        keys = {self.ledger.address_hash(shop, address) for address in named}
        for address in named:
            contact = stored_contact(self.stores.contacts, shop, self.ledger.address_hash(shop, address))
            for touch, send in contact.sends.items() if contact else ():
                ref = EpisodeRef(shop=shop, day=send.day, cart=touch.cart, generation=touch.generation)
                passed = [gate for gate in self.ledger.gates_of(ref, touch.step) if gate.send.at == send.at]
                heard = bool(passed) and (begun is None or (passed[-1].at < begun and passed[-1].key in keys))
                if send.state in (SendState.CLAIMED, SendState.HELD) and heard:
                    yield send.at, ref

    def _taken_off(self, order: tuple[str, str], told: Mapping[str, int | None]) -> None:
        """What was paid back of a credited order, and acknowledged, is taken off; and no more than somebody told of."""
        ref = self.ledger.bound.get(order)
        episode = self.stores.episodes.get(ref) if ref else None
        credit = next((each for each in episode.orders if each.order == order[1]), None) if episode else None
        if episode is None or credit is None or credit.total is None:
            return
        least, most = (paid_back_of(back, credit.total.minor) for back in (told, self.ledger.asked_back[order]))
        booked = episode.refunds_of(credit).of(credit.total)
        if not least <= booked <= most:
            broken(ONCE, f"of {order}, {least} was paid back, and {booked} is booked")
