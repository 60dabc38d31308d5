"""What a person is sent: the gap over carts, devices and channels; the newest live cart; one group; who is apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.carts import events as ev
from rebasket.domain.carts.cart import Closed, Phase
from rebasket.domain.errors import Throttled
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.contact import SendState, TouchId
from rebasket.domain.people.person import EpisodeKey
from rebasket.domain.reminders.episode import Arm, EpisodeRef
from rebasket.domain.shops.policy import Step
from tests.doubles import address_hash
from tests.faults import Faults, watched
from tests.samples import ANNA, ANNA_PHONE, BOHDAN, ONE_EMAIL, SHOP, START, Reports, a_header, a_line, a_shop, after, person
from tests.world import World

if TYPE_CHECKING:
    from datetime import datetime

GAP = timedelta(hours=12)
BOTH_WAYS = (Step(delay=timedelta(0), channels=(Channel.EMAIL, Channel.SMS)),)
TOUCH = TouchId("c1", 1, 1)


def spaced(world: World) -> bool:
    return all(later.at - earlier.at >= GAP for earlier, later in pairwise(world.messages))


# -- The gap -----------------------------------------------------------------------------------------------------------


def test_who_comes_and_goes_is_left_in_peace_between_two_messages(world: World, shop: Reports) -> None:
    for minutes in range(0, 900, 65):
        world.report_at(shop.updated("c1", after(minutes=minutes), a_line(quantity=minutes + 1), who=person(ANNA)))
    world.advance(after(days=3))
    assert len(world.messages) == 3
    assert spaced(world)


def test_two_channels_are_one_voice(shop: Reports) -> None:
    """E-mail for one cart, a text message for the next, which names only the phone."""
    world = World(a_shop(steps=BOTH_WAYS))
    world.record(shop.updated("c1", START, who=person(ANNA, ANNA_PHONE)))
    world.report_at(shop.updated("c2", after(hours=2), who=person(ANNA_PHONE)))
    world.advance(after(days=1))
    assert [message.contact for message in world.messages] == [address_hash(SHOP, ANNA), address_hash(SHOP, ANNA_PHONE)]
    assert world.messages[1].at == after(hours=13)


def test_while_it_waits_for_the_gap_nothing_is_bound_or_written(shop: Reports) -> None:
    world = World(a_shop(steps=BOTH_WAYS))
    world.record(shop.updated("c1", START, who=person(ANNA, ANNA_PHONE)))
    world.report_at(shop.updated("c2", after(hours=2), who=person(ANNA_PHONE)))
    world.advance(after(hours=12))
    assert TouchId("c2", 1, 1) not in world.person(ANNA_PHONE).sends
    assert world.episode("c2").touches == {}
    assert world.outcomes[-1][1].outcome == "the shopper's last message is too young, until 2026-03-02 23:00"


def test_giving_up_ends_the_wait(shop: Reports) -> None:
    world = World(a_shop(steps=ONE_EMAIL, give_up=timedelta(hours=3)))
    world.record(shop.updated("c1", START, who=person(ANNA)))
    world.report_at(shop.updated("c2", after(hours=2), who=person(ANNA)))
    world.advance(after(days=1))
    assert len(world.messages) == 1
    assert world.touches("c2") == {1: ("skipped", "not too late")}


def test_the_control_group_keeps_the_same_gap(shop: Reports) -> None:
    world = World(a_shop(steps=ONE_EMAIL, holdout=1000))
    world.record(shop.updated("c1", START, who=person(ANNA)))
    world.report_at(shop.updated("c2", after(hours=2), who=person(ANNA)))
    world.advance(after(days=1))
    ends = [world.episode(cart).touches[1] for cart in ("c1", "c2")]
    assert [(touch.state.value, touch.at) for touch in ends] == [("held", after(hours=1)), ("held", after(hours=13))]


def test_a_reminder_of_the_shops_platform_counts_for_gap_and_cap_and_nobody_is_credited_for_it(shop: Reports) -> None:
    world = World(a_shop(steps=ONE_EMAIL, cap=2))
    told = ev.ReminderSentElsewhere(
        id="r1", shop=SHOP, cart="", at=after(minutes=30), person=person(ANNA, granted=None), channel=Channel.EMAIL
    )
    world.record(shop.updated("c1", START, who=person(ANNA)))
    world.clock.at = after(minutes=30)
    for _ in range(2):
        world.record_event(told)
    assert [send.state for send in world.person(ANNA).sends.values()] == [SendState.CLAIMED]
    world.record(shop.ordered("laptop", after(minutes=31), who=person(BOHDAN)))
    world.advance(after(days=1))
    assert [message.at for message in world.messages] == [after(hours=12, minutes=30)]
    world.report_at(shop.updated("c2", after(hours=26), who=person(ANNA)))
    world.advance(after(days=3))
    assert world.touches("c2") == {1: ("skipped", "email cap")}


def test_an_order_is_credited_to_no_reminder_of_elsewhere(world: World, shop: Reports) -> None:
    told = ev.ReminderSentElsewhere(
        id="r1", shop=SHOP, cart="", at=START, person=person(ANNA, granted=None), channel=Channel.EMAIL
    )
    world.record_event(told)
    world.record(shop.ordered("laptop", after(minutes=5), who=person(ANNA)))
    assert world.episodes.bound(SHOP, "o1") is None


# -- The newest live cart ----------------------------------------------------------------------------------------------


def test_of_three_devices_the_last_one_speaks(world: World, shop: Reports) -> None:
    for minute, cart in enumerate(("laptop", "phone", "tablet")):
        world.record(shop.updated(cart, after(minutes=3 * minute), who=person(ANNA)))
    world.advance(after(days=3))
    assert {message.cart for message in world.messages} == {"tablet"}
    assert len(world.messages) == 2
    assert world.touches("laptop")[1] == ("skipped", "a newer cart of the same shopper")


def test_a_newer_cart_that_is_empty_bought_deleted_or_somebody_elses_does_not_speak(world: World, shop: Reports) -> None:
    world.record(shop.updated("own", START, who=person(ANNA)))
    world.record(shop.updated("empty", after(minutes=1), who=person(ANNA), empty=True))
    world.record(shop.updated("gone", after(minutes=2), who=person(ANNA)))
    world.record(shop.deleted("gone", after(minutes=3)))
    world.record(shop.updated("other's", after(minutes=4), who=person(BOHDAN)))
    world.advance(after(hours=1))
    assert [message.cart for message in world.messages] == ["own"]


def test_a_newer_cart_speaks_on_whichever_address_it_names(shop: Reports) -> None:
    world = World(a_shop(steps=ONE_EMAIL))
    world.record(shop.updated("first", START, who=person(ANNA, ANNA_PHONE)))
    world.record(shop.updated("second", after(minutes=2), who=person(ANNA_PHONE)))
    world.advance(after(hours=1))
    assert world.touches("first") == {1: ("skipped", "a newer cart of the same shopper")}


def test_a_cart_that_took_over_others_ends_them(world: World, shop: Reports) -> None:
    world.record(shop.updated("guest", START, who=person(ANNA)))
    world.advance(after(hours=1, minutes=30))
    took = replace(shop.updated("account", after(hours=2), who=person(ANNA)), replaces=("guest", "account", "never seen"))
    world.report_at(took)
    assert (world.cart("guest").phase, world.cart("guest").why) == (Phase.CLOSED, Closed.REPLACED)
    world.advance(after(days=4))
    assert world.touches("guest")[2] == ("skipped", "episode still open")
    assert world.episode("guest").touches[2].checks[0].seen == "cart replaced by another cart"
    assert spaced(world)
    world.report_at(shop.updated("guest", after(days=5), a_line(quantity=2), who=person(ANNA)))
    assert world.cart("guest").phase is Phase.ACTIVE, "whoever goes on with it has it again"


def test_a_cart_that_was_touched_after_it_was_taken_over_lives(world: World, shop: Reports) -> None:
    world.record(shop.updated("guest", after(minutes=5), who=person(ANNA)))
    world.record(replace(shop.updated("account", after(minutes=4), who=person(ANNA)), replaces=("guest",)))
    assert world.cart("guest").phase is Phase.ACTIVE


# -- Who is not written to ---------------------------------------------------------------------------------------------


def test_nobody_on_the_shops_except_list_is_written_to(shop: Reports) -> None:
    listed = replace(
        a_shop(steps=ONE_EMAIL), except_addresses=frozenset({ANNA.value}), except_domains=frozenset({"teapots.example"})
    )
    world = World(listed)
    staff = Address(Channel.EMAIL, "Anybody@TEAPOTS.example")
    for cart, address in (("c1", ANNA), ("c2", staff), ("c3", BOHDAN)):
        world.record(shop.updated(cart, START, who=person(address)))
    world.advance(after(days=1))
    assert [message.contact for message in world.messages] == [address_hash(SHOP, BOHDAN)]
    assert world.touches("c1") == world.touches("c2") == {1: ("skipped", "address on the shop's except list")}


# -- Apart -------------------------------------------------------------------------------------------------------------


def apart() -> tuple[World, Faults]:
    """A cart whose two addresses were told by a browser: they are two people."""
    faults = Faults()
    world = World(a_shop(steps=BOTH_WAYS), wrap=partial(watched, journal=faults))
    world.record_event(Reports().updated("c1", START, who=person(ANNA, ANNA_PHONE)), by_server=False)
    return world, faults


def says_no(world: World) -> None:
    no = ev.OrderPlaced(
        id="o", shop=SHOP, cart="laptop", at=world.clock(), person=person(ANNA_PHONE, granted=None), order="o1", total=None
    )
    world.record(no)


def test_a_purchase_by_the_other_address_between_gate_and_wire_is_seen_by_the_second_look() -> None:
    undisturbed, watching = apart()
    undisturbed.advance(after(hours=1))
    assert len(undisturbed.messages) == 1
    claim = max(n for n, call in enumerate(watching.calls) if call == "WatchedContacts.put")
    world, faults = apart()
    faults.interrupt[claim + 1] = partial(says_no, world)
    world.advance(after(hours=1))
    assert not faults.interrupt
    assert world.messages == []
    assert world.touches() == {1: ("skipped", "bought since")}
    assert world.person(ANNA).sends[TOUCH].state is SendState.REFUSED


def test_candidates_that_are_two_people_are_bound_by_the_episode() -> None:
    world, _ = apart()
    world.advance(after(hours=1))
    assert world.episode().chosen == {1: Channel.EMAIL}
    assert len(world.messages) == 1


def test_a_try_that_was_not_taken_goes_to_the_same_address_again_wherever_the_entry_moved(shop: Reports) -> None:
    world = World(a_shop(steps=BOTH_WAYS))
    world.record(shop.updated("c1", START, who=person(ANNA)))
    world.mailer.failure = Throttled("slow down")
    world.advance(after(hours=1))
    world.record(shop.identified("", after(hours=1), person(ANNA, ANNA_PHONE)))
    world.mailer.failure = None
    world.advance(after(hours=2))
    assert [message.contact for message in world.messages] == [address_hash(SHOP, ANNA)]
    entry = world.person(ANNA_PHONE).sends[TOUCH]
    assert (entry.state, entry.attempt, entry.to) == (SendState.CLAIMED, 2, address_hash(SHOP, ANNA))


# -- The group ---------------------------------------------------------------------------------------------------------


def test_the_group_is_drawn_by_the_gate_once_a_season_and_then_only_read(shop: Reports) -> None:
    world = World(a_shop(steps=ONE_EMAIL, holdout=1000))
    world.record(shop.updated("c1", START, who=person(ANNA)))
    world.advance(after(minutes=59))
    assert world.person(ANNA).arms == {}
    world.advance(after(hours=1))
    (drawn,) = world.person(ANNA).arms.items()
    assert (drawn[0], drawn[1].at, drawn[1].first) == ("2026Q1", after(hours=1), EpisodeKey("2026-03-02", "c1", 1))
    world.shops.save(a_shop(steps=ONE_EMAIL, holdout=0, version=2))
    world.report_at(shop.updated("c2", after(days=1), who=person(ANNA)))
    world.advance(after(days=3))
    assert world.touches("c2") == {1: ("held", "control group")}
    world.report_at(shop.updated("c3", after(days=60), who=person(ANNA)))
    world.advance(after(days=61))
    assert world.touches("c3") == {1: ("sent", "accepted")}, "another season, and nobody is held back any more"


def test_the_group_in_a_header_of_before_is_the_persons(shop: Reports) -> None:
    world = World(a_shop(steps=ONE_EMAIL))
    world.record(shop.updated("c1", START, who=person(ANNA)))
    header = a_header(after(hours=1), contacts={Channel.EMAIL: address_hash(SHOP, ANNA)}, arm=Arm.HELD)
    world.episodes.head(EpisodeRef(shop=SHOP, day="2026-03-02", cart="c1", generation=1), header)
    world.advance(after(hours=2))
    assert world.touches() == {1: ("held", "control group")}
    world.report_at(shop.updated("c2", after(days=1), who=person(ANNA)))
    world.advance(after(days=3))
    assert world.touches("c2") == {1: ("held", "control group")}


@pytest.mark.parametrize("closed", [False, True])
def test_who_turns_out_to_be_one_is_counted_in_neither_group_for_the_later_draw(shop: Reports, *, closed: bool) -> None:
    world = World(a_shop(steps=ONE_EMAIL, holdout=500))
    two: tuple[tuple[str, Address, datetime], ...] = (("c1", ANNA, START), ("c2", BOHDAN, after(minutes=5)))
    for cart, address, at in two:
        world.record(shop.updated(cart, at, who=person(address)))
    world.advance(after(days=1))
    if closed:
        world.leap(after(days=20))
        world.close_books()
    world.report_at(replace(shop.updated("c3", world.clock()), person=person(ANNA, ANNA_PHONE)))
    world.record(replace(shop.ordered("c4", world.clock()), person=person(ANNA, BOHDAN)))
    assert [world.episode(cart).twin for cart in ("c1", "c2")] == [False, True]
    if closed:
        world.leap(timedelta(days=2))
        posted = world.post_adjustments()
        assert sum(posting.change.total.twins for posting in posted) == 1
        change = sum(posting.change.total.compared_touched + posting.change.total.compared_held for posting in posted)
        assert change == -1


def test_a_person_is_in_one_comparison_group_on_every_cart() -> None:
    """Finance expects that somebody held back for comparison is held back whichever of their known addresses a cart names."""
    steps = (Step(delay=timedelta(0), channels=(Channel.EMAIL, Channel.SMS)),)
    world, shop = World(a_shop(steps=steps, holdout=500, sms_per_prefix=1_000)), Reports()
    people = range(40)
    phones = [Address(Channel.SMS, f"+38050{number:07}") for number in people]
    for number in people:
        mail = Address(Channel.EMAIL, f"p{number}@example.org")
        world.record(shop.updated(f"first{number}", START, who=person(mail, phones[number])))
    world.leap(after(days=9))
    for number in people:
        world.record(shop.updated(f"second{number}", after(days=9), who=person(phones[number])))
    world.leap(after(days=10))
    changed = [number for number in people if world.touches(f"first{number}")[1] != world.touches(f"second{number}")[1]]
    assert changed == []
