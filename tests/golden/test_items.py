"""What is stored today is what was stored yesterday: as it is written, and as it is read."""

from __future__ import annotations

import re
from inspect import getmembers, isfunction
from typing import TYPE_CHECKING, Any

import pytest

from rebasket.aws import keys
from rebasket.domain.carts.timer import Timer
from rebasket.domain.reminders.episode import EpisodeRef
from tests.golden import book_items, cart_items, contact_items, episode_items, shop_items, timer_items
from tests.golden.shelf import HERE, Shelf
from tests.golden.tables import NOW, Example
from tests.golden.typed import size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.golden.tables import Tables

FILES: Mapping[str, list[Example]] = {
    "books": book_items.EXAMPLES,
    "carts": cart_items.EXAMPLES,
    "contacts": contact_items.EXAMPLES,
    "episodes": episode_items.EXAMPLES,
    "shops": shop_items.EXAMPLES,
    "timers": timer_items.EXAMPLES,
}
EVERY = [(file, example) for file, found in FILES.items() for example in found]
WRITTEN = [(file, example) for file, example in EVERY if example.write]


def called(value: object) -> str:
    """What a failing test is called by."""
    return value.name if isinstance(value, Example) else str(value)


KINDS = (
    (r"cart#tea#.+", r"cart"),
    (r"contact#tea#[0-9a-f]{32}", r"contact"),
    (r"contact#tea#[0-9a-f]{32}", r"cart#.+"),
    (r"contact#tea#[0-9a-f]{32}", r"journal#\d{14}#[a-z ]+"),
    (r"episodes#tea#\d{4}-\d\d-\d\d#[0-3]", r".+#\d+"),
    (r"episodes#tea#order#.+", r"order"),
    (r"episodes#tea#amiss#.+", r"[a-z_.]+"),
    (r"episodes#tea#amiss", r"\d{4}-\d\d-\d\d"),
    (r"shop#tea", r"shop"),
    (r"shop#tea", r"policy#\d+"),
    (r"shop#tea#pause", r"pause"),
    (r"shop##stop", r"stop"),
    (r"shops", r"tea"),
    (r"pulse#tea", r"\d{4}-\d\d-\d\d"),
    (r"elsewhere#tea", r"email|sms"),
    (r"texts#tea#\d{7}", r"\d{4}-\d\d-\d\dT\d\dZ"),
    (r"link#[0-9A-Za-z]{12}", r"link"),
    (r"books#tea", r"\d{4}-\d\d-\d\d#figures"),
    (r"books#tea", r"posting#\d{4}-\d\d-\d\d#\d{6}"),
    (r"changed#tea", r"\d{4}-\d\d-\d\d#\d{4}-\d\d-\d\d"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\dZ#[0-3]", r"tea#.+#\d+"),
    (r"cursor", r"sweep"),
)
"""Every kind of key in both tables: partition, sort."""


@pytest.fixture
def shelf(renew: bool) -> Shelf:  # noqa: FBT001  # a fixture
    return Shelf(HERE / "items", renew)


@pytest.mark.parametrize(("file", "example"), WRITTEN, ids=called)
def test_what_is_written_is_golden(shelf: Shelf, tables: Tables, file: str, example: Example) -> None:
    assert example.write
    example.write(tables)
    shelf.hold(file, example.name, tables.shown())


@pytest.mark.parametrize(("file", "example"), EVERY, ids=called)
def test_what_is_golden_is_read(shelf: Shelf, tables: Tables, file: str, example: Example) -> None:
    tables.fill(shelf.read(file)[example.name])
    assert example.read(tables) == example.meant


@pytest.mark.parametrize("file", FILES)
def test_no_golden_item_is_left_over(shelf: Shelf, file: str) -> None:
    shelf.hold_names(file, {example.name for example in FILES[file]})


# -- Every kind of key -------------------------------------------------------------------------------------------------


def kind_of(pk: str, sk: str) -> int:
    (found,) = (number for number, (p, s) in enumerate(KINDS) if re.fullmatch(p, pk) and re.fullmatch(s, sk))
    return found


def test_every_kind_of_key_has_a_golden_item(shelf: Shelf) -> None:
    items = [item for file in FILES for golden in shelf.read(file).values() for table in golden.values() for item in table]
    assert {kind_of(item["pk"]["S"], item["sk"]["S"]) for item in items} == set(range(len(KINDS)))


HASH = "5f2c9d7ab1e04c3388d0aa17b6e4c921"
MADE: Mapping[Any, tuple[object, ...]] = {
    keys.cart: ("tea", "c1"),
    keys.contact: ("tea", HASH),
    keys.contact_cart: ("tea", HASH, "c1"),
    keys.episode: (EpisodeRef(shop="tea", day="2026-03-02", cart="c1", generation=1),),
    keys.order: ("tea", "o1"),
    keys.amiss: ("tea", "c1", "order.placed"),
    keys.amiss_day: ("tea", "2026-03-02"),
    keys.shop: ("tea",),
    keys.policy: ("tea", 1),
    keys.shop_listed: ("tea",),
    keys.reputation: ("tea", "2026-03-02"),
    keys.pause: ("tea",),
    keys.journal: ("tea", HASH, 1772445600000, "opted out"),
    keys.other_voice: ("tea", "email"),
    keys.sms_slots: ("tea", "3804412", "2026-03-02T10Z"),
    keys.link: ("4kZ81wQmXb7T",),
    keys.books: ("tea", "2026-03-02"),
    keys.posting: ("tea", "2026-03-02", 1),
    keys.mark: ("tea", "2026-03-02", "2026-03-20"),
    keys.timer: (Timer(shop="tea", cart="c1", generation=1, due=NOW), 4),
}


def test_every_key_that_can_be_made_is_of_a_kind_with_a_golden_item() -> None:
    """Whoever adds a kind of key adds it here, and a golden item with it."""
    partitions = {keys.episode_partition, keys.timer_partition}
    assert {made for _, made in getmembers(keys, isfunction)} == MADE.keys() | partitions
    kept = [made for _, made in getmembers(keys) if isinstance(made, dict) and "pk" in made]
    found = [make(*arguments) for make, arguments in MADE.items()] + kept
    assert {kind_of(key["pk"], key["sk"]) for key in found} == set(range(len(KINDS)))


# -- Sizes -------------------------------------------------------------------------------------------------------------


def test_a_usual_cart_costs_one_write_unit(tables: Tables) -> None:
    """1 KB (DynamoDB Developer Guide, "Read and write requests")."""
    (usual,) = (example for example in cart_items.EXAMPLES if example.name == "a usual one, active")
    assert usual.write
    usual.write(tables)
    (item,) = tables.raw()["carts"]
    assert size(item) <= 1024
