"""What is wrong in the template is wrong in the local cloud: nothing about wiring is known beside it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from rebasket_local.errors import NotInTemplate, TemplateInvalid
from tests.local.toy_cloud import SENDER, TOY, changed_toy, delete, do, notes, put, toy

if TYPE_CHECKING:
    from pathlib import Path


def test_without_the_permission_no_request_arrives(tmp_path: Path) -> None:
    """SAM writes one AWS::Lambda::Permission a route; here the route is in the API's own definition, and nobody wrote one."""
    body = """
    Properties:
      DefinitionBody:
        openapi: 3.0.1
        paths:
          /mine:
            get:
              x-amazon-apigateway-integration:
                type: aws_proxy
                httpMethod: POST
                payloadFormatVersion: "2.0"
                uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Tick.Arn}/invocations
"""
    template = changed_toy(tmp_path, ("    Type: AWS::Serverless::HttpApi\n", f"    Type: AWS::Serverless::HttpApi{body}"))
    with toy(template) as cloud:
        assert cloud.http("GET", "/mine").status == 500
        assert cloud.invocations["Tick"] == 0


def test_other_payload_formats_are_refused_at_the_start(tmp_path: Path) -> None:
    template = changed_toy(
        tmp_path, ('Path: /things/mine, PayloadFormatVersion: "2.0"', 'Path: /things/mine, PayloadFormatVersion: "1.0"')
    )

    with (
        pytest.raises(TemplateInvalid, match=r"Api: get /things/mine: the local cloud plays payload format 2.0 only"),
        toy(template),
    ):
        pass


def test_without_a_route_there_is_no_answer(tmp_path: Path) -> None:
    template = changed_toy(tmp_path, ("Method: POST, Path: /things", "Method: PUT, Path: /things"))
    with toy(template) as cloud:
        assert do(cloud, "environment").status == 404


def test_a_filter_that_selects_something_else_delivers_nothing(tmp_path: Path) -> None:
    template = changed_toy(tmp_path, ('{"eventName": ["REMOVE"]}', '{"eventName": ["INSERT"]}'))
    with toy(template) as cloud:
        put(cloud, "a")
        cloud.settle()
        assert cloud.invocations["Listen"] == 3  # the insert, which the function cannot take, and its retries
        assert cloud.failures[0].kind == "KeyError"

        delete(cloud, "a")
        cloud.settle()
        assert cloud.invocations["Listen"] == 3
        assert notes(cloud, "listen") == {}


def test_a_stream_without_old_images_has_none(tmp_path: Path) -> None:
    with toy(changed_toy(tmp_path, ("StreamViewType: OLD_IMAGE", "StreamViewType: KEYS_ONLY"))) as cloud:
        put(cloud, "a")
        delete(cloud, "a")
        cloud.settle()

        assert "OldImage" in cloud.failures[0].message


def test_without_ttl_nothing_expires(tmp_path: Path) -> None:
    template = changed_toy(tmp_path, ("{AttributeName: due, Enabled: true}", "{AttributeName: due, Enabled: false}"))
    with toy(template) as cloud:
        put(cloud, "a", due={"N": str(int(cloud.now.timestamp()))})
        cloud.advance(timedelta(days=1))

        assert cloud.invocations["Listen"] == 0


def test_a_rule_that_asks_for_another_source_selects_nothing(tmp_path: Path) -> None:
    with toy(TOY, {"Sources": "somebody.else"}) as cloud:
        cloud.emit("aws.ses", "Email Bounced", {"eventType": "Bounce"})
        cloud.settle()

        assert cloud.invocations["React"] == 0


def test_a_rule_may_not_use_a_queue_whose_policy_does_not_let_it(tmp_path: Path) -> None:
    """Its function may not be invoked either, so the event is gone; the local cloud says so."""
    template = changed_toy(
        tmp_path,
        (
            "Condition: {ArnEquals: {aws:SourceArn: !GetAtt ReactSomething.Arn}}",
            "Condition: {ArnEquals: {aws:SourceArn: nobody}}",
        ),
    )
    with toy(template) as cloud:
        permission = cloud.resource("ReactSomethingPermission")
        permission.properties["Principal"] = "nobody"  # type: ignore[index]  # as if the template had no permission
        cloud.emit("toy.shop", "Anything", {"eventType": "Bounce"})
        cloud.settle()

        assert cloud.invocations["React"] == 0
        assert cloud.queue("Dead") == []
        assert [(failure.function, failure.kind) for failure in cloud.failures] == [("Dead", "AccessDenied")]


