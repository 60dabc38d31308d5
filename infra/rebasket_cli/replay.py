"""`rebasket replay`: a shop's real log through everything, in virtual time, and the same report at the end."""

from __future__ import annotations

import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console

if TYPE_CHECKING:
    from rebasket_local.replay.rees46 import Log
    from rebasket_local.results.findings import Findings

console = Console()

NAMED: Final = 20
"""Malformed lines that summary.json names; all are counted."""


class Format(StrEnum):
    """Logs that can be read."""

    REES46 = "rees46"


def replay(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The log, plain or gzipped")],
    *,
    log_format: Annotated[Format, typer.Option("--format", help="What kind of log it is")] = Format.REES46,
    currency: Annotated[str, typer.Option(help="Of its prices; the log does not say")] = "USD",
    holdout: Annotated[float, typer.Option(min=0, max=100, help="Percent of people held back for comparison")] = 10,
    out: Annotated[Path, typer.Option(help="Folder for the results")] = Path("build/replay"),
) -> None:
    """Play a shop's real event log through Rebasket on this machine.

    Users become contacts, sessions become carts, each purchase an order; views are only counted. Lines that cannot be read are
    counted and named.
    """
    from rebasket_cli import outcome
    from rebasket_cli.progress import drain, move_on
    from rebasket_cli.stage import staged
    from rebasket_local.replay.play import arrange
    from rebasket_local.replay.rees46 import read_log
    from rebasket_local.results.findings import gather
    from rebasket_local.results.page import About
    from rebasket_local.results.summary import summarise
    from rebasket_local.traffic.settings import ShopTable

    began = time.perf_counter()
    log = read_log(file)
    if log.began is None or log.ended is None:
        raise AssertionError  # read_log gives no empty log
    table = ShopTable(
        id="replayed-shop",
        name="Replayed shop",
        host="replayed-shop.example",
        links="https://r-s.example",
        postal_address="Replayed shop, no address known",
        colour="#24527a",
        locale="en-US",
        time_zone="UTC",
        quiet_hours={},  # the log does not say where its shoppers live
        holdout=round(holdout * 10),
    )
    with staged(table, log.began, seed=0) as stage:
        ledger, left = arrange(stage.cloud, stage.keys, log, currency=currency, host=table.host, began=log.began)
        stage.cloud.outbox.on_message = left
        move_on(stage.cloud, ledger, console, traffic_ends=log.ended, until=log.ended + drain(stage.shop.policy))
        findings = gather(stage.cloud, stage.app, stage.shop, stage.keys.bearer, ledger, started_at=log.began)
        about: dict[str, object] = {"file": file.name, "log": _log(log), "stored": stored(findings)}
        summary = summarise(findings, wall_s=time.perf_counter() - began, **about)
        page = About(
            title=f"Rebasket: {file.name}",
            origin=f"replay of {file.name}: {sum(log.kinds.values()):,} lines, {log.kinds['view']:,} of them views",
            command=f"rebasket replay --format {log_format} {file.name}",
            notes=_notes(log, currency),
        )
        outcome.write(findings, summary, page, out)
    for bad in log.malformed[:NAMED]:
        console.print(f"  line {bad.line}: {bad.why}", style="yellow", highlight=False)
    outcome.tell(findings, summary, f"Replay of {file.name}", out, console)


def stored(findings: Findings) -> dict[str, int]:
    """What Rebasket made of the log: carts that ever held something, orders, carts abandoned at least once."""
    return {
        "carts_filled": sum(cart.active_at is not None for cart in findings.carts),
        "orders": sum(order.placed_at is not None for cart in findings.carts for order in cart.facts.orders.values()),
        "carts_abandoned": len({episode.ref.cart for episode in findings.episodes if episode.header is not None}),
    }


def _log(log: Log) -> dict[str, object]:
    return {
        "from": log.began.isoformat() if log.began else None,
        "to": log.ended.isoformat() if log.ended else None,
        "lines": dict(sorted(log.kinds.items())),
        "malformed": len(log.malformed),
        "malformed_first": [{"line": bad.line, "why": bad.why} for bad in log.malformed[:NAMED]],
    }


def _notes(log: Log, currency: str) -> list[str]:
    notes = [
        f"The log names no currency; prices were taken for {currency}.",
        "The log knows nothing of consent; everybody was taken to have given it.",
        "Nobody read these messages; orders are those of the log. “Recovered” is what would be counted, no effect of reminders.",
    ]
    if log.malformed:
        first = log.malformed[0]
        notes.append(f"{len(log.malformed)} lines could not be read, the first is line {first.line}: {first.why}.")
    return notes
