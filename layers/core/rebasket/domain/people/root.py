"""Where a person is: from an identity's hash along pointers to the root, the person that it leads to.

Every pointer leads to a smaller hash and is never changed, so a chain falls, and has fewer hops than its root has identities.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rebasket.domain.errors import RebasketError
from rebasket.domain.people.person import MAX_IDENTITIES, Person, Pointer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rebasket.domain.people.identity import Kind

    Read = Callable[[str], Person | Pointer | None]
    """The item at a hash, strongly consistent; None where there is none."""

MAX_HOPS = MAX_IDENTITIES


class EndlessChain(RebasketError):
    """Pointers that lead upwards, or further than a person has identities: somebody else wrote them."""


def root_of(shop: str, key: str, kind: Kind, read: Read) -> Person:
    """The person that a hash leads to; an empty one, version 0, where nothing is stored. Raises EndlessChain."""
    for _ in range(MAX_HOPS):
        found = read(key)
        if found is None:
            return Person.blank(shop, key, kind)
        if isinstance(found, Person):
            return found
        if found.leads_to >= key:
            break
        key = found.leads_to
    raise EndlessChain(f"the pointer at {key[:8]}… leads to no person")


def roots_of(shop: str, kinds: Mapping[str, Kind], read: Read) -> dict[str, Person]:
    """The root of each of these identities; an item that was read in this round is not read again. Raises EndlessChain.

    A pointer may be read after somebody joined two people, and the person that it leads to before: they know nothing of the
    identity yet, so that what is told of it would be lost without any write being refused. Then the round begins anew.
    """
    for _ in range(MAX_HOPS):
        seen: dict[str, Person | Pointer | None] = {}
        roots = {key: root_of(shop, key, kind, partial(_once, seen, read)) for key, kind in kinds.items()}
        if all(key in root.identities for key, root in roots.items()):
            return roots
    raise EndlessChain("people kept being joined while they were read")


def _once(seen: dict[str, Person | Pointer | None], read: Read, key: str) -> Person | Pointer | None:
    if key not in seen:
        seen[key] = read(key)
    return seen[key]
