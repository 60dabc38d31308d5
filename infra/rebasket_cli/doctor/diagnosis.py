"""All findings about a stack. Pure: the same facts give the same findings, in the same order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rebasket_cli.doctor.delivery import delivery
from rebasket_cli.doctor.finding import Finding, Severity, aws, deploy, fail, rebasket, warn
from rebasket_cli.doctor.flow import alarms, waiting
from rebasket_cli.doctor.machinery import drift, machinery, stack
from rebasket_cli.doctor.tenants import tenants

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rebasket_cli.doctor.facts import Facts


DENIED = re.compile("AccessDenied|UnauthorizedOperation|AuthorizationError")
"""AWS's words for it at the beginning of an error."""


def findings(facts: Facts) -> list[Finding]:
    """What is well and what is not, by topic."""
    return list(_findings(facts))


def _findings(facts: Facts) -> Iterator[Finding]:
    if facts.deployment is None:
        yield _no_stack(facts)
        return
    yield from stack(facts, facts.deployment)
    if facts.drift is not None:
        yield from drift(facts, facts.drift)
    if facts.machinery is not None:
        yield from machinery(facts, facts.machinery)
    yield from delivery(facts)
    if facts.tenants is not None:
        yield from tenants(facts, facts.tenants)
    if facts.waiting is not None:
        yield from waiting(facts, facts.waiting)
    if facts.alarms is not None:
        yield from alarms(facts, facts.alarms)
    for what, why in facts.unread.items():
        allow = " The operator's role needs to be allowed to read it." if DENIED.match(why) else ""
        means = f"Not looked at: neither well nor ill is known of it.{allow}"
        yield warn(what, f"could not be asked: {why}", means, f"{rebasket(facts, 'doctor')}   # again")


def _no_stack(facts: Facts) -> Finding:
    if "stack" in facts.unread:
        return fail("stack", facts.unread["stack"], "Nothing could be looked at.", aws(facts, "sts get-caller-identity"))
    seen = f"there is no stack {facts.stack} in {facts.region}"
    return fail("stack", seen, "Nothing is deployed, or somewhere else.", deploy(facts).replace("--resolve-s3", "--guided"))


def worst(found: Sequence[Finding]) -> Severity:
    """Of all findings."""
    return max((finding.severity for finding in found), key=list(Severity).index, default=Severity.OK)
