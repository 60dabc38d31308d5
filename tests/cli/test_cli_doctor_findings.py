"""What `rebasket doctor` makes of the facts, and that the commands it gives are ones that exist."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rebasket_cli.doctor.delivery import is_nobodys
from rebasket_cli.doctor.diagnosis import findings, worst
from rebasket_cli.doctor.facts import Facts, Sender
from rebasket_cli.doctor.finding import Finding
from tests.cli.command_lines import commands, ours, wrong_with_aws
from tests.cli.doctor_facts import IDENTITY, KEY, NOW, WELL, shop_but, well_but
from tests.cli.doctor_ills import ILL, OK, WARN


def ill(facts: Facts) -> list[Finding]:
    return [one for one in findings(facts) if one.severity is not OK]


def test_all_is_well() -> None:
    assert ill(WELL) == []
    assert {one.topic for one in findings(WELL)} == {
        "stack", "drift", "TTL", "recovery", "stream", "schedule", "mail events", "concurrency", "sender", "DKIM", "MAIL FROM",
        "DMARC", "SES quota", "text messages", "secrets", "shops", "keys", "sweep", "dead letters", "alarms",
    }  # fmt: skip
    assert worst(findings(WELL)) is OK


@pytest.mark.parametrize("name", ILL)
def test_one_thing_is_wrong(name: str) -> None:
    facts, severity, topic, command = ILL[name]
    found = [one for one in ill(facts) if one.topic == topic]
    assert [one.severity for one in found] == [severity]
    assert command in found[0].mend
    assert found[0].means
    assert {one.topic for one in ill(facts)} <= {topic, "shops"}
    assert worst(findings(facts)) is severity


def test_nothing_else_is_said_of_a_stack_that_is_not_there() -> None:
    assert len(findings(ILL["no stack"][0])) == 1


def test_the_closest_verified_identity_counts() -> None:
    sender = Sender(address="a@x.tea.shop", identities=(replace(IDENTITY, name="x.tea.shop", verified=False), IDENTITY))
    assert sender.verified == IDENTITY


def test_a_young_stack_may_not_have_swept_yet() -> None:
    facts = well_but("waiting", cursor=None)
    assert facts.deployment
    young = replace(facts, deployment=replace(facts.deployment, changed_at=NOW - timedelta(minutes=5)))
    assert [(one.severity, one.topic) for one in ill(young)] == [(WARN, "sweep")]


def test_text_messages_matter_to_those_who_send_them() -> None:
    facts = replace(shop_but(texts=True))
    assert [(one.severity, one.topic) for one in ill(facts)] == [(WARN, "text messages")] * 2
    assert facts.texts
    assert ill(replace(facts, texts=replace(facts.texts, sandbox=False, limit="200"))) == []


def test_a_daily_limit_of_minus_one_is_none() -> None:
    assert ill(well_but("ses", most_a_day=-1, sent=10**6)) == []


@pytest.mark.parametrize(
    ("domain", "nobodys"),
    [("example.com", True), ("mail.example.org", True), ("shop.test", True), ("examples.com", False), ("example.com.pl", False)],
)
def test_domains_that_nobody_owns(domain: str, nobodys: bool) -> None:  # noqa: FBT001  # an expected value
    assert is_nobodys(domain) is nobodys


# --- Commands ---------------------------------------------------------------------------------------------------------

COMMANDS = sorted({one.mend for facts, *_ in ILL.values() for one in ill(facts)})


@pytest.mark.parametrize("mend", [mend for mend in COMMANDS if mend.startswith("aws ")])
def test_commands_of_aws_exist_and_take_these_options(mend: str) -> None:
    for words in commands(mend):
        assert words[1:3] == ["--region", "eu-central-1"]
        assert wrong_with_aws(words[3:]) is None


@pytest.mark.parametrize("mend", [mend for mend in COMMANDS if mend.startswith("rebasket ")])
def test_our_own_commands_exist_and_take_these_options(mend: str) -> None:
    for words in commands(mend):
        assert ours(words).params["stack"] == "rebasket"


def test_every_mend_is_a_command_or_says_what_to_do() -> None:
    known = ("aws ", "rebasket ", "make build ", "Publish", "Read AWS", "Ask for more", "Exit the sandbox", "Read docs/")
    assert [mend for mend in COMMANDS if not mend.startswith(known)] == []


def test_layers_are_built_for_the_processor_of_the_stack() -> None:
    deployments = [mend for mend in COMMANDS if "sam deploy" in mend]
    assert {mend.partition(" && ")[0] for mend in deployments} == {"make build ARCHITECTURE=x86_64", "make build"}
    assert [mend for mend in deployments if mend.startswith("make build &&")] == [
        mend
        for mend in deployments
        if "--guided" in mend  # there is no stack yet to ask
    ]


@pytest.mark.parametrize(
    ("why", "allow"),
    [
        ("AccessDeniedException: User: operator is not authorized", True),
        ("AuthorizationError: not authorized to perform", True),
        ("InvalidAction: Unknown action: GetSMSAttributes", False),
        ("DNS did not answer (LifetimeTimeout)", False),
    ],
)
def test_a_permission_is_advised_where_one_is_missing(why: str, allow: bool) -> None:  # noqa: FBT001  # an expected value
    (finding,) = [
        one for one in findings(replace(WELL, texts=None, unread={"text messages": why})) if one.topic == "text messages"
    ]
    assert finding.seen == f"could not be asked: {why}"
    assert ("needs to be allowed" in finding.means) is allow


def test_keys_are_named_without_their_secrets() -> None:
    assert "secret" not in repr(KEY)
