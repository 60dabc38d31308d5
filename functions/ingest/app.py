"""Takes a shop's cart events: `POST /v1/events`.

On the way to the cart's write: **this file** → wiring.py → record_event.py → carts.py → table.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rebasket.domain.carts.events import ReminderSentElsewhere
from rebasket.domain.errors import Forbidden, Refused
from rebasket.domain.shops.keys import Right
from rebasket.http.credentials import authenticate
from rebasket.http.problem import problem_response
from rebasket.http.request import request
from rebasket.http.results import Results
from rebasket.http.strict_json import read
from rebasket.observability import MetricUnit, logger, metrics, where
from rebasket.platforms.native.batch import split
from rebasket.wiring import app

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

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
        events = split(read(sent.body))
        shop = app.shops.get(shop_id)
        if shop is None:
            message = "this shop is not set up"
            raise Forbidden(message)
    except Refused as error:
        metrics.add_metric("RequestsRefused", MetricUnit.Count, 1)
        logger.info("request refused", why=type(error).__name__)
        return problem_response(error).for_gateway()
    results = record(events, shop, context)
    for status, count in results.counts.items():
        metrics.add_metric(f"Events{status.capitalize()}", MetricUnit.Count, count)
    logger.info("events taken", shop=shop.id, counts=results.counts)
    return results.answer().for_gateway()


def record(events: list[tuple[str, object]], shop: Shop, context: LambdaContext) -> Results:
    """Record each event in the order of the request; what becomes of one is nothing to the others."""
    from rebasket.platforms.native.translate import parse  # noqa: PLC0415  # a third of a start, and only known shops need it

    results = Results()
    for pointer, data in events:
        if context.get_remaining_time_in_millis() < MIN_REMAINING_MS:
            results.failed(data)
            continue
        try:
            told = parse(data, shop, app.clock())
            results.took(data, app.record_event(told))
            if isinstance(told, ReminderSentElsewhere):
                app.other_voices.note(shop.id, told.channel, told.at)
        except Refused as why:
            results.rejected(data, pointer, why)
        except Exception as why:  # noqa: BLE001  # whatever it was, the shop repeats the event and loses none of the others
            # Its message may hold what was sent: only the kind, and where.
            logger.error("event not recorded", shop=shop.id, why=type(why).__name__, where=where(why))
            results.failed(data)
    return results
