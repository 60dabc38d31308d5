"""`rebasket shop create` and `shop quiet-hours`: by which clock a shop writes to nobody, and when."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

from rebasket.aws import keys
from rebasket.domain.errors import Invalid, NotFound
from rebasket.domain.people.addresses import Channel
from rebasket.domain.shops.policy import USUAL_QUIET_HOURS, Shop
from rebasket.domain.shops.quiet_hours import QuietHours
from rebasket_cli import main, quiet_hours, shop
from tests.template.moto_stack import CREATE_SHOP, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket.wiring import App

KYIV = ("--time-zone", "Europe/Kyiv")


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    with opened(monkeypatch, shop, quiet_hours) as found:
        yield found


def run(*words: str) -> Result:
    told = CliRunner().invoke(main.app, list(words))
    if told.exception is not None and not isinstance(told.exception, SystemExit):
        raise told.exception
    return told


def stored(app: App) -> Shop:
    found = app.shops.get("tea")
    assert found
    return found


def test_a_shop_is_made_with_its_zone_and_the_usual_quiet_hours(app: App) -> None:
    assert run(*CREATE_SHOP, *KYIV).exit_code == 0
    assert stored(app).time_zone == "Europe/Kyiv"
    assert stored(app).policy.quiet_hours == USUAL_QUIET_HOURS


def test_the_zone_is_asked_for(app: App) -> None:
    assert run(*CREATE_SHOP).exit_code == 2
    assert app.shops.get("tea") is None


@pytest.mark.parametrize(("zone", "hint"), [("europe/kyiv", "write Europe/Kyiv"), ("Kyiv", "such as Europe/Kyiv")])
def test_a_zone_that_is_none_is_named(app: App, zone: str, hint: str) -> None:
    with pytest.raises(Invalid) as caught:
        run(*CREATE_SHOP, "--time-zone", zone)
    assert [(error.pointer, hint in error.detail) for error in caught.value.errors] == [("/time_zone", True)]
    assert app.shops.get("tea") is None


def test_hours_of_its_own_or_none(app: App) -> None:
    run(*CREATE_SHOP, *KYIV, "--quiet-email", "22:30-07:00", "--quiet-sms", "none")
    assert stored(app).policy.quiet_hours == {Channel.EMAIL: QuietHours(time(22, 30), time(7))}


def test_every_text_that_is_no_hours_is_named(app: App) -> None:
    with pytest.raises(Invalid) as caught:
        run(*CREATE_SHOP, *KYIV, "--quiet-email", "9pm", "--quiet-sms", "09:00-09:00")
    assert [error.pointer for error in caught.value.errors] == ["/quiet_hours/email", "/quiet_hours/sms"]
    assert all("or none" in error.detail for error in caught.value.errors)
    assert app.shops.get("tea") is None


def test_a_change_is_another_version_and_the_one_before_stays(app: App) -> None:
    run(*CREATE_SHOP, *KYIV, "--holdout", "5")
    told = run("shop", "quiet-hours", "tea", "--sms", "none").output
    assert "policy 2" in told
    assert "email  21:00-08:00" in told
    assert "sms    none" in told
    found = stored(app).policy
    assert (found.version, found.holdout, found.quiet_hours) == (2, 50, {Channel.EMAIL: USUAL_QUIET_HOURS[Channel.EMAIL]})
    before = app.shops.policy("tea", 1)
    assert before
    assert before.quiet_hours == USUAL_QUIET_HOURS


def test_a_version_that_is_there_is_never_taken_again(app: App) -> None:
    run(*CREATE_SHOP, *KYIV)
    app.table.put(keys.policy("tea", 2), {"cap": 0})  # whatever it is, and whether or not anybody can read it
    run("shop", "quiet-hours", "tea", "--email", "22:00-06:00")
    assert stored(app).policy.version == 3
    assert app.table.get(keys.policy("tea", 2)) == {**keys.policy("tea", 2), "cap": 0}
    assert stored(app).policy.quiet_hours[Channel.EMAIL] == QuietHours(time(22), time(6))


def test_the_zone_alone_is_no_other_policy_and_nothing_told_changes_nothing(app: App) -> None:
    run(*CREATE_SHOP, *KYIV)
    assert "time zone: Europe/Warsaw" in run("shop", "quiet-hours", "tea", "--time-zone", "Europe/Warsaw").output
    shown = run("shop", "quiet-hours", "tea").output
    assert shown.splitlines()[0] == "tea, policy 1, quiet hours by the shopper's clock:"
    assert stored(app).time_zone == "Europe/Warsaw"


def test_what_cannot_be_changed_is_named(app: App) -> None:
    with pytest.raises(NotFound):
        run("shop", "quiet-hours", "tea")
    run(*CREATE_SHOP, *KYIV)
    with pytest.raises(Invalid):
        run("shop", "quiet-hours", "tea", "--time-zone", "Kyiv")
    with pytest.raises(Invalid):
        run("shop", "quiet-hours", "tea", "--email", "off")
    assert (stored(app).time_zone, stored(app).policy.version) == ("Europe/Kyiv", 1)
