"""What everything that triggers functions works with."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import UUID

from rebasket_local.agenda import Agenda
from rebasket_local.clock import VirtualClock
from rebasket_local.destinations import Destinations
from rebasket_local.faults import Faults
from rebasket_local.functions import Functions
from rebasket_local.invocations import AsyncInvocations
from rebasket_local.permissions import Permissions
from rebasket_local.stack import Stack


@dataclass(frozen=True)
class Latencies:
    """How long things are on their way."""

    stream: timedelta = timedelta(milliseconds=200)
    bus: timedelta = timedelta(milliseconds=500)


@dataclass(frozen=True)
class Machinery:
    """The moving parts of one local cloud."""

    stack: Stack
    clock: VirtualClock
    agenda: Agenda
    rng: Random
    faults: Faults
    functions: Functions
    permissions: Permissions
    destinations: Destinations
    invocations: AsyncInvocations
    latencies: Latencies

    def new_id(self) -> str:
        """A UUID that depends on the seed."""
        return str(UUID(int=self.rng.getrandbits(128), version=4))
