"""Turns a brief into a message. Pure: the same brief gives the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.domain.sending.message import Email, Text
from rebasket.messages import gsm, mime
from rebasket.messages.languages import language_of
from rebasket.messages.letter import letter
from rebasket.messages.links import host_of
from rebasket.messages.plain import is_linked, plain
from rebasket.messages.templates import render
from rebasket.messages.transliteration import spelt
from rebasket.messages.wording import wording

if TYPE_CHECKING:
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
        name, title = _names(brief, language)
        words = {"shop": name, "restore": brief.restore_url, "opt_out": brief.opt_out_url}
        body = step.text.format(**words)
        parts = gsm.parts(body)
        if title and not is_linked(brief.lines[0].title):  # a phone would make a link of it
            with_title = step.text_with_title.format(**words, title=title)
            if gsm.parts(with_title) == parts:
                body = with_title
        return Text(to=brief.to, body=body, parts=parts, country=_country(brief.to.value))


def _names(brief: Brief, language: str) -> tuple[str, str]:
    """The shop's name and the title of a cart's only line; in English both are spelt in the cheap alphabet.

    One Polish or Cyrillic letter would halve what a part holds. Ukrainian text is outside it anyway and keeps them as they are.
    """
    name = plain(brief.shop.name, _NAME_IN_TEXT)
    title = plain(brief.lines[0].title, _TITLE_IN_TEXT) if len(brief.lines) == 1 else ""
    if gsm.fits(wording(language).step(1).button):
        name, title = spelt(name), spelt(title)
    return name or host_of(brief.shop), title


def _country(number: str) -> str | None:
    """ISO 3166 country of an E.164 number, None where there is none (satellites) or it cannot be told."""
    import phonenumbers  # noqa: PLC0415  # 40 ms that only text messages need

    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return None
    return region if region and region.isalpha() else None
