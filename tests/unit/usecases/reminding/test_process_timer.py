"""A wake: from a quiet cart to its declaration, and from step to step."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest

from rebasket.domain.carts.cart import KEPT_EPISODES, Closed, Phase
from rebasket.domain.carts.timer import Timer
from rebasket.domain.errors import Misconfigured
from rebasket.domain.people.addresses import Channel
from rebasket.domain.shops.policy import Step
from tests.doubles import PlainComposer, Port, address_hash
from tests.samples import (
    ANNA,
    ANNA_PHONE,
    BOHDAN,
    EMAIL_ONLY,
    ONE_EMAIL,
    SHOP,
    START,
    Reports,
    a_line,
    a_policy,
    a_shop,
    after,
    person,
)
from tests.world import World

if TYPE_CHECKING:
    from rebasket.domain.sending.message import Brief, Email

DAY = timedelta(days=1)


def outcomes(world: World) -> list[str]:
    return [attended.outcome for _, attended in world.outcomes]


def test_a_cart_in_two_currencies_is_declared_without_a_value_and_its_message_shows_no_price(shop: Reports) -> None:
    briefs: list[Brief] = []

    class Composer(PlainComposer):
        def email(self, brief: Brief) -> Email:
            briefs.append(brief)
            return super().email(brief)

    def keeping_briefs(port: Port, /) -> Port:
        return cast("Port", Composer()) if isinstance(port, PlainComposer) else port

    world = World(a_shop(), wrap=keeping_briefs)
    world.record(shop.updated("c1", START, a_line("a"), who=person(ANNA)))  # in euros
    more = shop.added("c1", after(minutes=1), a_line("b"))
    world.record(replace(more, details=replace(more.details, currency="USD")))
    world.advance(timedelta(hours=2))
    header = world.episode().header
    assert header is not None
    assert (header.value, header.currency) == (None, None)
    assert [brief.currency for brief in briefs] == [None]


def test_a_quiet_cart_is_declared_and_its_shopper_reminded_twice(world: World, shop: Reports) -> None:
    world.record(shop.updated("c1", START, a_line("a", 2, 500), who=person(ANNA)))
    world.advance(3 * DAY)
    assert [(message.at, message.contact) for message in world.messages] == [
        (after(hours=1), address_hash(SHOP, ANNA)),
        (after(hours=24), address_hash(SHOP, ANNA)),
    ]
    found = world.episode()
    assert found.header is not None
    assert (found.header.declared_at, found.header.due, found.header.value) == (after(hours=1), after(hours=1), 1000)
    assert (found.header.currency, found.header.contacts, found.header.arm) == (
        "EUR", {Channel.EMAIL: address_hash(SHOP, ANNA)}, None,
    )  # fmt: skip
    touch = found.touches[1]
    assert (touch.channel, touch.contact, touch.attempt, touch.parts, touch.cost) == (
        Channel.EMAIL, address_hash(SHOP, ANNA), 1, 1, 160,
    )  # fmt: skip
    assert touch.price == "a list (2026-01)"
    assert touch.message_id == "mail-1"
    assert touch.checks
    assert world.outstanding() == []


def test_activity_puts_the_declaration_off_without_moving_the_timer(world: World, shop: Reports) -> None:
    world.record(shop.updated(who=person(ANNA)))
    world.report_at(shop.checkout("c1", after(minutes=50, seconds=30)))
    assert [timer.due for timer in world.outstanding()] == [after(hours=1)]
    world.advance(after(hours=1))
    assert outcomes(world) == ["not quiet yet"]
    assert [timer.due for timer in world.outstanding()] == [after(hours=1, minutes=51)]
    world.advance(after(hours=1, minutes=51))
    assert [message.at for message in world.messages] == [after(hours=1, minutes=51)]


def test_a_timer_whose_cart_was_never_written_is_dropped(world: World) -> None:
    world.timers.arm(Timer(shop=SHOP, cart="c1", generation=1, due=after(hours=1)))
    world.advance(DAY)
    assert outcomes(world) == ["armed for a cart that never came"]


def test_a_timer_of_a_generation_that_was_never_written_is_dropped(world: World, shop: Reports) -> None:
    world.record(shop.updated(who=person(ANNA)))
    world.timers.arm(Timer(shop=SHOP, cart="c1", generation=2, due=after(minutes=5)))
    world.advance(after(minutes=5))
    assert outcomes(world) == ["armed for a write that never came"]


def test_a_stray_timer_changes_nothing_and_sends_nothing(world: World, shop: Reports) -> None:
    world.record(shop.updated(who=person(ANNA)))
    for minutes in (5, 61, 62, 63, 200):
        world.timers.arm(Timer(shop=SHOP, cart="c1", generation=1, due=after(minutes=minutes)))
    world.advance(3 * DAY)
    assert [message.at for message in world.messages] == [after(hours=1), after(hours=24)]


def test_an_empty_cart_is_closed_with_the_reason_and_is_no_episode(world: World, shop: Reports) -> None:
    world.record(shop.updated(empty=True, who=person(ANNA)))
    world.advance(DAY)
    assert (world.cart().phase, world.cart().why) == (Phase.CLOSED, Closed.EMPTY)
    assert world.episode_refs("c1") == []
    assert world.outstanding() == []


def test_a_cart_from_before_activation_is_closed_with_the_reason_and_is_no_episode(world: World, shop: Reports) -> None:
    world.record(shop.updated(at=START - timedelta(days=31), who=person(ANNA)))
    world.advance(DAY)
    assert (world.cart().phase, world.cart().why) == (Phase.CLOSED, Closed.BEFORE_ACTIVATION)
    assert world.messages == []
    assert world.outstanding() == []


def test_a_cart_that_names_nobody_is_an_episode_that_reaches_nobody(world: World, shop: Reports) -> None:
    world.record(shop.updated())
    world.advance(3 * DAY)
    header = world.episode().header
    assert header is not None
    assert not header.reachable
    assert world.touches() == {1: ("skipped", "somebody to reach"), 2: ("skipped", "somebody to reach")}


def test_the_addresses_of_an_episode_are_those_of_its_declaration(world: World, shop: Reports) -> None:
    world.record(shop.updated(at=after(minutes=1), who=person(ANNA)))
    world.advance(after(hours=2))
    world.record(shop.identified("c1", after(seconds=59), person(BOHDAN)))
    world.advance(3 * DAY)
    assert {message.contact for message in world.messages} == {address_hash(SHOP, ANNA)}


def test_a_returning_shopper_ends_the_episode_and_begins_another(world: World, shop: Reports) -> None:
    world.record(shop.updated(who=person(ANNA)))
    world.report_at(shop.checkout("c1", after(hours=5)))
    world.advance(4 * DAY)
    assert world.touches(generation=1) == {1: ("sent", "accepted"), 2: ("skipped", "episode still open")}
    assert world.touches(generation=2) == {1: ("sent", "accepted"), 2: ("sent", "accepted")}
    times = [message.at for message in world.messages]
    assert times == [after(hours=1), after(hours=13), after(hours=29)], "half a day between any two"


@pytest.mark.parametrize("ending", ["deleted", "ordered"])
def test_what_ends_a_cart_ends_its_open_steps(world: World, shop: Reports, ending: str) -> None:
    world.record(shop.updated(who=person(ANNA)))
    world.report_at(shop.deleted("c1", after(hours=5)) if ending == "deleted" else shop.ordered("c1", after(hours=5)))
    world.advance(3 * DAY)
    found = world.episode().touches[2]
    assert (found.state.value, found.why) == ("skipped", "episode still open")
    assert found.checks[0].seen == ("cart deleted" if ending == "deleted" else "bought")
    assert world.outstanding() == []


def test_a_cart_emptied_after_its_declaration_is_not_reminded_of(world: World, shop: Reports) -> None:
    world.record(shop.updated(at=after(minutes=1), who=person(ANNA)))
    world.advance(after(hours=2))
    world.record(shop.updated("c1", after(minutes=1), a_line("ä"), who=person(ANNA)))
    world.record(shop.removed("c1", after(minutes=1, seconds=1), "ä"))
    world.advance(3 * DAY)
    assert len(world.messages) >= 1
    assert world.cart().generation == 2, "taking things out is activity"
    assert (world.cart().phase, world.cart().why) == (Phase.CLOSED, Closed.EMPTY)


def test_the_gap_is_kept_however_late_the_machinery_runs(shop: Reports) -> None:
    world = World(a_shop(steps=EMAIL_ONLY, gap=timedelta(hours=12), give_up=timedelta(hours=24)))
    world.record(shop.updated(who=person(ANNA)))
    world.clock.at = after(hours=21)  # nothing ran since
    world.advance(3 * DAY)
    assert [message.at for message in world.messages] == [after(hours=21, minutes=1), after(hours=33, minutes=1)]


def test_what_is_too_late_is_given_up_with_the_reason(shop: Reports) -> None:
    world = World(a_shop(steps=EMAIL_ONLY, give_up=timedelta(hours=5)))
    world.record(shop.updated(who=person(ANNA)))
    world.clock.at = after(hours=6, seconds=1)
    world.advance(3 * DAY)
    assert world.touches() == {1: ("skipped", "not too late"), 2: ("sent", "accepted")}
    assert [message.at for message in world.messages] == [after(hours=24)]


def test_a_whole_outage_is_caught_up_in_order_and_stale_steps_end(shop: Reports) -> None:
    world = World(a_shop(steps=EMAIL_ONLY, give_up=timedelta(hours=5)))
    world.record(shop.updated(who=person(ANNA)))
    world.clock.at = after(days=3)
    world.advance(DAY)
    assert world.messages == []
    assert world.touches() == {1: ("skipped", "not too late"), 2: ("skipped", "not too late")}
    assert world.outstanding() == []


def test_an_episode_follows_the_policy_of_its_declaration(shop: Reports) -> None:
    world = World(a_shop(steps=EMAIL_ONLY, version=1))
    world.record(shop.updated(who=person(ANNA)))
    world.advance(timedelta(hours=2))
    world.shops.save(a_shop(steps=ONE_EMAIL, version=2))
    world.record(shop.updated("c2", after(hours=2), who=person(BOHDAN)))
    world.advance(3 * DAY)
    assert world.touches("c1") == {1: ("sent", "accepted"), 2: ("sent", "accepted")}
    assert world.touches("c2") == {1: ("sent", "accepted")}


def test_an_episode_whose_policy_is_gone_is_not_guessed_at(shop: Reports) -> None:
    world = World(a_shop(steps=EMAIL_ONLY, version=1))
    world.record(shop.updated(who=person(ANNA)))
    world.advance(timedelta(hours=2))
    world.shops.policies.clear()
    world.shops.save(a_shop(version=2))
    with pytest.raises(Misconfigured, match="policy 1"):
        world.advance(3 * DAY)


def test_five_steps_are_seen_to_the_end(shop: Reports) -> None:
    policy = a_policy(steps=tuple(Step(delay=n * DAY, channels=(Channel.SMS,)) for n in range(5)), cap=5)
    world = World(a_shop(steps=policy.steps, cap=5))
    world.record(shop.updated(who=person(ANNA_PHONE)))
    world.advance(9 * DAY)
    assert [message.at for message in world.messages] == [after(hours=1, days=n) for n in range(5)]
    assert len(world.texter.sent) == 5


def test_an_episode_whose_wake_died_is_filed_before_its_cart_forgets_it(shop: Reports, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(a_shop(steps=ONE_EMAIL))
    world.record(shop.updated(who=person(ANNA)))
    with monkeypatch.context() as broken:
        broken.setattr(world.episodes, "head", lambda *_: 1 / 0)
        world.expect_errors = True
        world.leap(timedelta(hours=1))
    world.lose_timers()  # it lies in the bucket for failed batches, say
    world.expect_errors = False
    for times in range(1, KEPT_EPISODES + 1):
        world.report_at(shop.updated("c1", after(hours=3 * times), a_line(quantity=1 + times)))
        world.leap(timedelta(hours=1, minutes=10))
    assert [declared.generation for declared in world.cart().episodes] == [2, 3, 4, 5, 6]
    assert world.touches("c1", 1) == {1: ("skipped", "episode still open")}


def test_an_episode_that_its_cart_has_forgotten_is_finished_all_the_same(shop: Reports) -> None:
    """Seven returns within a day: the cart remembers five declarations, the timers carry the day of each."""
    world = World(a_shop(abandoned_after=timedelta(minutes=10), cap=9))
    for n in range(7):
        world.report_at(shop.updated("c1", after(minutes=20 * n), a_line(quantity=1 + n), who=person(ANNA)))
        world.advance(timedelta(minutes=15))
    world.advance(3 * DAY)
    assert [ref.generation for ref in world.episode_refs("c1")] == list(range(1, 8))
    assert [len(world.touches(generation=n)) for n in range(1, 8)] == [2] * 7
