"""The kinds of fields that events are made of, each with its limits and, for openapi.json, its description.

Control characters and halves of surrogate pairs need no check here: `strict_json.flaws` found them. What the shopper reads is
cleaned (`texts.cleaned`), other texts are kept as they came; addresses are normalised, so that one person is one contact.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Never

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from rebasket.domain.carts.web_address import LONGEST, is_web_address, leads_to
from rebasket.platforms.native.currencies import CURRENCIES, RETIRED
from rebasket.platforms.native.texts import cleaned
from rebasket.platforms.native.time_zones import time_zones

if TYPE_CHECKING:
    from phonenumbers import PhoneNumberType

MAX_MINOR = 10**12
"""Of one price or sum: 200 lines of 9,999 pieces of it still fit into DynamoDB's 38 digits and into 64 bits."""
AHEAD = timedelta(minutes=10)
"""How far a shop's clock may run ahead of ours."""
MAX_QUANTITY = 9_999
MAX_DECIMALS = 3
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ValidationContext:
    """What the fields are checked against besides themselves: the time, the hosts that the shop's links may lead to, and the
    country (ISO 3166) whose national phone numbers it may send. `lenient`: what is missed was told already
    (`lenient.take`).
    """

    now: datetime
    hosts: tuple[str, ...]
    phone_country: str | None = None
    lenient: bool = False


def wrong(detail: str, at: tuple[str, ...] = ()) -> Never:
    """Refuse a field, or the one `at` some place below it."""
    raise PydanticCustomError("wrong", "{detail}", {"detail": detail, "at": at})


def _printable(text: str) -> str:
    if not text.isprintable():
        wrong("must hold printable characters only")
    return text


def _at_most_bytes(most: int) -> AfterValidator:
    def check(text: str) -> str:
        if len(text.encode()) > most:
            wrong(f"at most {most} bytes in UTF-8")
        return text

    return AfterValidator(check)


_RFC_3339 = re.compile(r"(?ai:\d{4}-\d\d-\d\dt\d\d:\d\d:\d\d(\.\d{1,9})?(z|[+-]\d\d:\d\d))")


def _told_moment(value: object) -> datetime:
    if not isinstance(value, str) or not _RFC_3339.fullmatch(value):
        wrong('must be a time with its offset (RFC 3339), such as "2026-03-02T10:15:00Z"')
    try:
        local = datetime.fromisoformat(value.upper())
        moment = local.astimezone(UTC)
    except (ValueError, OverflowError):
        wrong("is no time that exists")
    if moment < EARLIEST:
        wrong(f"must not be before {EARLIEST.year}")
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _moment(value: object, info: ValidationInfo) -> datetime:
    moment = _told_moment(value)
    if moment > frame(info).now + AHEAD:
        wrong(f"is more than {AHEAD // timedelta(minutes=1)} minutes in the future")
    return moment


def frame(info: ValidationInfo) -> ValidationContext:
    """What the fields are checked against. Raises TypeError where whoever validates forgot it."""
    found = info.context
    if not isinstance(found, ValidationContext):
        message = "events are validated with a ValidationContext"
        raise TypeError(message)
    return found


def _currency(code: str) -> str:
    if code not in CURRENCIES and code not in RETIRED:
        hint = f'; write "{code.upper()}"' if code.upper() in CURRENCIES else ""
        wrong(f"is no current currency code of ISO 4217{hint}")
    return code


def _web_address(url: str) -> str:
    if not is_web_address(url):
        wrong(f"must be an absolute http(s) URL of at most {LONGEST} bytes, without credentials and spaces, its host in ASCII")
    return url


def _restore_url(url: str, info: ValidationInfo) -> str:
    hosts = frame(info).hosts
    if not leads_to(_web_address(url), hosts):
        wrong(f"must be https and lead to a host of this shop ({', '.join(hosts) or 'it has none yet'})")
    return url


_LOCALE = re.compile(r"(?a:[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,4})")


def _locale(tag: str) -> str:
    if not _LOCALE.fullmatch(tag):
        wrong('must be a language tag, such as "uk-UA" or "en"')
    return tag


def _time_zone(name: str) -> str:
    known = time_zones().get(name.casefold())
    if known != name:
        wrong(f"is no IANA time zone; write {known}" if known else "is no IANA time zone, such as Europe/Kyiv")
    return name


