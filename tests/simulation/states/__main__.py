"""`python -m tests.simulation.states`: all small worlds, or one; or the hunt for the planted bugs."""

from __future__ import annotations

import sys
from time import process_time
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

import tests.simulation.planted  # noqa: F401  # enters the bugs
from tests.simulation.states.catalogue import WORLDS
from tests.simulation.states.hunting import WHERE, hunt
from tests.simulation.states.search import explore

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=__doc__)
console = Console(highlight=False, soft_wrap=True, emoji=False, markup=False)


@app.command()
def states(
    *,
    world: Annotated[str | None, typer.Option(help="Only this one: " + ", ".join(WORLDS) + ".")] = None,
    most: Annotated[int, typer.Option(help="Stop at so many states per world.")] = 1_000_000,
    bugs: Annotated[bool, typer.Option("--hunt", help="Plant bugs and look for them instead.")] = False,
) -> None:
    """Look at every state of every small world."""
    if bugs:
        raise typer.Exit(_hunted(most))
    columns = ("world", "states", "at rest", "transitions", "depth", "seconds", "verdict")
    table, bad = Table(*columns, title="Small worlds"), False
    for name in [world] if world else WORLDS:
        begin = process_time()
        found = explore(WORLDS[name], most)
        spent = process_time() - begin
        verdict = found.broken or ("holds" if found.whole else "holds so far")
        bad |= found.broken is not None
        figures = (f"{found.states:,}", f"{found.rests:,}", f"{found.transitions:,}", str(found.depth), f"{spent:.1f}")
        table.add_row(name, *figures, verdict)
        if found.trace:
            sys.stdout.write("\n".join(found.trace) + f"\n\n{name}: {found.broken}\n")
    if world:
        console.print(WORLDS[world].about)
    console.print(table)
    raise typer.Exit(int(bad))


def _hunted(most: int) -> int:
    table = Table("planted bug", "world", "states", "moves", "broken promise", title="Planted bugs of the core")
    missed = 0
    for bug in WHERE:
        found = hunt(bug, most=most)
        missed += found.states is None
        states = "not found" if found.states is None else f"{found.states:,}"
        table.add_row(bug, found.world, states, str(len(found.trace)), found.broken)
    console.print(table)
    return int(missed > 0)


if __name__ == "__main__":
    app()
