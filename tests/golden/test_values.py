r"""Whatever is derived the same every time, as literals: with another hash every opt-out is a stranger's, with another code every
link in a sent message leads nowhere.

The first hash and the signature were computed by openssl, too:

    printf 'contact\0tea\0email:anna@example.org' | openssl dgst -sha256 -hmac 0a1b2c3d        # its first 32 digits
    printf 'msg_1.1772445600.{"type":"cart.updated"}' |
        openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1f -binary | base64
"""

from __future__ import annotations

import base64
import json
from email import message_from_bytes
from functools import partial
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from rebasket.aws import keys
from rebasket.aws.cart_codec import unpack_facts
from rebasket.aws.key_codec import keys_from_json, keys_to_json
from rebasket.aws.sqs import SqsDeadLetters, timer_from_json
from rebasket.aws.ssm import CODE_FORM, KeyedCode, KeyedHash, SsmSecrets, SsmShopKeys
from rebasket.domain.carts.timer import Timer
from rebasket.domain.errors import Unauthenticated
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.contact import TouchId
from rebasket.domain.reminders.assignment import arm_of
from rebasket.domain.reminders.episode import Arm, EpisodeRef
from rebasket.domain.sending.tags import tags_of, touch_in
from rebasket.domain.shops.keys import KeyKind, Right
from rebasket.domain.shops.sms_limits import beginning
from rebasket.http.credentials import authenticate
from rebasket.http.shop_keys import new_key
from rebasket.memory import MemoryShops
from rebasket.messages.mime import mail
from rebasket_local.stack import Stack
from tests.doubles import ManualClock
from tests.golden.cart_items import CARTS
from tests.golden.shop_items import SHOP
from tests.golden.tables import NOW
from tests.template.conftest import TEMPLATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TOUCH = TouchId("c#2 кошик", 12, 1)


@pytest.fixture(scope="module")
def secrets() -> Iterator[SsmSecrets]:
    """Put there as a person would, by their full names."""
    with mock_aws():
        client = boto3.client("ssm")
        for name, value in (("contact-key", "0a1b2c3d"), ("link-keys", "4e5f6071"), ("shops/tea/keys", SHOP_KEYS)):
            client.put_parameter(Name=f"/rebasket/prod/{name}", Value=value, Type="SecureString")
        yield SsmSecrets(client, "/rebasket/prod", ManualClock(NOW))


# -- Secrets -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shop", "channel", "value", "golden"),
    [
        ("tea", Channel.EMAIL, "anna@example.org", "3e73b82d12111b0fbca7d8e42f60d6ab"),
        ("tea", Channel.EMAIL, "Anna@Example.ORG", "3e73b82d12111b0fbca7d8e42f60d6ab"),
        ("tea", Channel.EMAIL, "straße@чай.example", "995491997a450cb371f1f01a64f6fafd"),
        ("coffee", Channel.EMAIL, "anna@example.org", "bd7aa7eebe0d4a6616888ee19a3855a8"),
        ("tea", Channel.SMS, "+380441234567", "b7630c0f137dba463412d3791a781582"),
    ],
)
def test_the_hash_of_an_address(secrets: SsmSecrets, shop: str, channel: Channel, value: str, golden: str) -> None:
    assert KeyedHash(secrets)(shop, Address(channel, value)) == golden


@pytest.mark.parametrize(
    ("shop", "touch", "day", "golden"),
    [
        ("tea", TouchId("c1", 1, 1), "2026-03-02", "OV3x2hROjMsp"),
        ("tea", TouchId("c1", 1, 2), "2026-03-02", "j3mk1BQtlLLd"),
        ("tea", TouchId("c1", 2, 1), "2026-03-02", "tKaOiguJhVMf"),
        ("tea", TouchId("c1", 1, 1), "2026-03-03", "xHqumCKhtt6H"),
        ("tea", TOUCH, "2026-03-02", "7qhGJF70Icuf"),
        ("coffee", TouchId("c1", 1, 1), "2026-03-02", "P9VaagtcHz6b"),
    ],
)
def test_the_code_of_a_link(secrets: SsmSecrets, shop: str, touch: TouchId, day: str, golden: str) -> None:
    """One code for both ways, back to the cart and out of the list: path and method tell them apart."""
    assert KeyedCode(secrets)(shop, touch, day) == golden
    assert CODE_FORM.fullmatch(golden), "links that were sent are looked for"


