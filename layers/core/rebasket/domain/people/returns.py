"""When an address is given up whose mail comes back "for now": a full mailbox, a server that is down, a refusal called transient.

One such mail says little, and the provider has tried for hours by then. But a mailbox that took none of the last mails over weeks
is not read, and mailbox providers judge a sender by what it keeps sending to such ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

IN_A_ROW = 5
"""Mails that came back, none that was sent between or after them having arrived. Mailchimp's rule for soft bounces of people who
never reacted is seven, of those who did fifteen; a shop writes seldom, so five are months for most."""

WEEKS = timedelta(days=14)
"""So far apart are the first and the last of them: longer than a holiday's full mailbox, or a server's bad week."""


class Returned(StrEnum):
    """How a mail came back that the provider does not call permanent.

    `refused`: with an enhanced status 5.1.x, 5.2.x or 5.3.x (RFC 3463: permanent; the address, the mailbox, its system), but for
    the full mailbox, 5.2.2. SES calls some of these transient. Time mends none, so no weeks are waited for.
    """

    FOR_NOW = "for now"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Posted:
    """A mail that went to an address: when, and how it came back, if it did."""

    at: datetime
    returned: Returned | None = None


def nothing_arrives(posted: Iterable[Posted]) -> bool:
    """Whether what went to one address says that nothing arrives there any more. A mail that did not come back has arrived, as
    far as anybody knows.
    """
    row: list[Posted] = []
    for mail in sorted(posted, key=lambda mail: mail.at, reverse=True):
        if mail.returned is None:
            break
        row.append(mail)
    refused = sum(mail.returned is Returned.REFUSED for mail in row)
    return refused >= IN_A_ROW or (len(row) >= IN_A_ROW and row[0].at - row[-1].at >= WEEKS)
