"""Shops and their rules as stored; what stops them; how many text messages went where."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import TYPE_CHECKING

from rebasket.domain.carts.amiss import Amiss, AmissCounts
from rebasket.domain.people.addresses import Channel
from rebasket.domain.sending.delivery_events import DeliveryEvent
from rebasket.domain.sending.sending_pause import ReputationCounters
from rebasket.domain.shops.policy import Policy, Shop, Step
from rebasket.domain.shops.quiet_hours import QuietHours
from tests.golden.tables import NOW, Example

if TYPE_CHECKING:
    from tests.golden.tables import Tables

POLICY = Policy(
    version=2,
    abandoned_after=timedelta(hours=2),
    steps=(
        Step(delay=timedelta(minutes=5), channels=(Channel.EMAIL, Channel.SMS)),
        Step(delay=timedelta(hours=20), channels=(Channel.SMS,)),
    ),
    gap=timedelta(hours=10),
    give_up=timedelta(hours=30),
    cap=4,
    cap_window=timedelta(days=8),
    holdout=150,
    window=timedelta(days=5),
    attempts=6,
    consent_assumed=frozenset(Channel),
    quiet_hours={Channel.EMAIL: QuietHours(time(22), time(7, 30)), Channel.SMS: QuietHours(time(20), time(9))},
    sms_countries=frozenset({"UA", "PL"}),
    sms_per_prefix=7,
)
SHOP = Shop(
    id="tea",
    name="Чайна",
    url="https://tea.example",
    hosts=("tea.example", "www.tea.example"),
    postal_address="Yaroslaviv Val 1, Kyiv",
    sender_name="Tea",
    locale="uk",
    activated_at=NOW - timedelta(days=30),
    time_zone="Europe/Kyiv",
    logo_url="https://tea.example/logo.png",
    colour="#0a7d4f",
    policy=POLICY,
)
PLAIN = replace(
    SHOP,
    hosts=("tea.example",),
    time_zone="UTC",
    logo_url=None,
    colour="#1f6feb",
    policy=replace(POLICY, version=1, consent_assumed=frozenset(), quiet_hours={}, sms_countries=None),
)
USUAL = Policy(
    version=1,
    abandoned_after=timedelta(hours=1),
    steps=(
        Step(delay=timedelta(0), channels=(Channel.EMAIL, Channel.SMS)),
        Step(delay=timedelta(hours=23), channels=(Channel.EMAIL, Channel.SMS)),
    ),
    gap=timedelta(hours=12),
    give_up=timedelta(hours=24),
    cap=3,
    cap_window=timedelta(days=7),
    holdout=100,
    window=timedelta(days=7),
    attempts=8,
    consent_assumed=frozenset(),
    quiet_hours={Channel.EMAIL: QuietHours(time(21), time(8)), Channel.SMS: QuietHours(time(20), time(9))},
    sms_countries=None,
    sms_per_prefix=20,
)


def _two_versions(tables: Tables) -> None:
    tables.shops.save(PLAIN)
    tables.shops.save(SHOP)


def _both(tables: Tables) -> object:
    return tables.shops.get("tea"), tables.shops.policy("tea", 1), tables.shops.all()


def _count(tables: Tables) -> None:
    for number, word in enumerate(DeliveryEvent, 1):
        for _ in range(number):
            tables.sending_pauses.count("tea", word.value)


def _count_confirmed(tables: Tables) -> None:
    for word in ("bounced", "confirmed"):
        tables.sending_pauses.count("tea", word)


def _pause(tables: Tables) -> None:
    tables.shops.save(PLAIN)
    assert tables.sending_pauses.pause("tea", "5 bounces of 40 messages")


def _stop(tables: Tables) -> None:
    tables.shops.save(PLAIN)
    tables.sending_pauses.stop("an operator looks into it")


def _texts(tables: Tables) -> None:
    for _ in range(2):
        assert tables.sms_slots.take("tea", "3804412", NOW, 3)


PICKY = replace(
    PLAIN,
    phone_country="UA",
    least_value={"EUR": 1000, "UAH": 50000},
    except_addresses=frozenset({"tester@tea.example", "+380441234567"}),
    except_domains=frozenset({"partner.example"}),
)
REFUSED = Amiss(
    shop="tea",
    cart="c1",
    type="order.refunded",
    event="e7",
    at=NOW,
    refused=True,
    fields=(("/order/amount", "must be a whole number"),),
)
MENDED = replace(REFUSED, type="cart.updated", event=None, refused=False, fields=(("/lines/0", "is required"),))


def _amiss(tables: Tables) -> None:
    tables.amiss_events.note(REFUSED)
    tables.amiss_events.note(MENDED)


def _of_cart_and_day(tables: Tables) -> object:
    return set(tables.amiss_events.of_cart("tea", "c1")), tables.amiss_events.days("tea", "2026-03-01", "2026-03-02")


EXAMPLES = [
    Example(
        "a shop with a country, a least worth and exceptions",
        lambda tables: tables.shops.save(PICKY),
        _both,
        (PICKY, PICKY.policy, ["tea"]),
    ),
    Example("events refused or mended", _amiss, _of_cart_and_day, ({REFUSED, MENDED}, {"2026-03-02": AmissCounts(1, 1)})),
    Example("a plain shop", lambda tables: tables.shops.save(PLAIN), _both, (PLAIN, PLAIN.policy, ["tea"])),
    Example("every field, and two versions of its policy", _two_versions, _both, (SHOP, PLAIN.policy, ["tea"])),
    Example(
        "the usual policy",
        lambda tables: tables.shops.save(replace(PLAIN, policy=Policy())),
        _both,
        (replace(PLAIN, policy=USUAL), USUAL, ["tea"]),
    ),
    Example(
        "from before quiet hours, time zones and limits on texts", None, _both, (replace(PLAIN, policy=USUAL), USUAL, ["tea"])
    ),
    Example(
        "a pulse",
        _count,
        lambda tables: tables.sending_pauses.reputation("tea"),
        ReputationCounters(accepted=1, bounced=2, complained=3),
    ),
    Example(
        "a pulse with a bounce of a confirmed address",
        _count_confirmed,
        lambda tables: tables.sending_pauses.reputation("tea"),
        ReputationCounters(bounced=1, confirmed=1),
    ),
    Example(
        "reminders that its platform sent",
        lambda tables: tables.other_voices.note("tea", Channel.EMAIL, NOW),
        lambda tables: tables.other_voices.heard("tea"),
        {"email": NOW},
    ),
    Example("paused", _pause, lambda tables: tables.shops.get("tea"), replace(PLAIN, paused="5 bounces of 40 messages")),
    Example("all stopped", _stop, lambda tables: tables.shops.get("tea"), replace(PLAIN, paused="an operator looks into it")),
    Example(
        "text messages of an hour",
        _texts,
        lambda tables: [tables.sms_slots.take("tea", "3804412", NOW, 3) for _ in range(2)],
        [True, False],
    ),
]
