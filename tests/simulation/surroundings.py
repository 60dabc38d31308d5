"""What a world offers to its parts. They lean on this; the world leans on them, and makes it true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from rebasket.domain.people.addresses import Address
    from rebasket.domain.people.identity import ShopperId
    from rebasket.usecases.recording.erase_person import ErasePerson
    from rebasket.usecases.recording.record_event import RecordEvent
    from rebasket.usecases.timers.rearm import Rearm
    from tests.simulation.boundary import Boundary
    from tests.simulation.edges import Functions
    from tests.simulation.faults import Faults
    from tests.simulation.invariants_at_rest import InvariantsAtRest
    from tests.simulation.invariants_on_write import InvariantsOnWrite
    from tests.simulation.kernel import End, Kernel, Process
    from tests.simulation.ledger import Ledger
    from tests.simulation.outages import Outages
    from tests.simulation.ports import SendingPauses
    from tests.simulation.rng import Rng
    from tests.simulation.setup import Setup
    from tests.simulation.stores import Stores


class Surroundings(Protocol):
    """The time, the draws, what fails, what is stored, who keeps the history and who judges it; and the code under test."""

    setup: Setup
    kernel: Kernel
    rng: Rng
    faults: Faults
    outages: Outages
    boundary: Boundary
    stores: Stores
    ledger: Ledger
    invariants_on_write: InvariantsOnWrite
    invariants_at_rest: InvariantsAtRest
    people: dict[tuple[str, str], int]
    functions: Functions
    record_event: RecordEvent
    erase_person: ErasePerson
    rearm: Rearm
    sending_pauses: SendingPauses

    def address_hash(self, shop: str, address: Address | ShopperId) -> str:
        """The key of an address: here it can be read."""

    def process(
        self, name: str, life: int, on_end: Callable[[End, Any], None], *, scope: str, shop: str | None = None
    ) -> Process:
        """A new invocation, with a clock of its own."""

    def may_happen(self, mark: str) -> bool:
        """Whether an event may; noted, when it does."""
