"""A report as a table, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.domain.reminders.episode import TouchState
from rebasket.usecases.reporting.comparison import compare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rebasket.domain.reporting.daily_figures import Figures
    from rebasket.usecases.reporting.comparison import Comparison, Rate
    from rebasket.usecases.reporting.report import Report

HEAD = ("", "episodes", "unreach.", "held", "touched", "sent", "unknown", "recovered")
MONEY = ("revenue", "refunded", "cost $", "$ / recovered")
COUNTS = ("episodes", "unreachable", "held", "touched", "recovered", "bought_held", "bought_untouched", "bought_before")
COMPARED = ("compared_touched", "compared_touched_bought", "compared_held", "compared_held_bought")
AMOUNTS = ("revenue", "refunded", "revenue_held")


def dollars(micro: int | None) -> str:
    """Micro-dollars for a person: `0.0123`, `–` where not known."""
    return "–" if micro is None else f"{micro / 1_000_000:.4f}"


def money(amounts: Mapping[str, int], sign: str = "") -> str:
    """Amounts by currency, minor units: `EUR 123456`. The table does not guess how a currency is written."""
    return " ".join(f"{currency} {minor:{sign}}" for currency, minor in sorted(amounts.items())) or "–"


def report_as_table(report: Report) -> str:
    """One line a day, then each channel, then the total; then what arrived about days closed before, and the total with it."""
    rows = [[*HEAD, *MONEY]]
    rows += [_cells(_name(report, day.day), day.total) for day in report.days if day.total.episodes or day.total.planned]
    rows += [_cells(channel, row, split=True) for channel, row in report.channels.items()]
    rows.append(_cells("total", report.total))
    if report.adjustments:
        rows.append(_change("later changes", report.later))
        rows.append(_cells("with them", report.total_with_later))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(_padded(row, widths)) for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines) + "\n\n" + "\n".join(_notes(report)) + "\n"


def _notes(report: Report) -> Iterator[str]:
    if report.adjustments:
        yield "Later changes to closed days, by when they arrived; a closed day itself stays as it was closed:"
        for one in sorted(report.adjustments, key=lambda one: (one.arrived, one.day, one.number)):
            yield f"  {one.arrived}  {one.day}: {', '.join(in_words(one.change.total)) or 'by channel only'}"
        yield ""
    yield "* still open: may change until its window is over. Revenue in minor units of its currency."
    if report.changed_days - report.open_days:
        yield "+ changed since it was closed: among the later changes of the days when that arrived."
    total = report.total_with_later
    if report.as_known_now.compared_held:
        yield from _compared(compare(report.as_known_now))
    if total.unpriced:
        yield f"{total.unpriced} messages have no known price: their cost is not in these figures."
    if total.touches.get(TouchState.UNKNOWN.value):
        yield f"Unknown touches may have cost {_in_doubt(total)}."


def _compared(groups: Comparison) -> Iterator[str]:
    """Whether they would have come back anyway."""
    got, held = groups.touched, groups.held
    yield (
        f"Reminded of: {got.count} carts, of which {got.hits} were bought after it, {_percent(got)}. "
        f"Held back at the same point: {held.count}, {held.hits} bought, {_percent(held)}."
    )
    if not got.count:
        return
    low, high = groups.interval
    likely, least, most = groups.extra_carts
    carts = f"some {likely:.0f} carts ({least:.0f} to {most:.0f})" if groups.tells else "or it is chance: too few carts to tell"
    span = f"95 %: {low * 100:.1f} to {high * 100:.1f}"
    yield f"What reminders did is the difference, {groups.lift * 100:.1f} points ({span}), {carts}."


def _percent(rate: Rate) -> str:
    return f"{rate.share * 100:.1f} %" if rate.count else "–"


def in_words(change: Figures) -> list[str]:
    """What changed, number by number: `refunded EUR +900`, `sent +1`, `unknown -1`."""
    counted = [(name, getattr(change, name)) for name in (*COUNTS, *COMPARED)]
    counted += [(f"touches {state.value}", change.touches.get(state.value, 0)) for state in TouchState]
    counted += [("messages without a price", change.unpriced), ("in doubt without a price", change.in_doubt_unpriced)]
    words = [f"{name.replace('_', ' ')} {count:+}" for name, count in counted if count]
    for name in AMOUNTS:
        changed = {currency: minor for currency, minor in getattr(change, name).items() if minor}
        words += [f"{name.replace('_', ' ')} {money(changed, '+')}"] if changed else []
    spent = (("cost", change.cost), ("in doubt", change.in_doubt))
    return words + [f"{name} $ {_signed_dollars(micro)}" for name, micro in spent if micro]


def _name(report: Report, day: str) -> str:
    if day in report.open_days:
        return f"{day}*"
    return f"{day}+" if day in report.changed_days else day


def _cells(name: str, row: Figures, *, split: bool = False) -> list[str]:
    sent, unknown = (row.touches.get(state.value, 0) for state in (TouchState.SENT, TouchState.UNKNOWN))
    whole = ["", "", ""] if split else [str(row.episodes), str(row.unreachable), str(row.held)]
    tail = [str(row.touched), str(sent), str(unknown), str(row.recovered), money(row.revenue), money(row.refunded)]
    return [name, *whole, *tail, _cost(row), dollars(row.cost_per_recovered)]


def _change(name: str, row: Figures) -> list[str]:
    sent, unknown = (row.touches.get(state.value, 0) for state in (TouchState.SENT, TouchState.UNKNOWN))
    counts = (row.episodes, row.unreachable, row.held, row.touched, sent, unknown, row.recovered)
    amounts = [money(row.revenue, "+"), money(row.refunded, "+")]
    return [name, *(f"{count:+}" if count else "0" for count in counts), *amounts, _signed_dollars(row.cost), ""]


def _signed_dollars(micro: int) -> str:
    return f"{micro / 1_000_000:+.4f}" if micro else dollars(0)


def _cost(row: Figures) -> str:
    """Never a nought for what has no known price."""
    if not row.unpriced:
        return dollars(row.cost)
    return f"over {dollars(row.cost)}" if row.cost else "unpriced"


def _in_doubt(row: Figures) -> str:
    """The same of what may have been sent."""
    if not row.in_doubt_unpriced:
        return f"another $ {dollars(row.in_doubt)}"
    some = f"another $ {dollars(row.in_doubt)}, and more" if row.in_doubt else "more"
    return f"{some}: {row.in_doubt_unpriced} of them have no known price"


def _padded(row: list[str], widths: list[int]) -> list[str]:
    return [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
