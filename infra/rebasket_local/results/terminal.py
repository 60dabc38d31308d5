"""The end of a run in a terminal: one table, and what became of the promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from rebasket.usecases.reporting.comparison import Comparison, Rate
from rebasket_local.results import words
from rebasket_local.results.sections import CHANNELS
from rebasket_local.results.summary import broken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from rebasket_local.results.summary import Summary

GREEN, SOFT, RED = "green", "dim", "bold red"


def closing_table(summary: Summary, channels: Mapping[str, Any], title: str) -> RenderableType:
    """All that one wants to know at once. `channels` as GET /v1/report has them, with later changes."""
    found = broken(summary)
    parts = (
        _counts(summary),
        _costs(summary, channels),
        _revenue(summary),
        _comparison(summary),
        Text(),
        _promises(summary, found),
    )
    return Panel(
        Group(*parts),
        title=f"[bold]{title}[/]",
        border_style=RED if found else GREEN,
        box=box.ROUNDED,
        padding=(1, 2),
        expand=False,
    )


def _counts(summary: Summary) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), header_style=SOFT)
    touches = summary["touches"]
    cells = (
        ("carts", summary["carts"]),
        ("abandoned", summary["episodes"]),
        ("planned", summary["planned"]),
        ("sent", touches["sent"]),
        ("held", touches["held"]),
        ("skipped", touches["skipped"]),
        ("rejected", touches["rejected"]),
        ("unknown", touches["unknown"]),
        ("recovered", summary["recovered"]),
    )
    for name, _ in cells:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_row(*(Text(words.number(count), style=GREEN if name == "recovered" else "bold") for name, count in cells))
    return table


def _costs(summary: Summary, channels: Mapping[str, Any]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 2, 0, 0), header_style=SOFT, show_footer=True)
    for name, foot in (
        ("channel", "both" if len(channels) > 1 else "all"),
        ("messages", words.number(sum(summary["by_channel"].values()))),
        ("recovered", words.number(summary["recovered"])),
        ("cost", words.dollars(summary["cost_microusd"])),
        ("per recovered cart", words.dollars(summary["cost_per_recovered_microusd"])),
    ):
        table.add_column(name, foot, justify="left" if name == "channel" else "right", no_wrap=True)
    for channel, row in channels.items():
        table.add_row(
            CHANNELS.get(channel, channel),
            words.number(summary["by_channel"].get(channel, 0)),
            words.number(row["recovered"]),
            words.dollars(row["cost_microusd"]),
            words.dollars(row["cost_per_recovered_microusd"]),
        )
    return table


def _revenue(summary: Summary) -> Text:
    said = Text("recovered revenue  ", style="bold")
    return said.append(" · ".join(words.money(summary["revenue"])) or "none", style=GREEN)


def _comparison(summary: Summary) -> Text:
    compared = Comparison(Rate(*summary["touched_rate"]), Rate(*summary["held_rate"]))
    low, high = compared.interval
    said = Text("touched ", style="bold")
    said.append(f"{words.percent(compared.touched.share)} of {compared.touched.count} bought", style=GREEN)
    said.append(" · held back ", style="bold")
    said.append(f"{words.percent(compared.held.share)} of {compared.held.count}", style="yellow")
    if compared.tells:
        said.append(f"\nlift {words.points(compared.lift)} (95 %: {words.points(low)} to {words.points(high)})", style="bold")
    else:
        said.append(" · too few to tell", style=SOFT)
    return said


def _promises(summary: Summary, found: list[str]) -> RenderableType:
    if found:
        return Text("\n".join(f"✗ {what}" for what in found), style=RED)
    said = Text("✓ ", style=GREEN)
    night = " at night," if "in_quiet_hours" in summary else ""
    said.append(f"nobody written to twice,{night} after buying or after saying no; every planned touch ended\n", style="bold")
    if summary.get("people_written_to"):
        smallest = summary["smallest_gap_s"]
        apart = "" if smallest is None else f", at least {smallest / 3600:.1f} h between two to one person"
        left = sum(summary["by_channel"].values())
        people = words.number(summary["people_written_to"])
        said.append(f"  {words.number(left)} messages to {people} people{apart}\n", style=SOFT)
    said.append(
        f"  {words.number(summary['events'])} events · due → sent: half within {summary['late_p50_s']} s, 99 of 100 within "
        f"{summary['late_p99_s']} s · {summary['wall_s']} s of real time",
        style=SOFT,
    )
    return said
