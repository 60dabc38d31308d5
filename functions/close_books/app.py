"""Every night: close the days whose window is over, and post what later facts changed in days closed before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rebasket.domain.errors import error_text
from rebasket.observability import MetricUnit, logger, metrics
from rebasket.usecases.reporting.job_runner import JobRunner
from rebasket.wiring import app

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

app.warm_up("close_books", "post_adjustments")

MIN_REMAINING_MS = 10_000
"""Time kept for a call that is tried three times, and to tell what was left undone."""


@logger.inject_lambda_context
@metrics.log_metrics
def handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, list[str]]:
    """Close what can be closed, for half of the time; the days, by shop. Then post what changed in closed ones.

    Raises what went wrong first, or OutOfTime, when all else is done: then Lambda runs it again, which goes on from there.
    """
    alive = context.get_remaining_time_in_millis
    half = alive() // 2
    closing, posting = JobRunner(lambda: alive() - half), JobRunner(lambda: alive() - MIN_REMAINING_MS)
    closed = app.close_books(closing)
    metrics.add_metric(name="DaysClosed", unit=MetricUnit.Count, value=sum(map(len, closed.values())))
    logger.info("closed", days=closed)
    posted = app.post_adjustments(posting)
    metrics.add_metric(name="ChangesPosted", unit=MetricUnit.Count, value=len(posted))
    logger.info("posted", changes=[[posting.shop, posting.day, posting.number] for posting in posted])
    undone = [*closing.undone, *posting.undone]
    for each in undone:
        logger.error("left undone", shop=each.shop, day=each.day, why=error_text(each.error))
    if undone:
        raise undone[0].error
    return closed
