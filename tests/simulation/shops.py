"""The shops and the people of a world: each seed has shops with rules of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.shops.policy import Policy, Shop, Step
from rebasket.domain.shops.quiet_hours import QuietHours
from tests.simulation.kernel import DAY, HOUR, START

if TYPE_CHECKING:
    from random import Random

    from tests.simulation.rng import Rng

SHOPS = ("aster", "birch")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")


def zone_of(address: Address) -> str | None:
    """What a phone number tells."""
    return "Europe/Berlin" if address.value[-1] in "123" else None


def country_of(address: Address) -> str | None:
    """What a phone number tells, too."""
    return "DE" if address.value.startswith("+49") else "FR"


SEVERAL = 100_000
"""Persons from this number on have several addresses of a kind (`several`); nobody shares theirs."""


def addresses(person: int) -> tuple[Address, ...]:
    """A person's addresses: the same at every shop. Some have a phone, in one of two countries; two may share one."""
    if person >= SEVERAL:
        name = person - SEVERAL
        one, other = (Address(Channel.EMAIL, f"{which}{name}@example.com") for which in ("s", "t"))
        return (one, Address(Channel.SMS, f"+4915{name % 10}00000{name:03d}"), other)
    mail = Address(Channel.EMAIL, f"p{person}@example.com")
    number = f"+{33 if person // 2 % 3 == 1 else 49}15100000{person // 2:02d}"
    return (mail, Address(Channel.SMS, number)) if person % 3 < 2 else (mail,)


class Population(StrEnum):
    """What a shop's people are like."""

    MIXED = "two carts each, forgotten, bought, come back to"
    CROWD = "few people with many carts, all at once, mostly forgotten; rules that let most through: a crowd at each gate"
    STRANGERS = "everybody has one cart, mostly forgotten; rules that let most through"


def population_of(rng: Rng, shop: str) -> Population:
    """Each seed's shops have theirs."""
    return rng.source("temper", shop).choice(
        (Population.MIXED, Population.MIXED, Population.CROWD, Population.CROWD, Population.STRANGERS)
    )


def quiet_hours_of(draw: Random) -> dict[Channel, QuietHours]:
    """Real nights, none, and such as begin and end while these worlds are awake."""
    texts = draw.choice(((), ("21:00-08:00", "20:00-09:00"), ("10:10-11:30", "10:00-16:05"), ("12:00-19:00", "23:00-19:00")))
    return {channel: QuietHours.parse(text) for channel, text in zip(Channel, texts, strict=False)}


def shop_of(rng: Rng, name: str) -> Shop:
    """A shop with rules of its own."""
    texts = rng.source("texts", name)
    draw, open_handed = rng.source("shop", name), population_of(rng, name) is not Population.MIXED
    gap = draw.choice((timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12)))
    both = (Channel.EMAIL, Channel.SMS)
    steps, delay = [], timedelta(minutes=0 if open_handed else draw.choice((0, 0, 30)))
    for _ in range(draw.choice((1, 2, 2, 3))):
        steps.append(Step(delay=delay, channels=draw.choice((both, both, both[::-1], both[:1]))))
        delay += gap + timedelta(minutes=draw.choice((0, 30, 600)))
    policy = Policy(
        version=1,
        abandoned_after=timedelta(minutes=draw.choice((10, 20, 60))),
        steps=tuple(steps),
        gap=gap,
        give_up=timedelta(hours=draw.choice((2, 6, 24))),
        cap=draw.choice((1, 2, 3)),
        cap_window=timedelta(days=7 if open_handed else draw.choice((1, 2, 7))),
        holdout=0 if open_handed else draw.choice((0, 0, 250, 500)),
        window=timedelta(days=draw.choice((1, 2, 3))),
        attempts=draw.choice((2, 4, 8)),
        quiet_hours=quiet_hours_of(draw),
        sms_countries=texts.choice((None, frozenset({"DE"}), frozenset({"FR"}), frozenset({"DE", "FR"}))),
        sms_per_prefix=texts.choice((1, 2, 4, 100)),
        consent_assumed=frozenset(both if open_handed else draw.choice((both, both, both[:1], both[1:], ()))),
    )
    return Shop(
        id=name,
        name=name.title(),
        url=f"https://{name}.example",
        hosts=(f"{name}.example",),
        postal_address="1 Street, Town",
        sender_name=name.title(),
        locale="en",
        time_zone=draw.choice(ZONES),
        activated_at=START + timedelta(milliseconds=draw.choice((-DAY, -DAY, 2 * HOUR))),
        policy=policy,
    )


def another_policy(shop: Shop, draw: Random) -> Shop:
    """The shop with its next version of the policy: other steps, cap and holdout."""
    old = shop.policy
    steps = (
        old.steps[:1]
        if len(old.steps) > 1 and draw.random() < 0.5
        else (*old.steps, replace(old.steps[-1], delay=old.steps[-1].delay + old.gap))[:5]
    )
    return replace(shop, policy=replace(old, version=old.version + 1, steps=steps, holdout=draw.choice((0, 500)), cap=2))
