"""The watch for messages in quiet hours finds them by their reader's own clock, and by nothing that Rebasket decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

import pytest

from rebasket_local.traffic.draws import Draws
from rebasket_local.traffic.nights import clock_of, in_quiet_hours
from rebasket_local.traffic.people import Person, person
from rebasket_local.traffic.settings import read_settings
from tests.cli.made_up_world import a_message

SETTINGS, _ = read_settings()
SHOP = SETTINGS.shop
MAIL, PHONE = "ada@example.com", "+380670000001"


def somebody(country: str, *, told: bool = True, phone: str | None = None) -> Person:
    market = next(market for market in SETTINGS.markets if market.country == country)
    one = person(1, Draws(1), SETTINGS, datetime(2026, 11, 2, tzinfo=UTC))
    return replace(one, email=MAIL, phone=phone, market=market, zone_told=told)


@pytest.mark.parametrize(
    ("one", "zone"),
    [
        (somebody("UA"), "Europe/Kyiv"),
        (somebody("UA", told=False), SHOP.time_zone),
        (somebody("UA", told=False, phone=PHONE), "Europe/Kyiv"),
        (somebody("PL", told=False), SHOP.time_zone),
        (somebody("US", told=False, phone="+12125550100"), SHOP.time_zone),
    ],
)
def test_whose_clock(one: Person, zone: str) -> None:
    assert clock_of(one, SHOP) == zone


@pytest.mark.parametrize(
    ("channel", "at", "found"),
    [
        ("email", "2026-11-02T18:59:59+00:00", False),
        ("email", "2026-11-02T19:00:00+00:00", True),
        ("email", "2026-11-03T05:59:59+00:00", True),
        ("email", "2026-11-03T06:00:00+00:00", False),
        ("sms", "2026-11-02T18:00:00+00:00", True),
        ("sms", "2026-11-03T06:30:00+00:00", True),
        ("sms", "2026-11-03T07:00:00+00:00", False),
    ],
)
def test_a_message_in_kyiv_from_nine_to_eight_and_a_text_from_eight_to_nine(
    channel: Literal["email", "sms"], at: str, *, found: bool
) -> None:
    message = a_message(1, MAIL, channel=channel, at=datetime.fromisoformat(at))
    assert bool(in_quiet_hours([message], {MAIL: somebody("UA")}, SHOP)) is found


def test_a_shop_without_quiet_hours_and_a_reader_whom_nobody_knows_are_not_watched() -> None:
    message = a_message(1, MAIL, at=datetime(2026, 11, 2, 23, tzinfo=UTC))
    assert in_quiet_hours([message], {MAIL: somebody("UA")}, SHOP.model_copy(update={"quiet_hours": {}})) == []
    assert in_quiet_hours([message], {}, SHOP) == []
