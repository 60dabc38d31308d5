"""The links in messages: tampered with, used for another purpose, followed by machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from rebasket.aws.ssm import CODE_ALPHABET
from tests.security.two_shops import ANNA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket_local.faults import Call
    from rebasket_local.http_api import Response
    from tests.security.two_shops import TwoShops

ONE_CLICK = b"List-Unsubscribe=One-Click"
FORM = {"content-type": "application/x-www-form-urlencoded"}
BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


@pytest.fixture
def reminded(shops: TwoShops) -> TwoShops:
    """Oak's first mail is out."""
    shops.post("oak", shops.cart("c1", restore_url=f"https://{shops.id('oak')}.example/cart/c1"))
    shops.advance(hours=2)
    return shops


def stopped(shops: TwoShops) -> bool:
    """Whether the second mail, due a day after the first, stays away."""
    shops.advance(hours=24)
    return shops.mails("oak") == [ANNA]


def opt_outs(shops: TwoShops) -> int:
    mine = f"contact#{shops.id('oak')}#"
    return sum(
        "suppressed" in str(item) or "opted out" in str(item) for key, item in shops.everything().items() if mine in key[0]
    )


def tampered(code: str) -> list[str]:
    flipped = [
        code[:at] + CODE_ALPHABET[(CODE_ALPHABET.index(code[at]) + step) % len(CODE_ALPHABET)] + code[at + 1 :]
        for at in range(len(code))
        for step in (1, 31)
    ]
    return [
        *flipped,
        code[:-1],
        code[1:],
        code + "0",
        code + "%00",
        code + "%20",
        "%20" + code,
        code + "%0d%0aset-cookie:x=1",
        code.swapcase(),
        code + "%23",
        "%C0%AF" + code,
        "%EF%BC%90" + code[1:],
        "0",
        "%2e%2e",
        "link%23" + code,
        code[:6] + "%E2%80%8B" + code[6:],
        "x" * 2000,
    ]


@pytest.fixture
def reads(reminded: TwoShops) -> Iterator[list[str]]:
    """The partition keys that `visit` asks for. Those over 2,048 bytes are refused, as DynamoDB does and moto does not."""
    seen: list[str] = []

    def look(call: Call) -> None:
        if call.operation == "GetItem" and call.when == "before":
            seen.append(call.params["Key"]["pk"]["S"])
            if len(seen[-1].encode()) > 2048:
                raise ClientError({"Error": {"Code": "ValidationException", "Message": "hashkey has exceeded"}}, "GetItem")

    reminded.cloud.faults.on_call = look
    yield seen
    reminded.cloud.faults.on_call = None


def test_a_code_that_was_tampered_with_is_unknown_and_changes_nothing(reminded: TwoShops) -> None:
    before, code = reminded.everything(), reminded.code("oak")
    pages = set()
    for wrong in tampered(code):
        for method, path in (("GET", "r"), ("GET", "o"), ("POST", "o")):
            answer = reminded.cloud.http(method, f"/{path}/{wrong}", FORM, ONE_CLICK if method == "POST" else b"")
            assert answer.status == 404, wrong
            assert "location" not in answer.headers
            pages.add(answer.body)
    assert len(pages) == 1, "one page for all: it says nothing of what was near"
    assert reminded.everything() == before
    assert reminded.cloud.failures == []


@pytest.mark.parametrize("wrong", ["x" * 3000, "%F0%9F%9B%92" * 600, "0" * 13, "%00" * 12, "link%23" + "0" * 12])
@pytest.mark.parametrize(("method", "path"), [("GET", "r"), ("GET", "o"), ("POST", "o")])
def test_what_cannot_be_a_code_is_unknown_without_a_look(
    reminded: TwoShops, reads: list[str], wrong: str, method: str, path: str
) -> None:
    """Nor is it an error, which anybody could ring an alarm with."""
    unknown = reminded.cloud.http(method, f"/{path}/{'0' * 12}")
    assert reads == [f"link#{'0' * 12}"]
    answer = reminded.cloud.http(method, f"/{path}/{wrong}")
    assert (answer.status, answer.body, answer.headers) == (404, unknown.body, unknown.headers)
    assert len(reads) == 1
    assert reminded.cloud.failures == []


def test_a_way_back_is_no_way_out_and_a_way_out_no_way_back(reminded: TwoShops) -> None:
    """Both share the code: what counts is path and method, and nothing that is sent along."""
    code = reminded.code("oak")
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert reminded.cloud.http(method, f"/r/{code}", FORM, ONE_CLICK).status == 404
    for method in ("PUT", "DELETE", "PATCH"):
        assert reminded.cloud.http(method, f"/o/{code}", FORM, ONE_CLICK).status == 404
    followed = reminded.cloud.http("GET", f"/r/{code}?List-Unsubscribe=One-Click&_method=POST", FORM, ONE_CLICK)
    assert followed.status == 302
    overridden = {**FORM, "x-http-method-override": "POST", "x-method-override": "POST"}
    looked = reminded.cloud.http("GET", f"/o/{code}?List-Unsubscribe=One-Click&_method=POST", overridden, ONE_CLICK)
    assert looked.status == 200
    assert "location" not in looked.headers
    assert opt_outs(reminded) == 0
    assert not stopped(reminded)


