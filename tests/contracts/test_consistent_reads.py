"""Which reads see every write before them, as parameters of the requests themselves.

A promise rests on each read that is consistent: an older answer would bother somebody, lose a cart or miscount. Those that are
not are named here, with what makes an older answer harmless. Whatever a store learns to do besides goes into one of the lists.
Source: Amazon DynamoDB Developer Guide, "DynamoDB read consistency": without ConsistentRead an answer may miss the last writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest

from rebasket.domain.carts.timer import Timer
from rebasket.domain.money import Money
from rebasket.domain.orders.refunds import Refunds
from rebasket.domain.people.addresses import Channel
from rebasket.domain.reminders.episode import TouchState
from rebasket.domain.reporting.adjustments import ChangedDay
from rebasket.domain.sending.delivery_events import DeliveryEvent
from tests.contracts.conftest import Stores, in_dynamodb
from tests.contracts.test_amiss_events import REFUSED
from tests.contracts.test_carts_and_contacts import A_POINTER, a_cart, a_contact, a_link
from tests.contracts.test_episodes import CREDIT, HEADER, REF, SENT
from tests.contracts.test_shops_and_books import closed, posting
from tests.samples import SHOP, START, a_shop, after

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Call = Callable[[Stores], object]

READS = frozenset({"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems", "ExecuteStatement"})
TIMER = Timer(shop=SHOP, cart="c1", generation=1, due=START)
MARK = ChangedDay(shop=SHOP, day="2026-03-02", arrived="2026-03-20", at=after(days=18))
BACK = Refunds({"e1": Money(5, "EUR")})

CONSISTENT: dict[str, Call] = {
    "carts.get": lambda s: s.carts.get(SHOP, "c1"),  # the phase, before a message and before an event is applied
    "timers.exists": lambda s: s.timers.exists(TIMER),  # rearm: a cart without its timer
    "timers.cursor": lambda s: s.timers.cursor(),
    "contacts.get_item": lambda s: s.contacts.get_item(SHOP, "k1"),  # the gate: opt-out, purchase, claim, cap
    "contacts.carts_of": lambda s: s.contacts.carts_of(SHOP, "k1"),  # erasure finds every cart
    "episodes.get": lambda s: s.episodes.get(REF),  # which steps have ended
    "episodes.cart_of": lambda s: s.episodes.cart_of(SHOP, "o1"),  # a payment told by its order alone
    "episodes.bound": lambda s: s.episodes.bound(SHOP, "o1"),  # an order counts once
    "episodes.pending_refunds": lambda s: s.episodes.pending_refunds(SHOP, "o1"),  # a refund is not lost
    "episodes.of_day": lambda s: s.episodes.of_day(SHOP, REF.day),  # the books
    "shops.get": lambda s: s.shops.get(SHOP),  # the stop switch and the brake
    "shops.policy": lambda s: s.shops.policy(SHOP, 1),
    "links.get": lambda s: s.links.get("abc"),  # an opt-out right after the message
    "books.day": lambda s: s.books.day(SHOP, "2026-03-02"),  # whether a change has to be posted
    "books.changed_days": lambda s: s.books.changed_days(SHOP),
    "books.adjustments": lambda s: s.books.adjustments(SHOP, "2026-03-01", "2026-03-03"),  # the next number, the difference
}

EVENTUAL: dict[str, tuple[Call, str]] = {
    "amiss_events.of_cart": (lambda s: s.amiss_events.of_cart(SHOP, "c1"), "for the shop to look at; nothing is decided by it"),
    "amiss_events.days": (lambda s: s.amiss_events.days(SHOP, "2026-03-01", "2026-03-03"), "the same"),
    "carts.glance": (
        lambda s: s.carts.glance(SHOP, "c1"),
        "a newer cart that comes so late came after the message; the gap holds",
    ),
    "contacts.recent_carts": (lambda s: s.contacts.recent_carts(SHOP, "k1", START), "the same"),
    "carts.all": (lambda s: s.carts.all(), "a scan for `rearm`, which reads again, consistently, what it arms"),
    "timers.due_at": (lambda s: s.timers.due_at(START), "each sweep repeats the ten minutes before the cursor; TTL has the rest"),
    "shops.all": (lambda s: s.shops.all(), "a shop that is seconds old has no day to close and nothing to post"),
    "sending_pauses.reputation": (
        lambda s: s.sending_pauses.reputation(SHOP),
        "a share of seven days; the next word of the provider asks again",
    ),
    "books.days": (
        lambda s: s.books.days(SHOP, "2026-03-01", "2026-03-03"),
        "who takes a closed day for open closes it on condition that it is not, and the report says open one day longer",
    ),
}

WRITES: dict[str, Call] = {
    "amiss_events.note": lambda s: s.amiss_events.note(REFUSED),
    "carts.put": lambda s: s.carts.put(a_cart()),
    "timers.arm": lambda s: s.timers.arm(TIMER),
    "timers.delete": lambda s: s.timers.delete([TIMER]),
    "timers.advance": lambda s: s.timers.advance(START),
    "contacts.put": lambda s: s.contacts.put(a_contact()),
    "contacts.put_pointer": lambda s: s.contacts.put_pointer(A_POINTER),
    "contacts.link": lambda s: s.contacts.link(SHOP, "k1", "c1"),
    "contacts.unlink": lambda s: s.contacts.unlink(SHOP, "k1", "c1"),
    "episodes.head": lambda s: s.episodes.head(REF, HEADER),
    "episodes.mark_twin": lambda s: s.episodes.mark_twin(REF),
    "episodes.choose": lambda s: s.episodes.choose(REF, 1, Channel.EMAIL),
    "episodes.record": lambda s: s.episodes.record(REF, 1, replace(SENT, state=TouchState.UNKNOWN)),
    "episodes.credit": lambda s: s.episodes.credit(REF, CREDIT),
    "episodes.one_name": lambda s: s.episodes.one_name(SHOP, "o1", "#1"),
    "episodes.file_order": lambda s: s.episodes.file_order(SHOP, "o1", "c1"),
    "episodes.attribute_order": lambda s: s.episodes.attribute_order(SHOP, "o1", REF),
    "episodes.add_pending_refunds": lambda s: s.episodes.add_pending_refunds(SHOP, "o1", BACK),
    "episodes.refund": lambda s: s.episodes.refund(REF, "o1", BACK),
    "episodes.note": lambda s: s.episodes.note(REF, 1, DeliveryEvent.BOUNCED),
    "episodes.click": lambda s: s.episodes.click(REF, START),
    "shops.save": lambda s: s.shops.save(a_shop()),
    "sending_pauses.count": lambda s: s.sending_pauses.count(SHOP, "accepted"),
    "sending_pauses.pause": lambda s: s.sending_pauses.pause(SHOP, "bounces"),
    "sending_pauses.resume": lambda s: s.sending_pauses.resume(SHOP),
    "sending_pauses.stop": lambda s: s.sending_pauses.stop("maintenance"),
    "sending_pauses.start": lambda s: s.sending_pauses.start(),
    "links.put": lambda s: s.links.put(a_link()),
    "books.close": lambda s: s.books.close(closed("2026-03-02")),
    "books.mark": lambda s: s.books.mark(MARK),
    "books.unmark_changed": lambda s: s.books.unmark_changed(MARK),
    "books.post": lambda s: s.books.post(posting("2026-03-02", 1)),
    "sms_slots.take": lambda s: s.sms_slots.take(SHOP, "3805012", START, 3),
}

STORED = ("shops.save", "carts.put", "timers.arm", "contacts.put", "links.put", "books.close", "books.mark", "books.post")


@pytest.fixture
def small(clients: dict[str, DynamoDBClient]) -> DynamoDBClient:
    """Two items a page: the second page is a request of its own."""
    return clients["dynamodb, two items a page"]


def read(client: DynamoDBClient, call: Call) -> list[bool]:
    """Whether each request to read, in a store that holds something of everything, asked to be consistent."""
    stores = in_dynamodb(client)
    for write in STORED:
        WRITES[write](stores)
    for n in range(9):  # three in one of four partitions at the least
        stores.contacts.link(SHOP, "k1", f"c{n}")
        stores.episodes.head(replace(REF, cart=f"c{n}"), HEADER)
    asked: list[bool] = []

    def note(params: dict[str, Any], model: Any, **_: object) -> None:  # noqa: ANN401  # botocore's
        if model.name in READS:
            asked.append(params.get("ConsistentRead") is True)

    client.meta.events.register("before-parameter-build.dynamodb", note)
    try:
        answer = call(stores)
        if isinstance(answer, Iterable):
            list(answer)
    finally:
        client.meta.events.unregister("before-parameter-build.dynamodb", note)
    return asked


@pytest.mark.parametrize("name", CONSISTENT)
def test_a_read_that_a_promise_rests_on_sees_every_write_before_it(small: DynamoDBClient, name: str) -> None:
    asked = read(small, CONSISTENT[name])
    assert asked, "it reads"
    assert all(asked)


def test_a_shop_is_read_with_its_policy_the_stop_switch_and_its_brake(small: DynamoDBClient) -> None:
    assert read(small, CONSISTENT["shops.get"]) == [True] * 4


def test_every_page_of_a_longer_answer_is_consistent(small: DynamoDBClient) -> None:
    assert len(read(small, CONSISTENT["contacts.carts_of"])) > 1
    assert len(read(small, CONSISTENT["episodes.of_day"])) > 4, "partitions"


@pytest.mark.parametrize("name", EVENTUAL)
def test_a_read_that_may_be_a_little_old_is_one_of_the_few_named_here(small: DynamoDBClient, name: str) -> None:
    """They cost half."""
    asked = read(small, EVENTUAL[name][0])
    assert asked, "it reads"
    assert not any(asked)


@pytest.mark.parametrize("name", WRITES)
def test_a_write_reads_nothing_it_could_be_misled_by(small: DynamoDBClient, name: str) -> None:
    """What it depends on is its own condition."""
    assert read(small, WRITES[name]) == []


def test_there_is_no_other_call(client: DynamoDBClient) -> None:
    stores = in_dynamodb(client)
    named = {field.name: getattr(stores, field.name) for field in fields(stores) if field.name != "clock"}
    calls = [
        f"{store}.{name}"
        for store, made in named.items()
        for name, found in vars(type(made)).items()
        if callable(found) and not name.startswith("_")
    ]
    assert sorted(calls) == sorted([*CONSISTENT, *EVENTUAL, *WRITES])
