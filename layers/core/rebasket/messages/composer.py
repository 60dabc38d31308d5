"""Turns a brief into a message. Pure: the same brief gives the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.domain.sending.message import Email, Text
from rebasket.messages import gsm, mime
from rebasket.messages.languages import language_of
from rebasket.messages.letter import chosen, letter
from rebasket.messages.links import host_of
from rebasket.messages.plain import is_linked, plain
from rebasket.messages.templates import render
from rebasket.messages.transliteration import spelt
from rebasket.messages.wording import wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rebasket.domain.carts.events import Line
    from rebasket.domain.sending.message import Brief

_NAME_IN_TEXT = 40
_TITLE_IN_TEXT = 40


class MessageComposer:
    """Implements `ports.Composer`. E-mails are sent from `sender_address`, under the shop's name."""

    def __init__(self, sender_address: str) -> None:
        self._sender_address = sender_address

    def email(self, brief: Brief) -> Email:
        """The e-mail."""
        contents = letter(brief)
        values = contents.values()
        raw = mime.mail(
            sender=(plain(brief.shop.sender_name) or contents.shop, self._sender_address),
            to=brief.to.value,
            subject=contents.subject,
            list_id=f"reminders.{brief.shop.id}.{self._sender_address.rpartition('@')[2]}",
            opt_out_url=brief.opt_out_url,
            tags=brief.tags,
            now=brief.now,
            bodies=(render("email.txt", **values), render("email.html", **values)),
        )
        return Email(to=brief.to, raw=raw, tags=brief.tags)

    def text(self, brief: Brief) -> Text:
        """The text message: with the product's name where a cart has one line and its name costs nothing."""
        step = wording(language := language_of(brief.locale, brief.shop.locale)).step(brief.step)
        name, titles = _names(brief, language)
        words = {"shop": name, "restore": brief.restore_url, "opt_out": brief.opt_out_url}
        body = step.text.format(**words)
        parts = gsm.parts(body)
        for said in filter(None, titles):
            with_title = step.text_with_title.format(**words, title=said)
            if gsm.parts(with_title) == parts:
                body = with_title
                break
        return Text(to=brief.to, body=body, parts=parts, country=_country(brief.to.value))


def _names(brief: Brief, language: str) -> tuple[str, Sequence[str]]:
    """The shop's name, and what a cart's only line may be called, the best first; in English spelt in the cheap alphabet.

    One Polish or Cyrillic letter would halve what a part holds. Ukrainian text is outside it anyway and keeps them as they are.
    """
    name = plain(brief.shop.name, _NAME_IN_TEXT)
    titles = _titles(brief.lines[0]) if len(brief.lines) == 1 and not brief.incomplete else []
    if gsm.fits(wording(language).step(1).button):
        name, titles = spelt(name), [spelt(title) for title in titles]
    return name or host_of(brief.shop), titles


def _titles(line: Line) -> Sequence[str]:
    """With what was chosen, if anything was, and without; nothing that a phone would make a link of."""
    title, options = plain(line.title, _TITLE_IN_TEXT), chosen(line)
    names = [f"{title}, {options}", title] if options else [title]
    return [name for name in names if title and not is_linked(f"{line.title} {name}")]


def _country(number: str) -> str | None:
    """ISO 3166 country of an E.164 number, None where there is none (satellites) or it cannot be told."""
    import phonenumbers  # noqa: PLC0415  # 40 ms that only text messages need

    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return None
    return region if region and region.isalpha() else None
