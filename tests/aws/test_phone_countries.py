"""The country of a phone number: neighbours under one country code are told apart."""

from __future__ import annotations

import pytest

from rebasket.aws.phone_countries import country_of
from rebasket.domain.people.addresses import Address, Channel


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+380671234567", "UA"),
        ("+12025550123", "US"),
        ("+18765550123", "JM"),  # one of the islands under +1 that calls are lured to
        ("+77011234567", "KZ"),
        ("+447400123456", "GB"),
        ("+447781123456", "GG"),
        ("+8816123456789", None),  # a satellite
        ("+883510012345678", None),  # a network of no country
        ("12345", None),
    ],
)
def test_a_number_tells_its_country(number: str, country: str | None) -> None:
    assert country_of(Address(Channel.SMS, number)) == country


def test_a_mail_address_tells_none() -> None:
    assert country_of(Address(Channel.EMAIL, "anna@example.jp")) is None
