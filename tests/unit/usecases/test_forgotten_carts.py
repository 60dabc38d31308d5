"""Carts that were forgotten after their retention, and come back under the same name, as the cart of an account does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rebasket.domain.people.contact import SuppressionReason, TouchId
from tests.doubles import address_hash
from tests.people import stored_contact
from tests.samples import ANNA, BOHDAN, ONE_EMAIL, SHOP, Reports, a_shop, after, person
from tests.world import World

AGAIN = after(days=100)


def come_back(world: World, shop: Reports) -> None:
    """Reminded of, or held; forgotten; and filled again under the same name."""
    world.report_at(shop.updated("c1", after(hours=0), who=person(ANNA)))
    world.leap(timedelta(days=2))
    world.carts.items.clear()  # TTL
    world.leap(AGAIN)
    world.record(shop.updated("c1", AGAIN, who=person(ANNA)))
    world.leap(timedelta(days=2))


def test_it_is_reminded_of_as_if_it_were_new(shop: Reports) -> None:
    world = World(a_shop(steps=ONE_EMAIL))
    come_back(world, shop)
    first, second = (world.episodes.get(ref) for ref in sorted(world.episode_refs("c1"), key=lambda ref: ref.day))
    assert [episode.touches[1].why for episode in (first, second) if episode] == ["accepted", "accepted"]
    assert len(world.messages) == 2


def test_the_control_group_is_held_anew(shop: Reports) -> None:
    world = World(a_shop(steps=ONE_EMAIL, holdout=1000))
    come_back(world, shop)
    entry = world.contact(ANNA).sends[TouchId("c1", 1, 1)]
    assert f"{AGAIN:%Y-%m-%d}" == entry.day


@pytest.mark.parametrize(("cap", "messages"), [(1, 1), (2, 2), (3, 3)])
def test_what_went_out_under_its_name_before_counts_for_the_cap(shop: Reports, cap: int, messages: int) -> None:
    """The cap's window may be longer than carts are kept."""
    world = World(a_shop(steps=ONE_EMAIL, cap=cap, cap_window=timedelta(days=60)))
    for days in (0, 31):
        world.carts.items.clear()
        world.report_at(shop.updated("c1", after(days=days), who=person(ANNA)))
        world.leap(timedelta(hours=2))
    world.report_at(shop.updated("c2", after(days=32), who=person(ANNA)))
    world.leap(timedelta(hours=2))
    assert len(world.messages) == messages


def test_the_link_in_the_old_message_stays_that_of_whom_it_was_sent_to(shop: Reports) -> None:
    world = World(a_shop(steps=ONE_EMAIL))
    world.report_at(shop.updated("c1", after(hours=0), who=person(ANNA)))
    world.leap(timedelta(days=2))
    old = next(iter(world.links.items))
    world.carts.items.clear()
    world.report_at(shop.updated("c1", AGAIN, who=person(BOHDAN)))
    world.leap(timedelta(days=2))
    assert len(world.messages) == 2
    world.follow_link.opt_out(old)
    anna, bohdan = (stored_contact(world.contacts, SHOP, address_hash(SHOP, who)) for who in (ANNA, BOHDAN))
    assert anna is not None
    assert anna.suppression is not None
    assert anna.suppression.why is SuppressionReason.OPTED_OUT
    assert bohdan is not None
    assert bohdan.suppression is None
