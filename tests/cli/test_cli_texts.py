"""`rebasket shop create` and `shop texts`: where a shop's text messages go, and how many to numbers that begin alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rebasket.domain.errors import Invalid, NotFound
from rebasket_cli import shop, texts
from tests.cli.running import lines as run
from tests.cli.running import policy
from tests.template.moto_stack import CREATE_SHOP, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket.wiring import App

CREATE = (*CREATE_SHOP, "--time-zone", "Europe/Kyiv")


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    with opened(monkeypatch, shop, texts) as found:
        yield found


def test_a_shop_texts_the_countries_whose_price_is_known_unless_it_names_others(app: App) -> None:
    run(*CREATE)
    assert (policy(app).sms_countries, policy(app).sms_per_prefix) == (None, 20)


def test_a_shop_is_made_with_countries_of_its_own(app: App) -> None:
    run(*CREATE, "--sms-country", "UA", "--sms-country", "ES", "--sms-per-prefix", "50")
    assert (policy(app).sms_countries, policy(app).sms_per_prefix) == (frozenset({"UA", "ES"}), 50)


def test_what_holds_is_shown_with_the_countries_by_name(app: App) -> None:
    run(*CREATE)
    first, *listed, last = run("shop", "texts", "tea")
    assert first == "tea, policy 1, text messages go to every country whose price is known:"
    assert listed == [
        "  DE  Germany", "  FR  France", "  GB  Britain (UK)", "  PL  Poland", "  RU  Russia", "  UA  Ukraine",
    ]  # fmt: skip
    assert last == "at most 20 an hour to numbers that begin alike"
    assert policy(app).version == 1


def test_a_country_without_a_price_is_pointed_out(app: App) -> None:
    run(*CREATE)
    assert run("shop", "texts", "tea", "--country", "UA", "--country", "ES") == [
        "tea, policy 2, text messages go to:",
        "  ES  Spain, price not known: its texts show as unpriced",
        "  UA  Ukraine",
        "at most 20 an hour to numbers that begin alike",
    ]
    assert policy(app).sms_countries == frozenset({"ES", "UA"})


def test_each_option_changes_its_own_rule_and_the_same_rules_are_no_new_version(app: App) -> None:
    run(*CREATE)
    run("shop", "texts", "tea", "--country", "UA")
    run("shop", "texts", "tea", "--per-prefix", "5")
    assert (policy(app).version, policy(app).sms_countries, policy(app).sms_per_prefix) == (3, frozenset({"UA"}), 5)
    run("shop", "texts", "tea", "--country", "UA", "--per-prefix", "5")
    assert policy(app).version == 3
    assert run("shop", "texts", "tea", "--country", "none")[1] == "  nobody"
    assert policy(app).sms_countries == frozenset()
    run("shop", "texts", "tea", "--country", "priced")
    assert policy(app).sms_countries is None
    kept = app.shops.policy("tea", 1)
    assert kept
    assert kept.sms_per_prefix == 20


@pytest.mark.parametrize(
    ("options", "pointers"),
    [
        (("--country", "ua"), ["/sms_countries"]),
        (("--country", "XX", "--country", "UA", "--country", "none"), ["/sms_countries", "/sms_countries"]),
        (("--per-prefix", "0"), ["/sms_per_prefix"]),
    ],
)
def test_what_cannot_be_kept_is_named_and_nothing_changes(app: App, options: tuple[str, ...], pointers: list[str]) -> None:
    run(*CREATE)
    with pytest.raises(Invalid) as caught:
        run("shop", "texts", "tea", *options)
    assert [error.pointer for error in caught.value.errors] == pointers
    assert policy(app).version == 1


def test_a_shop_that_nobody_knows(app: App) -> None:
    assert app.shops.get("tea") is None
    with pytest.raises(NotFound):
        run("shop", "texts", "tea")
