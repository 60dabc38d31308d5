"""The handlers that join, stop, buy, and pass the gate, written over the product's pure functions alone.

Each is a plain function that does its input and output through `io`, and is run anew from the answers it has got so far: so the
search can stop it at every single operation, crash it there, or let another go first. A subclass takes one clause away.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rebasket.domain.people.contact import SendState, SuppressionReason, TouchId
from rebasket.domain.people.gate import AboutToSend, CartTimes, Clear, Restraint, Stopped, look_at_person, passed, stopped_by
from rebasket.domain.people.identity import Kind
from rebasket.domain.people.joining import MarkTwin, NamedIdentity, Purchase, PutPerson, Told, Write, join_plan, who_joins
from rebasket.domain.people.person import EpisodeKey, Group, Person, Pointer, given_up, released, suppressed
from rebasket.domain.people.root import root_of, roots_of
from rebasket.domain.people.seasons import HOLDOUT, arm_in, group_of
from rebasket.domain.people.sends import Send
from rebasket.domain.reminders import claim
from tests.samples import SHOP, START

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

TICK = timedelta(minutes=3)
GAP_TICKS = 2
DAY, SEASON, CONTROL = "2026-03-02", "2026Q1", 500
_drawn = {
    group: [k for k in (f"{n:02}" for n in range(40)) if group_of(HOLDOUT, SEASON, SHOP, k, CONTROL) is group] for group in Group
}
A = _drawn[Group.TREATMENT][0]
B = next(key for key in _drawn[Group.CONTROL] if key > A)
KINDS = {A: Kind.EMAIL, B: Kind.PHONE}


class Again(Exception):  # no error: the round is over, the next begins with `state`
    def __init__(self, state: tuple[str, str] | None = None) -> None:
        super().__init__()
        self.state = state


@dataclass(frozen=True)
class Telling:
    """What the shop, or a shopper, tells: `add`, `buy` or `out`. `apart`: addresses told with a browser's key."""

    kind: str
    cart: str
    whom: tuple[str, ...]
    apart: tuple[str, ...] = ()
    when: tuple[int, ...] = ()
    """Events that have to be accepted before."""


@dataclass(frozen=True)
class ACart:
    version: int = 0
    named: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    seen: int = -1
    bought: bool = False
    told: tuple[int, ...] = ()


def at(tick: int) -> Any:  # a datetime  # noqa: ANN401  # whatever is stored or answered
    return START + tick * TICK


class IO:
    """What a handler sees of the world; `ask` does one operation and returns its answer, and sets `tick`."""

    tick = 0

    def __init__(self, ask: Callable[[tuple[Any, ...]], Any]) -> None:
        self.ask = ask

    def get(self, slot: str) -> Any:  # whatever is stored there  # noqa: ANN401  # whatever is stored or answered
        return self.ask(("get", slot))

    def put(self, slot: str, item: Any, *, blind: bool = False, gate: tuple[Any, ...] | None = None) -> None:  # as above  # noqa: ANN401  # whatever is stored or answered
        if not self.ask(("put", slot, None if blind else item.version - 1, item, gate)):
            raise Again


