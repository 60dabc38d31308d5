"""What a shop expects of a purchase: heard whatever else the event says, counted in full, taken back when it fell through."""

from __future__ import annotations

import io

import pytest

from tests.known_faults.storefront import opened
from tests.samples import ANNA, ONE_EMAIL, SHOP, START, Reports, a_shop, after, person
from tests.world import World


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="A cart that named twenty addresses refuses its purchase; its buyer is reminded."
)
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
@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="Of two orders made of one cart, only the one that is told first is revenue."
)
def test_two_orders_of_one_cart_are_both_revenue(first: str) -> None:
    """Finance expects the whole checkout's revenue, split into two shipments or not, in whichever order they are told."""
    world, shop = World(a_shop(steps=ONE_EMAIL)), Reports()
    world.report_at(shop.updated("c1", START, who=person(ANNA)))
    world.advance(after(hours=2))
    totals = {"o1": 10_000, "o2": 500}
    for order in sorted(totals, key=lambda each: each != first):
        world.record(shop.ordered("c1", world.clock(), order=order, minor=totals[order], who=person(ANNA)))
    assert world.make_report(SHOP, START.date(), START.date()).total.revenue == {"EUR": 10_500}


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="An order told again with another total silences a cart begun after it."
)
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


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="A total that the shop corrects downwards stays as it was in the report."
)
def test_a_total_corrected_downwards_is_the_revenue() -> None:
    """Finance expects the figure that the shop gave last for an order, also when it is the smaller one."""
    world, shop = World(a_shop(steps=ONE_EMAIL)), Reports()
    world.report_at(shop.updated("c1", START, who=person(ANNA)))
    world.advance(after(hours=2))
    for minor in (9990, 1990):
        world.record(shop.ordered("c1", world.clock(), minor=minor, who=person(ANNA)))
    assert world.make_report(SHOP, START.date(), START.date()).total.revenue == {"EUR": 1990}


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="A cart whose payment failed is never reminded of, though the shopper went on with it.",
)
def test_a_cart_whose_payment_failed_is_reminded_of_like_any_other() -> None:
    """A shop expects that a cancelled order leaves an abandoned cart behind, not a purchase."""
    world, shop = World(a_shop(steps=ONE_EMAIL)), Reports()
    world.report_at(shop.updated("c1", START, who=person(ANNA)))
    world.report_at(shop.ordered("c1", after(minutes=5), who=person(ANNA)))
    world.report_at(shop.cancelled("c1", after(minutes=6)))
    world.report_at(shop.updated("c1", after(minutes=10), who=person(ANNA)))
    world.advance(after(hours=5))
    assert len(world.messages) == 1
