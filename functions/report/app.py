"""Finance's figures: `GET /v1/report?from=2026-11-01&to=2026-11-14&format=json|table`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from rebasket.domain.errors import FieldError, Invalid, RebasketError
from rebasket.domain.shops.keys import Right
from rebasket.http.answer import Answer, json_answer
from rebasket.http.credentials import authenticate
from rebasket.http.json_pointer import nameable, step
from rebasket.http.problem import problem_response
from rebasket.http.request import request
from rebasket.observability import logger
from rebasket.usecases.reporting.report_json import report_as_data
from rebasket.usecases.reporting.report_table import report_as_table
from rebasket.wiring import app

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lambda_powertools.utilities.typing import LambdaContext

app.warm_up("make_report", "shop_keys")

DEFAULT_DAYS = 28
MIN_REMAINING_MS = 3_000
"""Time kept to answer."""
EARLIEST, LATEST = date(2001, 1, 1), date(2999, 12, 31)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, object]:
    """The report, or a problem."""
    try:
        return report(event, lambda: context.get_remaining_time_in_millis() < MIN_REMAINING_MS).for_gateway()
    except RebasketError as error:
        return problem_response(error).for_gateway()


def report(event: dict[str, Any], time_is_up: Callable[[], bool]) -> Answer:
    """The figures of the days asked for, of the shop whose key it is."""
    sent = request(event)
    shop = authenticate(sent.headers, sent.body, app.clock(), app.shop_keys, Right.REPORT)
    asked = event.get("queryStringParameters") or {}
    known(asked, ("from", "to", "format"))
    last = day(asked, "to", app.clock().date())
    made = app.make_report(shop, day(asked, "from", last - timedelta(days=DEFAULT_DAYS - 1)), last, time_is_up)
    if chosen_parameter(asked, "format", ("json", "table")) == "table":
        return Answer(200, {"content-type": "text/plain; charset=utf-8", "cache-control": "no-store"}, report_as_table(made))
    return json_answer(200, report_as_data(made))


def known(asked: dict[str, str], names: tuple[str, ...]) -> None:
    """Raise Invalid for a parameter of another name: `form=2026-11-01` would silently give the figures of other days."""
    unknown = tuple(
        FieldError(step("", name) if nameable(name) else "", "no such parameter") for name in asked if name not in names
    )
    if unknown:
        message = f"the query may hold {', '.join(names)}"
        raise Invalid(message, unknown)


def day(asked: dict[str, str], name: str, default: date) -> date:
    """A day from the query. Raises Invalid."""
    text = asked.get(name)
    try:
        asked_for = default if text is None else date.fromisoformat(text)
    except ValueError:
        asked_for = None
    if asked_for is None or not EARLIEST <= asked_for <= LATEST:
        detail = f"a day from {EARLIEST} to {LATEST}, as 2026-11-01"
        raise Invalid(detail, (FieldError(f"/{name}", detail),))
    return asked_for


def chosen_parameter(asked: dict[str, str], name: str, allowed: tuple[str, ...]) -> str:
    """One of a few words from the query, the first by default. Raises Invalid."""
    text = asked.get(name, allowed[0])
    if text not in allowed:
        detail = f"one of {', '.join(allowed)}"
        raise Invalid(detail, (FieldError(f"/{name}", detail),))
    return text
