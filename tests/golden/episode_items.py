"""Episodes as stored, part by part; and what an order is bound to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from rebasket.domain.money import MicroUSD, Money
from rebasket.domain.orders.refunds import Refunds
from rebasket.domain.people.addresses import Channel
from rebasket.domain.reminders.check import Check
from rebasket.domain.reminders.episode import Arm, Credit, Episode, EpisodeRef, Header, Touch, TouchState
from rebasket.domain.sending.delivery_events import DeliveryEvent
from tests.golden.tables import NOW, Example

if TYPE_CHECKING:
    from tests.golden.tables import Tables

REF = EpisodeRef(shop="tea", day="2026-03-02", cart="c#2", generation=12)
HEADER = Header(
    declared_at=NOW,
    due=NOW - timedelta(minutes=1),
    value=1990,
    currency="EUR",
    contacts={Channel.EMAIL: "5f2c", Channel.SMS: "77aa"},
    policy=3,
    arm=Arm.TREATMENT,
    locale="uk-UA",
    time_zone="Europe/Kyiv",
)
SENT = Touch(
    state=TouchState.SENT,
    why="accepted by the provider",
    at=NOW,
    due=NOW,
    channel=Channel.SMS,
    contact="77aa",
    attempt=2,
    parts=3,
    cost=MicroUSD(350_880),
    price="a list (2026-01)",
    message_id="0102-abc",
    checks=(Check("consent", True, "checkout"), Check("cap", True)),  # as stored
)
ENDS = {
    step: SENT if state is TouchState.SENT else Touch(state=state, why=f"it ended {state.value}", at=NOW, due=NOW)
    for step, state in enumerate(TouchState, 1)
}
CREDIT = Credit(order="o#1", cart="c9", at=NOW, total=Money(1990, "EUR"), by="contact")
BACK = Refunds({"e1": Money(90, "EUR"), 'e"2': Money(10, "USD")}, cancelled=True)
WHOLE = Episode(
    ref=REF,
    header=HEADER,
    touches=ENDS,
    chosen={1: Channel.SMS, 2: Channel.EMAIL},
    order=CREDIT,
    refunds={"o#1": BACK, "o2": Refunds(cancelled=True)},
    clicked_at=NOW,
    said=dict(enumerate(DeliveryEvent, 1)),
)
HELD = replace(HEADER, value=None, currency=None, contacts={}, arm=Arm.HELD, locale=None, time_zone=None)


def _write(episode: Episode, tables: Tables) -> None:
    stored = tables.episodes
    if episode.header:
        stored.head(REF, episode.header)
    for step, channel in episode.chosen.items():
        stored.choose(REF, step, channel)
    for step, touch in episode.touches.items():
        assert stored.record(REF, step, touch)
    for step, word in episode.said.items():
        assert stored.note(REF, step, word)
    if episode.order:
        assert stored.credit(REF, episode.order)
    for order, refunds in episode.refunds.items():
        stored.refund(REF, order, refunds)
    if episode.clicked_at:
        stored.click(REF, episode.clicked_at)


def _example(name: str, meant: Episode) -> Example:
    return Example(name, partial(_write, meant), lambda tables: tables.episodes.get(REF), meant)


def _counted(episode: Episode) -> Episode:
    """As the books read it: without the checks."""
    return replace(episode, touches={step: replace(touch, checks=()) for step, touch in episode.touches.items()})


EXAMPLES = [
    _example("every part", WHOLE),
    _example("held, of nobody known", Episode(ref=REF, header=HELD)),
    _example("only a click yet", Episode(ref=REF, clicked_at=NOW)),
    Example(
        "every part, as the books read it",
        partial(_write, WHOLE),
        lambda tables: list(tables.episodes.of_day("tea", "2026-03-02")),
        [_counted(WHOLE)],
    ),
    Example(
        "an order that is bound",
        lambda tables: tables.episodes.attribute_order("tea", "o#1", REF),
        lambda tables: tables.episodes.bound("tea", "o#1"),
        REF,
    ),
    Example(
        "what is owed to an order",
        lambda tables: tables.episodes.add_pending_refunds("tea", "o#1", BACK),
        lambda tables: (tables.episodes.bound("tea", "o#1"), tables.episodes.pending_refunds("tea", "o#1")),
        (None, BACK),
    ),
]
