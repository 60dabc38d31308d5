"""How the local cloud reads a template: parameters, conditions, intrinsic functions, names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rebasket_local.errors import TemplateInvalid, Unresolvable
from rebasket_local.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = """
Parameters:
  Stage: {Type: String, Default: dev, AllowedPattern: "[a-z]+"}
  Size: {Type: String, Default: small, AllowedValues: [small, large]}
  Shards: {Type: Number, Default: 2, MinValue: 1, MaxValue: 8}
  Hosts: {Type: CommaDelimitedList, Default: "a.example, b.example"}
  Flag: {Type: String, Default: "true"}
Mappings:
  Sizes: {small: {batch: 3}, large: {batch: 100}}
Conditions:
  IsDev: !Equals [!Ref Stage, dev]
  IsBig: !Equals [!Ref Size, large]
  IsBoth: !And [!Condition IsDev, !Condition IsBig]
  IsEither: !Or [!Condition IsDev, !Condition IsBig]
  IsNot: !Not [!Condition IsDev]
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Named: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "${Stage}-named"}}
  Bucket: {Type: AWS::S3::Bucket}
  Table:
    Type: AWS::DynamoDB::Table
    Properties: {KeySchema: [{AttributeName: pk, KeyType: HASH}], StreamSpecification: {StreamViewType: KEYS_ONLY}}
  Big: {Type: AWS::SQS::Queue, Condition: IsBig}
  Topic: {Type: AWS::SNS::Topic}
  Subject:
    Type: AWS::SSM::Parameter
    Properties:
      Type: String
      Name: /x
      Value: """


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Stack]:
    def loaded(value: str = "x", region: str = "eu-central-1", **parameters: str) -> Stack:
        (tmp_path / "template.yaml").write_text(f"{HEAD}{value}\n", encoding="utf-8")
        return Stack(tmp_path / "template.yaml", parameters, region=region, name="shop")

    return loaded


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("!Ref Stage", "dev"),
        ("!Ref Hosts", ["a.example", "b.example"]),
        ("!Ref AWS::Region", "eu-central-1"),
        ("!Ref AWS::NoValue", None),
        ("!Ref Bucket", "shop-bucket"),
        ("!Ref Topic", "arn:aws:sns:eu-central-1:123456789012:shop-Topic"),
        ("!Ref Queue", "https://sqs.eu-central-1.amazonaws.com/123456789012/shop-Queue"),
        ("!GetAtt Named.Arn", "arn:aws:sqs:eu-central-1:123456789012:dev-named"),
        ("!GetAtt Bucket.Arn", "arn:aws:s3:::shop-bucket"),
        ("!GetAtt Table.StreamArn", "arn:aws:dynamodb:eu-central-1:123456789012:table/shop-Table/stream/2000-01-01T00:00:00.000"),
        ("!Sub '${Stage}/${AWS::StackName}/${Queue.QueueName}/${!Literal}'", "dev/shop/shop-Queue/${Literal}"),
        ("!Sub ['${A}-${Stage}', {A: !Ref Size}]", "small-dev"),
        ("!Join ['+', [a, !Ref Stage, !Ref AWS::NoValue]]", "a+dev"),
        ("!Select [1, !Split ['.', 'a.b.c']]", "b"),
        ("!FindInMap [Sizes, !Ref Size, batch]", 3),
        ("!If [IsDev, yes-dev, no-dev]", "yes-dev"),
        ("!If [IsBoth, both, !If [IsEither, either, none]]", "either"),
        ("!If [IsNot, not, !Ref AWS::NoValue]", None),
        ("{Fn::Base64: !Ref Stage}", "ZGV2"),
        ("[1, !Ref AWS::NoValue, {a: !Ref AWS::NoValue, b: 2}]", [1, {"b": 2}]),
        ("{Condition: {StringEquals: {a: b}}}", {"Condition": {"StringEquals": {"a": "b"}}}),
    ],
)
def test_intrinsic_functions(load: Callable[..., Stack], value: str, expected: Any) -> None:  # noqa: ANN401  # any value
    assert load(value).resource("Subject").properties.get("Value") == expected


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("!Ref Nobody", r"Subject.Value: there is no parameter or resource Nobody"),
        ("!Ref Big", r"Subject.Value: there is no parameter or resource Big"),  # its condition does not hold
        ("!GetAtt Nobody.Arn", r"there is no resource Nobody"),
        ("!GetAtt Queue.Colour", r"the local cloud does not know Colour of Queue \(AWS::SQS::Queue\)"),
        ("!Select [5, [a, b]]", r"Fn::Select has no element 5"),
        ("!FindInMap [Nobody, a, b]", r"there is no mapping Nobody"),
        ("!If [Nobody, a, b]", r"there is no condition Nobody"),
        ("!ImportValue other", r"Fn::ImportValue has no value here"),
        ("[a, {b: !Sub '${Nobody}'}]", r"Subject.Value\[1\].b: there is no parameter"),
    ],
)
def test_what_has_no_value_is_named_with_its_place(load: Callable[..., Stack], value: str, said: str) -> None:
    with pytest.raises(Unresolvable, match=said):
        load(value).resource("Subject")


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"Nobody": "1"}, r"the template has no parameter Nobody; it has Stage"),
        ({"Stage": "PROD"}, r"Parameters.Stage: 'PROD' does not match"),
        ({"Size": "huge"}, r"Parameters.Size: 'huge' is not one of"),
        ({"Shards": "9"}, r"Parameters.Shards: '9' is no number between 1 and 8"),
        ({"Shards": "many"}, r"Parameters.Shards: 'many' is no number"),
    ],
)
def test_parameters_are_held_to_their_declaration(load: Callable[..., Stack], parameters: dict[str, str], said: str) -> None:
    with pytest.raises(TemplateInvalid, match=said):
        load(**parameters)


def test_a_parameter_without_default_needs_a_value(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(
        "Parameters: {A: {Type: String}}\nResources: {Q: {Type: AWS::SQS::Queue}}\n", encoding="utf-8"
    )

    with pytest.raises(TemplateInvalid, match=r"Parameters.A: needs a value: it has no default"):
        Stack(tmp_path / "t.yaml", {}, region="eu-central-1", name="shop")


@pytest.mark.parametrize(
    "text", ["", "a: [", "Resources: []", "Resources: {F: {Type: AWS::Serverless::Function, Properties: {Handler: a}}}"]
)
def test_what_is_no_template_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(TemplateInvalid, match=r"^t\.yaml: "):
        Stack(tmp_path / "t.yaml", {}, region="eu-central-1", name="shop")


def test_a_template_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateInvalid, match=r"nothing\.yaml: "):
        Stack(tmp_path / "nothing.yaml", {}, region="eu-central-1", name="shop")


def test_conditions_decide_which_resources_there_are(load: Callable[..., Stack]) -> None:
    assert "Big" not in load().types()
    assert "Big" in load(Size="large").types()


def test_other_partitions_have_their_own_names(load: Callable[..., Stack]) -> None:
    stack = load("!Ref Queue", region="cn-north-1")

    assert stack.resource("Subject").properties["Value"] == "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/shop-Queue"
    assert stack.resource("Bucket").arn == "arn:aws-cn:s3:::shop-bucket"


def test_one_stack_changed_leaves_the_next_as_it_was(load: Callable[..., Stack]) -> None:
    """The transformed template is kept for the next that asks."""
    load().resource("Table").properties["KeySchema"][0]["AttributeName"] = "changed"

    assert load().resource("Table").properties["KeySchema"] == [{"AttributeName": "pk", "KeyType": "HASH"}]
