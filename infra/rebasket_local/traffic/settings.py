"""How the shoppers behave: traffic.toml, read and checked. Each figure there stands beside its source."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from rebasket_local.errors import LocalCloudError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Share = Annotated[float, Field(ge=0, le=1)]
Weights = Annotated[tuple[float, ...], Field(min_length=1)]


class SettingsWrong(LocalCloudError):
    """The file of settings cannot be used; the message names the places."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Spread(_Table):
    """Times with this median, nine tenths of them shorter than `p90_s`; seconds."""

    median_s: Annotated[float, Field(gt=0)]
    p90_s: Annotated[float, Field(gt=0)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.p90_s < self.median_s:
            message = "p90_s is at least median_s"
            raise ValueError(message)
        return self


class ShopTable(_Table):
    """The shop; `links` is where the links in its messages lead to, `holdout` is in thousandths; `quiet_hours` by channel, such
    as `21:00-08:00`.
    """

    id: str
    name: str
    host: str
    links: str
    postal_address: str
    colour: str
    locale: str
    time_zone: str
    holdout: Annotated[int, Field(ge=0, le=1000)]
    quiet_hours: dict[Literal["email", "sms"], str]

    @property
    def url(self) -> str:
        """Where it is."""
        return f"https://{self.host}"


class Arrivals(_Table):
    """When carts begin. `shift_hours` is added to each hour."""

    by_hour: Annotated[tuple[float, ...], Field(min_length=24, max_length=24)]
    by_weekday: Annotated[tuple[float, ...], Field(min_length=7, max_length=7)]
    shift_hours: int
    again: Share
    again_after: Spread
    before_switching_on: Annotated[int, Field(ge=0)]


class CartHabits(_Table):
    """What goes into a cart, and out of it."""

    additions: Weights
    look_around: Spread
    between_items: Spread
    two_of_it: Share
    snapshots: Share
    takes_one_out: Share
    empties_it: Share
    deletes_it: Share


class ConsentShares(_Table):
    """How many said yes and no; the rest were never asked."""

    granted: Share
    refused: Share


class ShopperHabits(_Table):
    """Who leaves which address, and consents to what."""

    signed_in: Share
    email_only: Share
    phone_only: Share
    email_consent: ConsentShares
    sms_consent: ConsentShares
    withdraws_consent: Share
    second_device: Share
    zone_told: Share


class CheckoutHabits(_Table):
    """How far those who do not buy get."""

    starts: Share
    gives_contact: Share
    chooses_shipping: Share
    reaches_payment: Share
    between_stages: Spread


class Purchases(_Table):
    """Who buys without a reminder, and who regrets it."""

    at_once: Share
    after_last_item: Spread
    own_return_buys: Share
    own_return_looks: Share
    own_return_after: Spread
    refunded: Share
    cancelled: Share
    regretted_after: Spread


class ReminderHabits(_Table):
    """What a reminder does to its reader. Clicks by which reminder of the cart it is; later ones as the last."""

    email_click: Weights
    sms_click: Weights
    click_after: Spread
    click_buys: Share
    buys_after_click: Spread
    opts_out: Share
    by_one_click: Share
    opt_out_after: Spread
    complains: Share


class Mailboxes(_Table):
    """What becomes of mails."""

    gone: Share
    full: Share
    delivery_takes: Spread
    scanned: Share


class Delivery(_Table):
    """How the shop's backend sends its events."""

    takes: Spread
    signed: Share
    batched: Share
    batch_every_s: Annotated[float, Field(gt=0)]
    repeated: Share
    repeated_after: Spread
    late: Share
    late_by: Spread
    order_first: Share


class Market(_Table):
    """Shoppers of one country. A price there is the euro price × `per_euro`, in whole multiples of `rounded_to` minor units."""

    share: Share
    country: str
    locale: str
    currency: str
    time_zone: str
    per_euro: Annotated[float, Field(gt=0)]
    rounded_to: Annotated[int, Field(ge=1)]

    @property
    def language(self) -> str:
        """That the shop's own pages have there."""
        return self.locale.partition("-")[0]


class Settings(_Table):
    """All of it."""

    shop: ShopTable
    arrivals: Arrivals
    carts: CartHabits
    shoppers: ShopperHabits
    checkout: CheckoutHabits
    purchases: Purchases
    reminders: ReminderHabits
    mailboxes: Mailboxes
    delivery: Delivery
    markets: Annotated[tuple[Market, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Figure:
    """One setting as the file has it: its dotted name, its value and where that comes from."""

    name: str
    value: object
    source: str


def read_settings(path: Path | None = None) -> tuple[Settings, tuple[Figure, ...]]:
    """The settings, and every figure with its source. Raises SettingsWrong."""
    text = (path or files("rebasket_local.traffic") / "traffic.toml").read_text(encoding="utf-8")
    try:
        tables = tomllib.loads(text)
        figures = tuple(_figures(tables, ""))
        return Settings.model_validate(_values(tables)), figures
    except tomllib.TOMLDecodeError as error:
        raise SettingsWrong(f"{path or 'traffic.toml'}: {error}") from error
    except ValidationError as error:
        places = "; ".join(f"{'.'.join(map(str, found['loc']))}: {found['msg']}" for found in error.errors())
        raise SettingsWrong(f"{path or 'traffic.toml'}: {places}") from error


def _is_figure(found: object) -> bool:
    return isinstance(found, dict) and set(found) == {"value", "source"}


def _values(found: Any) -> Any:
    """The same tables without the sources."""
    if _is_figure(found):
        return found["value"]
    if isinstance(found, dict):
        return {name: _values(inner) for name, inner in found.items()}
    return [_values(inner) for inner in found] if isinstance(found, list) else found


def _figures(found: object, name: str) -> Iterator[Figure]:
    if _is_figure(found) and isinstance(found, dict):
        yield Figure(name, found["value"], str(found["source"]))
    elif isinstance(found, dict):
        for key, inner in found.items():
            yield from _figures(inner, f"{name}.{key}" if name else key)
    elif isinstance(found, list):
        for index, inner in enumerate(found):
            yield from _figures(inner, f"{name}.{index}")
    else:
        raise SettingsWrong(f'{name}: write {{ value = …, source = "…" }}: every figure says where it comes from')
