"""The application over the ports in memory: every use case is the product's own, wired to what forgets when the process ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from rebasket.aws.key_codec import keys_to_json
from rebasket.aws.phone_countries import country_of
from rebasket.aws.phone_zones import zone_of
from rebasket.aws.price_book import price_book
from rebasket.aws.ssm import KeyedCode, KeyedHash
from rebasket.domain.errors import Misconfigured
from rebasket.domain.shops.keys import KeyKind, Right
from rebasket.http.shop_keys import new_key
from rebasket.memory import MemoryCarts, MemorySendingPauses, MemoryShops, MemoryTimers
from rebasket.memory.ports import MemoryPorts
from rebasket.messages.composer import MessageComposer
from rebasket.settings import Settings
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
SETTINGS = Settings(
    stage="play",
    region=REGION,
    carts_table="",
    timers_table="",
    timer_shards=1,
    secrets_prefix="",
    retention=timedelta(days=90),
)
CONTACT_KEY, LINK_KEYS = "11" * 32, "22" * 32
"""The same in every run, so that a story ends in the same links."""


@dataclass(frozen=True)
class MemorySecrets:
    """As aws.ssm.SsmSecrets, in a dictionary."""

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
    shops, timers, carts = MemoryShops(), MemoryTimers(), MemoryCarts()
    secrets, draws = MemorySecrets({"contact-key": CONTACT_KEY, "link-keys": LINK_KEYS}), count(1)
    given = MemoryPorts(
        carts=carts,
        timers=timers,
        shops=shops,
        links=provider.links,
        sending_pauses=MemorySendingPauses(shops, clock),
        composer=MessageComposer(SENDER),
        mailer=provider.mailer,
        texter=provider.texter,
        prices=price_book(REGION),
        address_hash=KeyedHash(secrets),
        link_code=KeyedCode(secrets),
        zone_of=zone_of,
        country_of=country_of,
        public_url=PUBLIC_URL,
        clock=clock,
        new_token=lambda: f"draw-{next(draws)}",
    )
    app = App()  # what functions and commands are given: it builds the use cases over the ports that are there first
    vars(app).update(vars(given), settings=SETTINGS, secrets=secrets)
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
