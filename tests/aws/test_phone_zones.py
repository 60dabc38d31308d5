"""Where a phone number is read: by its country, where that has one zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rebasket.aws.phone_zones import AS_GOOD_AS_ONE, zone_of, zones_of_countries
from rebasket.domain.people.addresses import Address, Channel
from rebasket.platforms.native.time_zones import time_zones


@pytest.mark.parametrize(
    ("number", "zone"),
    [
        ("+380671234567", "Europe/Kyiv"),
        ("+447400123456", "Europe/London"),
        ("+491713921234", "Europe/Berlin"),
        ("+48512123456", "Europe/Warsaw"),
        ("+819012345678", "Asia/Tokyo"),
        ("+60123456789", "Asia/Kuala_Lumpur"),  # Borneo shows the same time
        ("+5491123456789", "America/Argentina/Buenos_Aires"),  # as do all twelve
        ("+12125550123", None),  # the United States
        ("+61412345678", None),  # Australia
        ("+34612345678", None),  # Spain and the Canary Islands, an hour apart
        ("+8816123456789", None),  # a satellite
        ("12345", None),
    ],
)
def test_a_country_with_one_zone_tells_it(number: str, zone: str | None) -> None:
    assert zone_of(Address(Channel.SMS, number)) == zone


def test_a_mail_address_tells_nothing() -> None:
    assert zone_of(Address(Channel.EMAIL, "anna@example.jp")) is None


def test_whatever_it_tells_is_a_zone_that_events_may_name() -> None:
    known = set(time_zones().values())
    assert set(AS_GOOD_AS_ONE.values()) <= known
    assert zone_of(Address(Channel.SMS, "+380671234567")) in known


def test_a_country_whose_zones_show_the_same_time_tells_it_too() -> None:
    """As long as anybody knows today, and all of them: who is not among them is taken to live by the shop's clock."""
    days = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=7 * week) for week in range(52 * 10)]

    def shown(zone: str) -> list[timedelta | None]:
        return [day.astimezone(ZoneInfo(zone)).utcoffset() for day in days]

    several = {country: zones for country, zones in zones_of_countries().items() if len(zones) > 1}
    agreed = {country for country, zones in several.items() if all(shown(zone) == shown(zones[0]) for zone in zones[1:])}
    assert agreed | {"UA"} == set(AS_GOOD_AS_ONE)
    assert all(zone in several[country] for country, zone in AS_GOOD_AS_ONE.items())
