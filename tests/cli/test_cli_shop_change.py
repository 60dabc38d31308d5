"""`rebasket shop change`: a shop's name, hosts, address and looks; whatever is not told stays, its keys and rules among it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.errors import Invalid, NotFound
from rebasket_cli import shop, shop_change
from tests.cli.running import lines as run
from tests.samples import START
from tests.template.moto_stack import CREATE_SHOP, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket.domain.shops.policy import Shop
    from rebasket.wiring import App


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    with opened(monkeypatch, shop, shop_change) as found:
        run(*CREATE_SHOP, "--time-zone", "Europe/Kyiv", "--holdout", "5")
        found.shops.save(replace(read(found), activated_at=START))
        yield found


def read(app: App) -> Shop:
    found = app.shops.get("tea")
    assert found
    return found


def test_a_shop_is_shown(app: App) -> None:
    before = read(app)
    assert run("shop", "change", "tea") == [
        "tea:",
        "  name            Tea",
        "  mails from      Tea",
        "  url             https://tea.example",
        "  hosts           tea.example",
        "  postal address  1 Road",
        "  language        en-US",
        "  colour          #1f6feb",
        "  logo            none",
        "  since           2026-03-02 10:00 UTC: carts quiet before are left alone",
    ]
    assert read(app) == before


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        (("--name", "Чайна"), {"name": "Чайна", "sender_name": "Чайна"}),
        (("--sender-name", "Olena of Tea"), {"sender_name": "Olena of Tea"}),
        (("--name", "Чайна", "--sender-name", "Tea"), {"name": "Чайна"}),
        (("--url", "https://www.tea.example/ua"), {"url": "https://www.tea.example/ua"}),
        (("--host", "tea.example", "--host", "tea.shop"), {"hosts": ("tea.example", "tea.shop")}),
        (("--postal-address", "2 Road"), {"postal_address": "2 Road"}),
        (("--locale", "uk-UA"), {"locale": "uk-UA"}),
        (("--colour", "#aa0000"), {"colour": "#aa0000"}),
        (("--logo-url", "https://tea.example/logo.png"), {"logo_url": "https://tea.example/logo.png"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_only_what_is_told_changes(app: App, options: tuple[str, ...], fields: dict[str, object]) -> None:
    before, keys = read(app), app.shop_keys.keys("tea")
    run("shop", "change", "tea", *options)
    assert {name: getattr(read(app), name) for name in before.__slots__ if getattr(read(app), name) != getattr(before, name)} == (
        fields
    )
    assert (read(app).policy.version, read(app).activated_at) == (1, START)
    assert app.shop_keys.keys("tea") == keys


def test_a_sender_of_its_own_stays_when_the_shop_is_renamed(app: App) -> None:
    run("shop", "change", "tea", "--sender-name", "Olena")
    run("shop", "change", "tea", "--name", "Чайна")
    assert (read(app).name, read(app).sender_name) == ("Чайна", "Olena")


def test_a_logo_goes_again(app: App) -> None:
    run("shop", "change", "tea", "--logo-url", "https://tea.example/logo.png")
    run("shop", "change", "tea", "--logo-url", "none")
    assert read(app).logo_url is None


@pytest.mark.parametrize(
    ("options", "pointers"),
    [
        (("--name", " "), ["/name", "/sender_name"]),
        (("--sender-name", ""), ["/sender_name"]),
        (("--url", "http://tea.example"), ["/url"]),
        (("--host", "https://tea.example"), ["/hosts"]),
        (("--postal-address", ""), ["/postal_address"]),
        (("--locale", "Ukrainian"), ["/locale"]),
        (("--colour", "red"), ["/colour"]),
        (("--logo-url", "http://tea.example/logo.png"), ["/logo_url"]),
        (("--logo-url", "https://tea.example/lo go.png"), ["/logo_url"]),
        (("--name", "Чайна", "--colour", "red"), ["/colour"]),
    ],
    ids=str,
)
def test_what_would_not_work_is_named_and_nothing_changes(app: App, options: tuple[str, ...], pointers: list[str]) -> None:
    before = read(app)
    with pytest.raises(Invalid) as caught:
        run("shop", "change", "tea", *options)
    assert [error.pointer for error in caught.value.errors] == pointers
    assert read(app) == before


def test_a_shop_that_moves_without_its_hosts_is_pointed_out(app: App) -> None:
    assert "--host tea.shop?" in run("shop", "change", "tea", "--url", "https://tea.shop")[-1]
    assert "--host" not in run("shop", "change", "tea", "--host", "tea.shop")[-1]
    assert "--host" not in run("shop", "change", "tea", "--url", "https://www.tea.shop")[-1], "below one of the hosts"
    assert read(app).hosts == ("tea.shop",)


def test_a_pause_is_not_written_into_the_shop(app: App) -> None:
    app.sending_pauses.pause("tea", "an operator")
    run("shop", "change", "tea", "--name", "Чайна")
    app.sending_pauses.resume("tea")
    run("shop", "change", "tea", "--locale", "uk")
    assert (read(app).name, read(app).paused) == ("Чайна", None)


def test_a_shop_that_nobody_knows(app: App) -> None:
    assert app.shops.get("nobody") is None
    with pytest.raises(NotFound):
        run("shop", "change", "nobody", "--name", "x")
