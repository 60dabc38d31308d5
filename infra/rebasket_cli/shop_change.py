"""`rebasket shop change`: what shoppers see of a shop, and which hosts its links may lead to.

Holds for all messages and links from within a minute on, those of carts declared before, too: only rules have versions.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer
from rich.console import Console

from rebasket.domain.carts.web_address import leads_to
from rebasket_cli.policies import known_shop
from rebasket_cli.shop import check
from rebasket_cli.shop_exceptions import exceptions_of, least_value_of
from rebasket_cli.stack import USUAL_STACK, StackName, open_stack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rebasket.domain.shops.policy import Shop
    from rebasket.wiring import App

NONE = "none"

console = Console()


def changed(app: App, shop_id: str, told: Mapping[str, Any]) -> Shop:
    """The shop with these fields (None: as it was), stored if anything differs. Raises NotFound, Invalid.

    A sender's name that is the shop's own goes along with it.
    """
    shop = known_shop(app, shop_id)
    fields = {name: value for name, value in told.items() if value is not None}
    if "name" in fields and shop.sender_name == shop.name:
        fields.setdefault("sender_name", fields["name"])
    for name in ("logo_url", "phone_country"):
        if fields.get(name) == NONE:
            fields[name] = None
    if "except" in fields:
        fields["except_addresses"], fields["except_domains"] = exceptions_of(fields.pop("except"))
    if "least_value" in fields:
        fields["least_value"] = least_value_of(fields["least_value"])
    wanted = replace(shop, **fields)
    check(wanted)
    if wanted != shop:
        app.shops.save(wanted)
    return wanted


def change(  # noqa: PLR0913  # the options of a command, each by its name
    shop: Annotated[str, typer.Argument(metavar="SHOP", help="Which shop")],
    *,
    name: Annotated[str | None, typer.Option(help="As shoppers know it")] = None,
    sender_name: Annotated[str | None, typer.Option(help="Whom mails are from; the shop's name unless told otherwise")] = None,
    url: Annotated[str | None, typer.Option(help="Where the shop is: https://…; links go there when the cart is gone")] = None,
    host: Annotated[
        list[str] | None,
        typer.Option(help="Host that links may lead to, and those below it; once for each, they replace the list"),
    ] = None,
    postal_address: Annotated[str | None, typer.Option(help="Printed in every mail; the law asks for it")] = None,
    locale: Annotated[str | None, typer.Option(help="Language when the shopper's is not known")] = None,
    colour: Annotated[str | None, typer.Option(help="Of buttons: #1f6feb")] = None,
    logo_url: Annotated[str | None, typer.Option(help=f"https://…, shown at the top of mails; or {NONE}")] = None,
    phone_country: Annotated[
        str | None, typer.Option(help=f"Country whose national phone numbers the shop's events may have, as UA; or {NONE}")
    ] = None,
    least_value: Annotated[
        list[str] | None,
        typer.Option(help=f"No reminder of a cart worth less: EUR=1000 for 10.00 EUR; once for each currency, or {NONE}"),
    ] = None,
    except_: Annotated[
        list[str] | None,
        typer.Option("--except", help=f"Address or domain that is never written to; they replace the list; or {NONE}"),
    ] = None,
    stack: StackName = USUAL_STACK,
) -> None:
    """Show a shop's name, hosts, address and looks; or change some, for all messages from within a minute on."""
    told = {
        "name": name,
        "sender_name": sender_name,
        "url": url,
        "hosts": tuple(host) if host else None,
        "postal_address": postal_address,
        "locale": locale,
        "colour": colour,
        "logo_url": logo_url,
        "phone_country": phone_country,
        "least_value": least_value or None,
        "except": except_ or None,
    }
    for line in shown(changed(open_stack(stack).app, shop, told)):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def shown(shop: Shop) -> list[str]:
    """A shop in words."""
    told = (
        ("name", shop.name),
        ("mails from", shop.sender_name),
        ("url", shop.url),
        ("hosts", ", ".join(shop.hosts)),
        ("postal address", shop.postal_address),
        ("language", shop.locale),
        ("colour", shop.colour),
        ("logo", shop.logo_url or NONE),
        ("phone country", shop.phone_country or f"{NONE}: phone numbers need their +"),
        ("least value", ", ".join(f"{currency} {minor}" for currency, minor in sorted(shop.least_value.items())) or NONE),
        ("except", ", ".join(sorted(shop.except_addresses | shop.except_domains)) or NONE),
        ("since", f"{shop.activated_at:%Y-%m-%d %H:%M} UTC: carts quiet before are left alone"),
    )
    lines = [f"{shop.id}:", *(f"  {label:15} {words}" for label, words in told)]
    if not leads_to(shop.url, shop.hosts):
        there = urlsplit(shop.url).hostname
        lines.append(f"Links to {there} are refused in its events: it is none of the hosts, nor below one. --host {there}?")
    return lines
