"""Poisoned timers, whole, in a queue: `rebasket redrive` puts them back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from rebasket.domain.carts.timer import Timer

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient


@dataclass(frozen=True)
class SqsDeadLetters:
    """See ports.DeadTimers."""

    client: SQSClient
    url: str

    def dead_letter(self, timer: Timer, why: str) -> None:
        """See ports.DeadTimers."""
        self.client.send_message(QueueUrl=self.url, MessageBody=timer_to_json(timer, why))


def timer_to_json(timer: Timer, why: str) -> str:
    """A dead-lettered timer, as a person finds it."""
    return json.dumps(
        {
            "shop": timer.shop,
            "cart": timer.cart,
            "generation": timer.generation,
            "due": timer.due.isoformat(),
            "day": timer.day,
            "attempt": timer.attempt,
            "why": why[:1000],
        },
        ensure_ascii=False,
    )


def timer_from_json(body: str) -> Timer:
    """Undo `timer_to_json`, with the tries counted anew."""
    said = json.loads(body)
    return Timer(
        shop=said["shop"],
        cart=said["cart"],
        generation=said["generation"],
        due=datetime.fromisoformat(said["due"]),
        day=said["day"],
    )
