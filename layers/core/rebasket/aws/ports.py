"""The ports as AWS has them, each made when it is first asked for; what sends has a client that makes one request a call."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.session import Session

from rebasket.settings import SendingSettings, Settings, read_sending, read_settings

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

    from rebasket.aws.amiss import DynamoAmissEvents
    from rebasket.aws.books import DynamoBooks
    from rebasket.aws.carts import DynamoCarts, DynamoContacts, DynamoLinks
    from rebasket.aws.contact_journal import DynamoContactJournal
    from rebasket.aws.episodes import DynamoEpisodes
    from rebasket.aws.other_voices import DynamoOtherVoices
    from rebasket.aws.sending_pauses import DynamoSendingPauses
    from rebasket.aws.ses import SesMailer
    from rebasket.aws.shops import DynamoShops
    from rebasket.aws.sms_slots import DynamoSmsSlots
    from rebasket.aws.sns import SnsTexter
    from rebasket.aws.sqs import SqsDeadLetters
    from rebasket.aws.ssm import KeyedCode, KeyedHash, SsmSecrets, SsmShopKeys
    from rebasket.aws.table import Table
    from rebasket.aws.timers import DynamoTimers
    from rebasket.domain.reminders.episode import TouchState
    from rebasket.domain.sending.prices import PriceBook
    from rebasket.ports import CountryOf, ZoneOf

ASK = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
"""For calls that can be repeated: every write of ours is one."""

ONCE = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})
"""For the calls that bother somebody: one request on the wire, whatever happens to it."""


def now() -> datetime:
    """The time: aware, UTC, whole milliseconds."""
    at = datetime.now(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def new_token() -> str:
    """64 fresh random bits."""
    return secrets.token_hex(8)


class AwsPorts:
    """See `rebasket.wiring.Ports`. Reads the environment when something is first made that needs it."""

    clock = staticmethod(now)
    new_token = staticmethod(new_token)

    @cached_property
    def settings(self) -> Settings:
        """The environment that every function has."""
        return read_settings()

    @cached_property
    def sending(self) -> SendingSettings:
        """The environment that `remind` has besides."""
        return read_sending()

    @cached_property
    def aws(self) -> Session:
        """The SDK, without boto3 on top of it, which alone would take a tenth of a cold start."""
        return Session()

    def client(self, service: str, config: Config) -> Any:  # noqa: ANN401  # each service has its own type; the caller knows which
        """A client of one of AWS's services."""
        return self.aws.create_client(service, config=config)

    # -- Stores --------------------------------------------------------------------------------------------------------------

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        """One client for both tables."""
        client: DynamoDBClient = self.client("dynamodb", ASK)
        return client

    @cached_property
    def table(self) -> Table:
        """The Carts table: everything but timers."""
        from rebasket.aws.table import Table

        return Table(self.dynamodb, self.settings.carts_table)

    @cached_property
    def carts(self) -> DynamoCarts:
        """Carts."""
        from rebasket.aws.carts import DynamoCarts

        return DynamoCarts(self.table, self.settings.retention)

    @cached_property
    def amiss_events(self) -> DynamoAmissEvents:
        """Events that were refused, or lost something."""
        from rebasket.aws.amiss import DynamoAmissEvents

        return DynamoAmissEvents(self.table)

    @cached_property
    def contacts(self) -> DynamoContacts:
        """Contacts."""
        from rebasket.aws.carts import DynamoContacts

        return DynamoContacts(self.table, self.settings.retention, self.clock)

    @cached_property
    def contact_journal(self) -> DynamoContactJournal:
        """What was done about a no."""
        from rebasket.aws.contact_journal import DynamoContactJournal

        return DynamoContactJournal(self.table)

    @cached_property
    def other_voices(self) -> DynamoOtherVoices:
        """Reminders that shops' platforms sent."""
        from rebasket.aws.other_voices import DynamoOtherVoices

        return DynamoOtherVoices(self.table)

    @cached_property
    def episode_store(self) -> DynamoEpisodes:
        """Episodes, as they are kept."""
        from rebasket.aws.episodes import DynamoEpisodes

        return DynamoEpisodes(self.table, self.clock)

    @cached_property
    def links(self) -> DynamoLinks:
        """Short links."""
        from rebasket.aws.carts import DynamoLinks
        from rebasket.aws.ssm import CODE_FORM

        return DynamoLinks(self.table, self.clock, CODE_FORM)

    @cached_property
    def shops(self) -> DynamoShops:
        """Shops."""
        from rebasket.aws.shops import DynamoShops

        return DynamoShops(self.table, self.clock)

    @cached_property
    def sending_pauses(self) -> DynamoSendingPauses:
        """What stops a shop."""
        from rebasket.aws.sending_pauses import DynamoSendingPauses

        return DynamoSendingPauses(self.table, self.clock)

    @cached_property
    def books(self) -> DynamoBooks:
        """Closed days."""
        from rebasket.aws.books import DynamoBooks

        return DynamoBooks(self.table)

    @cached_property
    def timers(self) -> DynamoTimers:
        """Timers."""
        from rebasket.aws.table import Table
        from rebasket.aws.timers import DynamoTimers

        return DynamoTimers(Table(self.dynamodb, self.settings.timers_table), self.settings.timer_shards)

    @cached_property
    def sms_slots(self) -> DynamoSmsSlots:
        """How many text messages went to numbers that begin alike."""
        from rebasket.aws.sms_slots import DynamoSmsSlots

        return DynamoSmsSlots(self.table)

    @cached_property
    def dead_letter_queue(self) -> SqsDeadLetters:
        """Where poisoned timers go."""
        from rebasket.aws.sqs import SqsDeadLetters

        return SqsDeadLetters(self.client("sqs", ASK), self.sending.dead_timers_url)

    # -- Secrets -------------------------------------------------------------------------------------------------------------

    @cached_property
    def secrets(self) -> SsmSecrets:
        """Secrets."""
        from rebasket.aws.ssm import SsmSecrets

        return SsmSecrets(self.client("ssm", ASK), self.settings.secrets_prefix, self.clock)

    @cached_property
    def shop_keys(self) -> SsmShopKeys:
        """The shops' credentials."""
        from rebasket.aws.ssm import SsmShopKeys

        return SsmShopKeys(self.secrets, self.shops)

    @cached_property
    def address_hash(self) -> KeyedHash:
        """The keyed hash of an address."""
        from rebasket.aws.ssm import KeyedHash

        return KeyedHash(self.secrets)

    @cached_property
    def link_code(self) -> KeyedCode:
        """The code of the links in a message."""
        from rebasket.aws.ssm import KeyedCode

        return KeyedCode(self.secrets)

    # -- Sending: imported by whoever sends only, for it is heavy ------------------------------------------------------------

    @cached_property
    def mailer(self) -> SesMailer:
        """E-mail."""
        from rebasket.aws.ses import SesMailer

        return SesMailer(self.client("sesv2", ONCE), self.sending.sender, self.sending.configuration_set)

    @cached_property
    def texter(self) -> SnsTexter:
        """Text messages."""
        from rebasket.aws.sns import SnsTexter

        return SnsTexter(self.client("sns", ONCE), self.sending.sms_sender_id)

    @cached_property
    def prices(self) -> PriceBook:
        """Prices where this function runs."""
        from rebasket.aws.price_book import price_book

        return price_book(self.settings.region)

    @cached_property
    def public_url(self) -> str:
        """Where the links in messages begin."""
        return self.sending.public_url

    @cached_property
    def zone_of(self) -> ZoneOf:
        """See ports.ZoneOf."""
        from rebasket.aws.phone_zones import zone_of

        return zone_of

    @cached_property
    def country_of(self) -> CountryOf:
        """See ports.CountryOf."""
        from rebasket.aws.phone_countries import country_of

        return country_of

    def count_touch(self, state: TouchState) -> None:
        """TouchesSent, TouchesSkipped and so on: what the dashboard shows, and what an alarm watches (infra/monitoring.yaml)."""
        from rebasket.observability import MetricUnit, metrics

        metrics.add_metric(name=f"Touches{state.value.capitalize()}", unit=MetricUnit.Count, value=1)

    def count_held_back(self) -> None:
        """A text message waits for the next hour: what an alarm watches."""
        from rebasket.observability import MetricUnit, metrics

        metrics.add_metric(name="TextsHeldBack", unit=MetricUnit.Count, value=1)
