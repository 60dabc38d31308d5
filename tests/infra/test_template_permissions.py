"""What functions may do, asked as AWS would be asked: the roles' policies are evaluated, not read."""

from collections.abc import Iterable

import pytest

from rebasket_local.permissions import Permissions
from rebasket_local.policies import Policy, Request
from rebasket_local.stack import Stack

FUNCTIONS = {
    "ingest": "IngestFunction",
    "sweep": "SweepFunction",
    "remind": "RemindFunction",
    "feedback": "FeedbackFunction",
    "visit": "VisitFunction",
    "close_books": "CloseBooksFunction",
    "report": "ReportFunction",
}
KINDS = {
    "cart": "cart#acme#c1",
    "contact": "contact#acme#5f1d",
    "episode": "episodes#acme#2026-11-22#0",
    "shop": "shop#acme",
    "shops": "shops",
    "offer": "offer#acme#ten",
    "link": "link#Zk3v",
    "books": "books#acme",
}
READ, WRITE = ("GetItem",), ("PutItem", "UpdateItem")


@pytest.fixture(scope="module")
def roles(stack: Stack) -> dict[str, Policy]:
    def documents(role_arn: str) -> Iterable[dict[str, object]]:
        role = stack.by_arn(role_arn, "AWS::IAM::Role")
        assert role is not None
        return [policy["PolicyDocument"] for policy in role.properties["Policies"]]

    return {
        name: Policy(documents(stack.resource(logical_id).properties["Role"]), name) for name, logical_id in FUNCTIONS.items()
    }


def may(policy: Policy, stack: Stack, table: str, action: str, key: str) -> bool:
    request = Request(f"dynamodb:{action}", stack.resource(table).arn, {"dynamodb:leadingkeys": [key]})
    return policy.allows(request)


def kinds(policy: Policy, stack: Stack, actions: Iterable[str]) -> set[str]:
    """The kinds of items in Carts with which the role may do all of that."""
    return {kind for kind, key in KINDS.items() if all(may(policy, stack, "CartsTable", action, key) for action in actions)}


@pytest.mark.parametrize(
    ("name", "written", "only_read"),
    [
        ("ingest", {"cart", "contact", "episode"}, {"shop"}),
        ("sweep", set(), set()),
        ("remind", {"cart", "contact", "episode", "offer", "link"}, {"shop"}),
        ("feedback", {"contact", "episode"}, {"cart", "shop"}),
        ("visit", {"cart", "contact", "episode"}, {"shop", "link"}),
        ("close_books", {"episode", "books"}, {"contact", "shop", "shops"}),
        ("report", set(), {"episode", "shop", "books"}),
    ],
)
def test_a_function_writes_and_reads_only_the_kinds_that_are_its_business(
    roles: dict[str, Policy], stack: Stack, name: str, written: set[str], only_read: set[str]
) -> None:
    assert kinds(roles[name], stack, WRITE) == written
    assert kinds(roles[name], stack, READ) == written | only_read


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_scans_or_deletes_carts_or_transacts(roles: dict[str, Policy], stack: Stack, name: str) -> None:
    for action in ("Scan", "DeleteItem", "BatchWriteItem", "DeleteTable", "ConditionCheckItem", "PartiQLDelete"):
        assert not kinds(roles[name], stack, [action]), action


def test_timers_are_armed_by_two_functions_and_deleted_by_one(roles: dict[str, Policy], stack: Stack) -> None:
    minute = "2026-11-22T10:00#3"
    assert {name for name, role in roles.items() if may(role, stack, "TimersTable", "PutItem", minute)} == {"ingest", "remind"}
    for action in ("DeleteItem", "BatchWriteItem", "Query"):
        assert {name for name, role in roles.items() if may(role, stack, "TimersTable", action, minute)} == {"sweep"}


def test_the_cursor_is_all_that_sweep_writes(roles: dict[str, Policy], stack: Stack) -> None:
    for action in ("GetItem", "PutItem", "UpdateItem"):
        assert may(roles["sweep"], stack, "TimersTable", action, "cursor")
        assert not may(roles["sweep"], stack, "TimersTable", action, "2026-11-22T10:00#3")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_only_remind_sends_and_only_as_the_sender(stack: Stack, name: str) -> None:
    permissions = Permissions(stack)
    role = stack.resource(FUNCTIONS[name]).properties["Role"]

    def denied(sender: str, configuration_set: str) -> bool:
        call = {"FromEmailAddress": sender, "Content": {"Raw": {"Data": b""}}, "ConfigurationSetName": configuration_set}
        return permissions.denial(role, name, "sesv2", "SendEmail", call) is not None

    assert denied("Shop <carts@shop.example>", "rebasket-dev") is (name != "remind")
    assert denied("Shop <boss@shop.example>", "rebasket-dev")
    assert denied("Shop <carts@shop.example>", "newsletter")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_only_remind_texts_and_only_phone_numbers(stack: Stack, roles: dict[str, Policy], name: str) -> None:
    number = Request("sns:Publish", "*", {})
    assert roles[name].allows(number) is (name == "remind")
    for region in (stack.region, "us-east-1"):
        for resource in ("alarms", "alarms:5be8", "app/GCM/shop", "endpoint/GCM/shop/5be8"):
            arn = f"arn:aws:sns:{region}:{stack.account}:{resource}"
            assert not roles[name].allows(Request("sns:Publish", arn, {})), arn


@pytest.mark.parametrize(
    ("secret", "readers"),
    [
        ("contact-key", {"ingest", "remind", "feedback", "visit"}),
        ("link-keys", {"remind", "visit"}),
        ("shops/acme/keys", {"ingest", "report"}),
        ("shops/acme/something-else", set()),
    ],
)
def test_a_secret_is_read_by_whom_it_serves(stack: Stack, roles: dict[str, Policy], secret: str, readers: set[str]) -> None:
    def arn(stage: str) -> str:
        return f"arn:aws:ssm:{stack.region}:{stack.account}:parameter/rebasket/{stage}/{secret}"

    for action in ("ssm:GetParameter", "ssm:GetParameters"):
        assert {name for name, role in roles.items() if role.allows(Request(action, arn("dev"), {}))} == readers
        assert not [name for name, role in roles.items() if role.allows(Request(action, arn("prod"), {}))]
    for action in ("ssm:PutParameter", "ssm:DeleteParameter", "ssm:GetParametersByPath"):
        assert not [name for name, role in roles.items() if role.allows(Request(action, arn("dev"), {}))]


def test_each_queue_is_written_by_those_whose_failures_wait_there(stack: Stack, roles: dict[str, Policy]) -> None:
    writers = {
        queue.logical_id: {name for name, role in roles.items() if role.allows(Request("sqs:SendMessage", queue.arn, {}))}
        for queue in stack.of_type("AWS::SQS::Queue")
    }
    assert writers == {
        "DeadTimersQueue": {"remind"},
        "DeadFeedbackQueue": {"feedback"},
        "DeadRunsQueue": {"sweep", "close_books"},
    }
