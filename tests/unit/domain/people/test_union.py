"""Two persons together: the laws, and an obvious reference."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from rebasket.domain.people import holds as h
from rebasket.domain.people import sends as s
from rebasket.domain.people.contact import MAX_UNSENT, SendState, SuppressionReason, TouchId
from rebasket.domain.people.identity import LIGHTEST_FIRST, Identity, Kind, lifted, merged, suppressed
from rebasket.domain.people.person import ArmDrawn, EpisodeKey, Group, Person
from rebasket.domain.people.union import MAX_SEASONS, union
from tests.samples import SHOP, START, after
from tests.unit.domain.people.drawn import long_instants, persons

if TYPE_CHECKING:
    from collections.abc import Iterable

BLANK = Person.blank(SHOP, "a", Kind.EMAIL)


def known(person: Person) -> Person:
    """What is known of them, wherever it stands."""
    return replace(person, key="", version=0)


@given(persons(at=long_instants), persons(at=long_instants))
def test_it_does_not_matter_which_of_the_two_is_kept(one: Person, other: Person) -> None:
    assert known(union(one, other)) == known(union(other, one))
    assert union(one, other).key == one.key
    assert union(one, other).version == one.version


@given(persons(), persons(), persons())
def test_it_does_not_matter_who_is_united_first(one: Person, two: Person, three: Person) -> None:
    assert known(union(union(one, two), three)) == known(union(one, union(two, three)))


@given(persons(at=long_instants), persons(at=long_instants))
def test_uniting_again_changes_nothing(one: Person, other: Person) -> None:
    once = union(one, other)
    assert union(once, once) == once
    both = union(union(one, one), union(other, other))  # as stored: trimmed
    assert union(both, both) == both


@given(persons(), persons())
def test_nothing_new_in_what_was_united_already(one: Person, other: Person) -> None:
    once = union(one, other)
    assert union(once, other) == once
    assert union(once, one) == once


# -- the same, written the slow way: all facts of all copies in one heap, each thing picked from it by its own rule

_STATES = {SendState.CLAIMED: 1, SendState.RELEASED: 2, SendState.HELD: 3, SendState.REFUSED: 4}


def _last(times: Iterable[datetime | None]) -> datetime | None:
    return next(iter(sorted((at for at in times if at), reverse=True)), None)


def _entry(copies: list[s.Send]) -> s.Send:
    for name in ("day", "attempt"):
        copies = [c for c in copies if all(getattr(c, name) >= getattr(o, name) for o in copies)]
    copies = [c for c in copies if all(_STATES[c.state] >= _STATES[o.state] for o in copies)]
    for name in ("at", "owner", "to"):
        copies = [c for c in copies if all(getattr(c, name) >= getattr(o, name) for o in copies)]
    return copies[0]


def reference(heap: list[Person]) -> dict[str, Any]:
    out: dict[str, Any] = {"bought": _last(p.bought_at for p in heap), "placed": _last(p.placed_at for p in heap)}
    for key in sorted({key for p in heap for key in p.identities}):
        copies = [p.identities[key] for p in heap if key in p.identities]
        said = [c.consent for c in copies if c.consent]
        said = [c for c in said if all(c.at >= o.at for o in said)]
        said = [c for c in said if not c.granted] or said
        out[f"consent {key}"] = max(said, key=lambda c: c.source) if said else None
        lift = _last(c.lifted_at for c in copies)
        noes = [(why, at) for c in copies for why, at in c.noes.items() if lift is None or not at < lift]
        out[f"no {key}"] = next(
            (
                w
                for w in (
                    SuppressionReason.ERASED,
                    SuppressionReason.COMPLAINED,
                    SuppressionReason.OPTED_OUT,
                    SuppressionReason.BOUNCED,
                )
                if w in dict(noes)
            ),
            None,
        )
    for touch in {touch for p in heap for touch in p.sends}:
        found = [p.sends[touch] for p in heap if touch in p.sends]
        out[f"send {touch}"] = replace(_entry(found), earlier=tuple(sorted({at for c in found for at in c.earlier})))
    for season in {season for p in heap for season in p.arms}:
        drawn = sorted((p.arms[season] for p in heap if season in p.arms), key=lambda a: (a.at, a.by, a.first, a.group))
        out[f"arm {season}"] = drawn[0]
    for order in {order for p in heap for order in p.holds}:
        told = [p.holds[order] for p in heap if order in p.holds]
        told = [hold for hold in told if all(hold.at >= o.at for o in told)]
        words = [w for w in ("paid", "cancelled", "failed", "pending") if w in {hold.word.value for hold in told}]
        out[f"word {order}"] = words[0]
    return out


def seen(person: Person) -> dict[str, Any]:
    """A person as the reference tells them."""
    return {
        "bought": person.bought_at,
        "placed": person.placed_at,
        **{f"consent {key}": i.consent for key, i in person.identities.items()},
        **{f"no {key}": i.suppression.why if i.suppression else None for key, i in person.identities.items()},
        **{f"send {touch}": send for touch, send in person.sends.items()},
        **{f"arm {season}": arm for season, arm in person.arms.items()},
        **{f"word {order}": hold.word.value for order, hold in person.holds.items()},
    }


@given(st.lists(persons(), min_size=2, max_size=4))
def test_it_is_what_the_slow_way_finds(heap: list[Person]) -> None:
    united = heap[0]
    for other in heap[1:]:
        united = union(united, other)
    assert seen(united) == reference(heap)


# -- examples of what must not be got wrong


def test_a_lifted_no_does_not_come_back_from_a_copy() -> None:
    copy = suppressed(Identity(kind=Kind.EMAIL), SuppressionReason.OPTED_OUT, START)
    free = lifted(copy, after(minutes=1))
    assert free.suppression is None
    assert merged(free, copy).suppression is None
    again = suppressed(copy, SuppressionReason.OPTED_OUT, after(minutes=1))
    assert merged(free, again).suppressed_by_person, "at equal times the no"


def test_a_lifting_leaves_a_lighter_no_that_was_told_after_it() -> None:
    heavy = suppressed(Identity(kind=Kind.EMAIL), SuppressionReason.COMPLAINED, START)
    light = suppressed(Identity(kind=Kind.EMAIL), SuppressionReason.BOUNCED, after(minutes=2))
    lift = lifted(Identity(kind=Kind.EMAIL), after(minutes=1))
    for one, two, three in permutations((heavy, light, lift)):
        found = merged(merged(one, two), three).suppression
        assert found is not None
        assert found.why is SuppressionReason.BOUNCED


def test_every_reason_has_its_weight() -> None:
    assert set(LIGHTEST_FIRST) == set(SuppressionReason)
    told = Identity(kind=Kind.EMAIL)
    for why in LIGHTEST_FIRST:
        told = suppressed(told, why, START)
        assert told.suppression is not None
        assert told.suppression.why is why


def an_entry(number: int, state: SendState = SendState.REFUSED) -> s.Send:
    return s.Send(state=state, owner="me", at=after(minutes=number), attempt=1, day="2026-03-02", to="a")


def test_a_union_keeps_the_newest_of_what_was_not_sent_and_all_that_was() -> None:
    many = {TouchId(f"c{n}", 1, 1): an_entry(n) for n in range(MAX_UNSENT)}
    more = {TouchId(f"d{n}", 1, 1): an_entry(MAX_UNSENT + n) for n in range(MAX_UNSENT)}
    sent = {TouchId("sent", 1, 1): an_entry(0, SendState.CLAIMED)}
    both = union(replace(BLANK, sends={**many, **sent}), replace(BLANK, sends=more))
    assert len(both.sends) == MAX_UNSENT + 1 + 1
    assert TouchId("sent", 1, 1) in both.sends
    assert more.keys() < both.sends.keys()
    assert TouchId(f"c{MAX_UNSENT - 1}", 1, 1) in both.sends, "the newest of the other's"
    assert union(both, replace(BLANK, sends=many)) == both


def test_a_union_forgets_after_sixty_days_to_the_moment() -> None:
    old, new = TouchId("c1", 1, 1), TouchId("c2", 1, 1)
    sixty = {new: replace(an_entry(0, SendState.CLAIMED), at=START + timedelta(days=60), earlier=(START, after(seconds=1)))}
    assert s.merged({old: an_entry(0, SendState.CLAIMED)}, sixty) == {new: replace(sixty[new], earlier=(after(seconds=1),))}
    assert s.merged({old: replace(an_entry(0), at=after(seconds=1))}, sixty).keys() == {old, new}


unsent = st.dictionaries(
    st.builds(TouchId, st.sampled_from(["c1", "c2", "c3", "c4"]), st.just(1), st.just(1)),
    st.integers(0, 5).map(lambda n: replace(an_entry(n), attempt=n)),  # of one touch, the further entry is the later, too
)


@given(unsent, unsent, unsent)
def test_what_is_forgotten_does_not_depend_on_the_order(
    one: dict[TouchId, s.Send], two: dict[TouchId, s.Send], three: dict[TouchId, s.Send]
) -> None:
    expected = s.merged(s.merged(one, two, 2), three, 2)
    assert len(expected) <= 2
    for a, b, c in permutations((one, two, three)):
        assert s.merged(a, s.merged(b, c, 2), 2) == expected
    assert s.merged(expected, one, 2) == expected


def test_of_two_words_about_an_order_the_later_counts() -> None:
    pending = h.Hold(word=h.PaymentWord.PENDING, at=START, held_at=START, placed_at=START)
    failed = replace(pending, word=h.PaymentWord.FAILED, at=after(minutes=1))
    assert h.merged({"o": pending}, {"o": failed}) == h.merged({"o": failed}, {"o": pending}) == {"o": failed}
    paid = replace(pending, word=h.PaymentWord.PAID)
    assert h.merged({"o": pending}, {"o": paid})["o"].word is h.PaymentWord.PAID, "at equal times what comes later in its life"


def test_orders_and_seasons_are_bounded() -> None:
    orders = {
        f"o{n:02}": h.Hold(word=h.PaymentWord.PENDING, at=after(minutes=n), held_at=START, placed_at=START) for n in range(30)
    }
    assert sorted(h.merged(orders, {})) == [f"o{n:02}" for n in range(10, 30)]
    arm = ArmDrawn(at=START, by="a", first=EpisodeKey("2026-03-02", "c1", 1), group=Group.CONTROL)
    seasons = {f"{year}Q{quarter}": arm for year in range(2026, 2030) for quarter in range(1, 5)}
    assert sorted(union(BLANK, replace(BLANK, arms=seasons)).arms) == sorted(seasons)[-MAX_SEASONS:]


def test_an_arm_gives_way_to_an_older_one_of_equal_age_to_that_of_the_smaller_hash() -> None:
    first = EpisodeKey("2026-03-02", "c1", 1)
    older = ArmDrawn(at=START, by="z", first=first, group=Group.CONTROL)
    younger = ArmDrawn(at=after(minutes=1), by="a", first=first, group=Group.TREATMENT)
    same_age = replace(older, by="b", group=Group.TREATMENT)
    for stays, goes in ((older, younger), (same_age, older)):
        for pair in ((stays, goes), (goes, stays)):
            one, other = (replace(BLANK, arms={"2026Q1": arm}) for arm in pair)
            assert union(one, other).arms == {"2026Q1": stays}


def test_what_went_out_before_is_known_to_either() -> None:
    touch, old = TouchId("c1", 1, 1), START - timedelta(days=3)
    newer = replace(an_entry(5), day="2026-03-03", earlier=(old,))
    older = replace(an_entry(1, SendState.CLAIMED), earlier=(old, START - timedelta(days=1)))
    both = union(replace(BLANK, sends={touch: newer}), replace(BLANK, sends={touch: older})).sends[touch]
    assert both == replace(newer, earlier=older.earlier)
