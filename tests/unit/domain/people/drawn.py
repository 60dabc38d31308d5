"""Hypothesis strategies for persons: few values and few moments, so that much is equal."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from rebasket.domain.people.contact import SendState, SuppressionReason, TouchId
from rebasket.domain.people.holds import Hold, PaymentWord
from rebasket.domain.people.identity import Identity, Kind
from rebasket.domain.people.person import ArmDrawn, EpisodeKey, Group, Person
from rebasket.domain.people.sends import Send
from tests.reported import consents, instants
from tests.samples import SHOP, START

keys = st.sampled_from(["a", "b", "c", "d"])
touches = st.builds(TouchId, st.sampled_from(["c1", "c2"]), st.just(1), st.integers(1, 2))
days = st.sampled_from(["2026-03-02", "2026-03-03"])
long_instants = st.sampled_from([0, 1, 59, 60, 61, 200]).map(lambda n: START + timedelta(days=n))
"""Some of them further apart than sends are kept."""

KINDS = {"a": Kind.EMAIL, "b": Kind.PHONE, "c": Kind.CUSTOMER, "d": Kind.EMAIL}
holds = st.builds(
    Hold,
    word=st.sampled_from(PaymentWord),
    at=instants,
    held_at=instants,
    placed_at=instants,
    until=st.none() | instants,
)
episodes = st.builds(EpisodeKey, days, st.sampled_from(["c1", "c2"]), st.just(1))
arms = st.builds(ArmDrawn, at=instants, by=keys, first=episodes, group=st.sampled_from(Group))


def identities(key: str) -> st.SearchStrategy[Identity]:
    return st.builds(
        Identity,
        kind=st.just(KINDS[key]),
        consent=st.none() | consents,
        noes=st.dictionaries(st.sampled_from(SuppressionReason), instants, max_size=2),
        lifted_at=st.none() | instants,
    )


def sends(at: st.SearchStrategy = instants) -> st.SearchStrategy[Send]:
    return st.builds(
        Send,
        state=st.sampled_from(SendState),
        owner=st.sampled_from(["me", "you"]),
        at=at,
        attempt=st.integers(1, 2),
        day=days,
        to=keys,
        earlier=st.frozensets(at, max_size=2).map(lambda times: tuple(sorted(times))),
    )


@st.composite
def persons(draw: st.DrawFn, key: str | None = None, at: st.SearchStrategy = instants) -> Person:
    """Anybody at all, not only whom events lead to."""
    own = draw(keys) if key is None else key
    others = draw(st.frozensets(keys, max_size=2))
    return Person(
        shop=SHOP,
        key=own,
        version=draw(st.integers(0, 3)),
        identities={key: draw(identities(key)) for key in sorted({own, *others})},
        bought_at=draw(st.none() | instants),
        placed_at=draw(st.none() | instants),
        holds=draw(st.dictionaries(st.sampled_from(["o1", "o2"]), holds)),
        sends=draw(st.dictionaries(touches, sends(at), max_size=3)),
        arms=draw(st.dictionaries(st.sampled_from(["2026Q1", "2026Q2"]), arms)),
    )
