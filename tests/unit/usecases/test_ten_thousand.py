"""Ten thousand carts live their whole lives through the ports in memory, and the work they cost is counted."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from rebasket.domain.reporting.daily_figures import Figures
from tests.faults import Journal, watched
from tests.lifecycles import whole_lives
from tests.promises import broken_at_rest, broken_by_history
from tests.world import World

CARTS = 10_000


@pytest.fixture(scope="module")
def lived() -> tuple[World, Counter[str]]:
    journal = Journal()
    world = World(wrap=partial(watched, journal=journal))
    whole_lives(world, CARTS)
    return world, Counter(journal.calls)


def test_every_one_of_them_comes_to_its_end_and_no_promise_is_broken(lived: tuple[World, Counter[str]]) -> None:
    world, _ = lived
    assert len(world.carts.items) == CARTS
    assert broken_at_rest(world) == []
    assert broken_by_history(world) == []


def test_the_books_have_every_one_of_them(lived: tuple[World, Counter[str]]) -> None:
    world, _ = lived
    total = sum((day.figures.total for day in world.books.items.values()), Figures())
    assert total.episodes == sum(len(cart.episodes) for cart in world.carts.items.values()) > CARTS * 0.9
    assert total.planned == 2 * total.episodes
    assert total.touches["sent"] == len(world.messages)
    assert total.recovered > CARTS / 20
    assert abs(total.held - total.episodes / 10) < 4 * (total.episodes * 0.09) ** 0.5
    assert total.bought_held > 0


def test_the_work_grows_with_the_carts_and_not_with_their_square(lived: tuple[World, Counter[str]]) -> None:
    _, calls = lived
    journal = Journal()
    whole_lives(World(wrap=partial(watched, journal=journal)), CARTS // 10)
    few = Counter(journal.calls)
    assert sum(calls.values()) <= 10.5 * sum(few.values())


def test_a_cart_costs_so_many_calls_and_no_more(lived: tuple[World, Counter[str]]) -> None:
    """Each is a request to DynamoDB. A figure that rises here rises on the bill."""
    _, calls = lived
    per_cart = {
        name: calls[name] / CARTS for name in ("MemoryCarts.get", "MemoryCarts.put", "MemoryTimers.arm", "WatchedContacts.put")
    }
    assert per_cart["MemoryCarts.get"] < 7
    assert per_cart["MemoryCarts.put"] < 4
    assert per_cart["MemoryTimers.arm"] < 5
    assert per_cart["WatchedContacts.put"] < 4
