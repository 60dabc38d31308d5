"""The page of `rebasket run`: what left so far, newest first, and nothing that could be changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from rebasket_local.http_messages import Request
from rebasket_local.outbox_page import PATH, OutboxPage
from tests.cli.demo_findings import EVIL, PICTURES, Elements, findings
from tests.samples import START

if TYPE_CHECKING:
    from rebasket_local.cloud import LocalCloud


class _Outbox(list[Any]):
    @property
    def messages(self) -> list[Any]:
        return list(self)


class _Cloud:
    """As much of the local cloud as the page looks at."""

    now = START

    def __init__(self) -> None:
        self.outbox = _Outbox()
        self.items: list[dict[str, Any]] = []

    def client(self, _service: str) -> _Cloud:
        return self

    def scan(self, **_asked: Any) -> dict[str, Any]:  # noqa: ANN401  # as boto3's
        return {"Items": self.items}


@pytest.fixture
def cloud() -> _Cloud:
    return _Cloud()


def get(cloud: _Cloud, path: str, method: str = "GET") -> tuple[int, str]:
    page = OutboxPage(cast("LocalCloud", cloud), EVIL, "timers", PICTURES)
    answer = page(Request(method, path, {}, b"", "127.0.0.1", "r"))
    return answer.status, answer.text


def test_the_live_outbox_shows_what_left_newest_first(cloud: _Cloud) -> None:
    cloud.outbox.extend(findings().messages)
    status, page = get(cloud, PATH)
    assert status == 200
    assert [link["href"] for link in Elements(page).named("a")] == [f"{PATH}/messages/2", f"{PATH}/messages/1"]
    assert "<script>alert" not in page


def test_the_live_outbox_tells_news(cloud: _Cloud) -> None:
    before = json.loads(get(cloud, f"{PATH}/news")[1])
    cloud.outbox.extend(findings().messages)
    cloud.items.append({"due": {"N": str(int(START.timestamp()) + 3600)}, "cart": {"S": EVIL}})
    after = json.loads(get(cloud, f"{PATH}/news")[1])
    assert (before["count"], after["count"], after["newest"]) == (0, 2, f"{PATH}/messages/2")
    assert "11:00 UTC" in after["list"]
    assert "<script" not in after["list"]


def test_a_live_messages_links_can_be_followed_but_no_script_runs(cloud: _Cloud) -> None:
    cloud.outbox.extend(findings().messages)
    frame = Elements(get(cloud, f"{PATH}/messages/1")[1]).named("iframe")[0]
    assert frame["sandbox"] == "allow-popups allow-popups-to-escape-sandbox"
    assert (frame["srcdoc"] or "").startswith('<base target="_blank">')
    links = [link["href"] for link in Elements(get(cloud, f"{PATH}/messages/2")[1]).named("a")]
    assert links == ["https://ll.example/r/abc", "https://ll.example/o/abc"]


@pytest.mark.parametrize("path", ["/messages/0", "/messages/3", "/messages/x", "/messages/", "/else", "/messages/²"])
def test_there_is_nothing_else(cloud: _Cloud, path: str) -> None:
    cloud.outbox.extend(findings().messages)
    assert get(cloud, PATH + path)[0] == 404


def test_the_live_outbox_is_only_read(cloud: _Cloud) -> None:
    assert get(cloud, PATH, "POST")[0] == 405
