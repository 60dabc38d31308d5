"""Which messages to show: of each channel one in each language, the fullest cart first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rebasket_local.results.previews import Preview, preview

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rebasket_local.outbox import Message
    from rebasket_local.results.findings import Findings

OF_EACH_CHANNEL = 3
MOST_LINES = 3
"""A longer cart makes a picture that nobody looks at to the end."""


def samples(findings: Findings, pictures: Mapping[str, str]) -> list[Preview]:
    """E-mails first, the commonest language first."""
    carts = {cart.id: cart for cart in findings.carts}

    def locale(message: Message) -> str:
        cart = carts.get(findings.touches[message.number].cart)
        return (cart.facts.text("locale") if cart else None) or ""

    def liking(message: Message) -> tuple[int, int, int]:
        cart, step = carts.get(findings.touches[message.number].cart), findings.touches[message.number].step
        lines = len(cart.facts.lines) if cart else 0
        return (step, -lines if lines <= MOST_LINES else 0, message.number)

    chosen: list[Preview] = []
    for channel in ("email", "sms"):
        mine = [message for message in findings.messages if message.channel == channel]
        common = sorted(Counter(map(locale, mine)).items(), key=lambda item: (-item[1], item[0]))
        for wanted, _ in common[:OF_EACH_CHANNEL]:
            best = min((message for message in mine if locale(message) == wanted), key=liking)
            chosen.append(preview(best, pictures))
    return chosen
