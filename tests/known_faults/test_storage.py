"""What an operator expects of stored items: a newer version's survive a rollback, an unreadable one stops nobody else."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, cast

import pytest

from rebasket.aws.attributes import to_attributes
from rebasket.aws.episode_codec import pack_contact
from rebasket.aws.table import Table
from rebasket.domain.errors import Invalid
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import Contact, Send, SendState, TouchId, claimed
from rebasket_cli.erase import addresses, erase_addresses
from rebasket_local.isolation import environment
from tests.samples import SHOP, START, a_shop
from tests.security.two_shops import ANNA, TwoShops, moment, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from types_boto3_dynamodb import DynamoDBClient

    from rebasket.wiring import App
    from rebasket_local.cloud import LocalCloud

NUMBERS = count(1)
BOB, EVE = "bob@shopper.example", "eve@shopper.example"
LARGEST_ITEM = 400 * 1024
"""Bytes (DynamoDB developer guide, "Quotas")."""


@pytest.fixture(scope="module")
def cloud() -> Iterator[tuple[LocalCloud, App]]:
    with running() as made:
        yield made


@pytest.fixture
def shops(cloud: tuple[LocalCloud, App]) -> TwoShops:
    """Two shops that no other test has, in the morning: at night nothing is sent."""
    running_cloud, app = cloud
    running_cloud.run_until((running_cloud.now + timedelta(hours=14)).replace(hour=10, minute=0, second=0, microsecond=0))
    return TwoShops(running_cloud, app, next(NUMBERS))


def rewrite(shops: TwoShops, key: tuple[str, str], **attributes: Mapping[str, Any]) -> None:
    """Write attributes onto a stored item, as a newer version of the product would."""
    names = {f"#{name}": name for name in attributes}
    shops.cloud.client("dynamodb").update_item(
        TableName=shops.cloud.outputs["CartsTableName"],
        Key={"pk": {"S": key[0]}, "sk": {"S": key[1]}},
        UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in attributes),
        ExpressionAttributeNames=names,
        ExpressionAttributeValues={f":{name}": value for name, value in attributes.items()},
    )


def contact_of(shops: TwoShops, name: str) -> tuple[str, str]:
    """The key of the only contact of a shop."""
    (key,) = [key for key in shops.everything() if key[1] == "contact" and key[0].startswith(f"contact#{shops.id(name)}")]
    return key


def timers(shops: TwoShops) -> list[dict[str, Any]]:
    """Every stored timer, of all shops."""
    pages = shops.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=shops.cloud.outputs["TimersTableName"])
    return [item for page in pages for item in page["Items"] if "due" in item]


def goes_well(do: Callable[[], object]) -> bool:
    """Whether it ends without stumbling over a word that it does not know."""
    try:
        do()
    except ValueError:
        return False
    return True


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="What a newer version noted of a shopper is lost by the first change after a rollback.",
)
def test_what_a_newer_version_stored_survives_a_rollback(shops: TwoShops) -> None:
    """An operator expects that going back a version for an hour, or a canary of five minutes, loses nothing that was stored."""
    shops.post("oak", shops.cart("c1"))
    contact, cart = contact_of(shops, "oak"), (f"cart#{shops.id('oak')}#c1", "cart")
    rewrite(shops, contact, snooze_until={"N": "1900000000000"})
    rewrite(shops, cart, survey={"S": "too dear"})
    shops.advance(hours=1, minutes=5)
    assert shops.mails("oak") == [ANNA]
    stored = shops.everything()
    assert ("snooze_until" in stored[contact], "survey" in stored[cart]) == (True, True)


def reminded_and_snoozed(shops: TwoShops) -> str:
    """A reminder went out; then a newer version noted a kind of "no" that this one does not know. The code of its links."""
    shops.post("oak", shops.cart("c2"))
    shops.advance(hours=1, minutes=5)
    no = {"M": {"why": {"S": "snoozed"}, "at": {"N": "1772445600000"}}}
    contact = contact_of(shops, "oak")
    version = int(shops.everything()[contact]["version"]["N"])
    rewrite(shops, contact, no=no, version={"N": str(version + 1)})
    return shops.code("oak")


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="After a rollback, purchases of shoppers whom a newer version knew more of are not taken.",
)
def test_a_purchase_is_taken_though_the_contact_has_a_word_of_a_newer_version(shops: TwoShops) -> None:
    """A shop expects its purchases to be heard by any version that may meet them."""
    reminded_and_snoozed(shops)
    assert shops.post("oak", shops.order("c2", "o1")).status == 202


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="After a rollback, a withdrawn consent is not taken where a newer version wrote before.",
)
def test_a_withdrawn_consent_is_taken_though_the_contact_has_a_word_of_a_newer_version(shops: TwoShops) -> None:
    """A shopper expects that a "no" in the shop's preferences counts at once."""
    reminded_and_snoozed(shops)
    at = moment(shops.cloud.now)
    said = {"email": ANNA, "consent": {"email": {"granted": False, "source": "preferences", "at": at}}}
    assert shops.post("oak", {"id": "x", "type": "contact.identified", "at": at, "cart": "c3", "contact": said}).status == 202


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="After a rollback, the one-click opt-out in a message answers with an error."
)
def test_the_opt_out_in_a_message_works_though_the_contact_has_a_word_of_a_newer_version(shops: TwoShops) -> None:
    """A shopper expects the unsubscribe button to work, whichever version answers it (RFC 8058)."""
    code = reminded_and_snoozed(shops)
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert shops.cloud.http("POST", f"/o/{code}", form, b"List-Unsubscribe=One-Click").status == 200


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="One cart that cannot be read, and carts of all shops stay without their lost timers.",
)
def test_lost_timers_are_armed_again_around_a_cart_that_cannot_be_read(shops: TwoShops) -> None:
    """An operator expects `rebasket rearm` to give every readable cart its timer back, and to say which one it could not read."""
    for number in range(6):
        shops.post("oak", shops.cart(f"c{number}", email=f"p{number}@shopper.example"))
    for item in timers(shops):
        key = {"pk": item["pk"], "sk": item["sk"]}
        shops.cloud.client("dynamodb").delete_item(TableName=shops.cloud.outputs["TimersTableName"], Key=key)
    rewrite(shops, (f"cart#{shops.id('oak')}#c3", "cart"), phase={"S": "parked"})
    with environment(shops.cloud.function("IngestFunction").environment):
        well = goes_well(shops.app.rearm)
    armed = {item["cart"]["S"] for item in timers(shops) if item["shop"]["S"] == shops.id("oak")}
    rewrite(
        shops, (f"cart#{shops.id('oak')}#c3", "cart"), phase={"S": "active"}
    )  # leave no other test a cart that cannot be read
    assert well
    assert armed >= {"c0", "c1", "c2", "c4", "c5"}


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="A person cannot be erased while one of their carts has a word of a newer version."
)
def test_a_person_is_erased_though_their_cart_has_a_word_of_a_newer_version(shops: TwoShops) -> None:
    """A shopper who asks to be forgotten expects it to be done, whatever version wrote their cart."""
    shops.post("ash", shops.cart("c9", email=BOB))
    shops.post("ash", shops.cart("c8", email=EVE))
    rewrite(shops, (f"cart#{shops.id('ash')}#c9", "cart"), phase={"S": "parked"})
    with environment(shops.cloud.function("IngestFunction").environment):
        well = goes_well(lambda: erase_addresses(shops.app, shops.id("ash"), addresses(BOB, None)))
    left = str([item for key, item in shops.everything().items() if shops.id("ash") in key[0]])
    if not well:
        rewrite(
            shops, (f"cart#{shops.id('ash')}#c9", "cart"), phase={"S": "active"}
        )  # leave no other test a cart that cannot be read
    assert well
    assert (BOB in left, EVE in left) == (False, True)


