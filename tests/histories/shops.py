"""The shop of a life, its rules written as the command line takes them. What is not written is as usual: usual rules that change
show in many histories, as they should.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.domain.people.addresses import Channel
from rebasket.domain.shops.policy import Policy, Shop
from rebasket.domain.shops.quiet_hours import QuietHours
from rebasket_cli.rules import steps_of
from rebasket_cli.spans import span_of
from tests.histories.form import moment
from tests.samples import SHOP, START

if TYPE_CHECKING:
    from tests.histories.form import Json

NAMES = frozenset(
    {"abandoned_after", "steps", "gap", "give_up", "cap", "cap_window", "holdout", "window", "attempts"}
    | {"consent_assumed", "quiet_hours", "sms_countries", "sms_per_prefix"}
)


def shop_of(said: Json, version: int) -> Shop:
    """`locale`, `time_zone` and `activated_at` (a time), where they are not the usual ones; and `rules`: spans as 1h30m, steps as
    "23h email,sms", quiet hours by channel as 21:00-08:00.
    """
    return Shop(
        id=SHOP,
        name="Чайна",
        url="https://tea.example",
        hosts=("tea.example",),
        postal_address="Yaroslaviv Val 1, Kyiv",
        sender_name="Tea",
        locale=said.get("locale", "uk"),
        time_zone=said.get("time_zone", "Europe/Kyiv"),
        activated_at=moment(said["activated_at"]) if "activated_at" in said else START - timedelta(days=30),
        policy=_policy(said.get("rules", {}), version),
    )


def _policy(rules: Json, version: int) -> Policy:
    usual = Policy()
    unknown = rules.keys() - NAMES
    assert not unknown, f"no rules are called {unknown}"
    quiet, countries = rules.get("quiet_hours"), rules.get("sms_countries")
    return Policy(
        version=version,
        abandoned_after=_span(rules, "abandoned_after", usual.abandoned_after),
        steps=steps_of(rules["steps"]) if "steps" in rules else usual.steps,
        gap=_span(rules, "gap", usual.gap),
        give_up=_span(rules, "give_up", usual.give_up),
        cap=rules.get("cap", usual.cap),
        cap_window=_span(rules, "cap_window", usual.cap_window),
        holdout=rules.get("holdout", usual.holdout),
        window=_span(rules, "window", usual.window),
        attempts=rules.get("attempts", usual.attempts),
        consent_assumed=frozenset(map(Channel, rules.get("consent_assumed", ()))),
        quiet_hours=usual.quiet_hours if quiet is None else {Channel(c): QuietHours.parse(hours) for c, hours in quiet.items()},
        sms_countries=None if countries is None else frozenset(countries),
        sms_per_prefix=rules.get("sms_per_prefix", usual.sms_per_prefix),
    )


def _span(rules: Json, name: str, usual: timedelta) -> timedelta:
    return span_of(rules[name]) if name in rules else usual
