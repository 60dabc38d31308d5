"""What finance expects of the figures: recoveries, groups that can be compared, lasting rules, and costs, known or unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rebasket.aws.price_book import price_book
from rebasket.domain.errors import Throttled
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.shops.policy import Step
from rebasket.usecases.reporting.comparison import compare
from rebasket.usecases.reporting.report_json import report_as_data
from tests.known_faults.providers import refusing
from tests.samples import ANNA, ONE_EMAIL, SHOP, START, Reports, a_line, a_shop, after, person
from tests.world import World

DAY = START.date()


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="A purchase after a reminder is no recovery when the cart was left once more in between.",
)
def test_a_purchase_after_a_reminder_is_a_recovery_though_the_cart_was_left_again() -> None:
    """Finance expects a sale some hours after the reminder to count for it, though the shopper came and went meanwhile."""
    world, shop = World(a_shop(cap=1, steps=ONE_EMAIL)), Reports()
    world.report_at(shop.updated("c1", START, who=person(ANNA)))
    world.advance(after(hours=1, minutes=5))
    world.report_at(shop.updated("c1", after(hours=1, minutes=10), a_line(quantity=2)))
    world.advance(after(hours=3))
    world.report_at(shop.ordered("c1", after(hours=3, minutes=30), who=person(ANNA)))
    assert len(world.messages) == 1
    assert world.make_report(SHOP, DAY, DAY).total.recovered == 1


def every_fourth_buys(world: World, shop: Reports, people: list[Address]) -> None:
    """Reminders change nothing: as many buy, a minute past eleven, in either group."""
    for number, address in enumerate(people):
        world.record(shop.updated(f"c{number}", START, who=person(address)))
    world.advance(after(hours=1, minutes=1))
    for number, address in enumerate(people):
        if number % 4 == 0:
            world.record(shop.ordered(f"c{number}", after(hours=1, minutes=1), order=f"o{number}", who=person(address)))
    world.leap(after(hours=30))


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="After a throttled hour the report says for certain that reminders keep people from buying.",
)
def test_a_throttled_hour_does_not_make_reminders_look_harmful() -> None:
    """Finance expects a comparison that includes "no effect" where there was none, however slowly the provider took the mails."""
    free = after(hours=1, minutes=30)
    world = World(a_shop(steps=ONE_EMAIL, holdout=500), wrap=refusing(lambda now: Throttled("busy") if now < free else None))
    every_fourth_buys(world, Reports(), [Address(Channel.EMAIL, f"p{number}@example.org") for number in range(400)])
    low, high = compare(world.make_report(SHOP, DAY, DAY).total).interval
    assert low <= 0 <= high


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="The hourly limit of texts makes the report say for certain that texts keep people from buying.",
)
def test_the_limit_of_texts_does_not_make_texts_look_harmful() -> None:
    """Finance expects a comparison that includes "no effect" where there was none, though one group waits for its texts."""
    steps = (Step(delay=timedelta(0), channels=(Channel.SMS,)),)
    world = World(a_shop(steps=steps, holdout=500, sms_per_prefix=20))
    every_fourth_buys(world, Reports(), [Address(Channel.SMS, f"+38050123{number:04}") for number in range(400)])
    low, high = compare(world.make_report(SHOP, DAY, DAY).total).interval
    assert low <= 0 <= high


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="A policy changed today takes recoveries out of days that were reported already."
)
def test_a_days_figures_keep_the_rules_that_its_carts_were_declared_under() -> None:
    """Finance expects last week's recoveries to stay what they were when the shop shortens its window today."""
    world, shop = World(a_shop(steps=ONE_EMAIL, window=timedelta(days=7))), Reports()
    world.report_at(shop.updated("c1", START, who=person(ANNA)))
    world.leap(after(days=3))
    world.record(shop.ordered("c1", after(days=3), who=person(ANNA)))
    before = world.make_report(SHOP, DAY, DAY).total.recovered
    policy = a_shop(steps=ONE_EMAIL).policy
    world.shops.save(replace(a_shop(), policy=replace(policy, version=2, window=timedelta(days=1))))
    world.leap(after(days=3, hours=1))
    world.close_books()
    assert (before, world.make_report(SHOP, DAY, DAY).total.recovered) == (1, 1)


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="A report whose messages have no known price says in JSON that they cost nothing."
)
def test_messages_without_a_price_have_no_cost_rather_than_none_at_all() -> None:
    """Finance expects "unknown", never 0, for a text to a country that the price list does not have."""
    steps = (Step(delay=timedelta(0), channels=(Channel.SMS,)),)
    world = World(a_shop(steps=steps, sms_countries=frozenset({"PL"})))
    world.record(Reports().updated("c1", START, who=person(Address(Channel.SMS, "+48512345678"))))
    world.advance(after(hours=2))
    total = report_as_data(world.make_report(SHOP, DAY, DAY))["total"]
    assert (total["unpriced_messages"], total["cost_microusd"]) == (1, None)


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="A shop in Frankfurt cannot see what its mails cost: no price is known there."
)
def test_a_mail_has_a_price_in_frankfurt() -> None:
    """Finance expects a cost per recovered cart wherever the shop runs, not in one Region of the provider only."""
    assert price_book("eu-central-1").email is not None
