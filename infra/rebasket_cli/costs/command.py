"""`rebasket costs`: what so many carts a month cost, or an idle stack."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from rebasket_cli.costs.bill import Bill
    from rebasket_cli.costs.traffic import Traffic

console = Console()


class Monitoring(StrEnum):
    """As the template's parameter."""

    NONE = "none"
    ALARMS = "alarms"
    DASHBOARD = "dashboard"


def costs(  # noqa: PLR0913  # options of a command, each with a default
    *,
    carts: Annotated[int, typer.Option(min=0, help="A month; 0 is an idle stack")] = 10_000,
    region: Annotated[str, typer.Option(help="AWS Region")] = "us-east-1",
    left: Annotated[int, typer.Option(help="Percent of carts that are left")] = 70,
    reachable: Annotated[int, typer.Option(help="Percent of those, left by somebody who may be written to")] = 35,
    recovered: Annotated[int, typer.Option(help="Percent of those reminded by e-mail who come back and buy")] = 10,
    by_text: Annotated[int, typer.Option(help="Percent of those reminded, by text message")] = 0,
    country: Annotated[str, typer.Option(help="Of the text messages, as UA")] = "US",
    parts: Annotated[int, typer.Option(min=1, max=10, help="Of each text message")] = 1,
    fullest: Annotated[bool, typer.Option("--fullest", help="Every cart: left, two e-mails, a click, an order")] = False,
    shops: Annotated[int, typer.Option(min=1, help="In the stack")] = 1,
    shards: Annotated[int, typer.Option(min=1, max=64, help="The parameter TimerShards")] = 4,
    monitoring: Annotated[Monitoring, typer.Option(help="The parameter Monitoring")] = Monitoring.NONE,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with sources")] = False,
) -> None:
    """Compute what a month costs, from measured use and prices with a source. What has no such price is listed as unpriced."""
    from rebasket_cli.costs.bill import priced
    from rebasket_cli.costs.traffic import FULLEST, Habits, Traffic

    habits = Habits(left=left, reachable=reachable, recovered=recovered, by_text=by_text)
    traffic = Traffic(
        carts=carts,
        lives=FULLEST if fullest else habits.lives(),
        country=country.upper(),
        parts=parts,
        shops=shops,
        shards=shards,
        monitoring=monitoring.value,
    )
    found = priced(traffic, region)
    if as_json:
        typer.echo(json.dumps(bill_as_data(found, traffic, region), ensure_ascii=False, indent=2))
    else:
        show(found, traffic, region)


def bill_as_data(found: Bill, traffic: Traffic, region: str) -> dict[str, object]:
    """For JSON; costs in micro-dollars a month."""
    return {
        "carts": traffic.carts,
        "region": region,
        "lives": {name: round(float(share), 6) for name, share in traffic.lives.items() if share},
        "lines": [line.as_data() for line in found.lines],
        "total_priced_microusd": found.total,
        "unpriced": [line.name for line in found.unpriced],
    }


def show(found: Bill, traffic: Traffic, region: str) -> None:
    """For a terminal."""
    from rebasket_cli.costs.bill import dollars, quantity

    table = Table("", "a month", "$", box=box.SIMPLE_HEAD, title=f"{traffic.carts:,} carts a month in {region}", show_footer=True)
    table.columns[0].footer, table.columns[2].footer = "all that is priced", dollars(found.total)
    for column in table.columns[1:]:
        column.justify = "right"
    for line in found.lines:
        table.add_row(line.name, quantity(line.quantity), dollars(line.cost))
    console.print(table)
    if found.unpriced:
        console.print(f"No verified price, and so in no sum: {', '.join(line.name for line in found.unpriced)}.", highlight=False)
    console.print("No free allowance is taken off. Assumptions and sources: docs/costs.md, or --json.", highlight=False)
