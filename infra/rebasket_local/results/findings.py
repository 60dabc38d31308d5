"""Everything there is to know at the end of a run, gathered once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from rebasket.domain.sending.tags import touch_in
from rebasket.usecases.reporting.comparison import groups
from rebasket_local.errors import LocalCloudError
from rebasket_local.traffic.audit import Audit, TouchKey, audit
from rebasket_local.traffic.mailbox import NoLinks, links_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from rebasket.domain.carts.cart import Cart
    from rebasket.domain.people.contact import TouchId
    from rebasket.domain.reminders.episode import Episode
    from rebasket.domain.sending.message import Link
    from rebasket.domain.shops.policy import Shop
    from rebasket.usecases.reporting.comparison import Comparison
    from rebasket.wiring import App
    from rebasket_local.cloud import LocalCloud
    from rebasket_local.outbox import Message
    from rebasket_local.traffic.audit import Broken
    from rebasket_local.traffic.ledger import Ledger
    from rebasket_local.traffic.per_person import PerPerson
    from rebasket_local.traffic.world import World


class ReportRefused(LocalCloudError):
    """GET /v1/report did not give a report."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """`report` is the answer of GET /v1/report; episodes, and the carts that the shop named, are as stored; `touches` tells
    what each message is about. `failures` counts invocations that did not end well. `in_quiet_hours` is None where nobody
    knows by which clock the shoppers live, `per_person` where nobody knows which addresses are one person's.
    """

    shop: Shop
    started_at: datetime
    ended_at: datetime
    report: Mapping[str, Any]
    episodes: Sequence[Episode]
    carts: Sequence[Cart]
    messages: Sequence[Message]
    touches: Mapping[int, TouchKey]
    ledger: Ledger
    audit: Audit
    failures: int
    in_quiet_hours: Sequence[Broken] | None = None
    per_person: PerPerson | None = None

    @property
    def total(self) -> Mapping[str, Any]:
        """The report's figures of the whole period, with what later changed in its closed days."""
        whole: Mapping[str, Any] = self.report["total_with_later_changes"]
        return whole

    @property
    def compared(self) -> Comparison:
        """Touched beside held, as the report has it."""
        total = self.total
        names = ("compared_touched", "compared_touched_bought", "compared_held", "compared_held_bought")
        return groups(*(total[name] for name in names))

    @property
    def channels(self) -> Mapping[str, Any]:
        """The same, by channel."""
        split: Mapping[str, Any] = self.report["channels_with_later_changes"]
        return split


def gather(cloud: LocalCloud, app: App, shop: Shop, bearer: str, ledger: Ledger, *, started_at: datetime) -> Findings:
    """Ask for the report from that day on as finance would, and read the rest from the tables."""
    messages = [entry.message for entry in ledger.messages]
    touches = {message.number: _touch(message, app.links.get) for message in messages}
    report = _report(cloud, bearer, started_at.date(), cloud.now.date())
    days = [day["day"] for day in report["days"]]
    return Findings(
        shop=shop,
        started_at=started_at,
        ended_at=cloud.now,
        report=report,
        episodes=[episode for day in days for episode in app.episodes.of_day(shop.id, day)],
        carts=[cart for name in sorted(ledger.carts) if (cart := app.carts.get(shop.id, name)) is not None],
        messages=messages,
        touches=touches,
        ledger=ledger,
        audit=audit(ledger.entries, lambda message: touches[message.number]),
        failures=len(cloud.failures),
    )


def _report(world: World, bearer: str, first: date, last: date) -> Mapping[str, Any]:
    query = urlencode({"from": first.isoformat(), "to": last.isoformat(), "format": "json"})
    answer = world.http("GET", f"/v1/report?{query}", {"authorization": f"Bearer {bearer}"})
    if answer.status != 200:
        raise ReportRefused(f"GET /v1/report answered {answer.status}: {answer.text[:500]}")
    found: Mapping[str, Any] = json.loads(answer.body)
    return found


def _touch(message: Message, link_of: Callable[[str], Link | None]) -> TouchKey:
    """By an e-mail's tags, and by the link in any message; both have to name the same touch."""
    named: list[TouchId] = []
    tagged = touch_in(message.tags)
    if tagged is not None:
        named.append(tagged[2])
    try:
        link = link_of(links_in(message).restore.rpartition("/")[2])
    except NoLinks:
        link = None
    if link is not None:
        named.append(link.touch)
    if len(set(named)) != 1 or (message.channel == "email" and tagged is None):
        raise LocalCloudError(f"message {message.number} does not say which touch it is, or says two: {named}")
    return TouchKey(named[0].cart, named[0].generation, named[0].step)
