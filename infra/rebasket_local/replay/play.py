"""Posting a log's events, each at its own time, and taking note of what leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket_local.replay.retell import event_of
from rebasket_local.traffic.courier import Sender
from rebasket_local.traffic.ledger import Ledger, Sent

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rebasket_local.outbox import Message
    from rebasket_local.replay.rees46 import Log
    from rebasket_local.traffic.basket import Event
    from rebasket_local.traffic.courier import Keys
    from rebasket_local.traffic.world import World


def arrange(
    world: World, keys: Keys, log: Log, *, currency: str, host: str, began: datetime
) -> tuple[Ledger, Callable[[Message], None]]:
    """Arrange it all. Gives the ledger, and what to call with each message that leaves: it is delivered, and not answered."""
    ledger = Ledger()
    sender = Sender(world, keys, ledger)

    def post(event: Event) -> Callable[[], None]:
        return lambda: sender.post([event], signed=True)

    for row in log.rows:
        world.at(row.at, post(event_of(row, currency=currency, host=host, consented_at=began)))

    def left(message: Message) -> None:
        ledger.entries.append(Sent(world.now, message))
        if message.channel == "email":
            world.mail_event(message, "Delivery")

    return ledger, left
