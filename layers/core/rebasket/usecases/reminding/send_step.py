"""One touch: decide, pass the gate, at most one request on the wire, record how it ended.

On the way to the wire: remind/app.py → wiring.py → process_timer.py → follow_up.py → **this file** → deliver.py → ses.py
On the way to the claim: remind/app.py → wiring.py → process_timer.py → follow_up.py → **this file** → carts.py → table.py

read the people   ─ claimed already? mine, its answer lost → the wire; another's → wait for the lease, and when that has run
out record `unknown`: whether it went out nobody knows, so it never goes out again
decide            ─ send, hold or skip; or not now, so wait for the gap or for the end of quiet hours, nothing bound or written
a newer cart      ─ of the same shopper speaks for them → skip
a text message    ─ takes a slot of its hour and of numbers that begin alike; none left → wait for the next hour
THE GATE          ─ the person is put on condition of the version just read, with this touch claimed, held or refused on them.
One write is claim, cap, gap, arm and last check: whatever was stored before it was seen, and
whatever comes after it finds the touch decided. Refused → read again.
a second look     ─ at people whom the cart names and who are not one with that person: the gate's write cannot see them. A no
or a purchase there → the claim is given up, skipped
arm the successor ─ before the wire, so that a crash cannot lose the next step
the wire          ─ once in the life of a wake, whatever it reads afterwards. Surely not accepted → give the claim back and try
later; no clear answer → `unknown`
record            ─ sent | rejected | skipped | held | unknown
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rebasket.domain.carts.timer import LEASE
from rebasket.domain.errors import Contended, Rejected, Throttled
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import SendState
from rebasket.domain.people.gate import CartTimes, passed, stopped_by
from rebasket.domain.people.identity import Recipient
from rebasket.domain.people.person import given_up, released
from rebasket.domain.people.sends import Send
from rebasket.domain.reminders import claim, schedule
from rebasket.domain.reminders.decision import GAP, LATE, Hold, Postpone, Skip, decide, silenced
from rebasket.domain.reminders.episode import Touch, TouchState
from rebasket.domain.sending.sending_pause import AGAIN
from rebasket.usecases.reminding.due_step import Done, DueStep, Retry
from rebasket.usecases.reminding.newest_cart import NewestCart
from rebasket.usecases.reminding.shopper import ReadShopper, Shopper, question_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from rebasket.domain.people.contact import TouchId
    from rebasket.domain.people.person import Person
    from rebasket.domain.reminders.check import Check
    from rebasket.domain.reminders.decision import Question, Verdict
    from rebasket.ports import AddressHash, Carts, Clock, Contacts, Episodes, Timers
    from rebasket.usecases.reminding.deliver import Deliver, Prepared
    from rebasket.usecases.reminding.sms_slots import SmsLimits

MAX_ROUNDS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """A touch on its way through the gate: to whom, and what was read of the person whose address that is."""

    due: DueStep
    question: Question
    to: Recipient
    root: Person
    apart: Sequence[Person] = ()
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SendStep:
    """Brings a due step to its end, or says when to look again."""

    carts: Carts
    contacts: Contacts
    episodes: Episodes
    timers: Timers
    deliver: Deliver
    address_hash: AddressHash
    clock: Clock
    tally: Callable[[TouchState], None] = lambda _state: None
    """Told of each touch recorded here, once."""
    texts: SmsLimits | None = None
    """Without them, text messages go anywhere, however many."""

    def __call__(self, due: DueStep, chosen: Channel | None) -> Retry | Done:
        """Bring it to its end. `chosen` is the channel that the step was bound to before, if it was."""
        read = ReadShopper(self.contacts, self.address_hash)
        for _ in range(MAX_ROUNDS):
            shopper = read(due, chosen)
            question, now = question_of(due, shopper, self.texts), self.clock()
            for channel, candidate in shopper.candidates.items():
                whose = claim.claim_state(candidate.root, due.touch, due.ref.day, due.owner, now)
                if not isinstance(whose, claim.Free):
                    return self._go_on(_passing(due, question, shopper, channel), whose)
            decision = decide(question, now)
            if isinstance(decision, Postpone):
                return Retry(decision.until, _why_not_now(decision))
            if isinstance(decision, Skip) and not shopper.candidates:
                return self._record(due, TouchState.SKIPPED, decision.why, None, decision.checks)  # nobody can have sent it
            channel = next(iter(shopper.candidates)) if isinstance(decision, Skip) else decision.channel
            if chosen is None and shopper.scattered:
                chosen = self.episodes.choose(due.ref, due.step, channel)
                continue  # bound now, to this channel or to one that another wake chose: read again
            ended = self._go_through(_passing(due, question, shopper, channel), decision, now)
            if ended is not None:
                return ended
        again = f"contact kept changing during {MAX_ROUNDS} rounds"
        raise Contended(again)

    def _go_through(self, passing: Passing, decision: Verdict, now: datetime) -> Retry | Done | None:
        """Through the gate, and what lies behind it; None when the gate refused: read again."""
        due = passing.due
        entry = passing.root.send_of(due.touch, due.ref.day)
        tries = entry.attempt if entry else 0
        if not isinstance(decision, Skip):
            newer = NewestCart(self.carts, self.contacts, self.address_hash)(due.cart, due.policy, passing.root, now)
            decision = silenced(decision, newer) if newer else decision
        passing = replace(passing, checks=decision.checks)
        if isinstance(decision, Skip):
            state = TouchState.REJECTED if tries and decision.why == LATE else TouchState.SKIPPED
            return self._refuse(passing, state, decision.why, tries, now)
        if tries >= due.policy.attempts:
            return self._refuse(passing, TouchState.REJECTED, f"not accepted in {tries} tries", tries, now)
        if due.shop.paused is not None:  # the control group waits, too: the two groups are compared
            return Retry(now + AGAIN, f"sending is paused: {due.shop.paused}")
        if isinstance(decision, Hold):
            held = self._claim(passing, SendState.HELD, tries + 1, now)
            return self._record(due, TouchState.HELD, "control group", passing.to, decision.checks) if held else None
        try:
            if full_until := self._full_until(due, passing.to, now):
                return Retry(full_until, f"enough text messages to numbers like this one, until {full_until:%H:%M}")
            message = self.deliver.prepare(due, passing.to)
        except Rejected as error:
            return self._refuse(passing, TouchState.REJECTED, str(error), tries, now)
        claimed = self._claim(passing, SendState.CLAIMED, tries + 1, now)
        return self._send(passing, message, tries + 1) if claimed else None

    def _full_until(self, due: DueStep, to: Recipient, now: datetime) -> datetime | None:
        """The end of this hour, where it has no text message left for such a number. Raises Rejected as `Deliver.address`."""
        if self.texts is None or to.channel is not Channel.SMS:
            return None
        return self.texts.full_until(due.shop.id, self.deliver.address(due, to), due.policy, now)

    def _refuse(self, passing: Passing, state: TouchState, why: str, tries: int, now: datetime) -> Done | None:
        """A "no" passes the gate like a "yes": another wake may have decided to send, by what it had read before.

        Without this, its message would go out beside a record that says skipped.
        """
        if not self._claim(passing, SendState.REFUSED, tries, now):
            return None
        to = passing.to if tries or state is TouchState.REJECTED else None
        return self._record(passing.due, state, why, to, passing.checks)

    def _go_on(self, passing: Passing, whose: claim.Taken) -> Retry | Done:
        """The touch was claimed before we came: by ourselves, whose answer was lost, or by another wake."""
        due, to = passing.due, passing.to
        match whose:
            case claim.Owned(attempt):
                return self._send(passing, self.deliver.prepare(due, to), attempt)
            case claim.Leased(until):
                return Retry(until, "another wake holds the touch")
            case claim.Control():
                return self._record(due, TouchState.HELD, "control group", to)
            case claim.Declined(tries):
                state = TouchState.REJECTED if tries else TouchState.SKIPPED
                return self._record(due, state, "refused at the gate", to if tries else None)
            case claim.Expired():
                return self._record(due, TouchState.UNKNOWN, "whoever claimed it never said how it ended", to)

    def _claim(self, passing: Passing, state: SendState, attempt: int, now: datetime) -> bool:
        """THE gate. True: passed, the touch is ours. False: the person changed, or the answer was lost; read again."""
        due, question, root = passing.due, passing.question, passing.root
        send = Send(state=state, owner=due.owner, at=now, attempt=attempt, day=due.ref.day, to=passing.to.key)
        arm = question.arm_of(root, now)
        return self.contacts.put(passed(root, due.touch, send, question.season, arm))

    def _send(self, passing: Passing, message: Prepared, attempt: int) -> Retry | Done:
        """The touch is ours: one request, then the record. Never a second request: a read that knows of no end yet is older than
        the record, and is done again when the claim has run out.
        """
        due, to, checks = passing.due, passing.to, passing.checks
        now = self.clock()
        if due.step in due.requested:
            return Retry(now + LEASE, "this wake has sent it, and does not read so yet")
        if stopped := self._second_look(passing, now):
            self._end(due, to, given_up)
            return self._record(due, TouchState.SKIPPED, stopped, None, checks)
        after = schedule.successor_due(due.step, due.header, due.policy, now)
        if after is not None:
            self.timers.arm(schedule.timer_for(due.cart, due.ref.generation, after))
        due.requested.add(due.step)
        try:
            message_id = self.deliver(message)
        except Throttled as error:
            self._end(due, to, released)
            return Retry(self.clock() + due.policy.backoff(attempt), f"not accepted: {error}")
        except Rejected as error:
            return self._record(due, TouchState.REJECTED, str(error), to, checks, attempt=attempt)
        except Exception as error:  # noqa: BLE001  # whatever went wrong, it may have gone out: never send it again
            why = f"no clear answer: {type(error).__name__}"
            return self._record(due, TouchState.UNKNOWN, why, to, checks, message, attempt=attempt)
        return self._record(due, TouchState.SENT, "accepted", to, checks, message, message_id, attempt)

    def _second_look(self, passing: Passing, now: datetime) -> str | None:
        """What stops the message as things stand with whoever else the cart names; None, and no read, where there is nobody."""
        cart, read = passing.due.cart, ReadShopper(self.contacts, self.address_hash)
        if not passing.apart or cart.seen_at is None or cart.active_at is None:
            return None
        people = [read.again(cart.shop, person) for person in passing.apart]
        stopped = stopped_by(people, CartTimes(seen_at=cart.seen_at, active_at=cart.active_at), now)
        return stopped.why if stopped else None

    def _end(self, due: DueStep, to: Recipient, how: Callable[[Person, TouchId, str], Person]) -> None:
        """Give our own claim back, or up. A crash before this leaves it claimed: unknown in the end, too careful, never twice."""
        read = ReadShopper(self.contacts, self.address_hash)
        for _ in range(MAX_ROUNDS):
            known = read.root(due.shop.id, to)
            ended = how(known, due.touch, due.owner)
            if ended is known or self.contacts.put(ended):
                return
        again = f"contact kept changing during {MAX_ROUNDS} rounds"
        raise Contended(again)

    def _record(
        self,
        due: DueStep,
        state: TouchState,
        why: str,
        to: Recipient | None,
        checks: tuple[Check, ...] = (),
        message: Prepared | None = None,
        message_id: str | None = None,
        attempt: int = 0,
    ) -> Done:
        """The final touch, if nobody recorded one; `sent` also replaces `unknown`."""
        priced = message or (self.deliver.estimated(due, to) if to and state is TouchState.UNKNOWN else None)
        touch = Touch(
            state=state,
            why=why,
            at=self.clock(),
            due=due.due_on(to.channel) if to else due.due,
            channel=to.channel if to else None,
            contact=to.key if to else None,
            attempt=attempt,
            parts=priced.parts if priced else 0,
            cost=priced.cost if priced else None,
            price=priced.price if priced else None,
            message_id=message_id,
            checks=checks,
        )
        if self.episodes.record(due.ref, due.step, touch):
            self.tally(state)
        return Done(state)


def _passing(due: DueStep, question: Question, shopper: Shopper, channel: Channel) -> Passing:
    """By the address that the touch was claimed for, if it was; else by that of the channel."""
    candidate = shopper.candidates[channel]
    root, to = candidate.root, Recipient(candidate.key, channel)
    entry = root.send_of(due.touch, due.ref.day)
    bound = root.identities[entry.to].kind.channel if entry and entry.to in root.identities else None
    if entry is not None and bound is not None:
        to = Recipient(entry.to, bound)
    return Passing(due=due, question=question, to=to, root=root, apart=shopper.apart(root))


def _why_not_now(decision: Postpone) -> str:
    until = f"until {decision.until:%Y-%m-%d %H:%M}"
    if decision.checks[-1].name == GAP:
        return f"the shopper's last message is too young, {until}"
    return f"quiet hours of {decision.channel.value}, {until}"
