"""What `rebasket doctor` asks AWS, and what it makes of the answers: moto's, or prepared ones where moto does not know."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber
from typer.testing import CliRunner

from rebasket.domain.errors import Misconfigured
from rebasket.wiring import App
from rebasket_cli.doctor import command, mail_facts
from rebasket_cli.doctor.clients import Clients
from rebasket_cli.doctor.diagnosis import findings
from rebasket_cli.doctor.facts import Alarms, Dmarc, Facts
from rebasket_cli.doctor.finding import Severity
from rebasket_cli.main import app as cli
from rebasket_cli.shop import create_shop
from tests.cli.deployed import CREATED, Deployed
from tests.samples import a_shop
from tests.template.moto_stack import REGION


def a_schedule(clients: Clients, name: str, state: Any) -> None:  # noqa: ANN401  # a literal of AWS's
    target: Any = {"Arn": "arn:aws:lambda:eu-central-1:123456789012:function:x", "RoleArn": "arn:aws:iam::123456789012:role/x"}
    clients.scheduler.create_schedule(
        Name=name, ScheduleExpression="rate(1 minute)", FlexibleTimeWindow={"Mode": "OFF"}, Target=target, State=state
    )


def test_a_whole_stack_is_well(deployed: Deployed) -> None:
    create_shop(deployed.app, a_shop())
    deployed.app.timers.advance(deployed.app.clock().replace(second=0, microsecond=0))
    a_schedule(deployed.clients, "sweep-1", "ENABLED")
    deployed.clients.events.put_rule(Name="mail-1", EventPattern="{}", State="ENABLED")
    deployed.describe()
    deployed.list_resources(
        ("AWS::Scheduler::Schedule", "SweepFunctionEveryMinute", "sweep-1"), ("AWS::Events::Rule", "MailEvents", "mail-1")
    )
    deployed.answer_mail()
    with Stubber(deployed.clients.functions) as functions:
        functions.add_response("get_account_settings", {"AccountLimit": {"ConcurrentExecutions": 1000}})
        facts = deployed.look()
    assert facts.unread == {}
    ill = {(one.topic, one.severity.value) for one in findings(facts) if one.severity is not Severity.OK}
    # The sample shop sends text messages; the stack in moto has no stream mapping and no alarms.
    assert ill == {("stream", "fail"), ("text messages", "warn"), ("alarms", "warn")}
    assert facts.tenants
    assert facts.tenants.secrets.keys() == {"contact-key", "link-keys", "shops/tea/keys"}
    assert [(key.kind, key.rights) for key in facts.tenants.shops[0].keys] == [
        ("bearer", ("events", "report")),
        ("signing", ("events",)),
    ]


def test_what_is_off_or_gone_shows(deployed: Deployed) -> None:
    a_schedule(deployed.clients, "books-1", "DISABLED")
    deployed.clients.events.put_rule(Name="mail-1", EventPattern="{}", State="DISABLED")
    deployed.clients.dynamodb.update_time_to_live(
        TableName="timers", TimeToLiveSpecification={"Enabled": False, "AttributeName": "due"}
    )
    deployed.describe()
    deployed.list_resources(
        ("AWS::Scheduler::Schedule", "SweepFunctionEveryMinute", "sweep-1"),
        ("AWS::Scheduler::Schedule", "CloseBooksFunctionEveryNight", "books-1"),
        ("AWS::Events::Rule", "MailEvents", "mail-1"),
        ("AWS::Lambda::EventSourceMapping", "RemindFunctionTimerDeleted", "11111111-1111-1111-1111-111111111111"),
    )
    with Stubber(deployed.clients.functions) as functions:
        functions.add_response("get_event_source_mapping", {"State": "Disabled", "LastProcessingResult": "No records processed"})
        functions.add_response("get_account_settings", {"AccountLimit": {"ConcurrentExecutions": 10}})
        machinery = deployed.look().machinery
    assert machinery
    assert [(one.logical_id, one.state) for one in (*machinery.schedules, *machinery.rules)] == [
        ("SweepFunctionEveryMinute", None),
        ("CloseBooksFunctionEveryNight", "DISABLED"),
        ("MailEvents", "DISABLED"),
    ]
    assert (machinery.timers.ttl, machinery.carts.ttl, machinery.concurrency) == (None, "expires", 10)
    assert machinery.mapping
    assert (machinery.mapping.state, machinery.mapping.last) == ("Disabled", "No records processed")


def test_alarms_of_this_installation_and_no_other(deployed: Deployed) -> None:
    for name in ("rebasket-test-dead-timers", "rebasket-test-api-5xx", "rebasket-prod-dead-runs"):
        deployed.clients.cloudwatch.put_metric_alarm(
            AlarmName=name, EvaluationPeriods=1, ComparisonOperator="GreaterThanThreshold", Threshold=1
        )
        deployed.clients.cloudwatch.set_alarm_state(
            AlarmName=name, StateValue="OK" if name.endswith("5xx") else "ALARM", StateReason="one is too many"
        )
    deployed.describe()
    assert deployed.look().alarms == Alarms(count=2, ringing={"dead-timers": "one is too many"})


def test_what_waits_is_counted(deployed: Deployed) -> None:
    for name, count in (("DeadTimers", 1), ("DeadFeedback", 2), ("DeadRuns", 3)):
        for _ in range(count):
            deployed.clients.sqs.send_message(QueueUrl=deployed.said[f"{name}QueueUrl"], MessageBody="{}")
    deployed.clients.sqs.receive_message(QueueUrl=deployed.said["DeadFeedbackQueueUrl"])  # in somebody's hands: still there
    deployed.clients.s3.put_object(Bucket="failed", Key="batch", Body=b"{}")
    deployed.describe()
    found = deployed.look().waiting
    assert found
    assert (found.dead_letter_queue, found.dead_feedback, found.dead_runs, found.failed_batches) == (1, 2, 3, 1)
    assert found.cursor is None


def test_shops_that_would_not_work(deployed: Deployed) -> None:
    create_shop(deployed.app, a_shop())
    deployed.clients.dynamodb.update_item(
        TableName="carts",
        Key={"pk": {"S": "shop#tea"}, "sk": {"S": "policy#1"}},
        UpdateExpression="SET cap = :none",
        ExpressionAttributeValues={":none": {"N": "0"}},
    )
    deployed.clients.dynamodb.put_item(TableName="carts", Item={"pk": {"S": "shops"}, "sk": {"S": "ghost"}})
    deployed.app.secrets.put("shops/ghost/keys", "[{")
    deployed.app.shops.save(replace(a_shop(), id="oak", url="http://oak.example"))
    deployed.app.sending_pauses.pause("tea", "6 bounces")
    deployed.app.sending_pauses.stop("an audit")
    deployed.describe()
    fresh = App()
    fresh.settings = deployed.app.settings
    found = deployed.look(open_app=lambda: fresh).tenants
    assert found
    assert found.stopped == "an audit"
    assert {shop.id: (shop.problem, shop.paused) for shop in found.shops} == {
        "ghost": ("listed, but without settings", None),
        "oak": ("this shop cannot be set up (url: an https URL)", None),
        "tea": ("the policy contradicts itself (cap: at least 1)", "6 bounces"),
    }
    ghost, oak, tea = found.shops
    assert (oak.wrong, tea.wrong) == (("url",), ())
    assert len(tea.keys) == 2, "its keys are there, though it is broken itself"
    assert ghost.unread_keys
    assert ghost.keys == ()


def test_what_may_not_be_read_is_said_and_the_rest_looked_at(deployed: Deployed) -> None:
    def no_stack() -> App:
        raise Misconfigured("no application")

    def no_dns(_name: str) -> list[str]:
        raise OSError("DNS did not answer")

    deployed.describe()
    deployed.cloudformation.add_client_error("list_stack_resources", "AccessDenied", "not you")
    deployed.answer_mail()
    facts = deployed.look(open_app=no_stack, txt=no_dns)
    assert facts.unread == {"application": "no application", "DMARC": "DNS did not answer", "machinery": "AccessDenied: not you"}
    assert facts.ses
    assert {one.topic for one in findings(facts) if one.severity is Severity.WARN} == {*facts.unread, "alarms"}


def test_nobody_s_domain_has_no_dns_to_ask(deployed: Deployed) -> None:
    def no_dns(_name: str) -> list[str]:
        raise AssertionError

    deployed.describe("carts@shop.example")
    for _ in range(2):
        deployed.sesv2.add_client_error("get_email_identity", "NotFoundException")
    facts = deployed.look(txt=no_dns)
    assert facts.sender
    assert facts.dmarc is None
    assert not {one.topic for one in findings(facts)} & {"DMARC"}


def test_another_stack_than_ours(deployed: Deployed) -> None:
    deployed.said.clear()
    deployed.describe()
    assert set(deployed.look().unread.values()) >= {
        "the stack does not say its ConfigurationSetName: is it Rebasket, and up to date?"
    }


def test_no_stack_and_no_credentials_are_different(deployed: Deployed) -> None:
    deployed.cloudformation.add_client_error("describe_stacks", "ValidationError", "Stack with id rebasket does not exist")
    missing = deployed.look()
    assert (missing.deployment, missing.unread) == (None, {})
    deployed.cloudformation.add_client_error("describe_stacks", "ExpiredToken", "expired")
    assert deployed.look().unread == {"stack": "ExpiredToken: expired"}


# --- DNS and the command ----------------------------------------------------------------------------------------------


def test_dmarc_of_the_closest_domain_that_has_one() -> None:
    asked: list[str] = []

    def txt(name: str) -> list[str]:
        asked.append(name)
        return ["v=DMARC1; p=none"] if name == "_dmarc.shop.example" else []

    assert mail_facts.dmarc("mail.a.shop.example", txt) == Dmarc(domain="shop.example", records=("v=DMARC1; p=none",))
    assert asked == ["_dmarc.mail.a.shop.example", "_dmarc.a.shop.example", "_dmarc.shop.example"]
    assert mail_facts.dmarc("a.example", lambda _name: []) == Dmarc(domain="a.example", records=())


def test_the_command_prints_and_exits_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = Facts(stack="tea", region=REGION, now=CREATED)
    monkeypatch.setattr(command, "look", lambda *_args, **_kwargs: facts)
    monkeypatch.setattr(command.console, "width", 400)
    told = CliRunner().invoke(cli, ["doctor", "--stack", "tea"])
    assert told.exit_code == 1
    assert "there is no stack tea in eu-central-1" in told.output
    assert "1 to mend, 0 to see to, 0 well" in told.output
    data = json.loads(CliRunner().invoke(cli, ["doctor", "--stack", "tea", "--json"]).output)
    assert (data["worst"], [one["topic"] for one in data["findings"]]) == ("fail", ["stack"])


def test_one_output_that_the_doctor_reads_is_not_missing_in_the_template() -> None:
    folder = Path(command.__file__).parent
    read = {name for path in folder.glob("*.py") for name in re.findall(r'said(?:\.get\(|\[)"(\w+)"', path.read_text())}
    template = (folder.parents[2] / "template.yaml").read_text()
    assert len(read) >= 8
    assert {name for name in read if f"\n  {name}:\n" not in template} == set()
