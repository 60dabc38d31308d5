"""What only DynamoDB has: expiry, batches that are not done at once, items that are too large, records of a stream."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from rebasket.aws import keys
from rebasket.aws.cart_codec import pack_facts
from rebasket.aws.carts import (
    LINK_RETENTION,
    LINKED_ANEW,
    MOST_BYTES,
    SUPPRESSION_RETENTION,
    DynamoCarts,
    DynamoContacts,
    DynamoLinks,
)
from rebasket.aws.episodes import EPISODES_RETENTION, DynamoEpisodes
from rebasket.aws.shops import CACHE_TTL, DynamoShops
from rebasket.aws.table import BATCH, Table
from rebasket.aws.timers import DynamoTimers, timer_in
from rebasket.domain.carts.cart import Cart, recorded
from rebasket.domain.carts.timer import Timer
from rebasket.domain.errors import Invalid
from rebasket.domain.reporting.daily_figures import COUNTED_WINDOW
from tests.contracts.conftest import new_table
from tests.contracts.test_carts_and_contacts import a_cart, a_contact, a_link
from tests.contracts.test_episodes import HEADER, REF
from tests.doubles import ManualClock, address_hash
from tests.samples import ANNA, SHOP, START, Reports, a_line, a_shop, after, person
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT = timedelta(days=90)


@pytest.fixture
def table() -> Iterator[Table]:
    with mock_aws():
        yield new_table(boto3.client("dynamodb"))


def expires(table: Table, key: keys.Key) -> int:
    item = table.get(key)
    assert item is not None
    found = item["expires"]
    assert isinstance(found, int)
    return found


def seconds(span: timedelta) -> int:
    return int((START + span).timestamp())


# -- Expiry ------------------------------------------------------------------------------------------------------------


def test_everything_that_is_kept_for_a_time_says_until_when(table: Table) -> None:
    clock = ManualClock()
    contacts, episodes = DynamoContacts(table, KEPT, clock), DynamoEpisodes(table, clock)
    DynamoCarts(table, KEPT).put(a_cart())
    contacts.put(a_contact())
    contacts.link(SHOP, "k1", "c1")
    DynamoLinks(table, clock).put(a_link())
    episodes.head(REF, HEADER)
    episodes.attribute_order(SHOP, "o1", REF)
    assert expires(table, keys.cart(SHOP, "c1")) == seconds(KEPT + timedelta(minutes=4)), "from the cart's last change"
    assert expires(table, keys.contact(SHOP, "k1")) == seconds(SUPPRESSION_RETENTION)
    assert expires(table, keys.contact_cart(SHOP, "k1", "c1")) == seconds(KEPT + LINKED_ANEW)
    assert expires(table, keys.link("abc")) == seconds(LINK_RETENTION)
    assert expires(table, keys.episode(REF)) == expires(table, keys.order(SHOP, "o1")) == seconds(EPISODES_RETENTION)


def test_a_cart_is_never_kept_longer_than_the_links_by_which_an_erasure_finds_it(table: Table) -> None:
    """However long it goes on, and whenever it ends."""
    world, shop, clock = World(), Reports(), ManualClock()
    carts, contacts = DynamoCarts(table, KEPT), DynamoContacts(table, KEPT, clock)
    record = replace(world.record_event, carts=carts, contacts=contacts, clock=clock)
    for days in (0, 2, 9, 40, 46, 47, 80, 120):
        clock.at = START + timedelta(days=days)
        record(shop.updated("c1", clock.at, who=person(ANNA)))
        key = keys.contact_cart(SHOP, address_hash(SHOP, ANNA), "c1")
        assert expires(table, key) >= expires(table, keys.cart(SHOP, "c1"))


def test_a_day_is_counted_only_while_none_of_its_episodes_can_have_expired() -> None:
    assert timedelta(days=1) == EPISODES_RETENTION - COUNTED_WINDOW


def test_an_episode_expires_by_its_first_part(table: Table) -> None:
    clock = ManualClock()
    DynamoEpisodes(table, clock).head(REF, HEADER)
    clock.forward(timedelta(days=3))
    DynamoEpisodes(table, clock).click(REF, clock())
    assert expires(table, keys.episode(REF)) == seconds(EPISODES_RETENTION)


def test_a_timer_expires_when_it_is_due_so_that_ttl_deletes_what_sweep_did_not(table: Table) -> None:
    timer = Timer(shop=SHOP, cart="c1", generation=1, due=after(hours=1))
    DynamoTimers(table, 2).arm(timer)
    item = table.get(keys.timer(timer, 2))
    assert item is not None
    assert item["due"] == seconds(timedelta(hours=1))


def test_timers_armed_before_there_were_more_shards_are_swept_too(table: Table) -> None:
    """One of them was armed again since, so that it is there twice."""
    before, since = DynamoTimers(table, 4), DynamoTimers(table, 8)
    timers = [Timer(shop=SHOP, cart=f"c{n}", generation=1, due=START) for n in range(20)]
    for timer in timers:
        before.arm(timer)
    twice = next(timer for timer in timers if keys.timer(timer, 4) != keys.timer(timer, 8))
    since.arm(twice)
    due = since.due_at(START)
    assert len(due) == 21
    since.delete(due)
    assert since.due_at(START) == []


# -- The stream --------------------------------------------------------------------------------------------------------


def test_a_deletion_becomes_the_timer_again_and_nothing_else_does(table: Table) -> None:
    """By the records that a stream of old images carries; each timer once, however often it is deleted."""
    client = boto3.client("dynamodb")
    client.update_table(TableName=table.name, StreamSpecification={"StreamEnabled": True, "StreamViewType": "OLD_IMAGE"})
    timers = DynamoTimers(table, 1)
    timer = Timer(shop=SHOP, cart="c#1 кошик", generation=12, due=after(hours=1), day="2026-03-01", attempt=3)
    other = Timer(shop=SHOP, cart="other", generation=1, due=after(hours=1))
    for each in (timer, other):
        timers.arm(each)
        timers.arm(each)
    timers.advance(START)
    timers.advance(after(minutes=1))
    timers.delete([timer])
    timers.delete([timer, other])
    table.delete([keys.CURSOR])
    found = [timer_in(record) for record in _records(table.name)]
    assert [each for each in found if each] == [timer, other]
    assert len(found) > 2, "what is no deletion of a timer is there, too"


def _records(table: str) -> list[dict[str, Any]]:
    streams = boto3.client("dynamodbstreams")
    arn = streams.list_streams(TableName=table)["Streams"][0]["StreamArn"]
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
    found: Any = streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    return list(found)


# -- Batches, errors, size ---------------------------------------------------------------------------------------------


class Hesitant:
    """Does one item of each batch, and says that the others are not done (DynamoDB API, BatchWriteItem, UnprocessedItems)."""

    def __init__(self, client: Any) -> None:  # noqa: ANN401  # boto3's
        self._client = client
        self.batches: list[int] = []

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # boto3's
        return getattr(self._client, name)

    def batch_write_item(self, RequestItems: dict[str, list[Any]]) -> dict[str, Any]:  # noqa: N803  # AWS's name
        ((table, requests),) = RequestItems.items()
        self.batches.append(len(requests))
        self._client.batch_write_item(RequestItems={table: requests[:1]})
        return {"UnprocessedItems": {table: requests[1:]} if requests[1:] else {}}


def test_a_batch_that_is_not_done_at_once_is_gone_on_with_until_it_is(table: Table) -> None:
    hesitant: Any = Hesitant(table.client)
    timers = DynamoTimers(Table(hesitant, table.name), 1)
    many = [Timer(shop=SHOP, cart=f"c{n}", generation=1, due=START) for n in range(BATCH + 3)]
    for timer in many:
        timers.arm(timer)
    timers.delete(many)
    assert timers.due_at(START) == []
    assert max(hesitant.batches) == BATCH
    assert len(hesitant.batches) == BATCH + 3


def test_an_error_that_is_no_refused_condition_passes_through(table: Table) -> None:
    nowhere = Table(table.client, "nowhere")
    key = {"pk": "a", "sk": "b"}
    for call in (
        lambda: nowhere.get(key),
        lambda: nowhere.put_version(key, {"version": 1}),
        lambda: nowhere.put_absent(key, {}),
        lambda: nowhere.update(key, "SET a = :a", {":a": 1}),
        lambda: list(nowhere.query("a")),
        lambda: list(nowhere.scan("a")),
    ):
        with pytest.raises(ClientError, match="ResourceNotFound"):
            call()


class Strict:
    """Refuses to look for what can be no key (DynamoDB Developer Guide, "Constraints"); moto finds nothing."""

    def get_item(self, Key: dict[str, Any], **_: object) -> dict[str, Any]:  # noqa: N803  # AWS's name
        if len(Key["pk"]["S"].encode()) > 2048:
            raise ClientError({"Error": {"Code": "ValidationException", "Message": "Size of hashkey has exceeded"}}, "GetItem")
        return {}


@pytest.mark.parametrize("code", ["x" * 2043, "x" * 2044, "x" * 3000, "🛒" * 511, "", "\n" * 3000])
def test_a_code_too_long_for_a_key_is_unknown(code: str) -> None:
    strict: Any = Strict()
    assert DynamoLinks(Table(strict, "carts"), ManualClock()).get(code) is None


def test_a_cart_too_large_to_store_is_refused_and_not_a_failure_but_its_order_is_taken(table: Table) -> None:
    """Each change alone is within its limits; a hundred of them together are not."""
    carts, shop, draw = DynamoCarts(table, KEPT), Reports(), random.Random(7)
    cart = full = Cart.blank(SHOP, "c1")
    for n in range(200):
        title = "".join(map(chr, draw.choices(range(0x4E00, 0x9FFF), k=500)))
        line = a_line(f"s{n}", image_url=f"https://tea.example/{draw.randbytes(1000).hex()}")
        cart = recorded(full, shop.added("c1", after(minutes=n), replace(line, title=title)), START)
        if len(pack_facts(cart.facts)) > MOST_BYTES:
            break
        full = cart
    assert carts.put(replace(full, version=1))
    with pytest.raises(Invalid, match="fewer"):
        carts.put(replace(cart, version=2))
    assert carts.get(SHOP, "c1") == replace(full, version=1)
    bought = recorded(cart, shop.ordered("c1", after(days=1), who=person(ANNA)), START)
    assert len(pack_facts(bought.facts)) > MOST_BYTES, "even where it is the order that is too much"
    assert carts.put(replace(bought, version=2))


def test_a_shop_is_read_at_most_twice_a_minute(table: Table) -> None:
    clock = ManualClock()
    ours, another = DynamoShops(table, clock), DynamoShops(table, clock)
    ours.save(a_shop(version=1))
    assert another.get(SHOP) == a_shop(version=1)
    ours.save(a_shop(version=2))
    clock.forward(CACHE_TTL)
    assert another.get(SHOP) == a_shop(version=1)
    clock.forward(timedelta(milliseconds=1))
    assert another.get(SHOP) == a_shop(version=2)
