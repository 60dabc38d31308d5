"""Who lives the lives: made up, with numbers and clocks of several countries; and what they put into their carts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.histories.form import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody, and in which money their shop counts for them."""

    name: str
    email: str
    phone: str
    locale: str
    currency: str
    time_zone: str | None

    def contact(self, channels: str = "email", *, granted: bool | None = True, since: str = "2026-03-01T09:00:00Z") -> Json:
        """As an event says it: reached by these channels ("email", "sms", "email sms"); `granted` None: was not asked."""
        said: Json = {"name": self.name}
        consent = {"granted": granted, "source": "checkout", "at": since}
        if "email" in channels:
            said["email"] = self.email
        if "sms" in channels:
            said["phone"] = self.phone
        if self.time_zone:
            said["time_zone"] = self.time_zone
        if granted is not None:
            said["consent"] = dict.fromkeys(channels.split(), consent)
        return said


ANNA = Person(
    name="Анна", email="anna@example.org", phone="+380501234567", locale="uk-UA", currency="UAH", time_zone="Europe/Kyiv"
)
BOHDAN = Person(name="Bohdan", email="bohdan@example.org", phone="+380671234567", locale="uk", currency="EUR", time_zone=None)
PEOPLE = (
    ANNA,
    BOHDAN,
    Person(
        name="Kasia", email="kasia@example.org", phone="+48512345678", locale="pl-PL", currency="PLN", time_zone="Europe/Warsaw"
    ),
    Person(
        name="Joe", email="joe@example.org", phone="+12124567890", locale="en-US", currency="USD", time_zone="America/New_York"
    ),
    Person(name="Priya", email="priya@example.org", phone="+447400123456", locale="en-GB", currency="GBP", time_zone=None),
    Person(name="はな", email="hana@example.org", phone="+819012345678", locale="ja-JP", currency="JPY", time_zone="Asia/Tokyo"),
    Person(name="Léa", email="lea@example.org", phone="+33612345678", locale="fr", currency="EUR", time_zone="Pacific/Auckland"),
)

TEAS = (("sencha", "Tea sencha", 1990), ("cup", "Чашка «Роса»", 1250), ("pot", "Iron pot 0.8 l", 4800), ("tin", "Tin", 350))


def lines(*which: int, quantity: int = 1) -> list[Json]:
    """The lines of a cart that holds these."""
    return [
        {"sku": sku, "title": title, "quantity": quantity, "unit_price": price}
        for sku, title, price in (TEAS[n] for n in which or (0,))
    ]
