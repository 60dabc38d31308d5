"""The pictures of docs/states.md, held to the enums and to what the code does: every arrow, and no other."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rebasket.domain.carts.cart import Cart, Phase, erased, recorded
from rebasket.domain.carts.timer import Timer
from rebasket.domain.errors import Rejected, Throttled
from rebasket.domain.people.contact import SendState, TouchId
from rebasket.domain.reminders import claim, schedule
from rebasket.domain.reminders.episode import Touch, TouchState, supersedes
from rebasket.domain.sending.delivery_events import DeliveryEvent
from rebasket.memory import MemoryDeadLetters, MemoryTimers
from rebasket.usecases.reminding.process_timer import ProcessTimer
from rebasket_cli.operate import again
from tests.doubles import ManualClock
from tests.samples import ANNA, ONE_EMAIL, SHOP, START, Reports, a_line, a_policy, a_shop, after, person
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rebasket.domain.carts.events import Event
    from rebasket.domain.people.person import Person
    from rebasket.domain.reminders.episode import EpisodeRef

PAGE = (Path(__file__).parents[2] / "docs/states.md").read_text(encoding="utf-8")
END = "[*]"
ARROW = re.compile(r"^ +(?P<source>\S+) --> (?P<target>\S+?)(?:: .+)?$", re.MULTILINE)
Arrows = set[tuple[str, str]]


def drawn(heading: str) -> Arrows:
    """The arrows of the picture below a heading."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    picture = section.partition("```mermaid\n")[2].partition("```")[0]
    return {(arrow["source"], arrow["target"]) for arrow in ARROW.finditer(picture)}


def states(arrows: Arrows) -> set[str]:
    return {state for arrow in arrows for state in arrow} - {END}


# -- Carts -----------------------------------------------------------------------------------------------------------------

POLICY, ACTIVATED_AT = a_policy(), START - timedelta(days=1)


def events() -> Iterator[Event]:
    """One of each kind that tells something of a cart's phase: of before the shop's activation, early, and when it is quiet."""
    shop = Reports()
    for at in (START - timedelta(days=2), START, after(hours=3)):
        yield shop.updated("c1", at)
        yield shop.updated("c1", at, empty=True)
        yield shop.added("c1", at, a_line("oolong"))
        yield shop.removed("c1", at, "sencha")
        yield shop.identified("c1", at, person(ANNA))
        yield shop.checkout("c1", at)
        yield shop.deleted("c1", at)
        yield shop.ordered("c1", at)
        yield shop.refunded("c1", at)
        yield shop.cancelled("c1", at)


def looked_at(cart: Cart) -> Cart:
    """When everything about it is quiet."""
    timer = Timer(shop=SHOP, cart="c1", generation=cart.generation, due=after(hours=8))
    answer = schedule.evaluate(cart, timer, POLICY, ACTIVATED_AT, after(hours=8))
    return answer.cart if isinstance(answer, schedule.Write) else cart


def carts_phases() -> Arrows:
    """Of every cart that up to three events can make, looked at or erased in between."""
    told = list(events())
    moves: list[Callable[[Cart], Cart]] = [looked_at, partial(erased, now=START)]
    moves += [partial(recorded, event=event, now=event.at) for event in told]
    found = {(END, Phase.NEW.value)}
    carts = [Cart.blank(SHOP, "c1")]
    for _ in range(3):
        after_one_more = {}
        for cart in carts:
            for move in moves:
                moved = move(cart)
                if moved.phase is not cart.phase:
                    found.add((cart.phase.value, moved.phase.value))
                if moved is not cart:
                    # `version` and `seen_at` decide nothing about the next phase: carts that differ by them only are one.
                    alike = (moved.phase, moved.why, moved.generation, repr(moved.facts))
                    after_one_more[alike] = moved
        carts = list(after_one_more.values())
    return found


def test_a_carts_phases() -> None:
    picture = drawn("A cart's phases")
    assert states(picture) == {phase.value for phase in Phase}
    assert picture == carts_phases()


# -- Touches ---------------------------------------------------------------------------------------------------------------

TOUCH = TouchId("c1", 1, 1)
ALWAYS = 1_000


class Watched(World):
    """Notes how the first touch of the cart c1 moves: on its contact, then in its episode."""

    def __init__(self, rules: dict[str, Any]) -> None:
        super().__init__(a_shop(steps=ONE_EMAIL, **rules))
        self.expect_errors = True
        self.arrows: Arrows = set()
        self.claim = END
        put, record = self.contacts.put, self.episodes.record

        def watched_put(person: Person) -> bool:
            done = put(person)
            send = person.sends.get(TOUCH)
            if done and send is not None and (state := f"claim_{send.state.value}") != self.claim:
                self.arrows.add((self.claim, state))
                self.claim = state
            return done

        def watched_record(ref: EpisodeRef, step: int, touch: Touch) -> bool:
            episode = self.episodes.get(ref)
            known = episode.touches.get(step) if episode else None
            done = record(ref, step, touch)
            if done:
                self.arrows.add((known.state.value if known else self.claim, touch.state.value))
            return done

        object.__setattr__(self.contacts, "put", watched_put)
        object.__setattr__(self.episodes, "record", watched_record)


