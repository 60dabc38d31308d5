"""Providers of e-mail that do not take every message: `World(shop, wrap=refusing(lambda now: Throttled("busy")))`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

from tests.doubles import WatchedMailer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rebasket.domain.sending.message import Email
    from tests.doubles import Wrap

Port = TypeVar("Port")


@dataclass
class RefusingMailer:
    """Raises what `refusal` gives for the moment; hands the message on where it gives nothing."""

    mailer: WatchedMailer
    refusal: Callable[[datetime], Exception | None]

    def send(self, email: Email) -> str:
        error = self.refusal(self.mailer.clock())
        if error is not None:
            raise error
        return self.mailer.send(email)


def instead_of_the_mailer(make: Callable[[WatchedMailer], object]) -> Wrap:
    """Puts what `make` makes of a world's mailer in its place."""

    def wrap(port: Port, /) -> Port:
        return cast("Port", make(port)) if isinstance(port, WatchedMailer) else port

    return wrap


def refusing(refusal: Callable[[datetime], Exception | None]) -> Wrap:
    """A provider that refuses now and then."""
    return instead_of_the_mailer(lambda mailer: RefusingMailer(mailer, refusal))
