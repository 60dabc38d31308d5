"""What `rebasket doctor` makes of the facts, and that the commands it gives are ones that exist."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rebasket.domain.carts.amiss import AmissCounts
from rebasket_cli.doctor.delivery import is_nobodys
from rebasket_cli.doctor.diagnosis import findings, worst
from rebasket_cli.doctor.facts import EventsHeard, Facts, Sender
from rebasket_cli.doctor.finding import Finding, Severity
from tests.cli.command_lines import commands, ours, wrong_with_aws
from tests.cli.doctor_facts import DAY, IDENTITY, KEY, MACHINERY, MAPPING, NOW, WELL, key_but, sender_but, shop_but, well_but

OK, WARN, FAIL = Severity

ILL: dict[str, tuple[Facts, Severity, str, str]] = {
    "no stack": (Facts(stack="rebasket", region="eu-central-1", now=NOW), FAIL, "stack", "sam deploy --stack-name rebasket"),
    "stack unread": (
        Facts(stack="rebasket", region="eu-central-1", now=NOW, unread={"stack": "no credentials"}),
        FAIL,
        "stack",
        "sts get-caller-identity",
    ),
    "deploying": (well_but("deployment", status="UPDATE_IN_PROGRESS"), WARN, "stack", "wait stack-update-complete"),
    "rolled back": (well_but("deployment", status="UPDATE_ROLLBACK_COMPLETE"), WARN, "stack", "describe-stack-events"),
    "half rolled back": (well_but("deployment", status="UPDATE_ROLLBACK_FAILED"), FAIL, "stack", "continue-update-rollback"),
    "never created": (well_but("deployment", status="ROLLBACK_COMPLETE"), FAIL, "stack", "describe-stack-events"),
    "drifted": (
        well_but("drift", status="DRIFTED", modified=("CartsTable (/X)",)),
        WARN,
        "drift",
        "describe-stack-resource-drifts",
    ),
    "deleted by hand": (
        well_but("drift", status="DRIFTED", deleted=("SweepLogGroup",)),
        FAIL,
        "drift",
        "describe-stack-resource-drifts",
    ),
    "drift unknown": (well_but("drift", status="UNKNOWN", why="busy"), WARN, "drift", "describe-stack-resource-drifts"),
    "carts kept for ever": (
        well_but("machinery", carts=replace(MACHINERY.carts, ttl=None)),
        FAIL,
        "TTL",
        "--table-name carts-1 --time-to-live-specification Enabled=true,AttributeName=expires",
    ),
    "timers by another attribute": (
        well_but("machinery", timers=replace(MACHINERY.timers, ttl="expires")),
        FAIL,
        "TTL",
        "--table-name timers-1 --time-to-live-specification Enabled=true,AttributeName=due",
    ),
    "no recovery": (
        well_but("machinery", carts=replace(MACHINERY.carts, recoverable=False)),
        FAIL,
        "recovery",
        "update-continuous-backups --table-name carts-1",
    ),
    "no stream": (well_but("machinery", timers=replace(MACHINERY.timers, stream=None)), FAIL, "stream", "sam deploy"),
    "no mapping": (well_but("machinery", mapping=None), FAIL, "stream", "sam deploy"),
    "mapping off": (
        well_but("machinery", mapping=replace(MAPPING, state="Disabled")),
        FAIL,
        "stream",
        "update-event-source-mapping --uuid 11111111-2222 --enabled",
    ),
    "mapping in trouble": (
        well_but("machinery", mapping=replace(MAPPING, last="PROBLEM: Function call failed")),
        FAIL,
        "stream",
        "logs tail /rebasket/prod/",
    ),
    "sweep switched off": (
        well_but("machinery", schedules=(replace(MACHINERY.schedules[0], state="DISABLED"),)),
        FAIL,
        "schedule",
        "update-schedule",
    ),
    "sweep's schedule gone": (
        well_but("machinery", schedules=(replace(MACHINERY.schedules[0], state=None),)),
        FAIL,
        "schedule",
        "sam deploy",
    ),
    "rule off": (
        well_but("machinery", rules=(replace(MACHINERY.rules[0], state="DISABLED"),)),
        FAIL,
        "mail events",
        "events enable-rule --name mail-1",
    ),
    "rule gone": (well_but("machinery", rules=(replace(MACHINERY.rules[0], state=None),)), FAIL, "mail events", "sam deploy"),
    "a new account": (well_but("machinery", concurrency=10), WARN, "concurrency", "--quota-code L-B99A9384"),
    "placeholder sender": (
        well_but("sender", address="carts@example.com"),
        FAIL,
        "sender",
        "--parameter-overrides SenderEmail=",
    ),
    "no identity": (well_but("sender", identities=()), FAIL, "sender", "create-email-identity --email-identity tea.shop"),
    "not verified": (sender_but(verified=False), FAIL, "sender", "get-email-identity --email-identity tea.shop"),
    "only the address": (sender_but(name="reminders@tea.shop"), FAIL, "DKIM", "create-email-identity --email-identity tea.shop"),
    "DKIM off": (sender_but(signing=False), FAIL, "DKIM", "put-email-identity-dkim-attributes"),
    "DKIM pending": (sender_but(dkim="PENDING"), FAIL, "DKIM", "--query DkimAttributes.Tokens"),
    "no MAIL FROM": (sender_but(mail_from=None), WARN, "MAIL FROM", "--mail-from-domain bounce.tea.shop"),
    "MAIL FROM pending": (sender_but(mail_from_status="PENDING"), WARN, "MAIL FROM", "feedback-smtp.eu-central-1.amazonses.com"),
    "no DMARC": (well_but("dmarc", records=("v=spf1 -all",)), WARN, "DMARC", '_dmarc.tea.shop TXT "v=DMARC1; p=none;'),
    "two DMARC": (well_but("dmarc", records=("v=DMARC1; p=none",) * 2), WARN, "DMARC", "_dmarc.tea.shop"),
    "SES sandbox": (well_but("ses", production=False), FAIL, "SES account", "--website-url https://tea.shop"),
    "SES paused": (well_but("ses", sending=False), FAIL, "SES account", "put-account-sending-attributes --sending-enabled"),
    "SES on probation": (well_but("ses", enforcement="PROBATION"), WARN, "SES account", "support"),
    "SES shut down": (well_but("ses", enforcement="SHUTDOWN"), FAIL, "SES account", "support"),
    "quota nearly used": (well_but("ses", sent=40_000), WARN, "SES quota", "Service Quotas"),
    "quota used": (well_but("ses", sent=50_000), FAIL, "SES quota", "Service Quotas"),
    "set paused": (
        well_but("mail_events", sending=False),
        FAIL,
        "mail events",
        "put-configuration-set-sending-options --configuration-set-name rebasket-prod --sending-enabled",
    ),
    "no destination": (
        well_but("mail_events", destination=None, enabled=False, kinds=frozenset()),
        FAIL,
        "mail events",
        "create-configuration-set-event-destination",
    ),
    "destination off": (
        well_but("mail_events", enabled=False),
        FAIL,
        "mail events",
        "update-configuration-set-event-destination",
    ),
    "deaf to complaints": (
        well_but("mail_events", kinds=frozenset({"SEND"})),
        FAIL,
        "mail events",
        "arn:aws:events:eu-central-1:123456789012:event-bus/default",
    ),
    "everything stopped": (well_but("tenants", stopped="an audit"), WARN, "stop", "rebasket start"),
    "no shop": (well_but("tenants", shops=()), FAIL, "shops", "rebasket shop create"),
    "contact-key gone": (
        well_but("tenants", secrets={"link-keys": NOW}),
        FAIL,
        "secrets",
        "ssm put-parameter --name /rebasket/prod/contact-key",
    ),
    "link-keys gone": (well_but("tenants", secrets={"contact-key": NOW}), FAIL, "secrets", "rebasket keys rotate-links"),
    "link-keys old": (
        well_but("tenants", secrets={"contact-key": NOW, "link-keys": NOW - 366 * DAY}),
        WARN,
        "secrets",
        "rebasket keys rotate-links",
    ),
    "shop broken": (shop_but(problem="without policy"), FAIL, "shops", "rebasket shop create tea"),
    "shop without https": (
        shop_but(problem="this shop cannot be set up (url: …)", wrong=("url", "colour")),
        FAIL,
        "shops",
        "rebasket shop change tea --url https://… --colour '#1f6feb' --stack rebasket",
    ),
    "shop in no zone": (
        shop_but(problem="this shop cannot be set up (…)", wrong=("name", "time_zone")),
        FAIL,
        "shops",
        "rebasket shop change tea --name NAME --stack rebasket && rebasket shop quiet-hours tea --time-zone ZONE",
    ),
    "keys broken": (shop_but(keys=(), unread_keys="cannot be read"), FAIL, "keys", "rebasket keys create tea"),
    "events refused": (
        shop_but(heard=EventsHeard(amiss=AmissCounts(refused=3))),
        WARN,
        "events",
        "rebasket why tea CART",
    ),
    "events mended": (shop_but(heard=EventsHeard(amiss=AmissCounts(mended=3))), WARN, "events", "What cannot be read"),
    "events silent": (shop_but(heard=EventsHeard(silent_since="2026-02-20")), WARN, "events", "POST /v1/events"),
    "shop paused": (shop_but(paused="6 bounces of 100"), WARN, "shops", "rebasket shop resume tea"),
    "no key": (shop_but(keys=()), FAIL, "keys", "rebasket keys create tea"),
    "key for reports only": (key_but(rights=("report",)), FAIL, "keys", "rebasket keys create tea"),
    "key over": (key_but(expires_at=NOW), FAIL, "keys", "rebasket keys create tea"),
    "last key ends": (key_but(expires_at=NOW + 13 * DAY), WARN, "keys", "rebasket keys create tea"),
    "old key": (key_but(created_at=NOW - 366 * DAY), WARN, "keys", "rebasket keys delete tea abcd2345"),
    "sweep never ran": (well_but("waiting", cursor=None), FAIL, "sweep", "logs tail /rebasket/prod/"),
    "sweep behind": (well_but("waiting", cursor=NOW - timedelta(minutes=4)), FAIL, "sweep", "logs tail /rebasket/prod/"),
    "dead timers": (well_but("waiting", dead_letter_queue=2), FAIL, "dead letters", "rebasket redrive"),
    "dead feedback": (well_but("waiting", dead_feedback=2), FAIL, "dead letters", "rebasket redrive"),
    "failed batches": (well_but("waiting", failed_batches=1), FAIL, "dead letters", "rebasket redrive"),
    "dead runs": (well_but("waiting", dead_runs=1), WARN, "dead letters", "purge-queue --queue-url https://sqs/runs"),
    "an alarm rings": (
        well_but("alarms", ringing={"dead-timers": "1 datapoint was over 1"}),
        WARN,
        "alarms",
        "docs/operations.md#alarm-dead-timers",
    ),
    "nobody is told": (well_but("alarms", count=0), WARN, "alarms", "Monitoring=alarms"),
    "not allowed to look": (replace(WELL, ses=None, unread={"SES account": "AccessDenied: no"}), WARN, "SES account", "rebasket"),
}


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
