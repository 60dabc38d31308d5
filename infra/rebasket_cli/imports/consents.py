"""Consents of imported contacts, and their dates.

An import must never turn a "no" into a "yes" that is older. Of two statements the later counts, so all depends on the date: a
"yes" without one is taken to be as old as can be said, and any "no" that is known outweighs it; a "no" without one is as young as
the file. And an import says no `double_opt_in`: whoever opted out by a link stays out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.platforms.native.fields import EARLIEST
from rebasket_cli.imports.read import LeftOut, Told, Unreadable
from rebasket_cli.imports.values import answer, moment, wire_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rebasket_cli.imports.read import Read, Reading, Wire
    from rebasket_cli.imports.rows import Row


def contact_event(
    row: Row, contact: Wire, answers: Mapping[str, str | None], source: str, reading: Reading, at: str | None = None
) -> Read:
    """One contact's answers by channel (`email`, `sms`), given `at` if the file says when. Raises ValueError for an answer or a
    date that cannot be read.
    """
    consents = {channel: _consent(said, source, reading, at) for channel, said in answers.items() if said is not None}
    told = {channel: consent for channel, consent in consents.items() if _address_of(channel) in contact}
    if "email" not in contact and "phone" not in contact:
        return Unreadable(row.line, "has neither an e-mail address nor a phone number")
    if not told:
        return LeftOut(row.line, "says nothing about consent")
    event = {"type": "contact.identified", "id": f"import:{row.line}", "at": wire_time(reading.as_of)}
    return Told(row.line, ({**event, "contact": {**contact, "consent": told}},))


def _consent(said: str, source: str, reading: Reading, at: str | None) -> Wire:
    granted = answer(said)
    dated = moment(at, reading.zone) if at else EARLIEST if granted else reading.as_of
    return {"granted": granted, "source": source if at else f"{source}, without a date", "at": wire_time(dated)}


def _address_of(channel: str) -> str:
    return "phone" if channel == "sms" else channel
