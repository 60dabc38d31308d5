"""Measures the lives that a cart may lead, each once through the whole template in the local cloud.

Between its moments a cart costs nothing, so time leaps from due to due; what the minutes cost by themselves is measured apart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping  # noqa: TC003  # pydantic reads the annotations of what is kept
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from rebasket.settings import read_settings
from rebasket.wiring import App
from rebasket_cli.costs.courses import COURSES, KNOWN_AFTER, POSTED, START, a_contact, a_shop, filled, ordered
from rebasket_cli.costs.meter import Count, Meter, item_bytes
from rebasket_cli.shop import create_shop
from rebasket_local.cloud import LocalCloud
from rebasket_local.traffic.mailbox import links_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rebasket_cli.costs.courses import Course

SHARDS = 4
"""Of the measurement; an idle minute's reads grow with them."""
WINDOW = timedelta(days=9)
"""After which the day's books are closed."""
YEAR = timedelta(days=365)
ACCEPTED = 202
INDEX_BYTES = 100
"""That DynamoDB stores besides each item (DynamoDB Developer Guide, "DynamoDB item sizes and formats")."""

SWEEP, CLOSE_BOOKS, INGEST = "SweepFunction", "CloseBooksFunction", "IngestFunction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What one cart used in all. `http` counts requests of shop and shopper; `stored` bytes times days of the first year."""

    http: int
    functions: Mapping[str, Count]
    stored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """`minute` is an idle sweep; `night` an idle close_books of two shops; `look` what a function reads when it looks at its shop
    again, in halves of a read unit. Of functions: `memory` in MB, those that are `traced`, and the `metrics` that they count.
    """

    minute: Count
    night: Count
    look: int
    lives: Mapping[str, Life]
    memory: Mapping[str, int]
    traced: tuple[str, ...]
    metrics: Mapping[str, tuple[str, ...]]


def measure(template: Path) -> Measured:
    """Run every life once. The same template and code give the same figures."""
    parameters = {
        "SenderEmail": "reminders@lantern.shop",
        "PublicUrl": "https://go.lantern.shop",
        "TimerShards": str(SHARDS),
        "LogLevel": "INFO",
    }
    with LocalCloud.start(template, parameters, START, region="us-east-1", identities=["lantern.shop"]) as cloud:
        return Bench(cloud).measure()


