"""Every night: close the days whose window is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rebasket.bootstrap import app
from rebasket.observability import MetricUnit, logger, metrics

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

app.warm_up("close_books")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, list[str]]:
    """Close what can be closed; the days, by shop."""
    closed = app.close_books()
    metrics.add_metric(name="DaysClosed", unit=MetricUnit.Count, value=sum(map(len, closed.values())))
    logger.info("closed", days=closed)
    return closed