SHOP_KEYS = (
    '[{"id":"abcdefgh","kind":"bearer","secret":"6c86c6aac5fb24bcf5d9939cb7d7d5645ce39418f449e03b262dd4fa14b4b92b",'
    '"created_at":"2026-03-02T10:00:00+00:00","expires_at":null,"rights":["events","report"]},'
    '{"id":"abcdefgh","kind":"signing","secret":"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",'
    '"created_at":"2026-03-02T10:00:00+00:00","expires_at":"2027-03-02T10:00:00+00:00","rights":["events"]}]'
)
TOKEN = "rbk_tea_abcdefgh_000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
WEBHOOK_SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
SIGNED = {
    "rebasket-key": "tea_abcdefgh",
    "webhook-id": "msg_1",
    "webhook-timestamp": "1772445600",
    "webhook-signature": "v1,m9w+fxo4FqHhFJtKvPCobo9WcLuatdWW0IFe4m6aS+o=",
}
BODY = b'{"type":"cart.updated"}'


def test_keys_as_they_are_kept_and_shown() -> None:
    make = partial(new_key, draw=lambda n: bytes(range(n)), shop="tea", created_at=NOW)
    bearer = make(KeyKind.BEARER, rights=[Right.EVENTS, Right.REPORT])
    signing = make(KeyKind.SIGNING, rights=[Right.EVENTS], expires_at=NOW.replace(year=2027))
    assert (bearer.shown, signing.shown) == (TOKEN, WEBHOOK_SECRET)
    assert keys_to_json([bearer.key, signing.key]) == SHOP_KEYS
    assert keys_from_json(SHOP_KEYS) == [bearer.key, signing.key]


def test_kept_keys_open(secrets: SsmSecrets) -> None:
    """The token that a shop was shown, and a signature that its systems make."""
    shops = MemoryShops()
    shops.save(SHOP)
    stored = SsmShopKeys(secrets, shops)
    assert authenticate({"authorization": f"Bearer {TOKEN}"}, b"", NOW, stored, Right.REPORT) == "tea"
    assert authenticate(SIGNED, BODY, NOW, stored, Right.EVENTS) == "tea"
    with pytest.raises(Unauthenticated):
        authenticate(SIGNED, BODY + b" ", NOW, stored, Right.EVENTS)


# -- Where things are ----------------------------------------------------------------------------------------------------

SHARDS: Mapping[str, tuple[int, int]] = {
    "c1": (1, 0),
    "c2": (3, 2),
    "c3": (1, 0),
    "c4": (2, 3),
    "c5": (0, 1),
    "c6": (2, 3),
    "c7": (0, 1),
    "c8": (1, 0),
    "c#2 кошик": (0, 3),
}
"""Of a cart's episodes and of its timers, of four each."""


@pytest.mark.parametrize("cart", SHARDS)
def test_where_a_cart_s_episodes_and_timers_are(cart: str) -> None:
    episodes, timers = SHARDS[cart]
    ref = EpisodeRef(shop="tea", day="2026-03-02", cart=cart, generation=1)
    assert keys.episode(ref) == {"pk": f"episodes#tea#2026-03-02#{episodes}", "sk": f"{cart}#1"}
    timer = Timer(shop="tea", cart=cart, generation=1, due=NOW)
    assert keys.timer(timer, 4) == {"pk": f"2026-03-02T10:00Z#{timers}", "sk": f"tea#{cart}#1"}


