"""`rebasket why`: why a cart got a reminder, or none; for whoever answers a shopper's or a shop's question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from rebasket_cli.policies import known_shop
from rebasket_cli.stack import USUAL_STACK, StackName, open_stack

if TYPE_CHECKING:
    from rebasket.domain.people.addresses import Address
    from rebasket.domain.shops.sms_limits import Destination
    from rebasket.wiring import App
    from rebasket_cli.why.case import LookUp

console = Console(soft_wrap=True, highlight=False, markup=False)


def looked_up(app: App) -> LookUp:
    """What reads a case, with this application's ports."""
    from rebasket.aws.phone_countries import country_of
    from rebasket.domain.shops.sms_limits import Destination
    from rebasket_cli.why.case import LookUp

    def destination(number: Address) -> Destination:
        country = country_of(number)
        return Destination(country, priced=app.prices.text(country) is not None)

    return LookUp(
        carts=app.carts,
        contacts=app.contacts,
        episodes=app.episodes,
        amiss_events=app.amiss_events,
        shops=app.shops,
        address_hash=app.address_hash,
        destination=destination,
        retention=app.settings.retention,
        clock=app.clock,
    )


def why(
    shop: Annotated[str, typer.Argument(metavar="SHOP", help="Which shop")],
    cart: Annotated[str, typer.Argument(metavar="CART", help="Which cart, by the id that the shop's events give it")],
    *,
    stack: StackName = USUAL_STACK,
) -> None:
    """Say why a cart got a reminder, or none. Changes nothing; times in UTC, addresses masked."""
    from rebasket_cli.why.told import told

    app = open_stack(stack).app
    for line in told(looked_up(app)(known_shop(app, shop), cart)):
        console.print(line)
