"""ministack, an emulator of AWS in one process, on this machine's loopback address only."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import boto3

from tests.e2e.http_request import http

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Found = TypeVar("Found")

REGION = "eu-central-1"
HOST = "127.0.0.1"
OK = 200
# Not the shell's: the emulator, SAM and the command line see these instead of anybody's real settings.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION}


@dataclass(frozen=True)
class Emulator:
    """A running one. `folder` holds its log and what it and its workers leave behind."""

    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Of a program that is to take the emulator for AWS: this machine's settings, but none for AWS."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return {**kept, **CREDENTIALS, "AWS_ENDPOINT_URL": self.url}

    def client(self, service: str) -> Any:  # noqa: ANN401  # each service has a type of its own
        return boto3.client(
            service,  # type: ignore[call-overload]  # any of them, by name
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def mails_to(self, address: str) -> list[dict[str, Any]]:
        """What SES took for this address. The emulator keeps subject and bodies, and loses all other headers and the tags."""
        messages = self._get("/_ministack/ses/messages")["messages"].values()
        return [message for account in messages for message in account if address in message["To"]]

    def texts_to(self, number: str) -> list[dict[str, Any]]:
        """What SNS took for this number."""
        messages = self._get("/_ministack/sns/sms-messages")
        return [message for message in _dicts(messages) if number in message.values()]

    def errors(self) -> Iterator[str]:
        """What the functions logged as errors, or died of."""
        logs = self.client("logs")
        for group in logs.describe_log_groups()["logGroups"]:
            name = group["logGroupName"]
            for stream in logs.describe_log_streams(logGroupName=name)["logStreams"]:
                events = logs.get_log_events(logGroupName=name, logStreamName=stream["logStreamName"])["events"]
                yield from (event["message"] for event in events if re.search('"level":"ERROR"|Traceback', event["message"]))

    def _get(self, path: str) -> Any:  # noqa: ANN401  # JSON
        return http("GET", self.url + path).data


def _dicts(data: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401  # JSON
    if isinstance(data, dict):
        yield data
    for part in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from _dicts(part)


@contextmanager
def emulator(program: Path, folder: Path) -> Iterator[Emulator]:
    """Run one on a free port. Whatever happens inside, it ends, by its own process id, and its workers with it."""
    port = _free_port()
    settings = {
        "BIND_HOST": HOST,  # it would listen on every interface
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": HOST,
        "IOT_MTLS_ENABLED": "0",  # would open a port of its own, on every interface
        "SFTP_ENABLED": "0",
        "TMPDIR": str(folder),
        "HOME": str(folder),
        "PATH": os.environ["PATH"],
    }
    with (folder / "ministack.log").open("wb") as log:
        process = subprocess.Popen([program], cwd=folder, env=settings, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            eventually(lambda: _ready(port, process), 60)
            yield Emulator(port, folder)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _ready(port: int, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the emulator ended"
    try:
        return http("GET", f"http://{HOST}:{port}/_ministack/ready").status == OK
    except OSError:
        return False


def eventually(look: Callable[[], Found], seconds: float) -> Found:
    """What `look` finds, as soon as it finds something. Fails after so long: these programs run in real time."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.5)
    return found
