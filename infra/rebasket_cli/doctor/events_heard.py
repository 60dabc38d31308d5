"""Whether a shop's events still come, and whether they can be taken: read for `rebasket doctor`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.domain.carts.amiss import AmissCounts
from rebasket_cli.doctor.facts import EventsHeard

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.wiring import App

DAYS = 7
"""That refusals are counted over, and that are looked at before the silence."""
SILENT, USUAL = 2, 5
"""Whole days without an abandoned cart, after at least so many of `DAYS` with one, are a silence: a shop has quiet days, too."""


def events_heard(app: App, shop: str, now: datetime) -> EventsHeard:
    """Of the last days. At most one query for each of four parts of nine days, most of them of one page."""
    days = [f"{now - timedelta(days=back):%Y-%m-%d}" for back in range(1, SILENT + DAYS + 1)]
    counts = app.amiss_events.days(shop, days[DAYS - 2], f"{now:%Y-%m-%d}").values()
    return EventsHeard(
        amiss=AmissCounts(sum(count.refused for count in counts), sum(count.mended for count in counts)),
        silent_since=_silent_since(app, shop, [f"{now:%Y-%m-%d}", *days]),
    )


def _silent_since(app: App, shop: str, days: list[str]) -> str | None:
    """The last day with an abandoned cart, where silence followed; days from today back."""

    def abandoned(day: str) -> bool:
        return next(iter(app.episodes.of_day(shop, day)), None) is not None

    if any(abandoned(day) for day in days[: SILENT + 1]):
        return None
    heard = [day for day in days[SILENT + 1 :] if abandoned(day)]
    return heard[0] if len(heard) >= USUAL else None
