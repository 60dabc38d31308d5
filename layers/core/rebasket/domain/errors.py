"""Everything that can go wrong, as one tree.

RebasketError
├── Refused                 what somebody sent us cannot be accepted (HTTP 4xx)
│   ├── Unreadable          the body is not JSON that we take (400)
│   ├── Unauthenticated     no credential, or a wrong one (401)
│   ├── Forbidden           the credential is right but does not carry this right (403)
│   ├── NotFound            no such thing, or not yours (404)
│   ├── TooLarge            a limit on size is passed (413)
│   └── Invalid             readable, but some fields are wrong (422)
├── Contended               somebody else kept writing the same item (HTTP 503, or the record comes back)
├── OutOfTime               more than can be done in the time there is; whoever asked decides what to leave out
├── Misconfigured           a setting or a parameter is missing or wrong; the function does not start
└── NotAccepted             the provider surely did not take the message
├── Throttled           may be tried again later
└── Rejected            will not be taken, however often it is tried
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: `pointer` is a JSON pointer (RFC 6901) into what was sent; `detail` says why and what would do."""

    pointer: str
    detail: str


class RebasketError(Exception):
    """Root of the tree."""


class Refused(RebasketError):
    """What was sent cannot be accepted; sending the same again gives the same answer."""

    def __init__(self, detail: str, errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors


class Unreadable(Refused):
    """The body is not JSON that we take."""


class Unauthenticated(Refused):
    """No credential, or one that is not right. Never says which part was wrong."""


class Forbidden(Refused):
    """The credential is right but does not carry this right."""


class NotFound(Refused):
    """No such thing, or it is somebody else's."""


class TooLarge(Refused):
    """A limit on size is passed."""


class Invalid(Refused):
    """Readable, but some fields are wrong; `errors` names each."""


class Contended(RebasketError):
    """The same item was written by somebody else each time we tried."""


class OutOfTime(RebasketError):
    """More than can be done in the time there is."""


class Misconfigured(RebasketError):
    """A setting or parameter is missing or wrong; the message names it."""


class NotAccepted(RebasketError):
    """The provider surely did not take the message: it may be tried again without bothering anybody twice."""


class Throttled(NotAccepted):
    """Too fast, over quota, paused, or no connection: may be taken later."""


class Rejected(NotAccepted):
    """This message will not be taken, however often it is tried."""


def error_text(error: BaseException) -> str:
    """What may be told of an error in a log or a dead letter: its kind, and its message where that is ours. A message of anybody
    else's may hold what was being worked on, down to somebody's address.
    """
    kind = type(error).__name__
    return f"{kind}: {error}" if isinstance(error, RebasketError) else kind
