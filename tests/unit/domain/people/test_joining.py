"""Who joins, who is kept, what is written first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.domain.people.holds import Hold, PaymentWord
from rebasket.domain.people.identity import Identity, Kind
from rebasket.domain.people.joining import (
    JoinPlan,
    MarkTwin,
    NamedIdentity,
    Purchase,
    PutPerson,
    PutPointer,
    Told,
    join_plan,
    who_joins,
    with_told,
)
from rebasket.domain.people.person import MAX_IDENTITIES, ArmDrawn, EpisodeKey, Group, Person, Pointer, purchased
from rebasket.domain.people.root import EndlessChain, root_of, roots_of
from rebasket.domain.people.union import union
from tests.samples import SHOP, START, after, consent
from tests.unit.domain.people.drawn import KINDS, persons

if TYPE_CHECKING:
    from datetime import datetime
from itertools import pairwise

Store = dict[str, Person | Pointer]


def blank(key: str) -> Person:
    return Person.blank(SHOP, key, KINDS[key])


def carried_out(plan: JoinPlan, store: Store) -> Store:
    """What is stored afterwards; every condition has to hold."""
    after_it = dict(store)
    for write in plan.writes:
        if isinstance(write, MarkTwin):
            continue
        item = write.person if isinstance(write, PutPerson) else write.pointer
        before = after_it.get(item.key)
        assert (before.version if before else 0) == item.version - 1
        assert not isinstance(before, Pointer)
        after_it[item.key] = item
    return after_it


def planned(store: Store, keys: str, told: Told, apart: str = "") -> JoinPlan:
    roots = roots_of(SHOP, {key: KINDS[key] for key in keys}, store.get)
    return join_plan(roots, frozenset(keys) - set(apart), told)


tolds = st.builds(
    Told,
    consents=st.dictionaries(st.sampled_from("abcd"), st.builds(consent, granted=st.booleans()), max_size=2),
    purchase=st.none() | st.just(Purchase(bought_at=START, placed_at=START)),
    holds=st.just({}) | st.just({"o9": Hold(word=PaymentWord.PENDING, at=START, held_at=START, placed_at=START)}),
)
stores = st.fixed_dictionaries(
    {}, optional={key: persons(key).map(lambda p: replace(p, version=p.version + 1)) for key in "abcd"}
)
named = st.lists(st.sampled_from("abcd"), min_size=1, max_size=4, unique=True).map("".join)


@given(stores, named, tolds, st.sampled_from(["", "a", "b", "ab"]))
def test_a_plan_is_carried_out_once(store: Store, keys: str, told: Told, apart: str) -> None:
    plan = planned(store, keys, told, apart)
    joined = carried_out(plan, store)
    assert planned(joined, keys, told, apart).writes == ()
    roots = {root_of(SHOP, key, KINDS[key], joined.get).key for key in keys if key not in apart}
    assert roots <= {plan.kept}
    assert plan.kept is None or plan.kept == min(set(keys) - set(apart))


@given(stores, named, tolds)
def test_whoever_stops_anywhere_goes_on_to_the_same_end(store: Store, keys: str, told: Told) -> None:
    whole = planned(store, keys, told)
    end = {key: replace(item, version=0) for key, item in carried_out(whole, store).items()}
    for done in range(len(whole.writes)):
        begun = carried_out(replace(whole, writes=whole.writes[:done]), store)
        again = carried_out(planned(begun, keys, told), begun)
        assert {key: replace(item, version=0) for key, item in again.items()} == end


@given(stores, named)
def test_nothing_that_was_known_is_lost(store: Store, keys: str) -> None:
    joined = carried_out(planned(store, keys, Told()), store)
    for key, before in store.items():
        root = root_of(SHOP, key, KINDS[key], joined.get)
        assert isinstance(before, Person)
        assert union(root, union(before, before)) == root or root == before


@given(named)
def test_events_that_name_the_same_in_any_order_keep_the_same(keys: str) -> None:
    assert planned({}, keys, Told()) == planned({}, keys[::-1], Told())


def test_marks_come_first_then_the_union_then_pointers_then_who_is_apart() -> None:
    store: Store = {"b": with_arm("b", START), "a": with_arm("a", after(minutes=1), "c2")}
    plan = planned(store, "abcd", Told(purchase=Purchase(bought_at=START, placed_at=START)), apart="d")
    assert [type(write) for write in plan.writes] == [MarkTwin, PutPerson, PutPointer, PutPointer, PutPerson]
    assert [write.pointer for write in plan.writes if isinstance(write, PutPointer)] == [
        Pointer(shop=SHOP, key="b", version=2, leads_to="a"),
        Pointer(shop=SHOP, key="c", version=1, leads_to="a"),
    ]
    assert (plan.kept, plan.apart) == ("a", ("d",))


def with_arm(key: str, at: datetime, cart: str = "c1", season: str = "2026Q1") -> Person:
    arm = ArmDrawn(at=at, by=key, first=EpisodeKey("2026-03-02", cart, 1), group=Group.TREATMENT)
    return replace(blank(key), version=1, arms={season: arm})


def test_the_later_s_first_episode_is_marked_a_twin_whatever_its_group() -> None:
    store: Store = {"a": with_arm("a", after(minutes=1), "c2"), "b": with_arm("b", START)}
    first, *_ = planned(store, "ab", Told()).writes
    assert first == MarkTwin(SHOP, "2026Q1", EpisodeKey("2026-03-02", "c2", 1))
    store["b"] = with_arm("b", START, "c2")
    assert not isinstance(planned(store, "ab", Told()).writes[0], MarkTwin), "it is counted once anyway"
    store["b"] = with_arm("b", START, season="2025Q4")
    assert not isinstance(planned(store, "ab", Told()).writes[0], MarkTwin), "once in each season"


def grown(key: str, count: int) -> Person:
    more = {f"{key}{n:02}": Identity(kind=Kind.EMAIL) for n in range(count - 1)}
    return replace(blank(key), version=1, identities={**blank(key).identities, **more})


@pytest.mark.parametrize(("count", "apart"), [(MAX_IDENTITIES - 1, ("c",)), (MAX_IDENTITIES, ("b", "c"))])
def test_who_would_make_it_too_many_stays_apart_and_is_told_too(count: int, apart: tuple[str, ...]) -> None:
    store: Store = {"a": grown("a", count)}
    plan = planned(store, "abc", Told(purchase=Purchase(bought_at=START, placed_at=START)))
    assert (plan.kept, plan.apart) == ("a", apart)
    joined = carried_out(plan, store)
    for key in "abc":
        assert root_of(SHOP, key, KINDS[key], joined.get).bought_at == START


def test_a_purchase_that_is_known_already_is_not_stamped_anew_on_those_who_learn_of_it() -> None:
    store: Store = {"a": purchased(blank("a"), START, START)}
    again = Purchase(bought_at=after(days=1), placed_at=START, known_to=frozenset("a"))
    root = root_of(SHOP, "b", KINDS["b"], carried_out(planned(store, "ab", Told(purchase=again)), store).get)
    assert root.bought_at == START, "a later time would silence their next cart"
    apart = carried_out(planned(store, "ab", Told(purchase=again), apart="b"), store)["b"]
    assert isinstance(apart, Person)
    assert apart.bought_at == after(days=1)


def test_consent_goes_to_whom_it_was_said_of() -> None:
    told = Told(consents={"a": consent(), "z": consent()})
    assert with_told(blank("a"), told, "a").identities == {"a": Identity(kind=Kind.EMAIL, consent=consent())}
    assert with_told(blank("b"), told, "b") == blank("b")


# -- who joins


def a_naming(key: str, kind: Kind = Kind.EMAIL, at: int = 0, *, by_server: bool = True, by_order: bool = False) -> NamedIdentity:
    return NamedIdentity(key=key, kind=kind, at=after(minutes=at), by_server=by_server, by_order=by_order)


def test_the_newest_of_each_kind_joins_and_all_that_an_order_names() -> None:
    cart = [a_naming("typo"), a_naming("right", at=1), a_naming("phone", Kind.PHONE), a_naming("id", Kind.CUSTOMER)]
    assert who_joins(cart) == {"right", "phone", "id"}
    assert who_joins([*cart, a_naming("paid", by_order=True)]) == {"right", "phone", "id", "paid"}
    assert who_joins(reversed(cart)) == who_joins(cart)


def test_of_two_named_at_once_the_same_one_joins_whatever_the_order() -> None:
    two = [a_naming("x"), a_naming("y")]
    assert who_joins(two) == who_joins(two[::-1]) == {"y"}


def test_who_was_told_with_a_browser_s_key_joins_nobody() -> None:
    cart = [a_naming("mine"), a_naming("yours", at=1, by_server=False), a_naming("his", by_server=False, by_order=True)]
    assert who_joins(cart) == {"mine"}
    assert who_joins([a_naming("yours", by_server=False)]) == frozenset()


def test_nobody_joins_and_all_are_told() -> None:
    plan = planned({}, "ab", Told(purchase=Purchase(bought_at=START, placed_at=START)), apart="ab")
    assert (plan.kept, plan.apart) == (None, ("a", "b"))
    assert [type(write) for write in plan.writes] == [PutPerson, PutPerson]


# -- the way to a root


def test_pointers_are_followed_and_nothing_is_read_twice() -> None:
    store: Store = {
        "c": Pointer(shop=SHOP, key="c", version=1, leads_to="b"),
        "b": Pointer(shop=SHOP, key="b", version=1, leads_to="a"),
        "a": replace(grown("a", 3), identities={key: Identity(kind=KINDS[key]) for key in "abc"}),
    }
    asked: list[str] = []

    def read(key: str) -> Person | Pointer | None:
        asked.append(key)
        return store.get(key)

    roots = roots_of(SHOP, {key: KINDS[key] for key in "cbd"}, read)
    assert {key: root.key for key, root in roots.items()} == {"c": "a", "b": "a", "d": "d"}
    assert sorted(asked) == ["a", "b", "c", "d"]
    assert roots["d"] == Person.blank(SHOP, "d", KINDS["d"])


@pytest.mark.parametrize("leads_to", ["b", "c"])
def test_a_pointer_that_does_not_fall_is_an_error(leads_to: str) -> None:
    store: Store = {"b": Pointer(shop=SHOP, key="b", version=1, leads_to=leads_to)}
    with pytest.raises(EndlessChain):
        root_of(SHOP, "b", Kind.EMAIL, store.get)


def test_a_chain_is_no_longer_than_a_person_has_identities() -> None:
    links = [f"{n:02}" for n in range(MAX_IDENTITIES + 1)]
    chain: Store = {key: Pointer(shop=SHOP, key=key, version=1, leads_to=to) for to, key in pairwise(links)}
    assert root_of(SHOP, links[-2], Kind.EMAIL, chain.get).key == links[0]
    with pytest.raises(EndlessChain):
        root_of(SHOP, links[-1], Kind.EMAIL, chain.get)
