"""When schedules fire: `rate(…)` and `cron(…)` as EventBridge Scheduler reads them.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html. The calendar is cronsim's, which reads five
fields as Debian's cron does. Where AWS's six mean something else — a year, days of the week by number (1 is Sunday), the
working day next to a date — the schedule is refused rather than played wrongly.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

_UNITS: Final = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}

NextAfter = Callable[[datetime], datetime]
"""A moment → when the schedule fires next."""


def parse(expression: str, *, start: datetime, zone: str = "UTC") -> NextAfter:
    """A rate counts from `start`. Raises `ValueError` for what AWS would refuse or what is not played, `KeyError` for a zone."""
    kind, _, inner = expression.strip().partition("(")
    inner = inner.removesuffix(")")
    if kind == "rate":
        return _rate(inner, start)
    if kind == "cron":
        return _cron(inner, ZoneInfo(zone))
    raise ValueError(f"{expression!r} is neither rate(…) nor cron(…)")


def _rate(text: str, start: datetime) -> NextAfter:
    match = re.fullmatch(r"([1-9]\d*) (minute|hour|day)(s?)", text)
    if match is None or (match[1] == "1") == bool(match[3]):
        raise ValueError(f"rate({text}): a positive number and minute(s), hour(s) or day(s)")
    period = int(match[1]) * _UNITS[match[2]]
    return lambda moment: start + (max(0, (moment - start) // period) + 1) * period


def _cron(text: str, zone: ZoneInfo) -> NextAfter:
    match text.upper().split():
        case [minutes, hours, day_of_month, months, "?", "*"] if day_of_month != "?":
            fields = (minutes, hours, day_of_month, months, "*")
        case [minutes, hours, "?", months, day_of_week, "*"] if re.fullmatch(r"\*|[A-Z]{3}([-,#][A-Z1-5]+)*", day_of_week):
            fields = (minutes, hours, "*", months, day_of_week)
        case _:
            raise ValueError(f"cron({text}): six fields, one of the days ?, days of the week by name, each year are played")
    try:
        CronSim(five := " ".join(fields), datetime(2000, 1, 1))  # noqa: DTZ001  # what it takes is the zone's own time
    except CronSimError as error:
        raise ValueError(f"cron({text}): {error}") from error

    def next_after(moment: datetime) -> datetime:
        for local in CronSim(five, moment.astimezone(zone).replace(tzinfo=None)):
            at = local.replace(tzinfo=zone).astimezone(UTC)
            # An hour that a clock change skips is skipped; one that it repeats counts the first time.
            if at > moment and at.astimezone(zone).replace(tzinfo=None) == local:
                return at
        raise ValueError(f"cron({text}) never fires")  # unreachable but for dates that no year of the next fifty has

    return next_after
