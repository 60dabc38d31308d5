"""The page after opting out, through the handler: it offers the way back, and a GET or a mail program takes nothing back."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest

from functions.visit import app as visit
from rebasket.domain.people.contact import SuppressionReason, TouchId
from rebasket.usecases.responses.record_delivery import suppress
from tests.doubles import address_hash
from tests.functions.ingest_client import Context
from tests.samples import ANNA, EMAIL_ONLY, SHOP, START, Reports, a_shop, person
from tests.world import World


class Visitor:
    """Somebody who got one reminder, with its link."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world = World(a_shop(steps=EMAIL_ONLY))
        self.world.record(Reports().updated("c1", START, who=person(ANNA)))
        self.world.advance(timedelta(hours=2))
        (self.code,) = self.world.links_of(TouchId("c1", 1, 1))
        monkeypatch.setattr(visit, "app", self.world)

    def asks(self, method: str, body: str = "", code: str | None = None, *, encoded: bool = False) -> dict[str, Any]:
        self.world.clock.forward(timedelta(seconds=5))
        event = {
            "routeKey": f"{method} /o/{{token}}",
            "requestContext": {"http": {"method": method}},
            "pathParameters": {"token": code or self.code},
            "headers": {},
            "body": base64.b64encode(body.encode()).decode() if encoded else body,
            "isBase64Encoded": encoded,
        }
        context: Any = Context(function_name="visit")
        answer: dict[str, Any] = visit.handler(event, context)
        return answer

    @property
    def out(self) -> bool:
        return self.world.contact(ANNA).suppressed_by_person


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> Visitor:
    return Visitor(monkeypatch)


@pytest.mark.parametrize("encoded", [False, True])
def test_the_page_after_opting_out_offers_the_way_back(visitor: Visitor, *, encoded: bool) -> None:
    page = visitor.asks("POST")["body"]
    assert visitor.out
    assert f'<form method="post" action="{visitor.code}"><button class="undo" name="undo" value="1">' in page
    answer = visitor.asks("POST", "undo=1", encoded=encoded)
    assert (answer["statusCode"], visitor.out) == (200, False)
    assert "<h1>Підписку відновлено</h1>" in answer["body"]
    assert "<form" not in answer["body"]


@pytest.mark.parametrize("body", ["", "List-Unsubscribe=One-Click", "undo=0", "undo=10", "x=undo=1"])
def test_no_other_request_takes_it_back(visitor: Visitor, body: str) -> None:
    visitor.asks("POST")
    visitor.asks("GET", "undo=1")
    visitor.asks("POST", body)
    assert visitor.out


def test_what_cannot_be_taken_back_is_said_to_hold(visitor: Visitor) -> None:
    visitor.asks("POST")
    key = address_hash(SHOP, ANNA)
    suppress(visitor.world.contacts, SHOP, key, ANNA.channel, SuppressionReason.COMPLAINED, visitor.world.clock())
    answer = visitor.asks("POST", "undo=1")
    assert "<h1>Тут цього скасувати не можна</h1>" in answer["body"]
    assert visitor.out


def test_an_unknown_link_is_answered_as_always(visitor: Visitor) -> None:
    assert visitor.asks("POST", "undo=1", code="nobody")["statusCode"] == 404
