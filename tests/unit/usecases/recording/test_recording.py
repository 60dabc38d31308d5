"""Recording an event: what is armed, told and written, and in which order."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.carts.cart import Phase
from rebasket.domain.carts.timer import LEAD
from rebasket.domain.errors import Contended, Forbidden
from rebasket.memory import MemoryCarts
from rebasket.usecases.recording.record_event import MAX_RETRIES, Recorded
from tests.doubles import address_hash
from tests.faults import Faults, Journal, watched
from tests.samples import ANNA, ANNA_PHONE, BOHDAN, MINUTE, SHOP, START, Reports, a_line, after, consent, person
from tests.world import World

if TYPE_CHECKING:
    from rebasket.domain.carts.events import Event


def test_a_new_cart_is_armed_for_when_it_will_be_quiet(world: World, shop: Reports) -> None:
    assert world.record(shop.updated()) is Recorded.ACCEPTED
    (timer,) = world.outstanding()
    assert (timer.cart, timer.generation, timer.due, timer.day) == ("c1", 1, after(hours=1), None)


def test_more_events_on_a_live_cart_arm_nothing(world: World, shop: Reports) -> None:
    world.record(shop.updated())
    world.report_at(shop.checkout("c1", after(minutes=30)))
    assert [timer.due for timer in world.outstanding()] == [after(hours=1)]


def test_an_event_that_arrives_late_is_armed_at_least_the_lead_ahead(world: World, shop: Reports) -> None:
    world.clock.at = after(hours=5, seconds=7)
    world.record(shop.updated(at=START))
    (timer,) = world.outstanding()
    assert timer.due == after(hours=5, minutes=3)
    assert timer.due >= world.clock() + LEAD


def test_an_event_told_again_changes_nothing(world: World, shop: Reports) -> None:
    event = shop.updated(who=person(ANNA))
    world.record(event)
    cart, known = world.cart(), world.person(ANNA)
    world.clock.forward(MINUTE)
    assert world.record(event) is Recorded.UNCHANGED
    assert world.cart() is cart
    assert world.person(ANNA) is known


def test_the_cart_comes_last_and_the_timer_first(shop: Reports) -> None:
    journal = Journal()
    world = World(wrap=partial(watched, journal=journal))
    world.record(shop.ordered("c1", after(minutes=1), who=person(BOHDAN)))
    world.record(shop.updated("c2", START, who=person(ANNA)))
    writes = [call for call in journal.writes if call.split(".")[0] in ("MemoryCarts", "MemoryTimers", "WatchedContacts")]
    assert writes == [
        *("WatchedContacts.link", "WatchedContacts.put", "MemoryCarts.put"),  # consent and purchase in one write
        *("MemoryTimers.arm", "WatchedContacts.link", "WatchedContacts.put", "MemoryCarts.put"),
    ]


def test_a_cart_costs_one_read_and_one_write_for_each_event_that_names_nobody(shop: Reports) -> None:
    journal = Journal()
    world = World(wrap=partial(watched, journal=journal))
    world.record(shop.updated())
    before = len(journal.calls)
    world.report_at(shop.added("c1", after(minutes=5), a_line()))
    assert [call for call in journal.calls[before:] if "Shops" not in call] == ["MemoryCarts.get", "MemoryCarts.put"]


def test_a_cart_that_lost_its_timer_gets_another_from_the_next_event(world: World, shop: Reports) -> None:
    world.record(shop.updated())
    world.timers.items.clear()
    world.clock.at = after(hours=2)
    world.record(shop.checkout("c1", after(minutes=30)))
    assert world.outstanding() == [], "due an hour ago at most: its timer may be on its way"
    world.clock.at = after(hours=2, minutes=30, seconds=1)
    world.record(shop.checkout("c1", after(minutes=31)))
    assert [timer.due for timer in world.outstanding()] == [after(hours=2, minutes=33)]


def test_a_bought_cart_and_one_that_only_has_a_refund_arm_nothing(world: World, shop: Reports) -> None:
    world.record(shop.ordered("c1", START))
    world.record(shop.updated("c1", after(minutes=1)))
    world.record(shop.refunded("c2", START))
    assert world.outstanding() == []
    assert world.cart("c2").phase is Phase.NEW


def test_contacts_are_linked_to_the_cart_and_told_what_was_consented(world: World, shop: Reports) -> None:
    world.record(shop.updated(who=person(ANNA, ANNA_PHONE)))
    world.record(shop.updated("c2", START, who=person(ANNA, granted=None)))
    key = address_hash(SHOP, ANNA)
    assert world.contacts.carts_of(SHOP, key) == ["c1", "c2"]
    assert world.contact(ANNA).consent == consent()
    assert world.contact(ANNA_PHONE).consent == consent()


def test_consent_away_from_any_cart_reaches_the_contact_and_makes_no_cart(world: World, shop: Reports) -> None:
    event = shop.identified("", START, person(ANNA, granted=False))
    assert world.record(event) is Recorded.ACCEPTED
    assert world.record(event) is Recorded.UNCHANGED
    assert world.contact(ANNA).consent == consent(granted=False)
    assert world.carts.items == {}
    assert world.outstanding() == []


def test_a_cart_for_a_shop_that_is_not_set_up_is_refused_and_nothing_is_stored(world: World, shop: Reports) -> None:
    world.shops.items.clear()
    with pytest.raises(Forbidden):
        world.record(shop.updated(who=person(ANNA)))
    assert world.carts.items == {}
    assert world.contacts.items == {}


def test_a_cart_of_more_lines_than_are_kept_is_taken_with_the_first_of_them(world: World, shop: Reports) -> None:
    lines = [a_line(f"s{n}") for n in range(201)]
    assert world.record(shop.updated("c1", START, *lines, who=person(ANNA))) is Recorded.ACCEPTED
    assert world.cart().facts.lines == tuple(lines[:200])
    assert world.cart().facts.incomplete
    assert world.contact(ANNA).consent == consent()
    assert [timer.due for timer in world.outstanding()] == [after(hours=1)]


def test_two_events_at_once_are_both_kept(shop: Reports) -> None:
    """The second is recorded while the first is about to be written."""
    faults = Faults()
    world = World(wrap=partial(watched, journal=faults))
    world.record(shop.updated())
    faults.interrupt[len(faults.calls) + 1] = lambda: _record(world, shop.added("c1", after(minutes=2), a_line("b")))
    world.record(shop.added("c1", after(minutes=1), a_line("a")))
    assert faults.interrupt == {}
    assert {line.sku for line in world.cart().facts.lines} == {"sencha", "a", "b"}
    assert world.cart().version == 3


def _record(world: World, event: Event) -> None:
    world.record(event)


class AlwaysBehind(MemoryCarts):
    """Somebody else is always faster."""

    def put(self, cart: object) -> bool:
        return False


def test_a_cart_that_keeps_changing_is_given_up_so_that_the_shop_repeats(world: World, shop: Reports) -> None:
    object.__setattr__(world.record_event, "carts", AlwaysBehind())
    with pytest.raises(Contended, match=str(MAX_RETRIES)):
        world.record(shop.updated())


def test_our_time_of_the_last_change_does_not_fall_when_clocks_differ(world: World, shop: Reports) -> None:
    world.clock.at = after(seconds=20)
    world.record(shop.updated())
    world.clock.at = START
    world.record(shop.ordered("c1", START, who=person(ANNA)))
    assert world.cart().seen_at == after(seconds=20)
    assert world.contact(ANNA).bought_at == after(seconds=20), "a cart changed just before would otherwise seem newer"


def test_a_returning_shopper_is_armed_in_the_next_generation(world: World, shop: Reports) -> None:
    world.record(shop.updated(who=person(ANNA)))
    world.report_at(shop.checkout("c1", after(hours=5)))
    assert (world.cart().phase, world.cart().generation) == (Phase.ACTIVE, 2)
    assert (2, after(hours=6)) in [(timer.generation, timer.due) for timer in world.outstanding()]


def test_the_lead_is_longer_than_any_function_lives_and_clocks_differ() -> None:
    assert timedelta(seconds=30 + 30) < LEAD
