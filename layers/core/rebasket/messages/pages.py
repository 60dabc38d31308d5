"""The pages a shopper can land on. Each stands alone: no script, nothing loaded, one inline style that a policy can name.

`locale` is whatever is known of the shopper's: a tag, or the whole Accept-Language header; the shop's own comes next.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

from rebasket.messages.colours import colour, ink_on
from rebasket.messages.languages import language_of
from rebasket.messages.links import web_url
from rebasket.messages.plain import isolated, plain
from rebasket.messages.templates import render
from rebasket.messages.wording import wording

if TYPE_CHECKING:
    from rebasket.domain.shops.policy import Shop

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def opt_out_page(shop: Shop, locale: str | None, action: str) -> str:
    """Asks whether to stop; its one button posts an empty form to `action`. Looking changes nothing: scanners follow links."""
    return _page("opt_out", shop, locale, form=action)


def opted_out_page(shop: Shop, locale: str | None, undo: str) -> str:
    """Says that the reminders have stopped; its one button takes that back, by posting `undo=1` to `undo`."""
    return _page("opted_out", shop, locale, undo=undo, link=web_url(shop.url, also_http=True))


def back_again_page(shop: Shop, locale: str | None) -> str:
    """Says that the opt-out was taken back."""
    return _page("back_again", shop, locale, link=web_url(shop.url, also_http=True))


def not_undone_page(shop: Shop, locale: str | None) -> str:
    """Says that there is a no that this link cannot take back."""
    return _page("not_undone", shop, locale, link=web_url(shop.url, also_http=True))


def unknown_page(locale: str | None) -> str:
    """For a link that is unknown or expired; nobody can tell of which shop it was."""
    return _page("unknown_link", None, locale)


def gone_page(shop: Shop, locale: str | None) -> str:
    """For a cart that cannot be restored any more; leads to the shop."""
    return _page("cart_gone", shop, locale, link=web_url(shop.url, also_http=True))


def content_security_policy(page: str) -> str:
    """The strictest Content-Security-Policy that shows `page` (CSP level 3): its own style, its own form, nothing else."""
    styles = (hashlib.sha256(style.encode()).digest() for style in _STYLE.findall(page))
    sources = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in styles)
    return f"default-src 'none'; style-src {sources}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


def _page(
    kind: str, shop: Shop | None, locale: str | None, *, form: str | None = None, undo: str | None = None, link: str | None = None
) -> str:
    catalogue = wording(language_of(locale, shop.locale if shop else None))
    words = catalogue.pages[kind]
    name = isolated(plain(shop.name) or shop.id) if shop else ""
    button = colour(shop.colour if shop else "")
    return render(
        "page.html",
        lang=catalogue.language,
        dir=catalogue.direction,
        title=words.title,
        body=words.body.format(shop=name),
        action=words.action,
        shop=name,
        form=form,
        undo=undo,
        undo_words=words.undo,
        link=link,
        colour=button,
        ink=ink_on(button),
    )
