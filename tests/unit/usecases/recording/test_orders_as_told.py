"""Orders as shops tell them: heard whatever was told before, counted in full, taken back when they fell through."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.carts.cart import Phase
from rebasket.domain.carts.events import OrderPaid, Origin, Payment, PaymentFailed
from tests.known_faults.storefront import opened
from tests.samples import ANNA, MINUTE, ONE_EMAIL, SHOP, START, Reports, a_line, a_shop, after, person
from tests.world import World

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.carts.events import OrderPlaced

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


def pending(shop: Reports, cart: str, at: datetime, pay_by: datetime | None = None) -> OrderPlaced:
    return replace(shop.ordered(cart, at, who=person(ANNA)), payment=Payment.PENDING, pay_by=pay_by)


def sent(world: World) -> list[tuple[str, datetime]]:
    return [(message.cart, message.at) for message in world.messages]


def test_a_pending_order_keeps_its_cart_back_until_pay_by_and_an_hour() -> None:
    world, shop = World(a_shop(steps=ONE_EMAIL)), Reports()
    world.report_at(shop.updated("c1", START, who=person(ANNA)))
    world.report_at(pending(shop, "c1", after(minutes=5), pay_by=after(hours=30)))
    world.advance(after(hours=31) - MINUTE)
    assert world.messages == []
    world.advance(after(hours=31, minutes=2))
    assert len(world.messages) == 1


def test_without_a_pay_by_it_waits_for_a_week() -> None:
    world, shop = World(a_shop(steps=ONE_EMAIL)), Reports()
    world.report_at(shop.updated("c1", START, who=person(ANNA)))
    world.report_at(pending(shop, "c1", after(minutes=5)))
    world.leap(after(days=7, hours=1))
    assert world.messages == []
    world.leap(after(days=7, hours=1, minutes=10))
    assert len(world.messages) == 1


@pytest.mark.parametrize("minutes", [20, 300])
def test_one_that_fails_gives_the_cart_back_an_hour_later_in_a_new_generation_where_it_had_been_left(minutes: int) -> None:
    world, shop = World(a_shop(steps=ONE_EMAIL, cap=9, gap=timedelta(hours=1))), Reports()
    world.report_at(shop.updated("c1", START, who=person(ANNA)))
    world.advance(after(minutes=minutes - 5))
    world.report_at(pending(shop, "c1", after(minutes=minutes)))
    world.report_at(PaymentFailed(id="failed", shop=SHOP, cart="c1", at=after(minutes=minutes + 7), order="o1"))
    before = len(world.messages)
    world.advance(after(minutes=minutes + 66))
    assert len(world.messages) == before
    world.advance(after(minutes=minutes + 70))
    assert len(world.messages) == before + 1
    assert world.cart().generation == (1 if before == 0 else 2)


def test_one_that_is_paid_late_is_a_purchase_and_stops_nothing_that_was_begun_after_it() -> None:
    world, shop = World(a_shop(steps=ONE_EMAIL)), Reports()
    world.report_at(shop.updated("c1", START, who=person(ANNA)))
    world.report_at(pending(shop, "c1", after(minutes=5)))
    world.report_at(shop.updated("c2", after(days=2) - 30 * MINUTE, who=person(ANNA)))
    world.report_at(OrderPaid(id="paid", shop=SHOP, cart="c1", at=after(days=2), order="o1"))
    world.leap(after(days=9))
    assert world.cart("c1").phase is Phase.BOUGHT
    assert [cart for cart, _ in sent(world)] == ["c2"]


def test_what_is_put_in_after_an_order_is_another_life_without_what_was_ordered() -> None:
    world, shop = World(a_shop(steps=ONE_EMAIL)), Reports()
    world.report_at(shop.updated("c1", START, a_line("kettle"), who=person(ANNA)))
    world.report_at(shop.ordered("c1", after(minutes=10), who=person(ANNA)))
    world.report_at(shop.added("c1", after(minutes=20), a_line("cup")))
    assert [line.sku for line in world.cart().facts.lines] == ["cup"]
    world.advance(after(hours=2))
    assert [cart for cart, _ in sent(world)] == ["c1"]
    world.report_at(shop.ordered("c1", after(hours=3), order="o2", who=person(ANNA)))
    assert world.cart().phase is Phase.BOUGHT


def test_the_page_s_last_word_of_what_was_ordered_and_an_emptied_cart_begin_nothing() -> None:
    world, shop = World(a_shop(steps=ONE_EMAIL)), Reports()
    world.report_at(shop.updated("c1", START, a_line("kettle"), who=person(ANNA)))
    world.report_at(shop.ordered("c1", after(minutes=10), who=person(ANNA)))
    world.report_at(shop.updated("c1", after(minutes=11), a_line("kettle")))
    world.report_at(shop.checkout("c1", after(minutes=12)))
    world.report_at(shop.identified("c1", after(minutes=13), person(ANNA)))
    world.report_at(shop.updated("c1", after(minutes=14), empty=True))
    assert (world.cart().phase, world.cart().generation) == (Phase.BOUGHT, 1)
    world.report_at(shop.updated("c1", after(minutes=15), a_line("kettle")))
    assert (world.cart().phase, world.cart().generation) == (Phase.ACTIVE, 2)


def test_the_same_again_hours_later_and_after_a_cancelled_order_is_another_life() -> None:
    world, shop = World(a_shop(steps=ONE_EMAIL)), Reports()
    for cart, cancelled, again in (("c1", False, after(hours=2)), ("c2", True, after(minutes=15))):
        world.record(shop.updated(cart, START, a_line("kettle")))
        world.record(shop.ordered(cart, after(minutes=10), order=cart))
        if cancelled:
            world.record(shop.cancelled(cart, after(minutes=12), order=cart))
        world.record(shop.updated(cart, again, a_line("kettle")))
        assert (world.cart(cart).phase, world.cart(cart).generation) == (Phase.ACTIVE, 2)


@pytest.mark.parametrize("origin", [Origin.RENEWAL, Origin.IMPORT])
def test_renewals_and_imports_stop_nothing(origin: Origin) -> None:
    world, shop = World(a_shop(steps=ONE_EMAIL)), Reports()
    world.report_at(shop.updated("c1", START, who=person(ANNA)))
    world.report_at(replace(shop.ordered("c1", after(minutes=10), who=person(ANNA)), origin=origin))
    world.advance(after(hours=2))
    assert len(world.messages) == 1


@pytest.mark.parametrize(("hours", "messages"), [(23, 0), (26, 1)])
def test_an_order_more_than_a_day_older_than_the_cart_stops_nothing_whenever_it_is_told(hours: int, messages: int) -> None:
    world, shop = World(a_shop(steps=ONE_EMAIL)), Reports()
    world.report_at(shop.updated("c1", START, who=person(ANNA)))
    world.advance(after(minutes=30))
    world.record(shop.ordered("order:o9", after(hours=-hours), order="o9", who=person(ANNA)))
    world.advance(after(hours=2))
    assert len(world.messages) == messages


def test_what_is_told_of_an_unpaid_order_without_its_cart_reaches_the_cart() -> None:
    for number, (event, phase) in enumerate(((OrderPaid, Phase.BOUGHT), (PaymentFailed, Phase.ABANDONED))):
        world, shop = World(a_shop(steps=ONE_EMAIL)), Reports()
        world.report_at(shop.updated("c1", START, who=person(ANNA)))
        world.report_at(replace(pending(shop, "c1", after(minutes=5)), number="#1"))
        name = ("o1", "#1")[number]
        world.report_at(event(id="word", shop=SHOP, cart=f"order:{name}", at=after(hours=3), order=name))
        world.advance(after(hours=5))
        assert world.cart().phase is phase
        assert world.carts.get(SHOP, f"order:{name}") is None
