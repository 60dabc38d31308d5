"""When schedules fire: `rate(…)`, `cron(…)` and `at(…)` as EventBridge Scheduler reads them.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html. In a cron expression: minutes, hours, day of
the month, month, day of the week (1 is Sunday), year; one of the two days is `?`.
"""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

_UNITS: Final = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_MONTHS: Final = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS: Final = {name.upper(): (number + 1) % 7 + 1 for number, name in enumerate(calendar.day_abbr)}
_FIELDS: Final = 6
_LAST_YEAR: Final = 2199


class Schedule(Protocol):
    """Raises nothing; None when it never fires again."""

    def next_after(self, moment: datetime) -> datetime | None: ...


def parse(expression: str, *, start: datetime, zone: str = "UTC") -> Schedule:
    """Raises `ValueError` for an expression that AWS would refuse."""
    kind, _, inner = expression.strip().partition("(")
    inner = inner.removesuffix(")")
    if kind == "rate":
        return _Rate(_period(inner), start)
    if kind == "cron":
        return _Cron.parse(inner, ZoneInfo(zone))
    if kind == "at":
        return _At(datetime.fromisoformat(inner).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))
    raise ValueError(f"{expression!r} is neither rate(…) nor cron(…) nor at(…)")


def _period(text: str) -> timedelta:
    match = re.fullmatch(r"([1-9]\d*) (minute|hour|day)(s?)", text)
    if match is None or (match[1] == "1") == bool(match[3]):
        raise ValueError(f"rate({text}): a positive number and minute(s), hour(s) or day(s)")
    return int(match[1]) * _UNITS[match[2]]


@dataclass(frozen=True)
class _At:
    moment: datetime

    def next_after(self, moment: datetime) -> datetime | None:
        return self.moment if self.moment > moment else None


@dataclass(frozen=True)
class _Rate:
    """Counts from when the schedule was made."""

    period: timedelta
    start: datetime

    def next_after(self, moment: datetime) -> datetime | None:
        periods = max(0, (moment - self.start) // self.period)
        return self.start + (periods + 1) * self.period


@dataclass(frozen=True)
class _Cron:
    minutes: frozenset[int]
    hours: frozenset[int]
    day_of_month: str
    months: frozenset[int]
    day_of_week: str
    years: frozenset[int]
    zone: ZoneInfo

    @classmethod
    def parse(cls, text: str, zone: ZoneInfo) -> "_Cron":
        fields = text.upper().split()
        if len(fields) != _FIELDS:
            raise ValueError(f"cron({text}): six fields are needed")
        minutes, hours, day_of_month, months, day_of_week, years = fields
        if (day_of_month == "?") == (day_of_week == "?"):
            raise ValueError(f"cron({text}): exactly one of the days is ?")
        cron = cls(
            _numbers(minutes, 0, 59), _numbers(hours, 0, 23), day_of_month, _numbers(months, 1, 12, _MONTHS), day_of_week,
            _numbers(years, 1970, _LAST_YEAR), zone,
        )  # fmt: skip
        cron._days(date(2024, 1, 1))  # a wrong day shows now
        return cron

    def next_after(self, moment: datetime) -> datetime | None:
        local = moment.astimezone(self.zone)
        day = local.date()
        while day.year <= _LAST_YEAR:
            if day.year in self.years and day.month in self.months and day in self._days(day):
                for hour in sorted(self.hours):
                    for minute in sorted(self.minutes):
                        at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.zone).astimezone(UTC)
                        if at > moment and at.astimezone(self.zone).hour == hour:  # an hour that a clock change skips is skipped
                            return at
            day += timedelta(days=1)
        return None

    def _days(self, month: date) -> set[date]:
        """The days of the month that both fields select."""
        count = calendar.monthrange(month.year, month.month)[1]
        days = [month.replace(day=number) for number in range(1, count + 1)]
        if self.day_of_week == "?":
            return _by_day_of_month(self.day_of_month, days)
        return _by_day_of_week(self.day_of_week, days)


def _by_day_of_month(text: str, days: list[date]) -> set[date]:
    if text == "L":
        return {days[-1]}
    if text.endswith("W"):
        wanted = days[-1] if text == "LW" else days[min(int(text[:-1]), len(days)) - 1]
        working = [day for day in days if day.isoweekday() <= 5]  # Monday to Friday
        return {min(working, key=lambda day: (abs(day - wanted), day))}
    numbers = _numbers(text, 1, 31)
    return {day for day in days if day.day in numbers}


def _by_day_of_week(text: str, days: list[date]) -> set[date]:
    if "#" in text:
        name, _, nth = text.partition("#")
        wanted = [day for day in days if _weekday(day) == _number(name, _DAYS)]
        return set(wanted[int(nth) - 1 : int(nth)])
    if text.endswith("L"):
        wanted = [day for day in days if _weekday(day) == (_number(text[:-1], _DAYS) if text != "L" else 7)]
        return set(wanted[-1:])
    numbers = _numbers(text, 1, 7, _DAYS)
    return {day for day in days if _weekday(day) in numbers}


def _weekday(day: date) -> int:
    return day.isoweekday() % 7 + 1


def _number(text: str, names: Mapping[str, int]) -> int:
    return names[text] if text in names else int(text)


def _numbers(text: str, low: int, high: int, names: Mapping[str, int] | None = None) -> frozenset[int]:
    """`*`, `?`, `a`, `a-b`, `a/step`, `a-b/step` and lists of them."""
    found: set[int] = set()
    for part in text.split(","):
        bounds, _, step = part.partition("/")
        first, dash, last = bounds.partition("-")
        if first in {"*", "?"}:
            begin, end = low, high
        else:
            begin = _number(first, names or {})
            end = _number(last, names or {}) if dash else high if step else begin
        if not low <= begin <= end <= high:
            raise ValueError(f"{part!r} is not within {low} and {high}")
        found.update(range(begin, end + 1, int(step or 1)))
    return frozenset(found)
