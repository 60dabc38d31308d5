"""The real use cases, one call of a port at a time.

A process is what it was asked to do and the answers it got so far. To learn what it does next, the use case runs again over ports
that hand out these answers, and is stopped at the first call without one. It cannot tell: it has no other source.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from rebasket.memory import MemoryShops
from rebasket.memory.ports import MemoryPorts
from rebasket.wiring import build
from tests.simulation.provider import PRICES, LinkCodes, PlainComposer
from tests.simulation.states.interning import Interned

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rebasket.domain.people.addresses import Address
    from rebasket.domain.people.identity import ShopperId
    from rebasket.domain.shops.policy import Shop

CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Work:
    """What a process is to do: `kind` names the use case, `subject` is what it is given."""

    kind: str
    subject: Any = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a port: `port.method`, and with what. `number` is the same for equal calls."""

    number: int
    name: str
    given: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """The end: what was returned, or raised."""

    result: Any
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Raises:
    """An answer that is an error."""

    error: Exception


class _Asks(BaseException):
    """Stops a use case at the first call without an answer. No code under test may catch it."""

    def __init__(self, name: str, given: tuple[Any, ...]) -> None:
        super().__init__(name)
        self.name, self.given = name, given


class _Tape:
    """The answers of one process, played back."""

    owner: str
    answers: list[Any]
    at: int

    def play(self, owner: str, answers: list[Any]) -> None:
        self.owner, self.answers, self.at = owner, answers, 0

    def ask(self, name: str, given: tuple[Any, ...]) -> Any:
        if self.at == len(self.answers):
            raise _Asks(name, given)
        answer = self.answers[self.at]
        self.at += 1
        if isinstance(answer, Raises):
            raise answer.error
        return answer

    def clock(self) -> datetime:
        now: datetime = self.ask(CLOCK, ())
        return now

    def draw(self) -> str:
        return self.owner


class _Port:
    """Any port: each call is asked of the tape."""

    def __init__(self, name: str, tape: _Tape) -> None:
        self._name, self._tape = name, tape

    def __getattr__(self, method: str) -> Any:
        name, ask = f"{self._name}.{method}", self._tape.ask
        call = lambda *given: ask(name, given)  # noqa: E731  # kept as the port's attribute
        setattr(self, method, call)
        return call


def address_hash(shop: str, address: Address | ShopperId) -> str:
    """The key of an address: here it can be read."""
    return f"{shop}:{address.identity}"


def _use_cases(tape: _Tape, shop: Shop) -> dict[str, Callable[[Any], Any]]:
    shops = MemoryShops()
    shops.save(shop)
    names = ("carts", "timers", "contacts", "links", "mailer", "texter", "dead_letter_queue", "sending_pauses")
    asked: dict[str, Any] = {name: _Port(name, tape) for name in names}
    made = build(
        MemoryPorts(
            **asked,
            shops=shops,
            sms_slots=None,
            composer=PlainComposer(),
            prices=PRICES,
            address_hash=address_hash,
            link_code=LinkCodes(),
            public_url="https://r.example",
            clock=tape.clock,
            new_token=tape.draw,
        )
    )
    vars(made)["episodes"] = _Port("episodes", tape)  # no books here, so no days to mark in them
    return {
        "event": made.record_event,
        "wake": made.process_timer,
        "feedback": made.record_delivery,
        "opt out": made.follow_link.opt_out,
        "erase": partial(made.erase_person, shop.id),
        "rearm": lambda _: made.rearm(),
    }


class Programs:
    """All processes of a world that were ever met, each a number: its work, whose owner it is, and its answers so far."""

    def __init__(self, shop: Shop) -> None:
        self.answers, self._works, self._calls = Interned(), Interned(), Interned()
        self._tape = _Tape()
        self._use_cases = _use_cases(self._tape, shop)
        self._roots: dict[tuple[int, str], int] = {}
        self._after: dict[tuple[int, int], int] = {}
        self._nodes: list[tuple[int, str, int, int]] = []  # work, owner, the process before its last answer, that answer
        self._next: list[Call | Done | None] = []

    def begin(self, work: Work, owner: str) -> int:
        """A process that has no answer yet."""
        key = (self._works.number(work), owner)
        if key not in self._roots:
            self._roots[key] = self._new(*key, -1, -1)
        return self._roots[key]

    def answered(self, process: int, answer: int) -> int:
        """The process after one more answer."""
        key = (process, answer)
        found = self._after.get(key)
        if found is None:
            work, owner, _, _ = self._nodes[process]
            found = self._after[key] = self._new(work, owner, process, answer)
        return found

    def _new(self, work: int, owner: str, before: int, answer: int) -> int:
        self._nodes.append((work, owner, before, answer))
        self._next.append(None)
        return len(self._nodes) - 1

    def work(self, process: int) -> Work:
        """What it is to do."""
        work: Work = self._works[self._nodes[process][0]]
        return work

    def next(self, process: int) -> Call | Done:
        """What it does next."""
        found = self._next[process]
        if found is None:
            found = self._next[process] = self._run(process)
        return found

    def _run(self, process: int) -> Call | Done:
        work, owner, before, answer = self._nodes[process]
        given: list[Any] = []
        while before >= 0:
            given.append(self.answers[answer])
            _, _, before, answer = self._nodes[before]
        self._tape.play(owner, given[::-1])
        what: Work = self._works[work]
        try:
            return Done(self._use_cases[what.kind](what.subject))
        except _Asks as asks:
            return self.call(asks.name, *asks.given)
        except Exception as error:  # noqa: BLE001  # what an invocation raises is for whoever judges it
            return Done(None, error)

    def call(self, name: str, *given: Any) -> Call:
        """A call, with its number."""
        return Call(self._calls.number((name, given)), name, given)

    def __len__(self) -> int:
        return len(self._nodes)
