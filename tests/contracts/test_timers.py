"""What every store of timers keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.carts.timer import Timer
from tests.contracts.test_carts_and_contacts import ODD_IDS
from tests.samples import MINUTE, SHOP, START, after

if TYPE_CHECKING:
    from datetime import datetime

    from tests.contracts.conftest import Stores


def timer(cart: str = "c1", generation: int = 1, shop: str = SHOP, at: datetime = START) -> Timer:
    return Timer(shop=shop, cart=cart, generation=generation, due=at)


def key(item: Timer) -> tuple[str, str, int]:
    return item.shop, item.cart, item.generation


@pytest.mark.parametrize("cart", ODD_IDS)
def test_a_timer_comes_back_as_it_was(stores: Stores, cart: str) -> None:
    armed = replace(timer(cart, 12), day="2026-03-01", attempt=3)
    assert not stores.timers.exists(armed)
    stores.timers.arm(armed)
    assert stores.timers.exists(armed)
    assert stores.timers.due_at(START) == [armed]


def test_timers_of_one_cart_generation_and_minute_merge_into_one(stores: Stores) -> None:
    stores.timers.arm(replace(timer(), attempt=5))
    stores.timers.arm(timer())
    assert stores.timers.due_at(START) == [timer()]


def test_timers_that_differ_in_anything_are_several(stores: Stores) -> None:
    different = [timer(), timer("c2"), timer(generation=2), timer(shop="coffee"), timer("c1#1")]
    for armed in different:
        stores.timers.arm(armed)
    stores.timers.arm(timer(at=START + MINUTE))
    stores.timers.arm(timer(at=START - MINUTE))
    assert sorted(map(key, stores.timers.due_at(START))) == sorted(map(key, different))
    assert not stores.timers.exists(timer(generation=3))


def test_a_minute_with_many_is_read_and_deleted_whole(stores: Stores) -> None:
    """More than one batch of 25, over all shards."""
    many = [timer(f"c{n}") for n in range(80)]
    for armed in many:
        stores.timers.arm(armed)
    stores.timers.arm(timer("stays", at=START + MINUTE))
    due = stores.timers.due_at(START)
    assert sorted(map(key, due)) == sorted(map(key, many))
    stores.timers.delete(due)
    assert stores.timers.due_at(START) == []
    assert stores.timers.exists(timer("stays", at=START + MINUTE))


def test_deleting_what_is_gone_or_nothing_is_no_error(stores: Stores) -> None:
    stores.timers.arm(timer())
    stores.timers.delete([])
    stores.timers.delete([timer(), timer("never there")])
    stores.timers.delete([timer()])
    assert stores.timers.due_at(START) == []


def test_the_cursor_only_moves_forward_and_is_no_timer(stores: Stores) -> None:
    assert stores.timers.cursor() is None
    stores.timers.advance(after(minutes=5))
    stores.timers.advance(after(minutes=4))
    assert stores.timers.cursor() == after(minutes=5)
    stores.timers.advance(after(minutes=5))
    stores.timers.advance(after(minutes=6))
    assert stores.timers.cursor() == after(minutes=6)
    assert stores.timers.due_at(after(minutes=6)) == []
