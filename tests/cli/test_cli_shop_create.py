"""`rebasket shop create` for a shop that is there already: it stays as it is; what cannot be read of one is made anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rebasket.aws import keys as stored_keys
from rebasket.aws.shops import DynamoShops
from rebasket.domain.errors import Invalid, Misconfigured
from rebasket_cli import keys, rules, shop
from tests.cli.running import run
from tests.doubles import ManualClock
from tests.samples import START
from tests.template.moto_stack import CREATE_SHOP, PREFIX, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from rebasket.domain.shops.policy import Shop
    from rebasket.wiring import App

CREATE = (*CREATE_SHOP, "--time-zone", "Europe/Kyiv")
SHOP_KEY, FIRST = stored_keys.shop("tea"), stored_keys.policy("tea", 1)


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    with opened(monkeypatch, shop, rules, keys) as found:
        found.clock = ManualClock()
        yield found


def read(app: App) -> Shop:
    found = DynamoShops(app.table, app.clock).get("tea")  # as a function sees it that has just started
    assert found
    return found


def forget(app: App) -> None:
    """What this process remembers of shops."""
    del app.__dict__["shops"], app.__dict__["shop_keys"]


def since(app: App, at: datetime = START) -> None:
    app.shops.save(replace(read(app), activated_at=at))


def test_a_shop_that_is_there_stays_as_it_is(app: App) -> None:
    run(*CREATE)
    since(app)
    run("shop", "rules", "tea", "--cap", "2")
    before, had = read(app), app.shop_keys.keys("tea")
    with pytest.raises(Invalid, match=r"`rebasket shop change tea`.*`shop rules`.*`shop quiet-hours`.*`shop texts`.*keys create"):
        run(*CREATE, "--name", "Coffee", "--holdout", "0")
    assert read(app) == before
    assert app.shop_keys.keys("tea") == had


def test_the_first_shop_makes_the_stack_s_secrets_and_two_keys(app: App) -> None:
    told = run(*CREATE)
    assert len(app.shop_keys.keys("tea")) == 2
    assert "rbk_tea_" in told
    assert app.secrets.find("contact-key")
    assert app.secrets.find("link-keys")


@pytest.mark.parametrize("another", ["tea", "coffee"])
def test_a_contact_key_that_was_lost_is_not_made_anew(app: App, another: str) -> None:
    """With another one everybody who said no would be a stranger. The links' secret may be any."""
    run(*CREATE)
    without_settings(app)
    app.secrets.client.delete_parameters(Names=[f"{PREFIX}/contact-key", f"{PREFIX}/link-keys"])
    for remembered in ("secrets", "shops", "shop_keys"):
        app.__dict__.pop(remembered)
    with pytest.raises(Misconfigured, match=r"the contact key is gone.*copy"):
        run("shop", "create", another, *CREATE[3:])
    assert app.secrets.find("contact-key") is None
    assert app.shops.all() == ["tea"]


def without_policy(app: App) -> None:
    app.table.delete([FIRST])


def with_a_policy_that_contradicts_itself(app: App) -> None:
    app.table.put(FIRST, {**(app.table.get(FIRST) or {}), "cap": 0})


def with_a_policy_of_another_kind(app: App) -> None:
    app.table.put(FIRST, {"cap": "three"})


def without_a_name(app: App) -> None:
    app.table.put(SHOP_KEY, {name: value for name, value in (app.table.get(SHOP_KEY) or {}).items() if name != "name"})


def without_settings(app: App) -> None:
    app.table.delete([SHOP_KEY])


BREAKS: dict[Callable[[App], None], tuple[str, int]] = {
    without_policy: ("without its policy 1", 1),
    with_a_policy_that_contradicts_itself: ("cap: at least 1", 1),
    with_a_policy_of_another_kind: ("cannot be read (KeyError", 1),
    without_a_name: ("cannot be read (KeyError: 'name')", 2),
    without_settings: ("listed, but without settings", 2),
}
"""What is broken: what is said of it, and the version of the policy that mends it. Carts may follow one that nobody can read."""


@pytest.mark.parametrize("break_it", BREAKS, ids=lambda break_it: break_it.__name__)
def test_a_broken_shop_is_made_anew_and_keeps_its_keys(app: App, break_it: Callable[[App], None]) -> None:
    run(*CREATE)
    since(app)
    had = app.shop_keys.keys("tea")
    break_it(app)
    forget(app)
    with pytest.raises(Misconfigured, match="`rebasket shop create tea`"):
        run("shop", "rules", "tea")
    why, version = BREAKS[break_it]
    told = run(*CREATE, "--holdout", "5")
    assert why in told
    assert "Its keys go on as they were" in told
    assert "rbk_" not in told
    made = read(app)
    assert (made.policy.version, made.policy.holdout) == (version, 50)
    assert app.shop_keys.keys("tea") == had
    assert f"tea, policy {version}:" in run("shop", "rules", "tea")


@pytest.mark.parametrize("break_it", [without_policy, without_a_name], ids=lambda break_it: break_it.__name__)
def test_a_broken_shop_answers_for_carts_since_it_did_before(app: App, break_it: Callable[[App], None]) -> None:
    run(*CREATE)
    since(app)
    break_it(app)
    forget(app)
    assert f"since {START:%Y-%m-%d %H:%M} UTC" in run(*CREATE)
    assert read(app).activated_at == START


def test_a_broken_shop_without_a_key_that_works_gets_new_ones(app: App) -> None:
    run(*CREATE)
    had = app.shop_keys.keys("tea")
    app.shop_keys.save("tea", [replace(key, expires_at=app.clock()) for key in had])
    without_policy(app)
    forget(app)
    assert "rbk_tea_" in run(*CREATE)
    assert len(app.shop_keys.keys("tea")) == 4


def test_a_broken_shop_whose_keys_nobody_can_read_gets_new_ones(app: App) -> None:
    run(*CREATE)
    app.secrets.put("shops/tea/keys", "[{")
    without_policy(app)
    forget(app)
    assert "rbk_tea_" in run(*CREATE)
    assert len(app.shop_keys.keys("tea")) == 2


def test_what_is_wrong_with_a_shop_made_anew_is_named_and_nothing_changes(app: App) -> None:
    run(*CREATE)
    without_policy(app)
    forget(app)
    with pytest.raises(Invalid) as caught:
        run(*CREATE, "--url", "http://tea.example", "--locale", "Ukrainian!")
    assert [error.pointer for error in caught.value.errors] == ["/url", "/locale"]
    assert app.table.get(FIRST) is None


def test_keys_that_nobody_can_read_are_replaced_by_one(app: App) -> None:
    run(*CREATE)
    app.secrets.put("shops/tea/keys", "[{")
    with pytest.raises(Misconfigured, match="`rebasket keys create`"):
        run("keys", "list", "tea")
    run("keys", "create", "tea")
    assert len(app.shop_keys.keys("tea")) == 1


def test_a_broken_shop_s_keys_are_left_alone_by_keys_create(app: App) -> None:
    run(*CREATE)
    had = app.shop_keys.stored("tea")
    without_policy(app)
    forget(app)
    with pytest.raises(Misconfigured):
        run("keys", "create", "tea")
    assert app.shop_keys.stored("tea") == had


@pytest.mark.parametrize("percent", ["0.05", "12.34"])
def test_a_holdout_finer_than_tenths_is_refused(app: App, percent: str) -> None:
    with pytest.raises(Invalid, match="tenths"):
        run(*CREATE, "--holdout", percent)
    assert app.shops.get("tea") is None
