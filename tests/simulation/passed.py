"""What a write of a person says of gates: which of its entries are new, whose they are, and what ought to have stopped them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.domain.people.contact import SendState
from tests.simulation.entries import Gate, Stop

if TYPE_CHECKING:
    from collections.abc import Collection

    from rebasket.domain.people.person import Person
    from tests.simulation.ledger import Ledger


def note_gates(ledger: Ledger, person: Person, here: Collection[str]) -> None:
    """A person was put: perhaps a gate was passed. An entry that only moved, with its person, is known; and one to an identity
    that is not `here`, but found elsewhere, is a copy.
    """
    process = ledger.kernel.running
    for touch, send in person.sends.items():
        name = (person.shop, touch, send.day)
        if send.to not in here:
            continue
        before = ledger.sends.get(name)
        ledger.sends[name] = send
        given_up = before is not None and before.state is SendState.CLAIMED and before.owner == send.owner
        if before == send or send.state is SendState.RELEASED:
            continue
        born = process.born if process else ledger.kernel.now
        members = ledger.persons.of(person.shop, send.to)
        stop = None if given_up else stop_for(ledger, person.shop, send.to, touch.cart, members, born)
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
            members=members,
        )
        ledger.gates[name].append(gate)
        ledger.decided[person.shop].append(gate)
        ledger.judge.at_gate(gate)


def stop_for(ledger: Ledger, shop: str, key: str, cart: str, members: frozenset[str], born: int) -> Stop | None:
    """What ought to stop a gate of this address for this cart now, if anything: whatever any of the person's identities was
    stopped for, and what another address of the cart was, for whoever was `born` after that.
    """
    refused_at = ledger.withdrawn.get((shop, key))
    if refused_at is not None and not any(at > refused_at for at in ledger.yes[shop, key]):
        return Stop(why="consent withdrawn", since=0)
    held = ledger.stored.get((shop, cart))
    changed, active_at = ledger.changed.get((shop, cart), 0), held.active_at if held else None
    stops = list(ledger.stops.get((shop, key), ()))
    for other in members - {key}:
        stops += [stop for stop in ledger.stops.get((shop, other), ()) if stop.why != "Bounce"]
    stops += ledger.unpaid.of(shop, members, ledger.kernel.now)
    for other in (ledger.address_hash(shop, address) for address in held.facts.named) if held else ():
        since = ledger.named_since(shop, cart, other)
        if other != key and since is not None and since < born:
            stops += [stop for stop in ledger.stops.get((shop, other), ()) if stop.since < born and stop.why != "Bounce"]
    for stop in stops:
        if stop.placed_at is None or changed < stop.begun - ledger.skew or (active_at and active_at <= stop.placed_at):
            return stop
    return None
