"""The shopper's side: back to the cart, and "no more of these". A GET never changes what somebody gets: scanners follow links."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from rebasket.domain.errors import NotFound
from rebasket.messages.links import in_ascii
from rebasket.messages.pages import (
    back_again_page,
    content_security_policy,
    gone_page,
    not_undone_page,
    opt_out_page,
    opted_out_page,
    unknown_page,
)
from rebasket.observability import logger, without_personal_data
from rebasket.wiring import app

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

app.warm_up("follow_link")

PAGE_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}


@logger.inject_lambda_context
@without_personal_data
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Follow one link."""
    method, code = event["requestContext"]["http"]["method"], event["pathParameters"]["token"]
    try:
        if event["routeKey"].endswith("/r/{token}"):
            return restore(code, count=method == "GET")
        if method == "POST":
            return undo(code) if "undo=1" in body(event).split("&") else opt_out(code, event)
        asked = app.follow_link.ask(code)
        return page(
            200, opt_out_page(asked.shop, asked.locale, code)
        )  # relative to where the page is, whatever path the API is mapped to
    except NotFound:
        return page(404, unknown_page(event["headers"].get("accept-language")))


def restore(code: str, *, count: bool) -> dict[str, Any]:
    """To the shop's own page for the cart; a page of ours when the cart is no more."""
    target = app.follow_link.restore(code, count=count)
    if target.gone:
        return page(200, gone_page(target.shop, target.locale))
    location = in_ascii(target.url)
    return {"statusCode": 302, "headers": {"location": location, "cache-control": "no-store", "referrer-policy": "no-referrer"}}


def opt_out(code: str, event: dict[str, Any]) -> dict[str, Any]:
    """By the page's button, or in one click by the mail program (RFC 8058: 200 with an empty body, no redirect)."""
    asked = app.follow_link.opt_out(code)
    logger.info("opted out", shop=asked.shop.id, cart=asked.link.touch.cart)
    if "List-Unsubscribe=One-Click" in body(event):
        return {"statusCode": 200, "headers": {"cache-control": "no-store"}, "body": ""}
    return page(200, opted_out_page(asked.shop, asked.locale, code))


def undo(code: str) -> dict[str, Any]:
    """By the button of the page that says that they are unsubscribed. A mail program's request never says `undo`."""
    done = app.follow_link.undo(code)
    asked = done.asked
    logger.info("way back asked for", allowed=done.allowed, shop=asked.shop.id, cart=asked.link.touch.cart)
    return page(200, (back_again_page if done.allowed else not_undone_page)(asked.shop, asked.locale))


def page(status: int, html: str) -> dict[str, Any]:
    """An answer for a person."""
    headers = {**PAGE_HEADERS, "content-security-policy": content_security_policy(html)}
    return {"statusCode": status, "headers": headers, "body": html}


def body(event: dict[str, Any]) -> str:
    """The request's body as text; whatever is not UTF-8 in it is of no interest here."""
    text: str = event.get("body") or ""
    return base64.b64decode(text).decode(errors="replace") if event.get("isBase64Encoded") else text
