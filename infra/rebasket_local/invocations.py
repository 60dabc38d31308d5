"""Asynchronous invocations: queued by Lambda, retried, given up to a destination.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html: after an error one minute, then two;
throttled, for up to six hours with growing waits; then the failure destination and the dead-letter queue.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from rebasket_local.agenda import Agenda
from rebasket_local.clock import VirtualClock
from rebasket_local.destinations import Destinations, timestamp
from rebasket_local.functions import Functions, Outcome
from rebasket_local.json_value import Json
from rebasket_local.lambda_function import LambdaFunction
from rebasket_local.stack import Stack

RETRY_WAITS: Final = (timedelta(minutes=1), timedelta(minutes=2))
_THROTTLED_WAIT: Final = timedelta(minutes=5)
"""AWS grows its waits from 1 second to this; a long outage is what is of interest here."""
_DEFAULT_RETRIES: Final = 2
_DEFAULT_AGE: Final = timedelta(hours=6)


@dataclass(frozen=True)
class _Queued:
    function: str
    event: Json
    request_id: str
    since: datetime
    attempt: int = 0


@dataclass(frozen=True)
class _Config:
    retries: int = _DEFAULT_RETRIES
    age: timedelta = _DEFAULT_AGE
    on_failure: str | None = None
    on_success: str | None = None


class AsyncInvocations:
    def __init__(
        self, stack: Stack, functions: Functions, agenda: Agenda, clock: VirtualClock, destinations: Destinations
    ) -> None:
        self._functions, self._agenda, self._clock, self._destinations = functions, agenda, clock, destinations
        self._configs = {
            functions[config.properties["FunctionName"]].logical_id: _config(config.properties)
            for config in stack.of_type("AWS::Lambda::EventInvokeConfig")
        }

    def submit(self, function: str, event: Json, delay: timedelta = timedelta(0)) -> None:
        """Hand an event over; the function runs when it is due on the agenda."""
        found = self._functions[function]
        queued = _Queued(found.logical_id, event, self._functions.new_request_id(), self._clock.now)
        self._agenda.add(self._clock.now + delay, lambda: self._attempt(queued), in_flight=True)

    def _attempt(self, queued: _Queued) -> None:
        function = self._functions[queued.function]
        config = self._configs.get(queued.function, _Config())
        if function.paused:
            self._again(queued, config, _THROTTLED_WAIT, None)
            return
        outcome = self._functions.invoke(queued.function, queued.event, request_id=queued.request_id, attempt=queued.attempt)
        if outcome.ok:
            if config.on_success is not None:
                self._tell(function, config.on_success, queued, outcome, "Success")
        elif queued.attempt >= config.retries:
            self._give_up(function, config, queued, outcome, "RetriesExhausted")
        else:
            self._again(replace(queued, attempt=queued.attempt + 1), config, RETRY_WAITS[queued.attempt], outcome)

    def _again(self, queued: _Queued, config: _Config, wait: timedelta, outcome: Outcome | None) -> None:
        at = self._clock.now + wait
        if at - queued.since > config.age:
            self._give_up(self._functions[queued.function], config, queued, outcome, "EventAgeExceeded")
            return
        self._agenda.add(at, lambda: self._attempt(queued), in_flight=True)

    def _give_up(
        self, function: LambdaFunction, config: _Config, queued: _Queued, outcome: Outcome | None, condition: str
    ) -> None:
        if config.on_failure is not None:
            self._tell(function, config.on_failure, queued, outcome, condition)
        dead_letters = (function.resource.properties.get("DeadLetterConfig") or {}).get("TargetArn")
        if dead_letters:
            self._destinations.by_role(function.role_arn, dead_letters, queued.event)

    def _tell(self, function: LambdaFunction, arn: str, queued: _Queued, outcome: Outcome | None, condition: str) -> None:
        failed = outcome is not None and not outcome.ok
        record: dict[str, Json] = {
            "version": "1.0",
            "timestamp": timestamp(self._clock.now),
            "requestContext": {
                "requestId": queued.request_id,
                "functionArn": f"{function.resource.arn}:$LATEST",
                "condition": condition,
                "approximateInvokeCount": queued.attempt + 1,
            },
            "requestPayload": queued.event,
        }
        if outcome is not None:
            record["responseContext"] = {"statusCode": 200, "executedVersion": "$LATEST"} | (
                {"functionError": "Unhandled"} if failed else {}
            )
            record["responsePayload"] = outcome.error_payload if failed else outcome.result
        key = (
            f"aws/lambda/async/{function.name}/{self._clock.now:%Y/%m/%d}/{self._clock.now:%Y-%m-%dT%H.%M.%S}-{queued.request_id}"
        )
        self._destinations.by_role(function.role_arn, arn, record, key=key)


def _config(properties: Mapping[str, Json]) -> _Config:
    destinations = properties.get("DestinationConfig") or {}
    return _Config(
        int(properties.get("MaximumRetryAttempts", _DEFAULT_RETRIES)),
        timedelta(seconds=int(properties.get("MaximumEventAgeInSeconds", _DEFAULT_AGE.total_seconds()))),
        (destinations.get("OnFailure") or {}).get("Destination"),
        (destinations.get("OnSuccess") or {}).get("Destination"),
    )
