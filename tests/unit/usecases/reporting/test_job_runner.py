"""A shop's or a day's trouble keeps nobody else waiting: what is too much for a night, and what goes wrong in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from inspect import unwrap
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from functions.close_books import app as function
from rebasket.domain.errors import Invalid, OutOfTime
from rebasket.domain.people.addresses import Channel
from rebasket.domain.reporting.adjustments import changed_day_of
from rebasket.domain.reporting.daily_figures import daily_figures
from rebasket.usecases.reporting.close_days import LOOK_BACK
from rebasket.usecases.reporting.job_runner import FIRST_SLICE_MS, JobRunner, Task, rotate
from tests.contracts.test_episodes import HEADER, REF
from tests.samples import SHOP, START, a_shop, after
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rebasket.domain.reminders.episode import Episode
    from rebasket.ports import Episodes
    from rebasket.usecases.reporting.report import Report
    from tests.doubles import Port

DAY, WEEK = timedelta(days=1), timedelta(days=7)
NIGHT = START.replace(hour=2, minute=15)
HALF, RUN = 115_000, 230_000
TOO_MUCH = HALF // 10
"""Milliseconds for each of ten carts."""
HEAVY = "2026-03-04"


@dataclass
class Counting:
    """Time as it passes by counting: `slow` says how many milliseconds each episode of a shop's day takes; `wrong`, which cannot
    be read at all.
    """

    slow: dict[tuple[str, str], int] = field(default_factory=dict)
    wrong: set[tuple[str, str]] = field(default_factory=set)
    passed: int = 0

    def left(self, of: int) -> Callable[[], int]:
        """Milliseconds that are left of so many from now on."""
        ends = self.passed + of
        return lambda: ends - self.passed

    def wrap(self, port: Port) -> Port:
        return cast("Port", Slow(port, self)) if hasattr(port, "of_day") else port  # type: ignore[arg-type]  # it has what episodes have


@dataclass(frozen=True)
class Slow:
    """Episodes that take their time."""

    episodes: Episodes
    counting: Counting

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the port has
        return getattr(self.episodes, name)

    def of_day(self, shop: str, day: str) -> Iterator[Episode]:
        if (shop, day) in self.counting.wrong:
            raise ValueError(day)
        for episode in self.episodes.of_day(shop, day):
            self.counting.passed += self.counting.slow.get((shop, day), 1)
            yield episode


@pytest.fixture
def counting() -> Counting:
    return Counting()


@pytest.fixture
def world(counting: Counting) -> World:
    """Three shops, each with ten carts left on each of a fortnight's days, whose windows are over."""
    world = World(wrap=counting.wrap)
    for shop in ("coffee", SHOP, "wool"):
        world.shops.items[shop] = replace(a_shop(), id=shop)
        for n in range(LOOK_BACK + 1):
            day = START + n * DAY
            for cart in range(10):
                ref = replace(REF, shop=shop, day=f"{day:%Y-%m-%d}", cart=f"c{cart}")
                world.episodes.head(ref, replace(HEADER, declared_at=day, contacts={Channel.EMAIL: "nobody"}, policy=1))
    world.clock.at = NIGHT + LOOK_BACK * DAY + WEEK + DAY
    return world


def days(world: World, shop: str) -> set[str]:
    return set(world.books.days(shop, "2026-03-02", "2026-03-16"))


def close(world: World, counting: Counting, time: int = HALF) -> JobRunner:
    night = JobRunner(counting.left(time))
    world._close_books(night)  # noqa: SLF001  # a night of which something is left undone
    return night


def test_a_day_that_is_too_much_for_a_night_stays_open_alone(world: World, counting: Counting) -> None:
    counting.slow[SHOP, HEAVY] = TOO_MUCH
    night = close(world, counting)
    assert [(undone.shop, undone.day, type(undone.error)) for undone in night.undone] == [(SHOP, HEAVY, OutOfTime)]
    assert len(days(world, "coffee")) == len(days(world, "wool")) == LOOK_BACK + 1
    assert len(days(world, SHOP)) == LOOK_BACK
    assert not [mark for mark in world.books.changed_days(SHOP) if mark.day == HEAVY]


