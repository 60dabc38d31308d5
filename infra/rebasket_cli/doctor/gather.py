"""Asks AWS and DNS what `rebasket doctor` wants to know. What may not be read is noted; the rest is looked at all the same."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from rebasket.domain.errors import Misconfigured
from rebasket_cli.doctor import mail_facts, shop_facts, stack_facts
from rebasket_cli.doctor.delivery import is_nobodys
from rebasket_cli.doctor.facts import Deployment, Facts
from rebasket_cli.doctor.machinery_facts import alarms, machinery

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from rebasket.wiring import App
    from rebasket_cli.doctor.clients import Clients

Answer = TypeVar("Answer")


@dataclass(kw_only=True)
class Gatherer:
    """Looks at one stack.

    `open_app` gives the stack's application, and raises Misconfigured; `txt` the texts at a name in DNS, and raises OSError;
    `wait` lets a few seconds pass while CloudFormation looks for drift; None: it shall not.
    """

    clients: Clients
    open_app: Callable[[], App]
    txt: Callable[[str], Sequence[str]]
    wait: Callable[[], None] | None
    unread: dict[str, str] = field(default_factory=dict)

    def __call__(self, stack: str, region: str, now: datetime) -> Facts:
        """All the facts."""
        facts = Facts(stack=stack, region=region, now=now, unread=self.unread)
        deployment = self._ask("stack", lambda: stack_facts.deployment(self.clients.cloudformation, stack))
        if deployment is None:
            return facts
        return self._about(replace(facts, deployment=deployment), deployment)

    def _about(self, facts: Facts, deployment: Deployment) -> Facts:
        said, of, wait = deployment.said, self.clients, self.wait
        sender = self._ask("sender", lambda: mail_facts.sender(of.sesv2, said["SenderEmail"]))
        owned = sender if sender and not is_nobodys(sender.domain) else None
        app = self._ask("application", self.open_app)
        return replace(
            facts,
            drift=self._ask("drift", lambda: stack_facts.drift(of.cloudformation, facts.stack, wait)) if wait else None,
            machinery=self._ask("machinery", lambda: machinery(of, facts.stack, said)),
            sender=sender,
            dmarc=self._ask("DMARC", lambda: mail_facts.dmarc(owned.domain, self.txt)) if owned else None,
            ses=self._ask("SES account", lambda: mail_facts.account(of.sesv2)),
            mail_events=self._ask("mail events", lambda: mail_facts.mail_events(of.sesv2, said["ConfigurationSetName"])),
            texts=self._ask("text messages", lambda: mail_facts.texts(of.sns)),
            tenants=self._ask("shops", lambda: shop_facts.tenants(of.ssm, app, said["SecretsPrefix"])) if app else None,
            alarms=self._ask("alarms", lambda: alarms(of.cloudwatch, said["Stage"])),
            waiting=self._ask("dead letters", lambda: shop_facts.waiting(of.sqs, of.s3, app, said)) if app else None,
        )

    def _ask(self, what: str, question: Callable[[], Answer]) -> Answer | None:
        """The answer; None when there was none, and `unread` says why."""
        try:
            return question()
        except ClientError as error:
            said = error.response["Error"]
            self.unread[what] = f"{said['Code']}: {said['Message']}"
        except (BotoCoreError, Misconfigured, OSError) as error:
            self.unread[what] = str(error)
        return None
