"""Bugs in how people are joined, found again, and asked as one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rebasket import memory
from rebasket.domain.people import joining, union
from rebasket.domain.people.holds import Hold
from rebasket.domain.people.joining import JoinPlan, PutPerson, PutPointer
from rebasket.domain.people.person import Person, Pointer, claimed
from rebasket.domain.reminders import decision
from rebasket.usecases.recording import tell_people
from rebasket.usecases.reminding import send_step
from rebasket.usecases.reminding.newest_cart import NewestCart
from rebasket.usecases.reminding.send_step import SendStep
from rebasket.usecases.reminding.shopper import ReadShopper
from tests.simulation.planted.catalogue import Patch, bug

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from rebasket.domain.people.joining import Told


@bug("pointers are written before the union")
def _pointers_first() -> list[Patch]:
    def plan(roots: Mapping[str, Person], joins: Collection[str], told: Told) -> JoinPlan:
        planned = joining.join_plan(roots, joins, told)
        return replace(planned, writes=tuple(sorted(planned.writes, key=lambda write: not isinstance(write, PutPointer))))

    return [(tell_people, "join_plan", plan)]


@bug("a pointer is put whatever is there")
def _unconditional() -> list[Patch]:
    def put_pointer(self: Any, pointer: Pointer) -> bool:
        known = self.items.get((pointer.shop, pointer.key))
        if not isinstance(known, Pointer):
            version = (known.version if known else 0) + 1
            self.items[pointer.shop, pointer.key] = replace(pointer, version=version)
        return True

    return [(memory.MemoryContacts, "put_pointer", put_pointer)]


@bug("a pointer is put over a pointer")
def _over() -> list[Patch]:
    plan_of = joining.join_plan

    def plan(roots: Mapping[str, Person], joins: Collection[str], told: Told) -> JoinPlan:
        planned = plan_of(roots, joins, told)
        if planned.kept is None:
            return planned
        here = [key for key in roots if roots[key].key == planned.kept and key > planned.kept and key in joins]
        again = [PutPointer(Pointer(shop=roots[key].shop, key=key, version=2, leads_to=planned.kept)) for key in here]
        return replace(planned, writes=(*planned.writes, *again)) if planned.writes else planned

    return [(tell_people, "join_plan", plan)]


@bug("only the first write of a join is made")
def _half() -> list[Patch]:
    def plan(roots: Mapping[str, Person], joins: Collection[str], told: Told) -> JoinPlan:
        planned = joining.join_plan(roots, joins, told)
        return replace(planned, writes=tuple(write for write in planned.writes if isinstance(write, PutPerson)))

    return [(tell_people, "join_plan", plan)]


@bug("nobody is joined")
def _alone() -> list[Patch]:
    return [(tell_people, "who_joins", lambda named: frozenset())]


@bug("people apart are not looked at a second time, nor before")
def _second() -> list[Patch]:
    read = ReadShopper.__call__

    def patched(self: ReadShopper, due: Any, chosen: Any) -> Any:
        found = read(self, due, chosen)
        return replace(found, people=tuple(candidate.root for candidate in found.candidates.values()))

    return [(ReadShopper, "__call__", patched)]


@bug("the gap is not asked")
def _gap() -> list[Patch]:
    decide = decision.decide

    def patched(question: Any, now: Any) -> Any:
        return decide(replace(question, policy=replace(question.policy, gap=question.policy.gap * 0)), now)

    return [(send_step, "decide", patched)]


@bug("gap and cap are asked by address")
def _by_address() -> list[Patch]:
    decide = decision.decide

    def narrowed(candidate: Any) -> Any:
        sends = {touch: send for touch, send in candidate.root.sends.items() if send.to == candidate.key}
        return replace(candidate, root=replace(candidate.root, sends=sends))

    def patched(question: Any, now: Any) -> Any:
        return decide(replace(question, candidates={c: narrowed(each) for c, each in question.candidates.items()}), now)

    return [(send_step, "decide", patched)]


@bug("the cap is asked by address")
def _cap_by_address() -> list[Patch]:
    asked = decision._about_the_address

    def patched(question: Any, channel: Any, candidate: Any, now: Any, *, held: bool) -> Any:
        sends = {touch: send for touch, send in candidate.root.sends.items() if send.to == candidate.key}
        return asked(question, channel, replace(candidate, root=replace(candidate.root, sends=sends)), now, held=held)

    return [(decision, "_about_the_address", patched)]


@bug("the arm is not stored")
def _arm() -> list[Patch]:
    def passed(root: Person, touch: Any, send: Any, season: str, arm: Any) -> Person:
        return claimed(root, touch, send)

    return [(send_step, "passed", passed)]


@bug("the arm is drawn by address")
def _arm_by_address() -> list[Patch]:
    def arm_of(self: Any, root: Person, now: Any) -> Any:
        key = next((each.key for each in self.candidates.values() if each.root.key == root.key), root.key)
        return drawn(self, replace(root, key=key, arms={}), now)

    drawn = decision.Question.arm_of
    return [(decision.Question, "arm_of", arm_of)]


@bug("of two arms the younger stays")
def _younger() -> list[Patch]:
    def arms(one: Any, other: Any) -> Any:
        return {**one, **other, **{season: max(one[season], other[season]) for season in one.keys() & other.keys()}}

    return [(union, "_arms", arms)]


@bug("a no counts for its address alone")
def _no() -> list[Patch]:
    decide = decision.decide

    def narrowed(person: Person, keys: set[str]) -> Person:
        return replace(person, identities={key: each for key, each in person.identities.items() if key in keys})

    def patched(question: Any, now: Any) -> Any:
        keys = {each.key for each in question.candidates.values()}
        return decide(replace(question, people=tuple(narrowed(each, keys) for each in question.people)), now)

    return [(send_step, "decide", patched)]


@bug("a join loses what was sent")
def _sends() -> list[Patch]:
    united = union.union

    def patched(kept: Person, other: Person) -> Person:
        return replace(united(kept, other), sends=kept.sends)

    return [(joining, "union", patched)]


@bug("a join loses a purchase")
def _purchase() -> list[Patch]:
    united = union.union

    def patched(kept: Person, other: Person) -> Person:
        return replace(united(kept, other), bought_at=kept.bought_at, placed_at=kept.placed_at)

    return [(joining, "union", patched)]


@bug("a pending order keeps nobody back")
def _pending() -> list[Patch]:
    return [(Hold, "refuses", lambda self, seen_at, active_at, now: False)]


@bug("the newest cart is not asked")
def _newest() -> list[Patch]:
    return [(NewestCart, "__call__", lambda self, own, policy, person, now: None)]


@bug("the gate does without the version of a person who was joined")
def _joined_gate() -> list[Patch]:
    put = memory.MemoryContacts.put

    def patched(self: Any, person: Person) -> bool:
        known = self.items.get((person.shop, person.key))
        claims = isinstance(known, Person) and person.sends.keys() - known.sends.keys() and len(known.identities) > 1
        return put(self, replace(person, version=known.version + 1) if claims else person)

    return [(memory.MemoryContacts, "put", patched)]


@bug("whoever ends a touch does not follow pointers")
def _ends() -> list[Patch]:
    def end(self: SendStep, due: Any, to: Any, how: Any) -> None:
        known = self.contacts.get_item(due.shop.id, to.key)
        if isinstance(known, Person):
            self.contacts.put(how(known, due.touch, due.owner))

    return [(SendStep, "_end", end)]
