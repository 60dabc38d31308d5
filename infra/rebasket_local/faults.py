"""What a test may break in the local cloud; nothing is broken unless asked.

Every hook is an attribute of `cloud.faults` and may be set, changed and taken away (None) at any time:

    cloud.faults.on_delivery = lambda delivery: Fate.FAILED if delivery.number % 2 else Fate.DELIVERED
    cloud.faults.on_call = crash_between_gate_and_wire      # sees each AWS call of each function, before and after

    def crash_between_gate_and_wire(call: Call) -> None:
        if call.when == "before" and call.service == "sesv2" and call.operation == "SendEmail":
            raise ProcessKilled
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Literal

from rebasket_local.json_value import Json


class ProcessKilled(BaseException):
    """Ends an invocation at once and its process with it: the function's next invocation is a cold start.

    No Exception, so that nothing in a function catches it by accident, as nothing catches SIGKILL.
    """


class Fate(Enum):
    """What becomes of one delivery of a batch of stream records."""

    DELIVERED = "delivered"
    FAILED = "failed"
    """The function never runs; the batch is retried like after an error."""
    REPEATED = "repeated"
    """The function runs twice on the same batch: at least once, as AWS promises."""
    LOST = "lost"
    """The batch counts as done and nobody saw it. AWS does not do this; an outage beyond the stream's 24 hours does."""


@dataclass(frozen=True)
class Delivery:
    """A batch that is about to be handed to a function."""

    mapping: str
    """Logical id of the event source mapping."""
    function: str
    records: tuple[Mapping[str, Json], ...]
    number: int
    """Counts the deliveries of this mapping from 0, retries included."""
    attempt: int
    """0 for the first try of these records."""


@dataclass(frozen=True)
class Invocation:
    """A function that is about to run."""

    function: str
    event: Json
    request_id: str
    at: datetime
    attempt: int


@dataclass(frozen=True)
class Call:
    """An AWS call of a running function. Raising before it: the request never left. Raising after it: the answer was lost."""

    function: str
    request_id: str
    service: str
    """As boto3 names it: dynamodb, sesv2, sns, ssm, sqs …"""
    operation: str
    """As AWS names it: PutItem, SendEmail …"""
    params: Mapping[str, Json]
    when: Literal["before", "after"]
    response: Mapping[str, Json] = field(default_factory=dict)
    """Empty before the call."""


@dataclass
class Faults:
    """The hooks; each may raise or answer as its type says."""

    on_delivery: Callable[[Delivery], Fate] | None = None
    on_invoke: Callable[[Invocation], None] | None = None
    """Raising ends the invocation before the handler ran."""
    on_call: Callable[[Call], None] | None = None
    """Raises `ProcessKilled`, or any exception that botocore could raise there."""
