"""The error tree of `domain.errors` as HTTP: status and problem details (RFC 9457), by type and in this one place.

A problem never repeats what was sent, only where it stood: it may be logged anywhere. `type` is a stable relative reference;
docs/integration.md explains each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.domain import errors
from rebasket.http.answer import Answer, json_answer

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "5"
"""Seconds: by then whoever else wrote the same cart is done, and a throttled table has taken breath."""


class MethodNotAllowed(errors.Refused):
    """The path does not take this method."""

    def __init__(self, allowed: str) -> None:
        super().__init__(f"this path takes {allowed}")
        self.allowed = allowed


class NotJson(errors.Refused):
    """The body is not declared as JSON."""

    def __init__(self) -> None:
        super().__init__("send `content-type: application/json`, in UTF-8")


class Unfinished(errors.RebasketError):
    """Not everything asked for was done, through no fault of the request; to repeat all of it is safe."""


@dataclass(frozen=True, slots=True)
class _Kind:
    status: int
    type: str
    title: str


_KINDS: Mapping[type[Exception], _Kind] = {
    errors.Unreadable: _Kind(400, "unreadable", "The body is not JSON that we take"),
    errors.Unauthenticated: _Kind(401, "unauthenticated", "No credential, or one that is not right"),
    errors.Forbidden: _Kind(403, "forbidden", "The credential does not carry this right"),
    errors.NotFound: _Kind(404, "not-found", "No such thing"),
    MethodNotAllowed: _Kind(405, "method-not-allowed", "The path does not take this method"),
    errors.TooLarge: _Kind(413, "too-large", "A limit on size is passed"),
    NotJson: _Kind(415, "not-json", "The body is not declared as JSON"),
    errors.Invalid: _Kind(422, "invalid", "Readable, but some fields are wrong"),
    errors.Refused: _Kind(400, "refused", "The request cannot be accepted"),
    errors.Contended: _Kind(503, "busy", "Others kept writing the same; repeat the request"),
    Unfinished: _Kind(503, "unfinished", "Not everything was done; repeat the request"),
    Exception: _Kind(500, "internal", "Our mistake"),
}
"""A type stands for its subclasses, too, unless they have a line of their own."""

TYPES: Mapping[str, int] = {f"/problems/{kind.type}": kind.status for kind in _KINDS.values()}
"""All problem types with their status."""


def problem(error: Exception, under: str = "") -> dict[str, object]:
    """The problem details of an error; its pointers go on from `under`. What is not Refused gives away nothing of its message."""
    kind = _kind(error)
    found: dict[str, object] = {"type": f"/problems/{kind.type}", "title": kind.title, "status": kind.status}
    if isinstance(error, errors.Refused):
        found["detail"] = error.detail
        if error.errors:
            found["errors"] = [{"pointer": under + wrong.pointer, "detail": wrong.detail} for wrong in error.errors]
    return found


def problem_response(error: Exception, **members: object) -> Answer:
    """The answer to a request that ended in an error, with further members of the problem, if any."""
    kind = _kind(error)
    headers = {}
    if isinstance(error, errors.Unauthenticated):
        headers["www-authenticate"] = 'Bearer realm="rebasket"'
    if isinstance(error, MethodNotAllowed):
        headers["allow"] = error.allowed
    if kind.status == 503:  # noqa: PLR2004  # the status says it best
        headers["retry-after"] = RETRY_AFTER
    return json_answer(kind.status, {**problem(error), **members}, headers, MEDIA_TYPE)


def _kind(error: Exception) -> _Kind:
    return next(kind for line in type(error).__mro__ if (kind := _KINDS.get(line)) is not None)
