"""A report as plain data, for JSON. Micro-dollars and minor units stay whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rebasket.domain.reminders.episode import TouchState
from rebasket.usecases.reporting.comparison import compare, comparison_as_data

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rebasket.domain.reporting.daily_figures import Figures
    from rebasket.usecases.reporting.report import Report


def figures_as_data(row: Figures) -> dict[str, Any]:
    """One row. `cost_per_recovered_microusd` is null when nothing was recovered or a message has no known price."""
    return {**change_as_data(row), "cost_per_recovered_microusd": row.cost_per_recovered}


def change_as_data(row: Figures) -> dict[str, Any]:
    """A difference: the same numbers, which may be negative, and nothing that follows from them."""
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
        "in_doubt_unpriced_messages": row.in_doubt_unpriced,
        "compared_touched": row.compared_touched,
        "compared_touched_bought": row.compared_touched_bought,
        "compared_held": row.compared_held,
        "compared_held_bought": row.compared_held_bought,
    }


def report_as_data(report: Report) -> dict[str, Any]:
    """The whole report: total, by channel, by day; what arrived about days closed before; and both together."""
    return {
        "shop": report.shop,
        "from": report.first,
        "to": report.last,
        "total": figures_as_data(report.total),
        "channels": _each(figures_as_data, report.channels),
        "days": [
            {
                "day": day.day,
                "closed": day.day not in report.open_days,
                "changed_since_closed": day.day in report.changed_days,
                **figures_as_data(day.total),
                "channels": _each(figures_as_data, day.channels),
            }
            for day in report.days
        ],
        "later_changes": {
            "total": change_as_data(report.later),
            "channels": _each(change_as_data, report.later_channels),
            "postings": [
                {
                    "day": posting.day,
                    "number": posting.number,
                    "arrived": posting.arrived,
                    **change_as_data(posting.change.total),
                    "channels": _each(change_as_data, posting.change.channels),
                }
                for posting in report.adjustments
            ],
        },
        "total_with_later_changes": figures_as_data(report.total_with_later),
        "channels_with_later_changes": _each(figures_as_data, report.channels_with_later),
        "comparison": comparison_as_data(compare(report.as_known_now)),
    }


def _each(as_data: Callable[[Figures], dict[str, Any]], rows: Mapping[str, Figures]) -> dict[str, dict[str, Any]]:
    return {name: as_data(row) for name, row in rows.items()}
