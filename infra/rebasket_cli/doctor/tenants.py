"""Findings about the stack's secrets, and about shops: their policy, their keys, whether they are paused."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket_cli.doctor.finding import aws, fail, ok, rebasket, warn
from rebasket_cli.doctor.one_voice import one_voice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket_cli.doctor.facts import Facts, ShopKey, ShopState, Tenants
    from rebasket_cli.doctor.finding import Finding

OLD = timedelta(days=365)
SOON = timedelta(days=14)

OPTIONS = {
    "name": "--name NAME",
    "url": "--url https://…",
    "hosts": "--host HOST",
    "postal_address": "--postal-address ADDRESS",
    "sender_name": "--sender-name NAME",
    "locale": "--locale en",
    "colour": "--colour '#1f6feb'",
    "logo_url": "--logo-url none",
}
"""Of `rebasket shop change`, by the field that is wrong."""


def tenants(facts: Facts, found: Tenants) -> Iterator[Finding]:
    """Secrets first, then each shop."""
    if found.stopped is not None:
        yield warn("stop", f"everything is stopped: {found.stopped}", "Nothing is sent for any shop.", rebasket(facts, "start"))
    if not found.shops:
        mend = rebasket(facts, "shop create ID --name NAME --url https://… --postal-address ADDRESS --time-zone ZONE")
        yield fail("shops", "none", "Nobody can post events; the stack's own secrets are made with the first shop.", mend)
        return
    yield from _secrets(facts, found)
    for shop in found.shops:
        yield from _shop(facts, shop)


def _secrets(facts: Facts, found: Tenants) -> Iterator[Finding]:
    prefix = facts.deployment.said["SecretsPrefix"] if facts.deployment else ""
    if "contact-key" not in found.secrets:
        means = (
            "Nothing can be taken or sent. Put back the value that was kept elsewhere: with another one, everybody who said no"
            " is a stranger again."
        )
        mend = aws(facts, f"ssm put-parameter --name {prefix}/contact-key --type SecureString --value file://contact-key")
        yield fail("secrets", "no contact-key", means, mend)
    if "link-keys" not in found.secrets:
        mend = rebasket(facts, "keys rotate-links")
        yield fail("secrets", "no link-keys", "No message can be made: its links are drawn from it.", mend)
    elif facts.now - found.secrets["link-keys"] > OLD:
        days = (facts.now - found.secrets["link-keys"]).days
        means = "Links in messages sent so far keep working when it is replaced."
        yield warn("secrets", f"link-keys is {days} days old", means, rebasket(facts, "keys rotate-links"))
    if {"contact-key", "link-keys"} <= found.secrets.keys():
        yield ok("secrets", "contact-key and link-keys are there")


def _shop(facts: Facts, shop: ShopState) -> Iterator[Finding]:
    if shop.problem is not None:
        mend = _mended_fields(facts, shop)
        means = "Its events are refused, or its reminders cannot be made."
        if not shop.wrong:
            mend = rebasket(facts, f"shop create {shop.id} --name NAME --url https://… --postal-address ADDRESS --time-zone ZONE")
            means += " Made anew, it keeps its keys; its rules are those that the command says."
        yield fail("shops", f"{shop.id}: {shop.problem}", means, mend)
    else:
        yield ok("shops", f"{shop.id}: {shop.url}")
    if shop.paused is not None:
        resume = rebasket(facts, f"shop resume {shop.id}")
        means = "Nothing is sent for it. See to the cause first: docs/operations.md, “shop-paused”."
        yield warn("shops", f"{shop.id} is paused: {shop.paused}", means, resume)
    yield from _events(facts, shop)
    yield from one_voice(facts, shop)
    yield from _keys(facts, shop)


def _events(facts: Facts, shop: ShopState) -> Iterator[Finding]:
    """Whether its events come, and can be taken."""
    amiss = shop.heard.amiss
    look = f"{rebasket(facts, f'why {shop.id} CART')}   # names the fields; docs/integration.md, “What cannot be read”"
    if amiss.refused:
        what = f"{shop.id}: {amiss.refused} refused in the last seven days"
        yield warn("events", what, "They mean nothing as they are: a purchase among them is not heard.", look)
    if amiss.mended:
        what = f"{shop.id}: {amiss.mended} of the last seven days lost a field"
        yield warn("events", what, "They were taken without it; an address that is left out gets no reminder.", look)
    if shop.heard.silent_since:
        what = f"{shop.id}: no cart was abandoned since {shop.heard.silent_since}, though nearly every day before"
        means = "Its events may not come any more: a plug-in that was updated, a key that ended."
        mend = "Read docs/operations.md, “events-silent”, and what the shop's side logs for POST /v1/events"
        yield warn("events", what, means, mend)


def _mended_fields(facts: Facts, shop: ShopState) -> str:
    """The commands that change what is wrong."""
    options = " ".join(OPTIONS[field] for field in shop.wrong if field in OPTIONS)
    zone = [f"shop quiet-hours {shop.id} --time-zone ZONE"] if "time_zone" in shop.wrong else []
    change = [f"shop change {shop.id} {options}"] if options else []
    return " && ".join(rebasket(facts, command) for command in (*change, *zone))


def _keys(facts: Facts, shop: ShopState) -> Iterator[Finding]:
    create = rebasket(facts, f"keys create {shop.id}")
    if shop.unread_keys is not None:
        means = "Every event is answered with an error. Another key takes the place of what nobody can read."
        yield fail("keys", f"{shop.id}: {shop.unread_keys}", means, create)
        return
    posting = [key for key in shop.keys if "events" in key.rights and _valid(key, facts)]
    if not posting:
        yield fail("keys", f"{shop.id} has none that may post events", "Every event is answered with 401.", create)
    elif all(key.expires_at is not None and key.expires_at < facts.now + SOON for key in posting):
        ends = max(key.expires_at for key in posting if key.expires_at)
        yield warn("keys", f"{shop.id}: the last one ends {ends:%Y-%m-%d}", "Then every event is answered with 401.", create)
    old = [key for key in shop.keys if _valid(key, facts) and facts.now - key.created_at > OLD]
    for key in old:
        rights = " ".join(f"--right {right}" for right in key.rights)
        new = rebasket(facts, f"keys create {shop.id} --kind {key.kind} {rights}")
        away = rebasket(facts, f"keys delete {shop.id} {key.id}")
        age = (facts.now - key.created_at).days
        means = "Whoever had it once has it still. Make another, have the shop use it, then take this one away."
        yield warn("keys", f"{shop.id}_{key.id} ({key.kind}) is {age} days old", means, f"{new}   # then: {away}")
    if posting and not old:
        yield ok("keys", f"{shop.id}: {len(shop.keys)}, none older than a year")


def _valid(key: ShopKey, facts: Facts) -> bool:
    return key.expires_at is None or facts.now < key.expires_at
