"""An order is credited to one episode, once, whatever is told when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.carts.events import OrderPaid, Origin, Payment
from rebasket.domain.money import Money
from rebasket.domain.reporting.daily_figures import Figures, daily_figures
from rebasket.usecases.recording.erase_person import ErasePerson
from tests.doubles import address_hash
from tests.samples import ANNA, BOHDAN, EMAIL_ONLY, ONE_EMAIL, SHOP, Reports, a_line, a_shop, after, person
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from rebasket.domain.reminders.episode import Credit, EpisodeRef

WEEK = timedelta(days=7)


@pytest.fixture
def world() -> World:
    return World(a_shop(steps=EMAIL_ONLY))


def credited(world: World, cart: str = "c1", generation: int = 1) -> Credit | None:
    return world.episode(cart, generation).order


def whole(world: World) -> Figures:
    """All days together."""
    days = [list(episodes.values()) for episodes in world.episodes.items.values()]
    return sum((daily_figures("", day, WEEK).total for day in days), Figures())


def reminded(world: World, shop: Reports, cart: str = "c1", quantity: int = 1, **when: float) -> None:
    """A cart of Anna's that got its first reminder. She comes back to it with another quantity: the same is no activity."""
    world.report_at(shop.updated(cart, after(**when), a_line(quantity=quantity), who=person(ANNA)))
    world.advance(timedelta(hours=1))


def test_an_order_of_the_cart_goes_to_its_latest_episode_declared_before_it(world: World, shop: Reports) -> None:
    reminded(world, shop)
    reminded(world, shop, quantity=2, hours=20)
    world.report_at(shop.ordered("c1", after(hours=22), minor=700))
    assert credited(world, generation=1) is None
    found = credited(world, generation=2)
    assert found is not None
    assert (found.order, found.by, found.total, found.at) == ("o1", "cart", Money(700, "EUR"), after(hours=22))


def test_an_order_told_late_goes_to_the_episode_it_was_placed_in(world: World, shop: Reports) -> None:
    reminded(world, shop)
    reminded(world, shop, quantity=2, hours=20)
    world.record(shop.ordered("c1", after(hours=2), minor=700))
    assert credited(world, generation=1) is not None
    assert credited(world, generation=2) is None


def test_an_order_on_another_device_goes_to_the_newest_touch_of_the_same_contact(shop: Reports) -> None:
    world = World(a_shop(gap=timedelta(hours=1)))
    reminded(world, shop, "older")
    reminded(world, shop, "newer", hours=2)
    world.report_at(shop.ordered("laptop", after(hours=9), who=person(ANNA)))
    assert credited(world, "older") is None
    found = credited(world, "newer")
    assert found is not None
    assert (found.by, found.cart) == ("contact", "laptop")


def test_a_touch_of_a_held_contact_joins_an_order_like_a_sent_one(shop: Reports) -> None:
    world = World(a_shop(steps=ONE_EMAIL, holdout=1000))
    reminded(world, shop)
    world.report_at(shop.ordered("laptop", after(hours=9), who=person(ANNA)))
    assert whole(world).bought_held == 1


@pytest.mark.parametrize(("hours", "joined"), [(1 + 7 * 24, True), (1 + 7 * 24 + 0.001, False), (0.9, False)])
def test_a_touch_joins_an_order_only_inside_the_window(shop: Reports, *, hours: float, joined: bool) -> None:
    world = World(a_shop(steps=ONE_EMAIL))
    reminded(world, shop)
    world.report_at(shop.ordered("laptop", after(hours=hours), who=person(ANNA)))
    assert (credited(world) is not None) is joined


def test_an_order_of_a_stranger_is_credited_to_nobody_until_we_learn_who_it_was(world: World, shop: Reports) -> None:
    reminded(world, shop)
    world.report_at(shop.ordered("laptop", after(hours=9)))
    assert credited(world) is None
    world.report_at(shop.identified("laptop", after(hours=10), person(ANNA)))
    assert credited(world) is not None
    assert whole(world).recovered == 1


def test_an_order_placed_before_the_cart_was_declared_is_neither_recovered_nor_lost(world: World, shop: Reports) -> None:
    reminded(world, shop)
    world.report_at(shop.ordered("c1", after(minutes=30)))
    assert (whole(world).bought_before, whole(world).recovered) == (1, 0)


# -- Once --------------------------------------------------------------------------------------------------------------


