"""One touch: decide, pass the gate, at most one request on the wire, record how it ended.

On the way to the wire: remind/app.py → wiring.py → process_timer.py → follow_up.py → **this file** → deliver.py → ses.py
On the way to the claim: remind/app.py → wiring.py → process_timer.py → follow_up.py → **this file** → carts.py → table.py

read the contacts ─ claimed already? mine, its answer lost → the wire; another's → wait for the lease, and when that has run
out record `unknown`: whether it went out nobody knows, so it never goes out again
decide            ─ send, hold or skip; or not at this hour, so wait for the end of quiet hours, nothing bound and nothing written
a text message    ─ takes a slot of its hour and of numbers that begin alike; none left → wait for the next hour
THE GATE          ─ the contact is put on condition of the version just read, with this touch claimed, held or refused on it.
One write is claim, cap, slot and last check: whatever was stored before it was seen, and whatever
comes after it finds the touch decided. Refused → read again.
arm the successor ─ before the wire, so that a crash cannot lose the next step
the wire          ─ once in the life of a wake, whatever it reads afterwards. Surely not accepted → give the claim back and try
later; no clear answer → `unknown`
record            ─ sent | rejected | skipped | held | unknown
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.domain.carts.timer import LEASE
from rebasket.domain.errors import Contended, Rejected, Throttled
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import Contact, Send, SendState, claimed, released
from rebasket.domain.reminders import claim, schedule
from rebasket.domain.reminders.decision import LATE, Hold, Postpone, Question, Skip, decide
from rebasket.domain.reminders.episode import Touch, TouchState
from rebasket.domain.sending.sending_pause import AGAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from rebasket.domain.reminders.check import Check
    from rebasket.domain.reminders.decision import Verdict
    from rebasket.ports import AddressHash, Clock, Contacts, Episodes, Timers
    from rebasket.usecases.reminding.deliver import Deliver, Prepared
    from rebasket.usecases.reminding.due_step import DueStep
    from rebasket.usecases.reminding.sms_slots import SmsLimits

MAX_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Retry:
    """Nothing more to do now; look again at `at`."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Done:
    """The touch is recorded: on to the next step."""

    state: TouchState


