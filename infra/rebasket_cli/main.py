"""`rebasket`: the one command, and what belongs to it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from rebasket import __version__
from rebasket.domain.errors import RebasketError, Refused
from rebasket_cli import contact, keys, operate, quiet_hours, rules, shop, shop_change, texts
from rebasket_cli import pause as brake
from rebasket_cli.costs.command import costs
from rebasket_cli.demo import demo
from rebasket_cli.doctor.command import doctor
from rebasket_cli.erase import erase
from rebasket_cli.imports import command as imports
from rebasket_cli.play.command import play
from rebasket_cli.refill import refill_carts
from rebasket_cli.replay import replay
from rebasket_cli.run import run
from rebasket_cli.why.command import why
from rebasket_local.errors import LocalCloudError

if TYPE_CHECKING:
    from collections.abc import Callable

HERE, STACK = "On this machine, without an AWS account", "A deployed stack, with your AWS credentials"

app = typer.Typer(
    name="rebasket",
    help="Abandoned-cart recovery that a shop runs in its own AWS account.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    add_completion=False,
)


def _say_version(asked: bool) -> None:
    """Print the version and leave; `--version` stands before any command."""
    if asked:
        typer.echo(f"rebasket {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """What every command takes."""
    del version  # said by its callback, before any command runs


HERE_COMMANDS: tuple[Callable[..., None], ...] = (demo, replay, run, play, costs)
for command in HERE_COMMANDS:
    app.command(rich_help_panel=HERE)(command)
app.add_typer(shop.commands, name="shop", rich_help_panel=STACK)
shop.commands.command()(shop_change.change)
shop.commands.command()(rules.rules)
shop.commands.command()(quiet_hours.quiet_hours)
shop.commands.command()(texts.texts)
shop.commands.command()(brake.pause)
shop.commands.command()(brake.resume)
app.add_typer(contact.commands, name="contact", rich_help_panel=STACK)
app.add_typer(imports.commands, name="import", rich_help_panel=STACK)
app.add_typer(keys.commands, name="keys", rich_help_panel=STACK)
STACK_COMMANDS: tuple[Callable[..., None], ...] = (
    doctor, operate.report, why, operate.rearm, operate.redrive, brake.stop, brake.start, erase,
)  # fmt: skip
for command in STACK_COMMANDS:
    app.command(rich_help_panel=STACK)(command)
app.command("refill", rich_help_panel=STACK)(refill_carts)


def main() -> None:
    """Run it. What went wrong in a way we know is said in a line or two, not in a traceback."""
    try:
        app()
    except (RebasketError, LocalCloudError, ClientError, BotoCoreError) as error:
        console = Console(stderr=True)
        console.print(str(error), style="bold red", highlight=False, markup=False)
        if isinstance(error, Refused):
            for wrong in error.errors:
                console.print(f"  {wrong.pointer.lstrip('/')}: {wrong.detail}", highlight=False, markup=False)
        sys.exit(2)
