"""One state of a small world: a few numbers and tuples of numbers, nothing that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tests.simulation.states.world import Budget

NOBODY = -1

NOT_YET, UNDER_WAY, ANSWERED, GIVEN_UP = range(4)
"""How far an entry of the script got."""


class Gate(NamedTuple):
    """That a process passed the gate for a touch, to write to a contact; `stopped`: what ought to have stopped it then."""

    touch: str
    key: str
    stopped: str | None


class Process(NamedTuple):
    """Something that runs: `program` is its work and answers so far; for an entry of the script, a record, or neither.

    `owner` tells wakes apart, as their fresh draws do: the smallest number that nobody has.
    """

    program: int
    born: int
    entry: int = NOBODY
    record: int = NOBODY
    owner: int = NOBODY
    gate: Gate | None = None


class Request(NamedTuple):
    """One request on the wire that may have been accepted: whether it was, nobody inside knows."""

    touch: str
    key: str
    day: str
    accepted: bool


class State(NamedTuple):
    """All that there is. Tuples of things without an order are sorted, so that equal worlds are equal states.

    `now` in seconds after the start; `contents` the stores'; `pending` records not acknowledged; `told` how far each entry got,
    `begun` which entries were answered (as bits) when it first began; `noes` the contacts whose no was answered.
    """

    now: int
    contents: tuple[int, ...]
    pending: tuple[int, ...]
    processes: tuple[Process, ...]
    told: tuple[int, ...]
    begun: tuple[int, ...]
    noes: tuple[str, ...]
    wire: tuple[Request, ...]
    budget: Budget


def without(items: tuple[int, ...], one: int) -> tuple[int, ...]:
    """The items without one of them."""
    place = items.index(one)
    return items[:place] + items[place + 1 :]


def sorted_with(items: tuple[int, ...], one: int) -> tuple[int, ...]:
    """The items and one more, in order."""
    return tuple(sorted((*items, one)))
