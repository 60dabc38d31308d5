"""The facts of a stack in which all is well, for tests to change one thing of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from rebasket_cli.doctor.delivery import KINDS
from rebasket_cli.doctor.facts import (
    Alarms,
    Deployment,
    Dmarc,
    Drift,
    Facts,
    Identity,
    Machinery,
    MailEvents,
    Sender,
    SesAccount,
    ShopKey,
    ShopState,
    Switch,
    TableState,
    Tenants,
    TextMessages,
    Waiting,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)

KEY = ShopKey(id="abcd2345", kind="bearer", rights=("events", "report"), created_at=NOW - 90 * DAY, expires_at=None)
SHOP = ShopState(id="tea", url="https://tea.shop", texts=False, keys=(KEY,))
IDENTITY = Identity(
    name="tea.shop", verified=True, dkim="SUCCESS", signing=True, mail_from="bounce.tea.shop", mail_from_status="SUCCESS"
)
MAPPING = Switch(logical_id="RemindFunctionTimerDeleted", name="11111111-2222", state="Enabled", last="OK")
MACHINERY = Machinery(
    carts=TableState(name="carts-1", ttl="expires", recoverable=True, stream=None),
    timers=TableState(name="timers-1", ttl="due", recoverable=True, stream="OLD_IMAGE"),
    mapping=MAPPING,
    schedules=(
        Switch(logical_id="SweepFunctionEveryMinute", name="sweep-1", state="ENABLED"),
        Switch(logical_id="CloseBooksFunctionEveryNight", name="books-1", state="ENABLED"),
    ),
    rules=(Switch(logical_id="FeedbackFunctionMailEvents", name="mail-1", state="ENABLED"),),
    concurrency=1000,
)
WELL = Facts(
    stack="rebasket",
    region="eu-central-1",
    now=NOW,
    deployment=Deployment(
        arn="arn:aws:cloudformation:eu-central-1:123456789012:stack/rebasket/1",
        status="UPDATE_COMPLETE",
        changed_at=NOW - DAY,
        said={
            "Stage": "prod",
            "Architecture": "x86_64",
            "SecretsPrefix": "/rebasket/prod",
            "DeadRunsQueueUrl": "https://sqs/runs",
        },
    ),
    drift=Drift(status="IN_SYNC"),
    machinery=MACHINERY,
    sender=Sender(address="reminders@tea.shop", identities=(IDENTITY,)),
    dmarc=Dmarc(domain="tea.shop", records=("v=spf1 -all", "v=DMARC1; p=reject")),
    ses=SesAccount(production=True, sending=True, enforcement="HEALTHY", most_a_day=50_000, most_a_second=14, sent=1_200),
    mail_events=MailEvents(configuration_set="rebasket-prod", sending=True, destination="event-bus", enabled=True, kinds=KINDS),
    texts=TextMessages(sandbox=True, limit="1"),
    tenants=Tenants(secrets={"contact-key": NOW - 900 * DAY, "link-keys": NOW - 90 * DAY}, shops=(SHOP,), stopped=None),
    alarms=Alarms(count=24, ringing={}),
    waiting=Waiting(dead_letter_queue=0, dead_feedback=0, dead_runs=0, failed_batches=0, cursor=NOW),
)


def well_but(part: str, **changes: Any) -> Facts:  # noqa: ANN401  # whatever the part takes
    """All is well but for these fields of one part."""
    return replace(WELL, **{part: replace(getattr(WELL, part), **changes)})


def shop_but(**changes: Any) -> Facts:  # noqa: ANN401  # whatever facts take
    """All is well but for these fields of the shop."""
    return well_but("tenants", shops=(replace(SHOP, **changes),))


def key_but(**changes: Any) -> Facts:  # noqa: ANN401  # whatever facts take
    """All is well but for these fields of the shop's only key."""
    return shop_but(keys=(replace(KEY, **changes),))


def sender_but(**changes: Any) -> Facts:  # noqa: ANN401  # whatever facts take
    """All is well but for these fields of the sender's identity."""
    return well_but("sender", identities=(replace(IDENTITY, **changes),))
