"""The application over the ports in memory: every use case is the product's own, wired to what forgets when the process ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from rebasket.aws.phone_countries import country_of
from rebasket.aws.phone_zones import zone_of
from rebasket.aws.ssm import KeyedCode
from rebasket.domain.errors import Misconfigured
from rebasket.domain.shops.keys import KeyKind, Right
from rebasket.http.shop_keys import keys_to_json, new_key
from rebasket.memory import (
    MemoryBooks,
    MemoryCarts,
    MemoryContacts,
    MemoryDeadLetters,
    MemoryEpisodes,
    MemorySendingPauses,
    MemoryShops,
    MemorySmsSlots,
    MemoryTimers,
)
from rebasket.messages.composer import MessageComposer
from rebasket.settings import Settings
from rebasket.usecases.reminding.deliver import Deliver
from rebasket.usecases.reminding.follow_up import FollowUp
from rebasket.usecases.reminding.process_timer import ProcessTimer
from rebasket.usecases.reminding.send_step import SendStep
from rebasket.usecases.reminding.sms_slots import SmsLimits
from rebasket.usecases.reporting.changed_days import TrackedEpisodes
from rebasket.wiring import App

if TYPE_CHECKING:
    from rebasket.domain.shops.policy import Shop
    from rebasket.ports import Clock
    from rebasket_cli.play.provider import Provider

PUBLIC_URL = "https://go.shop.example"
"""Where the links in messages lead."""
SENDER = "reminders@shop.example"
REGION = "us-east-1"
"""The Region whose prices of e-mails and of text messages are both known."""
CONTACT_KEY, LINK_KEYS = "11" * 32, "22" * 32
"""The same in every run, so that a story ends in the same links."""


@dataclass(frozen=True)
class MemorySecrets:
    """As adapters.ssm.SsmSecrets, in a dictionary."""

    values: dict[str, str] = field(default_factory=dict)

    def find(self, name: str) -> str | None:
        """The value; None when there is none."""
        return self.values.get(name)

    def get(self, name: str) -> str:
        """The value. Raises Misconfigured when there is none."""
        if name not in self.values:
            raise Misconfigured(f"there is no secret {name}")
        return self.values[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    """The application, what the machinery works on directly, and the credentials of the shop."""

    app: App
    timers: MemoryTimers
    carts: MemoryCarts
    bearer: str
    signing_key: str
    signing_secret: str


def wired(shop: Shop, clock: Clock, provider: Provider) -> Wired:
    """With this one shop in it."""
    shops, timers, books, carts = MemoryShops(), MemoryTimers(), MemoryBooks(), MemoryCarts()
    secrets, draws = MemorySecrets({"contact-key": CONTACT_KEY, "link-keys": LINK_KEYS}), count(1)
    app = App()
    vars(app).update(
        clock=clock,
        draw=lambda: f"draw-{next(draws)}",
        settings=Settings(
            stage="play",
            region=REGION,
            carts_table="",
            timers_table="",
            timer_shards=1,
            secrets_prefix="",
            retention=timedelta(days=90),
        ),
        secrets=secrets,
        shops=shops,
        timers=timers,
        books=books,
        carts=carts,
        links=provider.links,
        contacts=MemoryContacts(),
        episodes=TrackedEpisodes(MemoryEpisodes(), books, clock),
        sending_pauses=MemorySendingPauses(shops, clock),
    )
    vars(app)["process_timer"] = _attend_timer(app, provider)
    shops.save(shop)
    rights = (Right.EVENTS, Right.REPORT)
    bearer, signing = (
        new_key(kind, lambda n: bytes(range(n)), shop=shop.id, created_at=shop.activated_at, rights=rights)
        for kind in (KeyKind.BEARER, KeyKind.SIGNING)
    )
    secrets.values[f"shops/{shop.id}/keys"] = keys_to_json([bearer.key, signing.key])
    return Wired(
        app=app,
        timers=timers,
        carts=carts,
        bearer=bearer.shown,
        signing_key=f"{shop.id}_{signing.key.id}",
        signing_secret=signing.shown,
    )


def _attend_timer(app: App, provider: Provider) -> ProcessTimer:
    """As rebasket.wiring_reminding wires it, with another provider."""
    deliver = Deliver(
        links=app.links,
        composer=MessageComposer(SENDER),
        mailer=provider.mailer,
        texter=provider.texter,
        prices=app.prices,
        address_hash=app.address_hash,
        link_code=KeyedCode(app.secrets),
        public_url=PUBLIC_URL,
        clock=app.clock,
    )
    send_step = SendStep(
        carts=app.carts,
        contacts=app.contacts,
        episodes=app.episodes,
        timers=app.timers,
        deliver=deliver,
        address_hash=app.address_hash,
        clock=app.clock,
        texts=SmsLimits(country_of=country_of, prices=app.prices, slots=MemorySmsSlots(), held_back=lambda: None),
    )
    follow_up = FollowUp(
        carts=app.carts,
        timers=app.timers,
        episodes=app.episodes,
        shops=app.shops,
        address_hash=app.address_hash,
        zone_of=zone_of,
        send_step=send_step,
        clock=app.clock,
        new_token=app.draw,
    )
    return ProcessTimer(follow_up=follow_up, timers=app.timers, dead_letter_queue=MemoryDeadLetters(), clock=app.clock)
