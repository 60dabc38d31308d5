"""Who the shoppers are: a name, addresses, what they agreed to, and what their mailbox does. All made up."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket_local.traffic.draws import Draws
    from rebasket_local.traffic.settings import ConsentShares, Market, Settings

Mailbox = Literal["works", "gone", "full"]

# American numbers are those kept for plays and films (555-01xx); libphonenumber calls those of other countries invalid, so there
# the number only has the right form. Nobody is ever called: messages end in the outbox.
_AREAS: Final = ("202", "212", "303", "312", "404", "415", "503", "617", "702", "713")
_DOMAINS: Final = ("example.com", "example.net", "example.org")
_DEVICES: Final = ("phone", "computer", "tablet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One shopper. Consent per channel: yes, no, or never asked (None). A member is known from the first item on, and said what
    they agree to when they joined; a guest says both at the checkout.
    """

    number: int
    name: str
    email: str | None
    phone: str | None
    market: Market
    email_consent: bool | None
    sms_consent: bool | None
    member_since: datetime | None
    device: str
    mailbox: Mailbox
    scanned: bool
    zone_told: bool

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where messages reach them."""
        return tuple(address for address in (self.email, self.phone) if address is not None)

    @property
    def other_device(self) -> str:
        """The one that they do not use first."""
        return "computer" if self.device == "phone" else "phone"

    def contact(self, told_at: datetime) -> dict[str, object]:
        """What the shop knows since they said, then, who they are."""
        said: dict[str, object] = {"name": self.name}
        if self.zone_told:
            said["time_zone"] = self.market.time_zone
        if self.member_since is not None:
            said["customer_id"] = f"customer-{self.number}"
        consent: dict[str, object] = {}
        source = "account" if self.member_since else "checkout"
        for channel, field, address, granted in (
            ("email", "email", self.email, self.email_consent),
            ("sms", "phone", self.phone, self.sms_consent),
        ):
            if address is not None:
                said[field] = address
                if granted is not None:
                    consent[channel] = {"granted": granted, "source": source, "at": stamp(self.member_since or told_at)}
        return said | {"consent": consent} if consent else said


def stamp(at: datetime) -> str:
    """A time as events carry it."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def person(number: int, draws: Draws, settings: Settings, opened: datetime) -> Person:
    """Shopper number so-and-so, from 1; members joined before the traffic `opened`."""
    habits, boxes = settings.shoppers, settings.mailboxes
    market = draws.of("market").pick(settings.markets, [market.share for market in settings.markets])
    names = draws.of("name")
    first_latin, first = _spelt(names.pick(_names()[market.country]["first"]))
    last_latin, last = _spelt(names.pick(_names()[market.country]["last"]))
    reach = draws.of("addresses").between(0, 1)
    has_email = reach < habits.email_only or reach >= habits.email_only + habits.phone_only
    has_phone = reach >= habits.email_only
    domain = draws.of("domain").pick(_DOMAINS)
    condition = draws.of("mailbox").between(0, 1)
    member = draws.of("member")
    joined = opened - timedelta(days=30 + member.below(700)) if member.chance(habits.signed_in) else None
    return Person(
        number=number,
        name=f"{first} {last}",
        email=f"{first_latin}.{last_latin}.{number}@{domain}".lower() if has_email else None,
        phone=_phone(market.country, number) if has_phone else None,
        market=market,
        email_consent=_consent(draws.of("email consent"), habits.email_consent) if has_email else None,
        sms_consent=_consent(draws.of("sms consent"), habits.sms_consent) if has_phone else None,
        member_since=joined,
        device=draws.of("device").pick(_DEVICES, (6, 3, 1)),
        mailbox="gone" if condition < boxes.gone else "full" if condition < boxes.gone + boxes.full else "works",
        scanned=draws.of("scanner").chance(boxes.scanned),
        zone_told=draws.of("zone").chance(habits.zone_told),
    )


@lru_cache
def _names() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files("rebasket_local.traffic") / "names.toml").read_text(encoding="utf-8"))


def _spelt(name: str) -> tuple[str, str]:
    """In Latin letters, and as its owner writes it."""
    latin, _, native = name.partition(":")
    return latin, native or latin


def _consent(draws: Draws, shares: ConsentShares) -> bool | None:
    return draws.pick((True, False, None), (shares.granted, shares.refused, max(0.0, 1 - shares.granted - shares.refused)))


def _phone(country: str, number: int) -> str:
    match country:
        case "US":
            return f"+1{_AREAS[number // 100 % len(_AREAS)]}55501{number % 100:02}"
        case "GB":
            return f"+44740012{number % 10000:04}"
        case "DE":
            return f"+49171392{number % 10000:04}"
        case "PL":
            return f"+48512{number % 1000000:06}"
        case _:
            return f"+38067{number % 10000000:07}"