def test_a_shop_whose_every_day_is_too_much_leaves_the_others_their_night(world: World, counting: Counting) -> None:
    for n in range(LOOK_BACK + 1):
        counting.slow["coffee", f"{START + n * DAY:%Y-%m-%d}"] = HALF // 9
    night = close(world, counting)
    assert {undone.shop for undone in night.undone} == {"coffee"}
    assert len(days(world, SHOP)) == len(days(world, "wool")) == LOOK_BACK + 1


def test_days_that_take_most_of_a_night_are_closed_one_in_each_run_whichever_is_too_much(
    world: World, counting: Counting
) -> None:
    heavy = [f"2026-03-{n:02}" for n in (3, 4, 5, 6)]
    for day in heavy:
        counting.slow[SHOP, day] = 6_000  # a minute for ten carts
    counting.slow[SHOP, heavy[0]] = TOO_MUCH
    for minute in range(10):
        world.clock.at += timedelta(minutes=minute)
        close(world, counting)
    assert days(world, SHOP) & set(heavy) == set(heavy[1:])


def test_a_day_that_cannot_be_read_is_named_and_the_others_go_on(world: World, counting: Counting) -> None:
    counting.wrong.add(("coffee", HEAVY))
    night = close(world, counting)
    assert [(undone.shop, undone.day, str(undone.error)) for undone in night.undone] == [("coffee", HEAVY, HEAVY)]
    assert [len(days(world, shop)) for shop in ("coffee", SHOP, "wool")] == [LOOK_BACK, LOOK_BACK + 1, LOOK_BACK + 1]


def test_a_shop_that_cannot_be_read_is_named_and_the_others_go_on(world: World, counting: Counting) -> None:
    def get(shop: str) -> object:
        if shop == "coffee":
            raise ValueError(shop)
        return type(world.shops).get(world.shops, shop)

    world.shops.get = get  # type: ignore[method-assign,assignment]  # one of them is broken
    night = close(world, counting)
    assert [(undone.shop, undone.day) for undone in night.undone] == [("coffee", None)]
    assert [len(days(world, shop)) for shop in ("coffee", SHOP, "wool")] == [0, LOOK_BACK + 1, LOOK_BACK + 1]


def test_a_day_that_a_fortnight_could_not_close_is_tried_again_every_week(world: World, counting: Counting) -> None:
    counting.wrong.add((SHOP, HEAVY))
    for _ in range(40):
        close(world, counting)
        world.clock.at += DAY
    assert HEAVY not in days(world, SHOP)
    counting.wrong.clear()
    for _ in range(7):
        close(world, counting)
        world.clock.at += DAY
    assert HEAVY in days(world, SHOP)


def test_a_day_that_is_too_much_to_count_again_keeps_its_mark_and_the_others_lose_theirs(
    world: World, counting: Counting
) -> None:
    close(world, counting)
    world.clock.at += timedelta(hours=1)
    counting.slow["coffee", HEAVY] = TOO_MUCH
    night = JobRunner(counting.left(HALF))
    world._post_changes(night)  # noqa: SLF001  # as above
    assert [(undone.shop, undone.day) for undone in night.undone] == [("coffee", HEAVY)]
    assert {mark.day for shop in ("coffee", SHOP, "wool") for mark in world.books.changed_days(shop)} == {HEAVY}


def test_no_turn_is_given_when_no_time_is_left() -> None:
    night = JobRunner(lambda: 0)
    assert night.each([Task("tea", "2026-03-02", lambda _over: pytest.fail("it was"))], START) == []
    assert [(undone.shop, undone.day) for undone in night.undone] == [("tea", "2026-03-02")]


def test_a_first_turn_is_brief_and_a_second_lasts_as_long_as_there_is_time(counting: Counting) -> None:
    lasted: list[int] = []

    def work(over: Callable[[], bool]) -> None:
        began = counting.passed
        while not over():
            counting.passed += 1
        lasted.append(counting.passed - began)
        raise OutOfTime

    JobRunner(counting.left(HALF)).each([Task("tea", "2026-03-02", work)], START)
    assert lasted == [FIRST_SLICE_MS, HALF - FIRST_SLICE_MS]


def test_a_run_begins_elsewhere_than_the_one_before() -> None:
    several = ["a", "b", "c"]
    assert {rotate(several, after(days=n))[0] for n in range(3)} == set(several)
    assert {rotate(several, after(minutes=n))[0] for n in range(3)} == set(several)
    assert [sorted(rotate(several, after(minutes=n))) for n in range(3)] == [several] * 3
    assert rotate([], START) == []


