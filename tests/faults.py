"""Ports that are watched, that fail, or that are interrupted, at any call a test names.

A `World` wraps each of its ports in one of these: `World(wrap=partial(watched, journal=journal))`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

Port = TypeVar("Port")

WRITES = frozenset(
    {
        "advance",
        "arm",
        "attribute_order",
        "dead_letter",
        "choose",
        "click",
        "close",
        "credit",
        "delete",
        "head",
        "link",
        "mark",
        "note",
        "add_pending_refunds",
        "post",
    }
    | {"mark_twin", "put", "put_pointer", "record", "refund", "send", "take", "unlink", "unmark_changed"}
)
"""The calls that leave something behind."""

CONDITIONAL = frozenset({"put", "put_pointer", "record", "credit", "refund", "close", "post", "unmark_changed"})
"""The writes that answer whether their condition held, and no when they are repeated; `take`, repeated, takes another slot."""


class Crash(BaseException):
    """The process ends here: nothing in it runs any more, no handler catches it."""


class Fault(StrEnum):
    """What happens at one call."""

    BEFORE = "crash before the effect"
    AFTER = "crash after the effect"
    LOST = "applied, answered as refused"
    ERROR = "error before the effect"
    ERROR_AFTER = "error after the effect"


class Broken(Exception):
    """The call failed."""


@dataclass
class Journal:
    """Every call of every port, in order, as `Port.method`."""

    calls: list[str] = field(default_factory=list)

    @property
    def writes(self) -> list[str]:
        return [call for call in self.calls if call.rsplit(".", 1)[-1] in WRITES]


@dataclass
class Faults(Journal):
    """What goes wrong, by the number of the call (from 0).

    `interrupt` runs before that call, in the middle of whoever makes it: as if another process had been faster.
    """

    plan: dict[int, Fault] = field(default_factory=dict)
    interrupt: dict[int, Callable[[], None]] = field(default_factory=dict)
    met: list[str] = field(default_factory=list)


class _Watched:
    """Stands in front of a port."""

    def __init__(self, port: object, journal: Journal) -> None:
        self._port, self._journal = port, journal

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the port has
        found = getattr(self._port, name)
        if not callable(found):
            return found

        def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # whatever the port takes
            journal = self._journal
            number = len(journal.calls)
            journal.calls.append(f"{type(self._port).__name__}.{name}")
            if not isinstance(journal, Faults):
                return found(*args, **kwargs)
            return _faulty(journal, number, name, lambda: found(*args, **kwargs))

        return call


def _faulty(faults: Faults, number: int, name: str, effect: Callable[[], Any]) -> Any:  # noqa: ANN401  # whatever the port gives
    interrupt = faults.interrupt.pop(number, None)
    if interrupt:
        interrupt()
    fault = faults.plan.pop(number, None)
    if fault is None:
        return effect()
    faults.met.append(f"{fault.value}: {faults.calls[number]}")
    if fault is Fault.BEFORE:
        raise Crash(number)
    if fault is Fault.ERROR:
        raise Broken(number)
    answer = effect()
    if fault is Fault.AFTER:
        raise Crash(number)
    if fault is Fault.ERROR_AFTER:
        raise Broken(number)
    return False if name in CONDITIONAL and answer is True else answer


def watched(port: Port, *, journal: Journal) -> Port:
    """The port, each call noted in the journal and, if that is `Faults`, met by what is planned for it."""
    return cast("Port", _Watched(port, journal))
