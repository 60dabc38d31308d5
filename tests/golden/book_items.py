"""The books as stored: closed days, what was posted to them, marks. Each figure has a number of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.domain.reporting.adjustments import Adjustment, ChangedDay
from rebasket.domain.reporting.daily_figures import ClosedDay, DailyFigures, Figures
from tests.golden.tables import NOW, Example

if TYPE_CHECKING:
    from tests.golden.tables import Tables

FIGURES = Figures(
    episodes=101,
    unreachable=2,
    held=3,
    touched=4,
    touches={"held": 5, "rejected": 6, "sent": 7, "skipped": 8, "unknown": 9},
    recovered=10,
    bought_held=11,
    bought_untouched=12,
    bought_before=13,
    revenue={"EUR": 1414, "UAH": 1515},
    refunded={"EUR": 16},
    revenue_held={"EUR": 17},
    cost=18,
    unpriced=19,
    in_doubt=20,
    in_doubt_unpriced=21,
    compared_touched=22,
    compared_touched_bought=23,
    compared_held=24,
    compared_held_bought=25,
)
DAY = ClosedDay(
    shop="tea",
    closed_at=NOW + timedelta(days=8),
    window=timedelta(days=7),
    figures=DailyFigures(
        day="2026-03-02", total=FIGURES, channels={"email": Figures(touched=3, cost=11), "sms": Figures(touched=1, cost=7)}
    ),
)
POSTING = Adjustment(
    shop="tea",
    number=1,
    arrived="2026-03-20",
    posted_at=NOW + timedelta(days=19),
    change=DailyFigures(
        day="2026-03-02", total=Figures(recovered=-1, refunded={"EUR": 1990}), channels={"email": Figures(recovered=-1)}
    ),
)
MARK = ChangedDay(shop="tea", day="2026-03-02", arrived="2026-03-20", at=NOW + timedelta(days=18))


def _unmark(tables: Tables) -> object:
    return list(tables.books.changed_days("tea")), tables.books.unmark_changed(MARK)


EXAMPLES = [
    Example(
        "a closed day",
        lambda tables: tables.books.close(DAY),
        lambda tables: (tables.books.day("tea", "2026-03-02"), tables.books.days("tea", "2026-03-01", "2026-03-31")),
        (DAY, {"2026-03-02": DAY}),
    ),
    Example(
        "a posting",
        lambda tables: tables.books.post(POSTING),
        lambda tables: list(tables.books.adjustments("tea", "2026-03-01", "2026-03-31")),
        [POSTING],
    ),
    Example("a mark", lambda tables: tables.books.mark(MARK), _unmark, ([MARK], True)),
]