def test_a_role_lets_a_function_do_what_it_says_and_no_more(tmp_path: Path) -> None:
    with toy() as cloud:
        assert do(cloud, "put", item={"pk": {"S": "thing#1"}, "sk": {"S": "a"}}).status == 201
        assert do(cloud, "put", item={"pk": {"S": "other#1"}, "sk": {"S": "a"}}).status == 500
        why = "is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:eu-central-1"
        assert why in cloud.failures[0].message

        assert do(cloud, "mail", **{"from": "other@example.com", "to": "a@shopper.example"}).status == 500
        assert do(cloud, "text", topic="arn:aws:sns:eu-central-1:123456789012:topic").status == 500
        assert do(cloud, "queue").status == 500
        assert len(cloud.outbox) == 0


def test_mail_needs_a_configuration_set_that_is_there() -> None:
    with toy() as cloud:
        assert do(cloud, "mail", **{"from": SENDER, "to": "a@shopper.example", "set": "nobody's"}).status == 500
        assert cloud.failures[0].kind == "NotFoundException"
        assert len(cloud.outbox) == 0


def test_code_of_another_function_is_not_there() -> None:
    with toy() as cloud:
        assert do(cloud, "forbidden_import").status == 500
        assert cloud.failures[0].message == "No module named 'functions.tick' in the code and layers of Web"


def test_code_of_a_layer_that_a_function_does_not_have_is_not_there(tmp_path: Path) -> None:
    with toy(changed_toy(tmp_path, ("    Layers: [!Ref Common]\n", ""))) as cloud:
        assert do(cloud, "environment").status == 500
        assert cloud.failures[0].kind == "Runtime.ImportModuleError"
        assert "No module named 'toyshop'" in cloud.failures[0].message


def test_a_function_without_the_variable_it_needs_does_not_start(tmp_path: Path) -> None:
    with toy(changed_toy(tmp_path, ("Environment: {Variables: {ROLE: listen}}", "Environment: {Variables: {}}"))) as cloud:
        put(cloud, "a")
        delete(cloud, "a")
        cloud.settle()

        assert cloud.failures[0].message == "Unable to import module 'functions.listen.app': 'ROLE'"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Handler: app.handler", "Handler: nothing.handler", "Tick: handler nothing.handler is in none of"),
        ("CodeUri: functions/tick", "CodeUri: functions/nowhere", "Tick: there is no folder"),
        ('["REMOVE"]', '"REMOVE"', "ListenRemoved: FilterCriteria: eventName"),
        ("rate(1 minute)", "rate(1 minutes)", "TickMinutely: ScheduleExpression"),
        ("Europe/Kyiv", "Europe/Nowhere", "TickNightly: ScheduleExpression"),
        ("Failed: {Type: AWS::S3::Bucket}", "Failed: {Type: AWS::Kinesis::Stream}", "Failed: the local cloud does not play"),
        ("[Sizes, small, batch]", "[Sizes, large, batch]", r"ListenRemoved.BatchSize: mapping Sizes has no \[large\]"),
        ("GREETING: !Ref Greeting", "GREETING: !Ref Greetings", "Greetings"),
        ("NOTES: !Ref Notes", "NOTES: !GetAtt Notes.Colour", "the local cloud does not know Colour of Notes"),
        ("MaximumRecordAgeInSeconds", "TumblingWindowInSeconds", "does not play TumblingWindowInSeconds"),
        ("Method: POST, Path: /things", "Methods: POST, Path: /things", "Web"),
    ],
)
def test_what_cannot_work_is_named_at_the_start(tmp_path: Path, old: str, new: str, said: str) -> None:
    template = changed_toy(tmp_path, (old, new))

    with pytest.raises(TemplateInvalid, match=said), toy(template):
        pass


def test_an_asked_for_resource_that_is_not_there_is_named() -> None:
    with toy() as cloud:
        with pytest.raises(NotInTemplate, match="resource Nothing"):
            cloud.resource("Nothing")
        with pytest.raises(NotInTemplate, match="function, schedule, mapping or rule Things"):
            cloud.pause("Things")
        with pytest.raises(NotInTemplate, match="function Nothing"):
            cloud.invoke("Nothing")
        with pytest.raises(NotInTemplate):
            cloud.resource("Extras")  # its condition does not hold


def test_the_environment_of_a_function_is_the_templates_and_lambdas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL_SETTING", "1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with toy(TOY, {"Greeting": "hi"}) as cloud:
        seen = json.loads(do(cloud, "environment").text)

    assert seen["GREETING"] == "hi"
    assert seen["ROLE"] == "web"
    assert seen["THINGS"] == "rebasket-Things"
    assert seen["AWS_REGION"] == "eu-central-1"
    assert seen["AWS_LAMBDA_FUNCTION_NAME"] == "rebasket-Web"
    assert not {"SHELL_SETTING", "AWS_ENDPOINT_URL", "HOME"} & set(seen)