class Handlers:
    """The protocol as it is meant."""

    bound = Restraint(gap=GAP_TICKS * TICK, cap=3, cap_window=timedelta(days=7), consent_assumed=True)

    def ingest(self, io: IO, number: int, event: Telling, start: int) -> None:
        old = io.get(event.cart) or ACart()
        if number in old.told:
            io.ask(("ack", number))
            return
        fresh = tuple(key for key in event.whom if key not in old.named)
        new = ACart(
            version=old.version + 1,
            named=old.named + fresh,
            apart=tuple(sorted({*old.apart, *event.apart})),
            seen=max(io.tick, old.seen),
            bought=old.bought or event.kind == "buy",
            told=(*old.told, number),
        )
        told = Told()
        if new.bought:
            known_to = frozenset(old.named) if old.bought and event.kind != "buy" else frozenset[str]()
            told = Told(purchase=Purchase(bought_at=at(new.seen), placed_at=at(start), known_to=known_to))
        if event.kind == "buy" or (fresh and len(new.named) > 1):
            self.join(io, event, new, told)
        io.put(event.cart, new)
        io.ask(("ack", number))

    def join(self, io: IO, event: Telling, cart: ACart, told: Told) -> None:
        named = self.whom(event, cart)
        roots = roots_of(SHOP, {key: KINDS[key] for key in named}, self.reader(io))
        statements = [NamedIdentity(key=key, kind=KINDS[key], at=START, by_server=key not in cart.apart) for key in named]
        for write in self.ordered(self.plan(roots, who_joins(statements), told)):
            self.write(io, write)

    def plan(self, roots: Mapping[str, Person], joining: frozenset[str], told: Told) -> tuple[Write, ...]:
        return join_plan(roots, joining, told).writes

    def whom(self, event: Telling, cart: ACart) -> tuple[str, ...]:
        return cart.named

    def ordered(self, writes: Iterable[Write]) -> Iterable[Write]:
        return writes

    def write(self, io: IO, write: Write) -> None:
        if isinstance(write, PutPerson):
            io.put(write.person.key, write.person)
        elif not isinstance(write, MarkTwin):
            self.point(io, write.pointer)

    def point(self, io: IO, pointer: Pointer) -> None:
        io.put(pointer.key, pointer)

    def reader(self, io: IO) -> Callable[[str], Person | Pointer | None]:
        return io.get

    def opt_out(self, io: IO, number: int, event: Telling) -> None:
        (key,) = event.whom
        root = root_of(SHOP, key, KINDS[key], self.reader(io))
        new = suppressed(root, key, SuppressionReason.OPTED_OUT, at(io.tick))
        if new is not root:
            io.put(new.key, new)
        io.ask(("ack", number))

    def wake(self, io: IO, cart_name: str, me: str, state: tuple[str, str] | None) -> None:
        touch = TouchId(cart_name, 1, 1)
        if state is not None:
            self.end(io, touch, me, state)
            return
        cart = io.get(cart_name)
        if io.get(f"{cart_name}!") is not None:
            return
        to = cart.named[0]
        roots = roots_of(SHOP, {key: KINDS[key] for key in cart.named}, self.reader(io))
        root, tick = roots[to], io.tick
        now = at(tick)
        apart = tuple({other.key: other for other in roots.values() if other.key != root.key}.values())
        match claim.claim_state(root, touch, DAY, me, now):
            case claim.Free(attempt):
                pass
            case claim.Owned():
                self.send(io, touch, cart, to, apart)
                return
            case claim.Leased():
                return
            case taken:
                self.record(io, touch, {claim.Control: "held", claim.Declined: "skipped"}.get(type(taken), "unknown"))
                return
        arm = arm_in(root, HOLDOUT, SEASON, first=EpisodeKey(DAY, cart_name, 1), control=CONTROL, now=now)
        times = CartTimes(seen_at=at(cart.seen), active_at=at(cart.seen))
        asked = AboutToSend(
            touch=touch, day=DAY, to=to, root=root, apart=apart, cart=times, group=arm.group, restraint=self.bound
        )
        verdict = Stopped("bought") if cart.bought else look_at_person(asked, now)
        send = Send(state=SendState.REFUSED, owner=me, at=now, attempt=attempt - 1, day=DAY, to=to)
        if isinstance(verdict, Stopped):
            io.put(root.key, passed(root, touch, send, SEASON, arm))
            self.record(io, touch, "skipped")
        elif isinstance(verdict, Clear):
            held = arm.group is Group.CONTROL
            send = replace(send, state=SendState.HELD if held else SendState.CLAIMED, attempt=attempt)
            self.pass_gate(io, self.through(passed(root, touch, send, SEASON, arm)), (cart_name, to, tick, held))
            if held:
                self.record(io, touch, "held")
            else:
                self.send(io, touch, cart, to, apart)

    def through(self, person: Person) -> Person:
        return person

    def pass_gate(self, io: IO, person: Person, gate: tuple[str, str, int, bool]) -> None:
        io.put(person.key, person, gate=gate)

    def send(self, io: IO, touch: TouchId, cart: ACart, to: str, apart: tuple[Person, ...]) -> None:
        again = [root_of(SHOP, other.key, KINDS[other.key], self.reader(io)) for other in self.second_look(apart)]
        if stopped_by(again, CartTimes(seen_at=at(cart.seen), active_at=at(cart.seen)), at(io.tick)):
            raise Again(("refused", to))
        answer = io.ask(("wire", touch.cart, to))
        if answer == "throttled":
            raise Again(("released", to))
        self.record(io, touch, "sent" if answer == "accepted" else "unknown")

    def second_look(self, apart: tuple[Person, ...]) -> tuple[Person, ...]:
        return apart

    def end(self, io: IO, touch: TouchId, me: str, state: tuple[str, str]) -> None:
        how, to = state
        root = root_of(SHOP, to, KINDS[to], self.reader(io))
        new = (given_up if how == "refused" else released)(root, touch, me)
        if new is not root and not io.ask(("put", new.key, new.version - 1, new, None)):
            raise Again(state)
        if how == "refused":
            self.record(io, touch, "skipped")

    def record(self, io: IO, touch: TouchId, how: str) -> None:
        io.ask(("record", f"{touch.cart}!", how))