class Bench:
    """A local cloud with a meter in it, and two shops: all of one's shoppers are held, and none of the other's."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud, self._meter = cloud, Meter()
        self._app = app = App()
        app.settings = read_settings(cloud.function("ReportFunction").environment)
        self._keys = {held: create_shop(app, a_shop(held=held)).bearer for held in (False, True)}
        self._carts, self._timers = app.settings.carts_table, app.settings.timers_table
        self._http = self._told = 0
        self._metrics: dict[str, set[str]] = {}
        cloud.faults.on_call = self._meter

    def measure(self) -> Measured:
        """Idle minutes and nights first, then one life after the other."""
        self._cloud.advance(timedelta(minutes=30))  # the first sweep looks back an hour
        minute = self._count(lambda: self._cloud.advance(timedelta(minutes=1)))[SWEEP]
        self._cloud.pause("SweepFunctionEveryMinute")
        self._cloud.advance(timedelta(days=3))  # the first night closes a fortnight, the second one counts it once more
        night = self._count(lambda: self._cloud.advance(timedelta(days=1)))[CLOSE_BOOKS]
        lives = {name: self._life(name, course, night) for name, course in COURSES.items()}
        looks = lives["unreachable"].functions[INGEST]
        functions = [self._cloud.function(name) for name in self._cloud.invocations]
        modes = {each.logical_id: (each.resource.properties.get("TracingConfig") or {}).get("Mode") for each in functions}
        return Measured(
            minute=minute,
            night=all_reads(night),
            look=looks.shop_half_reads // looks.runs,
            lives=lives,
            memory={each.logical_id: each.memory for each in functions},
            traced=tuple(name for name, mode in modes.items() if mode == "Active"),
            metrics={name: tuple(sorted(found)) for name, found in sorted(self._metrics.items())},
        )

    def _count(self, act: Callable[[], object]) -> dict[str, Count]:
        """What the functions use while it acts."""
        self._meter.take()
        before = dict(self._cloud.invocations)
        for name in before:
            self._cloud.function(name).log.clear()
        act()
        if self._cloud.failures:
            message = f"not measured, for something failed: {self._cloud.failures[0].function}: {self._cloud.failures[0].message}"
            raise RuntimeError(message)
        counts = self._meter.take()
        for name, runs in before.items():
            if self._cloud.invocations[name] > runs:
                count = counts.setdefault(name, Count())
                count.runs = self._cloud.invocations[name] - runs
                count.log_bytes = sum(line_bytes(line) for line in self._cloud.function(name).log)
                self._metrics.setdefault(name, set()).update(*(metrics_in(line) for line in self._cloud.function(name).log))
        return counts

    def _life(self, name: str, course: Course, night: Count) -> Life:
        self._http = 0
        before = self._meter.stored(self._carts)
        counts = self._count(lambda: self._lead(name, course))
        new = [item for where, item in self._meter.stored(self._carts).items() if where not in before and not is_book(item)]
        stored = sum(byte_days(item, self._cloud.now) for item in new)
        sweep = counts[SWEEP]
        counts[SWEEP] = Count(writes=sweep.writes - sweep.runs)  # its queries and its cursor are the minutes' own
        nights = counts.pop(CLOSE_BOOKS)
        counts[CLOSE_BOOKS] = Count(
            half_reads=nights.half_reads - nights.runs * night.half_reads, writes=nights.writes - nights.runs * night.writes
        )
        return Life(http=self._http, functions={name: all_reads(count) for name, count in counts.items()}, stored=stored)

    def _lead(self, name: str, course: Course) -> None:
        """From the first event until its day is closed."""
        cart, contact = f"cart-{name}", a_contact(name, course)
        for number in range(POSTED - course.buys):
            self._post(course, filled(cart, number, self._cloud.now, contact if number >= KNOWN_AFTER else {}))
        if course.at_once:
            self._post(course, ordered(cart, self._cloud.now, contact))
        self._live_on()
        if course.clicks:
            self._cloud.http("GET", links_in(self._cloud.outbox[len(self._cloud.outbox) - 1]).restore)
            self._http += 1
        if course.buys and not course.at_once:
            self._post(course, ordered(cart, self._cloud.now, contact))
            self._live_on()
        self._cloud.advance(WINDOW)

    def _post(self, course: Course, event: Mapping[str, Any]) -> None:
        headers = {"content-type": "application/json", "authorization": f"Bearer {self._keys[course.held]}"}
        answer = self._cloud.http("POST", "/v1/events", headers, json.dumps(event).encode())
        if answer.status != ACCEPTED:
            message = f"event refused: {answer.status} {answer.text}"
            raise ValueError(message)
        self._http += 1
        self._cloud.advance(timedelta(minutes=2))

    def _live_on(self) -> None:
        """From due to due, until no timer is left. SES tells of each e-mail that it was sent, and that it was delivered."""
        while dues := [int(item["due"]["N"]) for item in self._meter.stored(self._timers).values() if "due" in item]:
            self._cloud.run_until(max(datetime.fromtimestamp(min(dues), UTC) + timedelta(seconds=30), self._cloud.now))
            self._app.timers.advance(self._cloud.now.replace(second=0) - timedelta(minutes=1))  # as if it had swept all the while
            self._cloud.invoke(SWEEP)
            self._cloud.settle()
            while self._told < len(self._cloud.outbox):
                message = self._cloud.outbox[self._told]
                self._told += 1
                for kind in ("Send", "Delivery") if message.channel == "email" else ():
                    self._cloud.mail_event(message, kind)
                    self._cloud.settle()


def all_reads(count: Count) -> Count:
    """With those of the books among the others."""
    return replace(count, half_reads=count.half_reads + count.book_half_reads, book_half_reads=0)


def is_book(item: Mapping[str, Any]) -> bool:
    """Whether it is a closed day: one for each shop and day, however many carts."""
    return str(item["pk"]["S"]).startswith("books#")


def byte_days(item: Mapping[str, Any], now: datetime) -> int:
    """Bytes that the item occupies, times the days that it does within a year; of what never expires, a year."""
    left = timedelta(seconds=int(item["expires"]["N"]) - now.timestamp()) if "expires" in item else YEAR
    return (item_bytes(item) + INDEX_BYTES) * min(left, YEAR).days


def line_bytes(line: str) -> int:
    """What CloudWatch Logs charges for a line (CloudWatch Logs API, PutLogEvents: UTF-8 and 26 bytes)."""
    return len(line.encode()) + 26


def metrics_in(line: str) -> set[str]:
    """Names of the metrics that a line counts (CloudWatch embedded metric format)."""
    if not line.startswith('{"_aws"'):
        return set()
    return {metric["Name"] for one in json.loads(line)["_aws"]["CloudWatchMetrics"] for metric in one["Metrics"]}
