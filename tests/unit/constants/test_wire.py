"""What is fixed by the other side: formats of the web, limits of AWS, what a text message is billed as."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pytest

from functions.report.app import DEFAULT_DAYS, EARLIEST, LATEST
from rebasket.aws import ses, ses_events, sns
from rebasket.aws.carts import ANY_CODE, MOST_BYTES, MOST_BYTES_BOUGHT
from rebasket.aws.ssm import CODE_ALPHABET, CODE_LENGTH
from rebasket.aws.table import BATCH
from rebasket.domain.carts.web_address import LONGEST
from rebasket.domain.sending.message import Brief, Text
from rebasket.domain.shops.keys import KeyKind
from rebasket.http.credentials import MAX_SIGNATURES, TOLERANCE
from rebasket.http.json_pointer import LONGEST_NAME
from rebasket.http.problem import MEDIA_TYPE, RETRY_AFTER
from rebasket.http.results import LONGEST_ID
from rebasket.http.shop_keys import new_key
from rebasket.http.strict_json import MAX_BYTES, MAX_DEPTH, MAX_DIGITS
from rebasket.messages.gsm import parts
from rebasket.platforms.native import fields
from rebasket.platforms.native.batch import MAX_EVENTS
from rebasket.platforms.native.translate import MAX_ERRORS
from tests.doubles import PlainComposer, as_is
from tests.samples import ANNA_PHONE, START, Reports, a_shop, after, person
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping

Port = TypeVar("Port")

CONSTANTS: Mapping[str, tuple[object, object]] = {
    # Standard Webhooks, "Verifying webhook authenticity": the timestamp within a tolerance; five minutes in its own libraries,
    # and in docs/integration.md.
    "TOLERANCE": (TOLERANCE, timedelta(minutes=5)),
    "MOST_SIGNATURES": (MAX_SIGNATURES, 8),
    # RFC 9457, section 3: the media type of a problem.
    "MEDIA_TYPE": (MEDIA_TYPE, "application/problem+json"),
    # RFC 9110, section 10.2.3: seconds, as text.
    "RETRY_AFTER": (RETRY_AFTER, "5"),
    # docs/integration.md, "Limits".
    "MAX_BYTES": (MAX_BYTES, 262_144),
    "MOST_EVENTS": (MAX_EVENTS, 100),
    "MAX_DEPTH": (MAX_DEPTH, 16),
    "LONGEST": (LONGEST, 2048),
    "LONGEST_ID": (LONGEST_ID, 128),
    "LONGEST_NAME": (LONGEST_NAME, 64),
    "MOST_ERRORS": (MAX_ERRORS, 20),
    "MOST_MINOR": (fields.MAX_MINOR, 1_000_000_000_000),
    "AHEAD": (fields.AHEAD, timedelta(minutes=10)),
    "EARLIEST event": (fields.EARLIEST, datetime(2000, 1, 1, tzinfo=UTC)),
    "EARLIEST report": (EARLIEST, date(2001, 1, 1)),
    "LATEST report": (LATEST, date(2999, 12, 31)),
    "DEFAULT_DAYS": (DEFAULT_DAYS, 28),
    # RFC 7493 (I-JSON), section 2.2: whole numbers that everybody can hold; ours, of 64 bits, have 18 digits at the most.
    "MAX_DIGITS": (MAX_DIGITS, 18),
    # 62 ** 12 codes: 71 bits (ADR 0001).
    "CODE_LENGTH": (CODE_LENGTH, 12),
    "CODE_ALPHABET": (len(set(CODE_ALPHABET)), 62),
    # DynamoDB API Reference, BatchWriteItem: 25 requests.
    "BATCH": (BATCH, 25),
    # DynamoDB Developer Guide, "Constraints": an item of 400 KB, so 20 KB of it for whatever is not the cart's facts.
    "MOST_BYTES_BOUGHT": (MOST_BYTES_BOUGHT, 380_000),
    "MOST_BYTES": (MOST_BYTES, 300_000),
    # The same page: a partition key of 2,048 bytes; characters have up to four.
    "ANY_CODE": (ANY_CODE.pattern, ".{1,500}"),
    # SES API v2 Reference, SendEmail, "Errors": never taken.
    "SES rejects": (ses.REJECTED, {"BadRequestException"}),
    # The same list, and "Common Error Types": surely not taken now.
    "SES, not now": (
        ses.NOT_NOW,
        {
            "AccountSuspendedException",
            "LimitExceededException",
            "MailFromDomainNotVerifiedException",
            "MessageRejected",
            "NotFoundException",
            "SendingPausedException",
            "TooManyRequestsException",
            # Common Error Types
            "AccessDeniedException",
            "ExpiredTokenException",
            "Throttling",
            "ThrottlingException",
            "UnrecognizedClientException",
        },
    ),
    # SNS API Reference, Publish, "Errors"; on the wire by the SDK's model.
    "SNS rejects": (
        sns.REJECTED,
        {"InvalidParameter", "InvalidParameterValue", "OptedOut", "ParameterValueInvalid", "ValidationException"},
    ),
    "SNS, not now": (
        sns.NOT_NOW,
        {
            "AccessDenied",
            "AuthorizationError",
            "ExpiredToken",
            "InvalidSecurity",
            "Throttled",
            "ThrottledException",
            "Throttling",
            "ThrottlingException",
        },
    ),
    # SES Developer Guide, "Contents of event data": what only happens to a message that was taken.
    "SES events": (ses_events.ACCEPTED, {"Click", "Delivery", "DeliveryDelay", "Open", "Send", "Subscription"}),
}


@pytest.mark.parametrize("name", CONSTANTS)
def test_it_is_what_the_other_side_says(name: str) -> None:
    found, said = CONSTANTS[name]
    assert found == said


def test_a_secret_has_256_bits_drawn_for_it() -> None:
    """Standard Webhooks, "Signature scheme": a signing secret of 24 to 64 bytes. RFC 6750, section 5.2: tokens nobody guesses."""
    drawn: list[int] = []

    def draw(count: int) -> bytes:
        drawn.append(count)
        return bytes(count)

    for kind in KeyKind:
        new_key(kind, draw, shop="tea", created_at=START, rights=[])
    assert drawn == [8, 32] * len(KeyKind), "the key's id, and its secret"


# -- Text messages -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "billed"),
    [
        # 3GPP TS 23.038: 160 septets, then 153 a part.
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        # 3GPP TS 23.040: 70 characters of UCS-2, then 67 a part.
        ("я" * 70, 1),
        ("я" * 71, 2),
        ("я" * 134, 2),
        ("я" * 135, 3),
    ],
)
def test_a_long_text_is_billed_by_its_parts(text: str, billed: int) -> None:
    assert parts(text) == billed


class Publishing:
    """An SNS client that keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []

    def publish(self, **told: Any) -> dict[str, str]:  # noqa: ANN401  # as AWS's client
        self.told.append(told)
        return {"MessageId": "m"}


