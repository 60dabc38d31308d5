"""The times and bounds that the protocol rests on (docs/architecture.md): as they were reasoned, not as they are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from functions.feedback import app as feedback
from rebasket.aws.keys import EPISODE_SHARDS
from rebasket.domain.carts.cart import KEPT_EPISODES
from rebasket.domain.carts.facts import MAX_ADDRESSES, MAX_DELTAS, MAX_LINES, MAX_ORDERS, MAX_REFUNDS
from rebasket.domain.carts.timer import LEAD, LEASE, OVERDUE, Timer
from rebasket.domain.errors import Contended
from rebasket.domain.people.contact import (
    MAX_UNSENT,
    SENDS_RETENTION,
    Contact,
    Send,
    SendState,
    SuppressionReason,
    TouchId,
    claimed,
)
from rebasket.domain.people.contact_form import person_of
from rebasket.domain.people.person import Person
from rebasket.domain.reminders.assignment import SALT, arm_of
from rebasket.domain.reminders.claim import Expired, Leased, claim_state
from rebasket.domain.reminders.episode import Arm
from rebasket.domain.reminders.schedule import quiet_due
from rebasket.domain.reporting.adjustments import ChangedDay
from rebasket.domain.reporting.daily_figures import COUNTED_WINDOW
from rebasket.domain.sending.sending_pause import AGAIN
from rebasket.domain.sending.tags import tags_of
from rebasket.domain.shops.policy import MOST_ATTEMPTS, MOST_PER_PREFIX, MOST_STEPS, Policy
from rebasket.domain.shops.sms_limits import HIDDEN, HOUR, SHOWN
from rebasket.memory import MemoryContacts, MemoryDeadLetters, MemoryEpisodes, MemoryTimers
from rebasket.observability import metrics
from rebasket.usecases.reminding.process_timer import ProcessTimer
from rebasket.usecases.reporting.close_days import LOOK_BACK, RETENTION, WEEK
from rebasket.usecases.reporting.comparison import Z95
from rebasket.usecases.reporting.job_runner import FIRST_SLICE_MS
from rebasket.usecases.reporting.report import MAX_DAYS
from rebasket.usecases.responses.record_delivery import RecordDelivery, suppress
from rebasket.usecases.timers.sweep import SweepTimers
from tests.doubles import ManualClock
from tests.functions.ingest_client import Context
from tests.samples import ANNA, MINUTE, PRICES, SHOP, START, Reports, after, person
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping

CONSTANTS: Mapping[str, tuple[object, object]] = {
    # docs/architecture.md, "Arm before you promise": functions live 30 s, clocks differ by 30 s, dues are whole minutes.
    "LEAD": (LEAD, timedelta(minutes=2)),
    # docs/architecture.md, "Sending": longer than any owner lives; close_books, four minutes, is the longest function.
    "LEASE": (LEASE, timedelta(minutes=5)),
    # docs/architecture.md, "Recording an event": an active cart that long past its due has lost its timer.
    "OVERDUE": (OVERDUE, timedelta(hours=1)),
    # docs/operations.md, "Pause and stop": "look again every quarter of an hour".
    "brake AGAIN": (AGAIN, timedelta(minutes=15)),
    # The policy's longest window (cap, credit) is 60 days: what it counts has to be remembered as long.
    "SENDS_RETENTION": (SENDS_RETENTION, timedelta(days=60)),
    # One day less than episodes are kept, so that no day is counted of which some have expired.
    "COUNTED_FOR": (COUNTED_WINDOW, timedelta(days=399)),
    # 400 days is what a report may ask for (docs/openapi.json) and as long as there are episodes.
    "report MOST_DAYS": (MAX_DAYS, 400),
    # docs/operations.md, alarm of close_books: "the open days of a fortnight, and once a week those that are older".
    "LOOK_BACK": (LOOK_BACK, 14),
    "WEEK": (WEEK, 7),
    "KEPT": (RETENTION, 339),  # 399 days, less the longest window
    "BRIEFLY": (FIRST_SLICE_MS, 3_000),
    # A contact has to fit into an item of 400 KB whatever strangers type (DynamoDB Developer Guide, "Constraints").
    "MOST_UNSENT": (MAX_UNSENT, 100),
    # The same, of a cart: docs/integration.md, "Limits".
    "MAX_DELTAS": (MAX_DELTAS, 300),
    "MAX_LINES": (MAX_LINES, 200),
    "MAX_ADDRESSES": (MAX_ADDRESSES, 20),
    "MAX_ORDERS": (MAX_ORDERS, 20),
    "MAX_REFUNDS": (MAX_REFUNDS, 50),
    "KEPT_EPISODES": (KEPT_EPISODES, 5),
    # docs/operations.md, "Rules": what the command line takes.
    "MOST_STEPS": (MOST_STEPS, 5),
    "MOST_ATTEMPTS": (MOST_ATTEMPTS, 20),
    "MOST_PER_PREFIX": (MOST_PER_PREFIX, 10_000),
    # ADR 0012: the first seven digits and never the last four; an hour of the clock.
    "SHOWN": (SHOWN, 7),
    "HIDDEN": (HIDDEN, 4),
    "HOUR": (HOUR, timedelta(hours=1)),
    # Stored days are laid out so: another number would not find the episodes that are there.
    "EPISODE_SHARDS": (EPISODE_SHARDS, 4),
    # The normal distribution's 97.5th percentile: 95 % of it lies within so many deviations.
    "Z95": (round(Z95, 6), 1.959964),
}


@pytest.mark.parametrize("name", CONSTANTS)
def test_it_is_what_it_was_reasoned_to_be(name: str) -> None:
    found, reasoned = CONSTANTS[name]
    assert found == reasoned


def test_a_claim_is_another_owners_for_five_minutes_and_then_nobody_knows() -> None:
    touch, send = TouchId("c1", 1, 1), Send(state=SendState.CLAIMED, owner="another", at=START, attempt=1, day="2026-03-02")
    contact = person_of(claimed(Contact(shop=SHOP, key="k", channel=ANNA.channel), touch, send))
    almost = after(minutes=5) - timedelta(milliseconds=1)
    assert claim_state(contact, touch, "2026-03-02", "me", almost) == Leased(after(minutes=5))
    assert claim_state(contact, touch, "2026-03-02", "me", after(minutes=5)) == Expired()


def test_an_event_that_comes_late_is_due_two_minutes_after_it_came() -> None:
    """The timer cannot fire before the cart write that needs it."""
    world = World()
    world.clock.at = after(hours=5)
    world.record(Reports().updated("c1", START, who=person(ANNA)))
    (timer,) = world.outstanding()
    assert timer.due == after(hours=5, minutes=2)
    assert quiet_due(world.cart(), Policy()) == timer.due


def test_a_mark_is_ripe_once_no_function_can_be_alive_that_set_it() -> None:
    mark = ChangedDay(shop=SHOP, day="2026-03-02", arrived="2026-03-20", at=START)
    assert not mark.ripe(after(minutes=5) - timedelta(milliseconds=1))
    assert mark.ripe(after(minutes=5))


def test_who_is_in_the_control_group_never_changes() -> None:
    """Another salt would put everybody into another group, in the middle of a comparison."""
    assert SALT == "holdout-1"
    assert [unit for unit in "abcdefgh" if arm_of("tea", unit, 500) is Arm.HELD] == ["a", "d"]


# -- Sweep and poisoned timers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "deleted"), [(9, 1), (10, 1), (11, 0)])
def test_sweep_repeats_the_ten_minutes_before_its_cursor(minutes: int, deleted: int) -> None:
    """For timers armed late, and for reads that were a little old (docs/architecture.md, "The way of a cart")."""
    timers, clock = MemoryTimers(), ManualClock()
    timers.advance(START)
    timers.arm(Timer(shop=SHOP, cart="c1", generation=1, due=START - minutes * MINUTE))
    assert SweepTimers(timers=timers, clock=clock)(lambda: False).deleted == deleted


@pytest.mark.parametrize(("minutes", "deleted"), [(70, 1), (71, 0)])
def test_the_first_sweep_of_a_stack_looks_back_an_hour_and_the_ten_minutes(minutes: int, deleted: int) -> None:
    timers, clock = MemoryTimers(), ManualClock()
    timers.arm(Timer(shop=SHOP, cart="c1", generation=1, due=START - minutes * MINUTE))
    assert SweepTimers(timers=timers, clock=clock)(lambda: False).deleted == deleted


def test_a_poisoned_timer_is_tried_eight_times_within_about_four_hours() -> None:
    """Longer than a deployment gone wrong, shorter than a stale reminder; then a person sees it."""
    timers, dead, clock = MemoryTimers(), MemoryDeadLetters(), ManualClock()
    attend = ProcessTimer(follow_up=World().process_timer.follow_up, timers=timers, dead_letter_queue=dead, clock=clock)
    timer, waits = Timer(shop=SHOP, cart="c1", generation=1, due=START), []
    while not attend.again(timer, RuntimeError("poison")).dead_lettered:
        ((due, armed),) = timers.items.items()
        (timer,) = armed.values()
        timers.items.clear()
        waits.append((due - clock()) // MINUTE)
        clock.at = due
    assert waits == [2, 4, 8, 16, 32, 64, 128]
    assert [timer.cart for timer, _ in dead.dead_lettered] == ["c1"]


# -- A contact that everybody writes to --------------------------------------------------------------------------------


@dataclass
class Busy(MemoryContacts):
    """Refuses to store a contact: somebody else was faster, every time, until `tries` are over."""

    tries: int = 10**6
    refused: list[Person] = field(default_factory=list)

    def put(self, person: Person) -> bool:
        if len(self.refused) < self.tries:
            self.refused.append(person)
            return False
        return super().put(person)


def test_somebody_s_no_is_tried_twenty_times_and_then_is_an_error_never_a_success() -> None:
    """Each refusal means that somebody else's write was stored: twenty in a row are no weather."""
    patient = Busy(tries=19)
    suppress(patient, SHOP, "k", ANNA.channel, SuppressionReason.COMPLAINED, START)
    stored = patient.get_item(SHOP, "k")
    assert isinstance(stored, Person)
    assert stored.suppressed_by_person
    busy = Busy(tries=20)
    with pytest.raises(Contended):
        suppress(busy, SHOP, "k", ANNA.channel, SuppressionReason.COMPLAINED, START)
    assert busy.get_item(SHOP, "k") is None


@pytest.mark.filterwarnings("ignore:No application metrics to publish")
def test_a_complaint_about_a_busy_contact_goes_back_to_eventbridge(monkeypatch: pytest.MonkeyPatch) -> None:
    """The function fails, so the rule delivers it again, for 24 hours, and then to a queue with an alarm (template.yaml)."""
    record_delivery = RecordDelivery(contacts=Busy(), episodes=MemoryEpisodes(), prices=PRICES)
    monkeypatch.setattr(feedback, "app", SimpleNamespace(record_delivery=record_delivery, pause_sending=lambda _: None))
    monkeypatch.setattr(metrics.provider, "namespace", "Rebasket")
    tags = tags_of(SHOP, "2026-03-02", TouchId("c1", 1, 1), "k" * 32)
    mail = {"messageId": "m", "timestamp": "2026-03-02T10:00:00Z", "tags": {name: [value] for name, value in tags.items()}}
    with pytest.raises(Contended):
        feedback.handler({"detail": {"eventType": "Complaint", "mail": mail}}, Context())
