"""EventBridge Scheduler: what the template says to run by the clock.

It hands an invocation over to Lambda and is done; whether the function then runs well is Lambda's business. So its
dead-letter queue sees what could not be handed over, for want of permission
(https://docs.aws.amazon.com/scheduler/latest/UserGuide/).
"""

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from rebasket_local import cron
from rebasket_local.errors import TemplateInvalid
from rebasket_local.json_value import Json
from rebasket_local.machinery import Machinery
from rebasket_local.stack import Resource

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ATTRIBUTES: Final = ("scheduled-time", "schedule-arn", "execution-id", "attempt-number")


class ClockSchedule:
    """One schedule. `paused` is its state DISABLED: what falls into the pause is not made up for. Raises `TemplateInvalid`."""

    def __init__(self, machinery: Machinery, resource: Resource) -> None:
        properties = resource.properties
        self.logical_id = resource.logical_id
        self.idle: Callable[[datetime], bool] = lambda _due: False  # see LocalCloud.skip_idle
        self.paused = properties.get("State", "ENABLED") == "DISABLED"
        self._machinery, self._resource = machinery, resource
        self._target: Mapping[str, Json] = properties["Target"]
        self._function = machinery.functions[self._target["Arn"]].logical_id
        window = properties.get("FlexibleTimeWindow") or {}
        self._window = (
            timedelta(minutes=int(window.get("MaximumWindowInMinutes", 0))) if window.get("Mode") == "FLEXIBLE" else timedelta(0)
        )
        self._begin, self._end = _moment(properties.get("StartDate")), _moment(properties.get("EndDate"))
        try:
            self._next_after = cron.parse(
                properties["ScheduleExpression"],
                start=max(self._begin or machinery.clock.now, machinery.clock.now),
                zone=properties.get("ScheduleExpressionTimezone", "UTC"),
            )
        except (ValueError, KeyError) as error:  # zoneinfo raises KeyErrors
            raise TemplateInvalid(resource.logical_id, f"ScheduleExpression: {error}") from error

    def arrange(self) -> None:
        """Put the next firing on the agenda."""
        due = self._next_after(self._machinery.clock.now)
        if self._end is None or due <= self._end:
            self._machinery.agenda.add(
                due + self._window * self._machinery.rng.random() if self._window else due, lambda: self._fire(due)
            )

    def _fire(self, due: datetime) -> None:
        self.arrange()
        if self.paused or (self._begin is not None and due < self._begin) or self.idle(due):
            return
        event = self._event(due)
        if self._machinery.permissions.role_allows(self._target["RoleArn"], "lambda:InvokeFunction", self._target["Arn"]):
            self._machinery.invocations.submit(self._function, event)
        elif "DeadLetterConfig" in self._target:
            self._machinery.destinations.by_role(self._target["RoleArn"], self._target["DeadLetterConfig"]["Arn"], event)

    def _event(self, due: datetime) -> Json:
        scheduled = due.strftime("%Y-%m-%dT%H:%M:%SZ")
        execution = self._machinery.new_id()
        if "Input" not in self._target:
            return {
                "version": "0",
                "id": execution,
                "detail-type": "Scheduled Event",
                "source": "aws.scheduler",
                "account": self._machinery.stack.account,
                "time": scheduled,
                "region": self._machinery.stack.region,
                "resources": [self._resource.arn],
                "detail": "{}",  # a string; Scheduler really sends one
            }
        text = str(self._target["Input"])
        for name, value in zip(_ATTRIBUTES, (scheduled, self._resource.arn, execution, "1"), strict=True):
            text = text.replace(f"<aws.scheduler.{name}>", value)
        return json.loads(text)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
