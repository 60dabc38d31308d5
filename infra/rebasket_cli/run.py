"""`rebasket run`: the same on localhost in real time, for a browser and for a shop's developers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Callable

    from rebasket_cli.stage import Stage
    from rebasket_local.outbox import Message
    from rebasket_local.traffic.settings import Settings

console = Console()

FORTNIGHT: Final = 14

FIRST_CART: Final = """\
curl -i {url}/v1/events -H 'content-type: application/json' -H 'authorization: Bearer {bearer}' -d @- <<END
{{"type": "cart.updated", "id": "try-$(date +%s)", "cart": "try-$(date +%s)", "at": "$(date -u +%Y-%m-%dT%H:%M:%SZ)",
  "currency": "EUR", "locale": "en-IE", "restore_url": "https://{host}/cart/try",
  "lines": [{{"sku": "LL-101", "title": "Aurora table lamp", "quantity": 1, "unit_price": 8900,
             "image_url": "https://images.{host}/LL-101.svg", "product_url": "https://{host}/p/LL-101"}}],
  "contact": {{"email": "you@example.com", "name": "Ada",
              "consent": {{"email": {{"granted": true, "source": "try", "at": "$(date -u +%Y-%m-%dT%H:%M:%SZ)"}}}}}}}}
END"""
"""For a shell. Every paste is a new cart."""


def run(
    *,
    port: Annotated[int, typer.Option(min=1, max=65535, help="On localhost")] = 8080,
    speed: Annotated[float, typer.Option(min=0.1, max=3600, help="60: an hour passes in a minute")] = 1,
    carts: Annotated[int, typer.Option(min=0, help="Carts of shoppers who come by themselves, over a fortnight")] = 0,
) -> None:
    """Run Rebasket on localhost in real time: the API, the shopper's pages, and an outbox to look at. Nothing is kept."""
    from rebasket_cli.stage import staged
    from rebasket_local.outbox_page import PATH, OutboxPage
    from rebasket_local.serve import serve
    from rebasket_local.traffic.catalogue import pictures
    from rebasket_local.traffic.settings import read_settings

    settings, _ = read_settings()
    shop = settings.shop.model_copy(update={"quiet_hours": {}})  # who tries it in the evening wants to see a message
    url = f"http://localhost:{port}"
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
    console.print("Starting …")
    with staged(shop, start, seed=0, public_url=url, fast=False) as stage:
        stage.cloud.outbox.on_message = carrier(stage, settings, start, carts)
        stage.cloud.advance(timedelta(minutes=1))
        table = stage.cloud.resource("TimersTable").ref
        pages = {PATH: OutboxPage(stage.cloud, settings.shop.name, table, pictures(settings.shop))}
        tell(stage, url, speed)
        serve(stage.cloud, port=port, speed=speed, pages=pages)
    console.print("\nStopped.")


def carrier(stage: Stage, settings: Settings, start: datetime, carts: int) -> Callable[[Message], None]:
    """Who takes the messages: the shoppers' provider when there are shoppers, else one that delivers everything."""
    from rebasket_local.traffic.fortnight import Plan, arrange

    if carts:
        plan = Plan(seed=0, start=start, days=FORTNIGHT, carts=carts)
        return arrange(stage.cloud, stage.keys, plan, settings)[0].carry

    def deliver(message: Message) -> None:
        if message.channel == "email":
            stage.cloud.mail_event(message, "Delivery")

    return deliver


def tell(stage: Stage, url: str, speed: float) -> None:
    """What one needs to begin."""
    hour = timedelta(hours=1) / speed
    wait = f"{hour / timedelta(minutes=1):g} minutes" if hour >= timedelta(minutes=2) else f"{hour.total_seconds():.0f} seconds"
    console.print(f"\n[bold]Rebasket runs on {url}[/]" + (f", {speed:g} times as fast as real time" if speed != 1 else ""))
    console.print("Ctrl-C stops it; nothing is kept.\n")
    bearer = stage.keys.bearer
    say(f"  outbox   {url}/_outbox")
    say(f"  figures  curl -H 'authorization: Bearer {bearer}' '{url}/v1/report?format=table'\n")
    say(f"A first cart. Its reminder is in the outbox an hour later, which is in {wait}:\n")
    say(FIRST_CART.format(url=url, bearer=bearer, host=stage.shop.hosts[0]) + "\n")


def say(text: str) -> None:
    """As it is, to be copied: not broken, not coloured."""
    console.print(text, highlight=False, soft_wrap=True, markup=False)
