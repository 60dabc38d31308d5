"""What `rebasket doctor` saw, as plain data. None where AWS did not say; why is in `Facts.unread`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rebasket.domain.carts.amiss import AmissCounts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """The stack as CloudFormation describes it. `said` has its parameters and outputs."""

    arn: str
    status: str
    reason: str = ""
    changed_at: datetime
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How far the stack is from its template: `status` IN_SYNC, DRIFTED, or UNKNOWN and `why`. Resources by logical id."""

    status: str
    why: str = ""
    modified: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TableState:
    """A table. `ttl` is the attribute that TTL goes by; `stream` the stream's view; either None while it is off."""

    name: str
    ttl: str | None
    recoverable: bool
    stream: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """Something that is on or off: a schedule, a rule, a stream mapping. `state` in AWS's word, None when it is gone."""

    logical_id: str
    name: str
    state: str | None
    last: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machinery:
    """Tables and what drives them. `concurrency` is the account's limit of concurrent Lambda runs."""

    carts: TableState
    timers: TableState
    mapping: Switch | None
    schedules: tuple[Switch, ...]
    rules: tuple[Switch, ...]
    concurrency: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One SES identity that could stand for the sender. `dkim` and `mail_from_status` in AWS's words."""

    name: str
    verified: bool
    dkim: str
    signing: bool
    mail_from: str | None = None
    mail_from_status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The address that reminders come from, and its identities, the closest first."""

    address: str
    identities: tuple[Identity, ...]

    @property
    def domain(self) -> str:
        """What follows the @."""
        return self.address.rpartition("@")[2].lower()

    @property
    def verified(self) -> Identity | None:
        """The closest identity that SES lets us send with."""
        return next((identity for identity in self.identities if identity.verified), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dmarc:
    """TXT records at `_dmarc.` of the domain, or of the closest parent that has any."""

    domain: str
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SesAccount:
    """SES in this account and Region. Quotas count recipients: a day (24 hours), a second."""

    production: bool
    sending: bool
    enforcement: str
    most_a_day: float
    most_a_second: float
    sent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MailEvents:
    """The configuration set: whether it may send, and its event destination on EventBridge."""

    configuration_set: str
    sending: bool
    destination: str | None
    enabled: bool = False
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessages:
    """SNS in this account and Region. `limit` is what may be spent a month, in dollars, as SNS says it."""

    sandbox: bool
    limit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopKey:
    """A key, without its secret."""

    id: str
    kind: str
    rights: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsHeard:
    """Of the last seven days: events refused, and events that lost something. `silent_since`: the last day (`YYYY-MM-DD`) with an
    abandoned cart, of a shop that had one nearly every day before, and none since.
    """

    amiss: AmissCounts = field(default_factory=AmissCounts)
    silent_since: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopState:
    """A listed shop. `problem` says why it would not work: by these `wrong` fields, or, without any, because it cannot be read.
    `unread_keys` says why its keys can not; `paused` why it sends nothing; `elsewhere` when its platform last sent a reminder of
    its own, by channel.
    """

    id: str
    url: str = ""
    problem: str | None = None
    wrong: tuple[str, ...] = ()
    unread_keys: str | None = None
    texts: bool = False
    keys: tuple[ShopKey, ...] = ()
    paused: str | None = None
    heard: EventsHeard = field(default_factory=EventsHeard)
    hosts: tuple[str, ...] = ()
    elsewhere: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenants:
    """Secrets by name, with when they were last changed; shops; why everything is stopped."""

    secrets: Mapping[str, datetime]
    shops: tuple[ShopState, ...]
    stopped: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits: messages in the dead letters, failed batches; and the minute up to which sweep is done."""

    dead_letter_queue: int
    dead_feedback: int
    dead_runs: int
    failed_batches: int
    cursor: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """The stack's alarms, by their names without the stack's: how many there are, and those that ring, with why."""

    count: int
    ringing: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All of it. `deployment` None: there is no such stack. `unread`: what AWS did not tell, and why."""

    stack: str
    region: str
    now: datetime
    deployment: Deployment | None = None
    drift: Drift | None = None
    machinery: Machinery | None = None
    sender: Sender | None = None
    dmarc: Dmarc | None = None
    ses: SesAccount | None = None
    mail_events: MailEvents | None = None
    texts: TextMessages | None = None
    tenants: Tenants | None = None
    waiting: Waiting | None = None
    alarms: Alarms | None = None
    unread: Mapping[str, str] = field(default_factory=dict)
