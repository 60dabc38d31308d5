"""Logs and metrics, as structured lines: ids and counts, never an address, a name or a product."""

from __future__ import annotations

import traceback
from pathlib import PurePath

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

__all__ = ["MetricUnit", "logger", "metrics", "where"]

logger = Logger()
metrics = Metrics()


def where(error: BaseException) -> list[str]:
    """The files and lines that an error passed, innermost first, without what they held. Instead of a traceback, whose last line
    is the error's message: the SDK's may repeat all that was to be stored.
    """
    return [f"{PurePath(frame.f_code.co_filename).name}:{line}" for frame, line in traceback.walk_tb(error.__traceback__)][::-1]
