"""IAM statements as the local cloud evaluates them."""

from __future__ import annotations

from typing import Any

import pytest

from rebasket_local.errors import TemplateInvalid
from rebasket_local.policies import Policy, Request

TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/Carts"


def allow(**more: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
    return {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": TABLE, **more}


def allows(*statements: dict[str, Any], action: str = "dynamodb:PutItem", resource: str = TABLE, **context: list[str]) -> bool:
    keys = {name.replace("__", ":"): values for name, values in context.items()}
    return Policy([{"Statement": list(statements)}], "Role").allows(Request(action, resource, keys))


def test_nothing_is_allowed_unless_something_says_so() -> None:
    assert not allows()
    assert allows(allow())
    assert not allows(allow(), action="dynamodb:GetItem")
    assert not allows(allow(), resource=f"{TABLE}2")


def test_a_denial_wins() -> None:
    assert not allows(allow(), allow(Effect="Deny", Resource="*"))
    assert allows(allow(), allow(Effect="Deny", Action="dynamodb:DeleteItem"))


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (allow(Action="dynamodb:*"), True),
        (allow(Action="DynamoDB:Put*"), True),
        (allow(Action=["dynamodb:GetItem", "dynamodb:Put?tem"]), True),
        (allow(Resource="*"), True),
        (allow(Resource="arn:aws:dynamodb:*:*:table/C*"), True),
        (allow(Resource="arn:aws:dynamodb:*:*:table/c*"), False),  # resources are case-sensitive, actions are not
        ({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}, True),
        ({"Effect": "Allow", "NotAction": "dynamodb:*", "Resource": "*"}, False),
        ({"Effect": "Allow", "Action": "dynamodb:PutItem", "NotResource": "arn:aws:s3:::*"}, True),
    ],
)
def test_patterns(statement: dict[str, Any], expected: bool) -> None:  # noqa: FBT001  # a parameter
    assert allows(statement) is expected


@pytest.mark.parametrize(
    ("condition", "keys", "expected"),
    [
        ({"StringEquals": {"x:key": "a"}}, ["a"], True),
        ({"StringEquals": {"x:key": "a"}}, ["A"], False),
        ({"StringEqualsIgnoreCase": {"x:key": ["b", "A"]}}, ["a"], True),
        ({"StringLike": {"x:key": "cart#*"}}, ["cart#1"], True),
        ({"StringLike": {"x:key": "cart#*"}}, [], False),
        ({"StringLikeIfExists": {"x:key": "cart#*"}}, [], True),
        ({"StringNotLike": {"x:key": "cart#*"}}, ["shop#1"], True),
        ({"StringNotLike": {"x:key": "cart#*"}}, [], True),
        ({"ForAllValues:StringLike": {"X:Key": ["cart#*", "shop#*"]}}, ["cart#1", "shop#1"], True),
        ({"ForAllValues:StringLike": {"x:key": ["cart#*"]}}, ["cart#1", "shop#1"], False),
        ({"ForAllValues:StringLike": {"x:key": ["cart#*"]}}, [], True),
        ({"ForAnyValue:StringLike": {"x:key": ["cart#*"]}}, ["cart#1", "shop#1"], True),
        ({"ForAnyValue:StringLike": {"x:key": ["cart#*"]}}, [], False),
        ({"Null": {"x:key": "true"}}, [], True),
        ({"Null": {"x:key": "false"}}, [], False),
        ({"Bool": {"x:key": "false"}}, ["False"], True),
        ({"ArnLike": {"x:key": "arn:*:rule/R"}}, ["arn:aws:events:::rule/R"], True),
        ({"StringEquals": {"x:key": "a"}, "Null": {"y:other": "false"}}, ["a"], False),  # all have to hold
    ],
)
def test_conditions(condition: dict[str, Any], keys: list[str], expected: bool) -> None:  # noqa: FBT001  # a parameter
    assert allows(allow(Condition=condition), x__key=keys) is expected


def test_what_is_allowed_whatever_the_item_is_known_beforehand() -> None:
    request = Request("dynamodb:PutItem", TABLE, {})
    conditional = allow(Condition={"StringEquals": {"x:key": "a"}})

    assert Policy([{"Statement": [allow()]}], "Role").always_allows(request)
    assert Policy([{"Statement": [allow(), conditional]}], "Role").always_allows(request)
    assert not Policy([{"Statement": [conditional]}], "Role").always_allows(request)
    assert not Policy([{"Statement": [allow(), {**conditional, "Effect": "Deny"}]}], "Role").always_allows(request)


def test_an_unknown_operator_is_named() -> None:
    with pytest.raises(TemplateInvalid, match="Role: the local cloud does not know the condition operator IpAddress"):
        allows(allow(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}))


def test_a_resources_policy_names_who_it_speaks_of() -> None:
    policy = Policy([{"Statement": {**allow(), "Principal": {"Service": ["events.amazonaws.com"]}}}], "Queue")
    request = Request("dynamodb:PutItem", TABLE, {})

    assert policy.allows(request, "events.amazonaws.com")
    assert not policy.allows(request, "sns.amazonaws.com")
