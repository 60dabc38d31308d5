"""The pattern language that routes events in the local cloud and selects them in the template."""

from collections.abc import Mapping

import pytest

from rebasket_local.patterns import PatternInvalid, compile_pattern, matches

BOUNCE: Mapping[str, object] = {
    "source": "aws.ses",
    "detail-type": "Email Bounced",
    "detail": {
        "eventType": "Bounce",
        "empty": [],
        "absent": None,
        "size": 300,
        "share": 0.5,
        "flag": True,
        "path": r"a*b\c",
        "bounce": {"bouncedRecipients": [{"status": "5.1.1", "action": "failed"}, {"status": "4.2.2", "action": "delayed"}]},
        "mail": {"tags": {"ses:configuration-set": ["rebasket-prod"], "touch": ["c1#1#2", "again"]}},
    },
}


def detail(**expected: object) -> dict[str, object]:
    return {"detail": expected}


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": ["aws.ses"]},
        {"source": ["aws.sns", "aws.ses"], "detail-type": [{"prefix": "Email "}]},
        {"source": [{"prefix": {"equals-ignore-case": "AWS."}}]},
        {"source": [{"suffix": ".ses"}]},
        {"source": [{"suffix": {"equals-ignore-case": ".SES"}}]},
        {"source": [{"equals-ignore-case": "AWS.SES"}]},
        {"source": [{"anything-but": "aws.sns"}]},
        {"source": [{"anything-but": ["aws.sns", "aws.s3"]}]},
        {"source": [{"anything-but": {"prefix": "custom."}}]},
        {"source": [{"anything-but": {"suffix": [".sns", ".s3"]}}]},
        {"source": [{"anything-but": {"wildcard": "*sns*"}}]},
        {"source": [{"anything-but": {"equals-ignore-case": ["AWS.SNS"]}}]},
        {"source": [{"wildcard": "a*.s*s"}]},
        {"source": [{"exists": True}], "account": [{"exists": False}]},
        detail(size=[300]),
        detail(size=[{"numeric": [">", 0, "<=", 300]}]),
        detail(size=[{"numeric": ["=", 300.0]}]),
        detail(share=[{"numeric": ["<", 1]}]),
        detail(size=[{"anything-but": [1, 2]}]),
        detail(flag=[True]),
        detail(absent=[None]),
        detail(absent=[{"exists": True}]),
        detail(empty=[{"exists": False}]),
        detail(bounce=[{"exists": False}]),
        detail(eventType={"below": [{"exists": False}]}),
        detail(missing={"below": [{"exists": False}]}),
        detail(path=[{"wildcard": r"a\*b\\*"}]),
        detail(bounce={"bouncedRecipients": {"status": [{"prefix": "4."}], "action": ["delayed"]}}),
        detail(mail={"tags": {"touch": ["again"]}}),
        # One element that differs is enough: an array holds when any of its values does.
        detail(mail={"tags": {"touch": [{"anything-but": "again"}]}}),
        {"$or": [{"source": ["aws.sns"]}, {"detail-type": ["Email Bounced"]}]},
        detail(**{"$or": [{"size": [{"numeric": [">", 1000]}]}, {"flag": [True]}], "eventType": ["Bounce"]}),
    ],
    ids=str,
)
def test_an_event_is_selected(pattern: Mapping[str, object]) -> None:
    assert matches(pattern, BOUNCE)


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": ["aws.sns"]},
        {"source": ["aws.ses"], "detail-type": ["Email Sent"]},
        {"source": ["AWS.SES"]},
        {"source": [{"prefix": "AWS."}]},
        {"source": [{"suffix": "aws"}]},
        {"source": [{"anything-but": ["aws.ses"]}]},
        {"source": [{"anything-but": {"prefix": "aws."}}]},
        {"source": [{"anything-but": {"suffix": [".sns", ".ses"]}}]},
        {"source": [{"wildcard": "*.sqs"}]},
        {"source": [{"wildcard": "ws.s"}]},
        {"account": [{"exists": True}]},
        {"account": [{"anything-but": "1"}]},
        {"source": [{"exists": False}]},
        detail(size=["300"]),
        detail(size=[300.0]),
        detail(flag=[1]),
        detail(flag=["true"]),
        detail(flag=[{"numeric": ["=", 1]}]),
        detail(size=[{"numeric": [">", 0, "<", 300]}]),
        detail(eventType=[{"numeric": [">", 0]}]),
        detail(size=[{"prefix": "3"}]),
        detail(size=[{"anything-but": {"prefix": "x"}}]),
        detail(absent=[""]),
        detail(missing=[None]),
        detail(empty=[{"exists": True}]),
        detail(bounce=[{"exists": True}]),
        detail(path=[{"wildcard": r"a\*c*"}]),
        # Both facts are there, but of different recipients.
        detail(bounce={"bouncedRecipients": {"status": ["5.1.1"], "action": ["delayed"]}}),
        {"$or": [{"source": ["aws.sns"]}, {"detail-type": ["Email Sent"]}]},
        {"source": ["aws.sns"], "$or": [{"source": ["aws.ses"]}, {"detail-type": ["Email Bounced"]}]},
    ],
    ids=str,
)
def test_an_event_is_passed_over(pattern: Mapping[str, object]) -> None:
    assert not matches(pattern, BOUNCE)


@pytest.mark.parametrize(
    ("pattern", "where"),
    [
        ({}, "pattern"),
        ({"detail": {}}, "detail"),
        ({"source": []}, "source"),
        ({"source": "aws.ses"}, "source"),
        ({"detail": {"source": "aws.ses"}}, "detail.source"),
        ({"source": [["aws.ses"]]}, "source"),
        ({"source": [{"sounds-like": "aws"}]}, "source"),
        ({"source": [{"prefix": 3}]}, "source"),
        ({"source": [{"prefix": {"wildcard": "a*"}}]}, "source"),
        ({"source": [{"prefix": "a", "suffix": "b"}]}, "source"),
        ({"source": [{"exists": "yes"}]}, "source"),
        ({"source": [{"anything-but": []}]}, "source"),
        ({"source": [{"anything-but": ["a", 1]}]}, "source"),
        ({"source": [{"anything-but": [True]}]}, "source"),
        ({"source": [{"anything-but": {"prefix": "a", "suffix": "b"}}]}, "source"),
        ({"source": [{"wildcard": "a**"}]}, "source"),
        ({"source": [{"wildcard": "a\\"}]}, "source"),
        ({"source": [{"wildcard": r"\\**"}]}, "source"),
        ({"size": [{"numeric": [">"]}]}, "size"),
        ({"size": [{"numeric": ["~", 3]}]}, "size"),
        ({"size": [{"numeric": [">", "3"]}]}, "size"),
        ({"size": [{"numeric": [">", 5_000_000_001]}]}, "size"),
        ({"$or": [{"source": ["aws.ses"]}]}, "pattern"),
        ({"$or": {"source": ["aws.ses"]}}, "pattern"),
    ],
    ids=str,
)
def test_a_pattern_that_aws_would_refuse_is_refused(pattern: Mapping[str, object], where: str) -> None:
    with pytest.raises(PatternInvalid, match=f"^{where}: "):
        compile_pattern(pattern)
