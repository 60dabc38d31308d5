"""Text messages cost money, and whoever owns a dear number earns it: which numbers are nobody's own."""

from __future__ import annotations

import phonenumbers
import pytest
from phonenumbers import PhoneNumberType as Kind

from tests.functions.ingest_client import Reply, World, cart_updated, world


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> World:
    return world(monkeypatch)


def example(country: str, kind: int) -> str:
    number = phonenumbers.example_number_for_type(country, kind)
    assert number is not None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def named(shop: World, number: str) -> Reply:
    return shop.post(cart_updated(contact={"phone": number}))


@pytest.mark.parametrize("country", ["UA", "GB", "DE", "FR", "PL", "IT"])
def test_a_premium_number_is_nobodys(shop: World, country: str) -> None:
    answer = named(shop, example(country, Kind.PREMIUM_RATE))
    assert answer.status == 422
    assert answer.pointers == ["/contact/phone"]
    assert named(shop, example(country, Kind.MOBILE)).status == 202


@pytest.mark.parametrize(("country", "kind"), [("US", Kind.TOLL_FREE), ("GB", Kind.UAN)])
def test_neither_is_a_service_number(shop: World, country: str, kind: int) -> None:
    assert named(shop, example(country, kind)).status == 422


@pytest.mark.parametrize(
    "number",
    [
        "+883510012345678",
        "+8816312345678",
        "911",
        "+1911",
        "112",
        "+390",
        "tel:+380501234567",
        "+380501234567;ext=1",
        "+٣٨٠٥٠١٢٣٤٥٦٧",
    ],
)
def test_what_is_no_persons_number_is_refused(shop: World, number: str) -> None:
    assert named(shop, number).status == 422
