"""Whoever bought gets no reminder of what they bought, and is not silenced about their next cart."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rebasket.domain.carts.cart import Phase
from rebasket.domain.people.addresses import Address, Channel
from tests.samples import ANNA, ANNA_PHONE, EMAIL_ONLY, START, Reports, a_shop, after, person
from tests.world import World


@pytest.fixture
def world() -> World:
    return World(a_shop(steps=EMAIL_ONLY))


def test_a_purchase_before_the_cart_is_quiet_ends_it_without_an_episode(world: World, shop: Reports) -> None:
    world.record(shop.updated(who=person(ANNA)))
    world.report_at(shop.ordered("c1", after(minutes=30)))
    world.advance(timedelta(days=3))
    assert world.messages == []
    assert world.episode_refs("c1") == []
    assert world.cart().phase is Phase.BOUGHT


def test_a_purchase_between_two_reminders_stops_the_second(world: World, shop: Reports) -> None:
    world.record(shop.updated(who=person(ANNA)))
    world.report_at(shop.ordered("c1", after(hours=5)))
    world.advance(timedelta(days=3))
    assert len(world.messages) == 1
    assert world.touches() == {1: ("sent", "accepted"), 2: ("skipped", "episode still open")}


def test_a_purchase_told_before_its_cart_event_stops_the_reminders(world: World, shop: Reports) -> None:
    world.record(shop.ordered("c1", after(minutes=9), who=person(ANNA)))
    world.clock.at = after(minutes=12)
    world.record(shop.updated(at=START, who=person(ANNA)))
    world.advance(timedelta(days=3))
    assert world.messages == []
    assert world.cart().phase is Phase.BOUGHT


@pytest.mark.parametrize("who", [person(ANNA), person(Address(Channel.EMAIL, "ANNA@example.ORG"))])
def test_a_purchase_on_another_device_stops_the_reminders_of_this_cart(world: World, shop: Reports, who: object) -> None:
    assert isinstance(who, type(person()))
    world.record(shop.updated("phone", START, who=person(ANNA)))
    world.report_at(shop.ordered("laptop", after(minutes=20), who=who))
    world.advance(timedelta(days=3))
    assert world.messages == []
    assert world.touches("phone") == {1: ("skipped", "not bought since"), 2: ("skipped", "not bought since")}


def test_a_purchase_under_another_cart_id_told_before_this_cart_stops_its_reminders(world: World, shop: Reports) -> None:
    """The shop's time: placed after the last activity, though we learnt of it first."""
    world.clock.at = after(minutes=25)
    world.record(shop.ordered("other", after(minutes=20), who=person(ANNA)))
    world.clock.forward(timedelta(minutes=5))
    world.record(shop.updated("c1", after(minutes=10), who=person(ANNA)))
    world.advance(timedelta(days=3))
    assert world.messages == []


def test_a_purchase_by_the_phone_stops_an_e_mail_about_a_cart_that_names_both(world: World, shop: Reports) -> None:
    world.record(shop.updated(who=person(ANNA, ANNA_PHONE)))
    world.report_at(shop.ordered("other", after(minutes=20), who=person(ANNA_PHONE)))
    world.advance(timedelta(days=3))
    assert world.messages == []


def test_an_order_of_a_cart_that_names_nobody_itself_stamps_whom_the_cart_names(world: World, shop: Reports) -> None:
    world.record(shop.updated("c1", START, who=person(ANNA)))
    world.record(shop.updated("c2", START, who=person(ANNA)))
    world.report_at(shop.ordered("c1", after(minutes=20)))
    world.advance(timedelta(days=3))
    assert world.messages == []


def test_a_cart_bought_before_its_shopper_was_known_stops_reminders_once_it_learns_who_it_was(
    world: World, shop: Reports
) -> None:
    world.record(shop.updated("anonymous", START))
    world.record(shop.updated("known", START, who=person(ANNA)))
    world.report_at(shop.ordered("anonymous", after(minutes=5)))
    world.report_at(shop.identified("anonymous", after(minutes=30), person(ANNA)))
    world.advance(timedelta(days=3))
    assert world.messages == []


def test_a_cart_begun_after_a_purchase_is_reminded_of(world: World, shop: Reports) -> None:
    world.record(shop.ordered("old", START, who=person(ANNA)))
    world.report_at(shop.updated("new", after(minutes=5), who=person(ANNA)))
    world.advance(timedelta(hours=2))
    assert [message.cart for message in world.messages] == ["new"]


@pytest.mark.parametrize("late", ["snapshot", "refund", "consent", "stage", "deletion", "cancellation"])
def test_a_late_event_on_a_bought_cart_does_not_silence_the_shoppers_next_cart(world: World, shop: Reports, late: str) -> None:
    world.record(shop.updated("bought", START, who=person(ANNA)))
    world.report_at(shop.ordered("bought", after(minutes=5), who=person(ANNA)))
    world.report_at(shop.updated("next", after(minutes=10), who=person(ANNA)))
    world.advance(after(minutes=12))
    world.record(
        {
            "snapshot": shop.updated("bought", after(minutes=4), who=person(ANNA)),
            "refund": shop.refunded("bought", after(minutes=11)),
            "consent": shop.identified("bought", after(minutes=4), person(ANNA, said_at=after(minutes=4))),
            "stage": shop.checkout("bought", after(minutes=11)),
            "deletion": shop.deleted("bought", after(minutes=11)),
            "cancellation": shop.cancelled("bought", after(minutes=11)),
        }[late]
    )
    world.advance(timedelta(hours=2))
    assert [message.cart for message in world.messages] == ["next"]


def test_an_order_told_again_later_stops_nothing_that_came_between(world: World, shop: Reports) -> None:
    order = shop.ordered("bought", START, who=person(ANNA))
    world.record(order)
    world.report_at(shop.updated("next", after(minutes=10), who=person(ANNA)))
    world.advance(after(minutes=12))
    world.record(order)
    world.advance(timedelta(hours=2))
    assert [message.cart for message in world.messages] == ["next"]


def test_a_second_order_on_the_same_cart_stops_reminders_of_the_others_again(world: World, shop: Reports) -> None:
    world.record(shop.ordered("bought", START, "o1", who=person(ANNA)))
    world.report_at(shop.updated("next", after(minutes=10), who=person(ANNA)))
    world.report_at(shop.ordered("bought", after(minutes=20), "o2"))
    world.advance(timedelta(days=3))
    assert world.messages == []
