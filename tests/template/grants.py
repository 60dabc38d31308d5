"""What a function's role grants, taken apart: each action and each kind of item of each of its statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rebasket_local.policies import Policy, Request

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rebasket_local.stack import Stack

KEYS = "dynamodb:LeadingKeys"


@dataclass(frozen=True)
class Grant:
    """One part of one statement: an action with all its resources, or a kind of items or a resource with all its actions."""

    function: str
    statement: str
    part: str
    policy: Policy

    def covers(self, request: Request) -> bool:
        return self.policy.allows(request)

    def __str__(self) -> str:
        return f"{self.function} {self.statement} {self.part}"


def grants(stack: Stack) -> Iterator[Grant]:
    """All that template.yaml writes out, which has a Sid; what SAM adds for Lambda's own use has none."""
    for function in stack.of_type("AWS::Lambda::Function"):
        role = stack.by_arn(function.properties["Role"], "AWS::IAM::Role")
        assert role
        for document in role.properties.get("Policies", []):
            for statement in document["PolicyDocument"]["Statement"]:
                if statement.get("Sid") and statement["Effect"] == "Allow":
                    for part, narrowed in _narrowed(statement):
                        policy = Policy([{"Statement": narrowed}], str(part))
                        yield Grant(function.logical_id, statement["Sid"], str(part), policy)


def _narrowed(statement: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for action in _listed(statement["Action"]):
        yield action, {**statement, "Action": action}
    for resource in _listed(statement["Resource"]):
        yield resource, {**statement, "Resource": resource}
    for operator, condition in statement.get("Condition", {}).items():
        for key in _listed(condition.get(KEYS, [])):
            # ForAllValues holds for a request without keys, which would count as the use of any of them.
            yield key, {**statement, "Condition": {operator.removeprefix("ForAllValues:"): {KEYS: key}}}


def _listed(value: Any) -> list[Any]:  # noqa: ANN401  # IAM takes one or several
    return value if isinstance(value, list) else [value]
