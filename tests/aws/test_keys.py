"""No two things share a key, whatever they are called; and every key fits into DynamoDB's limits."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from rebasket.aws import keys
from rebasket.domain.carts.timer import Timer
from rebasket.domain.reminders.episode import EpisodeRef
from tests.samples import MINUTE, START

shops = st.sampled_from(["tea", "coffee", "t"])
hashes = st.sampled_from(["a" * 32, "b" * 32])
days = st.sampled_from(["2026-03-02", "2026-03-03"])
carts = st.text("#ab1", min_size=1, max_size=4)
"""Few characters, so that one name is often another with something of the key around it."""
numbers = st.integers(1, 12)

things = st.one_of(
    st.tuples(st.just("cart"), shops, carts),
    st.tuples(st.just("contact"), shops, hashes),
    st.tuples(st.just("contact_cart"), shops, hashes, carts),
    st.tuples(st.just("order"), shops, carts),
    st.tuples(st.just("shop"), shops),
    st.tuples(st.just("policy"), shops, numbers),
    st.tuples(st.just("shop_listed"), shops),
    st.tuples(st.just("link"), st.text("ab", min_size=2, max_size=3)),
    st.tuples(st.just("books"), shops, days),
    st.tuples(st.just("posting"), shops, days, numbers),
    st.tuples(st.just("mark"), shops, days, days),
    st.tuples(st.just("reputation"), shops, days),
    st.tuples(st.just("pause"), shops),
    st.tuples(
        st.just("sms_slots"),
        shops,
        st.sampled_from(["3805012", "3805013"]),
        st.sampled_from(["2026-03-02T10Z", "2026-03-02T11Z"]),
    ),
    st.builds(
        lambda shop, day, cart, n: ("episode", EpisodeRef(shop=shop, day=day, cart=cart, generation=n)),
        shops,
        days,
        carts,
        numbers,
    ),
)


@given(things, things)
def test_two_things_have_two_keys(one: tuple[str, object], other: tuple[str, object]) -> None:
    one_key, other_key = (getattr(keys, thing[0])(*thing[1:]) for thing in (one, other))
    assert (one == other) == (one_key == other_key)
    assert one_key != keys.STOP


timers = st.builds(
    lambda shop, cart, n, minute: Timer(shop=shop, cart=cart, generation=n, due=START + minute * MINUTE),
    shops, carts, numbers, st.integers(0, 2),
)  # fmt: skip


@given(timers, timers, st.integers(1, 5))
def test_two_timers_have_two_keys_and_none_is_the_cursor(one: Timer, other: Timer, shards: int) -> None:
    assert (one == other) == (keys.timer(one, shards) == keys.timer(other, shards))
    assert keys.timer(one, shards) != keys.CURSOR
    assert keys.timer(one, shards)["pk"] in {keys.timer_partition(one.due, shard) for shard in range(shards)}


@given(st.builds(EpisodeRef, shop=shops, day=days, cart=carts, generation=numbers))
def test_an_episode_is_in_one_of_its_days_partitions(ref: EpisodeRef) -> None:
    found = {keys.episode_partition(ref.shop, ref.day, shard) for shard in range(keys.EPISODE_SHARDS)}
    assert keys.episode(ref)["pk"] in found


def test_the_longest_names_that_are_taken_fit_into_the_keys() -> None:
    """2,048 bytes for a partition key, 1,024 for a sort key (DynamoDB Developer Guide, "Quotas")."""
    shop, cart = "s" * 64, "ы" * 64
    ref = EpisodeRef(shop=shop, day="2026-03-02", cart=cart, generation=10**9)
    timer = Timer(shop=shop, cart=cart, generation=10**9, due=START + timedelta(days=1))
    contact = keys.contact_cart(shop, "a" * 32, cart)
    every = [keys.cart(shop, cart), contact, keys.episode(ref), keys.order(shop, cart), keys.timer(timer, 64)]
    assert all(len(key["pk"].encode()) <= 2048 and len(key["sk"].encode()) <= 1024 for key in every)


def test_carts_and_timers_spread_over_their_shards() -> None:
    refs = [EpisodeRef(shop="tea", day="2026-03-02", cart=f"c{n}", generation=1) for n in range(400)]
    used = {keys.episode(ref)["pk"] for ref in refs}
    assert len(used) == keys.EPISODE_SHARDS
    timers_used = {keys.timer(Timer(shop="tea", cart=f"c{n}", generation=1, due=START), 8)["pk"] for n in range(400)}
    assert len(timers_used) == 8
