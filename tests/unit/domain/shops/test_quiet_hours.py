"""The night, by the shopper's clock: held against a plain search minute by minute, in real zones, on days when clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rebasket.domain.errors import Invalid
from rebasket.domain.shops.quiet_hours import LAST_CALL, QuietHours, allowed, first_allowed, local_time, waking_time, within
from tests.stored import quiet_hours

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NIGHT = QuietHours(time(21), time(8))
KYIV, NEW_YORK = "Europe/Kyiv", "America/New_York"

CHANGES = {
    KYIV: ["2026-03-29", "2026-10-25"],
    NEW_YORK: ["2026-03-08", "2026-11-01"],
    "Australia/Lord_Howe": ["2026-04-05", "2026-10-04"],  # by half an hour
    "America/Sao_Paulo": ["2018-11-04", "2019-02-17"],  # at midnight: that day begins at one
    "Africa/Casablanca": ["2026-02-15", "2026-03-22"],  # around Ramadan
    "Antarctica/Casey": ["2020-10-04", "2021-03-14"],  # by three hours
    "Pacific/Apia": ["2011-12-30"],  # a day that never was
    "Asia/Kathmandu": ["2026-01-01"],  # 5:45 ahead, no changes
    "UTC": ["2026-01-01"],
}
zones = st.sampled_from(sorted(CHANGES))


@st.composite
def nights(draw: st.DrawFn) -> tuple[datetime, str]:
    """A moment to the millisecond within two days of a change of clocks, and the zone."""
    zone = draw(zones)
    day = datetime.fromisoformat(draw(st.sampled_from(CHANGES[zone]))).replace(tzinfo=UTC)
    return day + timedelta(milliseconds=draw(st.integers(-2 * 86_400_000, 3 * 86_400_000))), zone


def local(text: str, zone: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def searched(due: datetime, zone: str, quiet: QuietHours) -> datetime:
    """The same, minute by minute; and told apart by comparing local times as they are written."""

    def asleep(at: datetime) -> bool:
        shown, begins, ends = (f"{t:%H:%M}" for t in (at.astimezone(ZoneInfo(zone)), quiet.begins, quiet.ends))
        return begins <= shown < ends if begins < ends else shown >= begins or shown < ends

    at = due.replace(second=0, microsecond=0)
    at = at if at == due else at + MINUTE
    while asleep(at) or asleep(at + LAST_CALL):
        at += MINUTE
    return at


@given(nights(), quiet_hours())
def test_it_is_the_very_minute_that_a_plain_search_finds(when: tuple[datetime, str], quiet: QuietHours) -> None:
    assert first_allowed(*when, quiet) == searched(*when, quiet)


@given(nights(), quiet_hours())
def test_it_is_a_whole_minute_never_in_quiet_hours_never_before_the_due_and_not_long_after(
    when: tuple[datetime, str], quiet: QuietHours
) -> None:
    due, zone = when
    found = first_allowed(due, zone, quiet)
    assert allowed(found, zone, quiet)
    assert not within(found, zone, quiet)
    assert found.second == found.microsecond == 0
    put_back = 3 * HOUR if zone == "Antarctica/Casey" else HOUR
    assert due <= found <= due + MINUTE + timedelta(minutes=quiet.minutes) + LAST_CALL + put_back


@given(nights(), quiet_hours())
def test_asked_again_it_answers_the_same(when: tuple[datetime, str], quiet: QuietHours) -> None:
    found = first_allowed(*when, quiet)
    assert first_allowed(found, when[1], quiet) == found


@given(nights(), st.integers(0, 2 * 86_400_000), quiet_hours())
def test_what_is_due_later_is_not_allowed_earlier(when: tuple[datetime, str], later: int, quiet: QuietHours) -> None:
    due, zone = when
    assert first_allowed(due, zone, quiet) <= first_allowed(due + timedelta(milliseconds=later), zone, quiet)


@given(nights(), quiet_hours())
def test_what_is_begun_when_allowed_has_left_before_quiet_hours(when: tuple[datetime, str], quiet: QuietHours) -> None:
    at, zone = when
    assume(allowed(at, zone, quiet))
    assert not within(at + LAST_CALL - timedelta(milliseconds=1), zone, quiet)


@given(nights())
def test_without_quiet_hours_it_is_the_due_itself_rounded_up_to_the_minute(when: tuple[datetime, str]) -> None:
    due, zone = when
    assert timedelta(0) <= first_allowed(due, zone, None) - due < MINUTE
    assert allowed(due, zone, None)


@pytest.mark.parametrize(
    ("due", "zone", "expected"),
    [
        ("2026-11-02T12:00:00", KYIV, "2026-11-02T12:00"),  # by day
        ("2026-11-02T12:00:00.001", KYIV, "2026-11-02T12:01"),
        ("2026-11-02T20:58", KYIV, "2026-11-02T20:58"),
        ("2026-11-02T20:58:01", KYIV, "2026-11-03T08:00"),  # too close before nine
        ("2026-11-02T21:00", KYIV, "2026-11-03T08:00"),
        ("2026-11-03T07:59:59", KYIV, "2026-11-03T08:00"),
        ("2026-11-03T08:00", KYIV, "2026-11-03T08:00"),
        ("2026-03-28T23:00", KYIV, "2026-03-29T08:00"),  # a night of ten hours
        ("2026-10-24T23:00", KYIV, "2026-10-25T08:00"),  # and one of twelve
        ("2026-03-08T01:59:30", NEW_YORK, "2026-03-08T08:00"),
        ("2011-12-29T22:00", "Pacific/Apia", "2011-12-31T08:00"),  # the day between never was
    ],
)
def test_times_that_a_person_can_check(due: str, zone: str, expected: str) -> None:
    assert first_allowed(local(due, zone), zone, NIGHT) == local(expected, zone)


def test_an_end_that_is_skipped_is_the_moment_when_clocks_are_put_forward() -> None:
    """At 3 h in Kyiv it is 4 h: there is no half past three on that day."""
    quiet = QuietHours(time(21), time(3, 30))
    assert first_allowed(local("2026-03-28T23:00", KYIV), KYIV, quiet) == local("2026-03-29T04:00", KYIV)


def test_an_hour_that_comes_twice_is_quiet_both_times() -> None:
    """At 2 h in New York it is 1 h again."""
    quiet = QuietHours(time(21), time(1, 30))
    early = local("2026-11-01T00:30", NEW_YORK)
    first, second = local("2026-11-01T01:30", NEW_YORK), local("2026-11-01T01:30", NEW_YORK, fold=1)
    assert second - first == HOUR
    assert first_allowed(early, NEW_YORK, quiet) == first
    assert first_allowed(local("2026-11-01T01:05", NEW_YORK, fold=1), NEW_YORK, quiet) == second


# -- Waking time ---------------------------------------------------------------------------------------------------------


@given(nights(), st.integers(0, 3 * 24 * 60), quiet_hours())
def test_waking_time_counts_the_minutes_outside(when: tuple[datetime, str], minutes: int, quiet: QuietHours) -> None:
    at, zone = when
    since = at.replace(second=0, microsecond=0)
    counted = sum(not within(since + n * MINUTE, zone, quiet) for n in range(minutes))
    assert waking_time(since, since + minutes * MINUTE, zone, quiet) == counted * MINUTE


@given(nights(), st.integers(0, 10**9), quiet_hours())
def test_waking_time_is_no_longer_than_the_time_itself_and_a_night_alone_is_none(
    when: tuple[datetime, str], millis: int, quiet: QuietHours
) -> None:
    since, zone = when
    span = timedelta(milliseconds=millis)
    assert timedelta(0) <= waking_time(since, since + span, zone, quiet) <= span
    assert waking_time(since, since + span, zone, None) == span
    assert waking_time(since, since - span, zone, quiet) == timedelta(0)
    if not allowed(since, zone, quiet):
        assert waking_time(since, first_allowed(since, zone, quiet), zone, quiet) <= LAST_CALL


# -- As text -------------------------------------------------------------------------------------------------------------


@given(quiet_hours())
def test_they_are_read_as_they_are_written(quiet: QuietHours) -> None:
    assert QuietHours.parse(str(quiet)) == quiet


@pytest.mark.parametrize(
    "text",
    [
        "",
        "21-8",
        "21:00",
        "21:00-8:00",
        "24:00-08:00",
        "21:60-08:00",
        "21:00 - 08:00",
        "21:00-21:00",
        "08:00-04:01",
        "٢١:00-08:00",
    ],
)
def test_what_is_no_quiet_hours_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        QuietHours.parse(text)


def test_the_limits_are_allowed_and_a_zone_that_nobody_told_is_utc() -> None:
    assert QuietHours.parse("08:00-04:00").minutes == 20 * 60
    assert QuietHours.parse("23:59-00:00").minutes == 1
    at = datetime(2026, 11, 2, 20, 5, tzinfo=UTC)
    assert (local_time(at, KYIV), local_time(at, None)) == ("22:05 in Europe/Kyiv", "20:05 in UTC")
    assert within(at + HOUR, None, NIGHT)
    assert not within(at, None, NIGHT)
