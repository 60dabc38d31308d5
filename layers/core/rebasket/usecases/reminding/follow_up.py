"""Sending: a timer was deleted, so look at that generation of that cart.

On the way to the wire: remind/app.py → wiring.py → process_timer.py → **this file** → send_step.py → deliver.py → ses.py
On the way to the claim: remind/app.py → wiring.py → process_timer.py → **this file** → send_step.py → carts.py → table.py

    look at the cart ─ stray → drop; too early → arm again; quiet → declare it abandoned, look again
    declared         ─ write the episode's header, then for each step without a final touch:
                       not due → arm its due; due → `touch`: decide, pass the gate, one request on the wire, record

Every write is one item on condition of itself and can be repeated, so a wake that dies anywhere is simply woken again: it reads
where it was. What it must never repeat, the request on the wire, is behind the gate: a claim that only its owner may act on.
An owner is drawn afresh for every wake.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.domain.carts.timer import LEAD
from rebasket.domain.errors import Contended, Misconfigured
from rebasket.domain.people.addresses import Channel
from rebasket.domain.reminders import schedule
from rebasket.domain.reminders.episode import EpisodeRef, Header
from rebasket.usecases.reminding.due_step import DueStep, Retry

if TYPE_CHECKING:
    from rebasket.domain.carts.cart import Cart, Declared
    from rebasket.domain.carts.timer import Timer
    from rebasket.domain.people.addresses import Address
    from rebasket.domain.shops.policy import Policy, Shop
    from rebasket.ports import AddressHash, Carts, Clock, Episodes, NewToken, Shops, Timers, ZoneOf
    from rebasket.usecases.reminding.send_step import SendStep

MAX_ROUNDS = 50
"""Far more than any wake needs; only a bug or a cart under constant fire gets there."""


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """Attends to one deleted timer."""

    carts: Carts
    timers: Timers
    episodes: Episodes
    shops: Shops
    address_hash: AddressHash
    send_step: SendStep
    clock: Clock
    new_token: NewToken
    zone_of: ZoneOf = lambda _address: None
    """Without it, an address tells nothing of where it is read."""

    def __call__(self, timer: Timer) -> str:
        """Do all there is to do now; says in words what that was. Safe to repeat, at any time, for any timer.

        Raises Contended when others keep writing the same items; any error of a port passes through.
        """
        owner = self.new_token()
        shop = self._shop(timer.shop)
        for _ in range(MAX_ROUNDS):
            cart = self.carts.get(timer.shop, timer.cart)
            if cart is None:
                return "armed for a cart that never came"
            match schedule.evaluate(cart, timer, shop.policy, shop.activated_at, self.clock()):
                case schedule.Discard(why):
                    return why
                case schedule.Rearm(successor):
                    self.timers.arm(successor)
                    return "not quiet yet"
                case schedule.Write(changed):
                    self._let_go(shop, cart, changed)
                    self.carts.put(changed)  # refused or not: what is stored now decides
                case schedule.Proceed(ref, declared, over):
                    return self._attend(shop, cart, ref, declared, over, owner)
        message = f"cart kept changing during {MAX_ROUNDS} rounds"
        raise Contended(message)

    def _let_go(self, shop: Shop, before: Cart, after: Cart) -> None:
        """A cart remembers its last few episodes. One that it is about to forget is filed first, and looked at once more: whoever
        declared it may have died, and its timer comes back when nothing tells any more what it was for.
        """
        for declared in before.episodes:
            if declared not in after.episodes:
                ref = EpisodeRef(shop=shop.id, day=declared.day, cart=before.id, generation=declared.generation)
                self._header(shop, before, ref, declared)
                self.timers.arm(schedule.timer_for(before, declared.generation, self.clock() + LEAD))

    def _attend(self, shop: Shop, cart: Cart, ref: EpisodeRef, declared: Declared | None, over: str | None, owner: str) -> str:
        """See to every step of a declared episode whose time came."""
        header = self._header(shop, cart, ref, declared)
        if header is None:
            return "the cart has forgotten this episode, and it was never filed"
        policy = self._policy(shop, header.policy)
        requested: set[int] = set()
        for _ in range(MAX_ROUNDS):
            episode = self.episodes.get(ref)
            touches = episode.touches if episode else {}
            match schedule.next_step(header, touches, policy, over, self.clock()):
                case schedule.Finished():
                    return "every step has its final touch"
                case schedule.Wait(until):
                    self.timers.arm(schedule.timer_for(cart, ref.generation, until))
                    return f"next step due at {until:%Y-%m-%d %H:%M}"
                case schedule.Attempt(step, due):
                    chosen = episode.chosen.get(step) if episode else None
                    due_step = DueStep(
                        shop=shop,
                        policy=policy,
                        cart=cart,
                        ref=ref,
                        header=header,
                        step=step,
                        due=due,
                        over=over,
                        owner=owner,
                        requested=requested,
                    )
                    stop = self.send_step(due_step, chosen)
                    if isinstance(stop, Retry):
                        self.timers.arm(schedule.timer_for(cart, ref.generation, stop.at))
                        return stop.why
        message = f"episode kept changing during {MAX_ROUNDS} rounds"
        raise Contended(message)

    def _header(self, shop: Shop, cart: Cart, ref: EpisodeRef, declared: Declared | None) -> Header | None:
        """The stored header; written now, from what the cart remembers, if nobody has yet."""
        if declared is None:
            episode = self.episodes.get(ref)
            return episode.header if episode else None
        named = {channel: cart.facts.address(channel) for channel in Channel}
        contacts = {c: self.address_hash(shop.id, address) for c, address in named.items() if address is not None}
        fresh = Header(
            declared_at=declared.at,
            due=declared.due,
            value=declared.value,
            currency=cart.facts.currency,
            contacts=contacts,
            policy=shop.policy.version,
            locale=cart.facts.text("locale"),
            time_zone=self._zone(shop, cart, named[Channel.SMS]),
        )
        return self.episodes.head(ref, fresh).header

    def _zone(self, shop: Shop, cart: Cart, phone: Address | None) -> str:
        """The shopper's zone: as the shop reported it, else as the phone number tells, else the shop's own."""
        return cart.facts.text("time_zone") or (self.zone_of(phone) if phone else None) or shop.time_zone

    def _shop(self, shop: str) -> Shop:
        known = self.shops.get(shop)
        if known is None:
            message = f"shop {shop} has carts but is not set up"
            raise Misconfigured(message)
        return known

    def _policy(self, shop: Shop, version: int) -> Policy:
        if version == shop.policy.version:
            return shop.policy
        known = self.shops.policy(shop.id, version)
        if known is None:
            message = f"policy {version} of shop {shop.id} is gone, but an episode still follows it"
            raise Misconfigured(message)
        return known
