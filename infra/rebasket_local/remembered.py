"""Parameters from SSM, as moto gave them the last time, until somebody writes one.

Functions read their secrets again and again, each time by a full HTTP request to moto. What they read changes only by calls
that pass here, too. Errors are not remembered.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Final

from rebasket_local.json_value import Json

_READS: Final = frozenset({"GetParameter", "GetParameters", "GetParametersByPath"})


class RememberedParameters:
    def __init__(self) -> None:
        self._answers: dict[str, Json] = {}

    def call(self, region: str, operation: str, params: Mapping[str, Json], ask: Callable[[], Json]) -> Json:
        """The answer, asked for only if it is not known. Raises what asking raises."""
        if operation not in _READS:
            self._answers.clear()
            return ask()
        key = f"{region}/{operation}/{sorted(params.items())}"
        if key not in self._answers:
            self._answers[key] = ask()
        return deepcopy(self._answers[key])
