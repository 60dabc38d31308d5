"""`rebasket why` against a deployed stack, and in the runbook."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.errors import NotFound
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import TouchId
from rebasket.domain.reminders import schedule
from rebasket.domain.reminders.check import Check
from rebasket.domain.reminders.episode import EpisodeRef, Touch, TouchState
from rebasket.domain.shops.policy import USUAL_QUIET_HOURS
from rebasket_cli import shop
from rebasket_cli.why import command
from tests.cli.running import run
from tests.cli.why_world import CANARY, MAIL, PHONE, SECRETS, lines
from tests.samples import (
    ANNA,
    START,
    Reports,
    a_header,
    a_shop,
    after,
    person,
)  # fmt: skip
from tests.template.moto_stack import CREATE_SHOP, opened
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket.wiring import App


ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    with opened(monkeypatch, shop, command) as found:
        run(*CREATE_SHOP, "--time-zone", "Europe/Kyiv")
        yield found


def test_the_command_reads_a_deployed_stack_and_writes_nothing(app: App) -> None:
    known = app.shops.get("tea")
    assert known
    at = app.clock() - timedelta(minutes=30)
    app.record_event(Reports().updated("c1", at, who=person(MAIL, PHONE, said_at=at)))
    active = app.carts.get("tea", "c1")
    assert active
    before = stored(app)
    text = run("why", "tea", "c1")
    assert text.startswith("Cart c1 of shop tea, on 20")
    assert "No reminder yet: the cart has not been quiet for long enough." in text
    assert "c…@n….org; consented on" in text
    assert stored(app) == before

    look = schedule.evaluate(active, schedule.timer_for(active, 1, at), known.policy, START, at + timedelta(hours=1))
    assert isinstance(look, schedule.Write)
    assert app.carts.put(look.cart)
    assert "not filed yet" in run("why", "tea", "c1")
    (declared,) = look.cart.episodes
    ref = EpisodeRef(shop="tea", day=declared.day, cart="c1", generation=1)
    key = app.address_hash("tea", MAIL)
    app.episodes.head(ref, a_header(declared.at, contacts={Channel.EMAIL: key}))
    checks = (Check("nobody said no", passed=True), Check("email consent", passed=False, seen=CANARY))
    skipped = Touch(state=TouchState.SKIPPED, why="email consent", at=declared.at, due=declared.at, checks=checks)
    app.episodes.record(ref, 1, skipped)
    app.sending_pauses.pause("tea", "[red]somebody[/] asked")
    app.shops._seen.clear()  # noqa: SLF001  # an operator's process is never old enough to have looked before
    before = stored(app)
    text = run("why", "tea", "c1")
    assert "skipped on" in text
    assert "failed: email consent\n" in text
    assert "sending     paused: [red]somebody[/] asked" in text
    assert not [secret for secret in SECRETS if secret.casefold() in text.casefold()]
    assert stored(app) == before


def stored(app: App) -> list[str]:
    tables = (app.settings.carts_table, app.settings.timers_table)
    return sorted(repr(item) for table in tables for item in app.dynamodb.scan(TableName=table)["Items"])


def test_a_cart_that_nobody_knows(app: App) -> None:
    with pytest.raises(NotFound, match=r"nothing is known of a cart C1 of shop tea.*capitals count.*90 days"):
        run("why", "tea", "C1")


def test_a_shop_that_nobody_knows(app: App) -> None:
    with pytest.raises(NotFound, match="there is no shop coffee; `rebasket shop create` makes one"):
        run("why", "coffee", "c1")


def test_the_runbook_s_example_is_what_is_printed() -> None:
    world = World(replace(a_shop(quiet_hours=dict(USUAL_QUIET_HOURS)), time_zone="Europe/Kyiv"))
    reports = Reports()
    world.record(reports.updated("cart-1", who=person(ANNA)))
    world.leap(after(hours=2))
    world.opt_out(TouchId("cart-1", 1, 1))
    world.report_at(reports.updated("cart-7", after(hours=3), who=person(ANNA)))
    world.leap(after(hours=5))
    shown = "\n".join(lines(world, "cart-7"))
    assert f"```\n{shown}\n```\n" in (ROOT / "docs/operations.md").read_text(encoding="utf-8"), shown
