"""The promises, as questions to a world: what of them does its history, or its state at rest, break?

broken_by_history  at any time: two messages for one touch; a gate passed after a purchase or a no was acknowledged
broken_at_rest     when nothing is due any more: an event that was acknowledged and lost, a cart without an end, a step without an
                   end, a claim without a record, a message that the books do not know, an order counted twice, a closed day
                   that has changed and nobody will post it
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from rebasket.domain.carts.cart import Closed, Phase
from rebasket.domain.people.contact import SendState
from rebasket.domain.people.person import Person
from rebasket.domain.reminders.episode import TouchState
from rebasket.domain.reporting.adjustments import adjusted, difference
from rebasket.domain.reporting.daily_figures import daily_figures
from tests.samples import SHOP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket.domain.reminders.episode import Episode
    from tests.doubles import Happening
    from tests.world import World


def broken_by_history(world: World) -> list[str]:
    """Promise 2."""
    sent = Counter(message.touch for message in world.messages)
    twice = [f"sent {count} times: {touch}" for touch, count in sent.items() if count > 1]
    return [*twice, *_gates_passed_too_late(world.history), *_gates_passed_too_soon(world)]


def _gates_passed_too_soon(world: World) -> Iterator[str]:
    known = world.shops.get(SHOP)
    assert known
    for gate in world.history:
        if gate.before is not None and gate.at < gate.before + known.policy.gap:
            yield f"{gate.touch} passed the gate at {gate.at}, and the last message to the same person at {gate.before}"


def _gates_passed_too_late(history: list[Happening]) -> Iterator[str]:
    """In one pass: what had stopped a contact, and what was told of a cart, when a gate was passed."""
    stopped: dict[str, list[tuple[int, Happening]]] = defaultdict(list)
    told: dict[str, list[tuple[int, Happening]]] = defaultdict(list)
    for index, happening in enumerate(history):
        if happening.kind in ("bought", "no"):
            stopped[happening.contact].append((index, happening))
        elif happening.kind == "event":
            told[happening.cart].append((index, happening))
        elif happening.kind == "gate":
            for since, stop in stopped[happening.contact]:
                if stop.kind == "no":
                    yield f"{happening.touch} passed the gate after a no"
                elif not _is_a_newer_cart(told[happening.cart], stop, since):
                    yield f"{happening.touch} passed the gate after a purchase"


def _is_a_newer_cart(told: list[tuple[int, Happening]], bought: Happening, since: int) -> bool:
    """Whether the cart changed after the purchase was stored, by our clock, and was active after it was placed, by the shop's."""
    assert bought.shop_time
    active = [event.shop_time for _, event in told if event.shop_time]
    return any(index > since for index, _ in told) and max(active) > bought.shop_time


def broken_at_rest(world: World) -> list[str]:
    """Promises 1 and 3."""
    return [
        *_events_lost(world),
        *_carts_without_an_end(world),
        *_touches_without_an_end(world),
        *_sums_that_do_not_balance(world),
        *_changes_that_nobody_posts(world),
    ]


def _events_lost(world: World) -> Iterator[str]:
    """What was acknowledged is in the cart: told again, it would change nothing."""
    for event in world.acknowledged:
        cart = world.carts.get(event.shop, event.cart)
        if event.cart and (cart is None or (cart.why is not Closed.ERASED and cart.facts.join(event) is not cart.facts)):
            yield f"{type(event).__name__} {event.id} of {event.cart} was acknowledged and is not in the cart"


def _episodes(world: World) -> list[Episode]:
    return [episode for day in world.episodes.items.values() for episode in day.values()]


def _carts_without_an_end(world: World) -> Iterator[str]:
    waiting = {(timer.cart, timer.generation) for timer in world.outstanding()}
    waiting |= {(timer.cart, timer.generation) for timer, _ in world.dead_letter_queue.dead_lettered}
    filed = {(episode.ref.cart, episode.ref.generation): episode for episode in _episodes(world)}
    for cart in world.carts.all():
        for mark in cart.episodes:
            episode = filed.get((cart.id, mark.generation))
            if episode is None or episode.header is None:
                yield f"{cart.id}#{mark.generation} was declared and never filed"
        if (cart.id, cart.generation) in waiting:
            yield f"{cart.id}#{cart.generation} still waits for a timer: the world is not at rest"
        if cart.phase is Phase.ACTIVE:
            yield f"{cart.id} is active and nothing will look at it again"
        if cart.phase is Phase.CLOSED and cart.why is None:
            yield f"{cart.id} is closed without a reason"


def _touches_without_an_end(world: World) -> Iterator[str]:
    filed = {(episode.ref.cart, episode.ref.generation): episode for episode in _episodes(world)}
    for episode in filed.values():
        policy = episode.header and world.shops.policy(episode.ref.shop, episode.header.policy)
        if (episode.ref.cart, episode.ref.generation) in world.excused:
            continue
        if policy and len(episode.touches) != len(policy.steps):
            yield f"{episode.ref.cart}#{episode.ref.generation} ended steps {sorted(episode.touches)} of {len(policy.steps)}"
    known = {(cart, generation, step): t for (cart, generation), e in filed.items() for step, t in e.touches.items()}
    for someone in world.contacts.items.values():
        for touch, send in someone.sends.items() if isinstance(someone, Person) else ():
            found = known.get((touch.cart, touch.generation, touch.step))
            if send.state is SendState.CLAIMED and found is None:
                yield f"{touch} was claimed and never recorded"
    for message in world.messages:
        assert message.touch
        found = known.get((message.touch.cart, message.touch.generation, message.touch.step))
        if found is None or found.state not in (TouchState.SENT, TouchState.UNKNOWN):
            yield f"{message.touch} went out and the books say {found.state if found else 'nothing'}"


def _sums_that_do_not_balance(world: World) -> Iterator[str]:
    orders = Counter(episode.order.order for episode in _episodes(world) if episode.order)
    yield from (f"order {order} is counted {count} times" for order, count in orders.items() if count > 1)
    for (shop, day), episodes in world.episodes.items.items():
        known = world.shops.get(shop)
        assert known
        total = daily_figures(day, episodes.values(), known.policy.window).total
        if total.planned != sum(len(e.touches) for e in episodes.values() if e.header):
            yield f"{day}: planned {total.planned} is not the sum of the touches"


def _changes_that_nobody_posts(world: World) -> Iterator[str]:
    """A closed day and its postings are what its episodes come to, unless a mark still waits for the night."""
    for (shop, day), closed in world.books.items.items():
        adjustments = world.books.adjustments(shop, day, day)
        if [posting.number for posting in adjustments] != list(range(1, len(adjustments) + 1)):
            yield f"{day}: postings are not numbered in turn"
        counted = daily_figures(day, world.episodes.of_day(shop, day), closed.window)
        missing = difference(counted, adjusted(closed, adjustments))
        if missing is not None and all(mark.day != day for mark in world.books.changed_days(shop)):
            yield f"{day}: closed and posted is not what the episodes come to: {missing.total}"