def lived(rules: dict[str, Any], failure: Exception | None, times: int, *, granted: bool = True, known: bool = True) -> Watched:
    """A cart that goes quiet, at a shop with these rules, while the provider fails so often."""
    world = Watched(rules)
    send, left = world.mailer.send, [times]

    def sometimes(email: Any) -> str:  # noqa: ANN401  # whatever is sent
        left[0] -= 1
        if failure is not None and left[0] >= 0:
            raise failure
        return send(email)

    object.__setattr__(world.mailer, "send", sometimes)
    world.record(Reports().updated("c1", START, who=person(ANNA, granted=granted) if known else None))
    world.advance(timedelta(days=4))
    return world


def test_a_touchs_states() -> None:
    sent = lived({}, None, 0)
    rejected = lived({}, Rejected("no such address"), ALWAYS)
    unknown = lived({}, ConnectionError("broken off"), ALWAYS)
    unknown.feedback(TOUCH, ANNA, DeliveryEvent.ACCEPTED)
    busy, never = lived({}, Throttled("slow down"), 1), lived({}, Throttled("slow down"), ALWAYS)
    held, against = lived({"holdout": 1000}, None, 0), lived({}, None, 0, granted=False)
    nobody = lived({}, None, 0, known=False)
    found = set().union(*(w.arrows for w in (sent, rejected, unknown, busy, never, held, against, nobody)))
    picture = drawn("A touch's states")
    assert states(picture) == {f"claim_{s.value}" for s in SendState} | {s.value for s in TouchState}
    assert {arrow for arrow in picture if arrow[1] != END} == found
    assert {arrow[0] for arrow in picture if arrow[1] == END} == {s.value for s in TouchState}, "each may be the end"


def test_a_record_changes_only_as_drawn() -> None:
    """Whatever comes to be recorded over whatever."""
    touches = {state: Touch(state=state, why="", at=START, due=START) for state in TouchState}
    moves = {(a.value, b.value) for a in TouchState for b in TouchState if supersedes(touches[a], touches[b])}
    ends = {state.value for state in TouchState}
    assert moves == {(a, b) for a, b in drawn("A touch's states") if a in ends and b in ends}


def test_a_claim_is_free_only_where_it_is_drawn_so() -> None:
    """Nobody's, or given back: from every other state nobody else can claim it."""
    known = lived({}, None, 0).person(ANNA)
    entry = known.sends[TOUCH]
    free = set()
    for state in SendState:
        taken = replace(known, sends={TOUCH: replace(entry, state=state)})
        if isinstance(claim.claim_state(taken, TOUCH, entry.day, "another", after(days=30)), claim.Free):
            free.add(f"claim_{state.value}")
    assert free == {a for a, b in drawn("A touch's states") if a.startswith("claim_") and b == "claim_claimed"}


# -- Timers ----------------------------------------------------------------------------------------------------------------


class Answering:
    """In place of `FollowUp`: ends, arms another look, or fails."""

    def __init__(self, timers: MemoryTimers) -> None:
        self.timers, self.does = timers, "ends"

    def __call__(self, timer: Timer) -> str:
        if self.does == "fails":
            raise ConnectionError(timer.cart)
        if self.does == "arms":
            self.timers.arm(replace(timer, due=after(hours=2)))
        return self.does


def timers_life() -> Arrows:
    """A timer swept once, for each thing that may come of it; and one that fails until it is given up, and is put back."""
    found: Arrows = set()
    for does in ("ends", "arms", "fails"):
        timers, dead, clock = MemoryTimers(), MemoryDeadLetters(), ManualClock()
        follow_up = Answering(timers)
        follow_up.does = does
        process = ProcessTimer(follow_up=follow_up, timers=timers, dead_letter_queue=dead, clock=clock)  # type: ignore[arg-type]  # it only calls it
        timer: Timer | None = Timer(shop=SHOP, cart="c1", generation=1, due=START)
        assert timer is not None
        timers.arm(timer)
        found.add((END, "armed"))
        for _ in range(20):
            if timer is None:
                break
            timers.delete([timer])
            assert not timers.exists(timer)
            found.add(("armed", "deleted"))
            process(timer)
            armed = next((each for minute in timers.items.values() for each in minute.values()), None)
            if armed is not None:
                found.add(("deleted", "armed"))
                timer = armed if does == "fails" else None
                continue
            found.add(("deleted", "dead_lettered" if dead.dead_lettered else END))
            timer = None
        for given_up, _ in dead.dead_lettered:
            again(given_up, timers, clock)
            assert timers.items, "put back"
            found.add(("dead_lettered", "armed"))
    return found


def test_a_timers_life() -> None:
    """That a letter leaves its queue after 14 days is the template's (DeadTimersQueue), and held there."""
    assert drawn("A timer's life") - {("dead_lettered", END)} == timers_life()
