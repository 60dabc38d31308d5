"""What a provider's refusal means for a message: surely not taken, for good or for now. Anything else may have gone out."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError

from rebasket.domain.errors import Rejected, Throttled

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_CONNECTION = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError)
"""Raised before a request was written: surely not sent. SSLError is not among them: TLS can break after the request, too."""


@contextmanager
def refusals(service: str, *, rejected: frozenset[str], not_now: frozenset[str]) -> Iterator[None]:
    """Around one request. Raises Rejected for these codes, Throttled for those or without a connection, all else as it is."""
    try:
        yield
    except NO_CONNECTION as error:
        message = f"no connection to {service}"
        raise Throttled(message) from error
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in rejected:
            raise Rejected(code) from error
        if code in not_now:
            raise Throttled(code) from error
        raise
