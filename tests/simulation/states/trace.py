"""A trace that a person can read: one line for each move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rebasket.domain.carts.events import Event
from rebasket.domain.carts.timer import Timer
from tests.simulation.states.program import CLOCK, Raises
from tests.simulation.states.state import NOBODY
from tests.simulation.trace import brief

if TYPE_CHECKING:
    from tests.simulation.states.insides import Insides
    from tests.simulation.states.moves import Move
    from tests.simulation.states.program import Call
    from tests.simulation.states.state import Process


def told(insides: Insides, move: Move) -> str:
    """One line: when, who, which call, what it answered, and how it went."""
    when = f"{insides.moment(move.state.now):%H:%M:%S}"
    if move.who is None:
        return f"{when}  {'·':<14} {move.note}"
    words = [f"{when}  {_name(insides, move.who):<14}"]
    if move.call is not None:
        words.append(_call(move.call, None if move.answer == NOBODY else insides.programs.answers[move.answer]))
    return " ".join([*words, *([move.note] if move.note else [])])


def _name(insides: Insides, process: Process) -> str:
    if process.entry != NOBODY:
        return insides.world.entries[process.entry].name
    work = insides.programs.work(process.program)
    if process.record != NOBODY:
        timer = insides.timer(process.record)
        return f"wake {process.owner} {timer.cart}#{timer.generation}"
    return work.kind


def _call(call: Call, answer: Any) -> str:
    if call.name == CLOCK:
        return "looks at the clock"
    given = ", ".join(_short(what) for what in call.given if _short(what))
    if isinstance(answer, Raises):
        return f"{call.name}({given})"
    return f"{call.name}({given})" + ("" if answer is None else f" → {brief(answer)}")


def _short(what: Any) -> str:
    if isinstance(what, Event):
        return what.id
    if isinstance(what, Timer):
        return brief(what)
    if isinstance(what, list):
        return ", ".join(map(_short, what))
    for name in ("state", "raw"):
        if hasattr(what, name):
            return str(getattr(what, name))
    return brief(what) if len(brief(what)) < 130 or hasattr(what, "version") else ""
