"""Text messages through Amazon SNS: at most one request on the wire for each `send`.

`Publish` has no idempotency for text messages, so the SDK must not retry: the client is made with `total_max_attempts=1`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.aws.refusals import refusals

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient
    from types_boto3_sns.type_defs import MessageAttributeValueTypeDef

    from rebasket.domain.sending.message import Text

REJECTED = frozenset({"InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid", "ValidationException", "OptedOut"})
"""This message will never be taken (SNS API, Publish, Errors). What that page calls InvalidParameterValue is, by the SDK's model,
ParameterValueInvalid on the wire.
"""

NOT_NOW = frozenset(
    {
        "Throttled", "ThrottledException", "Throttling", "ThrottlingException", "AuthorizationError", "AccessDenied",
        "ExpiredToken", "InvalidSecurity",
    }
)  # fmt: skip
"""Surely not taken, but it may be once the rate falls or somebody mends the account."""


@dataclass(frozen=True)
class SnsTexter:
    """See ports.Texter. `sender_id` is the alphanumeric sender, empty for the account's own number."""

    client: SNSClient
    sender_id: str

    def send(self, text: Text) -> str:
        """See ports.Texter."""
        attributes: dict[str, MessageAttributeValueTypeDef] = {
            "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Promotional"}
        }
        if self.sender_id:
            attributes["AWS.SNS.SMS.SenderID"] = {"DataType": "String", "StringValue": self.sender_id}
        with refusals("SNS", rejected=REJECTED, not_now=NOT_NOW):
            answer = self.client.publish(PhoneNumber=text.to.value, Message=text.body, MessageAttributes=attributes)
        return answer["MessageId"]