def _email(address: str) -> str:
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415  # costs as much as pydantic, and many events name nobody

    try:
        # Not what SES cannot send: it takes ASCII only, and does no SMTPUTF8. strict: at most 64 before the @. DNS is not asked.
        found = validate_email(address, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        wrong("is no e-mail address that mail can be sent to (one bare address, ASCII before the @)")
    return found.ascii_email or wrong("is no e-mail address that mail can be sent to")


_PHONE = re.compile(r"(?a:\+[0-9][0-9 ().-]{5,28})")
_NATIONAL = re.compile(r"(?a:[0-9(][0-9 ()./-]{3,28})")


def _dear(kinds: type[PhoneNumberType]) -> frozenset[int]:
    """Whoever owns such a number may earn with each message to it: it would be typed into a thousand carts."""
    return frozenset({kinds.PREMIUM_RATE, kinds.SHARED_COST, kinds.TOLL_FREE, kinds.UAN, kinds.PAGER, kinds.VOICEMAIL})


def _phone(number: str, info: ValidationInfo) -> str:
    import phonenumbers  # noqa: PLC0415  # as above; most events name no phone

    country = frame(info).phone_country
    form, region = (_NATIONAL, country) if country and not number.startswith("+") else (_PHONE, None)
    try:
        parsed = phonenumbers.parse(number, region) if form.fullmatch(number) else None
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        wrong('is no valid phone number in international form (E.164), such as "+380441234567"')
    dear = phonenumbers.number_type(parsed) in _dear(phonenumbers.PhoneNumberType)
    if dear or phonenumbers.region_code_for_number(parsed) == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY:
        wrong("is a premium, shared-cost, satellite or service number, which is no shopper's own")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


_DECIMAL = re.compile(r"(?a:[0-9]{1,4}(\.[0-9]{1,3})?)")


def _quantity(value: object) -> int | Decimal:
    """Whole, or a decimal as text or number; one that is whole is told as whole."""
    if type(value) is int and 1 <= value <= MAX_QUANTITY:
        return value
    text = str(value) if type(value) in {int, float, str} else ""
    if not _DECIMAL.fullmatch(text) or not (found := Decimal(text)):
        wrong(f"must be a number above 0 and up to {MAX_QUANTITY:,}, with at most three decimals")
    return int(found) if found == int(found) else found.normalize()


def _text(most: int) -> object:
    return Field(min_length=1, max_length=most)


EventId = Annotated[
    str,
    _text(128),
    AfterValidator(_printable),
    Field(description="The shop's own id of the event; the same id is the same event."),
]
CartId = Annotated[
    str, _text(128), AfterValidator(_printable), _at_most_bytes(128), Field(description="The shop's id of the cart.")
]
OrderId = Annotated[
    str, _text(120), AfterValidator(_printable), _at_most_bytes(120), Field(description="The shop's id of the order.")
]
Sku = Annotated[str, _text(128), Field(description="The shop's id of what is sold.")]
LineId = Annotated[str, _text(128), Field(description="Tells lines of one sku apart; the sku, when left out.")]
Title = Annotated[str, _text(500), AfterValidator(cleaned)]
Name = Annotated[str, _text(200), AfterValidator(cleaned)]
Source = Annotated[str, _text(200)]
Option = Annotated[str, _text(200), AfterValidator(cleaned)]
Unit = Annotated[str, _text(20)]
ShortText = Annotated[str, _text(100)]
CustomerId = Annotated[str, _text(128)]
AnonymousId = Annotated[str, _text(128), Field(description="The shop's id of the browser or device, from before it knew whom.")]
Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "description": "RFC 3339 with an offset; kept to the millisecond."}),
]
LaterMoment = Annotated[
    datetime,
    BeforeValidator(_told_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "description": "RFC 3339 with an offset; may be to come."}),
]
Quantity = Annotated[
    int | Decimal,
    BeforeValidator(_quantity),
    WithJsonSchema(
        {
            "type": ["number", "string"],
            "exclusiveMinimum": 0,
            "maximum": MAX_QUANTITY,
            "pattern": f"^{_DECIMAL.pattern.removeprefix('(?a:').removesuffix(')')}$",
            "description": "Whole, or a decimal with at most three places, as a number or as text.",
        }
    ),
]
Sequence = Annotated[int, Field(ge=0, lt=10**18, description="Orders events of one time.")]
Minor = Annotated[int, Field(ge=0, le=MAX_MINOR, description="Minor units: 1990 is 19.90 EUR, or 1990 JPY.")]
Margin = Annotated[int, Field(ge=-MAX_MINOR, le=MAX_MINOR, description="Minor units; negative for what is sold at a loss.")]
Days = Annotated[int, Field(ge=0, le=100_000)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Currency = Annotated[
    str,
    AfterValidator(_currency),
    Field(description="ISO 4217.", json_schema_extra={"pattern": "^[A-Z]{3}$", "examples": ["EUR", "UAH"]}),
]
WebAddress = Annotated[str, AfterValidator(_web_address), Field(json_schema_extra={"format": "uri", "maxLength": LONGEST})]
RestoreUrl = Annotated[
    str,
    AfterValidator(_restore_url),
    Field(
        description="Opens this cart in the shop, on any device: https, on one of the shop's hosts or below it.",
        json_schema_extra={"format": "uri", "maxLength": LONGEST},
    ),
]
Locale = Annotated[str, _text(35), AfterValidator(_locale), Field(description="Language tag (BCP 47).", examples=["uk-UA", "en"])]
TimeZone = Annotated[
    str,
    _text(64),
    AfterValidator(_time_zone),
    Field(description="IANA name. By this clock nobody is written to at night.", examples=["Europe/Kyiv"]),
]
Email = Annotated[str, _text(254), AfterValidator(_email), Field(json_schema_extra={"format": "email"})]
Phone = Annotated[
    str,
    _text(30),
    AfterValidator(_phone),
    Field(
        description="International form (E.164); national where the shop's `phone_country` is set.", examples=["+380441234567"]
    ),
]
