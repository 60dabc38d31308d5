"""What came of each event of a request, and the answer to the whole.

202 when any event was taken; 422 when none could be; 503 when some could not be recorded through no fault of theirs: then the
shop repeats the request as it was, and what was taken already stays as it is.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rebasket.domain.errors import FieldError, Invalid, Refused
from rebasket.http.answer import Answer, json_answer
from rebasket.http.problem import Unfinished, problem, problem_response

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST_ID = 128

TAKEN = ("accepted", "unchanged")
REJECTED, FAILED = "rejected", "failed"
STATUSES = (*TAKEN, REJECTED, FAILED)


@dataclass(slots=True)
class Results:
    """Collects them, in the order of the request."""

    _entries: list[dict[str, object]] = field(default_factory=list)
    _errors: list[FieldError] = field(default_factory=list)

    def took(
        self, event_id: str, status: str, warnings: Sequence[FieldError] = (), reminder: Mapping[str, object] | None = None
    ) -> None:
        """The event was taken; `status` is one of TAKEN. `warnings`, whose pointers start at the event: what was left out of it.
        `reminder`: what will come of its cart.
        """
        entry: dict[str, object] = {"id": event_id, "status": status}
        if warnings:
            entry["warnings"] = [{"pointer": wrong.pointer, "detail": wrong.detail} for wrong in warnings]
        if reminder is not None:
            entry["reminder"] = reminder
        self._entries.append(entry)

    def rejected(self, event: object, pointer: str, why: Refused) -> None:
        """The event cannot be taken. `pointer` leads to it in the request, those of `why` go on from there."""
        self._entries.append({"id": event_id(event), "status": REJECTED, "problem": problem(why, pointer)})
        errors = why.errors or (FieldError("", why.detail),)
        self._errors += [FieldError(pointer + wrong.pointer, wrong.detail) for wrong in errors]

    def failed(self, event: object) -> None:
        """The event could not be recorded, though nothing is wrong with it."""
        self._entries.append({"id": event_id(event), "status": FAILED})

    @property
    def counts(self) -> Mapping[str, int]:
        """How many events came to each end."""
        found = Counter(str(entry["status"]) for entry in self._entries)
        return {status: found[status] for status in STATUSES}

    def answer(self) -> Answer:
        """The answer to the whole request."""
        counts = self.counts
        members = {"results": self._entries, **counts}
        if counts[FAILED]:
            return problem_response(Unfinished(), **members)
        if counts[REJECTED] == len(self._entries):
            detail = (
                "none of the events can be taken as it is" if len(self._entries) > 1 else "the event cannot be taken as it is"
            )
            return problem_response(Invalid(detail, tuple(self._errors)), **members)
        return json_answer(202, members)


def event_id(event: object) -> str | None:
    """The shop's id of an event as it was sent; None where it has none that could be one."""
    found = event.get("id") if isinstance(event, dict) else None
    return found if isinstance(found, str) and len(found) <= LONGEST_ID and found.isprintable() else None
