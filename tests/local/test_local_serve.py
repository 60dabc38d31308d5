"""The local cloud over HTTP, in real time."""

from __future__ import annotations

import http.client
import json
import threading
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from rebasket_local.http_messages import Request, Response
from rebasket_local.serve import serving
from tests.local.toy_cloud import JSON, START, toy

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.loopback


class Browser:
    def __init__(self, url: str) -> None:
        self._address = urlsplit(url).netloc

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection(self._address, timeout=20)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()


def outbox_page(request: Request) -> Response:
    return Response(200, {"content-type": "text/html"}, f"<p>{request.path}?{request.query}".encode())


def test_requests_reach_the_api_and_pages() -> None:
    with toy() as cloud, serving(cloud, pages={"/_outbox": outbox_page}) as url:
        browser = Browser(url)

        status, headers, body = browser.ask("GET", "/things/a?x=1", headers={"X-Own": "1"})
        event = json.loads(body)
        assert (status, headers["x-role"]) == (200, "web")
        assert (event["headers"]["x-own"], event["queryStringParameters"]) == ("1", {"x": "1"})
        assert event["requestContext"]["http"]["sourceIp"] == "127.0.0.1"

        status, headers, body = browser.ask("POST", "/things", b"a=1", {"Content-Type": "application/x-www-form-urlencoded"})
        assert (status, body) == (200, b"a=1")
        assert headers.get_all("set-cookie") == ["a=1; Secure", "b=2"]

        assert browser.ask("GET", "/_outbox/1?y")[2] == b"<p>/_outbox/1?y"
        assert browser.ask("GET", "/_outboxes")[0] == 404
        assert browser.ask("DELETE", "/things")[0] == 404
        assert browser.ask("HEAD", "/nothing")[2] == b""


def test_time_goes_on_by_itself_as_fast_as_asked() -> None:
    ticked = threading.Event()
    with toy() as cloud:
        cloud.at(START + timedelta(hours=1), ticked.set)
        with serving(cloud, speed=36_000):
            assert ticked.wait(20), "an hour should pass in a tenth of a second"
        assert cloud.invocations["Tick"] >= 60


def test_many_at_once_are_served_one_after_another() -> None:
    with toy() as cloud, serving(cloud) as url:
        answers: list[tuple[int, bytes]] = []

        def ask(number: int) -> None:
            item = {"pk": {"S": "thing#1"}, "sk": {"S": str(number)}}
            status, _, body = Browser(url).ask("POST", "/things", json.dumps({"do": "put", "item": item}).encode(), JSON)
            answers.append((status, body))

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(int(body) for _, body in answers) == list(range(1, 13))
        assert {status for status, _ in answers} == {201}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Transfer-Encoding": "chunked"}, 411),
        ({"Content-Length": "-5"}, 400),
        ({"Content-Length": str(12 * 1024 * 1024)}, 413),
    ],
)
def test_bodies_that_cannot_be_read_are_refused(headers: dict[str, str], status: int) -> None:
    with toy() as cloud, serving(cloud) as url:
        assert Browser(url).ask("POST", "/things", None, headers)[0] == status
        assert cloud.invocations["Web"] == 0
