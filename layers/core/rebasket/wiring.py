"""Everything is wired here, once, and lazily: a function imports and makes only what it uses, for imports are most of a cold
start; and a test's doubles are there first.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.session import Session

from rebasket.settings import SendingSettings, Settings, in_lambda, read_sending, read_settings

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

    from rebasket.aws.books import DynamoBooks
    from rebasket.aws.carts import DynamoCarts, DynamoContacts, DynamoLinks
    from rebasket.aws.contact_journal import DynamoContactJournal
    from rebasket.aws.other_voices import DynamoOtherVoices
    from rebasket.aws.sending_pauses import DynamoSendingPauses
    from rebasket.aws.shops import DynamoShops
    from rebasket.aws.ssm import KeyedHash, SsmSecrets, SsmShopKeys
    from rebasket.aws.table import Table
    from rebasket.aws.timers import DynamoTimers
    from rebasket.domain.sending.prices import PriceBook
    from rebasket.usecases.recording.erase_person import ErasePerson
    from rebasket.usecases.recording.record_event import RecordEvent
    from rebasket.usecases.reminding.process_timer import ProcessTimer
    from rebasket.usecases.reporting.changed_days import TrackedEpisodes
    from rebasket.usecases.reporting.close_days import CloseDays
    from rebasket.usecases.reporting.post_adjustments import PostAdjustments
    from rebasket.usecases.reporting.report import MakeReport
    from rebasket.usecases.responses.follow_link import FollowLink
    from rebasket.usecases.responses.lift_suppression import LiftSuppression
    from rebasket.usecases.responses.pause_sending import PauseSending
    from rebasket.usecases.responses.record_delivery import RecordDelivery
    from rebasket.usecases.timers.rearm import Rearm
    from rebasket.usecases.timers.sweep import SweepTimers

ASK = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
"""For calls that can be repeated: every write of ours is one."""

ONCE = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})
"""For the calls that bother somebody: one request on the wire, whatever happens to it."""


def now() -> datetime:
    """The time: aware, UTC, whole milliseconds."""
    at = datetime.now(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def draw() -> str:
    """64 fresh random bits."""
    return secrets.token_hex(8)


class App:
    """The application of one running function."""

    clock = staticmethod(now)
    draw = staticmethod(draw)

    def warm_up(self, *names: str) -> None:
        """In Lambda, make these now: a whole processor works at start-up, and for an event only the function's share of one."""
        if in_lambda():
            for name in names:
                getattr(self, name)

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
    def episodes(self) -> TrackedEpisodes:
        """Episodes, of whose late changes the books hear."""
        from rebasket.aws.episodes import DynamoEpisodes
        from rebasket.usecases.reporting.changed_days import TrackedEpisodes

        return TrackedEpisodes(DynamoEpisodes(self.table, self.clock), self.books, self.clock)

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
    def prices(self) -> PriceBook:
        """Prices where this function runs."""
        from rebasket.aws.price_book import price_book

        return price_book(self.settings.region)

    @cached_property
    def record_event(self) -> RecordEvent:
        """Takes a shop's event."""
        from rebasket.usecases.recording.record_event import RecordEvent

        return RecordEvent(
            carts=self.carts,
            timers=self.timers,
            contacts=self.contacts,
            episodes=self.episodes,
            shops=self.shops,
            address_hash=self.address_hash,
            clock=self.clock,
        )

    @cached_property
    def sweep_timers(self) -> SweepTimers:
        """Deletes what is due."""
        from rebasket.usecases.timers.sweep import SweepTimers

        return SweepTimers(timers=self.timers, clock=self.clock)

    @cached_property
    def process_timer(self) -> ProcessTimer:
        """Sends reminders."""
        from rebasket.wiring_reminding import process_timer

        return process_timer(self)

    @cached_property
    def record_delivery(self) -> RecordDelivery:
        """Takes the provider's word."""
        from rebasket.usecases.responses.record_delivery import RecordDelivery

        return RecordDelivery(contacts=self.contacts, episodes=self.episodes, prices=self.prices)

    @cached_property
    def pause_sending(self) -> PauseSending:
        """Stops a shop whose mail bounces."""
        from rebasket.usecases.responses.pause_sending import PauseSending

        return PauseSending(episodes=self.episodes, contacts=self.contacts, sending_pauses=self.sending_pauses)

    @cached_property
    def follow_link(self) -> FollowLink:
        """Takes the shopper's click."""
        from rebasket.usecases.responses.follow_link import FollowLink

        return FollowLink(
            links=self.links,
            shops=self.shops,
            carts=self.carts,
            contacts=self.contacts,
            journal=self.contact_journal,
            episodes=self.episodes,
            clock=self.clock,
        )

    @cached_property
    def lift_suppression(self) -> LiftSuppression:
        """Lifts a no, or says one."""
        from rebasket.usecases.responses.lift_suppression import LiftSuppression

        return LiftSuppression(
            contacts=self.contacts, journal=self.contact_journal, address_hash=self.address_hash, clock=self.clock
        )

    @cached_property
    def close_books(self) -> CloseDays:
        """Closes days."""
        from rebasket.usecases.reporting.close_days import CloseDays

        return CloseDays(books=self.books, episodes=self.episodes, contacts=self.contacts, shops=self.shops, clock=self.clock)

    @cached_property
    def post_adjustments(self) -> PostAdjustments:
        """Posts what changed in closed days."""
        from rebasket.usecases.reporting.post_adjustments import PostAdjustments

        return PostAdjustments(
            books=self.books, episodes=self.episodes, contacts=self.contacts, shops=self.shops, clock=self.clock
        )

    @cached_property
    def make_report(self) -> MakeReport:
        """Makes finance's report."""
        from rebasket.usecases.reporting.report import MakeReport

        return MakeReport(books=self.books, episodes=self.episodes, shops=self.shops)

    @cached_property
    def erase_person(self) -> ErasePerson:
        """Forgets somebody."""
        from rebasket.usecases.recording.erase_person import ErasePerson

        return ErasePerson(carts=self.carts, contacts=self.contacts, address_hash=self.address_hash, clock=self.clock)

    @cached_property
    def rearm(self) -> Rearm:
        """Mends lost timers."""
        from rebasket.usecases.timers.rearm import Rearm

        return Rearm(carts=self.carts, timers=self.timers, episodes=self.episodes, shops=self.shops, clock=self.clock)


app = App()
