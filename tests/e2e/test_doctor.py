"""While the carts of `told` become due: `rebasket doctor` says what the emulator leaves out of the stack, and no more."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.benches.package import ROOT
from tests.e2e.deployment import STACK
from tests.e2e.emulator import eventually

if TYPE_CHECKING:
    from rebasket.wiring import App
    from tests.e2e.deployment import Deployment

FAIL = {
    ("TTL", "off: {CartsTableName}"),  # the emulator makes tables without
    ("TTL", "off: {TimersTableName}"),
    ("recovery", "off: {CartsTableName}"),
    ("recovery", "off: {TimersTableName}"),
    ("sender", "carts@shop.example is nobody's address"),
}
WARN = {
    ("alarms", "there are none"),
    ("text messages", "could not be asked: InvalidAction: Unknown action: GetSMSAttributes"),
}
OK = {
    "stack", "drift", "stream", "schedule", "concurrency", "SES quota", "mail events", "secrets", "shops", "keys", "sweep",
    "dead letters",
}  # fmt: skip
"""Topics of which nothing is wrong."""


@pytest.mark.usefixtures("told")
def test_the_doctor_says_what_this_stack_lacks_and_nothing_else(deployment: Deployment, operator: App) -> None:
    eventually(operator.timers.cursor, 180)  # the schedule has run sweep
    command = [str(Path(sys.executable).parent / "rebasket"), "doctor", "--stack", STACK, "--json"]
    done = subprocess.run(command, env=deployment.emulator.environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    found = json.loads(done.stdout)["findings"]
    assert {(one["topic"], one["seen"]) for one in found if one["severity"] == "fail"} == {
        (topic, seen.format_map(deployment.outputs)) for topic, seen in FAIL
    }
    assert {(one["topic"], one["seen"]) for one in found if one["severity"] == "warn"} == WARN
    assert {one["topic"] for one in found if one["severity"] == "ok"} == OK
    assert all(one["mend"] for one in found if one["severity"] != "ok")
