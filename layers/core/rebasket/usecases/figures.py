"""A report as plain data (for JSON) and as a table (for a terminal). Micro-dollars and minor units stay whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rebasket.domain.episode import TouchState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rebasket.domain.books import Figures
    from rebasket.usecases.report import Report


def figures_as_data(row: Figures) -> dict[str, Any]:
    """One row. `cost_per_recovered_microusd` is null when nothing was recovered or a message has no known price."""
    return {
        "episodes": row.episodes,
        "unreachable": row.unreachable,
        "held": row.held,
        "touched": row.touched,
        "planned": row.planned,
        "touches": {state.value: row.touches.get(state.value, 0) for state in TouchState},
        "recovered": row.recovered,
        "bought_held": row.bought_held,
        "bought_untouched": row.bought_untouched,
        "bought_before": row.bought_before,
        "revenue": dict(row.revenue),
        "refunded": dict(row.refunded),
        "revenue_held": dict(row.revenue_held),
        "cost_microusd": row.cost,
        "unpriced_messages": row.unpriced,
        "in_doubt_microusd": row.in_doubt,
        "cost_per_recovered_microusd": row.cost_per_recovered,
    }


def report_as_data(report: Report) -> dict[str, Any]:
    """The whole report: total, by channel, by day."""
    return {
        "shop": report.shop,
        "from": report.first,
        "to": report.last,
        "total": figures_as_data(report.total),
        "channels": {channel: figures_as_data(row) for channel, row in report.channels.items()},
        "days": [
            {
                "day": day.day,
                "closed": day.day not in report.open_days,
                **figures_as_data(day.total),
                "channels": {channel: figures_as_data(row) for channel, row in day.channels.items()},
            }
            for day in report.days
        ],
    }


def dollars(micro: int | None) -> str:
    """Micro-dollars for a person: `0.0123`, `–` where not known."""
    return "–" if micro is None else f"{micro / 1_000_000:.4f}"


def money(amounts: Mapping[str, int]) -> str:
    """Amounts by currency, minor units: `EUR 123456`. The table does not guess how a currency is written."""
    return " ".join(f"{currency} {minor}" for currency, minor in sorted(amounts.items())) or "–"


def report_as_table(report: Report) -> str:
    """A table for a terminal: one line a day, then each channel, then the total. An asterisk marks a day still open."""
    head = ["", "episodes", "unreach.", "held", "touched", "sent", "unknown", "recovered", "revenue", "cost $", "$ / recovered"]
    rows = [head]
    rows += [
        _cells(day.day + ("*" if day.day in report.open_days else ""), day.total) for day in report.days if day.total.episodes
    ]
    rows += [_cells(channel, row, split=True) for channel, row in report.channels.items()]
    rows.append(_cells("total", report.total))
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = ["  ".join(_padded(row, widths)) for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    notes = ["* still open: may change until its window is over. Revenue in minor units of its currency."]
    if report.total.unpriced:
        notes.append(f"{report.total.unpriced} messages have no known price: their cost is not in these figures.")
    if report.total.touches.get(TouchState.UNKNOWN.value):
        notes.append(f"Unknown touches may have cost another $ {dollars(report.total.in_doubt)}.")
    return "\n".join(line.rstrip() for line in lines) + "\n\n" + "\n".join(notes) + "\n"


def _cells(name: str, row: Figures, *, split: bool = False) -> list[str]:
    sent, unknown = (row.touches.get(state.value, 0) for state in (TouchState.SENT, TouchState.UNKNOWN))
    whole = ["", "", ""] if split else [str(row.episodes), str(row.unreachable), str(row.held)]
    tail = [str(row.touched), str(sent), str(unknown), str(row.recovered), money(row.revenue)]
    return [name, *whole, *tail, _cost(row), dollars(row.cost_per_recovered)]


def _cost(row: Figures) -> str:
    """Never a nought for what has no known price."""
    if not row.unpriced:
        return dollars(row.cost)
    return f"over {dollars(row.cost)}" if row.cost else "unpriced"


def _padded(row: list[str], widths: list[int]) -> list[str]:
    return [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
