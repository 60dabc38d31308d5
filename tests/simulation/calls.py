"""Every call that the functions make of a port, read from the ports themselves: a new one is simulated from its first day."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import get_annotations
from typing import TYPE_CHECKING

from rebasket import ports

if TYPE_CHECKING:
    from collections.abc import Iterator

STORED = {
    "carts": ports.Carts,
    "timers": ports.Timers,
    "contacts": ports.Contacts,
    "episodes": ports.Episodes,
    "shops": ports.Shops,
    "links": ports.Links,
    "books": ports.Books,
    "sending_pauses": ports.SendingPauses,
    "sms_slots": ports.SmsSlots,
    "dead_letter_queue": ports.DeadLetters,
}
WIRED = {"mailer": ports.Mailer, "texter": ports.Texter}

READS = frozenset(
    {"get", "get_item", "all", "glance", "due_at", "exists", "cursor", "carts_of", "recent_carts", "of_day", "policy", "days"}
    | {"day", "changed_days", "adjustments", "reputation", "bound", "pending_refunds", "cart_of"}
)
TELLS_TRUE = frozenset({"episodes.credit"})
"""Answers that hold whoever wrote: they say what is stored, not who stored it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of call: its name, and whether it writes, answers whether its condition held, goes on the wire (to somebody)."""

    name: str
    writes: bool = False
    conditional: bool = False
    wire: bool = False


def _kinds() -> Iterator[Kind]:
    for port, protocol in STORED.items():
        for method in _methods(protocol):
            name, writes = f"{port}.{method}", method not in READS
            answers = get_annotations(getattr(protocol, method))["return"] == "bool"
            yield Kind(name, writes=writes, conditional=writes and answers and name not in TELLS_TRUE)
    for port, protocol in WIRED.items():
        for method in _methods(protocol):
            yield Kind(f"{port}.{method}", writes=True, wire=True)


def _methods(protocol: type) -> list[str]:
    return [name for name, found in vars(protocol).items() if callable(found) and not name.startswith("_")]


CALLS = {kind.name: kind for kind in _kinds()}
"""By name: `port.method`."""
