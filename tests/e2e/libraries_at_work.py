"""What the functions have libraries do for them, in every locale and for every country.

A program that prints JSON: by what was asked, what came out. It runs once with the built layers for its only libraries, and once
with the untrimmed ones.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from babel.localedata import locale_identifiers
from phonenumbers import SUPPORTED_REGIONS, PhoneNumberFormat, PhoneNumberType, example_number_for_type, format_number

from rebasket.domain.carts.events import Line
from rebasket.domain.errors import Invalid
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.sending.message import Brief
from rebasket.domain.shops.policy import Policy, Shop
from rebasket.messages.composer import MessageComposer
from rebasket.messages.languages import LANGUAGES
from rebasket.messages.letter import letter
from rebasket.messages.pages import gone_page, opt_out_page, opted_out_page, unknown_page
from rebasket.messages.templates import render
from rebasket.platforms.native.time_zones import time_zones
from rebasket.platforms.native.translate import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
STEPS = (1, 2, 3)
CURRENCIES = ("EUR", "JPY", "KWD", "UAH", "XXX", None)


def main() -> None:
    """All of it."""
    shop, brief = example()
    found = dict([*letters(brief), *locales(brief), *pages(shop), *events(shop)])
    json.dump(found, sys.stdout)


def example() -> tuple[Shop, Brief]:
    """A shop, and what a message is composed from: with more lines than a mail shows."""
    shop = Shop(
        id="tea",
        name="Чай & Tea",
        url="https://shop.example",
        hosts=("shop.example",),
        postal_address="1 Road\nTown",
        sender_name="Tea",
        locale="en-GB",
        activated_at=NOW,
        policy=Policy(),
    )
    brief = Brief(
        shop=shop,
        to=Address(Channel.EMAIL, "jane@example.com"),
        name="Олена",
        locale="en",
        lines=tuple(Line(sku=f"tea-{number}", title=f"Tea {number}", quantity=1234, unit_price=123456) for number in range(10)),
        currency="EUR",
        step=1,
        restore_url="https://go.shop.example/r/Zk3v",
        opt_out_url="https://go.shop.example/o/Zk3v",
        tags={"shop": "tea"},
        now=NOW,
    )
    return shop, brief


def letters(brief: Brief) -> Iterator[tuple[str, str]]:
    """Every template of a message: each step in each language, with each kind of currency."""
    composer = MessageComposer("carts@shop.example")
    for language in LANGUAGES:
        for step in STEPS:
            for currency in CURRENCIES:
                asked = replace(brief, locale=language, step=step, currency=currency)
                values = letter(asked).values()
                for template in ("email.html", "email.txt"):
                    yield f"{template} {language} {step} {currency}", digest(render(template, **values))
                composer.email(asked)  # its headers and encodings differ from one Python to the next
                text = composer.text(replace(asked, to=Address(Channel.SMS, "+380441234567")))
                yield f"text message {language} {step} {currency}", f"{text.parts} {text.country} {text.body}"


def locales(brief: Brief) -> Iterator[tuple[str, str]]:
    """A mail in every locale that there is, with amounts of two decimals and of three."""
    for locale in locale_identifiers():
        for currency in ("EUR", "KWD"):
            values = letter(replace(brief, locale=locale, currency=currency)).values()
            yield f"mail {locale} {currency}", digest(render("email.txt", **values))


def pages(shop: Shop) -> Iterator[tuple[str, str]]:
    """Every page in each language."""
    for language in LANGUAGES:
        yield f"opt-out page {language}", opt_out_page(shop, language, "Zk3v")
        yield f"opted-out page {language}", opted_out_page(shop, language, "code")
        yield f"gone page {language}", gone_page(shop, language)
        yield f"unknown page {language}", unknown_page(language)


def events(shop: Shop) -> Iterator[tuple[str, str]]:
    """What becomes of an event with a phone number of every country, with a time zone of everywhere, with an e-mail address."""
    for region in sorted(SUPPORTED_REGIONS):
        for name, kind in (("mobile", PhoneNumberType.MOBILE), ("fixed", PhoneNumberType.FIXED_LINE)):
            number = example_number_for_type(region, kind)
            if number is not None:
                yield f"phone {region} {name}", taken(shop, phone=format_number(number, PhoneNumberFormat.INTERNATIONAL))
    for zone in time_zones().values():
        yield f"time zone {zone}", taken(shop, email="jane@example.com", time_zone=zone)
    yield "another script", taken(shop, email="jane@bücher.example")
    yield "nobody's", taken(shop, email="jane@", phone="+380000", time_zone="Nowhere")


def taken(shop: Shop, **contact: str) -> str:
    """The contact that an event names, or why it is refused."""
    data = {"id": "1", "type": "contact.identified", "at": NOW.isoformat(), "cart": "c", "contact": contact}
    try:
        person = parse(data, shop, NOW).person
    except Invalid as error:
        return repr(error.errors)
    return f"{[naming.address.value for naming in person.statements]} {person.time_zone}"


def digest(text: str) -> str:
    """In place of what is long."""
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    main()
