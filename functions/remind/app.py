"""A timer was deleted: look at its cart, and send the reminder whose time came.

On the way to the wire: **this file** → wiring.py → process_timer.py → follow_up.py → send_step.py → deliver.py → ses.py
On the way to the claim: **this file** → wiring.py → process_timer.py → follow_up.py → send_step.py → carts.py → table.py

Every record is processed by itself: one that goes wrong is armed again (`ProcessTimer`), so it holds up no other. Only when
even that fails is it reported back, and the stream delivers it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rebasket.aws.timers import timer_in
from rebasket.domain.errors import error_text
from rebasket.observability import MetricUnit, logger, metrics, where
from rebasket.wiring import app

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

app.warm_up("process_timer")

MIN_REMAINING_MS = 17_000
"""What one timer may need: the slowest request on the wire (12 s), and 5 s before the function's own end."""


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Process each deleted timer of a stream batch. The answer names the records that failed: Lambda brings back the first
    of them and all that follow it in the batch, those that went well, too, which is harmless.
    """
    failed = []
    for record in event["Records"]:
        try:
            attend(record, context.get_remaining_time_in_millis())
        except Exception as error:  # noqa: BLE001  # any failure: the stream brings this record back, and those after it
            metrics.add_metric(name="TimersFailed", unit=MetricUnit.Count, value=1)
            sequence = record["dynamodb"]["SequenceNumber"]
            logger.error("record comes back", sequence=sequence, error=error_text(error), where=where(error))
            failed.append({"itemIdentifier": record["dynamodb"]["SequenceNumber"]})
    return {"batchItemFailures": failed}


def attend(record: dict[str, Any], milliseconds_left: int) -> None:
    """One record."""
    timer = timer_in(record)
    if timer is None:
        return
    logger.append_keys(shop=timer.shop, cart=timer.cart, generation=timer.generation)
    if milliseconds_left < MIN_REMAINING_MS:
        attended = app.process_timer.again(timer, TimeoutError("no time left in this batch"))
    else:
        attended = app.process_timer(timer)
    if attended.error is not None:
        metrics.add_metric(name="TimersBuried" if attended.dead_lettered else "TimersFailed", unit=MetricUnit.Count, value=1)
        error = attended.error
        logger.error("wake went wrong", outcome=attended.outcome, error=error_text(error), where=where(error))
    else:
        logger.info("attended", outcome=attended.outcome)
