"""A touch travels through the provider as tags, and comes back the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.domain.people.contact import TouchId
from rebasket.domain.sending.tags import CART, GENERATION, STEP, tags_of, touch_in
from tests.stored import names

TAGS = tags_of("tea", "2026-03-02", TouchId("кошик #1", 3, 2), "k" * 32)
ALLOWED = re.compile(r"[A-Za-z0-9_-]{1,256}")


@given(names, st.integers(0, 10**6), st.integers(1, 99))
def test_tags_round_trip_whatever_the_cart_is_called(cart: str, generation: int, step: int) -> None:
    touch = TouchId(cart, generation, step)
    tags = tags_of("tea", "2026-03-02", touch, "abc")
    assert touch_in(tags) == ("tea", "2026-03-02", touch, "abc")
    assert all(ALLOWED.fullmatch(text) for pair in tags.items() for text in pair)


def test_the_longest_cart_id_that_is_taken_fits_into_a_tag() -> None:
    assert ALLOWED.fullmatch(tags_of("tea", "2026-03-02", TouchId("ы" * 64, 1, 1), "k")[CART])


def test_tags_beside_ours_do_not_matter() -> None:
    assert touch_in(TAGS | {"ses:configuration-set": "x"}) == touch_in(TAGS)


@pytest.mark.parametrize("name", list(TAGS))
def test_without_any_one_of_them_it_is_not_ours(name: str) -> None:
    assert touch_in({key: value for key, value in TAGS.items() if key != name}) is None


@pytest.mark.parametrize(("name", "value"), [(CART, "_w"), (CART, "A"), (GENERATION, "one"), (STEP, "")])
def test_tags_that_say_nothing_sensible_are_not_ours(name: str, value: str) -> None:
    assert touch_in(TAGS | {name: value}) is None
