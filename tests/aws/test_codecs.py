"""What is packed comes back the same, whatever it holds; and a usual cart costs one write unit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.aws.attributes import (
    Plain,
    from_attribute,
    from_attributes,
    from_millis,
    maybe_millis,
    maybe_time,
    to_attribute,
    to_attributes,
    to_millis,
)
from rebasket.aws.cart_codec import pack_cart, pack_facts, unpack_cart, unpack_facts
from rebasket.aws.episode_codec import (
    pack_contact,
    pack_credit,
    pack_header,
    pack_refunds,
    pack_touch,
    unpack_contact,
    unpack_episode,
    unpack_header,
)
from rebasket.aws.shops import pack_policy, pack_shop, unpack_policy, unpack_shop
from rebasket.domain.carts.cart import Cart, recorded
from rebasket.domain.reminders.episode import Arm, Header
from rebasket.domain.shops.policy import Policy
from tests import stored
from tests.samples import ANNA, ANNA_PHONE, START, Reports, a_line, a_shop, after, person

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.carts.facts import CartFacts
    from rebasket.domain.people.contact import Contact
    from rebasket.domain.reminders.episode import Episode
    from rebasket.domain.shops.policy import Shop


def stored_as(item: dict[str, Any]) -> dict[str, Any]:
    """As it comes back from a table: without what is absent, typed by DynamoDB's few types."""
    return from_attributes(to_attributes(item))


@given(stored.carts)
def test_a_cart(cart: Cart) -> None:
    assert unpack_cart(cart.shop, cart.id, stored_as(pack_cart(cart))) == cart


@given(stored.facts())
def test_facts(facts: CartFacts) -> None:
    back = unpack_facts(pack_facts(facts))
    assert back == facts
    assert back.lines == facts.lines


@given(stored.contacts)
def test_a_contact(contact: Contact) -> None:
    assert unpack_contact(contact.shop, contact.key, stored_as(pack_contact(contact))) == contact


@given(stored.episodes)
def test_an_episode(episode: Episode) -> None:
    item: dict[str, Any] = {
        "header": pack_header(episode.header) if episode.header else None,
        **{f"t{step}": pack_touch(touch) for step, touch in episode.touches.items()},
        **{f"c{step}": channel.value for step, channel in episode.chosen.items()},
        **{f"n{step}": word.weight for step, word in episode.said.items()},
        "order": pack_credit(episode.order) if episode.order else None,
        "back": {text for order, refunds in episode.refunds.items() for text in pack_refunds(order, refunds)} or None,
        "click": maybe_millis(episode.clicked_at),
    }
    assert unpack_episode(episode.ref, stored_as(item)) == episode


@given(stored.shops)
def test_a_shop(shop: Shop) -> None:
    assert unpack_shop(shop.id, stored_as(pack_shop(shop)), shop.policy) == shop


@given(stored.policies())
def test_a_policy(policy: Policy) -> None:
    assert unpack_policy(policy.version, stored_as(pack_policy(policy))) == policy


def test_a_policy_and_a_shop_of_before_quiet_hours_have_the_usual_ones_and_utc() -> None:
    shop = a_shop()
    old_policy = {name: value for name, value in pack_policy(shop.policy).items() if name != "quiet_hours"}
    old_shop = {name: value for name, value in pack_shop(shop).items() if name != "zone"}
    found = unpack_shop(shop.id, stored_as(old_shop), unpack_policy(1, stored_as(old_policy)))
    assert found.time_zone == "UTC"
    assert found.policy.quiet_hours == Policy().quiet_hours
    assert pack_policy(Policy())["quiet_hours"] == {"email": "21:00-08:00", "sms": "20:00-09:00"}


def test_a_policy_of_before_texts_were_limited_has_the_usual_limits() -> None:
    new = ("sms_countries", "sms_per_prefix")
    old = {name: value for name, value in pack_policy(Policy()).items() if name not in new}
    found = unpack_policy(1, stored_as(old))
    assert (found.sms_countries, found.sms_per_prefix) == (None, 20)


def test_no_country_at_all_is_not_the_usual_ones() -> None:
    nowhere = Policy(sms_countries=frozenset())
    assert unpack_policy(1, stored_as(pack_policy(nowhere))).sms_countries == frozenset()


def test_a_header_of_before_quiet_hours_has_no_zone() -> None:
    header = Header(
        declared_at=START,
        due=START,
        value=1,
        currency=None,
        contacts={},
        policy=1,
        arm=Arm.TREATMENT,
        locale=None,
        time_zone=None,
    )
    assert unpack_header(stored_as(pack_header(header))) == header
    assert "zone" not in stored_as(pack_header(header))


@given(stored.moments)
def test_times_are_kept_to_the_millisecond(at: datetime) -> None:
    assert from_millis(to_millis(at)) == at
    assert maybe_time(maybe_millis(at)) == at


plain = st.recursive(
    st.text() | st.integers() | st.booleans() | st.binary() | st.sets(st.text(), min_size=1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), plain, max_size=4))
def test_plain_data(item: dict[str, Plain]) -> None:
    assert stored_as(item) == item


def test_an_absent_member_is_left_out_and_what_is_never_stored_is_refused() -> None:
    assert stored_as({"a": None, "b": {"c": None}}) == {"b": {}}
    with pytest.raises(TypeError, match="float"):
        to_attribute(1.5)  # type: ignore[arg-type]  # on purpose
    with pytest.raises(TypeError, match="NS"):
        from_attribute({"NS": ["1"]})


def test_what_is_empty_and_what_is_nought_is_kept() -> None:
    line = a_line("a", 1, 0, unit_margin=0, days_in_stock=0)
    cart = recorded(Cart.blank("tea", "c1"), Reports().updated("c1", START, line), START)
    assert unpack_facts(pack_facts(cart.facts)).lines == (line,)


@pytest.mark.parametrize(("lines", "kilobytes"), [(1, 1), (3, 1), (5, 1), (12, 2), (20, 2)])
def test_a_usual_cart_costs_as_little_as_is_said(lines: int, kilobytes: int) -> None:
    """An item of 1 KB is one write unit (DynamoDB Developer Guide, "Capacity unit consumption")."""
    host = "https://shop.example/media/catalog/product"
    wide = [
        a_line(
            f"SKU-{n * 7919:08}", 1 + n % 3, 1_990 + n * 731, image_url=f"{host}/{n * 104_729:x}_large.jpg",
            product_url=f"https://shop.example/uk/p/{n * 15_485_863:x}", categories=("Tea", "Green tea"),
        )
        for n in range(lines)
    ]  # fmt: skip
    cart = recorded(
        Cart.blank("tea", "4f1c9b2e-7a55-4c1d-9d39-6a3f0d0e6b11"),
        Reports().updated("c", START, *wide, who=person(ANNA, ANNA_PHONE)),
        after(seconds=1),
    )
    item = to_attributes({"pk": f"cart#tea#{cart.id}", "sk": "cart", "expires": 1_900_000_000, **pack_cart(cart)})
    size = sum(
        len(name) + len(value.get("B", b"")) + len(json.dumps(value.get("S", value.get("N", "")))) for name, value in item.items()
    )
    assert size <= kilobytes * 1024
