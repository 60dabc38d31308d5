"""Those reminded of and those held back go through the same rules, so that what they bought can be set side by side."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.errors import Rejected
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.reporting.daily_figures import Figures, daily_figures
from tests.samples import ANNA, BOHDAN, EMAIL_ONLY, ONE_EMAIL, SHOP, Reports, a_shop, after, person
from tests.world import World

if TYPE_CHECKING:
    from rebasket.domain.shops.policy import Step

IVAN = Address(Channel.EMAIL, "ivan@example.org")
NOBODY, EVERYBODY = 0, 1000


def compared(world: World) -> tuple[int, int]:
    """How many carts are in the comparison, and how many of them were bought."""
    days = (daily_figures(day, world.episodes.of_day(shop, day), timedelta(days=7)).total for shop, day in world.episodes.items)
    total = sum(days, Figures())
    touched = (total.compared_touched, total.compared_touched_bought)
    held = (total.compared_held, total.compared_held_bought)
    assert (0, 0) in {touched, held}, "a world has one group"
    return max(touched, held)


@pytest.mark.parametrize("steps", [ONE_EMAIL, EMAIL_ONLY])
def test_who_leaves_cart_after_cart_is_compared_for_as_many_as_the_cap_lets_through(steps: tuple[Step, ...]) -> None:
    groups = []
    for holdout in (NOBODY, EVERYBODY):
        shop, world = Reports(), World(a_shop(steps=steps, holdout=holdout, cap=3, cap_window=timedelta(days=7)))
        for number in range(6):
            world.report_at(shop.updated(f"c{number}", after(hours=12 * number), who=person(ANNA)))
        world.advance(timedelta(days=3))
        groups.append(compared(world))
    assert groups[0] == groups[1]


def test_while_a_shop_is_paused_the_control_group_waits_and_is_given_up_like_the_others() -> None:
    groups = []
    for holdout in (NOBODY, EVERYBODY):
        shop, world = Reports(), World(a_shop(steps=ONE_EMAIL, holdout=holdout, give_up=timedelta(hours=24)))
        world.shops.paused[SHOP] = "bounces"
        world.report_at(shop.updated("too late", after(), who=person(ANNA)))
        world.report_at(shop.updated("bought meanwhile", after(hours=23), who=person(BOHDAN)))
        world.report_at(shop.updated("in time", after(hours=23), who=person(IVAN)))
        world.advance(timedelta(hours=3))
        world.report_at(shop.ordered("bought meanwhile", world.clock()))
        del world.shops.paused[SHOP]
        world.advance(timedelta(days=1))
        groups.append(compared(world))
    assert groups[0] == groups[1] == (1, 0)


def test_whose_address_the_provider_refuses_is_compared_as_well_for_nobody_asked_it_about_the_others() -> None:
    groups = []
    for holdout in (NOBODY, EVERYBODY):
        shop, world = Reports(), World(a_shop(steps=ONE_EMAIL, holdout=holdout))
        world.report_at(shop.updated("fine", after(), who=person(ANNA)))
        world.advance(timedelta(hours=2))
        world.mailer.failure = Rejected("no such address")
        world.report_at(shop.updated("misspelt", after(hours=3), who=person(BOHDAN)))
        world.advance(timedelta(hours=2))
        world.report_at(shop.ordered("fine", after(hours=6)))
        groups.append(compared(world))
    assert groups[0] == groups[1] == (2, 1)
