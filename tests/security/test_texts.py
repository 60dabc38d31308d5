"""Text messages cost money, and whoever owns a dear number earns it: what may be texted, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

import phonenumbers
import pytest
from phonenumbers import PhoneNumberType as Kind

if TYPE_CHECKING:
    from tests.security.two_shops import TwoShops


def example(country: str, kind: int) -> str:
    number = phonenumbers.example_number_for_type(country, kind)
    assert number is not None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def named(shops: TwoShops, number: str) -> dict[str, object]:
    return {**shops.cart("c1", None), "contact": {"phone": number}}


@pytest.mark.parametrize("country", ["UA", "GB", "DE", "FR", "PL", "IT"])
def test_a_premium_number_is_nobodys(shops: TwoShops, country: str) -> None:
    answer = shops.post("oak", named(shops, example(country, Kind.PREMIUM_RATE)))
    assert answer.status == 422
    assert answer.json()["errors"][0]["pointer"] == "/contact/phone"
    assert shops.post("oak", named(shops, example(country, Kind.MOBILE))).status == 202


@pytest.mark.parametrize(("country", "kind"), [("US", Kind.TOLL_FREE), ("GB", Kind.UAN)])
def test_neither_is_a_service_number(shops: TwoShops, country: str, kind: int) -> None:
    assert shops.post("oak", named(shops, example(country, kind))).status == 422


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
def test_what_is_no_persons_number_is_refused(shops: TwoShops, number: str) -> None:
    assert shops.post("oak", named(shops, number)).status == 422
