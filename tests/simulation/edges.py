"""The functions' own handlers, from the event that AWS hands them to the answer that it reads; only their logs are left out."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from inspect import unwrap
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Protocol

from rebasket.aws.attributes import to_attributes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rebasket.domain.carts.timer import Timer
    from rebasket.usecases.reminding.process_timer import ProcessedTimer, ProcessTimer
    from rebasket.usecases.reporting.close_days import CloseDays
    from rebasket.usecases.reporting.post_adjustments import PostAdjustments
    from rebasket.usecases.responses.follow_link import FollowLink
    from rebasket.usecases.responses.pause_sending import PauseSending
    from rebasket.usecases.responses.record_delivery import RecordDelivery
    from rebasket.usecases.timers.sweep import SweepTimers
    from tests.simulation.invariants_on_write import InvariantsOnWrite
    from tests.simulation.kernel import Kernel, Process

NAMES = ("remind", "sweep", "feedback", "visit", "close_books")


class Record(Protocol):
    """A deletion on the stream."""

    @property
    def name(self) -> str:
        """Names the delivery's draws."""

    @property
    def timer(self) -> Timer:
        """What was deleted."""


class _World(Protocol):
    """Where the functions run: the time, who is who, and their application."""

    kernel: Kernel
    people: dict[tuple[str, str], int]
    invariants_on_write: InvariantsOnWrite
    process_timer: ProcessTimer
    sweep_timers: SweepTimers
    record_delivery: RecordDelivery
    pause_sending: PauseSending
    follow_link: FollowLink
    close_books: CloseDays
    post_adjustments: PostAdjustments


class _Silent:
    """Takes every call and does nothing."""

    def __getattr__(self, name: str) -> Any:  # stands for a logger, metrics, pages
        return lambda *given, **named: ""


@dataclass(frozen=True)
class _Context:
    """Lambda's context: how long the invocation has to live."""

    process: Process
    world: _World

    def get_remaining_time_in_millis(self) -> int:
        return self.process.deadline - self.world.kernel.now


@dataclass(frozen=True)
class _ProcessInTurn:
    """Names each record's draws before it is processed to. `process.work` holds the records still to come."""

    world: _World

    def _next(self, timer: Timer) -> None:
        process = self.world.kernel.process
        process.enter(process.work.pop(0).name, timer.shop)
        person = self.world.people.get((timer.shop, timer.cart))
        process.subject = None if person is None else (timer.shop, person)

    def __call__(self, timer: Timer) -> ProcessedTimer:
        self._next(timer)
        processed = self.world.process_timer(timer)
        if processed.error is not None:
            self.world.kernel.say("WENT WRONG:", repr(processed.error), processed.outcome)
            self.world.invariants_on_write.expected("remind", processed.error)
        return processed

    def again(self, timer: Timer, error: Exception) -> ProcessedTimer:
        self._next(timer)
        return self.world.process_timer.again(timer, error)


class Functions:
    """Invokes them."""

    def __init__(self, world: _World) -> None:
        self.world = world
        self._modules = {name: import_module(f"functions.{name}.app") for name in NAMES}
        self.app = SimpleNamespace(
            process_timer=_ProcessInTurn(world),
            sweep_timers=world.sweep_timers,
            record_delivery=world.record_delivery,
            pause_sending=world.pause_sending,
            follow_link=world.follow_link,
            close_books=world.close_books,
            post_adjustments=world.post_adjustments,
        )

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Their modules use this world's application."""
        quiet = _Silent()
        mine = {"app": self.app, "logger": quiet, "metrics": quiet, "pages": quiet}
        before = [
            (module, name, getattr(module, name)) for module in self._modules.values() for name in mine if hasattr(module, name)
        ]
        for module, name, _ in before:
            setattr(module, name, mine[name])
        try:
            yield
        finally:
            for module, name, was in before:
                setattr(module, name, was)

    def _call(self, name: str, event: dict[str, Any], process: Process) -> Any:  # the handler's answer
        return unwrap(self._modules[name].handler)(event, _Context(process, self.world))

    def remind(self, process: Process, batch: Sequence[Record]) -> Any:  # what the handler answers to the stream
        """A batch of records."""
        records = [
            {
                "eventName": "REMOVE",
                "dynamodb": {"SequenceNumber": record.name, "OldImage": image(record.timer)},
            }
            for record in batch
        ]
        process.work = list(batch)
        return self._call("remind", {"Records": records}, process)

    def sweep(self, process: Process) -> Any:  # the handler's answer
        """The schedule's event."""
        return self._call("sweep", {}, process)

    def close_books(self, process: Process) -> Any:  # the handler's answer
        """The nightly schedule's event."""
        return self._call("close_books", {}, process)

    def feedback(self, process: Process, detail: Mapping[str, Any]) -> Any:  # the handler's answer
        """An event of SES, through EventBridge."""
        return self._call("feedback", {"detail": detail}, process)

    def visit(self, process: Process, method: str, kind: str, code: str) -> Any:  # the response
        """A request for a link: `kind` is r (restore) or o (opt-out)."""
        event = {
            "requestContext": {"http": {"method": method}},
            "pathParameters": {"token": code},
            "routeKey": f"{method} /{kind}/{{token}}",
            "headers": {},
            "body": "List-Unsubscribe=One-Click" if method == "POST" else None,
        }
        return self._call("visit", event, process)


def image(timer: Timer) -> dict[str, Any]:
    """A timer's item, as the stream carries it."""
    return to_attributes(
        {
            "due": int(timer.due.timestamp()),
            "shop": timer.shop,
            "cart": timer.cart,
            "generation": timer.generation,
            "day": timer.day,
            "attempt": timer.attempt,
        }
    )
