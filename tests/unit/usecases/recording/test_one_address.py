"""A touch goes to one address: the first that may be used, bound before the gate."""

from __future__ import annotations

from datetime import timedelta

from rebasket.domain.errors import Throttled
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import TouchId
from rebasket.domain.reminders.episode import EpisodeRef
from rebasket.domain.sending.delivery_events import DeliveryEvent
from tests.doubles import address_hash
from tests.samples import ANNA, ANNA_PHONE, SHOP, Reports, a_shop, person
from tests.world import World

TOUCH = TouchId("c1", 1, 1)


def test_a_step_with_a_choice_takes_the_first_channel_that_may_be_used_and_is_bound_to_it(shop: Reports) -> None:
    world = World(a_shop())
    world.record(shop.updated(who=person(ANNA, ANNA_PHONE)))
    world.advance(timedelta(hours=1))
    assert [message.contact for message in world.messages] == [address_hash(SHOP, ANNA)]
    assert world.person(ANNA).sends[TOUCH].to == address_hash(SHOP, ANNA), "the entry binds the address"
    assert world.episode().chosen == {}


def test_after_a_bounce_the_next_step_falls_back_to_a_text_message(shop: Reports) -> None:
    world = World(a_shop())
    world.record(shop.updated(who=person(ANNA, ANNA_PHONE)))
    world.advance(timedelta(hours=2))
    world.feedback(TOUCH, ANNA, DeliveryEvent.BOUNCED)
    world.advance(timedelta(days=2))
    assert [message.contact for message in world.messages] == [address_hash(SHOP, ANNA), address_hash(SHOP, ANNA_PHONE)]


def test_a_bound_step_does_not_fall_back_even_when_its_address_bounces(shop: Reports) -> None:
    world = World(a_shop())
    world.record(shop.updated(who=person(ANNA, ANNA_PHONE)))
    world.mailer.failure = Throttled("slow down")
    world.advance(timedelta(hours=1))
    world.feedback(TouchId("gone", 1, 1), ANNA, DeliveryEvent.BOUNCED, day="2026-03-02")
    world.advance(timedelta(hours=1))
    assert world.messages == []
    assert world.touches() == {1: ("skipped", "email not suppressed")}


def test_whoever_comes_second_follows_the_channel_that_was_chosen_first(shop: Reports) -> None:
    world = World(a_shop())
    world.record(shop.updated(who=person(ANNA, ANNA_PHONE)))
    world.episodes.choose(_ref(), 1, Channel.SMS)
    world.advance(timedelta(hours=1))
    assert [message.contact for message in world.messages] == [address_hash(SHOP, ANNA_PHONE)]


def _ref() -> EpisodeRef:
    return EpisodeRef(shop=SHOP, day="2026-03-02", cart="c1", generation=1)
