"""EventBridge's default bus: events, the rules that select them, and the functions that get them."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from rebasket_local.agenda import Agenda
from rebasket_local.clock import VirtualClock
from rebasket_local.destinations import Destinations
from rebasket_local.errors import TemplateInvalid
from rebasket_local.faults import Call
from rebasket_local.functions import Functions
from rebasket_local.invocations import AsyncInvocations
from rebasket_local.patterns import EventTest, PatternInvalid, compile_pattern
from rebasket_local.permissions import Permissions
from rebasket_local.stack import Resource, Stack

_SERVICE: Final = "events.amazonaws.com"
_KNOWN_TARGET: Final = frozenset({"Arn", "Id", "DeadLetterConfig", "RetryPolicy", "Input", "InputPath"})


class Rule:
    """One rule of the default bus. `paused` is its state DISABLED. Raises `TemplateInvalid`."""

    def __init__(self, resource: Resource) -> None:
        properties = resource.properties
        self.logical_id = resource.logical_id
        self.arn = resource.arn
        self.paused = properties.get("State", "ENABLED") == "DISABLED"
        self.targets: Sequence[Mapping[str, Any]] = properties.get("Targets", [])
        for target in self.targets:
            if set(target) - _KNOWN_TARGET:
                raise TemplateInvalid(resource.logical_id, f"the local cloud does not play {', '.join(sorted(set(target) - _KNOWN_TARGET))}")
        if "EventPattern" not in properties:
            raise TemplateInvalid(resource.logical_id, "the local cloud plays rules by pattern; for the clock use AWS::Scheduler::Schedule")
        try:
            self.selects: EventTest = compile_pattern(properties["EventPattern"])
        except PatternInvalid as error:
            raise TemplateInvalid(resource.logical_id, f"EventPattern: {error}") from error


class EventBus:
    def __init__(
        self,
        stack: Stack,
        *,
        functions: Functions,
        invocations: AsyncInvocations,
        permissions: Permissions,
        destinations: Destinations,
        agenda: Agenda,
        clock: VirtualClock,
        rng: Random,
        latency: timedelta,
    ) -> None:
        self._stack, self._functions, self._invocations = stack, functions, invocations
        self._permissions, self._destinations = permissions, destinations
        self._agenda, self._clock, self._rng, self._latency = agenda, clock, rng, latency
        self.rules = [
            Rule(resource)
            for resource in stack.of_type("AWS::Events::Rule")
            if str(resource.properties.get("EventBusName", "default")).rpartition("/")[2] == "default"
        ]

    def emit(self, source: str, detail_type: str, detail: Mapping[str, Any], resources: Sequence[str] = ()) -> None:
        """Put an event on the bus, at the present time. It arrives after the bus's latency."""
        event = {
            "version": "0",
            "id": str(UUID(int=self._rng.getrandbits(128), version=4)),
            "detail-type": detail_type,
            "source": source,
            "account": self._stack.account,
            "time": self._clock.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": self._stack.region,
            "resources": list(resources),
            "detail": json.loads(json.dumps(detail)),
        }
        self._agenda.add(self._clock.now + self._latency, lambda: self._route(event), in_flight=True)

    def watch(self, call: Call) -> None:
        """Sees each AWS call of a function: what it puts on the bus."""
        if call.when == "after" and (call.service, call.operation) == ("events", "PutEvents"):
            for entry in call.params["Entries"]:
                if str(entry.get("EventBusName", "default")).rpartition("/")[2] == "default":
                    self.emit(entry["Source"], entry["DetailType"], json.loads(entry["Detail"]), entry.get("Resources", ()))

    def _route(self, event: Mapping[str, Any]) -> None:
        for rule in self.rules:
            if not rule.paused and rule.selects(event):
                for target in rule.targets:
                    self._hand_over(rule, target, event)

    def _hand_over(self, rule: Rule, target: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        arn = target["Arn"]
        if arn not in self._functions:
            queue = self._destinations.target(arn)
            self._destinations.by_queue_policy(_SERVICE, rule.arn, queue.arn, _input(target, event), {})
        elif self._permissions.may_invoke(arn, _SERVICE, rule.arn):
            self._invocations.submit(arn, _input(target, event))
        elif "DeadLetterConfig" in target:  # AWS would try for a day; nothing changes by then
            attributes = {"RULE_ARN": rule.arn, "TARGET_ARN": arn, "ERROR_CODE": "NO_PERMISSIONS"}
            self._destinations.by_queue_policy(_SERVICE, rule.arn, target["DeadLetterConfig"]["Arn"], event, attributes)


def _input(target: Mapping[str, Any], event: Mapping[str, Any]) -> Any:
    if "Input" in target:
        return json.loads(target["Input"])
    value: Any = event
    for name in str(target.get("InputPath", "$")).split(".")[1:]:
        value = value[name]
    return value
