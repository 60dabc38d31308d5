"""One sentence about a stack: how bad it is, what was seen, what that means, and the command that mends it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rebasket_cli.doctor.facts import Facts


class Severity(StrEnum):
    """How bad: nothing to do; should be seen to; reminders do not flow as they should, or data is in danger."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`mend` is a command for a shell; where only a person can do it, what they have to do. Empty when all is well."""

    severity: Severity
    topic: str
    seen: str
    means: str = ""
    mend: str = ""

    def as_data(self) -> dict[str, str]:
        """For JSON."""
        return asdict(self)


def ok(topic: str, seen: str) -> Finding:
    """All is well."""
    return Finding(severity=Severity.OK, topic=topic, seen=seen)


def warn(topic: str, seen: str, means: str, mend: str) -> Finding:
    """Should be seen to."""
    return Finding(severity=Severity.WARN, topic=topic, seen=seen, means=means, mend=mend)


def fail(topic: str, seen: str, means: str, mend: str) -> Finding:
    """Must be mended."""
    return Finding(severity=Severity.FAIL, topic=topic, seen=seen, means=means, mend=mend)


def aws(facts: Facts, command: str) -> str:
    """A command of the AWS command line, in the stack's Region."""
    return f"aws --region {facts.region} {command}"


def rebasket(facts: Facts, command: str) -> str:
    """A command of ours, for this stack."""
    return f"rebasket {command} --stack {facts.stack}"


def logs(facts: Facts, function: str) -> str:
    """A function's errors of the last hour."""
    stage = facts.deployment.said.get("Stage", "STAGE") if facts.deployment else "STAGE"
    return aws(facts, f"logs tail /rebasket/{stage}/{function} --since 1h --filter-pattern ERROR")


def deploy(facts: Facts, parameters: str = "") -> str:
    """Deploy the template; parameters that are not named keep their values. Layers are built for the stack's own processor."""
    processor = facts.deployment.said.get("Architecture") if facts.deployment else None
    build = f"make build ARCHITECTURE={processor}" if processor else "make build"
    overrides = f" --parameter-overrides {parameters}" if parameters else ""
    where = f"--stack-name {facts.stack} --region {facts.region} --resolve-s3"
    return f"{build} && sam deploy {where} --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND{overrides}"
