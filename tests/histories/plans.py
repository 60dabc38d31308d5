"""A life before it is lived: what the shop will report, and what people and the provider will make of each message."""

from __future__ import annotations

import heapq
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from rebasket_cli.spans import span_of
from tests.histories.form import Life, moment, spelled_time
from tests.histories.outcome import outcome
from tests.histories.stage import Restless, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from tests.histories.form import Json

VISITS = {"clicks": "GET /r/{}", "is scanned": "HEAD /r/{}", "asks": "GET /o/{}", "opts out": "POST /o/{}"}
MAIL_EVENTS: Mapping[str, Json] = {
    "is delivered": {"eventType": "Delivery", "delivery": {"smtpResponse": "250 ok"}},
    "bounces": {"eventType": "Bounce", "bounce": {"bounceType": "Permanent", "bounceSubType": "NoEmail"}},
    "bounces softly": {"eventType": "Bounce", "bounce": {"bounceType": "Transient", "bounceSubType": "MailboxFull"}},
    "is complained about": {"eventType": "Complaint", "complaint": {"complaintFeedbackType": "abuse"}},
    "is opened": {"eventType": "Open", "open": {"userAgent": "Mail"}},
    "is rejected later": {"eventType": "Reject", "reject": {"reason": "Bad content"}},
}


@dataclass
class Plan:
    """Times are spans since `begins`, as 1h30m. `on(2, "20m", "clicks")`: twenty minutes after the second message, its reader
    clicks. `buys` posts an order of the message's cart.
    """

    name: str
    begins: datetime
    shop: Json = field(default_factory=dict)
    lasts: str = "11d"
    answers: dict[str, str] = field(default_factory=dict)
    inputs: list[Json] = field(default_factory=list)
    reactions: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    events: int = 0

    def at(self, span: str) -> datetime:
        """So long after the beginning."""
        return self.begins + span_of(span)

    def event(self, kind: str, at: str, cart: str | None = "c1", **said: Any) -> Json:  # noqa: ANN401  # what events hold
        """One event, of that time."""
        self.events += 1
        named = {"cart": cart} if cart else {}
        return {"id": f"e{self.events}", "type": kind, "at": spelled_time(self.at(at)), **named, **said}

    def post(self, kind: str, at: str, cart: str | None = "c1", *, late: str = "0m", **said: Any) -> Json:  # noqa: ANN401  # the same
        """The shop posts one event, so `late`; the event."""
        event = self.event(kind, at, cart, **said)
        self.send(event, at, late)
        return event

    def send(self, body: object, at: str, late: str = "0m") -> None:
        """The shop posts this."""
        self.does(at, late, post=body)

    def does(self, at: str, late: str = "0m", /, **said: object) -> None:
        """Any input; a name's underscores stand for blanks."""
        arrives = spelled_time(self.at(at) + span_of(late))
        self.inputs.append({"at": arrives, **{name.replace("_", " "): value for name, value in said.items()}})

    def on(self, message: int, after: str, what: str) -> None:
        """A reaction."""
        self.reactions.setdefault(message, []).append((after, what))


def live(plan: Plan) -> Life:
    """Play it, and write down what happened and what came of it."""
    ends = plan.at(plan.lasts)
    stage = Stage(plan.shop, plan.answers)
    order = count()
    ahead = [(moment(said["at"]), next(order), said) for said in plan.inputs]
    heapq.heapify(ahead)
    happened, told, reacted = [], [], 0
    while True:
        # No message is reacted to before it was sent: time passes in steps in which at most one moment's messages go out.
        at = min([ends, *(at for at, _, _ in ahead[:1]), *(max(due, stage.clock()) for due in stage.timers.items)])
        if ahead and ahead[0][0] <= at:
            said = heapq.heappop(ahead)[2]
            told.append(stage.take(said))
            happened.append(said)
        else:
            stage.pass_until(at)
        while reacted < len(stage.provider.messages):
            for reaction in _reactions(plan, stage, reacted):
                heapq.heappush(ahead, (moment(reaction["at"]), next(order), reaction))
            reacted += 1
        if at >= ends and not (ahead and ahead[0][0] <= ends):
            break
    return _lived(plan, happened, told, stage)


def _lived(plan: Plan, happened: list[Json], told: list[str], stage: Stage) -> Life:
    came = {"answers": told, **outcome(stage, moment(happened[0]["at"]))}
    life = Life(
        name=plan.name,
        shop=plan.shop,
        inputs=happened,
        answers=plan.answers,
        ends=spelled_time(plan.at(plan.lasts)),
        outcome=came,
    )
    again = replay(life)
    assert again == came, f"{plan.name} comes out otherwise when it is replayed"
    return life


def replay(life: Life) -> Json:
    """What comes of it now."""
    stage = Stage(deepcopy(life.shop), life.answers)
    try:
        told = [stage.take(said) for said in life.inputs]
        stage.pass_until(moment(life.ends))
    except Restless as error:
        return {**life.outcome, "never rests": str(error)}
    return {"answers": told, **outcome(stage, moment(life.inputs[0]["at"]))}


def _reactions(plan: Plan, stage: Stage, number: int) -> Iterator[Json]:
    message, tags = stage.provider.messages[number], stage.provider.tags[number]
    for after, what in plan.reactions.get(number + 1, ()):
        at = spelled_time(stage.clock() + span_of(after) + timedelta(seconds=7))
        if what in VISITS:
            yield {"at": at, "visit": VISITS[what].format(message["link"])}
        elif what in MAIL_EVENTS:
            sent = {"timestamp": message["at"], "messageId": f"ses-{number + 1}"}
            yield {"at": at, "provider": {**MAIL_EVENTS[what], "mail": {**sent, "tags": {name: [v] for name, v in tags.items()}}}}
        else:
            assert what == "buys", what
            plan.events += 1
            order = {"id": f"o{plan.events}", "total": 2490, "currency": "EUR"}
            event = {"id": f"e{plan.events}", "type": "order.placed", "at": at, "cart": message["cart"], "order": order}
            yield {"at": at, "post": event}
