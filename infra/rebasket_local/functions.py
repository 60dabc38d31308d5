"""The stack's Lambda functions, and what comes of running one."""

import json
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Final
from uuid import UUID

from rebasket_local.calls import Caller, Calls
from rebasket_local.clock import VirtualClock
from rebasket_local.errors import HandlerNotLoaded, LocalCloudError, NotInTemplate
from rebasket_local.faults import Faults, Invocation, ProcessKilled
from rebasket_local.isolation import Imports
from rebasket_local.json_value import Json
from rebasket_local.lambda_function import LambdaContext, LambdaFunction, code_roots
from rebasket_local.stack import Stack

_PAYLOAD_LIMIT: Final = 6 * 1024 * 1024
"""Bytes of a synchronous request or response
(https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)."""


@dataclass(frozen=True)
class Failure:
    """An invocation that did not end well, for people who look for the reason."""

    function: str
    at: datetime
    kind: str
    """The exception's name; or Killed, Sandbox.Timedout, Runtime.ImportModuleError; AccessDenied for what no function did."""
    message: str
    trace: str
    event: Json = field(repr=False, compare=False)


@dataclass(frozen=True)
class Outcome:
    """How one invocation ended."""

    request_id: str
    result: Json = None
    failure: Failure | None = None

    @property
    def ok(self) -> bool:
        return self.failure is None

    @property
    def error_payload(self) -> dict[str, Json]:
        """What Lambda returns for a function that raised."""
        if self.failure is None:
            return {}
        return {
            "errorMessage": self.failure.message,
            "errorType": self.failure.kind,
            "requestId": self.request_id,
            "stackTrace": [],
        }


class Functions:
    """All functions of a stack, by logical id, name or ARN (an alias' or version's, too)."""

    def __init__(self, stack: Stack, clock: VirtualClock, calls: Calls, faults: Faults, rng: Random) -> None:
        self._clock, self._calls, self._faults, self._rng = clock, calls, faults, rng
        roots = {function.logical_id: list(code_roots(stack, function)) for function in stack.of_type("AWS::Lambda::Function")}
        project = frozenset(name for several in roots.values() for root in several for name in root.top_level_names())
        self.imports = Imports(project)
        self._by_id = {
            function.logical_id: LambdaFunction(stack, function, roots[function.logical_id], self.imports)
            for function in stack.of_type("AWS::Lambda::Function")
        }
        self._by_name = {function.name: function for function in self._by_id.values()}
        self.failures: list[Failure] = []
        self.invocations: dict[str, int] = dict.fromkeys(self._by_id, 0)
        self.after_each: list[Callable[[], None]] = []
        """Called when a function has ended, however it did."""

    def __getitem__(self, reference: str) -> LambdaFunction:
        found = self._by_id.get(reference) or self._by_name.get(_name_in(reference))
        if found is None:
            raise NotInTemplate(f"function {reference}", ", ".join(self._by_id))
        return found

    def __contains__(self, reference: str) -> bool:
        return reference in self._by_id or _name_in(reference) in self._by_name

    def __iter__(self) -> Iterator[LambdaFunction]:
        return iter(self._by_id.values())

    def new_request_id(self) -> str:
        return str(UUID(int=self._rng.getrandbits(128), version=4))

    def invoke(self, reference: str, event: Json, *, request_id: str | None = None, attempt: int = 0) -> Outcome:
        """Run a function to its end. What it raises is in the outcome, and in `failures`."""
        function = self[reference]
        request_id = request_id or self.new_request_id()
        self.invocations[function.logical_id] += 1
        payload = json.dumps(event)
        deadline = self._clock.now + function.timeout
        caller = Caller(function.logical_id, request_id, function.role_arn, function.name)
        before, self._calls.caller = self._calls.caller, caller

        def timed_out() -> None:
            raise ProcessKilled(f"Task timed out after {function.timeout.total_seconds():.2f} seconds")

        try:
            _check_size(payload)
            with function.process(), self._clock.sleeping(deadline, timed_out):
                if self._faults.on_invoke is not None:
                    self._faults.on_invoke(
                        Invocation(function.logical_id, json.loads(payload), request_id, self._clock.now, attempt)
                    )
                context = LambdaContext(function, request_id, lambda: deadline - self._clock.now)
                result = json.dumps(function.run(json.loads(payload), context))
            _check_size(result)
            outcome = Outcome(request_id, json.loads(result))
        except ProcessKilled as killed:
            function.kill()
            outcome = self._failed(function, request_id, event, "Killed" if not killed.args else "Sandbox.Timedout", killed)
        except HandlerNotLoaded as error:
            function.kill()
            outcome = self._failed(function, request_id, event, "Runtime.ImportModuleError", error)
        except Exception as error:  # noqa: BLE001  # whatever the function raises is its outcome
            outcome = self._failed(function, request_id, event, type(error).__name__, error)
        finally:
            self._calls.caller = before
        for notify in self.after_each:
            notify()
        return outcome

    def _failed(self, function: LambdaFunction, request_id: str, event: Json, kind: str, error: BaseException) -> Outcome:
        trace = "".join(traceback.format_exception(error))
        failure = Failure(function.logical_id, self._clock.now, kind, str(error), trace, event)
        self.failures.append(failure)
        return Outcome(request_id, failure=failure)


def _check_size(payload: str) -> None:
    if len(payload) > _PAYLOAD_LIMIT:
        raise LocalCloudError(f"{len(payload)} bytes are more than a request or response may have, {_PAYLOAD_LIMIT}")


def _name_in(reference: str) -> str:
    """`arn:aws:lambda:eu-central-1:123456789012:function:NAME:live` → NAME."""
    return reference.split(":")[6] if reference.startswith("arn:") and reference.count(":") >= 6 else reference