def size(attribute: Mapping[str, Any]) -> int:
    """Bytes of an attribute's value (DynamoDB developer guide, "Item sizes and formats")."""
    ((kind, value),) = attribute.items()
    match kind:
        case "M":
            return 3 + sum(len(name.encode()) + size(inner) + 1 for name, inner in value.items())
        case "L":
            return 3 + sum(size(inner) + 1 for inner in value)
        case "N":
            return len(value) // 2 + 2
        case "S":
            return len(value.encode())
        case _:
            return 1


def largest_cap() -> int:
    """The most messages a week that a policy may allow one address, as far as anybody would ask."""
    for cap in (500, 200, 100, 50, 20):
        try:
            a_shop(cap=cap, cap_window=timedelta(days=7))
        except Invalid:
            continue
        return cap
    return 10


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason='An address shared by many carts outgrows its item; then no "no" of it can be stored.',
)
def test_a_contact_never_outgrows_its_item_under_any_policy_that_is_taken() -> None:
    """Whoever says no at a much used address expects it to be stored, under the most generous policy that a shop can have."""
    cap, now = largest_cap(), START
    week = timedelta(days=7)
    sends = {
        TouchId(f"cart-{number:030}", 1, 1): Send(
            state=SendState.CLAIMED, owner="0123456789abcdef", at=at, attempt=1, day=f"{at:%Y-%m-%d}"
        )
        for number in range(cap * 8)  # a till's own address, over the weeks that are remembered
        for at in [now - 8 * week + number * week / cap]
    }
    latest = list(sends)[-10:]
    contact = Contact(
        shop=SHOP, key="k" * 32, channel=Channel.EMAIL, sends={touch: sends[touch] for touch in sends if touch not in latest}
    )
    for touch in latest:
        contact = claimed(contact, touch, sends[touch])
    packed = to_attributes(pack_contact(contact))
    assert sum(len(name) + size(attribute) for name, attribute in packed.items()) < LARGEST_ITEM


class Throttling:
    """A table that takes none of the deletions, until it is asked for the thousandth time: the test has to end."""

    asked = 0

    def batch_write_item(self, **request: object) -> Mapping[str, object]:
        self.asked += 1
        return {"UnprocessedItems": request["RequestItems"]} if self.asked < 1_000 else {}


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="A throttled table is asked again at once and without end, which keeps it throttled.",
)
def test_a_table_that_is_throttled_is_not_hammered() -> None:
    """An operator expects deletions that were not processed to be repeated with pauses and an end, not in a circle."""
    client = Throttling()
    goes_well(lambda: Table(cast("DynamoDBClient", client), "timers").delete([{"pk": "a", "sk": str(n)} for n in range(25)]))
    assert client.asked < 50
