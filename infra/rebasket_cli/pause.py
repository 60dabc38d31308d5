"""Stopping reminders, and letting them go on: `rebasket shop pause` and `resume` for one shop, `stop` and `start` for all.

Functions look twice a minute: a stop takes effect within a minute. Reminders that come due meanwhile wait, looking again every
quarter of an hour, until the policy gives them up; carts are taken and books are kept all the while.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from rebasket.aws import keys
from rebasket.domain.errors import NotFound
from rebasket.domain.sending.sending_pause import verdict
from rebasket_cli.stack import USUAL_STACK, StackName, open_stack

if TYPE_CHECKING:
    from rebasket.wiring import App

console = Console(soft_wrap=True)  # a command that is broken in two cannot be copied

ShopId = Annotated[str, typer.Argument(metavar="SHOP", help="Which shop")]
Why = Annotated[str, typer.Option(help="What others will read who ask why nothing is sent")]


def pause_shop(app: App, shop: str, why: str) -> bool:
    """Whether it was not paused before. Raises NotFound."""
    _require(app, shop)
    return app.sending_pauses.pause(shop, why)


def resume_shop(app: App, shop: str) -> str | None:
    """Let it go on; why the brake will pull again at the next bounce, if it will. Raises NotFound."""
    _require(app, shop)
    app.sending_pauses.resume(shop)
    return verdict(app.sending_pauses.reputation(shop))


def stopped_by(app: App) -> str | None:
    """Why all is stopped; None when it is not."""
    item = app.table.get(keys.STOP)
    return item["why"] if item else None


def paused_by(app: App, shop: str) -> str | None:
    """Why this shop is paused; None when it is not."""
    item = app.table.get(keys.pause(shop))
    return item["why"] if item else None


def _require(app: App, shop: str) -> None:
    if app.shops.get(shop) is None:
        message = f"there is no shop {shop}"
        raise NotFound(message)


def pause(shop: ShopId, *, why: Why = "an operator paused it", stack: StackName = USUAL_STACK) -> None:
    """Send nothing for one shop, from within a minute on. Its reminders wait, and expire by its policy."""
    app = open_stack(stack).app
    if pause_shop(app, shop, why):
        console.print(f"{shop} is paused. Let it go on with: rebasket shop resume {shop} --stack {stack}", highlight=False)
    else:
        console.print(f"{shop} was paused already: {paused_by(app, shop)}", highlight=False, markup=False)


def resume(shop: ShopId, *, stack: StackName = USUAL_STACK) -> None:
    """Let a shop send again, whether the brake or somebody paused it."""
    app = open_stack(stack).app
    again = resume_shop(app, shop)
    console.print(f"{shop} may send.", highlight=False)
    if again:
        console.print(f"It is still over its limit ({again}): the next bounce or complaint pauses it again.", markup=False)
    if why := stopped_by(app):
        console.print(f"But everything is stopped ({why}). Go on with: rebasket start --stack {stack}", markup=False)


def stop(*, why: Why = "an operator stopped everything", stack: StackName = USUAL_STACK) -> None:
    """Send nothing at all, for any shop, from within a minute on."""
    open_stack(stack).app.sending_pauses.stop(why)
    console.print(f"Nothing is sent, from within a minute on. Go on with: rebasket start --stack {stack}", highlight=False)


def start(*, stack: StackName = USUAL_STACK) -> None:
    """Let all shops send again that are not paused themselves."""
    app = open_stack(stack).app
    app.sending_pauses.start()
    paused = {shop: why for shop in app.shops.all() if (why := paused_by(app, shop))}
    console.print("Reminders flow again, within a minute.")
    for shop, why in paused.items():
        console.print(f"{shop} stays paused ({why}): rebasket shop resume {shop} --stack {stack}", markup=False, highlight=False)
