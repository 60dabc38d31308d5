"""Addresses of people: what is taken can be sent to, and one address has one spelling."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import phonenumbers
import pytest

from rebasket.domain.people.addresses import Address, Channel
from tests.shared_data import shared
from tests.unit.platforms.native.samples import changed, parsed, sample, wrong

# What SES takes (docs.aws.amazon.com/ses/latest/APIReference-V2/API_Destination.html): seven-bit ASCII, no SMTPUTF8; and what
# SMTP can carry without quoting (RFC 5321, 4.1.2 and 4.5.3.1).
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
SENDABLE = re.compile(rf"{ATOM}(\.{ATOM})*@([A-Za-z0-9-]{{1,63}}\.)+[A-Za-z0-9-]{{1,63}}")


def named(field: str, value: str) -> list[Address]:
    """The addresses that an event names; none when it is refused for that field, and for nothing else."""
    event = changed(sample("cart.deleted"), ("contact",), {field: value})
    found = wrong(event)
    assert list(found) in ([], [f"/contact/{field}"])
    return [] if found else [naming.address for naming in parsed(event).person.statements]


def isemail() -> list[tuple[str, str]]:
    tests = ET.parse(shared("D2-isemail-tests/tests.xml")).getroot()  # noqa: S314  # our own copy of a known file
    pictures = {0x2400 + code: chr(code) for code in range(32)}
    return [
        ((test.findtext("address") or "").translate(pictures), test.findtext("category") or "") for test in tests.iter("test")
    ]


def test_every_known_address_is_sendable_or_refused() -> None:
    taken: list[tuple[str, str]] = []
    refused: list[tuple[str, str]] = []
    for address, category in isemail():
        found = named("email", address)
        for got in found:
            assert SENDABLE.fullmatch(got.value), address
            assert len(got.value) <= 254
        (taken if found else refused).append((address, category))
    assert not [address for address, category in taken if category == "ISEMAIL_ERR"]
    assert all(len(address.partition("@")[0]) <= 64 for address, _ in taken)
    plain = [address for address, category in refused if category == "ISEMAIL_VALID_CATEGORY" and SENDABLE.fullmatch(address)]
    assert plain == [], "no ordinary address is refused"
    assert len(taken) >= 10


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Jane.Doe+cart@EXAMPLE.com", "Jane.Doe+cart@example.com"),
        ("o'brien@example.com", "o'brien@example.com"),
        ("jane@exämple.com", "jane@xn--exmple-cua.com"),
        ("jane@пошта.укр", "jane@xn--80a1acn3a.xn--j1amh"),
    ],
)
def test_an_email_address_has_one_spelling(sent: str, kept: str) -> None:
    assert named("email", sent) == [Address(Channel.EMAIL, kept)]


@pytest.mark.parametrize(
    "address",
    ["", "jane", "jane@", "@example.com", "jane@localhost", "jäne@example.com", '"jane doe"@example.com', "jane@[127.0.0.1]",
     "j@@example.com", "Jane <jane@example.com>", " jane@example.com", "jane@example.com ",
     "jane@example.com,joe@example.com", "jane@exa mple.com", "jane@example.invalid", "jane@example.com\u2028",
     "x" * 65 + "@example.com", "jane@" + "x" * 64 + ".com", "jane@" + "x." * 130 + "com"],
)  # fmt: skip
def test_what_no_mail_reaches_is_refused(address: str) -> None:
    assert named("email", address) == []


def test_every_regions_example_of_a_mobile_number_is_taken() -> None:
    examples = json.loads(shared("D6-libphonenumber-examples/examples.mobile.json").read_text())
    assert len(examples) > 200
    for region, number in examples.items():
        full = f"+{phonenumbers.country_code_for_region(region)}{number}"
        assert named("phone", full) == [Address(Channel.SMS, full)], region


@pytest.mark.parametrize("sent", ["+380441234567", "+380 44 123-45-67", "+380 (44) 123.45.67"])
def test_a_phone_number_has_one_spelling(sent: str) -> None:
    assert named("phone", sent) == [Address(Channel.SMS, "+380441234567")]


@pytest.mark.parametrize(
    "number",
    ["", "0441234567", "380441234567", "00380441234567", "+380", "+38044123456", "+999123456789", "+1 800 FLOWERS",
     "+380441234567;ext=5",
     "tel:+380441234567", "+380441234567,+380441234568", "＋380441234567", "+٣٨٠441234567", "++380441234567", "+" + "1" * 29],
)  # fmt: skip
def test_what_is_no_international_number_is_refused(number: str) -> None:
    assert named("phone", number) == []
