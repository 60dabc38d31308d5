"""Messages by person: two addresses of one shopper are one person, and a gap broken on purpose is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rebasket_local.traffic.draws import Draws
from rebasket_local.traffic.people import Person, person
from rebasket_local.traffic.per_person import per_person
from rebasket_local.traffic.settings import read_settings
from tests.cli.made_up_world import a_message

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
GAP = timedelta(hours=12)
ANNA, PHONE, BOB = "anna@example.com", "+380670000001", "bob@example.com"


def people() -> dict[str, Person]:
    settings, _ = read_settings()
    anna = replace(person(1, Draws(1), settings, NOON), email=ANNA, phone=PHONE)
    bob = replace(anna, number=2, email=BOB, phone=None)
    return {ANNA: anna, PHONE: anna, BOB: bob}


@pytest.mark.parametrize(("hours", "too_soon"), [(11.99, 1), (12, 0)])
def test_e_mail_and_text_message_to_one_person_keep_the_gap(hours: float, too_soon: int) -> None:
    later = NOON + timedelta(hours=hours)
    found = per_person([a_message(1, ANNA, at=NOON), a_message(2, PHONE, channel="sms", at=later)], people(), GAP)
    assert (found.written_to, found.most, found.smallest_gap) == (1, 2, later - NOON)
    assert [broken.message.number for broken in found.too_soon] == [2] * too_soon


def test_two_people_need_no_gap() -> None:
    found = per_person([a_message(1, ANNA, at=NOON), a_message(2, BOB, at=NOON)], people(), GAP)
    assert (found.written_to, found.most, found.smallest_gap, found.too_soon) == (2, 1, None, [])


def test_nobody_was_written_to() -> None:
    assert per_person([], people(), GAP).written_to == 0
