"""The list of planted bugs: each a small patch of the code under test, applied in memory."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.simulation.faults import Fault

Patch = tuple[Any, str, Any]
"""Whose attribute, which, and what it is replaced by."""

BUGS: dict[str, Callable[[], list[Patch]]] = {}
"""By name: what to patch."""

NEEDED_FAULTS: dict[str, tuple[Fault, ...]] = {}
"""Those that show under some kinds of fault only: which."""

SLOW: set[str] = set()
"""Those that show in worlds that last for months."""

CARTS: dict[str, int] = {}
"""Those that show in large worlds: how many carts a shop has there."""


def bug(
    name: str, *needed: Fault, months: bool = False, carts: int | None = None
) -> Callable[[Callable[[], list[Patch]]], Callable[[], list[Patch]]]:
    """Enter one in the list; `needed`: the faults that bring it to light, if no others do; `months`: it takes so long; `carts`:
    or so many.
    """

    def entered(patches: Callable[[], list[Patch]]) -> Callable[[], list[Patch]]:
        BUGS[name] = patches
        if needed:
            NEEDED_FAULTS[name] = needed
        if months:
            SLOW.add(name)
        if carts is not None:
            CARTS[name] = carts
        return patches

    return entered


def spoiled(whole: Any, **parts: Any) -> Any:
    """Some use case with other parts."""
    return replace(whole, **parts)


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The code has this bug meanwhile."""
    before = []
    try:
        for whose, what, instead in BUGS[name]():
            before.append((whose, what, vars(whose)[what]))
            setattr(whose, what, instead)
        yield
    finally:
        for whose, what, was in reversed(before):
            setattr(whose, what, was)
