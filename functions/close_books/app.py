"""Every night: close the days whose window is over, and post what later facts changed in days closed before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rebasket.bootstrap import app
from rebasket.observability import MetricUnit, logger, metrics

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

app.warm_up("close_books", "post_changes")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, list[str]]:
    """Close what can be closed; the days, by shop. Then post what changed in closed ones."""
    closed = app.close_books()
    metrics.add_metric(name="DaysClosed", unit=MetricUnit.Count, value=sum(map(len, closed.values())))
    logger.info("closed", days=closed)
    posted = app.post_changes()
    metrics.add_metric(name="ChangesPosted", unit=MetricUnit.Count, value=len(posted))
    logger.info("posted", changes=[[posting.shop, posting.day, posting.number] for posting in posted])
    return closed
