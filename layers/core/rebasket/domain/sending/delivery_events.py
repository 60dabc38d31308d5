"""What the provider says of a message after it took it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.people.addresses import Channel
    from rebasket.domain.people.contact import TouchId


class DeliveryEvent(StrEnum):
    """What the provider says; each outweighs those before it."""

    ACCEPTED = "accepted"
    BOUNCED = "bounced"
    COMPLAINED = "complained"

    @property
    def weight(self) -> int:
        """1 for the lightest."""
        return list(DeliveryEvent).index(self) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One provider event about one touch. Every word but a soft one proves that the message was accepted."""

    shop: str
    day: str
    touch: TouchId
    contact: str
    channel: Channel
    word: DeliveryEvent
    message_id: str | None
    at: datetime
