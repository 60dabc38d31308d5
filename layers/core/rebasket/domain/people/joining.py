"""Several roots become one: who joins, who is kept, and what is written in which order.

    twin marks → the kept root := union, and what the event says → pointers to it → what the event says, on roots apart

Each is one write on condition of the version that was read; one refused, or its answer lost: all of it again, from reading on.
What is done is then found done and not written twice. The union comes before the pointers: whoever follows one finds
everything. And a pointer on condition of what was read: a no or a claim that came between is not buried under it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rebasket.domain.people import identity
from rebasket.domain.people.person import MAX_IDENTITIES, EpisodeKey, Person, Pointer, held_for, purchased
from rebasket.domain.people.union import union

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from rebasket.domain.people.consent import Consent
    from rebasket.domain.people.holds import Hold
    from rebasket.domain.people.identity import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedIdentity:
    """That a cart names an identity: when last (the shop's time), whether told with a server's key, and whether by an order."""

    key: str
    kind: Kind
    at: datetime
    by_server: bool = True
    by_order: bool = False


def who_joins(named: Iterable[NamedIdentity]) -> frozenset[str]:
    """Hashes of those that a cart makes one person: the newest of each kind, and all that an order names, if told with a server's
    key. The others stay apart: older ones of a kind are typing, corrections, or whoever sat at the same device before.
    """
    trusted = [naming for naming in named if naming.by_server]
    newest = {naming.kind: naming.key for naming in sorted(trusted, key=lambda naming: (naming.at, naming.key))}
    return frozenset(newest.values()) | {naming.key for naming in trusted if naming.by_order}


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """That a cart was bought: our time and the shop's. `known_to`: hashes that were stamped with it before; their root, and
    whoever joins it, is not stamped again with a later time, which would silence the shopper's next cart.
    """

    bought_at: datetime
    placed_at: datetime
    known_to: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Told:
    """What an event says of people: consents by hash, a purchase, words on payments by order."""

    consents: Mapping[str, Consent] = field(default_factory=dict)
    purchase: Purchase | None = None
    holds: Mapping[str, Hold] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MarkTwin:
    """Upsert the mark `twin` on this episode: its person was counted twice in this season, and afterwards nobody knows it."""

    shop: str
    season: str
    first: EpisodeKey


@dataclass(frozen=True, slots=True)
class PutPerson:
    """Put the person, if what is stored there, person or pointer, has `person.version - 1` (nothing stored counts as 0)."""

    person: Person


@dataclass(frozen=True, slots=True)
class PutPointer:
    """Put the pointer, if what is stored there, person or pointer, has `pointer.version - 1` (nothing stored counts as 0)."""

    pointer: Pointer


Write = MarkTwin | PutPerson | PutPointer


@dataclass(frozen=True, slots=True)
class JoinPlan:
    """`writes` in the order in which they have to be made; none where nothing is new. `kept` is the key of the root that is kept,
    `apart` those of the roots that stay by themselves.
    """

    kept: str | None
    apart: tuple[str, ...]
    writes: tuple[Write, ...]


def join_plan(roots: Mapping[str, Person], joining: Collection[str], told: Told) -> JoinPlan:
    """What to write, given the root of every identity of a cart, as read, and the hashes of those that join.

    Kept is the root with the smallest hash, whoever plans; whoever would make it more than MAX_IDENTITIES stays apart. Raises
    KeyError where `joining` names somebody whose root was not read.
    """
    candidates = {root.key: root for root in map(roots.__getitem__, sorted(joining))}
    apart = {root.key: root for root in roots.values() if root.key not in candidates}
    named = {key: {hash_ for hash_, root in roots.items() if root.key == key} for key in {*candidates, *apart}}
    kept: Person | None = None
    joined: list[Person] = []
    for key in sorted(candidates):
        together = candidates[key] if kept is None else union(kept, candidates[key])
        if joined and len(together.identities) > MAX_IDENTITIES:
            apart[key] = candidates[key]
            continue
        kept = together
        joined.append(candidates[key])
    writes: list[Write] = []
    if kept is not None:
        writes += _twins(joined)
        writes += _put(joined[0], with_told(kept, told, set().union(*(named[root.key] for root in joined))))
        writes += [PutPointer(_pointer(root, kept.key)) for root in joined[1:]]
    for key in sorted(apart):
        writes += _put(apart[key], with_told(apart[key], told, named[key]))
    return JoinPlan(kept.key if kept else None, tuple(sorted(apart)), tuple(writes))


def with_told(person: Person, told: Told, named: Collection[str]) -> Person:
    """The person and what the event says of them. `named`: hashes of the cart that lead, or are about to lead, to this person."""
    identities = {
        key: identity.consented(known, told.consents[key]) if key in told.consents else known
        for key, known in person.identities.items()
    }
    new = replace(person, identities=identities)
    purchase = told.purchase
    if purchase is not None and purchase.known_to.isdisjoint(named):
        new = purchased(new, purchase.bought_at, purchase.placed_at)
    for order, hold in told.holds.items():
        new = held_for(new, order, hold)
    return new


def _put(read: Person, new: Person) -> list[Write]:
    """One write, whatever changed; none if nothing did."""
    same = replace(new, version=read.version) == read
    return [] if same else [PutPerson(replace(new, version=read.version + 1))]


def _pointer(root: Person, leads_to: str) -> Pointer:
    return Pointer(shop=root.shop, key=root.key, version=root.version + 1, leads_to=leads_to)


def _twins(joined: Iterable[Person]) -> list[Write]:
    """The first episodes of those whose arm gives way to an older one."""
    arms = [(season, arm, person.shop) for person in joined for season, arm in person.arms.items()]
    stays: dict[str, EpisodeKey] = {}
    for season, arm, _ in sorted(arms, reverse=True):
        stays[season] = arm.first
    return [MarkTwin(shop, season, arm.first) for season, arm, shop in sorted(arms) if arm.first != stays[season]]
