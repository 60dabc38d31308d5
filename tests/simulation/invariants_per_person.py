"""What is promised to a person, whichever cart, device, address or channel it is: judged at every gate and every request.

Who is one person is what the ledger says (`persons`). Two messages count together if that was so when the later of them passed
its gate: what two people were told before they turned out to be one may be closer.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.domain.carts.cart import Phase
from rebasket.domain.people.contact import SendState
from rebasket.domain.reminders.episode import EpisodeRef
from tests.simulation.entries import Counted
from tests.simulation.kernel import millis, moment
from tests.simulation.promises import APART, CAP, GROUPS, VOICE, broken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rebasket.domain.shops.policy import Policy
    from tests.simulation.entries import Gate
    from tests.simulation.ledger import Ledger

BLUR = timedelta(seconds=60)
"""Two clocks differ by less than 30 s, and a gate's time is read up to 30 s before the gate is passed."""

AT_ONCE = millis(moment(0) + BLUR)


class InvariantsPerPerson:
    """Judges one world as it goes."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def at_gate(self, gate: Gate) -> None:
        """Somebody is about to be written to, or held back."""
        if gate.send.state in (SendState.CLAIMED, SendState.HELD):
            self._group(gate)
            self._voice(gate)

    def at_request(self, gate: Gate, policy: Policy) -> None:
        """A request that may be accepted is about to leave, by this gate."""
        since = gate.send.at - policy.cap_window + BLUR
        mine = Counted(gate=gate, version=gate.version, at=millis(gate.send.at), since=millis(since), cap=policy.cap)
        sent = self.ledger.to[gate.shop]
        sent.append(mine)
        related = [one for one in sent if one.gate.key in gate.members or gate.key in one.gate.members]
        for one in related:  # what passed the gate later may have left sooner, and by another version of the policy
            before = sum(o.version < one.version and o.at > one.since and o.gate.key in one.gate.members for o in related)
            if one.version >= mine.version and before >= one.cap:
                broken(CAP, f"{one.gate.key} of {gate.shop}: {before + 1} messages, {one.cap} are allowed")
        self._gap(gate, (one.gate for one in related), policy.gap - BLUR)

    def _gap(self, gate: Gate, others: Iterable[Gate], least: timedelta) -> None:
        for other in others:
            earlier, later = sorted((gate, other), key=lambda each: each.version)
            if earlier.touch == later.touch or earlier.key not in later.members:
                continue
            apart = moment(later.at) - moment(earlier.at)
            if apart < least:
                two = f"{earlier.touch} to {earlier.key} and {later.touch} to {later.key}"
                broken(APART, f"{two} of {gate.shop} passed their gates {apart} apart, one person; the gap is {least + BLUR}")

    def _group(self, gate: Gate) -> None:
        """The group is that of the person's first gate in the season. Of several people who became one, of the oldest of these;
        where two are as old, nobody outside can tell.
        """
        own = _quarter(self.ledger, gate)
        known = [other for other in self.ledger.decided[gate.shop] if other.key in gate.members and other.version < gate.version]
        drawn = [each for each in known if each.send.state is not SendState.REFUSED and _quarter(self.ledger, each) == own]
        if not drawn:
            return
        first = min(drawn, key=lambda each: each.send.at)
        as_old = {each.send.state for each in drawn if each.send.at - first.send.at < BLUR}
        if gate.send.state not in as_old:
            broken(GROUPS, f"{gate.touch} is {gate.send.state} for {gate.key} of {gate.shop}, who was {first.send.state} before")

    def _voice(self, gate: Gate) -> None:
        """No other cart of theirs has been live, newer and unchanged since before this wake began."""
        own, process = self.ledger.stored.get((gate.shop, gate.touch.cart)), gate.process
        if own is None or own.active_at is None or process is None:
            return
        for (shop, name), cart in self.ledger.waiting.items():
            if shop != gate.shop or name == own.id or cart.phase is not Phase.ACTIVE or not cart.facts.lines:
                continue
            if cart.active_at is None or (cart.active_at, name) <= (own.active_at, own.id):
                continue
            named = {self.ledger.address_hash(shop, address) for address in cart.facts.named}
            if named & gate.members and self.ledger.changed.get((shop, name), process.born) < process.born:
                broken(VOICE, f"{gate.touch} speaks for {gate.key} of {shop}, whose newer cart {name} is live")


def _quarter(ledger: Ledger, gate: Gate) -> tuple[int, int] | None:
    """In which a gate's episode was declared (UTC), as the world saw it."""
    ref = EpisodeRef(shop=gate.shop, day=gate.send.day, cart=gate.touch.cart, generation=gate.touch.generation)
    at = moment(ledger.declared[ref]) if ref in ledger.declared else None
    return None if at is None else (at.year, (at.month - 1) // 3)
