"""The pattern language that routes events in the local cloud and selects them in the template."""

from collections.abc import Mapping

import pytest

from rebasket_local.patterns import PatternInvalid, compile_pattern

BOUNCE: Mapping[str, object] = {
    "source": "aws.ses",
    "detail-type": "Email Bounced",
    "detail": {
        "eventType": "Bounce",
        "size": 300,
        "bounce": {"bounceType": "Permanent"},
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
        {"source": [{"suffix": ".ses"}]},
        {"source": [{"equals-ignore-case": "AWS.SES"}]},
        detail(eventType=["Send", "Bounce"], bounce={"bounceType": ["Permanent"]}),
        detail(mail={"tags": {"touch": ["again"]}}),
        detail(mail={"tags": {"ses:configuration-set": ["rebasket-prod"], "touch": [{"prefix": "c1#"}]}}),
    ],
    ids=str,
)
def test_an_event_is_selected(pattern: Mapping[str, object]) -> None:
    assert compile_pattern(pattern)(BOUNCE)


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": ["aws.sns"]},
        {"source": ["aws.ses"], "detail-type": ["Email Sent"]},
        {"source": ["AWS.SES"]},
        {"source": [{"prefix": "AWS."}]},
        {"source": [{"suffix": "aws"}]},
        {"account": ["1"]},
        detail(size=["300"]),
        detail(eventType={"below": ["Bounce"]}),
        detail(bounce=["Permanent"]),
        detail(mail={"tags": {"touch": ["again"], "ses:configuration-set": ["newsletter"]}}),
    ],
    ids=str,
)
def test_an_event_is_passed_over(pattern: Mapping[str, object]) -> None:
    assert not compile_pattern(pattern)(BOUNCE)


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
        ({"source": [{"prefix": "a", "suffix": "b"}]}, "source"),
        # What moto would judge otherwise than AWS.
        (detail(flag=[1]), "detail.flag"),
        (detail(size=[300.0]), "detail.size"),
        (detail(size=[{"numeric": ["=", 1]}]), "detail.size"),
        (detail(empty=[{"exists": False}]), "detail.empty"),
        (detail(size=[{"anything-but": {"prefix": "x"}}]), "detail.size"),
        ({"$or": [{"source": ["aws.ses"]}, {"detail-type": ["Email Sent"]}]}, "$or"),
    ],
    ids=str,
)
def test_a_pattern_that_aws_would_refuse_or_moto_misjudge_is_refused(pattern: Mapping[str, object], where: str) -> None:
    with pytest.raises(PatternInvalid) as refused:
        compile_pattern(pattern)
    assert str(refused.value).startswith(f"{where}: ")
