"""Orders as shops tell them: heard whatever was told before, counted in full, taken back when they fell through."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest

from rebasket.domain.carts.cart import Phase
from rebasket.domain.carts.events import Origin, OrderPaid, Payment, PaymentFailed
from tests.known_faults.storefront import opened
from tests.samples import ANNA, ONE_EMAIL, SHOP, START, Reports, a_line, a_shop, after, person
from tests.world import World

DAY = START.date()


def test_a_purchase_is_heard_whatever_the_cart_named_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shopper whose address was reported at each keystroke expects no reminder of what they bought."""
    shop = opened(monkeypatch, io.StringIO(), steps=ONE_EMAIL)
    for typed in range(19):
        assert shop.post("contact.identified", contact={"email": f"a{typed}@example.org"}).status == 202
    assert shop.cart().status == 202
    reply = shop.order(contact={"email": "a@shopper.example"})
    shop.world.advance(after(hours=2))
    assert (reply.status, len(shop.world.messages)) == (202, 0)


@pytest.mark.parametrize("first", ["o1", "o2"])
def test_two_orders_of_one_cart_are_both_revenue(first: str) -> None:
    """Finance expects the whole checkout's revenue, split into two shipments or not, in whichever order they are told."""
    world, shop = World(a_shop(steps=ONE_EMAIL)), Reports()
    world.report_at(shop.updated("c1", START, who=person(ANNA)))
    world.advance(after(hours=2))
    totals = {"o1": 10_000, "o2": 500}
    for order in sorted(totals, key=lambda each: each != first):
        world.record(shop.ordered("c1", world.clock(), order=order, minor=totals[order], who=person(ANNA)))
    assert world.make_report(SHOP, START.date(), START.date()).total.revenue == {"EUR": 10_500}


def test_an_order_corrected_later_does_not_silence_the_next_cart() -> None:
    """A shop expects that adding the shipping to yesterday's order costs no reminder of today's cart."""
    world, shop = World(a_shop(steps=ONE_EMAIL)), Reports()
    world.report_at(shop.updated("c1", START, who=person(ANNA)))
    world.report_at(shop.ordered("c1", after(minutes=10), minor=1990, who=person(ANNA)))
    world.report_at(shop.updated("c2", after(hours=5), who=person(ANNA)))
    corrected = shop.ordered("c1", after(minutes=10), minor=2490, who=person(ANNA))
    world.advance(after(hours=5, minutes=30))
    world.record(corrected)
    world.advance(after(hours=8))
    assert [message.cart for message in world.messages] == ["c2"]


def test_a_total_corrected_downwards_is_the_revenue() -> None:
    """Finance expects the figure that the shop gave last for an order, also when it is the smaller one."""
    world, shop = World(a_shop(steps=ONE_EMAIL)), Reports()
    world.report_at(shop.updated("c1", START, who=person(ANNA)))
    world.advance(after(hours=2))
    for minor in (9990, 1990):
        world.record(shop.ordered("c1", world.clock(), minor=minor, who=person(ANNA)))
    assert world.make_report(SHOP, START.date(), START.date()).total.revenue == {"EUR": 1990}


def test_a_cart_whose_payment_failed_is_reminded_of_like_any_other() -> None:
    """A shop expects that a cancelled order leaves an abandoned cart behind, not a purchase."""
    world, shop = World(a_shop(steps=ONE_EMAIL)), Reports()
    world.report_at(shop.updated("c1", START, who=person(ANNA)))
    world.report_at(shop.ordered("c1", after(minutes=5), who=person(ANNA)))
    world.report_at(shop.cancelled("c1", after(minutes=6)))
    world.report_at(shop.updated("c1", after(minutes=10), who=person(ANNA)))
    world.advance(after(hours=5))
    assert len(world.messages) == 1


def test_a_purchase_after_a_reminder_is_a_recovery_though_the_cart_was_left_again() -> None:
    """Finance expects a sale some hours after the reminder to count for it, though the shopper came and went meanwhile."""
    world, shop = World(a_shop(cap=1, steps=ONE_EMAIL)), Reports()
    world.report_at(shop.updated("c1", START, who=person(ANNA)))
    world.advance(after(hours=1, minutes=5))
    world.report_at(shop.updated("c1", after(hours=1, minutes=10)))
    world.advance(after(hours=3))
    world.report_at(shop.ordered("c1", after(hours=3, minutes=30), who=person(ANNA)))
    assert len(world.messages) == 1
    assert world.make_report(SHOP, DAY, DAY).total.recovered == 1


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
