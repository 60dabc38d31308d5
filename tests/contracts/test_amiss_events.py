"""What every store of refused and mended events keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.domain.carts.amiss import Amiss, AmissCounts
from tests.samples import SHOP, START

if TYPE_CHECKING:
    from tests.contracts.conftest import Stores

REFUSED = Amiss(
    shop=SHOP,
    cart="c#1",
    type="order.refunded",
    event="e1",
    at=START,
    refused=True,
    fields=(("/order/amount", "must be a whole number"), ("", "must be an object")),
)


def test_of_each_type_the_latest_is_kept_in_order_of_time(stores: Stores) -> None:
    assert list(stores.amiss_events.of_cart(SHOP, "c#1")) == []
    updated = replace(REFUSED, type="cart.updated", event=None, at=START + timedelta(minutes=1), refused=False, fields=())
    later = replace(REFUSED, event="e2", at=START + timedelta(minutes=2))
    for amiss in (REFUSED, updated, later, replace(REFUSED, cart="c2"), replace(REFUSED, shop="coffee")):
        stores.amiss_events.note(amiss)
    assert list(stores.amiss_events.of_cart(SHOP, "c#1")) == [updated, later]


def test_all_are_counted_by_day_also_those_of_no_cart(stores: Stores) -> None:
    for days, cart, refused in ((0, "c1", True), (0, "", True), (0, "c1", False), (2, "c1", False), (9, "c1", True)):
        stores.amiss_events.note(replace(REFUSED, cart=cart, at=START + timedelta(days=days), refused=refused))
    stores.amiss_events.note(replace(REFUSED, shop="coffee"))
    first, last = (f"{START + timedelta(days=days):%Y-%m-%d}" for days in (0, 2))
    assert stores.amiss_events.days(SHOP, first, last) == {first: AmissCounts(2, 1), last: AmissCounts(0, 1)}
    assert list(stores.amiss_events.of_cart(SHOP, "")) == []