def test_an_order_told_again_with_a_later_time_stays_where_it_is(world: World, shop: Reports) -> None:
    """Shops tell an order when it is placed and again when it is paid."""
    reminded(world, shop)
    reminded(world, shop, quantity=2, hours=20)
    world.record(shop.ordered("c1", after(hours=2), minor=700))
    world.record(shop.ordered("c1", after(hours=21), minor=800))
    found = credited(world, generation=1)
    assert found is not None
    assert (found.total, found.at) == (Money(800, "EUR"), after(hours=2)), "the total told last, the time at which it was placed"
    assert credited(world, generation=2) is None
    assert whole(world).revenue == {"EUR": 800}


def test_an_address_learnt_after_the_order_does_not_credit_it_a_second_time(world: World, shop: Reports) -> None:
    reminded(world, shop, "annas")
    world.record(shop.updated("bohdans", after(hours=1), who=person(BOHDAN)))
    world.advance(timedelta(hours=3))
    world.report_at(shop.ordered("laptop", after(hours=9), who=person(ANNA)))
    world.report_at(shop.identified("laptop", after(hours=10), person(BOHDAN)))
    assert whole(world).revenue == {"EUR": 1990}
    assert credited(world, "bohdans") is None


def test_an_order_reported_under_two_cart_ids_is_counted_once(world: World, shop: Reports) -> None:
    reminded(world, shop, "token")
    reminded(world, shop, "checkout", hours=3)
    world.report_at(shop.ordered("token", after(hours=9)))
    world.record(shop.ordered("checkout", after(hours=9)))
    assert whole(world).revenue == {"EUR": 1990}


def test_several_orders_of_one_cart_add_up_and_the_cart_counts_once(world: World, shop: Reports) -> None:
    reminded(world, shop)
    world.report_at(shop.ordered("c1", after(hours=2), "o1", 700))
    world.report_at(shop.ordered("c1", after(hours=3), "o2", 900))
    world.report_at(shop.ordered("c1", after(hours=3), "o3", 20))
    world.record(replace(shop.ordered("c1", after(hours=3), "o3", 10), revised_at=after(hours=4)))
    found = credited(world)
    assert found is not None
    assert found.order == "o1", "the first stays where it was"
    assert (whole(world).revenue, whole(world).recovered) == ({"EUR": 1610}, 1)


@pytest.mark.parametrize("turned", [False, True])
def test_an_order_told_by_id_and_by_number_is_counted_once_whichever_comes_first(
    world: World, shop: Reports, *, turned: bool
) -> None:
    reminded(world, shop)
    by_id = replace(shop.ordered("order:5837", after(hours=2), "5837", 700, who=person(ANNA)), number="#1")
    by_number = shop.ordered("c1", after(hours=2), "#1", 700)
    for event in (by_number, by_id) if turned else (by_id, by_number):
        world.record(event)
    world.record(shop.refunded("order:5837", after(hours=3), "5837", 100))
    world.record(shop.refunded("c1", after(hours=3), "#1", 50))
    assert (whole(world).revenue, whole(world).refunded) == ({"EUR": 700}, {"EUR": 150})


@pytest.mark.parametrize("origin", [each for each in Origin if each not in (Origin.STOREFRONT, Origin.PHONE)])
def test_what_the_shop_itself_ordered_is_no_recovery(world: World, shop: Reports, origin: Origin) -> None:
    reminded(world, shop)
    world.report_at(replace(shop.ordered("c1", after(hours=2)), origin=origin))
    assert (whole(world).recovered, whole(world).revenue) == (0, {})


def test_a_pending_order_is_a_recovery_once_it_is_paid(world: World, shop: Reports) -> None:
    reminded(world, shop)
    world.report_at(replace(shop.ordered("c1", after(hours=2), minor=700), payment=Payment.PENDING))
    assert whole(world).recovered == 0
    world.report_at(OrderPaid(id="paid", shop=SHOP, cart="c1", at=after(hours=30), order="o1"))
    assert (whole(world).recovered, whole(world).revenue) == (1, {"EUR": 700})


# -- Refunds -----------------------------------------------------------------------------------------------------------


def test_refunds_of_a_credited_order_are_shown_with_it(world: World, shop: Reports) -> None:
    reminded(world, shop)
    world.report_at(shop.ordered("c1", after(hours=2), minor=900))
    refund = shop.refunded("c1", after(hours=3), minor=300)
    for _ in range(2):
        world.record(refund)
    assert whole(world).refunded == {"EUR": 300}
    world.record(shop.cancelled("c1", after(hours=4)))
    assert whole(world).refunded == {"EUR": 900}


def test_a_refund_told_before_its_order_counts_when_the_order_comes(world: World, shop: Reports) -> None:
    reminded(world, shop)
    world.record(shop.refunded("c1", after(hours=3), minor=300))
    world.record(shop.ordered("c1", after(hours=1), minor=900))
    assert (whole(world).revenue, whole(world).refunded) == ({"EUR": 900}, {"EUR": 300})


