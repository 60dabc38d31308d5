"""Everything is wired here, once, and lazily: a function pays only for what it uses, and a test's doubles are there first."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from rebasket.adapters.dynamodb.brakes import DynamoBrakes
from rebasket.adapters.dynamodb.carts import DynamoCarts, DynamoContacts, DynamoLinks
from rebasket.adapters.dynamodb.episodes import DynamoBooks, DynamoEpisodes
from rebasket.adapters.dynamodb.shops import DynamoShops
from rebasket.adapters.dynamodb.table import Table
from rebasket.adapters.dynamodb.timers import DynamoTimers
from rebasket.adapters.price_book import price_book
from rebasket.adapters.ssm import KeyedHash, SsmSecrets, SsmShopKeys
from rebasket.settings import SendingSettings, Settings, read_sending, read_settings
from rebasket.usecases.apply_feedback import ApplyFeedback
from rebasket.usecases.close_books import CloseBooks
from rebasket.usecases.erase_person import ErasePerson
from rebasket.usecases.follow_link import FollowLink
from rebasket.usecases.pull_brake import PullBrake
from rebasket.usecases.rearm import Rearm
from rebasket.usecases.record_event import RecordEvent
from rebasket.usecases.report import MakeReport
from rebasket.usecases.sweep_timers import SweepTimers

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

    from rebasket.domain.prices import PriceBook
    from rebasket.usecases.attend_timer import AttendTimer

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

    @cached_property
    def settings(self) -> Settings:
        """The environment that every function has."""
        return read_settings()

    @cached_property
    def sending(self) -> SendingSettings:
        """The environment that `remind` has besides."""
        return read_sending()

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        """One client for both tables."""
        return boto3.client("dynamodb", config=ASK)

    @cached_property
    def table(self) -> Table:
        """The Carts table: everything but timers."""
        return Table(self.dynamodb, self.settings.carts_table)

    @cached_property
    def carts(self) -> DynamoCarts:
        """Carts."""
        return DynamoCarts(self.table, self.settings.retention)

    @cached_property
    def contacts(self) -> DynamoContacts:
        """Contacts."""
        return DynamoContacts(self.table, self.settings.retention, self.clock)

    @cached_property
    def episodes(self) -> DynamoEpisodes:
        """Episodes."""
        return DynamoEpisodes(self.table, self.clock)

    @cached_property
    def links(self) -> DynamoLinks:
        """Short links."""
        return DynamoLinks(self.table, self.clock)

    @cached_property
    def shops(self) -> DynamoShops:
        """Shops."""
        return DynamoShops(self.table, self.clock)

    @cached_property
    def brakes(self) -> DynamoBrakes:
        """What stops a shop."""
        return DynamoBrakes(self.table, self.clock)

    @cached_property
    def books(self) -> DynamoBooks:
        """Closed days."""
        return DynamoBooks(self.table)

    @cached_property
    def timers(self) -> DynamoTimers:
        """Timers."""
        return DynamoTimers(Table(self.dynamodb, self.settings.timers_table), self.settings.timer_shards)

    @cached_property
    def secrets(self) -> SsmSecrets:
        """Secrets."""
        return SsmSecrets(boto3.client("ssm", config=ASK), self.settings.secrets_prefix, self.clock)

    @cached_property
    def shop_keys(self) -> SsmShopKeys:
        """The shops' credentials."""
        return SsmShopKeys(self.secrets)

    @cached_property
    def identify(self) -> KeyedHash:
        """The keyed hash of an address."""
        return KeyedHash(self.secrets)

    @cached_property
    def prices(self) -> PriceBook:
        """Prices where this function runs."""
        return price_book(self.settings.region)

    @cached_property
    def record_event(self) -> RecordEvent:
        """Takes a shop's event."""
        return RecordEvent(
            carts=self.carts,
            timers=self.timers,
            contacts=self.contacts,
            episodes=self.episodes,
            shops=self.shops,
            identify=self.identify,
            clock=self.clock,
        )

    @cached_property
    def sweep_timers(self) -> SweepTimers:
        """Deletes what is due."""
        return SweepTimers(timers=self.timers, clock=self.clock)

    @cached_property
    def attend_timer(self) -> AttendTimer:
        """Sends reminders."""
        from rebasket.sending import attend_timer  # noqa: PLC0415  # heavy, and only `remind` sends

        return attend_timer(self)

    @cached_property
    def apply_feedback(self) -> ApplyFeedback:
        """Takes the provider's word."""
        return ApplyFeedback(contacts=self.contacts, episodes=self.episodes, prices=self.prices)

    @cached_property
    def pull_brake(self) -> PullBrake:
        """Stops a shop whose mail bounces."""
        return PullBrake(episodes=self.episodes, brakes=self.brakes)

    @cached_property
    def follow_link(self) -> FollowLink:
        """Takes the shopper's click."""
        return FollowLink(
            links=self.links,
            shops=self.shops,
            carts=self.carts,
            contacts=self.contacts,
            episodes=self.episodes,
            clock=self.clock,
        )

    @cached_property
    def close_books(self) -> CloseBooks:
        """Closes days."""
        return CloseBooks(books=self.books, episodes=self.episodes, contacts=self.contacts, shops=self.shops, clock=self.clock)

    @cached_property
    def make_report(self) -> MakeReport:
        """Makes finance's report."""
        return MakeReport(books=self.books, episodes=self.episodes, shops=self.shops)

    @cached_property
    def erase_person(self) -> ErasePerson:
        """Forgets somebody."""
        return ErasePerson(carts=self.carts, contacts=self.contacts, identify=self.identify, clock=self.clock)

    @cached_property
    def rearm(self) -> Rearm:
        """Mends lost timers."""
        return Rearm(carts=self.carts, timers=self.timers, episodes=self.episodes, shops=self.shops, clock=self.clock)


app = App()
