"""What two persons are together: the same, in whatever order and however often they are united.

Every part is a join semilattice (Shapiro et al., INRIA RR-7506), so nothing that either held is lost, a repeat changes nothing,
and whoever unites them first or last comes to the same person.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rebasket.domain.people import holds, identity, sends
from rebasket.domain.people.contact import later

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rebasket.domain.people.identity import Identity
    from rebasket.domain.people.person import ArmDrawn, Person

MAX_SEASONS = 8
"""Seasons whose arm is remembered, the newest: two years."""


def union(kept: Person, other: Person) -> Person:
    """What is known of either, under the key and version of `kept`.

    Of a touch whose cart came back under its name after it was forgotten, the newer day's entry stays, and the older one counts
    for the cap no more unless the newer knew of it: that lies back further than a cart is kept, a month at least.
    """
    return replace(
        kept,
        identities=_identities(kept.identities, other.identities),
        bought_at=later(kept.bought_at, other.bought_at),
        placed_at=later(kept.placed_at, other.placed_at),
        holds=holds.merged(kept.holds, other.holds),
        sends=sends.merged(kept.sends, other.sends),
        arms=_arms(kept.arms, other.arms),
    )


def _identities(one: Mapping[str, Identity], other: Mapping[str, Identity]) -> dict[str, Identity]:
    both = {**one, **other}
    for key in one.keys() & other.keys():
        both[key] = identity.merged(one[key], other[key])
    return both


def _arms(one: Mapping[str, ArmDrawn], other: Mapping[str, ArmDrawn]) -> dict[str, ArmDrawn]:
    both = {**one, **other}
    for season in one.keys() & other.keys():
        both[season] = min(one[season], other[season])
    return {season: both[season] for season in sorted(both)[-MAX_SEASONS:]}
