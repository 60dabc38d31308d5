"""What SES says of our messages, through EventBridge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rebasket.aws.ses_events import feedback_in
from rebasket.observability import MetricUnit, logger, metrics, without_personal_data
from rebasket.wiring import app

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

app.warm_up("record_delivery")


@logger.inject_lambda_context
@metrics.log_metrics
@without_personal_data
def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    """Apply one event. One that is not about a touch of ours is left alone; an error lets EventBridge deliver it again."""
    for feedback in feedback_in(event["detail"]):
        app.record_delivery(feedback)
        paused = app.pause_sending(feedback)
        if paused is not None:
            metrics.add_metric(name="ShopPaused", unit=MetricUnit.Count, value=1)
            logger.error("sending of a shop is paused", shop=feedback.shop, why=paused)
        metrics.add_metric(name=f"Feedback{feedback.word.value.capitalize()}", unit=MetricUnit.Count, value=1)
        logger.info("applied", word=feedback.word.value, shop=feedback.shop, cart=feedback.touch.cart)
