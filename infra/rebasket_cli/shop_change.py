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
    if fields.get("logo_url") == NONE:
        fields["logo_url"] = None
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
        ("since", f"{shop.activated_at:%Y-%m-%d %H:%M} UTC: carts quiet before are left alone"),
    )
    lines = [f"{shop.id}:", *(f"  {label:15} {words}" for label, words in told)]
    if not leads_to(shop.url, shop.hosts):
        there = urlsplit(shop.url).hostname
        lines.append(f"Links to {there} are refused in its events: it is none of the hosts, nor below one. --host {there}?")
    return lines
