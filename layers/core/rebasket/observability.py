"""Logs and metrics, as structured lines: ids and counts, never an address, a name or a product."""

from __future__ import annotations

import traceback
from functools import wraps
from pathlib import PurePath
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from rebasket import __version__
from rebasket.domain.errors import RebasketError, error_text

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MetricUnit", "logger", "metrics", "where", "without_personal_data"]

P = ParamSpec("P")
R = TypeVar("R")

logger = Logger(version=__version__)
"""Each line names the version that wrote it: two run side by side while traffic shifts to a new one."""
metrics = Metrics()


def where(error: BaseException) -> list[str]:
    """The files and lines that an error passed, innermost first, without what they held. Instead of a traceback, whose last line
    is the error's message: the SDK's may repeat all that was to be stored.
    """
    return [f"{PurePath(frame.f_code.co_filename).name}:{line}" for frame, line in traceback.walk_tb(error.__traceback__)][::-1]


def without_personal_data(handler: Callable[P, R]) -> Callable[P, R]:
    """For a handler that lets errors end its run: Lambda logs what they say, so others than ours end it by their kind alone."""

    @wraps(handler)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return handler(*args, **kwargs)
        except RebasketError:
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, its message may hold what was to be stored
            kind, lines = error_text(error), where(error)
        logger.error("ended by an error", error=kind, where=lines)
        raise RuntimeError(kind)

    return guarded
