"""The application over the ports in memory: every use case is the product's own, wired to what forgets when the process ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from rebasket.adapters.http.shop_keys import keys_to_json, new_key
from rebasket.adapters.memory import (
    MemoryBooks,
    MemoryBrakes,
    MemoryCarts,
    MemoryContacts,
    MemoryDeadTimers,
    MemoryEpisodes,
    MemoryShops,
    MemoryTextSlots,
    MemoryTimers,
)
from rebasket.adapters.phone_countries import country_of
from rebasket.adapters.phone_zones import zone_of
from rebasket.adapters.ssm import KeyedCode
from rebasket.bootstrap import App
from rebasket.content.composer import MessageComposer
from rebasket.domain.errors import Misconfigured
from rebasket.domain.keys import KeyKind, Right
from rebasket.settings import Settings
from rebasket.usecases.attend_timer import AttendTimer
from rebasket.usecases.deliver import Deliver
from rebasket.usecases.marked_episodes import MarkedEpisodes
from rebasket.usecases.remind import Remind
from rebasket.usecases.text_limits import TextLimits
from rebasket.usecases.touch import TouchShopper

if TYPE_CHECKING:
    from rebasket.domain.policy import Shop
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
        episodes=MarkedEpisodes(MemoryEpisodes(), books, clock),
        brakes=MemoryBrakes(shops, clock),
    )
    vars(app)["attend_timer"] = _attend_timer(app, provider)
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


def _attend_timer(app: App, provider: Provider) -> AttendTimer:
    """As rebasket.sending wires it, with another provider."""
    deliver = Deliver(
        links=app.links,
        composer=MessageComposer(SENDER),
        mailer=provider.mailer,
        texter=provider.texter,
        prices=app.prices,
        identify=app.identify,
        link_code=KeyedCode(app.secrets),
        public_url=PUBLIC_URL,
        clock=app.clock,
    )
    touch = TouchShopper(
        contacts=app.contacts,
        episodes=app.episodes,
        timers=app.timers,
        deliver=deliver,
        identify=app.identify,
        clock=app.clock,
        texts=TextLimits(country_of=country_of, prices=app.prices, slots=MemoryTextSlots(), held_back=lambda: None),
    )
    remind = Remind(
        carts=app.carts,
        timers=app.timers,
        episodes=app.episodes,
        shops=app.shops,
        identify=app.identify,
        zone_of=zone_of,
        touch=touch,
        clock=app.clock,
        draw=app.draw,
    )
    return AttendTimer(remind=remind, timers=app.timers, dead_timers=MemoryDeadTimers(), clock=app.clock)
