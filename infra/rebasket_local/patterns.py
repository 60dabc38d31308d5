"""EventBridge event patterns, which Lambda uses for its event filters, too.

Semantics after https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html and the pages
below it:

- a pattern names fields; every named field must match, fields of the event that it does not name are ignored;
- the value of a field is a list of alternatives, or an object that goes one level deeper;
- where the event has an array, one of its elements has to match; in an array of objects one element has to
  match all that the pattern says below that point;
- numbers are compared by how they are written, so 300 and 300.0 differ; a number never equals a string or a bool;
- ``exists`` looks at leaves only: an object or an empty array below the field does not count as one.

A pattern that AWS would refuse raises `PatternInvalid`, whether or not the event comes near the broken part.
"""

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

Value = object
"""A leaf of an event: str, int, float, bool or None, as `json.loads` makes them."""

ValueTest = Callable[[Value], bool]
LeafTest = Callable[[Sequence[Value]], bool]
EventTest = Callable[[Mapping[str, object]], bool]

_OR: Final = "$or"
_NUMERIC_LIMIT: Final = 5_000_000_000
_COMPARISONS: Final[Mapping[object, Callable[[float, float], bool]]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class PatternInvalid(ValueError):
    """The pattern is not one that EventBridge accepts; the message starts with the field's path."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path or 'pattern'}: {why}")


def matches(pattern: Mapping[str, object], event: Mapping[str, object]) -> bool:
    """Whether the event is one that the pattern selects. Raises `PatternInvalid`."""
    return compile_pattern(pattern)(event)


def compile_pattern(pattern: Mapping[str, object], path: str = "") -> EventTest:
    """Check a pattern once, to ask it about many events. Raises `PatternInvalid`."""
    if not pattern:
        raise PatternInvalid(path, "an empty pattern selects nothing")
    tests = [
        _alternatives(expected, path) if name == _OR else _field(name, expected, f"{path}.{name}".lstrip("."))
        for name, expected in pattern.items()
    ]
    return lambda event: all(test(event) for test in tests)


def _alternatives(expected: object, path: str) -> EventTest:
    if not isinstance(expected, list) or len(expected) < 2:
        raise PatternInvalid(path, f"{_OR} takes a list of two patterns or more")
    tests = [compile_pattern(_object(each, path), path) for each in expected]
    return lambda event: any(test(event) for test in tests)


def _field(name: str, expected: object, path: str) -> EventTest:
    if isinstance(expected, list):
        test = _leaf(expected, path)
        return lambda event: test(tuple(_leaves(event[name]))) if name in event else test(())
    below = compile_pattern(_object(expected, path), path)
    return lambda event: any(below(each) for each in _objects(event.get(name)))


def _object(expected: object, path: str) -> Mapping[str, object]:
    if not isinstance(expected, Mapping):
        raise PatternInvalid(path, "a field takes a list of alternatives or an object")
    return expected


def _leaves(value: object) -> Iterator[Value]:
    if isinstance(value, list):
        for each in value:
            yield from _leaves(each)
    elif not isinstance(value, Mapping):
        yield value


def _objects(value: object) -> Iterator[Mapping[str, object]]:
    """The objects to look into. There is always one: below a leaf or nothing, every field is absent."""
    found = list(_nested_objects(value))
    yield from found or [{}]


def _nested_objects(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, Mapping):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _nested_objects(each)


def _leaf(alternatives: Sequence[object], path: str) -> LeafTest:
    if not alternatives:
        raise PatternInvalid(path, "an empty list of alternatives selects nothing")
    tests = [_alternative(each, path) for each in alternatives]
    return lambda values: any(test(values) for test in tests)


def _alternative(expected: object, path: str) -> LeafTest:
    if not isinstance(expected, Mapping):
        return _any_value(_exactly(expected, path))
    if len(expected) != 1:
        raise PatternInvalid(path, "a matcher is an object with one key")
    ((name, argument),) = expected.items()
    if name == "exists":
        return _exists(argument, path)
    if name == "anything-but":
        return _any_value(_anything_but(argument, path))
    if name == "numeric":
        return _any_value(_numeric(argument, path))
    return _any_value(_text(name, argument, path))


def _any_value(test: ValueTest) -> LeafTest:
    return lambda values: any(test(value) for value in values)


def _exists(argument: object, path: str) -> LeafTest:
    if not isinstance(argument, bool):
        raise PatternInvalid(path, "exists takes true or false")
    return lambda values: bool(values) is argument


def _exactly(expected: object, path: str) -> ValueTest:
    if not (expected is None or isinstance(expected, str | int | float)):
        raise PatternInvalid(path, f"no value to compare with: {expected!r}")
    return lambda value: type(value) is type(expected) and value == expected


def _anything_but(argument: object, path: str) -> ValueTest:
    if isinstance(argument, Mapping):
        if len(argument) != 1:
            raise PatternInvalid(path, "anything-but takes one matcher")
        ((name, texts),) = argument.items()
        tests = [_text(name, each, path) for each in _listed(texts, path)]
        return lambda value: isinstance(value, str) and not any(test(value) for test in tests)
    excluded = _listed(argument, path)
    if len({isinstance(each, str) for each in excluded}) > 1 or not all(
        isinstance(each, str | int | float) and not isinstance(each, bool) for each in excluded
    ):
        raise PatternInvalid(path, "anything-but takes only strings or only numbers")
    tests = [_exactly(each, path) for each in excluded]
    return lambda value: not any(test(value) for test in tests)


def _listed(argument: object, path: str) -> list[object]:
    values: list[object] = argument if isinstance(argument, list) else [argument]
    if not values:
        raise PatternInvalid(path, "anything-but takes at least one value")
    return values


def _numeric(argument: object, path: str) -> ValueTest:
    if not isinstance(argument, list) or len(argument) not in {2, 4}:
        raise PatternInvalid(path, "numeric takes one or two pairs of comparison and number")
    comparisons = [
        (_comparison(sign, path), _bound(bound, path)) for sign, bound in zip(argument[::2], argument[1::2], strict=True)
    ]
    return lambda value: _is_number(value) and all(compare(float(str(value)), bound) for compare, bound in comparisons)


def _comparison(sign: object, path: str) -> Callable[[float, float], bool]:
    if not isinstance(sign, str) or sign not in _COMPARISONS:
        raise PatternInvalid(path, f"numeric knows no comparison {sign!r}")
    return _COMPARISONS[sign]


def _bound(bound: object, path: str) -> float:
    if not _is_number(bound) or abs(number := float(str(bound))) > _NUMERIC_LIMIT:
        raise PatternInvalid(path, f"numeric compares with numbers up to ±5e9, not {bound!r}")
    return number


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(name: object, argument: object, path: str) -> ValueTest:
    if isinstance(argument, Mapping) and name in {"prefix", "suffix"}:
        if set(argument) != {"equals-ignore-case"}:
            raise PatternInvalid(path, f"{name} takes a string or equals-ignore-case")
        fold: Callable[[str], str] = str.casefold
        argument = argument["equals-ignore-case"]
    else:
        fold = str
    if not isinstance(argument, str):
        raise PatternInvalid(path, f"{name} takes a string, not {argument!r}")
    expected = fold(argument)
    match name:
        case "prefix":
            return lambda value: isinstance(value, str) and fold(value).startswith(expected)
        case "suffix":
            return lambda value: isinstance(value, str) and fold(value).endswith(expected)
        case "equals-ignore-case":
            return lambda value: isinstance(value, str) and value.casefold() == argument.casefold()
        case "wildcard":
            return _wildcard(argument, path)
        case _:
            raise PatternInvalid(path, f"no matcher is called {name!r}")


def _wildcard(text: str, path: str) -> ValueTest:
    parts = re.findall(r"\\[\\*]|\*|[^\\*]+", text)
    if "".join(parts) != text or ("*", "*") in pairwise(parts):
        raise PatternInvalid(path, "wildcard takes no ** and escapes only * and \\")
    expression = re.compile("".join(".*" if part == "*" else re.escape(part.removeprefix("\\")) for part in parts), re.DOTALL)
    return lambda value: isinstance(value, str) and expression.fullmatch(value) is not None
