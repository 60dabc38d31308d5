"""What `rebasket doctor` reads of a shop's events: refusals of a week, and silence after days that were none."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from rebasket.domain.carts.amiss import Amiss, AmissCounts
from rebasket.domain.reminders.episode import EpisodeRef
from rebasket.memory import MemoryAmissEvents, MemoryEpisodes
from rebasket_cli.doctor.events_heard import events_heard
from rebasket_cli.doctor.facts import EventsHeard
from tests.samples import START, a_header

if TYPE_CHECKING:
    from rebasket.wiring import App


class Ports:
    """Of an application, those that are asked."""

    def __init__(self) -> None:
        self.amiss_events, self.episodes = MemoryAmissEvents(), MemoryEpisodes()

    def abandoned(self, *days_back: int) -> None:
        for back in days_back:
            at = START - timedelta(days=back)
            self.episodes.head(EpisodeRef(shop="tea", day=f"{at:%Y-%m-%d}", cart="c1", generation=1), a_header(at))

    def heard(self, shop: str = "tea") -> EventsHeard:
        return events_heard(cast("App", cast("Any", self)), shop, START)


def test_refusals_of_the_last_seven_days_are_counted() -> None:
    ports = Ports()
    for back, refused in ((0, True), (0, False), (6, True), (6, False), (6, False), (7, True), (7, False)):
        at = START - timedelta(days=back)
        ports.amiss_events.note(Amiss(shop="tea", cart="c1", type="order.placed", event=None, at=at, refused=refused))
    assert ports.heard().amiss == AmissCounts(refused=2, mended=3)
    assert ports.heard("coffee") == EventsHeard()


@pytest.mark.parametrize(
    ("days", "since"),
    [
        ([3, 4, 5, 6, 7], 3),
        ([5, 6, 7, 8, 9], 5),
        ([4, 5, 6, 7], None),
        ([2, 3, 4, 5, 6, 7, 8, 9], None),
        ([0, 3, 4, 5, 6, 7], None),
        ([10, 11, 12, 13, 14], None),
        ([], None),
    ],
)
def test_a_shop_that_had_carts_nearly_every_day_and_has_none_is_silent(days: list[int], since: int | None) -> None:
    ports = Ports()
    ports.abandoned(*days)
    assert ports.heard().silent_since == (None if since is None else f"{START - timedelta(days=since):%Y-%m-%d}")
