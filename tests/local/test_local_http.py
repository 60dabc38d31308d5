"""The HTTP API of the local cloud: what a function sees of a request, what a client sees of a response."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from tests.local.toy_cloud import JSON, do, toy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket_local.cloud import LocalCloud


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    with toy() as running:
        yield running


def test_an_event_has_payload_format_2(cloud: LocalCloud) -> None:
    answer = cloud.http(
        "GET",
        "/things/a%20b?x=1&x=2&y=%C3%BC&empty=",
        {"User-Agent": "curl/8", "X-Twice": "1", "x-twice": "2", "Cookie": "a=1; b=2"},
        source_ip="198.51.100.7",
    )
    event = answer.json()

    assert answer.headers == {"content-type": "application/json", "x-role": "web"}
    assert event["version"] == "2.0"
    assert event["routeKey"] == "GET /things/{id}"
    assert event["rawPath"] == "/things/a%20b"
    assert event["rawQueryString"] == "x=1&x=2&y=%C3%BC&empty="
    assert event["queryStringParameters"] == {"x": "1,2", "y": "ü", "empty": ""}
    assert event["pathParameters"] == {"id": "a b"}
    assert event["cookies"] == ["a=1", "b=2"]
    assert event["headers"]["x-twice"] == "1,2"
    assert event["headers"]["x-forwarded-for"] == "198.51.100.7"
    assert "cookie" not in event["headers"]
    assert "body" not in event
    assert event["isBase64Encoded"] is False
    context = event["requestContext"]
    assert context["http"] == {
        "method": "GET",
        "path": "/things/a%20b",
        "protocol": "HTTP/1.1",
        "sourceIp": "198.51.100.7",
        "userAgent": "curl/8",
    }
    assert context["stage"] == "$default"
    assert context["domainName"] == event["headers"]["host"] == f"{context['apiId']}.execute-api.eu-central-1.amazonaws.com"
    assert context["time"] == "02/Mar/2026:08:00:00 +0000"
    assert context["timeEpoch"] == 1772438400000


@pytest.mark.parametrize(
    ("target", "route"),
    [
        ("/things/mine", "GET /things/mine"),  # a full match before a variable
        ("/things/other", "GET /things/{id}"),
        ("/files/a/b/c", "GET /files/{path+}"),
    ],
)
def test_the_most_specific_route_answers(cloud: LocalCloud, target: str, route: str) -> None:
    assert cloud.http("GET", target).json()["routeKey"] == route


@pytest.mark.parametrize(
    ("method", "target"),
    [("GET", "/nothing"), ("DELETE", "/things"), ("GET", "/things/a/b"), ("GET", "/things/"), ("POST", "/things/mine")],
)
def test_what_no_route_has_is_404_and_reaches_no_function(cloud: LocalCloud, method: str, target: str) -> None:
    before = dict(cloud.invocations)

    answer = cloud.http(method, target)

    assert (answer.status, answer.json()) == (404, {"message": "Not Found"})
    assert cloud.invocations == before


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/octet-stream", ""])
def test_bodies_that_are_not_text_come_in_base64(cloud: LocalCloud, kind: str) -> None:
    answer = cloud.http("POST", "/things", {"Content-Type": kind}, b"List-Unsubscribe=One-Click")

    assert answer.text == "List-Unsubscribe=One-Click"  # the function decoded it
    assert answer.cookies == ("a=1; Secure", "b=2")


def test_text_that_is_no_utf8_comes_in_base64(cloud: LocalCloud) -> None:
    answer = cloud.http("POST", "/things", JSON, base64.b64decode("/w=="))

    assert answer.status == 500  # the toy cannot decode it either; what matters is that it was asked
    assert cloud.failures[-1].kind == "UnicodeDecodeError"


def test_a_result_without_status_is_a_body(cloud: LocalCloud) -> None:
    answer = do(cloud, "sleep", seconds=0)

    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"before": 10000, "after": 10000}


@pytest.mark.parametrize("what", ["unspeakable", "no such thing"])
def test_a_function_that_fails_answers_500(cloud: LocalCloud, what: str) -> None:
    answer = do(cloud, what)

    assert (answer.status, answer.json()) == (500, {"message": "Internal Server Error"})


def test_a_function_that_takes_too_long_answers_503(cloud: LocalCloud) -> None:
    began = cloud.now

    answer = do(cloud, "sleep", seconds=60)

    assert (answer.status, answer.json()) == (503, {"message": "Service Unavailable"})
    assert (cloud.now - began).total_seconds() == 10  # its Timeout
    assert cloud.failures[-1].message == "Task timed out after 10.00 seconds"


def test_limits_of_size(cloud: LocalCloud) -> None:
    before = dict(cloud.invocations)

    assert cloud.http("GET", "/things/mine", {"X-Long": "x" * 10_240}).status == 431
    assert cloud.http("POST", "/things", JSON, b"x" * (10 * 1024 * 1024 + 1)).status == 413
    assert cloud.invocations == before


def test_a_paused_function_is_throttled(cloud: LocalCloud) -> None:
    cloud.pause("Web")
    assert cloud.http("GET", "/things/mine").status == 503
    cloud.resume("Web")
    assert cloud.http("GET", "/things/mine").status == 200
