"""What becomes of a message once it has left: delivered, bounced, scanned, and then in its reader's hands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket_local.traffic.ledger import Problem, Sent
from rebasket_local.traffic.mailbox import NoLinks, links_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rebasket_local.outbox import Message
    from rebasket_local.traffic.draws import Draws
    from rebasket_local.traffic.ledger import Ledger
    from rebasket_local.traffic.people import Person
    from rebasket_local.traffic.settings import Settings
    from rebasket_local.traffic.shopper import Shopper
    from rebasket_local.traffic.world import World

SCANNER = {"user-agent": "Mozilla/5.0 (compatible; link scanner)"}

GIVEN_UP = timedelta(hours=14)
"""How long mail is kept for a mailbox that is full: what SES retries for is its own affair; this is within it."""


@dataclass(frozen=True)
class Provider:
    """Carries messages. `shoppers` by address."""

    world: World
    ledger: Ledger
    settings: Settings
    draws: Draws
    shoppers: Mapping[str, Shopper]

    @property
    def people(self) -> dict[str, Person]:
        """Who reads what is sent there, by address."""
        return {address: shopper.person for address, shopper in self.shoppers.items()}

    def carry(self, message: Message) -> None:
        """Called when a message has left."""
        now = self.world.now
        self.ledger.entries.append(Sent(now, message))
        reader = self.shoppers.get(message.to)
        if reader is None:
            self.ledger.problems.append(Problem(now, f"message {message.number} went to somebody who is no shopper"))
            return
        arrives = now + self.draws.of(message.number).wait(self.settings.mailboxes.delivery_takes)
        if message.channel == "sms":
            self.world.at(arrives, lambda: reader.receive(message))
            return
        self.world.at(now + timedelta(seconds=1), lambda: self.world.mail_event(message, "Send"))
        self.world.at(arrives, lambda: self._deliver(message, reader))

    def _deliver(self, message: Message, reader: Shopper) -> None:
        match reader.person.mailbox:
            case "gone":
                self.ledger.did["hard bounce"] += 1
                self.world.mail_event(message, "Bounce")
            case "full":
                self.ledger.did["soft bounce"] += 1
                self.world.mail_event(message, "DeliveryDelay")
                given_up = self.world.now + timedelta(hours=14)
                self.world.at(
                    given_up,
                    lambda: self.world.mail_event(message, "Bounce", bounceType="Transient", bounceSubType="MailboxFull"),
                )
            case "works":
                self.world.mail_event(message, "Delivery")
                if reader.person.scanned:
                    self._scan(message)
                reader.receive(message)

    def _still_full(self, message: Message) -> None:
        self.world.mail_event(message, "Bounce", bounceType="Transient", bounceSubType="MailboxFull")

    def _scan(self, message: Message) -> None:
        """Follows every link to Rebasket's host, as security products do, and the one for the mail program's button, too."""
        try:
            links = links_in(message)
        except NoLinks:
            return  # the reader notes it
        self.ledger.did["scanned"] += 1
        for path in dict.fromkeys((links.restore, links.opt_out, links.one_click or links.opt_out)):
            for method in ("HEAD", "GET"):
                self.world.http(method, path, SCANNER)
