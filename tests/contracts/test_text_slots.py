"""What every store of text messages' slots keeps."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.samples import SHOP, START

if TYPE_CHECKING:
    from tests.contracts.conftest import Stores

BEGINNING, HOUR = "3805012", timedelta(hours=1)


def test_an_hour_has_so_many_slots_and_no_more(stores: Stores) -> None:
    assert [stores.sms_slots.take(SHOP, BEGINNING, START, 3) for _ in range(5)] == [True, True, True, False, False]


def test_each_hour_shop_and_beginning_has_its_own(stores: Stores) -> None:
    assert stores.sms_slots.take(SHOP, BEGINNING, START, 1)
    assert not stores.sms_slots.take(SHOP, BEGINNING, START, 1)
    assert stores.sms_slots.take(SHOP, BEGINNING, START + HOUR, 1)
    assert stores.sms_slots.take("coffee", BEGINNING, START, 1)
    assert stores.sms_slots.take(SHOP, "3805013", START, 1)


def test_what_was_refused_was_not_counted(stores: Stores) -> None:
    stores.sms_slots.take(SHOP, BEGINNING, START, 1)
    for _ in range(3):
        assert not stores.sms_slots.take(SHOP, BEGINNING, START, 1)
    assert [stores.sms_slots.take(SHOP, BEGINNING, START, 3) for _ in range(3)] == [True, True, False]


def test_a_policy_that_allows_fewer_closes_the_hour(stores: Stores) -> None:
    for _ in range(5):
        stores.sms_slots.take(SHOP, BEGINNING, START, 20)
    assert not stores.sms_slots.take(SHOP, BEGINNING, START, 4)
