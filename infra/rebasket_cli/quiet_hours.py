"""`rebasket shop quiet-hours`: when a shop writes to nobody, and by which clock where nothing tells the shopper's.

Rules are versions that never change: other quiet hours are another version, which carts follow that are declared abandoned from
within a minute on. What was declared before goes on by its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from rebasket.domain.errors import FieldError, Invalid
from rebasket.domain.people.addresses import Channel
from rebasket.domain.shops.policy import USUAL_QUIET_HOURS
from rebasket.domain.shops.quiet_hours import QuietHours
from rebasket.platforms.native.time_zones import time_zones
from rebasket_cli.policies import free_version, known_shop
from rebasket_cli.stack import USUAL_STACK, StackName, open_stack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rebasket.domain.shops.policy import Shop
    from rebasket.wiring import App

NONE = "none"
USUAL_EMAIL, USUAL_SMS = (str(USUAL_QUIET_HOURS[channel]) for channel in (Channel.EMAIL, Channel.SMS))
ZONE_HELP = "Of the shop: an IANA name, such as Europe/Kyiv; counts for shoppers of whom neither an event nor the phone tells it"

console = Console()


def hours_of(told: Mapping[Channel, str]) -> dict[Channel, QuietHours]:
    """Of texts such as `21:00-08:00` or `none`. Raises Invalid, naming each that is neither."""
    found, wrong = {}, []
    for channel, text in told.items():
        try:
            if text != NONE:
                found[channel] = QuietHours.parse(text)
        except Invalid as error:
            wrong.append(FieldError(f"/quiet_hours/{channel.value}", f"{error.detail}; or {NONE}"))
    if wrong:
        message = "these quiet hours cannot be kept"
        raise Invalid(message, tuple(wrong))
    return found


def zone_problem(name: str) -> str | None:
    """Why this is no name of a time zone; None when it is one."""
    known = time_zones().get(name.casefold())
    if known == name:
        return None
    return f"is no IANA time zone; write {known}" if known else "is no IANA time zone, such as Europe/Kyiv"


def change(app: App, shop_id: str, zone: str | None, told: Mapping[Channel, str]) -> Shop:
    """Another zone, or another version of the policy, or both; the shop as it then is. Raises NotFound, Invalid."""
    shop = known_shop(app, shop_id)
    if zone is not None and (problem := zone_problem(zone)):
        message = "this time zone cannot be kept"
        raise Invalid(message, (FieldError("/time_zone", problem),))
    kept = {channel: hours for channel, hours in shop.policy.quiet_hours.items() if channel not in told}
    quiet = kept | hours_of(told)
    policy = shop.policy
    if quiet != policy.quiet_hours:
        policy = replace(policy, version=free_version(app, shop), quiet_hours=quiet)
    changed = replace(shop, time_zone=zone or shop.time_zone, policy=policy)
    if changed != shop:
        app.shops.save(changed)
    return changed


def quiet_hours(
    shop: Annotated[str, typer.Argument(metavar="SHOP", help="Which shop")],
    *,
    time_zone: Annotated[str | None, typer.Option(help=ZONE_HELP)] = None,
    email: Annotated[str | None, typer.Option(help="No mails between, such as 21:00-08:00; or none")] = None,
    sms: Annotated[str | None, typer.Option(help="No text messages between, such as 20:00-09:00; or none")] = None,
    stack: StackName = USUAL_STACK,
) -> None:
    """Show when a shop writes to nobody, by the shopper's clock; or change it, for carts abandoned from within a minute on."""
    told = {channel: text for channel, text in ((Channel.EMAIL, email), (Channel.SMS, sms)) if text is not None}
    for line in shown(change(open_stack(stack).app, shop, time_zone, told)):
        console.print(line, highlight=False, markup=False)


def shown(shop: Shop) -> list[str]:
    """A shop's quiet hours in words."""
    hours = {channel: shop.policy.quiet_hours.get(channel, NONE) for channel in Channel}
    return [
        f"{shop.id}, policy {shop.policy.version}, quiet hours by the shopper's clock:",
        *(f"  {channel.value:6} {text}" for channel, text in hours.items()),
        f"  where nothing tells the shopper's time zone: {shop.time_zone}",
    ]
