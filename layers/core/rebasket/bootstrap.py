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

    from rebasket.adapters.dynamodb.books import DynamoBooks
    from rebasket.adapters.dynamodb.brakes import DynamoBrakes
    from rebasket.adapters.dynamodb.carts import DynamoCarts, DynamoContacts, DynamoLinks
    from rebasket.adapters.dynamodb.shops import DynamoShops
    from rebasket.adapters.dynamodb.table import Table
    from rebasket.adapters.dynamodb.timers import DynamoTimers
    from rebasket.adapters.ssm import KeyedHash, SsmSecrets, SsmShopKeys
    from rebasket.domain.prices import PriceBook
    from rebasket.usecases.apply_feedback import ApplyFeedback
    from rebasket.usecases.attend_timer import AttendTimer
    from rebasket.usecases.close_books import CloseBooks
    from rebasket.usecases.erase_person import ErasePerson
    from rebasket.usecases.follow_link import FollowLink
    from rebasket.usecases.marked_episodes import MarkedEpisodes
    from rebasket.usecases.post_changes import PostChanges
    from rebasket.usecases.pull_brake import PullBrake
    from rebasket.usecases.rearm import Rearm
    from rebasket.usecases.record_event import RecordEvent
    from rebasket.usecases.report import MakeReport
    from rebasket.usecases.sweep_timers import SweepTimers

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
        from rebasket.adapters.dynamodb.table import Table

        return Table(self.dynamodb, self.settings.carts_table)

    @cached_property
    def carts(self) -> DynamoCarts:
        """Carts."""
        from rebasket.adapters.dynamodb.carts import DynamoCarts

        return DynamoCarts(self.table, self.settings.retention)

    @cached_property
    def contacts(self) -> DynamoContacts:
        """Contacts."""
        from rebasket.adapters.dynamodb.carts import DynamoContacts

        return DynamoContacts(self.table, self.settings.retention, self.clock)

    @cached_property
    def episodes(self) -> MarkedEpisodes:
        """Episodes, of whose late changes the books hear."""
        from rebasket.adapters.dynamodb.episodes import DynamoEpisodes
        from rebasket.usecases.marked_episodes import MarkedEpisodes

        return MarkedEpisodes(DynamoEpisodes(self.table, self.clock), self.books, self.clock)

    @cached_property
    def links(self) -> DynamoLinks:
        """Short links."""
        from rebasket.adapters.dynamodb.carts import DynamoLinks
        from rebasket.adapters.ssm import CODE_FORM

        return DynamoLinks(self.table, self.clock, CODE_FORM)

    @cached_property
    def shops(self) -> DynamoShops:
        """Shops."""
        from rebasket.adapters.dynamodb.shops import DynamoShops

        return DynamoShops(self.table, self.clock)

    @cached_property
    def brakes(self) -> DynamoBrakes:
        """What stops a shop."""
        from rebasket.adapters.dynamodb.brakes import DynamoBrakes

        return DynamoBrakes(self.table, self.clock)

    @cached_property
    def books(self) -> DynamoBooks:
        """Closed days."""
        from rebasket.adapters.dynamodb.books import DynamoBooks

        return DynamoBooks(self.table)

    @cached_property
    def timers(self) -> DynamoTimers:
        """Timers."""
        from rebasket.adapters.dynamodb.table import Table
        from rebasket.adapters.dynamodb.timers import DynamoTimers

        return DynamoTimers(Table(self.dynamodb, self.settings.timers_table), self.settings.timer_shards)

    @cached_property
    def secrets(self) -> SsmSecrets:
        """Secrets."""
        from rebasket.adapters.ssm import SsmSecrets

        return SsmSecrets(self.client("ssm", ASK), self.settings.secrets_prefix, self.clock)

    @cached_property
    def shop_keys(self) -> SsmShopKeys:
        """The shops' credentials."""
        from rebasket.adapters.ssm import SsmShopKeys

        return SsmShopKeys(self.secrets, self.shops)

    @cached_property
    def identify(self) -> KeyedHash:
        """The keyed hash of an address."""
        from rebasket.adapters.ssm import KeyedHash

        return KeyedHash(self.secrets)

    @cached_property
    def prices(self) -> PriceBook:
        """Prices where this function runs."""
        from rebasket.adapters.price_book import price_book

        return price_book(self.settings.region)

    @cached_property
    def record_event(self) -> RecordEvent:
        """Takes a shop's event."""
        from rebasket.usecases.record_event import RecordEvent

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
        from rebasket.usecases.sweep_timers import SweepTimers

        return SweepTimers(timers=self.timers, clock=self.clock)

    @cached_property
    def attend_timer(self) -> AttendTimer:
        """Sends reminders."""
        from rebasket.sending import attend_timer

        return attend_timer(self)

    @cached_property
    def apply_feedback(self) -> ApplyFeedback:
        """Takes the provider's word."""
        from rebasket.usecases.apply_feedback import ApplyFeedback

        return ApplyFeedback(contacts=self.contacts, episodes=self.episodes, prices=self.prices)

    @cached_property
    def pull_brake(self) -> PullBrake:
        """Stops a shop whose mail bounces."""
        from rebasket.usecases.pull_brake import PullBrake

        return PullBrake(episodes=self.episodes, brakes=self.brakes)

    @cached_property
    def follow_link(self) -> FollowLink:
        """Takes the shopper's click."""
        from rebasket.usecases.follow_link import FollowLink

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
        from rebasket.usecases.close_books import CloseBooks

        return CloseBooks(books=self.books, episodes=self.episodes, contacts=self.contacts, shops=self.shops, clock=self.clock)

    @cached_property
    def post_changes(self) -> PostChanges:
        """Posts what changed in closed days."""
        from rebasket.usecases.post_changes import PostChanges

        return PostChanges(books=self.books, episodes=self.episodes, contacts=self.contacts, shops=self.shops, clock=self.clock)

    @cached_property
    def make_report(self) -> MakeReport:
        """Makes finance's report."""
        from rebasket.usecases.report import MakeReport

        return MakeReport(books=self.books, episodes=self.episodes, shops=self.shops)

    @cached_property
    def erase_person(self) -> ErasePerson:
        """Forgets somebody."""
        from rebasket.usecases.erase_person import ErasePerson

        return ErasePerson(carts=self.carts, contacts=self.contacts, identify=self.identify, clock=self.clock)

    @cached_property
    def rearm(self) -> Rearm:
        """Mends lost timers."""
        from rebasket.usecases.rearm import Rearm

        return Rearm(carts=self.carts, timers=self.timers, episodes=self.episodes, shops=self.shops, clock=self.clock)


app = App()
