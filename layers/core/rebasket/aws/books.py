"""Closed days, postings and marks in the Carts table."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rebasket.aws import keys
from rebasket.aws.attributes import from_millis, to_millis
from rebasket.aws.carts import expiry
from rebasket.aws.episodes import EPISODES_RETENTION
from rebasket.domain.reporting.adjustments import Adjustment, ChangedDay
from rebasket.domain.reporting.daily_figures import ClosedDay, DailyFigures, Figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rebasket.aws.table import Table

BEYOND = "$"
"""Comes next after the `#` that follows a day in a key."""


@dataclass(frozen=True)
class DynamoBooks:
    """See ports.Books."""

    table: Table

    def close(self, day: ClosedDay) -> bool:
        """See ports.Books."""
        window = day.window // timedelta(seconds=1)
        item = {"closed": to_millis(day.closed_at), "window": window, **_pack(day.figures)}
        return self.table.put_absent(keys.books(day.shop, day.figures.day), item)

    def day(self, shop: str, day: str) -> ClosedDay | None:
        """See ports.Books."""
        item = self.table.get(keys.books(shop, day))
        return _closed(shop, day, item) if item else None

    def days(self, shop: str, first: str, last: str) -> dict[str, ClosedDay]:
        """See ports.Books."""
        found = self.table.query(keys.books(shop, "")["pk"], first, f"{last}{BEYOND}")
        return {day: _closed(shop, day, item) for item in found for day in [item["sk"].partition("#")[0]]}

    def mark(self, mark: ChangedDay) -> None:
        """See ports.Books. It is of no use when the day's episodes have expired."""
        item = {"at": to_millis(mark.at), "expires": expiry(mark.at, EPISODES_RETENTION)}
        self.table.put(keys.mark(mark.shop, mark.day, mark.arrived), item)

    def changed_days(self, shop: str) -> Sequence[ChangedDay]:
        """See ports.Books."""
        marks = []
        for item in self.table.query(keys.mark(shop, "", "")["pk"], as_of_now=True):
            day, arrived = item["sk"].split("#")
            marks.append(ChangedDay(shop=shop, day=day, arrived=arrived, at=from_millis(item["at"])))
        return marks

    def unmark_changed(self, mark: ChangedDay) -> bool:
        """See ports.Books."""
        return self.table.delete_where(keys.mark(mark.shop, mark.day, mark.arrived), "at", to_millis(mark.at))

    def post(self, posting: Adjustment) -> bool:
        """See ports.Books."""
        item = {"arrived": posting.arrived, "posted": to_millis(posting.posted_at), **_pack(posting.change)}
        return self.table.put_absent(keys.posting(posting.shop, posting.day, posting.number), item)

    def adjustments(self, shop: str, first: str, last: str) -> Sequence[Adjustment]:
        """See ports.Books."""
        return [
            Adjustment(
                shop=shop,
                number=int(number),
                arrived=item["arrived"],
                posted_at=from_millis(item["posted"]),
                change=_unpack(day, item),
            )
            for item in self.table.query(
                keys.books(shop, "")["pk"], f"posting#{first}", f"posting#{last}{BEYOND}", as_of_now=True
            )
            for _, day, number in [item["sk"].split("#")]
        ]


def _closed(shop: str, day: str, item: Mapping[str, Any]) -> ClosedDay:
    window = timedelta(seconds=item["window"])
    return ClosedDay(shop=shop, closed_at=from_millis(item["closed"]), window=window, figures=_unpack(day, item))


def _pack(figures: DailyFigures) -> dict[str, Any]:
    return {"total": _row(figures.total), "channels": {channel: _row(row) for channel, row in figures.channels.items()}}


def _row(figures: Figures) -> dict[str, Any]:
    """What earlier versions count; twins, which they do not, only where there are some."""
    row = asdict(figures)
    return row if figures.twins else {name: value for name, value in row.items() if name != "twins"}


def _unpack(day: str, item: Mapping[str, Any]) -> DailyFigures:
    channels = {channel: Figures(**row) for channel, row in sorted(item["channels"].items())}
    return DailyFigures(day=day, total=Figures(**item["total"]), channels=channels)