def test_so_many_shards() -> None:
    """With more or fewer, the episodes of open days are not found where they are looked for."""
    assert keys.EPISODE_SHARDS == 4
    stack = Stack(TEMPLATE, {"SenderEmail": "carts@shop.example", "Stage": "prod"}, region="eu-central-1", name="rebasket-test")
    variables = [each.properties.get("Environment", {}).get("Variables", {}) for each in stack.of_type("AWS::Lambda::Function")]
    assert {str(each["REBASKET_TIMER_SHARDS"]) for each in variables if "REBASKET_TIMER_SHARDS" in each} == {"4"}
    assert {each["REBASKET_SECRETS_PREFIX"] for each in variables if "REBASKET_SECRETS_PREFIX" in each} == {"/rebasket/prod"}


def test_how_a_number_begins() -> None:
    assert beginning(Address(Channel.SMS, "+380441234567")) == "3804412"
    assert beginning(Address(Channel.SMS, "+2901234")) == "290"


# -- What goes with a touch ----------------------------------------------------------------------------------------------

TAGS = {
    "rebasket-shop": "tea",
    "rebasket-day": "2026-03-02",
    "rebasket-cart": "YyMyINC60L7RiNC40Lo",
    "rebasket-generation": "12",
    "rebasket-step": "1",
    "rebasket-contact": "5f2c",
}


def test_the_name_of_a_touch() -> None:
    assert str(TOUCH) == "c#2 кошик#12#1"
    assert TouchId.parse("c#2 кошик#12#1") == TOUCH


def test_the_tags_on_the_wire() -> None:
    assert tags_of("tea", "2026-03-02", TOUCH, "5f2c") == TAGS
    assert touch_in(TAGS) == ("tea", "2026-03-02", TOUCH, "5f2c")


def test_the_message_id_of_a_touch() -> None:
    raw = mail(
        sender=("Tea", "tea@shop.example"),
        to="anna@example.org",
        subject="Your cart",
        list_id="tea.shop.example",
        opt_out_url="https://go.example/o/7qhGJF70Icuf",
        tags=TAGS,
        now=NOW,
        bodies=("text", "<p>html</p>"),
    )
    assert message_from_bytes(raw)["Message-ID"] == "<6c9795bf428ab7cccaee81bbd790ccd9@shop.example>"


@pytest.mark.parametrize(
    ("unit", "held_from"), [("5f2c9d7ab1e04c3388d0aa17b6e4c921", 668), ("c1", 946), ("c2", 574), ("c3", 500), ("7", 62)]
)
def test_who_is_held_back(unit: str, held_from: int) -> None:
    """From so many thousandths on: a person never changes groups."""
    assert arm_of("tea", unit, held_from - 1) is Arm.TREATMENT
    assert arm_of("tea", unit, held_from) is Arm.HELD


# -- Outside the tables --------------------------------------------------------------------------------------------------

DEAD = (
    '{"shop": "tea", "cart": "c#2 кошик", "generation": 12, "due": "2026-03-02T10:00:00+00:00", "day": "2026-03-02",'
    ' "attempt": 8, "why": "ValueError: no"}'
)


def test_a_dead_timer() -> None:
    timer = Timer(shop="tea", cart="c#2 кошик", generation=12, due=NOW, day="2026-03-02", attempt=8)
    with mock_aws():
        sqs = boto3.client("sqs")
        url = sqs.create_queue(QueueName="dead")["QueueUrl"]
        SqsDeadLetters(sqs, url).dead_letter(timer, "ValueError: no")
        (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert message["Body"] == DEAD
    assert timer_from_json(DEAD) == Timer(shop="tea", cart="c#2 кошик", generation=12, due=NOW, day="2026-03-02")
    assert json.loads(DEAD)["attempt"] == 8


def test_bytes_that_were_stored_are_read() -> None:
    """A zlib stream (RFC 1950); how well another compressor packs is its own matter."""
    packed = base64.b64decode("eNqrVspXsqpWyjdUsorOK83J0QET0dFKqYZKOpYGOkquoUFKsbFg4djaWgBWpA6k")
    assert unpack_facts(packed) == CARTS["new: only a refund was told"].facts
