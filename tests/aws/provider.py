"""A provider on this machine's loopback: it takes HTTP requests, counts them, and answers well, badly or not at all.

It may keep its connections alive, close those that are idle, or forget them, as what stands between two networks does.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from contextlib import contextmanager, suppress
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

    def wire(self, request: bytes, *, keep: bool = False) -> bytes:
        """As bytes, in the protocol of whoever asked; `keep`: the connection stays open."""
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
            f"connection: {'keep-alive' if keep else 'close'}\r\n\r\n{body}"
        ).encode()


OK = Answer(200)


@dataclass
class Provider:
    """Where it listens, the whole requests that it read, and on how many connections."""

    url: str
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    _idle: list[socket.socket] = field(default_factory=list)
    _forgotten: list[socket.socket] = field(default_factory=list)

    def close_idle(self) -> None:
        """Say goodbye on every connection that was kept."""
        while self._idle:
            self._idle.pop().shutdown(socket.SHUT_RDWR)

    def forget_idle(self) -> None:
        """Without a word: whatever is sent on them from now on is not read, and answered by a reset."""
        self._forgotten += self._idle
        self._idle.clear()

    def attend(self, connection: socket.socket, manner: Manner | Answer, *, keep: bool) -> None:
        """Take one request, or one after the other. Raises OSError once no whole request arrives any more."""
        while True:
            request = _whole_request(connection)
            if connection in self._forgotten:
                _reset(connection)
                return
            self.requests.append(request)
            if not (isinstance(manner, Answer) and keep):
                _end(connection, request, manner)
                return
            self._idle.append(connection)
            connection.sendall(manner.wire(request, keep=True))


@contextmanager
def provider(manner: Manner | Answer, tls: ssl.SSLContext | None = None, *, keep: bool = False) -> Iterator[Provider]:
    """Serve until the block ends; `keep` connections alive after an answer."""
    listener = socket.create_server(("127.0.0.1", 0))
    scheme = "https" if tls else "http"
    found = Provider(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}")
    held: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def attend(bare: socket.socket) -> None:
        with suppress(OSError):  # no whole request arrived
            connection = tls.wrap_socket(bare, server_side=True) if tls else bare
            held.append(connection)
            found.attend(connection, manner, keep=keep)

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return  # closed: the block has ended
            found.connections += 1
            held.append(connection)
            threads.append(threading.Thread(target=attend, args=(connection,), daemon=True))
            threads[-1].start()

    threads.append(threading.Thread(target=serve, daemon=True))
    threads[0].start()
    try:
        yield found
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in held:
            with suppress(OSError):  # closed already
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(5)
        for connection in held:
            connection.close()


def _end(connection: socket.socket, request: bytes, manner: Manner | Answer) -> None:
    match manner:
        case Answer():
            connection.sendall(manner.wire(request))
        case Manner.RESET:
            _reset(connection)
            return
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


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
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
