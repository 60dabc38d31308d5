"""The local cloud over HTTP, in real time: for looking at it with a browser, and for a shop's developers to post events to.

`http.server` from the standard library: it listens on this machine only, serves one person, and needs no dependency.
Functions run one after another, whoever asks: one lock holds the cloud, which is one process with one clock.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, cast

from rebasket_local.cloud import LocalCloud
from rebasket_local.http_messages import Request, Response, joined, message

Page = Callable[[Request], Response]
"""Something else that answers at this address, such as the page that shows the outbox. Has the cloud to itself meanwhile."""

_TICK: Final = 0.2
"""Real seconds between two looks at what has fallen due."""
_LARGEST_BODY: Final = 11 * 1024 * 1024
"""Bytes that are read at all; API Gateway's own limit is lower."""


class RealTime:
    """Moves a cloud's clock as real time passes, `speed` times as fast."""

    def __init__(self, cloud: LocalCloud, speed: float) -> None:
        self._cloud, self._speed = cloud, speed
        self._lock = threading.RLock()
        self._began, self._then = time.monotonic(), cloud.now
        self._over = threading.Event()

    @contextmanager
    def caught_up(self) -> Iterator[LocalCloud]:
        """While inside, the cloud is the caller's alone; all that has fallen due is done."""
        with self._lock:
            passed = timedelta(seconds=(time.monotonic() - self._began) * self._speed)
            self._cloud.run_until(max(self._then + passed, self._cloud.now))
            yield self._cloud

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """While inside, time goes on without anybody asking."""
        ticker = threading.Thread(target=self._tick, name="local cloud's time", daemon=True)
        ticker.start()
        try:
            yield
        finally:
            self._over.set()
            ticker.join()

    def _tick(self) -> None:
        while not self._over.wait(_TICK):
            with self.caught_up():
                pass


@contextmanager
def serving(
    cloud: LocalCloud, host: str = "127.0.0.1", port: int = 0, *, speed: float = 1, pages: Mapping[str, Page] | None = None
) -> Iterator[str]:
    """While inside, the cloud answers at the URL that this gives.

    Args:
        cloud: Runs, and is left alone by everybody else.
        host: What to listen on.
        port: 0 takes a free one.
        speed: Virtual seconds in a real one.
        pages: By path; each also answers what lies below its path, and goes before the API's own routes.
    """
    real_time = RealTime(cloud, speed)
    server = _Server((host, port), real_time, pages or {})
    thread = threading.Thread(target=server.serve_forever, name="local cloud's HTTP", daemon=True)
    with real_time.ticking():
        thread.start()
        try:
            yield f"http://{host}:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def serve(
    cloud: LocalCloud, host: str = "127.0.0.1", port: int = 8000, *, speed: float = 1, pages: Mapping[str, Page] | None = None
) -> None:
    """Like `serving`, until somebody presses Ctrl-C."""
    with serving(cloud, host, port, speed=speed, pages=pages):
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], real_time: RealTime, pages: Mapping[str, Page]) -> None:
        self.real_time, self._pages = real_time, pages
        super().__init__(address, _Handler)

    def answer(self, request: Request) -> Response:
        """By the page for its path, else by the API."""
        with self.real_time.caught_up() as cloud:
            places = [place for place in self._pages if f"{request.path}/".startswith(f"{place.rstrip('/')}/")]
            if places:
                return self._pages[max(places, key=len)](request)
            return cloud.http(request.method, request.target, request.headers, request.body, source_ip=request.source_ip)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        length = self.headers.get("content-length", "0")
        if "transfer-encoding" in self.headers:
            self._refuse(411, "Length Required")
        elif not length.isdigit():
            self._refuse(400, "Bad Request")
        elif int(length) > _LARGEST_BODY:
            self._refuse(413, "Request Entity Too Large")
        else:
            body = self.rfile.read(int(length))
            headers = joined((name.lower(), value) for name, value in self.headers.items())
            request = Request(self.command, self.path, headers, body, self.client_address[0], "")
            self._respond(cast("_Server", self.server).answer(request))

    def _refuse(self, status: int, text: str) -> None:
        self.close_connection = True  # the body is still on the wire
        self._respond(message(status, text))

    def _respond(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            if name not in {"content-length", "connection", "transfer-encoding"}:
                self.send_header(name, value)
        for cookie in response.cookies:
            self.send_header("set-cookie", cookie)
        self.send_header("content-length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Nothing: the functions have their logs."""


for _method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
    setattr(_Handler, f"do_{_method}", _Handler.answer)
