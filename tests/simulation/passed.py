"""What a write of a person says of gates: which of its entries are new, whose they are, and what ought to have stopped them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.domain.people.contact import SendState
from tests.simulation.entries import Gate

if TYPE_CHECKING:
    from rebasket.domain.people.person import Person
    from tests.simulation.ledger import Ledger


def note_gates(ledger: Ledger, person: Person) -> None:
    """A person was put: perhaps a gate was passed. An entry that only moved, with its person, is known."""
    process = ledger.kernel.running
    for touch, send in person.sends.items():
        name = (person.shop, touch, send.day)
        before = ledger.sends.get(name)
        ledger.sends[name] = send
        given_up = before is not None and before.state is SendState.CLAIMED and before.owner == send.owner
        if before == send or send.state is SendState.RELEASED:
            continue
        stop = (
            None
            if given_up
            else ledger.stop_for(person.shop, send.to, touch.cart, process.born if process else ledger.kernel.now)
        )
        ledger.passed += 1
        gate = Gate(
            at=ledger.kernel.now,
            version=ledger.passed,
            shop=person.shop,
            key=send.to,
            touch=touch,
            send=send,
            process=process,
            troubles=process.troubles if process else 0,
            stopped=stop,
        )
        ledger.gates[name].append(gate)
        ledger.judge.at_gate(gate)