def scan(shops: TwoShops, code: str) -> list[Response]:
    """What filters and previews do with each link of a mail before anybody reads it."""
    agents = [BROWSER, {"user-agent": "GoogleImageProxy"}, {"purpose": "prefetch", **BROWSER}, {}]
    return [
        shops.cloud.http(method, f"/{path}/{code}", headers)
        for headers in agents
        for method in ("HEAD", "GET", "OPTIONS")
        for path in ("r", "o")
    ]


def test_a_scanner_unsubscribes_nobody(reminded: TwoShops) -> None:
    """API Gateway's routes are GET and POST: a HEAD finds nothing, a GET shows the question."""
    answers = scan(reminded, reminded.code("oak"))
    assert {answer.status for answer in answers} == {200, 302, 404}
    assert opt_outs(reminded) == 0
    assert not stopped(reminded)


def test_a_visit_counts_nothing_in_the_books(reminded: TwoShops) -> None:
    """The first click is noted on the episode for people to look at; neither a recovery nor its revenue follows from one."""
    before = reminded.report("oak")
    scan(reminded, reminded.code("oak"))
    assert reminded.report("oak") == before


def test_a_head_that_reached_the_function_would_count_nothing_either(reminded: TwoShops) -> None:
    """Behind another gateway, say: `ANY` or a content delivery network that asks before it fetches."""
    code = reminded.code("oak")
    before = reminded.everything()
    for path in ("r", "o"):
        http = {"method": "HEAD", "path": f"/{path}/{code}"}
        event = {"routeKey": f"ANY /{path}/{{token}}", "requestContext": {"http": http}, "pathParameters": {"token": code}}
        assert reminded.cloud.invoke("VisitFunction", {**event, "headers": {}}).ok
    assert reminded.everything() == before


def test_a_link_of_a_shop_that_is_gone_is_unknown(reminded: TwoShops) -> None:
    code, key = reminded.code("oak"), f"shop#{reminded.id('oak')}"
    table = reminded.cloud.outputs["CartsTableName"]
    reminded.cloud.client("dynamodb").delete_item(TableName=table, Key={"pk": {"S": key}, "sk": {"S": "shop"}})
    reminded.advance(minutes=1)  # until it is known everywhere
    for method, path in (("GET", "r"), ("GET", "o"), ("POST", "o")):
        assert reminded.cloud.http(method, f"/{path}/{code}").status == 404
    assert reminded.cloud.failures == []


def test_what_is_not_counted_is_not_written(reminded: TwoShops) -> None:
    code = reminded.code("oak")
    before = reminded.everything()
    for method, path in (("HEAD", "r"), ("HEAD", "o"), ("GET", "o"), ("OPTIONS", "o")):
        reminded.cloud.http(method, f"/{path}/{code}")
    assert reminded.everything() == before


def test_each_mails_code_is_its_own_and_stops_its_own_address_only(reminded: TwoShops) -> None:
    reminded.post("oak", reminded.cart("c2", "bohdan@shopper.example"))
    first = reminded.code("oak")
    reminded.advance(hours=2)
    second = reminded.code("oak")
    assert first != second
    assert reminded.cloud.http("POST", f"/o/{second}", FORM, ONE_CLICK).status == 200
    reminded.advance(hours=24)
    assert reminded.mails("oak") == [ANNA, "bohdan@shopper.example", ANNA]


def test_one_click_answers_as_the_standard_asks_and_again_the_same(reminded: TwoShops) -> None:
    for _ in range(3):
        answer = reminded.cloud.http("POST", f"/o/{reminded.code('oak')}", FORM, ONE_CLICK)
        assert (answer.status, answer.body) == (200, b"")
        assert "location" not in answer.headers
        assert answer.cookies == ()
    assert stopped(reminded)


def test_a_link_that_has_expired_is_unknown(reminded: TwoShops) -> None:
    """TTL deletes it some days after its 120. Until then it works: an opt-out that still does harms nobody."""
    code = reminded.code("oak")
    table = reminded.cloud.outputs["CartsTableName"]
    reminded.cloud.client("dynamodb").delete_item(TableName=table, Key={"pk": {"S": f"link#{code}"}, "sk": {"S": "link"}})
    before = reminded.everything()
    for method, path in (("GET", "r"), ("GET", "o"), ("POST", "o")):
        assert reminded.cloud.http(method, f"/{path}/{code}").status == 404
    assert reminded.everything() == before


def test_a_page_runs_nothing_loads_nothing_and_stands_in_no_other_page(reminded: TwoShops) -> None:
    """Whoever could frame the question could have somebody click on its button unawares."""
    for method, path in (("GET", f"/o/{reminded.code('oak')}"), ("GET", "/o/unknown"), ("POST", f"/o/{reminded.code('oak')}")):
        headers = reminded.cloud.http(method, path).headers
        said = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
        assert (said["default-src"], said["frame-ancestors"], said["form-action"]) == ("'none'", "'none'", "'self'")
        assert "script-src" not in said
        assert "unsafe" not in str(said)
        assert headers["x-content-type-options"] == "nosniff"


def test_pages_and_redirects_are_kept_by_nobody_and_tell_nobody(reminded: TwoShops) -> None:
    code = reminded.code("oak")
    for path in ("r", "o"):
        answer = reminded.cloud.http("GET", f"/{path}/{code}")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer", "else the shop's analytics would get the code"
        assert ANNA not in answer.text + str(answer.headers)
