"""Secrets, and what is made with them: hashes that only the key's owner can compute, codes that nobody can guess."""

from __future__ import annotations

import string
from datetime import timedelta
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from rebasket.aws.ssm import CACHE_TTL, CODE_ALPHABET, CODE_FORM, CODE_LENGTH, KeyedCode, KeyedHash, SsmSecrets
from rebasket.domain.errors import Misconfigured
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.contact import TouchId
from tests.doubles import ManualClock
from tests.samples import ANNA

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def secrets() -> Iterator[SsmSecrets]:
    with mock_aws():
        yield SsmSecrets(boto3.client("ssm"), "/rebasket/test", ManualClock())


def test_a_secret_is_kept_encrypted_and_read_back(secrets: SsmSecrets) -> None:
    secrets.put("contact-key", "one")
    assert secrets.get("contact-key") == "one"
    parameter = secrets.client.get_parameter(Name="/rebasket/test/contact-key", WithDecryption=False)["Parameter"]
    assert parameter["Type"] == "SecureString"
    assert parameter["Value"] != "one"


def test_a_missing_secret_is_named_with_what_makes_it(secrets: SsmSecrets) -> None:
    assert secrets.find("contact-key") is None
    with pytest.raises(Misconfigured, match="/rebasket/test/contact-key; `rebasket doctor`"):
        secrets.get("contact-key")


def test_a_key_put_back_from_a_text_file_is_the_same_key(secrets: SsmSecrets) -> None:
    """With another one, everybody who said no would be a stranger."""
    jane = Address(Channel.EMAIL, "jane@example.com")
    secrets.put("contact-key", "0a1b")
    before = KeyedHash(secrets)("tea", jane)
    secrets.put("contact-key", "0a1b\n")
    assert KeyedHash(secrets)("tea", jane) == before


def test_a_secret_is_read_at_most_once_in_five_minutes(secrets: SsmSecrets) -> None:
    clock = secrets.clock
    assert isinstance(clock, ManualClock)
    secrets.put("contact-key", "one")
    assert secrets.get("contact-key") == "one"
    secrets.client.put_parameter(Name="/rebasket/test/contact-key", Value="two", Type="SecureString", Overwrite=True)
    clock.forward(CACHE_TTL)
    assert secrets.get("contact-key") == "one"
    clock.forward(timedelta(milliseconds=1))
    assert secrets.get("contact-key") == "two"


def test_two_spellings_of_an_address_are_one_contact_and_everybody_else_is_another(secrets: SsmSecrets) -> None:
    secrets.put("contact-key", "one")
    address_hash = KeyedHash(secrets)
    key = address_hash("tea", ANNA)
    assert address_hash("tea", Address(Channel.EMAIL, "Anna@Example.ORG")) == key
    assert len(key) == 32
    assert set(key) <= set("0123456789abcdef")
    others = [("coffee", ANNA), ("tea", Address(Channel.SMS, ANNA.value)), ("tea", Address(Channel.EMAIL, "b@example.org"))]
    assert key not in {address_hash(shop, address) for shop, address in others}
    secrets.put("contact-key", "two")
    assert address_hash("tea", ANNA) != key, "it says nothing to whoever lacks the key"


def test_a_code_is_the_same_for_a_touch_and_another_for_every_other(secrets: SsmSecrets) -> None:
    secrets.put("link-keys", "one")
    code_of = KeyedCode(secrets)
    touches = [TouchId(cart, generation, step) for cart in ("c", "c#1", "ш") for generation in range(1, 30) for step in (1, 2)]
    days = ("2026-03-02", "2026-06-10")
    codes = [code_of(shop, touch, day) for shop in ("tea", "coffee") for day in days for touch in touches]
    assert len(set(codes)) == len(codes)
    assert [code_of("tea", touch, days[0]) for touch in touches] == codes[: len(touches)]
    assert all(len(code) == CODE_LENGTH and set(code) <= set(CODE_ALPHABET) for code in codes)
    assert all(map(CODE_FORM.fullmatch, codes)), "else `visit` would not look for them"
    assert set(CODE_ALPHABET) == set(string.ascii_letters + string.digits)
    first = {code[0] for code in codes}
    assert len(first) > 40, "every place uses the whole alphabet"
    secrets.put("link-keys", "two")
    assert not set(codes) & {code_of("tea", touch, days[0]) for touch in touches}
