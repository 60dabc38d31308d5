"""`rebasket shop texts`: which countries a shop's text messages go to, and how many to numbers that begin alike."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from rebasket.domain.errors import FieldError, Invalid
from rebasket.domain.shops.sms_limits import SHOWN
from rebasket_cli.policies import free_version, known_shop
from rebasket_cli.stack import USUAL_STACK, StackName, open_stack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rebasket.domain.shops.policy import Shop
    from rebasket.wiring import App

PRICED, NONE = "priced", "none"
COUNTRY_HELP = (
    f"Country whose numbers are texted, as UA; once for each. {PRICED}: every one whose price is known; {NONE}: no texts at all"
)
PER_PREFIX_HELP = f"Most texts an hour to numbers that begin alike (with the same {SHOWN} digits, country code included)"

console = Console()


@cache
def countries() -> Mapping[str, str]:
    """Names of countries by their ISO 3166 codes. Lines of iso3166.tab: code, name; a tab between."""
    lines = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if not line.startswith("#"))


def countries_of(told: Sequence[str]) -> frozenset[str] | None:
    """Of codes such as `UA`, or of `priced` (None) or `none` alone. Raises Invalid, naming each that is no country."""
    match told:
        case [one] if one == PRICED:
            return None
        case [one] if one == NONE:
            return frozenset()
    unknown = [text for text in told if text not in countries()]
    if unknown:
        hint = f"is no country as ISO 3166 writes it, such as UA; {PRICED} and {NONE} stand alone"
        message = "text messages cannot be limited to these countries"
        raise Invalid(message, tuple(FieldError("/sms_countries", f"{text} {hint}") for text in unknown))
    return frozenset(told)


def change(app: App, shop_id: str, told: Sequence[str] | None, per_prefix: int | None) -> Shop:
    """Another version of the policy, if anything differs; the shop as it then is. Raises NotFound, Invalid."""
    shop = known_shop(app, shop_id)
    policy = shop.policy
    wanted = replace(
        policy,
        sms_countries=countries_of(told) if told else policy.sms_countries,
        sms_per_prefix=policy.sms_per_prefix if per_prefix is None else per_prefix,
    )
    if wanted == policy:
        return shop
    changed = replace(shop, policy=replace(wanted, version=free_version(app, shop)))
    app.shops.save(changed)
    return changed


def texts(
    shop: Annotated[str, typer.Argument(metavar="SHOP", help="Which shop")],
    *,
    country: Annotated[list[str] | None, typer.Option(help=COUNTRY_HELP)] = None,
    per_prefix: Annotated[int | None, typer.Option(help=PER_PREFIX_HELP)] = None,
    stack: StackName = USUAL_STACK,
) -> None:
    """Show where a shop's text messages go, and how many; or change it, for carts abandoned from within a minute on."""
    app = open_stack(stack).app
    for line in shown(change(app, shop, country, per_prefix), app.prices.texts):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def shown(shop: Shop, priced: Mapping[str, object]) -> list[str]:
    """A shop's limits in words; `priced` are the countries for which there is a price where it runs."""
    named = shop.policy.sms_countries
    lines = [f"{shop.id}, policy {shop.policy.version}, text messages go to:"]
    if named is None:
        lines[0] = f"{shop.id}, policy {shop.policy.version}, text messages go to every country whose price is known:"
    lines += [
        f"  {code}  {countries().get(code, code)}{'' if code in priced else ', price not known: its texts show as unpriced'}"
        for code in sorted(priced if named is None else named)
    ] or ["  nobody"]
    return [*lines, f"at most {shop.policy.sms_per_prefix} an hour to numbers that begin alike"]
