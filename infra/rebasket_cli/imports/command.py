"""`rebasket import orders` and `rebasket import contacts`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from rebasket.domain.errors import Invalid, NotFound
from rebasket_cli.imports.files import ContactFormat, OrderFormat, read_contacts, read_orders
from rebasket_cli.imports.read import Reading
from rebasket_cli.imports.record import import_rows
from rebasket_cli.stack import USUAL_STACK, StackName, open_stack

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rebasket.domain.shops.policy import Shop
    from rebasket.wiring import App
    from rebasket_cli.imports.read import Read
    from rebasket_cli.imports.record import Imported

MOST_TOLD = 200
"""Lines about single rows; the rest is counted."""

console = Console(soft_wrap=True, highlight=False)
commands = typer.Typer(no_args_is_help=True, help="Take over a shop's history and its contacts' consents from files.")

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="UTF-8, as the shop's system exports it")]
ShopId = Annotated[str, typer.Option("--shop", help="Which shop")]
Zone = Annotated[str | None, typer.Option("--zone", help="Of times without an offset, as Europe/Kyiv; else the shop's own")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only look at the file: store nothing")]


@commands.command()
def orders(
    file: File,
    *,
    shop: ShopId,
    form: Annotated[OrderFormat | None, typer.Option("--format", help="Else seen by the columns")] = None,
    currency: Annotated[str | None, typer.Option(help="Of orders whose row names none, as EUR")] = None,
    zone: Zone = None,
    dry_run: DryRun = False,
    stack: StackName = USUAL_STACK,
) -> None:
    """Take over placed orders. Sends nothing and stops nothing; may be repeated. Exits with 1 when rows could not be read."""
    app, known = _open(stack, shop)
    reading = Reading(zone=_zone(zone, known), currency=currency, as_of=app.clock())
    found, rows = read_orders(_text(file), form, reading)
    _run(app, known, found.value, list(rows), dry=dry_run)


@commands.command()
def contacts(
    file: File,
    *,
    shop: ShopId,
    form: Annotated[ContactFormat | None, typer.Option("--format", help="Else seen by the columns")] = None,
    as_of: Annotated[datetime | None, typer.Option(help="When it was exported; else when the file was last changed")] = None,
    zone: Zone = None,
    dry_run: DryRun = False,
    stack: StackName = USUAL_STACK,
) -> None:
    """Take over contacts' consents. Never turns a no into a yes that is older; lifts no opt-out. May be repeated."""
    app, known = _open(stack, shop)
    place = _zone(zone, known)
    exported = as_of.replace(tzinfo=place) if as_of else datetime.fromtimestamp(file.stat().st_mtime, UTC)
    reading = Reading(zone=place, currency=None, as_of=min(exported, app.clock()))
    found, rows = read_contacts(_text(file), form, reading)
    _run(app, known, found.value, list(rows), dry=dry_run)


def _open(stack: str, shop: str) -> tuple[App, Shop]:
    app = open_stack(stack).app
    known = app.shops.get(shop)
    if known is None:
        message = f"there is no shop {shop}"
        raise NotFound(message)
    return app, known


def _zone(told: str | None, shop: Shop) -> ZoneInfo:
    try:
        return ZoneInfo(told or shop.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        message = f"{told} is no IANA time zone, such as Europe/Kyiv"
        raise Invalid(message) from None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{file} is not in UTF-8 (byte {error.start}); save it as “CSV UTF-8”"
        raise Invalid(message) from None


def _run(app: App, shop: Shop, form: str, rows: list[Read], *, dry: bool) -> None:
    imported = _import(app, shop, rows, dry=dry)
    console.print(f"{form}, {len(rows)} rows: {_in_words(imported, dry=dry)}", markup=False)
    for mark, notes in (("left out", imported.left_out), ("not read", imported.unreadable)):
        for line, why in notes[:MOST_TOLD]:
            console.print(f"  line {line}, {mark}: {why}", markup=False)
        if len(notes) > MOST_TOLD:
            console.print(f"  and {len(notes) - MOST_TOLD} more {mark}")
    if imported.unreadable:
        raise typer.Exit(1)


def _import(app: App, shop: Shop, rows: Iterable[Read], *, dry: bool) -> Imported:
    record = None if dry else app.record_event  # made before threads ask for it
    bar = Progress("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True))
    with bar:
        rows = list(rows)
        task = bar.add_task("looking" if dry else "recording", total=len(rows))
        return import_rows(rows, shop, app.clock(), record, lambda: bar.advance(task))


def _in_words(imported: Imported, *, dry: bool) -> str:
    words = {"taken": "would be taken" if dry else "taken"}
    counts = [f"{count} {words.get(what, what)}" for what, count in sorted(imported.counts.items(), key=lambda one: -one[1])]
    return ", ".join(counts) or "nothing in it"
