"""What tests/conftest.py and pyproject.toml promise every test: no network, no shell settings, no local zone."""

import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTATION_ADDRESS = ("192.0.2.1", 443)  # RFC 5737: nobody's


def test_sockets_are_off() -> None:
    with pytest.warns(UserWarning, match=r"socket\.socket"), pytest.raises(RuntimeError):
        socket.socket()


@pytest.mark.loopback
def test_loopback_is_open_where_a_test_asks_for_it_and_nothing_else_is() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
    with socket.socket() as away, pytest.warns(UserWarning, match="connect"), pytest.raises(RuntimeError):
        away.connect(DOCUMENTATION_ADDRESS)


def test_local_time_is_nobodys() -> None:
    now = datetime.now(UTC)
    assert now.astimezone().strftime("%z") == "+1345"


def test_the_shells_settings_do_not_arrive(tmp_path: Path) -> None:
    """A run of pytest in a shell set up for AWS sees none of that."""
    (tmp_path / "test_environment.py").write_text(
        "import os\n"
        "def test_it():\n"
        "    foreign = {'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_SQS', 'AWS_PROFILE', 'REBASKET_STAGE'}\n"
        "    assert not foreign & set(os.environ)\n"
        "    assert os.environ['AWS_ACCESS_KEY_ID'] == 'testing'\n"
    )
    shell = {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:1",
        "AWS_PROFILE": "production",
        "AWS_ACCESS_KEY_ID": "real",
        "REBASKET_STAGE": "prod",
    }
    plugins = ["-p", "tests.conftest", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *plugins, "-c", str(ROOT / "pyproject.toml"), str(tmp_path)]
    run = subprocess.run(command, env=os.environ | shell, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
