"""EventBridge event patterns, which Lambda uses for its event filters, too: moto's, as far as they are right.

moto (5.2) compares a text with a text, and knows the beginning and the end of one, as AWS does
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html). It takes 1 for true and 300 for 300.0, an
empty array for something that exists, and accepts what AWS refuses; so a pattern that asks for more than texts is refused
here. Nor does it look into an array of objects, which AWS does: a pattern that goes through one selects nothing.
"""

import json
from collections.abc import Callable, Mapping
from typing import Final

from moto.events.models import EventPattern

EventTest = Callable[[Mapping[str, object]], bool]

_TEXT_MATCHERS: Final = frozenset({"prefix", "suffix", "equals-ignore-case"})


class PatternInvalid(ValueError):
    """The pattern is not one that EventBridge accepts, or not played; the message starts with the field's path."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path or 'pattern'}: {why}")


def compile_pattern(pattern: Mapping[str, object]) -> EventTest:
    """Check a pattern once, to ask it about many events. Raises `PatternInvalid`."""
    _check(pattern, "")
    selects: EventTest = EventPattern.load(json.dumps(pattern)).matches_event  # type: ignore[assignment]  # typed for its own events
    return selects


def _check(expected: object, path: str) -> None:
    if isinstance(expected, list) and expected and path:
        if not all(_is_of_text(each) for each in expected):
            raise PatternInvalid(path, "the local cloud plays texts, and what they begin or end with")
    elif isinstance(expected, Mapping) and expected:
        for name, inner in expected.items():
            _check(inner, f"{path}.{name}".lstrip("."))
    else:
        raise PatternInvalid(path, "a field takes a list of alternatives or an object, neither of them empty")


def _is_of_text(alternative: object) -> bool:
    if isinstance(alternative, Mapping):
        return len(alternative) == 1 and all(
            name in _TEXT_MATCHERS and isinstance(text, str) for name, text in alternative.items()
        )
    return isinstance(alternative, str)
