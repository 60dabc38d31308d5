"""Addresses of people. They print masked, so that a log line or a traceback never carries one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    """A way to reach somebody."""

    EMAIL = "email"
    SMS = "sms"


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """One e-mail address or phone number (E.164), normalised by whoever made it. `value` is the raw text: use it on purpose."""

    channel: Channel
    value: str

    @property
    def identity(self) -> str:
        """What two spellings of the same address share: the text that is hashed to find the contact."""
        return f"{self.channel.value}:{self.value.casefold()}"

    @property
    def masked(self) -> str:
        """Enough to recognise one's own address, too little to write to it."""
        if self.channel is Channel.SMS:
            return f"{self.value[:3]}…{self.value[-2:]}"
        local, _, domain = self.value.partition("@")
        return f"{local[:1]}…@{domain[:1]}…{domain[domain.rfind('.') :]}"

    def __repr__(self) -> str:
        """Masked."""
        return f"<{self.channel.value} {self.masked}>"

    def __str__(self) -> str:
        """Masked, as `repr`."""
        return repr(self)
