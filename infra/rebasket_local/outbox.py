"""What left through SES and SNS: each message as it was on the wire, counted there and not in anybody's books."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING, Final, Literal

from rebasket_local.clock import VirtualClock
from rebasket_local.errors import LocalCloudError
from rebasket_local.faults import Call

if TYPE_CHECKING:
    from rebasket_local.json_value import Json

_TAGS_HEADER: Final = "X-SES-MESSAGE-TAGS"


@dataclass(frozen=True)
class Message:
    """One accepted request to send."""

    number: int
    """Counts from 1."""
    at: datetime
    channel: Literal["email", "sms"]
    recipients: tuple[str, ...]
    message_id: str
    function: str
    """Logical id of the function that sent it."""
    request_id: str
    """Of the invocation that sent it."""
    sender: str
    """Address, or the SMS sender id, which may be empty."""
    raw: bytes = field(default=b"", repr=False)
    """The MIME message; empty for an SMS."""
    text: str = field(default="", repr=False)
    """The SMS; empty for an e-mail, whose text is in its parts."""
    configuration_set: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    """SES message tags, from the call and from the header; for an SMS its message attributes."""

    @property
    def to(self) -> str:
        return self.recipients[0]

    @property
    def mail(self) -> EmailMessage:
        """The parsed e-mail."""
        return message_from_bytes(self.raw, policy=policy.default)


class Outbox:
    """All messages, in order. `tell` calls `on_message` for those that came since it was last called."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._told = 0
        self.messages: list[Message] = []
        self.on_message: Callable[[Message], None] | None = None

    def __iter__(self) -> Iterator[Message]:
        return iter(self.messages)

    def __len__(self) -> int:
        return len(self.messages)

    def __getitem__(self, index: int) -> Message:
        return self.messages[index]

    def tell(self) -> None:
        while self._told < len(self.messages):
            self._told += 1
            if self.on_message is not None:
                self.on_message(self.messages[self._told - 1])

    def mailed(self, call: Call) -> None:
        """SES accepted a message."""
        content = call.params.get("Content") or {}
        if "Raw" not in content:
            raise LocalCloudError("the outbox keeps raw messages only: moto would lose headers and parts of others")
        raw = bytes(content["Raw"]["Data"])
        destination = call.params.get("Destination") or {}
        parsed = message_from_bytes(raw, policy=policy.default)
        recipients = [address for kind in ("ToAddresses", "CcAddresses", "BccAddresses") for address in destination.get(kind, [])]
        tags = _header_tags(parsed) | {tag["Name"]: tag["Value"] for tag in call.params.get("EmailTags", [])}
        self.messages.append(
            Message(
                len(self.messages) + 1,
                self._clock.now,
                "email",
                tuple(recipients or [str(parsed["To"])]),
                call.response["MessageId"],
                call.function,
                call.request_id,
                str(call.params.get("FromEmailAddress") or parsed["From"]),
                raw=raw,
                configuration_set=str(call.params.get("ConfigurationSetName", "")),
                tags=tags,
            )
        )

    def texted(self, call: Call) -> None:
        """SNS accepted a message; one to a phone number is an SMS."""
        if "PhoneNumber" not in call.params:
            return
        attributes: Mapping[str, Json] = call.params.get("MessageAttributes") or {}
        values = {name: str(value.get("StringValue", "")) for name, value in attributes.items()}
        self.messages.append(
            Message(
                len(self.messages) + 1,
                self._clock.now,
                "sms",
                (call.params["PhoneNumber"],),
                call.response["MessageId"],
                call.function,
                call.request_id,
                values.get("AWS.SNS.SMS.SenderID", ""),
                text=call.params["Message"],
                tags=values,
            )
        )


def _header_tags(parsed: EmailMessage) -> dict[str, str]:
    """`name1=value1, name2=value2`."""
    pairs = (pair.partition("=") for pair in str(parsed.get(_TAGS_HEADER, "")).split(",") if "=" in pair)
    return {name.strip(): value.strip() for name, _, value in pairs}
