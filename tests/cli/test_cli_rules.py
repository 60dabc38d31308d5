"""`rebasket shop rules`: a shop's rules in words, and how they are changed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.domain.errors import Invalid, NotFound
from rebasket.domain.people.addresses import Channel
from rebasket.domain.shops.policy import Step
from rebasket_cli import rules, shop
from rebasket_cli.spans import span_of, spelled
from tests.cli.running import lines as run
from tests.cli.running import policy
from tests.template.moto_stack import CREATE_SHOP, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket.wiring import App

CREATE = (*CREATE_SHOP, "--time-zone", "Europe/Kyiv")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EMAIL, SMS = Channel.EMAIL, Channel.SMS


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    with opened(monkeypatch, shop, rules) as found:
        run(*CREATE)
        yield found


def test_every_rule_is_shown_in_words_with_its_unit(app: App) -> None:
    assert run("shop", "rules", "tea") == [
        "tea, policy 1:",
        "  abandoned after  1h without a change",
        "  steps            step 1: at once, by email, else sms",
        "                   step 2: 23h later, by email, else sms",
        "  gap              at least 12h between two messages about one cart",
        "  give up          1d after a step was due; quiet hours do not count",
        "  cap              3 messages to one address within 7d, over all carts",
        "  holdout          10 % of people get nothing, for comparison",
        "  window           an order within 7d of the declaration counts",
        "  attempts         8 for each message, while the provider does not take it",
        "  consent          as recorded; never assumed",
        "  quiet hours      email 21:00-08:00, sms 20:00-09:00 (change: rebasket shop quiet-hours tea)",
        "  text messages    countries: whose price is known; 20 an hour to numbers that begin alike",
        "                   (change: rebasket shop texts tea)",
    ]
    assert policy(app).version == 1


@pytest.mark.parametrize(
    ("options", "rule", "value"),
    [
        (("--abandoned-after", "90m"), "abandoned_after", 90 * MINUTE),
        (("--step", "30m sms"), "steps", (Step(delay=30 * MINUTE, channels=(SMS,)),)),
        (
            ("--step", "0h sms,email", "--step", "2d email"),
            "steps",
            (Step(delay=0 * DAY, channels=(SMS, EMAIL)), Step(delay=2 * DAY, channels=(EMAIL,))),
        ),
        (("--gap", "23h"), "gap", 23 * HOUR),
        (("--give-up", "1d12h"), "give_up", 36 * HOUR),
        (("--cap", "5"), "cap", 5),
        (("--cap-days", "30"), "cap_window", 30 * DAY),
        (("--holdout", "2.5"), "holdout", 25),
        (("--holdout", "0"), "holdout", 0),
        (("--window-days", "14"), "window", 14 * DAY),
        (("--attempts", "3"), "attempts", 3),
        (("--consent-assumed", "email"), "consent_assumed", frozenset({EMAIL})),
        (("--consent-assumed", "email", "--consent-assumed", "sms"), "consent_assumed", frozenset({EMAIL, SMS})),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) and isinstance(value[0], str) else "",
)
def test_each_option_changes_its_own_rule_as_another_version(
    app: App, options: tuple[str, ...], rule: str, value: object
) -> None:
    before = policy(app)
    assert run("shop", "rules", "tea", *options)[0] == "tea, policy 2:"
    after = policy(app)
    assert {name for name in before.__slots__ if getattr(before, name) != getattr(after, name)} == {"version", rule}
    assert getattr(after, rule) == value
    assert app.shops.policy("tea", 1) == before, "carts that were declared before go on by it"


def test_the_same_rules_are_no_new_version(app: App) -> None:
    assert run("shop", "rules", "tea", "--gap", "720m", "--cap", "3", "--step", "0m email,sms", "--step", "23h email,sms")[0] == (
        "tea, policy 1:"
    )
    run("shop", "rules", "tea", "--consent-assumed", "email")
    assert policy(app).version == 2
    run("shop", "rules", "tea", "--consent-assumed", "none")
    assert (policy(app).version, policy(app).consent_assumed) == (3, frozenset())


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        (("--gap", "12"), {"/gap": "12 of what? 12m, 12h or 12d"}),
        (("--gap", "1.5h"), {"/gap": "whole days, hours and minutes, as 2d, 1h30m or 90m"}),
        (("--give-up", "30m1h"), {"/give_up": "“30m1h” is no length of time"}),
        (("--abandoned-after", "-1h"), {"/abandoned_after": "“-1h” is no length of time"}),
        (("--abandoned-after", "5m"), {"/abandoned_after": "at least ten minutes"}),
        (("--step", "23h"), {"/steps": "as '23h email,sms'"}),
        (("--step", "23h email, sms"), {"/steps": "as '23h email,sms'"}),
        (("--step", "soon email"), {"/steps": "“soon” is no length of time"}),
        (("--step", "1h mail"), {"/steps": "“mail” is no channel: email or sms"}),
        (("--step", "1h sms,sms"), {"/steps": "each channel once"}),
        (("--step", "0h email", "--step", "1h email"), {"/steps": "at least the gap after"}),
        (("--gap", "1d"), {"/steps": "at least the gap after"}),
        (("--cap", "0"), {"/cap": "at least 1"}),
        (("--cap-days", "61"), {"/cap_window": "at most 60 days"}),
        (("--window-days", "61"), {"/window": "60 days"}),
        (("--attempts", "21"), {"/attempts": "between 1 and 20"}),
        (("--holdout", "2.55"), {"/holdout": "tenths"}),
        (("--consent-assumed", "phone"), {"/consent_assumed": "“phone” is no channel"}),
        (("--consent-assumed", "none", "--consent-assumed", "sms"), {"/consent_assumed": "“none” is no channel"}),
        (("--gap", "x", "--give-up", "y"), {"/gap": "“x”", "/give_up": "“y”"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_kept_is_named_and_nothing_changes(app: App, options: tuple[str, ...], wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        run("shop", "rules", "tea", *options)
    found = {error.pointer: error.detail for error in caught.value.errors}
    assert found.keys() == wrong.keys()
    assert all(words in found[pointer] for pointer, words in wrong.items())
    assert policy(app).version == 1


def test_reminders_end_before_the_cart_is_gone(app: App) -> None:
    with pytest.raises(Invalid) as caught:
        run("shop", "rules", "tea", "--step", "88d23h email")
    assert [(error.pointer, "90d after" in error.detail, "kept 90d" in error.detail) for error in caught.value.errors] == [
        ("/steps", True, True)
    ]
    run("shop", "rules", "tea", "--step", "88d22h59m email")
    assert policy(app).version == 2


def test_a_shop_that_nobody_knows(app: App) -> None:
    assert app.shops.get("nobody") is None
    with pytest.raises(NotFound, match="no shop nobody"):
        run("shop", "rules", "nobody")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--abandoned-after", "30m"), "only when 1h are over"),
        (("--holdout", "20"), "Compare the days before and after this one apart"),
        (("--window-days", "14"), "still open are counted by 14d from now on"),
    ],
)
def test_what_a_change_means_for_whom_is_said_once(app: App, options: tuple[str, ...], words: str) -> None:
    assert words in "\n".join(run("shop", "rules", "tea", *options))
    assert words not in "\n".join(run("shop", "rules", "tea", *options))
    assert policy(app).version == 2


def test_a_longer_wait_needs_no_word(app: App) -> None:
    assert run("shop", "rules", "tea", "--abandoned-after", "2h")[-1] == "                   (change: rebasket shop texts tea)"
    assert policy(app).abandoned_after == 2 * HOUR


@given(st.integers(0, 10**5 * 60 * 24 - 1))
def test_what_is_spelled_is_read_as_it_was(minutes: int) -> None:
    assert span_of(spelled(minutes * MINUTE)) == minutes * MINUTE


def test_seconds_show_though_nobody_can_write_them() -> None:
    assert spelled(timedelta(seconds=90)) == "1m30s"
    for text in ("90s", "", "h", "1h1h", "2d ", "١h"):
        with pytest.raises(Invalid):
            span_of(text)
