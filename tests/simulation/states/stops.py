"""What ought to stop a touch: whoever was told "we have it" of a no or a purchase is not written to any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.domain.carts.events import ACTIVITY, Event, OrderPlaced
from tests.simulation.states.program import address_hash
from tests.simulation.states.state import ANSWERED

if TYPE_CHECKING:
    from datetime import datetime

    from tests.simulation.states.state import State
    from tests.simulation.states.world import World


class Stops:
    """Of one small world, by what was answered, whatever is stored."""

    def __init__(self, world: World) -> None:
        told = [(index, entry.work.subject) for index, entry in enumerate(world.entries) if isinstance(entry.work.subject, Event)]
        self._purchases = [(index, event) for index, event in told if isinstance(event, OrderPlaced)]
        self._activity = [(index, event) for index, event in told if isinstance(event, ACTIVITY)]
        self._naming = {
            (index, event.cart, address_hash(event.shop, n.address)) for index, event in told for n in event.person.statements
        }

    def why(self, state: State, key: str, touch: str) -> str | None:
        """Why a gate of this contact must not be passed now for this touch; None when it may."""
        if key in state.noes:
            return "somebody said no, and was answered"
        if not self._purchases:
            return None
        cart = touch.split("#", 1)[0]
        for bought, order in self._purchases:
            if state.told[bought] != ANSWERED:
                continue
            named = [n for n, where, whose in self._naming if where == order.cart and whose == key and state.told[n] == ANSWERED]
            if named and not self._came_back(state, cart, order.at, state.begun[bought] | min(state.begun[n] for n in named)):
                return f"the purchase of {order.cart} was answered"
        return None

    def _came_back(self, state: State, cart: str, placed_at: datetime, before: int) -> bool:
        """Whether the shopper was at work on this cart after the purchase: by the shop's clock, and not told before it."""
        return any(
            event.cart == cart and event.at > placed_at and state.begun[index] and not before >> index & 1
            for index, event in self._activity
        )
