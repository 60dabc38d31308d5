"""How a touch ends is what its gate decided and what became of its request; judged the moment it is recorded.

Whoever died, or had no clear answer, may leave behind what nobody knows. Whoever had no trouble may not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.domain.people.contact import SendState
from rebasket.domain.reminders.episode import TouchState
from tests.simulation.promises import BALANCE, broken

if TYPE_CHECKING:
    from rebasket.domain.reminders.episode import Episode, Touch
    from rebasket.domain.shops.policy import Policy
    from tests.simulation.ledger import Ledger

DECIDED = {
    TouchState.SENT: (SendState.CLAIMED,),
    TouchState.UNKNOWN: (SendState.CLAIMED,),
    TouchState.REJECTED: (SendState.CLAIMED, SendState.REFUSED),
    TouchState.SKIPPED: (SendState.REFUSED,),
    TouchState.HELD: (SendState.HELD,),
}
"""By a touch's end, what the last gate that was passed for it must have said."""


def judge_end(ledger: Ledger, episode: Episode, step: int, touch: Touch, policy: Policy) -> None:
    """A touch is recorded for the first time."""
    ref, what = episode.ref, f"step {step} of {episode.ref} is recorded as {touch.state}"
    gates = ledger.gates_of(ref, step)
    if not gates:
        named = episode.header.contacts if episode.header else {}
        nobody = not any(channel in named for channel in policy.steps[step - 1].channels)
        if not (nobody and touch.state is TouchState.SKIPPED):
            broken(BALANCE, f"{what}, and passed no gate")
        return
    gate = gates[-1]
    if gate.send.state not in DECIDED[touch.state]:
        broken(BALANCE, f"{what}, and was {gate.send.state} at its gate")
    if touch.state is not TouchState.UNKNOWN or gate.process is None:
        return
    if not gate.process.dead and gate.process is not ledger.kernel.running:
        broken(BALANCE, f"{what}, while {gate.process.name} is about to send it")
    if gate.process.troubles == gate.troubles:
        broken(BALANCE, f"{what}, though nothing has gone wrong with {gate.process.name} since it passed the gate")
