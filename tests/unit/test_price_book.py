import gzip
import json

import pytest

from rebasket.aws.price_book import price_book
from rebasket.domain.sending.prices import cost
from tests.shared_data import shared


def test_prices_of_a_region() -> None:
    book = price_book("us-east-1")
    assert cost(book.email, 1_000) == 160_000
    assert cost(book.text("US"), 2) == 2 * (7_740 + 4_210)


def test_what_nobody_verified_is_unpriced() -> None:
    assert price_book("eu-central-1").email is None
    assert price_book("eu-central-1").text("US") is None
    assert price_book("mars-north-1").email is None
    for region in ("us-east-1", "eu-central-1"):
        assert price_book(region).text("IT") is None
        assert price_book(region).text(None) is None


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_says_where_each_price_is_from(region: str) -> None:
    book = price_book(region)
    prices = [*book.texts.values(), *([book.email] if book.email else [])]
    assert all(price.source and price.as_of and price.each > 0 for price in prices)
    assert {country for country, price in book.texts.items() if price.as_of == "2022"} == {"PL", "UA", "GB", "DE", "FR", "RU"}


@pytest.mark.parametrize("country", ["PL", "UA", "GB", "DE", "FR", "RU"])
def test_agrees_with_the_list_of_2022(country: str) -> None:
    feed = json.loads(gzip.decompress(shared("C9-aws-sms-price-list/data.json.gz").read_bytes()))
    networks = feed["SMS"]["countryPrices"][country]["transactional"]
    dearest = max(round((network["domesticPrice"] + network["carrierFee"]) * 1_000_000) for network in networks)
    price = price_book("eu-central-1").text(country)
    assert price is not None
    assert price.each == dearest
