"""What the provider says of a message after it took it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.people.addresses import Channel
    from rebasket.domain.people.contact import TouchId
    from rebasket.domain.people.returns import Returned


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
    """One provider event about one touch. Each proves that the message was accepted.

    `at`: when the message was; `said_at`: when the word was said, by the mailbox or its owner, however late it arrives.
    `returned`: how it came back, where that is not permanent. `held_by_provider`: from the provider's own suppression list;
    nothing was sent, and this counts in no share by which a sender is judged.
    """

    shop: str
    day: str
    touch: TouchId
    contact: str
    channel: Channel
    word: DeliveryEvent
    message_id: str | None
    at: datetime
    said_at: datetime | None = None
    returned: Returned | None = None
    held_by_provider: bool = False

    @property
    def dated(self) -> datetime:
        """The moment of the word; of the message, where the provider named none."""
        return self.said_at or self.at
