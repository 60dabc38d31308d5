"""Every minute: delete the timers that are due. It knows nothing of carts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rebasket.observability import MetricUnit, logger, metrics
from rebasket.wiring import app

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

app.warm_up("sweep_timers")

MIN_REMAINING_MS = 5_000
"""Time kept to move the cursor and to answer."""


@logger.inject_lambda_context
@metrics.log_metrics
def handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Sweep until all is done or time is nearly up; the next minute goes on from there."""
    swept = app.sweep_timers(lambda: context.get_remaining_time_in_millis() < MIN_REMAINING_MS)
    overdue = int(swept.oldest.total_seconds())
    if swept.deleted or swept.behind:
        metrics.add_metric(name="TimersDeleted", unit=MetricUnit.Count, value=swept.deleted)
        metrics.add_metric(name="OldestTimerOverdue", unit=MetricUnit.Seconds, value=overdue)
        metrics.add_metric(name="MinutesBehind", unit=MetricUnit.Count, value=swept.behind)
        logger.info("swept", deleted=swept.deleted, minutes_behind=swept.behind, oldest_overdue_s=overdue)
    return {"deleted": swept.deleted, "minutes_behind": swept.behind, "oldest_overdue_s": overdue}