def test_refunds_of_each_credited_order_are_shown_and_of_another_none(world: World, shop: Reports) -> None:
    reminded(world, shop)
    world.report_at(shop.ordered("c1", after(hours=2), "o1", 700))
    world.report_at(shop.ordered("c1", after(hours=3), "o2", 900))
    world.report_at(shop.refunded("c1", after(hours=4), "o2", 900))
    world.report_at(shop.refunded("c1", after(hours=4), "o3", 900))
    assert whole(world).refunded == {"EUR": 900}


@pytest.mark.parametrize("elsewhere", ["order:o1", "another"])
def test_what_is_paid_back_of_an_order_told_later_and_of_another_cart_counts(world: World, shop: Reports, elsewhere: str) -> None:
    reminded(world, shop)
    for refund in [shop.refunded(elsewhere, after(hours=3), minor=300), shop.refunded("c1", after(hours=3), minor=50)]:
        world.record(refund)
    for _ in range(2):
        world.record(shop.ordered("c1", after(hours=2), minor=900))
        assert (whole(world).revenue, whole(world).refunded) == ({"EUR": 900}, {"EUR": 350})
    world.record(shop.cancelled(elsewhere, after(hours=4)))
    assert whole(world).refunded == {"EUR": 900}


def test_what_is_paid_back_of_a_strangers_order_counts_once_we_learn_who_it_was(world: World, shop: Reports) -> None:
    reminded(world, shop)
    world.report_at(shop.ordered("laptop", after(hours=9), minor=900))
    world.report_at(shop.refunded("order:o1", after(hours=10), minor=300))
    world.report_at(shop.identified("laptop", after(hours=11), person(ANNA)))
    assert (whole(world).revenue, whole(world).refunded) == ({"EUR": 900}, {"EUR": 300})


def test_a_refund_that_comes_while_its_order_is_told_elsewhere_counts_whichever_is_first(world: World, shop: Reports) -> None:
    reminded(world, shop)
    refund = shop.refunded("order:o1", after(hours=3), minor=300)
    told, bound = shop.ordered("c1", after(hours=2), minor=900), world.episodes.bound

    def late(shop: str, order: str) -> EpisodeRef | None:
        world.episodes.bound = bound  # type: ignore[method-assign]  # once
        before = bound(shop, order)
        world.record(told)
        return before

    world.episodes.bound = late  # type: ignore[method-assign]  # the order comes after this look
    world.record(refund)
    assert (whole(world).revenue, whole(world).refunded) == ({"EUR": 900}, {"EUR": 300})


def forgotten(world: World) -> None:
    """As after the days that a cart is kept."""
    del world.carts.items[SHOP, "c1"]


def erased(world: World) -> None:
    carts, contacts = world.record_event.carts, world.record_event.contacts
    ErasePerson(carts=carts, contacts=contacts, address_hash=address_hash, clock=world.clock)(SHOP, ANNA)


@pytest.mark.parametrize("gone", [forgotten, erased])
@pytest.mark.parametrize("cart", ["c1", "order:o1"])
def test_what_is_paid_back_counts_when_the_cart_is_gone_or_not_named(
    world: World, shop: Reports, gone: Callable[[World], None], cart: str
) -> None:
    reminded(world, shop)
    world.report_at(shop.ordered("c1", after(hours=2), minor=900))
    earlier = shop.refunded("c1", after(hours=3), minor=100)
    world.record(earlier)
    gone(world)
    for refund in (shop.refunded(cart, after(days=100), minor=300), shop.refunded(cart, after(days=101), minor=50)):
        for _ in range(2):
            world.record(refund)
    world.record(earlier)
    assert (whole(world).revenue, whole(world).refunded) == ({"EUR": 900}, {"EUR": 450})
    world.record(shop.cancelled(cart, after(days=102)))
    assert whole(world).refunded == {"EUR": 900}


def test_what_was_paid_back_is_never_booked_as_revenue_by_an_event_that_dies_halfway(world: World, shop: Reports) -> None:
    """An order that joins a touched cart by a name that is told last, by a shop that does not tell it again."""
    reminded(world, shop)
    world.record(shop.ordered("laptop", after(hours=2), minor=900))
    world.record(shop.refunded("laptop", after(hours=3), minor=900))
    credit = world.episodes.credit
    refunded: list[int] = []

    def watched(ref: EpisodeRef, order: Credit) -> bool:
        done = credit(ref, order)
        refunded.append(world.episode("c1").refunded)
        return done

    world.episodes.credit = watched  # type: ignore[method-assign]  # to look between two calls
    world.record(shop.identified("laptop", after(hours=4), person(ANNA)))
    assert refunded == [900]
