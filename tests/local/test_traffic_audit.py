"""The audit finds what it is there to find, and nothing else: each promise broken on purpose, and what only looks like it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from rebasket_local.traffic.audit import Audit, TouchKey, audit
from rebasket_local.traffic.ledger import Acknowledged, SaidNo, Sent
from rebasket_local.traffic.people import stamp
from tests.cli.made_up_world import a_message

if TYPE_CHECKING:
    from rebasket_local.traffic.ledger import Entry

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
ANNA, PHONE, BOB = "anna@example.com", "+380670000001", "bob@example.com"
YES, NO = True, False


@dataclass
class Story:
    """Tells what happened, a minute apart, and asks the audit."""

    entries: list[Entry] = field(default_factory=list)
    touches: dict[int, TouchKey] = field(default_factory=dict)
    now: datetime = NOON

    def event(
        self, kind: str, cart: str | None = "c", *, email: str | None = ANNA, changed: bool = True, **more: object
    ) -> Story:
        event: dict[str, object] = {"type": kind, "id": f"e{len(self.entries)}", "at": stamp(self.now), **more}
        if cart is not None:
            event["cart"] = cart
        if email is not None:
            event["contact"] = {"email": email, **_consent(YES, self.now)}
        return self._add(Acknowledged(self.now, event, changed))

    def consent(self, granted: bool, at: datetime | None = None) -> Story:  # noqa: FBT001  # reads well
        contact = {"email": ANNA, **_consent(granted, at or self.now)}
        return self._add(
            Acknowledged(self.now, {"type": "contact.identified", "id": "k", "at": stamp(self.now), "contact": contact}, True)
        )

    def order(self, cart: str | None = "c", *, email: str | None = ANNA, at: datetime | None = None, name: str = "o") -> Story:
        self.event("order.placed", cart, email=email, order={"id": name, "total": 1, "currency": "EUR"})
        if at is not None:
            entry = self.entries[-1]
            assert isinstance(entry, Acknowledged)
            entry.event["at"] = stamp(at)
        return self

    def message(self, cart: str = "c", *, to: str = ANNA, generation: int = 1, step: int = 1) -> Story:
        number = len(self.touches) + 1
        self.touches[number] = TouchKey(cart, generation, step)
        return self._add(Sent(self.now, a_message(number, to, at=self.now)))

    def opt_out(self, address: str = ANNA) -> Story:
        return self._add(SaidNo(self.now, address, "page"))

    def again(self) -> Story:
        """The last event is acknowledged once more, as a repeat is."""
        entry = self.entries[-1]
        assert isinstance(entry, Acknowledged)
        return self._add(Acknowledged(self.now, entry.event, changed=False))

    def found(self) -> Audit:
        return audit(self.entries, lambda message: self.touches[message.number])

    def _add(self, entry: Entry) -> Story:
        self.entries.append(entry)
        self.now += timedelta(minutes=1)
        return self


def _consent(granted: bool, at: datetime) -> dict[str, object]:  # noqa: FBT001  # reads well
    return {"consent": {"email": {"granted": granted, "source": "test", "at": stamp(at)}}}


def counts(story: Story) -> tuple[int, int, int, int]:
    """Duplicates, after a purchase, after an opt-out, without consent."""
    found = story.found()
    return len(found.duplicates), len(found.after_purchase), len(found.after_optout), len(found.without_consent)


CLEAN = (0, 0, 0, 0)


def test_reminders_of_an_abandoned_cart_are_fine() -> None:
    assert counts(Story().event("cart.updated").message().message(step=2)) == CLEAN


def test_a_second_message_of_one_touch_is_a_duplicate() -> None:
    assert counts(Story().event("cart.updated").message().message().message()) == (2, 0, 0, 0)


def test_the_next_abandonment_may_have_its_own_first_step() -> None:
    assert counts(Story().event("cart.updated").message().event("cart.updated").message(generation=2)) == CLEAN


def test_a_message_about_a_bought_cart() -> None:
    assert counts(Story().event("cart.updated").order().message()) == (0, 1, 0, 0)


def test_a_purchase_on_another_device() -> None:
    assert counts(Story().event("cart.updated").event("cart.updated", "d").order("d").message("c")) == (0, 1, 0, 0)


def test_a_purchase_that_names_no_cart() -> None:
    assert counts(Story().event("cart.updated").order(None).message()) == (0, 1, 0, 0)


def test_a_purchase_told_before_its_cart() -> None:
    story = Story().order("d", at=NOON + timedelta(hours=1)).event("cart.updated", "c").message("c")
    assert counts(story) == (0, 1, 0, 0)


def test_a_cart_that_learns_its_buyer_after_the_order() -> None:
    story = Story().event("cart.updated", "c").event("cart.updated", "d", email=None).order("d", email=None)
    assert counts(story.message("c")) == CLEAN
    assert counts(story.event("contact.identified", "d").message("c", step=2)) == (0, 1, 0, 0)


def test_a_purchase_by_somebody_else_is_none() -> None:
    assert counts(Story().event("cart.updated").order("d", email=BOB).message()) == CLEAN


def test_a_purchase_before_the_cart_was_touched_again_is_none() -> None:
    story = Story().event("cart.updated", "d").order("d").event("cart.updated", "c").message("c")
    assert counts(story) == CLEAN


def test_an_old_purchase_acknowledged_once_more_is_no_new_one() -> None:
    story = Story().event("cart.updated", "d").order("d").event("cart.updated", "c")
    repeated = story.entries[1]
    assert isinstance(repeated, Acknowledged)
    story.entries.append(Acknowledged(story.now, repeated.event, changed=False))
    assert counts(story.message("c")) == CLEAN


def test_a_late_event_that_changed_nothing_reopens_nothing() -> None:
    """The cart's last change stays what it was: bought since."""
    assert counts(Story().event("cart.updated").order(None).event("cart.updated", changed=False, at=stamp(NOON)).message()) == (
        0,
        1,
        0,
        0,
    )


@pytest.mark.parametrize("cart", ["c", "another"])
def test_an_opt_out_counts_for_every_cart_of_the_address(cart: str) -> None:
    story = Story().event("cart.updated").event("cart.updated", "another").opt_out().message(cart)
    assert counts(story) == (0, 0, 1, 0)


def test_an_opt_out_counts_from_then_on() -> None:
    assert counts(Story().event("cart.updated").message().opt_out()) == CLEAN


def test_somebody_elses_opt_out_counts_for_them() -> None:
    assert counts(Story().event("cart.updated").opt_out(BOB).message()) == CLEAN


def test_a_yes_after_an_opt_out_does_not_undo_it() -> None:
    assert counts(Story().event("cart.updated").opt_out().consent(YES).message()) == (0, 0, 1, 0)


def test_consent_withdrawn_away_from_any_cart() -> None:
    assert counts(Story().event("cart.updated").consent(NO).message()) == (0, 0, 1, 0)


def test_consent_given_again() -> None:
    assert counts(Story().event("cart.updated").consent(NO).consent(YES).message()) == CLEAN


def test_the_latest_word_counts_not_the_last_to_arrive() -> None:
    assert counts(Story().event("cart.updated").consent(NO).consent(YES, NOON - timedelta(days=1)).message()) == (0, 0, 1, 0)


def test_nobody_ever_said_yes() -> None:
    assert counts(Story().event("cart.updated").message(to=PHONE)) == (0, 0, 0, 1)
