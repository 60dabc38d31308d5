"""Quiet hours: the hours of the day, by the shopper's own clock, in which nobody is written to.

Every question is about a moment (UTC), a zone (IANA name; None counts as UTC) and the quiet hours of one channel (None: there
are none). A moment always has exactly one local time, so clocks that are put forward or back need no special case here: the
hour that is skipped is never asked about, and the hour that comes twice is quiet both times or neither. What needs care is how
long it is until a local time comes; see `_stretch`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from rebasket.domain.carts.timer import minute_up
from rebasket.domain.errors import FieldError, Invalid

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

LAST_CALL = timedelta(minutes=1)
"""Nothing is begun so shortly before quiet hours: a function may run for 30 s, and clocks may differ by as much."""

MINUTE = timedelta(minutes=1)
MOST = 20 * 60
"""Minutes."""
WRONG_HOURS = "at least a minute, at most 20 hours: something of the day has to be left for writing"
_MINUTES_A_DAY = 24 * 60
_TEXT = re.compile(r"(?a:([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d))")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `begins` up to, not including, `ends`, over midnight where `begins` is the later one. Local times, whole minutes."""

    begins: time
    ends: time

    @classmethod
    def parse(cls, text: str) -> QuietHours:
        """Of `21:00-08:00`. Raises Invalid, its pointer at the text itself."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise _wrong('must be two times of the day, such as "21:00-08:00"')
        hours = [int(part) for part in found.groups()]
        quiet = cls(time(hours[0], hours[1]), time(hours[2], hours[3]))
        if not quiet.possible:
            raise _wrong(WRONG_HOURS)
        return quiet

    def __str__(self) -> str:
        """As `parse` takes it."""
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"

    @property
    def minutes(self) -> int:
        """How long they are, on a day whose clocks are not changed."""
        return (_minute(self.ends) - _minute(self.begins)) % _MINUTES_A_DAY

    @property
    def possible(self) -> bool:
        """Whether they are any, and leave something of the day."""
        return 0 < self.minutes <= MOST

    def cover(self, local: time) -> bool:
        """Whether a local time is within."""
        return (_minute(local) - _minute(self.begins)) % _MINUTES_A_DAY < self.minutes


def _wrong(detail: str) -> Invalid:
    return Invalid(detail, (FieldError("", detail),))


def _minute(local: time) -> int:
    return local.hour * 60 + local.minute


def local_time(at: datetime, zone: str | None) -> str:
    """For a person: `21:05 in Europe/Kyiv`."""
    return f"{at.astimezone(_clock(zone)):%H:%M} in {zone or 'UTC'}"


def within(at: datetime, zone: str | None, quiet: QuietHours | None) -> bool:
    """Whether the shopper's clock shows a quiet hour."""
    return quiet is not None and quiet.cover(at.astimezone(_clock(zone)).time())


def allowed(at: datetime, zone: str | None, quiet: QuietHours | None) -> bool:
    """Whether a message may be begun: it is not a quiet hour, nor about to be one."""
    return not within(at, zone, quiet) and not within(at + LAST_CALL, zone, quiet)


def first_allowed(due: datetime, zone: str | None, quiet: QuietHours | None) -> datetime:
    """The first whole minute, not before `due`, at which a message may be begun.

    At most the quiet hours later, and by as much as clocks are put back meanwhile (an hour, nearly everywhere).
    """
    at = minute_up(due)
    if quiet is None:
        return at
    clock = _clock(zone)
    while not allowed(at, zone, quiet):
        inside = at if within(at, zone, quiet) else at + LAST_CALL
        at = minute_up(_stretch(inside, clock, quiet.ends))
    return at


def waking_time(since: datetime, until: datetime, zone: str | None, quiet: QuietHours | None) -> timedelta:
    """How much of the time from `since` to `until` was outside quiet hours; nothing where `until` is not later."""
    if quiet is None:
        return max(timedelta(0), until - since)
    clock, total, at = _clock(zone), timedelta(0), since
    while at < until:
        asleep = within(at, zone, quiet)
        end = min(until, _stretch(at, clock, quiet.ends if asleep else quiet.begins))
        total += timedelta(0) if asleep else end - at
        at = end
    return total


def _stretch(at: datetime, clock: ZoneInfo, local: time) -> datetime:
    """When the clock shows `local` next, or the minute at which clocks are changed, if that comes first: then ask again.

    Clocks put forward may skip `local`; clocks put back bring it later than the difference of local times says.
    """
    here = at.astimezone(clock)
    ahead = timedelta(minutes=_minute(local) - _minute(here.time()), seconds=-here.second, microseconds=-here.microsecond)
    wait = ahead if ahead > timedelta(0) else ahead + timedelta(days=1)
    if (at + wait).astimezone(clock).utcoffset() == here.utcoffset():
        return at + wait
    before, after = 0, -(-wait // MINUTE)
    while after - before > 1:
        middle = (before + after) // 2
        if (at + middle * MINUTE).astimezone(clock).utcoffset() == here.utcoffset():
            before = middle
        else:
            after = middle
    return at + after * MINUTE


def _clock(zone: str | None) -> ZoneInfo:
    from zoneinfo import ZoneInfo  # noqa: PLC0415  # every function knows policies; only `remind` asks for the time of day

    return ZoneInfo(zone or "UTC")
