"""Text messages cost money, and whoever owns a dear number, or a range of numbers, earns it.

Numbers that are nobody's own are refused when they are reported; those of countries that the shop does not text are never texted;
and of numbers that begin alike only so many are within an hour (their stories: ../unit/usecases/test_text_limits.py).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import phonenumbers
import pytest
from phonenumbers import PhoneNumberType as Kind

from rebasket.domain.people.addresses import Channel
from rebasket.domain.shops.policy import Step
from tests.functions.ingest_client import STRICT, World, cart_updated, world
from tests.security.two_shops import a_shop, moment

if TYPE_CHECKING:
    from tests.security.two_shops import TwoShops


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> World:
    return world(monkeypatch)


def example(country: str, kind: int) -> str:
    number = phonenumbers.example_number_for_type(country, kind)
    assert number is not None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_nobodys(shop: World, number: str) -> bool:
    """Whether a number is left out of an event, and refused where nothing may be."""
    event = cart_updated(contact={"phone": number})
    answer = shop.post(event)
    assert answer.status == 202
    left_out = shop.events[-1].person.statements == ()
    assert answer.warnings == ["/contact/phone"] * left_out
    assert shop.post(event, query=STRICT).status == (422 if left_out else 202)
    return left_out


@pytest.mark.parametrize("country", ["UA", "GB", "DE", "FR", "PL", "IT"])
def test_a_premium_number_is_nobodys(shop: World, country: str) -> None:
    assert is_nobodys(shop, example(country, Kind.PREMIUM_RATE))
    assert not is_nobodys(shop, example(country, Kind.MOBILE))


@pytest.mark.parametrize(
    ("country", "kind"),
    [("US", Kind.TOLL_FREE), ("GB", Kind.UAN), ("GB", Kind.PAGER), ("DE", Kind.SHARED_COST), ("CH", Kind.VOICEMAIL)],
)
def test_neither_is_a_service_number(shop: World, country: str, kind: int) -> None:
    assert is_nobodys(shop, example(country, kind))


@pytest.mark.parametrize(
    "number",
    [
        "+883510012345678",
        "+8816312345678",
        "+380000000000",
        "+11234567890",
        "+441234",
        "+3805012345678",
        "911",
        "+1911",
        "112",
        "+390",
        "+380501234567;ext=1",
        "+٣٨٠٥٠١٢٣٤٥٦٧",
    ],
)
def test_what_is_no_persons_number_is_refused(shop: World, number: str) -> None:
    assert is_nobodys(shop, number)


TEXTS = (Step(delay=timedelta(0), channels=(Channel.SMS,)),)


def texting(shops: TwoShops, **rules: object) -> None:
    """Both shops send nothing but text messages, by these rules."""
    for name in ("oak", "ash"):
        shop = a_shop(shops.id(name), shops.cloud.now)
        policy = replace(shop.policy, version=2, steps=TEXTS, quiet_hours={}, **rules)  # type: ignore[arg-type]  # what a policy takes
        shops.app.shops.save(replace(shop, policy=policy))


def typed_in(shops: TwoShops, shop: str, cart: str, number: str) -> None:
    said = {"granted": True, "source": "checkout", "at": moment(shops.cloud.now - timedelta(days=1))}
    answer = shops.post(shop, shops.cart(cart, None, contact={"phone": number, "consent": {"sms": said}}))
    assert answer.status == 202


def texted(shops: TwoShops, since: int) -> list[str]:
    sent = [shops.cloud.outbox[number] for number in range(since, len(shops.cloud.outbox))]
    return [message.to for message in sent if message.channel == "sms"]


@pytest.mark.parametrize("country", ["JM", "LV", "SO", "CU", "MV", "GG"])
def test_countries_that_texts_are_lured_to_are_not_texted(shops: TwoShops, country: str) -> None:
    texting(shops)
    since = len(shops.cloud.outbox)
    typed_in(shops, "oak", "lured", example(country, Kind.MOBILE))
    typed_in(shops, "oak", "honest", "+380501234567")
    shops.advance(hours=2)
    assert texted(shops, since) == ["+380501234567"]


def test_of_a_range_of_numbers_a_few_an_hour_are_texted_and_each_shop_has_its_own_count(shops: TwoShops) -> None:
    texting(shops, sms_per_prefix=2)
    since = len(shops.cloud.outbox)
    for number in range(6):
        typed_in(shops, "oak", f"pumped-{number}", f"+38050123450{number}")
    typed_in(shops, "ash", "customer", "+380501234599")
    shops.advance(hours=1, minutes=5)
    assert len(texted(shops, since)) == 3
    assert "+380501234599" in texted(shops, since)
    shops.advance(hours=1)
    assert len(texted(shops, since)) == 5


def test_what_is_counted_tells_nobody_s_number(shops: TwoShops) -> None:
    texting(shops)
    typed_in(shops, "oak", "one", "+380509876543")
    shops.advance(hours=2)
    counted = {key: item for key, item in shops.everything().items() if key[0].startswith(f"texts#{shops.id('oak')}#")}
    ((partition, _), item), *more = counted.items()
    assert not more
    assert partition == f"texts#{shops.id('oak')}#3805098"
    assert "76543" not in str(item)
    assert int(item["expires"]["N"]) <= (shops.cloud.now + timedelta(days=1)).timestamp(), "forgotten within a day"