# -- The function that runs at night ---------------------------------------------------------------------------------------


@dataclass
class Run:
    """Invokes the function, on this world; `told` is what it logs as errors."""

    world: World
    counting: Counting
    told: list[tuple[str, str, str, str]] = field(default_factory=list)

    def __call__(self) -> object:
        left = self.counting.left(RUN)
        return unwrap(function.handler)({}, SimpleNamespace(get_remaining_time_in_millis=left))

    def error(self, what: str, *, shop: str, day: str, why: str) -> None:
        self.told.append((what, shop, day, why))

    def info(self, what: str, **more: object) -> None: ...


@pytest.fixture
def run(world: World, counting: Counting, monkeypatch: pytest.MonkeyPatch) -> Run:
    made = Run(world, counting)
    app = SimpleNamespace(close_books=world._close_books, post_adjustments=world._post_changes)  # noqa: SLF001  # as above
    monkeypatch.setattr(function, "app", app)
    monkeypatch.setattr(function, "logger", made)
    monkeypatch.setattr(function, "metrics", SimpleNamespace(add_metric=lambda **_: None))
    return made


def test_a_night_in_which_all_is_done_answers_with_the_days(run: Run) -> None:
    closed = cast("dict[str, list[str]]", run())
    assert {shop: len(found) for shop, found in closed.items()} == dict.fromkeys(("coffee", SHOP, "wool"), LOOK_BACK + 1)
    assert list(closed[SHOP]) == sorted(closed[SHOP])
    assert run.told == []


def test_half_of_the_time_is_for_posting_whatever_closing_takes(world: World, counting: Counting, run: Run) -> None:
    world.close_books()
    world.clock.at += DAY
    world.post_adjustments()
    new = START + (LOOK_BACK + 1) * DAY
    for cart in range(20):
        world.episodes.head(replace(REF, day=f"{new:%Y-%m-%d}", cart=f"c{cart}"), replace(HEADER, declared_at=new))
    counting.slow[SHOP, f"{new:%Y-%m-%d}"] = RUN // 20  # too much for half of the time, and for all that posting leaves
    world.episodes.head(replace(REF, day=HEAVY, cart="late"), HEADER)
    world.books.mark(changed_day_of(SHOP, HEAVY, world.clock() - timedelta(hours=1)))
    with pytest.raises(OutOfTime):
        run()
    assert [posting.change.total.episodes for posting in world.books.adjustments(SHOP, HEAVY, HEAVY)] == [1]


def test_what_is_left_undone_is_logged_by_shop_and_day_and_fails_the_run(world: World, counting: Counting, run: Run) -> None:
    counting.wrong.add(("coffee", HEAVY))
    with pytest.raises(ValueError, match=HEAVY):
        run()
    assert run.told == [("left undone", "coffee", HEAVY, "ValueError")], "a message of anybody else's may hold an address"
    assert len(days(world, "wool")) == LOOK_BACK + 1


# -- The report ------------------------------------------------------------------------------------------------------------


def test_a_report_that_cannot_be_counted_in_time_says_what_to_ask_instead(world: World, counting: Counting) -> None:
    def asked(first: int, last: int) -> Report:
        left = counting.left(20_000)
        return world.make_report(SHOP, date(2026, 3, first), date(2026, 3, last), lambda: left() <= 0)

    counting.slow[SHOP, HEAVY] = 10_000
    with pytest.raises(Invalid) as refused:
        asked(2, 16)
    assert [(wrong.pointer, wrong.detail) for wrong in refused.value.errors] == [
        ("/to", "2026-03-03 at most, and the days after it by themselves")
    ]
    with pytest.raises(Invalid) as alone:
        asked(4, 16)
    assert [(wrong.pointer, wrong.detail) for wrong in alone.value.errors] == [("/to", "a day before 2026-03-04")]
    assert (len(asked(2, 3).days), len(asked(5, 16).days)) == (2, 12)


def test_closed_days_are_reported_however_many_carts_they_had(world: World, counting: Counting) -> None:
    world.close_books()
    counting.slow[SHOP, HEAVY] = 10_000
    made = world.make_report(SHOP, date(2026, 3, 2), date(2026, 3, 16), lambda: True)
    assert (made.open_days, made.total.episodes) == (frozenset(), 150)
    assert made.days[2] == daily_figures(HEAVY, world.episodes.of_day(SHOP, HEAVY), WEEK)
