"""Where a phone number is read: by its country, where that has one zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rebasket.adapters.phone_zones import AS_GOOD_AS_ONE, zone_of
from rebasket.adapters.webhooks.time_zones import time_zones
from rebasket.domain.addresses import Address, Channel


@pytest.mark.parametrize(
    ("number", "zone"),
    [
        ("+380671234567", "Europe/Kyiv"),
        ("+447400123456", "Europe/London"),
        ("+491713921234", "Europe/Berlin"),
        ("+48512123456", "Europe/Warsaw"),
        ("+819012345678", "Asia/Tokyo"),
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


def test_the_second_zone_of_germany_shows_the_same_time() -> None:
    at = datetime(2000, 1, 1, tzinfo=UTC)
    while at.year < 2040:
        assert at.astimezone(ZoneInfo("Europe/Busingen")).utcoffset() == at.astimezone(ZoneInfo("Europe/Berlin")).utcoffset()
        at += timedelta(days=7)
