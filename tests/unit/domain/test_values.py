"""Small values: addresses that do not leak, money that does not mix, prices that are not guessed, keys that end."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.domain.carts.timer import minute_up
from rebasket.domain.money import MicroUSD, Money
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.sending.prices import cost
from rebasket.domain.shops.keys import Key, KeyKind, Right
from tests.samples import ANNA, ANNA_PHONE, MINUTE, PRICES, START
from tests.stored import moments


@pytest.mark.parametrize("address", [ANNA, ANNA_PHONE])
def test_an_address_prints_masked_wherever_it_is_printed(address: Address) -> None:
    shown = f"{address} {address!r} {[address]} {Exception(address)}"
    assert address.value not in shown
    assert "anna" not in shown
    assert "44123" not in shown


@given(st.sampled_from(Channel), st.text(max_size=5))
def test_any_text_at_all_can_be_masked(channel: Channel, text: str) -> None:
    assert str(Address(channel, text)).startswith(f"<{channel.value} ")


def test_two_spellings_of_an_address_are_one_identity_and_channels_never_meet() -> None:
    assert Address(Channel.EMAIL, "Anna@Example.org").identity == ANNA.identity
    assert Address(Channel.SMS, ANNA.value).identity != ANNA.identity


def test_money_of_two_currencies_does_not_add_up() -> None:
    assert Money(1, "EUR") + Money(2, "EUR") == Money(3, "EUR")
    with pytest.raises(ValueError, match="UAH"):
        Money(1, "EUR") + Money(2, "UAH")


def test_what_has_no_price_has_no_cost() -> None:
    assert cost(PRICES.text("UA"), 2) == MicroUSD(233_920)
    assert cost(PRICES.text("PL"), 2) is None
    assert cost(PRICES.text(None), 2) is None
    assert PRICES.email is not None
    assert PRICES.email.label == "a list (2026-01)"


@given(moments)
def test_minutes_are_rounded_up_and_whole_ones_stay(at: datetime) -> None:
    up = minute_up(at)
    assert up.second == up.microsecond == 0
    assert timedelta(0) <= up - at < MINUTE
    assert minute_up(up) == up


def test_a_key_ends_at_its_expiry_and_never_prints_its_secret() -> None:
    key = Key(
        id="k", kind=KeyKind.SIGNING, secret="whsec_x", created_at=START, expires_at=START + MINUTE, rights=frozenset(Right)
    )
    assert key.valid(START)
    assert not key.valid(START + MINUTE)
    assert "whsec_x" not in repr(key)
