"""What is judged when a world pauses: what holds in the middle of everything, and what only when all has come to rest."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.domain.carts.cart import Closed, Phase
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import SendState
from rebasket.domain.people.identity import Kind
from rebasket.domain.people.root import roots_of
from rebasket.domain.reminders.episode import EpisodeRef, TouchState
from rebasket.domain.sending.sending_pause import AGAIN
from rebasket.domain.shops.quiet_hours import waking_time
from rebasket.domain.shops.sms_limits import HOUR
from tests.people import stored_contact
from tests.simulation.crediting import Crediting
from tests.simulation.kernel import DAY, MINUTE, ROUNDS, START, millis, moment
from tests.simulation.promises import BALANCE, CLOSED, LOST, ONCE, POISON, broken, touch_of
from tests.simulation.recount import booked, recount, told_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from rebasket.domain.carts.cart import Cart
    from rebasket.domain.reminders.episode import Episode, Touch
    from rebasket.domain.shops.policy import Policy
    from tests.simulation.ledger import Ledger
    from tests.simulation.stores import Stores

PATIENCE = 260 * MINUTE
"""When faults have stopped: the longest wait that anybody was told before (a backoff of four hours), and what follows it."""

LOOKED_AT_AGAIN = millis(START + AGAIN) + MINUTE
"""After a pause has ended: what waited through it looks again, every so often."""

PROMPT = 5 * MINUTE
"""From a step's due to its final touch, when nothing goes wrong: the next minute's sweep, the stream, the
function; and the last minute before quiet hours, in which nothing is begun."""


class InvariantsAtRest:
    """Judges one world as it stands. `slowest`: the longest that a step took to its end once faults had stopped, in ms."""

    def __init__(self, ledger: Ledger, stores: Stores, policy: Callable[[EpisodeRef], Policy]) -> None:
        self.ledger, self.stores, self.policy = ledger, stores, policy
        self.slowest = 0
        self.crediting = Crediting(ledger, stores)

    def timers_are_there(self, underway: frozenset[tuple[str, str, int]]) -> None:
        """An active or abandoned cart is the promise of a timer: as item, as record under way, or as dead letter."""
        for ref, cart in list(self.ledger.waiting.items()):
            name = (*ref, cart.generation)
            if name in underway or name in self.ledger.forgotten:
                continue
            if not self._finished(cart):
                broken(LOST, f"{name} is {cart.phase}, and nothing will wake it")
            del self.ledger.waiting[ref]

    def _finished(self, cart: Cart) -> bool:
        declared = cart.declared(cart.generation)
        if cart.phase is Phase.ACTIVE or declared is None:
            return False
        ref = EpisodeRef(shop=cart.shop, day=declared.day, cart=cart.id, generation=cart.generation)
        episode = self.stores.episodes.get(ref)
        return episode is not None and all(step in episode.touches for step in range(1, len(self.policy(ref).steps) + 1))

    # -- At any time --------------------------------------------------------------------------------------------------------

    def at_any_time(self) -> None:
        """What holds in the middle of everything."""
        for ref in self.episodes():
            episode = self.stores.episodes.get(ref)
            if episode is not None:
                self._honest(episode)
        for ref, step in self.ledger.proven:
            known = self.stores.episodes.get(ref)
            touch = known.touches.get(step) if known else None
            if touch is None or touch.state is not TouchState.SENT:
                broken(BALANCE, f"step {step} of {ref} was accepted, as the provider said, and is recorded as {touch}")
        self.crediting.at_any_time()
        self._books_say_the_same()

    def episodes(self) -> Iterable[EpisodeRef]:
        """Every episode that was declared."""
        return list(self.ledger.declared)

    def _honest(self, episode: Episode) -> None:
        """What the books say of a touch is what happened on the wire."""
        ref = episode.ref
        for step, touch in episode.touches.items():
            name = touch_of(ref, step)
            requests = self.ledger.requests_of(ref, step)
            maybe = [r for r in requests if r.accepted is not False]
            if touch.state is TouchState.SENT and not any(r.accepted for r in requests):
                broken(BALANCE, f"{name} is sent, but no request was accepted")
            if maybe and touch.state not in (TouchState.SENT, TouchState.UNKNOWN):
                broken(BALANCE, f"{name} is {touch.state}, but a request may have been accepted")
            if touch.state is TouchState.SENT and touch.cost != maybe[0].cost:
                broken(ONCE, f"{name} cost {maybe[0].cost}, and is booked as {touch.cost}")
            if touch.state not in (TouchState.SENT, TouchState.UNKNOWN) and touch.cost is not None:
                broken(ONCE, f"{name} is {touch.state}, and booked as {touch.cost}")

    def _books_say_the_same(self) -> None:
        """Each closed day, with what was posted to it, equals its episodes: unless a mark says that this is still to come."""
        for shop in self.stores.shop_ids:
            marked = {mark.day for mark in self.stores.books.changed_days(shop)}
            for name, closed in self.stores.books.days(shop, "0000", "9999").items():
                if name in marked:
                    continue
                said = booked(closed, self.stores.books.adjustments(shop, name, name))
                wrong = told_apart(said, recount(self.ledger, self.stores.episodes.of_day(shop, name), closed.window))
                if wrong:
                    broken(CLOSED, f"{shop} {name}: {wrong}, and nothing is marked")

    def books_are_closed(self) -> None:
        """Long after: no mark is left but of the last nights, and every day with episodes is closed."""
        for shop in self.stores.shop_ids:
            left = [mark for mark in self.stores.books.changed_days(shop) if millis(mark.at) < self.ledger.kernel.now - 2 * DAY]
            if left:
                broken(CLOSED, f"{shop}: {left} wait for ever")
            days = {ref.day for ref in self.episodes() if ref.shop == shop}
            missing = sorted(days - self.stores.books.days(shop, "0000", "9999").keys())
            if missing:
                broken(CLOSED, f"{shop}: {missing} were never closed")

    # -- At rest ------------------------------------------------------------------------------------------------------------

    def judge(self, quiet_since: int, poisoned: frozenset[tuple[str, str]]) -> None:
        """When faults have stopped and all has run out; `poisoned` carts may still wait for somebody to mend them."""
        self.at_any_time()
        for shop, cart in self.ledger.accepted_carts:
            if (shop, cart) not in poisoned:
                self._has_an_end(shop, cart)
        for ref in self.episodes():
            if (ref.shop, ref.cart) not in poisoned:
                self._balanced(ref, quiet_since)
        self.crediting.judge(poisoned)

    def _has_an_end(self, shop: str, cart_id: str) -> None:
        cart = self.stores.carts.get(shop, cart_id)
        if cart is None and (shop, cart_id) in self.ledger.gone:
            return  # answered in the moment it was forgotten
        if cart is None:
            broken(LOST, f"{shop} {cart_id} was accepted, and is not there")
        if cart.phase in (Phase.NEW, Phase.ACTIVE):
            broken(
                LOST, f"{shop} {cart_id} was accepted, is {cart.phase} in generation {cart.generation}, and nothing will wake it"
            )
        true = {
            Closed.DELETED: cart.facts.deleted,
            Closed.EMPTY: not cart.facts.lines,
            Closed.BEFORE_ACTIVATION: cart.active_at is not None and cart.active_at < self.stores.shop(shop).activated_at,
            Closed.ERASED: True,
        }
        if cart.phase is Phase.CLOSED and (cart.why is None or not true[cart.why]):
            broken(LOST, f"{shop} {cart_id} is closed without a reason, or for one that is not true: {cart.why}")

    def _balanced(self, ref: EpisodeRef, quiet_since: int) -> None:
        """Every step of a declared episode has its final touch, for a true reason, in time."""
        episode = self.stores.episodes.get(ref)
        if episode is None or episode.header is None:
            if self._out_of_reach(ref):
                return
            broken(BALANCE, f"{ref} was declared, and is not in the books")
        steps = range(1, len(self.policy(ref).steps) + 1)
        for step in steps:
            touch = episode.touches.get(step)
            if touch is None and self._out_of_reach(ref):
                continue
            if touch is None:
                broken(LOST, f"step {step} of {ref} is pending for ever; the cart is {self.stores.carts.get(ref.shop, ref.cart)}")
            if touch is not None:
                self._in_time(ref, step, touch, quiet_since)
                if touch.state is TouchState.UNKNOWN:
                    self._truly_unknown(ref, step)

    def _out_of_reach(self, ref: EpisodeRef) -> bool:
        """A step that nothing finds: the stream forgot its timer, and the cart, declared again and again since, its episode; or
        the cart was forgotten itself, before anybody had put back what the stream forgot.

        Nobody is written to by it, and no figure counts it. Its time was over with the next declaration.
        """
        if ref in self.ledger.out_of_reach:
            return True
        cart = self.stores.carts.get(ref.shop, ref.cart)
        known = cart is None or any(declared.generation == ref.generation for declared in cart.episodes)
        return not known and (ref.shop, ref.cart, ref.generation) in self.ledger.forgotten

    def _in_time(self, ref: EpisodeRef, step: int, touch: Touch, quiet_since: int) -> None:
        ended = self.ledger.recorded.get((ref, step))
        if ended is None or ended < quiet_since:
            return
        due = millis(touch.due)
        late = self._awake(ref, step, max(due, quiet_since), ended)
        bound = PATIENCE if due < quiet_since + PATIENCE else PROMPT
        if (ref.shop, ref.cart, ref.generation) in self.ledger.forgotten:
            bound += ROUNDS
        pauses = [p for p in self.ledger.pauses_of(ref.shop) if p.since < ended]
        paused = any(p.until is None or p.until + LOOKED_AT_AGAIN > due for p in pauses)  # or it waits behind a step that was
        self.slowest = self.slowest if paused else max(self.slowest, late)
        if late > bound and not paused:
            broken(
                POISON, f"step {step} of {ref} ended {late // 1000} s after it could have; at most {bound // 1000} s are promised"
            )

    def _awake(self, ref: EpisodeRef, step: int, since: int, until: int) -> int:
        """At least so many milliseconds between these were outside the quiet hours of every channel so far.

        Of every one, the earlier steps' too: a step that waits for the end of one channel's may in the end go by another, and the
        next step waits with it. Nor does an hour count that had no text message left.
        """
        episode, policy = self.stores.episodes.get(ref), self.policy(ref)
        zone = episode.header.time_zone if episode and episode.header else None
        begin, end = moment(since), moment(max(since, until))
        hours = [policy.quiet_hours.get(channel) for channel in {channel for s in policy.steps[:step] for channel in s.channels}]
        asleep = sum((end - begin - waking_time(begin, end, zone, quiet) for quiet in hours), timedelta(0))
        waits = self._gaps(episode, policy.gap)
        asleep += sum((min(end, last) - max(begin, first) for first, last in waits if first < end and last > begin), timedelta(0))
        full = [min(end, hour + HOUR) - max(begin, hour) for hour in self._full_hours(episode)]
        asleep += sum((overlap for overlap in full if overlap > timedelta(0)), timedelta(0))
        return max(timedelta(0), end - begin - asleep) // timedelta(milliseconds=1)

    def _gaps(self, episode: Episode | None, gap: timedelta) -> Iterable[tuple[datetime, datetime]]:
        """While somebody's last message was too young for another; touches of the episode itself are waited for by its plan."""
        if episode is None or episode.header is None:
            return
        kinds = {key: Kind.of(channel) for channel, key in episode.header.contacts.items()}
        shop = episode.ref.shop
        roots = roots_of(shop, kinds, lambda key: self.stores.contacts.get_item(shop, key))
        for root in {root.key: root for root in roots.values()}.values():
            for touch, send in root.sends.items():
                own = (touch.cart, touch.generation, send.day) == (episode.ref.cart, episode.ref.generation, episode.ref.day)
                if not own and send.state in (SendState.CLAIMED, SendState.HELD):
                    yield send.at, send.at + gap

    def _full_hours(self, episode: Episode | None) -> Iterable[datetime]:
        number = episode.header.contacts.get(Channel.SMS) if episode and episode.header else None
        return self.ledger.full_hours.get((episode.ref.shop, number.rpartition("+")[2][:7]), ()) if episode and number else ()

    def _truly_unknown(self, ref: EpisodeRef, step: int) -> None:
        """Unknown is for what nobody knows: whoever claimed it died, or had no clear answer."""
        requests = [r for r in self.ledger.requests_of(ref, step) if r.accepted is not False]
        last = max(self.ledger.gates_of(ref, step), key=lambda gate: gate.at, default=None)
        contact = stored_contact(self.stores.contacts, ref.shop, last.key) if last else None
        entry = contact.send_of(touch_of(ref, step), ref.day) if contact else None
        if not requests and (last is None or (entry is not None and entry.state is not SendState.CLAIMED)):
            broken(BALANCE, f"step {step} of {ref} is unknown, though surely nothing was accepted")
