"""What a demo found, made up: for the page, the outbox and the terminal."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from rebasket.domain.carts.cart import Cart
from rebasket.domain.reminders.episode import Arm, Episode, TouchState
from rebasket_local.results.findings import Findings
from rebasket_local.traffic.audit import Audit, TouchKey
from rebasket_local.traffic.ledger import Ledger
from tests.cli.made_up_world import a_message
from tests.cli.test_demo_figures import an_episode
from tests.samples import START, a_shop

EVIL = '"><script>alert(1)</script>&'
LAMP = "https://images.tea.example/lamp.svg"
PICTURES = {LAMP: "<svg xmlns='http://www.w3.org/2000/svg'/>"}
ROW: dict[str, Any] = {
    "episodes": 3, "unreachable": 0, "held": 1, "touched": 2, "planned": 3, "recovered": 1, "bought_held": 0,
    "bought_untouched": 0, "bought_before": 0, "revenue": {"EUR": 1000},
    "touches": {"sent": 2, "rejected": 0, "skipped": 0, "held": 1, "unknown": 0},
    "refunded": {}, "revenue_held": {}, "cost_microusd": 117_120, "unpriced_messages": 0, "in_doubt_microusd": 0,
    "in_doubt_unpriced_messages": 0, "cost_per_recovered_microusd": 117_120,
    "compared_touched": 2, "compared_touched_bought": 1, "compared_held": 1,
    "compared_held_bought": 0,
}  # fmt: skip


NO_CHANGE = {name: type(value)() for name, value in ROW.items() if name != "cost_per_recovered_microusd"}
REFUND: dict[str, Any] = {"day": "2026-02-22", "number": 1, "arrived": "2026-03-03", "channels": {}} | NO_CHANGE | {
    "refunded": {"EUR": 4_900}, "recovered": -1, "cost_microusd": -160, "touches": {"sent": 1_000},
}  # fmt: skip


def reported(
    days: list[dict[str, Any]], total: dict[str, Any], channels: dict[str, Any], *adjustments: dict[str, Any]
) -> dict[str, Any]:
    """As GET /v1/report answers; with one posting at most, so that nothing needs adding up."""
    later = adjustments[0] if adjustments else NO_CHANGE
    with_later = total | {"refunded": total["refunded"] | later["refunded"]}
    return {
        "total": total,
        "channels": channels,
        "days": days,
        "later_changes": {"total": later, "channels": {}, "postings": list(adjustments)},
        "total_with_later_changes": with_later,
        "channels_with_later_changes": channels,
    }


def findings(**changed: Any) -> Findings:  # noqa: ANN401  # any part of them
    """Two carts touched, one held; one bought."""
    messages = [
        a_message(1, "anna@example.com", at=START),
        a_message(2, "+380670000001", channel="sms", at=START + timedelta(hours=1)),
    ]
    episodes: list[Episode] = [
        an_episode("a", touches={1: TouchState.SENT}, ordered=timedelta(hours=2)),
        an_episode("b", touches={1: TouchState.SENT}),
        an_episode("c", arm=Arm.HELD, touches={1: TouchState.HELD}),
    ]
    day = {"day": "2026-03-02", "closed": False, "changed_since_closed": False, "channels": {}, **ROW}
    whole: dict[str, Any] = {
        "shop": a_shop(),
        "started_at": START,
        "ended_at": START + timedelta(days=2),
        "report": reported([day], ROW, {"email": ROW, "sms": ROW}),
        "episodes": episodes,
        "carts": [Cart.blank("tea", "a")],
        "messages": messages,
        "touches": {1: TouchKey("a", 1, 1), 2: TouchKey("b", 1, 1)},
        "ledger": Ledger(),
        "audit": Audit(),
        "failures": 0,
    }
    return Findings(**whole | changed)


class Elements(HTMLParser):
    """Every element with its attributes, and the texts of some."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.all if name == tag]
