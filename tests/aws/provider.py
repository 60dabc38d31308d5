"""A provider on this machine's loopback: it takes HTTP requests, counts them, and answers well, badly or not at all."""

from __future__ import annotations

import json
import socket
import struct
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator


class Manner(Enum):
    """What becomes of a connection on which a whole request has arrived."""

    SILENCE = auto()
    RESET = auto()
    CLOSE = auto()
    HALF_AN_ANSWER = auto()
    NONSENSE = auto()
    BROKEN_TLS = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer of SES (JSON) or SNS (XML); `code` is the error's, None for success."""

    status: int
    code: str | None = None

    def wire(self, request: bytes) -> bytes:
        """As bytes, in the protocol of whoever asked."""
        if b"/v2/email/" in request.split(b"\r\n", 1)[0]:
            body = json.dumps({"message": "no"} if self.code else {"MessageId": "id-1"})
            error = f"x-amzn-errortype: {self.code}\r\n" if self.code else ""
        else:
            good = "<PublishResponse><PublishResult><MessageId>id-1</MessageId></PublishResult></PublishResponse>"
            bad = (
                f"<ErrorResponse><Error><Type>Sender</Type><Code>{self.code}</Code><Message>no</Message></Error></ErrorResponse>"
            )
            body, error = (bad if self.code else good), ""
        return (
            f"HTTP/1.1 {self.status} Whatever\r\n{error}content-type: text/plain\r\ncontent-length: {len(body)}\r\n"
            f"connection: close\r\n\r\n{body}"
        ).encode()


OK = Answer(200)


@dataclass
class Provider:
    """Where it listens, and the whole requests that arrived."""

    url: str
    requests: list[bytes] = field(default_factory=list)


@contextmanager
def provider(manner: Manner | Answer, tls: ssl.SSLContext | None = None) -> Iterator[Provider]:
    """Serve until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    scheme = "https" if tls else "http"
    found = Provider(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}")
    held: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return  # closed: the block has ended
            held.append(connection)
            _attend(connection, manner, tls, found)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
        for connection in held:
            connection.close()


def _attend(connection: socket.socket, manner: Manner | Answer, tls: ssl.SSLContext | None, found: Provider) -> None:
    try:
        if tls:
            connection = tls.wrap_socket(connection, server_side=True)
        request = _whole_request(connection)
    except OSError:
        return  # no whole request arrived
    found.requests.append(request)
    match manner:
        case Answer():
            connection.sendall(manner.wire(request))
        case Manner.RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        case Manner.HALF_AN_ANSWER:
            connection.sendall(OK.wire(request)[:60])
        case Manner.NONSENSE:
            connection.sendall(b"what?\r\n\r\n")
        case Manner.BROKEN_TLS:
            with socket.socket(fileno=connection.detach()) as bare:
                bare.sendall(b"this is no record of TLS")
            return
        case Manner.CLOSE:
            pass
        case Manner.SILENCE:
            return
    connection.close()


def _whole_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    while len(body) < length:
        body += _some(connection)
    return head + b"\r\n\r\n" + body


def _some(connection: socket.socket) -> bytes:
    found = connection.recv(65536)
    if not found:
        raise ConnectionResetError
    return found
