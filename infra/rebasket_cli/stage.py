"""A local cloud with one shop in it: what the demo, the replay and `rebasket run` begin with."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from moto.dynamodb.models import dynamodb_backends

import rebasket_local
from rebasket.aws.keys import timer_partition
from rebasket.domain.people.addresses import Channel
from rebasket.domain.shops.policy import Policy, Shop
from rebasket.settings import read_settings
from rebasket.wiring import App
from rebasket_cli.quiet_hours import hours_of
from rebasket_cli.shop import create_shop
from rebasket_local.cloud import LocalCloud
from rebasket_local.traffic.courier import Keys

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rebasket_local.traffic.settings import ShopTable

TEMPLATE = Path(rebasket_local.__file__).parents[2] / "template.yaml"

REGION = "us-east-1"
"""The Region whose prices of e-mails and of text messages are both known: elsewhere the report would have to say "unpriced"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """`app` is the application itself, for reading what the functions stored."""

    cloud: LocalCloud
    app: App
    shop: Shop
    keys: Keys


@contextmanager
def staged(table: ShopTable, start: datetime, *, seed: int, public_url: str | None = None, fast: bool = True) -> Iterator[Stage]:
    """While inside, the cloud runs, and the shop is set up as `rebasket shop create` does it."""
    shop = shop_of(table, start)
    parameters = {
        "Stage": "local",
        "SenderEmail": f"reminders@{table.host}",
        "SmsSenderId": "".join(letter for letter in table.name if letter.isalnum())[:11],
        "PublicUrl": public_url or table.links,
        "LogLevel": "WARNING",
        "TimerShards": "1",
    }
    with LocalCloud.start(TEMPLATE, parameters, start, seed=seed, region=REGION, identities=[table.host]) as cloud:
        app = App()
        app.settings = read_settings(cloud.function("ReportFunction").environment)
        made = create_shop(app, shop)
        keys = Keys(bearer=made.bearer, signing_key_id=made.signing_key_id, signing_secret=made.signing_secret)
        schedules = (schedule.logical_id for schedule in cloud.stack.of_type("AWS::Scheduler::Schedule"))
        sweeps = next(logical_id for logical_id in schedules if logical_id.startswith("SweepFunction"))
        if fast:
            cloud.skip_idle(sweeps, partial(nothing_due, cloud.stack.account, cloud.outputs["TimersTableName"]))
        yield Stage(cloud=cloud, app=app, shop=shop, keys=keys)


def nothing_due(account: str, table: str, due: datetime) -> bool:
    """Whether sweep would find no timer: then a run of weeks skips it, and the next one goes over the minutes in between.

    Without this, 23 of 24 thousand sweeps of a fortnight find nothing, and they take most of the time.
    """
    now, _, _ = timer_partition(due, 0).partition("#")
    partitions = dynamodb_backends[account][REGION].tables[table].items
    minutes = (key.value.partition("#")[0] for key, timers in partitions.items() if timers)
    return not any(minute <= now for minute in minutes)


def shop_of(table: ShopTable, activated_at: datetime) -> Shop:
    """The shop, with the usual policy but for how many people are held back, and when it is quiet."""
    quiet = hours_of({Channel(name): text for name, text in table.quiet_hours.items()})
    return Shop(
        id=table.id,
        name=table.name,
        url=table.url,
        hosts=(table.host,),
        postal_address=table.postal_address,
        sender_name=table.name,
        locale=table.locale,
        activated_at=activated_at,
        time_zone=table.time_zone,
        colour=table.colour,
        policy=replace(Policy(), holdout=table.holdout, quiet_hours=quiet),
    )
