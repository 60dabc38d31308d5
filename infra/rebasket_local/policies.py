"""IAM policy documents: whether their statements allow an action on a resource.

As in https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html for one account, without
boundaries and service control policies: a denial wins, else an allowance is needed. Raises `TemplateInvalid` for what is
not known here (a condition operator), rather than guess.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rebasket_local.errors import TemplateInvalid
from rebasket_local.json_value import Json

Context = Mapping[str, Sequence[str]]
"""Condition keys of a request, in lower case, and their values; a key that is not there has no value."""


@dataclass(frozen=True)
class Request:
    """One thing that somebody wants to do."""

    action: str
    resource: str
    context: Context


class Policy:
    """Statements of all policies that speak about one principal, or one resource."""

    def __init__(self, documents: Iterable[Mapping[str, Json]], where: str) -> None:
        self._statements = [
            _Statement(statement, where) for document in documents for statement in _listed(document.get("Statement", []))
        ]
        self._relevant: dict[tuple[str, str, str], list[_Statement]] = {}

    def always_allows(self, request: Request) -> bool:
        """Whether it is allowed, and no condition has a say in it."""
        relevant = [statement for statement in self._statements if statement.speaks_of(request, "")]
        certain = [statement.effect for statement in relevant if not statement.conditions]
        return _decide(certain) and all(statement.effect == "Allow" for statement in relevant)

    def allows(self, request: Request, service: str = "") -> bool:
        """`service` is the principal, for a policy of a resource; a role's own policy names none."""
        key = (request.action, request.resource, service)
        if key not in self._relevant:
            self._relevant[key] = [statement for statement in self._statements if statement.speaks_of(request, service)]
        return _decide([statement.effect for statement in self._relevant[key] if statement.holds(request.context)])


def _decide(effects: Sequence[str]) -> bool:
    return "Deny" not in effects and "Allow" in effects


class _Statement:
    def __init__(self, raw: Mapping[str, Json], where: str) -> None:
        self.effect = str(raw["Effect"])
        self._principals = raw.get("Principal")
        self._actions, self._not_actions = _listed(raw.get("Action", [])), _listed(raw.get("NotAction", []))
        self._resources, self._not_resources = _listed(raw.get("Resource", [])), _listed(raw.get("NotResource", []))
        self.conditions = [
            _Condition(operator, key.lower(), [str(value) for value in _listed(expected)], where)
            for operator, keys in (raw.get("Condition") or {}).items()
            for key, expected in keys.items()
        ]

    def speaks_of(self, request: Request, service: str) -> bool:
        return (
            self._is_about(service)
            and _named(request.action.lower(), self._actions, self._not_actions, fold=True)
            and _named(request.resource, self._resources, self._not_resources, fold=False)
        )

    def holds(self, context: Context) -> bool:
        return all(condition.holds(context) for condition in self.conditions)

    def _is_about(self, service: str) -> bool:
        if self._principals is None or self._principals == "*":
            return True
        return service in _listed(self._principals.get("Service", [])) or "*" in _listed(self._principals.get("AWS", []))


def _named(value: str, patterns: Sequence[str], exceptions: Sequence[str], *, fold: bool) -> bool:
    if patterns:
        return any(_like(value, pattern.lower() if fold else pattern) for pattern in patterns)
    return bool(exceptions) and not any(_like(value, pattern.lower() if fold else pattern) for pattern in exceptions)


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile("".join(".*" if char == "*" else "." if char == "?" else re.escape(char) for char in text), re.DOTALL)


def _like(value: str, pattern: str) -> bool:
    return _pattern(pattern).fullmatch(value) is not None


_OPERATORS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "StringEquals": lambda value, expected: value == expected,
    "StringEqualsIgnoreCase": lambda value, expected: value.casefold() == expected.casefold(),
    "StringLike": _like,
    "ArnEquals": _like,
    "ArnLike": _like,
    "Bool": lambda value, expected: value.lower() == expected.lower(),
}
_NEGATED: Final[Mapping[str, str]] = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}


class _Condition:
    """One operator on one key."""

    def __init__(self, operator: str, key: str, expected: Sequence[str], where: str) -> None:
        self._key = key
        self._expected = expected
        quantifier, _, name = operator.rpartition(":")
        self._for_all, self._for_any = quantifier == "ForAllValues", quantifier == "ForAnyValue"
        self._if_exists = name.endswith("IfExists")
        name = name.removesuffix("IfExists")
        self._null = name == "Null"
        self._negated = name in _NEGATED
        name = _NEGATED.get(name, name)
        if not self._null and name not in _OPERATORS:
            raise TemplateInvalid(where, f"the local cloud does not know the condition operator {operator}")
        self._compare = _OPERATORS.get(name, _like)

    def holds(self, context: Context) -> bool:
        values = context.get(self._key, ())
        if self._null:
            return (not values) == (self._expected[0].lower() == "true")
        if not values:
            # A negated operator holds for a key that is not there; so does ForAllValues, for every one of no values.
            return self._for_all or self._if_exists or (self._negated and not self._for_any)
        matches = (self._matches(value) for value in values)
        return all(matches) if self._for_all else any(matches)

    def _matches(self, value: str) -> bool:
        found = any(self._compare(value, expected) for expected in self._expected)
        return found != self._negated
