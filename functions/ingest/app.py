"""Takes a shop's cart events: `POST /v1/events`.

On the way to the cart's write: **this file** → wiring.py → record_event.py → carts.py → table.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rebasket.domain.carts.events import ReminderSentElsewhere
from rebasket.domain.errors import FieldError, Forbidden, Refused
from rebasket.domain.shops.keys import Right
from rebasket.http.credentials import authenticate
from rebasket.http.problem import problem_response
from rebasket.http.request import request
from rebasket.http.results import Results
from rebasket.http.strict_json import read
from rebasket.observability import MetricUnit, logger, metrics, where
from rebasket.platforms.native.batch import split
from rebasket.usecases.recording.record_event import Recorded
from rebasket.wiring import app

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from rebasket.domain.carts.amiss import Amiss
    from rebasket.domain.shops.policy import Shop

app.warm_up("dynamodb", "shop_keys")

MIN_REMAINING_MS = 3_000
"""Milliseconds that must be left to begin with another event: better a 503 with results than a time-out without."""


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, object]:
    """The results, or a problem."""
    try:
        sent = request(event)
        sent.require("POST")
        shop_id = authenticate(sent.headers, sent.body, app.clock(), app.shop_keys, Right.EVENTS)
        sent.require_json()
        strict, explain = sent.asks("strict"), sent.asks("explain")
        events = split(read(sent.body), strict=strict)
        shop = app.shops.get(shop_id)
        if shop is None:
            message = "this shop is not set up"
            raise Forbidden(message)
    except Refused as error:
        metrics.add_metric("RequestsRefused", MetricUnit.Count, 1)
        logger.info("request refused", why=type(error).__name__)
        return problem_response(error).for_gateway()
    results = record(events, shop, context, strict=strict, explain=explain)
    for status, count in results.counts.items():
        metrics.add_metric(f"Events{status.capitalize()}", MetricUnit.Count, count)
    logger.info("events taken", shop=shop.id, counts=results.counts)
    return results.answer().for_gateway()


def record(
    events: list[tuple[str, object]], shop: Shop, context: LambdaContext, *, strict: bool = False, explain: bool = False
) -> Results:
    """Record each event in the order of the request; what becomes of one is nothing to the others. `strict`: what would be left
    out of an event costs it, for trying. `explain`: say what will come of each cart.
    """
    from rebasket.platforms.native.amiss import amiss  # noqa: PLC0415  # a third of a start, and only known shops need it
    from rebasket.platforms.native.lenient import Taken, take  # noqa: PLC0415  # as above
    from rebasket.platforms.native.translate import parse  # noqa: PLC0415  # as above

    results = Results()
    for pointer, data in events:
        if context.get_remaining_time_in_millis() < MIN_REMAINING_MS:
            results.failed(data)
            continue
        now = app.clock()
        try:
            taken = Taken(parse(data, shop, now)) if strict else take(data, shop, now)
            status = app.record_event(taken.event)
            results.took(taken.event.id, status, taken.warnings, reminder(shop, taken.event.cart) if explain else None)
            if taken.warnings and status == Recorded.ACCEPTED:
                keep(amiss(data, shop.id, now, taken.warnings, refused=False))
            if isinstance(taken.event, ReminderSentElsewhere):
                heard(taken.event)
        except Refused as why:
            results.rejected(data, pointer, why)
            if not strict:
                keep(amiss(data, shop.id, now, why.errors or [FieldError("", why.detail)], refused=True))
        except Exception as why:  # noqa: BLE001  # whatever it was, the shop repeats the event and loses none of the others
            # Its message may hold what was sent: only the kind, and where.
            logger.error("event not recorded", shop=shop.id, why=type(why).__name__, where=where(why))
            results.failed(data)
    return results


def keep(found: Amiss) -> None:
    """For the shop to see. The answer does not depend on it."""
    try:
        app.amiss_events.note(found)
    except Exception as why:  # noqa: BLE001  # as above
        logger.error("refusal not kept", shop=found.shop, why=type(why).__name__, where=where(why))


def heard(event: ReminderSentElsewhere) -> None:
    """For the doctor to see. The event is recorded by then and has its result: whatever goes wrong here is no failure of it."""
    try:
        app.other_voices.note(event.shop, event.channel, event.at)
    except Exception as why:  # noqa: BLE001  # as above
        logger.error("other voice not noted", shop=event.shop, why=type(why).__name__, where=where(why))


def reminder(shop: Shop, cart: str) -> dict[str, object]:
    """What will come of a cart, for the answer. The event is recorded by then: whatever goes wrong here is no failure of it."""
    try:
        found = app.foresee(shop, cart)
    except Exception as why:  # noqa: BLE001  # as above
        logger.error("reminder not foreseen", shop=shop.id, why=type(why).__name__, where=where(why))
        return {"none": "it cannot be told just now"}
    if found.due is None:
        return {"none": found.none}
    return {"due": f"{found.due:%Y-%m-%dT%H:%M:%SZ}", "channel": found.channel, "step": found.step}
