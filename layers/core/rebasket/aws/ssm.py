"""Secrets from SSM Parameter Store (SecureString), read at most once in five minutes by each running function."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from rebasket.aws.key_codec import keys_from_json, keys_to_json
from rebasket.domain.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from types_boto3_ssm import SSMClient

    from rebasket.domain.people.addresses import Address
    from rebasket.domain.people.contact import TouchId
    from rebasket.domain.people.identity import ShopperId
    from rebasket.domain.shops.keys import Key
    from rebasket.ports import Clock, Shops

CACHE_TTL = timedelta(minutes=5)
"""How long a changed key may still be read as it was."""

CODE_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CODE_LENGTH = 12
"""71 bits: with a billion live links, a billion guesses find one with a chance of one in three thousand; the API throttles long
before. Every character costs in text messages."""

CODE_FORM = re.compile(f"[{CODE_ALPHABET}]{{{CODE_LENGTH}}}")
"""Of every code in a message that was sent: when codes change, the form of the old ones stays as long as links do."""


@dataclass(frozen=True)
class SsmSecrets:
    """Parameters under one prefix."""

    client: SSMClient
    prefix: str
    clock: Clock
    _seen: dict[str, tuple[datetime, str | None]] = field(default_factory=dict)

    def find(self, name: str) -> str | None:
        """The parameter's value; None when there is no such parameter."""
        now = self.clock()
        seen = self._seen.get(name)
        if seen is None or now - seen[0] > CACHE_TTL:
            seen = self._seen[name] = (now, self._read(name))
        return seen[1]

    def get(self, name: str) -> str:
        """The parameter's value. Raises Misconfigured when there is no such parameter."""
        value = self.find(name)
        if value is None:
            message = f"there is no SSM parameter {self.prefix}/{name}; `rebasket doctor` says how to mend it"
            raise Misconfigured(message)
        return value

    def put(self, name: str, value: str) -> None:
        """Store a SecureString; for the command line, not for the functions."""
        self.client.put_parameter(Name=f"{self.prefix}/{name}", Value=value, Type="SecureString", Overwrite=True)
        self._seen.pop(name, None)

    def _read(self, name: str) -> str | None:
        try:
            answer = self.client.get_parameter(Name=f"{self.prefix}/{name}", WithDecryption=True)
        except self.client.exceptions.ParameterNotFound:
            return None
        value = answer["Parameter"].get("Value")
        # `aws ssm get-parameter --output text > FILE` ends in a line break, and FILE is what is put back after a loss.
        return value.strip() if value is not None else None


class Secrets(Protocol):
    """What keyed hashes and codes need: `SsmSecrets`, or a dictionary."""

    def get(self, name: str) -> str:
        """The value. Raises Misconfigured when there is none."""
        ...


@dataclass(frozen=True)
class KeyedHash:
    """See ports.Identify. HMAC-SHA256 (RFC 2104), 128 bits of it in hexadecimal."""

    secrets: Secrets

    def __call__(self, shop: str, address: Address | ShopperId) -> str:
        """See ports.Identify."""
        key = self.secrets.get("contact-key").encode()
        return hmac.new(key, f"contact\x00{shop}\x00{address.identity}".encode(), hashlib.sha256).hexdigest()[:32]


@dataclass(frozen=True)
class KeyedCode:
    """See ports.LinkCode."""

    secrets: Secrets

    def __call__(self, shop: str, touch: TouchId, day: str) -> str:
        """See ports.LinkCode."""
        key = self.secrets.get("link-keys").encode()
        number = int.from_bytes(hmac.new(key, f"link\x00{shop}\x00{touch}\x00{day}".encode(), hashlib.sha256).digest(), "big")
        code = ""
        for _ in range(CODE_LENGTH):
            number, rest = divmod(number, len(CODE_ALPHABET))
            code += CODE_ALPHABET[rest]
        return code


@dataclass(frozen=True)
class SsmShopKeys:
    """See ports.ShopKeys. One parameter for each shop; for a shop that is not there SSM, whose rate is low, is not asked."""

    secrets: SsmSecrets
    shops: Shops

    def keys(self, shop: str) -> Sequence[Key]:
        """See ports.ShopKeys."""
        return self.stored(shop) if self.shops.get(shop) else ()

    def stored(self, shop: str) -> Sequence[Key]:
        """All keys of a shop, even of one that cannot be read itself; for the command line. Raises Misconfigured."""
        text = self.secrets.find(f"shops/{shop}/keys")
        return keys_from_json(text) if text else ()

    def save(self, shop: str, keys: Sequence[Key]) -> None:
        """Store all keys of a shop; for the command line, not for the functions."""
        self.secrets.put(f"shops/{shop}/keys", keys_to_json(keys))
