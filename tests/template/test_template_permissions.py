"""What functions may do, asked as AWS would be asked: the roles' policies are evaluated, not read."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from rebasket.aws import keys
from rebasket.domain.carts.timer import Timer
from rebasket.domain.reminders.episode import EpisodeRef
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
EPISODE = EpisodeRef(shop="acme", day="2026-11-22", cart="c#1", generation=1)
KINDS = {
    "cart": keys.cart("acme", "c#1"),
    "contact": keys.contact("acme", "5f1d"),
    "contact's cart": keys.contact_cart("acme", "5f1d", "c#1"),
    "episode": keys.episode(EPISODE),
    "shop": keys.shop("acme"),
    "policy": keys.policy("acme", 3),
    "list of shops": keys.shop_listed("acme"),
    "link": keys.link("Zk3v"),
    "books": keys.books("acme", "2026-11-22"),
    "posting": keys.posting("acme", "2026-11-22", 1),
    "mark": keys.mark("acme", "2026-11-22", "2026-12-01"),
    "reputation": keys.reputation("acme", "2026-11-22"),
    "pause": keys.pause("acme"),
    "stop": keys.STOP,
    "text slots": keys.sms_slots("acme", "3805012", "2026-11-22T10Z"),
}
SHOP = ("shop", "policy", "pause", "stop")
"""What every function learns when it reads a shop."""

BOOKS = ("books", "posting")
"""What lies in the books' partition."""

TIMER = keys.timer(Timer(shop="acme", cart="c#1", generation=1, due=datetime(2026, 11, 22, 10, tzinfo=UTC)), shards=4)
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


def may(policy: Policy, stack: Stack, table: str, action: str, key: keys.Key) -> bool:
    request = Request(f"dynamodb:{action}", stack.resource(table).arn, {"dynamodb:leadingkeys": [key["pk"]]})
    return policy.allows(request)


def kinds(policy: Policy, stack: Stack, actions: Iterable[str]) -> set[str]:
    """The kinds of items in Carts with which the role may do all of that."""
    return {kind for kind, key in KINDS.items() if all(may(policy, stack, "CartsTable", action, key) for action in actions)}


@pytest.mark.parametrize(
    ("name", "written", "only_read"),
    [
        ("ingest", {"cart", "contact", "contact's cart", "episode"}, {*SHOP, *BOOKS}),
        ("sweep", set(), set()),
        ("remind", {"cart", "contact", "contact's cart", "episode", "link"}, {*SHOP, *BOOKS}),
        ("feedback", {"contact", "contact's cart", "episode"}, {*BOOKS}),
        ("visit", {"contact", "contact's cart", "episode"}, {"cart", "link", *SHOP}),
        ("close_books", {"episode", *BOOKS}, {"contact", "contact's cart", "list of shops", *SHOP}),
        ("report", set(), {"episode", *BOOKS, *SHOP}),
    ],
)
def test_a_function_writes_and_reads_only_the_kinds_that_are_its_business(
    roles: dict[str, Policy], stack: Stack, name: str, written: set[str], only_read: set[str]
) -> None:
    assert kinds(roles[name], stack, WRITE) - {"reputation", "pause"} == written
    assert kinds(roles[name], stack, READ) == written | only_read


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_scans_or_deletes_carts_or_transacts(roles: dict[str, Policy], stack: Stack, name: str) -> None:
    for action in ("Scan", "BatchWriteItem", "DeleteTable", "ConditionCheckItem", "PartiQLDelete"):
        assert not kinds(roles[name], stack, [action]), action
    assert kinds(roles[name], stack, ["DeleteItem"]) == ({"mark"} if name == "close_books" else set())


def test_whoever_changes_episodes_marks_closed_days_and_only_close_books_sees_and_deletes_the_marks(
    roles: dict[str, Policy], stack: Stack
) -> None:
    mark = KINDS["mark"]
    marking = {name for name, role in roles.items() if may(role, stack, "CartsTable", "PutItem", mark)}
    assert marking == {"ingest", "remind", "feedback", "close_books"}
    for action in ("GetItem", "Query", "UpdateItem", "DeleteItem"):
        allowed = {name for name, role in roles.items() if may(role, stack, "CartsTable", action, mark)}
        assert allowed == ({"close_books"} if action in ("Query", "DeleteItem") else set()), action


def test_feedback_counts_and_brakes_and_touches_nothing_else_of_a_shop(roles: dict[str, Policy], stack: Stack) -> None:
    assert kinds(roles["feedback"], stack, WRITE) - kinds(roles["feedback"], stack, READ) == {"reputation", "pause"}
    assert {name for name, role in roles.items() if may(role, stack, "CartsTable", "PutItem", keys.pause("acme"))} == {"feedback"}
    assert not any(may(role, stack, "CartsTable", "PutItem", keys.STOP) for role in roles.values())


def test_only_remind_counts_text_messages_and_cannot_uncount_them(roles: dict[str, Policy], stack: Stack) -> None:
    slots = KINDS["text slots"]
    for action in ("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"):
        allowed = {name for name, role in roles.items() if may(role, stack, "CartsTable", action, slots)}
        assert allowed == ({"remind"} if action == "UpdateItem" else set()), action


def test_only_finance_s_functions_query_carts(roles: dict[str, Policy], stack: Stack) -> None:
    querying = {name: kinds(role, stack, ["Query"]) for name, role in roles.items()}
    assert {name for name, found in querying.items() if found - {"reputation", "pause"}} == {"close_books", "report"}
    assert {"episode", *BOOKS} <= querying["report"]
    assert {"episode", *BOOKS, "mark", "list of shops"} <= querying["close_books"]


def test_timers_are_armed_by_two_functions_and_deleted_by_one(roles: dict[str, Policy], stack: Stack) -> None:
    assert {name for name, role in roles.items() if may(role, stack, "TimersTable", "PutItem", TIMER)} == {"ingest", "remind"}
    for action in ("BatchWriteItem", "Query"):
        assert {name for name, role in roles.items() if may(role, stack, "TimersTable", action, TIMER)} == {"sweep"}


def test_the_cursor_is_all_that_sweep_writes(roles: dict[str, Policy], stack: Stack) -> None:
    for action in ("GetItem", "PutItem"):
        assert may(roles["sweep"], stack, "TimersTable", action, keys.CURSOR)
        assert not may(roles["sweep"], stack, "TimersTable", action, TIMER)


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
        ("contact-key", {"ingest", "remind"}),
        ("link-keys", {"remind"}),
        ("shops/acme/keys", {"ingest", "report"}),
        ("shops/acme/something-else", set()),
    ],
)
def test_a_secret_is_read_by_whom_it_serves(stack: Stack, roles: dict[str, Policy], secret: str, readers: set[str]) -> None:
    def arn(stage: str) -> str:
        return f"arn:aws:ssm:{stack.region}:{stack.account}:parameter/rebasket/{stage}/{secret}"

    reading = "ssm:GetParameter"
    assert {name for name, role in roles.items() if role.allows(Request(reading, arn("dev"), {}))} == readers
    assert not [name for name, role in roles.items() if role.allows(Request(reading, arn("prod"), {}))]
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
