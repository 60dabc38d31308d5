"""How the shop's backend brings events to Rebasket: signed or with its key, one by one or in batches, late, twice, again."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from standardwebhooks import Webhook

from rebasket_local.traffic.ledger import Acknowledged, Problem
from rebasket_local.traffic.people import stamp

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rebasket_local.http_messages import Response
    from rebasket_local.traffic.basket import Event
    from rebasket_local.traffic.draws import Draws
    from rebasket_local.traffic.ledger import Ledger
    from rebasket_local.traffic.settings import Delivery
    from rebasket_local.traffic.world import World

EVENTS_PATH: Final = "/v1/events"
MOST_IN_A_BATCH: Final = 100
TAKEN: Final = ("accepted", "unchanged")
PATIENCE: Final = (30, 120, 600, 1800, 3600, 3600, 3600)
"""Seconds between the tries of a request that was not answered well, as shop platforms have them: four hours in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What the shop got when it was set up."""

    bearer: str
    signing_key_id: str
    signing_secret: str


@dataclass
class Sender:
    """Posts events now, and again when it got no good answer."""

    world: World
    keys: Keys
    ledger: Ledger
    _posted: int = 0
    _signer: Webhook = field(init=False)

    def __post_init__(self) -> None:
        """Read the secret once."""
        self._signer = Webhook(self.keys.signing_secret)

    def post(self, events: Sequence[Event], *, signed: bool, tries: int = 0) -> None:
        """One request."""
        self._posted += 1
        self.ledger.requests += 1
        self.ledger.events_sent += len(events)
        body = json.dumps(events[0] if len(events) == 1 else {"events": list(events)}, ensure_ascii=False).encode()
        answer = self.world.http("POST", EVENTS_PATH, self._headers(body, signed=signed), body)
        if answer.status in {202, 422}:
            self._take(events, answer.json().get("results", []))
        elif answer.status == 429 or answer.status >= 500:
            self._again(events, answer, signed=signed, tries=tries)
        else:
            self._note(f"{EVENTS_PATH} answered {answer.status}: {answer.text[:300]}")

    def _headers(self, body: bytes, *, signed: bool) -> dict[str, str]:
        headers = {"content-type": "application/json", "user-agent": "lantern-linen-backend/1.0"}
        if not signed:
            return headers | {"authorization": f"Bearer {self.keys.bearer}"}
        name, now = f"msg_{self._posted}", self.world.now
        return headers | {
            "rebasket-key": self.keys.signing_key_id,
            "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(name, now, body.decode()),
        }

    def _take(self, events: Sequence[Event], results: Sequence[dict[str, Any]]) -> None:
        for event, result in zip(events, results, strict=False):
            if result["status"] in TAKEN:
                changed = result["status"] == "accepted"
                self.ledger.entries.append(Acknowledged(self.world.now, event, changed))
            else:
                self._note(f"event {event['id']} ({event['type']}) was refused: {json.dumps(result.get('problem'))[:300]}")
        if len(results) != len(events):
            self._note(f"{len(events)} events, but {len(results)} results")

    def _again(self, events: Sequence[Event], answer: Response, *, signed: bool, tries: int) -> None:
        if tries >= len(PATIENCE):
            self._note(f"{len(events)} events given up after {tries + 1} tries: {answer.status}")
            return
        self.ledger.did["sent again for want of a good answer"] += 1
        then = self.world.now + timedelta(seconds=PATIENCE[tries])
        self.world.at(then, lambda: self.post(events, signed=signed, tries=tries + 1))

    def _note(self, what: str) -> None:
        self.ledger.problems.append(Problem(self.world.now, what))


@dataclass
class Courier:
    """Decides how and when each event is brought."""

    world: World
    sender: Sender
    habits: Delivery
    ledger: Ledger
    draws: Draws
    _queue: list[Event] = field(default_factory=list)

    def bring(self, event: Event, happened_at: datetime, *, basket: str, not_before: datetime | None = None) -> None:
        """An event of one cart, which happened or will happen then. All of a cart's events go the same way."""
        way = self.draws.of("way", basket)
        signed, batched = way.chance(self.habits.signed), way.chance(self.habits.batched)
        fate = self.draws.of("event", event["id"])
        at = max(happened_at + fate.wait(self.habits.takes), not_before or happened_at)
        if fate.chance(self.habits.late):
            self.ledger.did["event late"] += 1
            at += fate.wait(self.habits.late_by)
        if batched:
            second, every = at.replace(microsecond=0), self.habits.batch_every_s
            at = second + timedelta(seconds=every - math.fmod(second.timestamp(), every))
            self.world.at(at, lambda: self._enqueue(event, signed=signed))
        else:
            self.world.at(at, lambda: self.sender.post([event], signed=signed))
        if fate.chance(self.habits.repeated):
            self.ledger.did["event repeated"] += 1
            self.world.at(at + fate.wait(self.habits.repeated_after), lambda: self.sender.post([event], signed=signed))

    def _enqueue(self, event: Event, *, signed: bool) -> None:
        """Into the batch that leaves when all of this moment are in."""
        self._queue.append(event)
        if len(self._queue) == 1:
            self.world.at(self.world.now, lambda: self._flush(signed=signed))

    def _flush(self, *, signed: bool) -> None:
        """The whole queue, a hundred at a time, oldest first."""
        waiting, self._queue = self._queue, []
        for start in range(0, len(waiting), MOST_IN_A_BATCH):
            self.sender.post(waiting[start : start + MOST_IN_A_BATCH], signed=signed)


def consent_withdrawn(number: int, field_name: str, address: str, channel: str, at: datetime) -> Event:
    """In the account's settings, away from any cart."""
    consent = {channel: {"granted": False, "source": "account", "at": stamp(at)}}
    contact = {field_name: address, "consent": consent}
    return {"type": "contact.identified", "id": f"account-{number}.1", "at": stamp(at), "contact": contact}