@dataclass(frozen=True, kw_only=True)
class SendStep:
    """Brings a due step to its end, or says when to look again."""

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
        for _ in range(MAX_ROUNDS):
            candidates = self._candidates(due, chosen)
            now = self.clock()
            for contact in candidates.values():
                whose = claim.claim_state(contact, due.touch, due.ref.day, due.owner, now)
                if not isinstance(whose, claim.Free):
                    return self._go_on(due, contact, whose)
            decision = decide(self._question(due, candidates), now)
            if isinstance(decision, Postpone):
                return Retry(decision.until, f"quiet hours of {decision.channel.value}, until {decision.until:%Y-%m-%d %H:%M}")
            if isinstance(decision, Skip) and not candidates:
                return self._record(due, TouchState.SKIPPED, decision.why, None, decision.checks)  # nobody can have sent it
            channel = next(iter(candidates)) if isinstance(decision, Skip) else decision.channel
            if chosen is None and len(candidates) > 1:
                chosen = self.episodes.choose(due.ref, due.step, channel)
                continue  # bound now, to this channel or to one that another wake chose: read again
            ended = self._go_through(due, candidates[channel], decision, now)
            if ended is not None:
                return ended
        again = f"contact kept changing during {MAX_ROUNDS} rounds"
        raise Contended(again)

    def _go_through(self, due: DueStep, contact: Contact, decision: Verdict, now: datetime) -> Retry | Done | None:
        """Through the gate, and what lies behind it; None when the gate refused: read again."""
        entry = contact.send_of(due.touch, due.ref.day)
        tries = entry.attempt if entry else 0
        if isinstance(decision, Skip):
            state = TouchState.REJECTED if tries and decision.why == LATE else TouchState.SKIPPED
            return self._refuse(due, contact, state, decision.why, decision.checks, tries, now)
        if tries >= due.policy.attempts:
            return self._refuse(due, contact, TouchState.REJECTED, f"not accepted in {tries} tries", decision.checks, tries, now)
        if due.shop.paused is not None:  # the control group waits, too: the two groups are compared
            return Retry(now + AGAIN, f"sending is paused: {due.shop.paused}")
        if isinstance(decision, Hold):
            held = self._claim(due, contact, SendState.HELD, tries + 1, now)
            return self._record(due, TouchState.HELD, "control group", contact, decision.checks) if held else None
        try:
            if full_until := self._full_until(due, contact, now):
                return Retry(full_until, f"enough text messages to numbers like this one, until {full_until:%H:%M}")
            message = self.deliver.prepare(due, contact)
        except Rejected as error:
            return self._refuse(due, contact, TouchState.REJECTED, str(error), decision.checks, tries, now)
        passed = self._claim(due, contact, SendState.CLAIMED, tries + 1, now)
        return self._send(due, contact, message, tries + 1, decision.checks) if passed else None

    def _full_until(self, due: DueStep, contact: Contact, now: datetime) -> datetime | None:
        """The end of this hour, where it has no text message left for such a number. Raises Rejected as `Deliver.address`."""
        if self.texts is None or contact.channel is not Channel.SMS:
            return None
        return self.texts.full_until(due.shop.id, self.deliver.address(due, contact), due.policy, now)

    def _refuse(
        self, due: DueStep, contact: Contact, state: TouchState, why: str, checks: tuple[Check, ...], tries: int, now: datetime
    ) -> Done | None:
        """A "no" passes the gate like a "yes": another wake may have decided to send, by what it had read before.

        Without this, its message would go out beside a record that says skipped.
        """
        if not self._claim(due, contact, SendState.REFUSED, tries, now):
            return None
        return self._record(due, state, why, contact if tries or state is TouchState.REJECTED else None, checks)

    def _go_on(self, due: DueStep, contact: Contact, whose: claim.Taken) -> Retry | Done:
        """The touch was claimed before we came: by ourselves, whose answer was lost, or by another wake."""
        match whose:
            case claim.Owned(attempt):
                return self._send(due, contact, self.deliver.prepare(due, contact), attempt, ())
            case claim.Leased(until):
                return Retry(until, "another wake holds the touch")
            case claim.Control():
                return self._record(due, TouchState.HELD, "control group", contact)
            case claim.Declined(tries):
                state = TouchState.REJECTED if tries else TouchState.SKIPPED
                return self._record(due, state, "refused at the gate", contact if tries else None)
            case claim.Expired():
                return self._record(due, TouchState.UNKNOWN, "whoever claimed it never said how it ended", contact)

    def _claim(self, due: DueStep, contact: Contact, state: SendState, attempt: int, now: datetime) -> bool:
        """THE gate. True: passed, the touch is ours. False: the contact changed, or the answer was lost; read again."""
        send = Send(state=state, owner=due.owner, at=now, attempt=attempt, day=due.ref.day)
        return self.contacts.put(claimed(contact, due.touch, send))

    def _send(self, due: DueStep, contact: Contact, message: Prepared, attempt: int, checks: tuple[Check, ...]) -> Retry | Done:
        """The touch is ours: one request, then the record. Never a second request: a read that knows of no end yet is older than
        the record, and is done again when the claim has run out.
        """
        now = self.clock()
        if due.step in due.requested:
            return Retry(now + LEASE, "this wake has sent it, and does not read so yet")
        after = schedule.successor_due(due.step, due.header, due.policy, now)
        if after is not None:
            self.timers.arm(schedule.timer_for(due.cart, due.ref.generation, after))
        due.requested.add(due.step)
        try:
            message_id = self.deliver(message)
        except Throttled as error:
            self._release(due, contact)
            return Retry(self.clock() + due.policy.backoff(attempt), f"not accepted: {error}")
        except Rejected as error:
            return self._record(due, TouchState.REJECTED, str(error), contact, checks, attempt=attempt)
        except Exception as error:  # noqa: BLE001  # whatever went wrong, it may have gone out: never send it again
            why = f"no clear answer: {type(error).__name__}"
            return self._record(due, TouchState.UNKNOWN, why, contact, checks, message, attempt=attempt)
        return self._record(due, TouchState.SENT, "accepted", contact, checks, message, message_id, attempt)

    def _release(self, due: DueStep, contact: Contact) -> None:
        """Give our own claim back. A crash before this leaves it claimed: unknown in the end, too careful, never twice."""
        for _ in range(MAX_ROUNDS):
            known = self.contacts.get(due.shop.id, contact.key)
            if known is None:
                return
            given_back = released(known, due.touch, due.owner)
            if given_back is known or self.contacts.put(given_back):
                return
        again = f"contact kept changing during {MAX_ROUNDS} rounds"
        raise Contended(again)

    def _record(
        self,
        due: DueStep,
        state: TouchState,
        why: str,
        contact: Contact | None,
        checks: tuple[Check, ...] = (),
        message: Prepared | None = None,
        message_id: str | None = None,
        attempt: int = 0,
    ) -> Done:
        """The final touch, if nobody recorded one; `sent` also replaces `unknown`."""
        priced = message or (self.deliver.estimated(due, contact) if contact and state is TouchState.UNKNOWN else None)
        touch = Touch(
            state=state,
            why=why,
            at=self.clock(),
            due=due.due_on(contact.channel) if contact else due.due,
            channel=contact.channel if contact else None,
            contact=contact.key if contact else None,
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

    def _candidates(self, due: DueStep, chosen: Channel | None) -> dict[Channel, Contact]:
        """The contacts this step may go to, read now, in the step's order. The addresses are those of the declaration."""
        channels = due.policy.steps[due.step - 1].channels if chosen is None else (chosen,)
        keys = {channel: due.header.contacts[channel] for channel in channels if channel in due.header.contacts}
        return {channel: self._contact(due.shop.id, key, channel) for channel, key in keys.items()}

    def _question(self, due: DueStep, candidates: Mapping[Channel, Contact]) -> Question:
        people = {contact.key: contact for contact in candidates.values()}
        texted = candidates.get(Channel.SMS)
        number = None
        for address in due.cart.facts.named:
            key = self.address_hash(due.shop.id, address)
            if self.texts and texted and key == texted.key:
                number = self.texts.destination(address)
            if key not in people:
                people[key] = self._contact(due.shop.id, key, address.channel)
        return Question(
            touch=due.touch,
            day=due.ref.day,
            due=due.due,
            cart=due.cart,
            header=due.header,
            over=due.over,
            candidates=candidates,
            people=tuple(people.values()),
            policy=due.policy,
            activated_at=due.shop.activated_at,
            number=number,
        )

    def _contact(self, shop: str, key: str, channel: Channel) -> Contact:
        return self.contacts.get(shop, key) or Contact(shop=shop, key=key, channel=channel)
