"""`python -m tests.simulation`: one world again, or many."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from tests.simulation.campaign import Ran, campaign, every_state, hunts, sample, setup_of
from tests.simulation.planted import BUGS, planted
from tests.simulation.run import MODES, SAFETY, Outcome, run
from tests.simulation.shrink import command, shortest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.simulation.setup import Setup
    from tests.simulation.totals import Totals

SCREENFUL = 100
"""Lines of a trace that are printed; a longer one is in its file only."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=__doc__)
console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 150)


@app.command()
def one(
    *,
    seed: Annotated[int, typer.Option(help="Decides traffic, interleaving and faults.")],
    mode: Annotated[str, typer.Option(help=" or ".join(MODES))] = SAFETY,
    carts: Annotated[int | None, typer.Option(help="Carts per shop; as in a campaign if not given.")] = None,
    only: Annotated[str | None, typer.Option(help="The only events and faults that may happen, with commas between.")] = None,
    months: Annotated[
        bool, typer.Option("--months", help="What happens takes months, and carts are forgotten meanwhile.")
    ] = False,
    bug: Annotated[str | None, typer.Option(help="Plant this bug first.")] = None,
    shorter: Annotated[bool, typer.Option("--shorter", help="Look for the shortest trace of the failure.")] = False,
) -> None:
    """Run one world and print its trace: the same, byte for byte, every time."""
    setup = setup_of(seed, carts, None if only is None else frozenset(only.split(",")), bug, months=months)
    if bug is None:
        outcome = _traced(setup, mode, shorter=shorter)
    else:
        with planted(bug):
            outcome = _traced(setup, mode, shorter=shorter)
    sys.stdout.write("\n".join(outcome.trace) + "\n")
    if outcome.broken is not None:
        sys.stdout.write(f"\n{outcome.broken}\n{command(outcome)}{'' if bug is None else f' --bug {quote(bug)}'}\n")
        raise typer.Exit(1)


def _traced(setup: Setup, mode: str, *, shorter: bool) -> Outcome:
    outcome = run(setup, mode, trace=not shorter)
    return shortest(outcome) if shorter else outcome


@app.command("campaign")
def many(  # noqa: PLR0913  # a command's options
    *,
    first: Annotated[int, typer.Option(help="The first seed.")] = 1,
    seeds: Annotated[int, typer.Option(help="How many.")] = 200,
    carts: Annotated[int | None, typer.Option(help="Carts per shop; of many sizes if not given.")] = None,
    months: Annotated[
        bool, typer.Option("--months", help="Only worlds that last for months; else every ninth of those of many sizes.")
    ] = False,
    mode: Annotated[str | None, typer.Option(help="One mode only.")] = None,
    hunt: Annotated[int, typer.Option(help="Look for each planted bug in so many worlds; 0: do not.")] = 0,
    sampled: Annotated[int, typer.Option("--sample", help="So many worlds over DynamoDB, too.")] = 0,
    states: Annotated[bool, typer.Option("--states", help="Every state of the small worlds, too.")] = False,
    workers: Annotated[int, typer.Option(help="Processes.")] = os.cpu_count() or 1,
    out: Annotated[Path, typer.Option(help="Where summary.json and the traces of failures go.")] = Path("build/simulation"),
) -> None:
    """Run many worlds in both modes; say what happened, and how each failure is repeated."""
    out.mkdir(parents=True, exist_ok=True)
    spent, done = 0.0, 0

    def tell(ran: Ran, so_far: Totals) -> None:
        nonlocal spent, done
        spent, done = spent + ran.seconds, done + 1
        for failed in (outcome for outcome in ran.outcomes if outcome.broken is not None):
            console.print(f"BROKEN: {failed.broken}\n  {command(failed)}")
        if done % 20 == 0:
            console.print(f"{done} of {seeds} worlds, {spent:.0f} processor seconds")
            _write(out / "summary.json", so_far.summary(done, spent))

    totals = campaign(range(first, first + seeds), workers, MODES if mode is None else (mode,), carts, months=months, each=tell)
    summary = totals.summary(seeds, spent)
    good = _fired(totals) & _kept(totals, out)
    if sampled:
        summary["over_dynamodb"], kept = _sampled(range(first, first + sampled), workers, out)
        good &= kept
    if states:
        summary["small_worlds"], kept = _explored(workers, out)
        good &= kept
    if hunt:
        summary["planted"], found = _hunted(hunt, workers)
        good &= found
    _write(out / "summary.json", summary)
    console.print(
        f"{totals.runs} runs: {totals.carts} carts, {totals.events} events, {totals.calls} calls, {totals.messages} messages; "
        f"{summary['carts_per_s']} carts a second on one processor; "
        f"the slowest step ended {summary['slowest_convergence_s']:.0f} s after it could have"
    )
    if not good:
        raise typer.Exit(1)


