"""What a world is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.simulation.kernel import DAY, HOUR
from tests.simulation.stores import Stores, in_memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from rebasket.ports import Clock
    from tests.simulation.faults import Fault


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What a world is made from. `carts` per shop; `span` of their first events in ms; `months`: what follows takes months, and
    carts are forgotten meanwhile.

    `only`: the marks of the events and faults that may happen, all others may not; to make a trace shorter.
    """

    seed: int
    carts: int = 6
    span: int = 10 * HOUR
    rates: dict[Fault, float] | None = None
    only: frozenset[str] | None = None
    stores: Callable[[Clock], Stores] = in_memory
    months: bool = False

    @property
    def lasts(self) -> int:
        """Until when something may happen, in ms; a few events come later."""
        return 150 * DAY if self.months else self.span + 2 * DAY
