"""Who is told, by the ledger, of what is judged the moment it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rebasket.domain.carts.cart import Cart
    from rebasket.domain.carts.events import Event
    from rebasket.domain.people.contact import Contact
    from rebasket.domain.reminders.episode import Episode
    from tests.simulation.entries import Gate, Request
    from tests.simulation.kernel import Process


class Judge(Protocol):
    """Raises Broken for what must not be."""

    def at_answer(self, event: Event) -> None:
        """An event is about to be answered with 2xx."""

    def at_no(self, shop: str, key: str) -> None:
        """Somebody's no is about to be answered with success."""

    def at_declaration(self, cart: Cart) -> None:
        """A cart was declared abandoned."""

    def at_suppression(self, contact: Contact, by: str) -> None:
        """A contact is not written to any more."""

    def at_stamp(self, contact: Contact, process: Process) -> None:
        """A purchase was stamped on a contact."""

    def at_gate(self, gate: Gate) -> None:
        """A gate was passed."""

    def at_record(self, episode: Episode, step: int) -> None:
        """A touch came to its end."""

    def at_request(self, request: Request) -> None:
        """A request is about to leave."""