def _write(file: Path, summary: dict[str, Any]) -> None:
    file.write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n")


def _fired(totals: Totals) -> bool:
    """Whether each kind of fault happened. A step of one that did not is a matter of luck, and said."""
    never = totals.never()
    if never:
        console.print(f"Never happened: {', '.join(f'{kind.value} at {step}' for kind, step in never)}")
    return all(totals.faults[kind].total() for kind in {kind for kind, _ in never})


def _kept(totals: Totals, out: Path) -> bool:
    """Whether every promise was kept. Each failure, but for the tenth and later, is made as short as it gets and written down."""
    for failed in totals.failed[:10]:
        short = shortest(failed)
        name = f"seed-{failed.setup.seed}-{failed.mode}.txt"
        (out / name).write_text("\n".join(short.trace) + f"\n\n{short.broken}\n{command(short)}\n")
        if len(short.trace) <= SCREENFUL:
            sys.stdout.write("\n".join(short.trace) + "\n")
        console.print(f"The shortest trace of seed {failed.setup.seed}, {failed.mode}: {out / name}\n  {command(short)}")
    return not totals.failed


def _sampled(seeds: Iterable[int], workers: int, out: Path) -> tuple[dict[str, int], bool]:
    """Some worlds over DynamoDB."""
    totals = sample(seeds, workers)
    console.print(f"Over DynamoDB: {totals.runs} runs, {totals.carts} carts, {totals.calls} calls, {totals.messages} messages")
    for failed in totals.failed:
        console.print(f"BROKEN over DynamoDB: {failed.broken}\n  in memory: {command(failed)}")
    return {
        "runs": totals.runs,
        "carts": totals.carts,
        "calls": totals.calls,
        "violations": len(totals.failed),
    }, not totals.failed


def _explored(workers: int, out: Path) -> tuple[dict[str, int], bool]:
    """Every state of the small worlds."""
    results = every_state(workers)
    for result in results:
        if result.broken is not None or not result.whole:
            (out / f"states-{result.world}.txt").write_text("\n".join(result.trace) + f"\n\n{result.broken}\n")
            console.print(f"BROKEN: {result.broken or 'not all states were seen'}: {out / f'states-{result.world}.txt'}")
    found, moves = sum(result.states for result in results), sum(result.transitions for result in results)
    console.print(f"Small worlds: {len(results)}, {found} states, {moves} transitions, all seen")
    figures = {"worlds": len(results), "states": found, "transitions": moves}
    return figures, all(result.broken is None and result.whole for result in results)


def _hunted(most: int, workers: int) -> tuple[dict[str, Any], bool]:
    """The planted bugs."""
    table = Table("planted bug", "worlds", "broken promise", title="Planted bugs")
    after: dict[str, int | None] = {}
    for found in hunts(most, workers):
        after[found.name] = found.seeds
        table.add_row(found.name, str(found.seeds or "not found"), found.promise)
    console.print(table)
    caught = sum(seeds is not None for seeds in after.values())
    return {"caught": caught, "total": len(BUGS), "after_seeds": after}, caught == len(BUGS)


if __name__ == "__main__":
    app()
