"""EventBridge's default bus: events, the rules that select them, and the functions that get them."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from rebasket_local.errors import TemplateInvalid
from rebasket_local.faults import Call
from rebasket_local.json_value import Json
from rebasket_local.machinery import Machinery
from rebasket_local.patterns import EventTest, PatternInvalid, compile_pattern
from rebasket_local.stack import Resource

_SERVICE: Final = "events.amazonaws.com"
_KNOWN_TARGET: Final = frozenset({"Arn", "Id", "DeadLetterConfig", "RetryPolicy", "Input", "InputPath"})


class Rule:
    """One rule of the default bus. `paused` is its state DISABLED. Raises `TemplateInvalid`."""

    def __init__(self, resource: Resource) -> None:
        properties = resource.properties
        self.logical_id = resource.logical_id
        self.arn = resource.arn
        self.paused = properties.get("State", "ENABLED") == "DISABLED"
        self.targets: Sequence[Mapping[str, Json]] = properties.get("Targets", [])
        for target in self.targets:
            if set(target) - _KNOWN_TARGET:
                raise TemplateInvalid(
                    resource.logical_id, f"the local cloud does not play {', '.join(sorted(set(target) - _KNOWN_TARGET))}"
                )
        if "EventPattern" not in properties:
            raise TemplateInvalid(
                resource.logical_id, "the local cloud plays rules by pattern; for the clock use AWS::Scheduler::Schedule"
            )
        try:
            self.selects: EventTest = compile_pattern(properties["EventPattern"])
        except PatternInvalid as error:
            raise TemplateInvalid(resource.logical_id, f"EventPattern: {error}") from error


class EventBus:
    def __init__(self, machinery: Machinery) -> None:
        self._machinery = machinery
        self.rules = [
            Rule(resource)
            for resource in machinery.stack.of_type("AWS::Events::Rule")
            if str(resource.properties.get("EventBusName", "default")).rpartition("/")[2] == "default"
        ]

    def emit(self, source: str, detail_type: str, detail: Mapping[str, Json], resources: Sequence[str] = ()) -> None:
        """Put an event on the bus, at the present time. It arrives after the bus's latency."""
        machinery = self._machinery
        event = {
            "version": "0",
            "id": machinery.new_id(),
            "detail-type": detail_type,
            "source": source,
            "account": machinery.stack.account,
            "time": machinery.clock.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": machinery.stack.region,
            "resources": list(resources),
            "detail": json.loads(json.dumps(detail)),
        }
        machinery.agenda.add(machinery.clock.now + machinery.latencies.bus, lambda: self._route(event), in_flight=True)

    def put(self, call: Call) -> None:
        """A function's PutEvents."""
        for entry in call.params["Entries"]:
            if str(entry.get("EventBusName", "default")).rpartition("/")[2] == "default":
                self.emit(entry["Source"], entry["DetailType"], json.loads(entry["Detail"]), entry.get("Resources", ()))

    def _route(self, event: Mapping[str, Json]) -> None:
        for rule in self.rules:
            if not rule.paused and rule.selects(event):
                for target in rule.targets:
                    self._hand_over(rule, target, event)

    def _hand_over(self, rule: Rule, target: Mapping[str, Json], event: Mapping[str, Json]) -> None:
        machinery, arn = self._machinery, target["Arn"]
        if arn not in machinery.functions:
            queue = machinery.destinations.target(arn)
            machinery.destinations.by_queue_policy(_SERVICE, rule.arn, queue.arn, _input(target, event), {})
        elif machinery.permissions.may_invoke(arn, _SERVICE, rule.arn):
            machinery.invocations.submit(arn, _input(target, event))
        elif "DeadLetterConfig" in target:  # AWS would try for a day; nothing changes by then
            attributes = {"RULE_ARN": rule.arn, "TARGET_ARN": arn, "ERROR_CODE": "NO_PERMISSIONS"}
            machinery.destinations.by_queue_policy(_SERVICE, rule.arn, target["DeadLetterConfig"]["Arn"], event, attributes)


def _input(target: Mapping[str, Json], event: Mapping[str, Json]) -> Json:
    if "Input" in target:
        return json.loads(target["Input"])
    value: Json = event
    for name in str(target.get("InputPath", "$")).split(".")[1:]:
        value = value[name]
    return value
