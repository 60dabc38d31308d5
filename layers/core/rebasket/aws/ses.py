"""E-mail through Amazon SES (API v2, raw MIME): at most one request on the wire for each `send`.

On the way to the wire: remind/app.py → wiring.py → process_timer.py → follow_up.py → send_step.py → deliver.py → **this file**

`SendEmail` has no idempotency token, so the SDK must not retry: the client is made with `total_max_attempts=1`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.aws.refusals import refusals

if TYPE_CHECKING:
    from types_boto3_sesv2 import SESV2Client

    from rebasket.domain.sending.message import Email

REJECTED = frozenset({"BadRequestException"})
"""This message will never be taken (SES API v2, SendEmail, Errors)."""

NOT_NOW = frozenset(
    {
        "TooManyRequestsException", "LimitExceededException", "AccountSuspendedException", "SendingPausedException",
        "MailFromDomainNotVerifiedException", "MessageRejected", "NotFoundException", "ThrottlingException", "Throttling",
        "AccessDeniedException", "UnrecognizedClientException", "ExpiredTokenException",
    }
)  # fmt: skip
"""Surely not taken, but it may be once the rate falls or somebody mends the account. MessageRejected is mostly a sender that is
not verified yet; a message with a virus in it is tried in vain, a bounded number of times."""


@dataclass(frozen=True)
class SesMailer:
    """See ports.Mailer."""

    client: SESV2Client
    sender: str
    configuration_set: str

    def send(self, email: Email) -> str:
        """See ports.Mailer."""
        with refusals("SES", rejected=REJECTED, not_now=NOT_NOW):
            answer = self.client.send_email(
                FromEmailAddress=self.sender,
                Destination={"ToAddresses": [email.to.value]},
                Content={"Raw": {"Data": email.raw}},
                ConfigurationSetName=self.configuration_set,
                EmailTags=[{"Name": name, "Value": value} for name, value in email.tags.items()],
            )
        return answer["MessageId"]