def test_a_text_says_that_it_is_marketing() -> None:
    """SNS Developer Guide, "Publishing to a mobile phone": Promotional. A reminder of a cart is marketing in the EU and the US,
    and some countries take promotional texts at their own hours only.
    """
    client = Publishing()
    sns.SnsTexter(cast("Any", client), "").send(Text(to=ANNA_PHONE, body="чай", parts=1, country="UA"))
    (told,) = client.told
    assert told["MessageAttributes"] == {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Promotional"}}


class Wordy(PlainComposer):
    """Texts of three parts."""

    def text(self, brief: Brief) -> Text:
        plain = super().text(brief)
        return Text(to=plain.to, body=plain.body, parts=3, country=plain.country)


def test_a_text_of_three_parts_costs_three_times_the_price_of_one() -> None:
    """SNS Developer Guide, "Publishing to a mobile phone": each part is charged."""

    def wordy(port: Port) -> Port:
        return cast("Port", Wordy()) if isinstance(port, PlainComposer) else as_is(port)

    world = World(a_shop(), wrap=wordy)
    world.record(Reports().updated("c1", START, who=person(ANNA_PHONE)))
    world.advance(after(hours=1))
    touch = world.episode().touches[1]
    assert (touch.parts, touch.cost) == (3, 3 * 116_960)
