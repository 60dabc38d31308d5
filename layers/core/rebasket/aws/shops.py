"""Shops and their policies in the Carts table. Read at most twice a minute by each running function."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from rebasket.aws import keys
from rebasket.aws.attributes import from_millis, to_millis
from rebasket.domain.people.addresses import Channel
from rebasket.domain.shops.policy import USUAL_PER_PREFIX, USUAL_QUIET_HOURS, Policy, Shop, Step
from rebasket.domain.shops.quiet_hours import QuietHours

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rebasket.aws.table import Table
    from rebasket.ports import Clock

MAX_CACHED = 1_000
"""Strangers may name any shop they like; what is remembered of that stays bounded."""

CACHE_TTL = timedelta(seconds=30)
"""A stop takes effect within this and the length of the wakes under way: less than a minute."""


@dataclass(frozen=True)
class DynamoShops:
    """See ports.Shops."""

    table: Table
    clock: Clock
    _seen: dict[str, tuple[datetime, Shop | None]] = field(default_factory=dict)
    _policies: dict[tuple[str, int], Policy] = field(default_factory=dict)

    def get(self, shop: str) -> Shop | None:
        """See ports.Shops."""
        now = self.clock()
        seen = self._seen.get(shop)
        if seen is None or now - seen[0] > CACHE_TTL:
            if len(self._seen) >= MAX_CACHED:
                self._seen.clear()
            seen = self._seen[shop] = (now, self._read(shop))
        return seen[1]

    def policy(self, shop: str, version: int) -> Policy | None:
        """See ports.Shops."""
        known = self._policies.get((shop, version))
        if known is None and (item := self.table.get(keys.policy(shop, version))):
            known = self._policies[shop, version] = unpack_policy(version, item)
        return known

    def all(self) -> Sequence[str]:
        """See ports.Shops."""
        return [item["sk"] for item in self.table.query(keys.SHOPS)]

    def save(self, shop: Shop) -> None:
        """Store a shop and its policy; a version that is there already stays as it is. The policy first: the shop names it."""
        self.table.put_absent(keys.policy(shop.id, shop.policy.version), pack_policy(shop.policy))
        self.table.put(keys.shop(shop.id), pack_shop(shop))
        self.table.put(keys.shop_listed(shop.id), {})
        self._seen.pop(shop.id, None)

    def _read(self, shop: str) -> Shop | None:
        item = self.table.get(keys.shop(shop))
        policy = self.policy(shop, item["policy"]) if item else None
        if item is None or policy is None:
            return None
        stop = self.table.get(keys.STOP) or self.table.get(keys.pause(shop))
        return replace(unpack_shop(shop, item, policy), paused=stop["why"] if stop else None)


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())


def pack_policy(policy: Policy) -> dict[str, Any]:
    """A policy's attributes; times in seconds."""
    return {
        "abandoned_after": _seconds(policy.abandoned_after),
        "steps": [{"delay": _seconds(s.delay), "channels": [c.value for c in s.channels]} for s in policy.steps],
        "gap": _seconds(policy.gap),
        "give_up": _seconds(policy.give_up),
        "cap": policy.cap,
        "cap_window": _seconds(policy.cap_window),
        "holdout": policy.holdout,
        "window": _seconds(policy.window),
        "attempts": policy.attempts,
        "consent_assumed": sorted(channel.value for channel in policy.consent_assumed),
        "quiet_hours": {channel.value: str(hours) for channel, hours in policy.quiet_hours.items()},
        "sms_countries": None if policy.sms_countries is None else sorted(policy.sms_countries),
        "sms_per_prefix": policy.sms_per_prefix,
    }


def unpack_policy(version: int, item: Mapping[str, Any]) -> Policy:
    """Undo `pack_policy`. Raises Invalid for rules that contradict each other."""
    return Policy(
        version=version,
        abandoned_after=timedelta(seconds=item["abandoned_after"]),
        steps=tuple(
            Step(delay=timedelta(seconds=s["delay"]), channels=tuple(Channel(c) for c in s["channels"])) for s in item["steps"]
        ),
        gap=timedelta(seconds=item["gap"]),
        give_up=timedelta(seconds=item["give_up"]),
        cap=item["cap"],
        cap_window=timedelta(seconds=item["cap_window"]),
        holdout=item["holdout"],
        window=timedelta(seconds=item["window"]),
        attempts=item["attempts"],
        consent_assumed=frozenset(Channel(channel) for channel in item["consent_assumed"]),
        quiet_hours=_quiet_hours(item.get("quiet_hours")),
        sms_countries=None if (countries := item.get("sms_countries")) is None else frozenset(countries),
        sms_per_prefix=item.get("sms_per_prefix", USUAL_PER_PREFIX),
    )


def _quiet_hours(stored: Mapping[str, str] | None) -> Mapping[Channel, QuietHours]:
    """Those of a policy from before there were any are the usual ones."""
    if stored is None:
        return dict(USUAL_QUIET_HOURS)
    return {Channel(channel): QuietHours.parse(text) for channel, text in stored.items()}


def pack_shop(shop: Shop) -> dict[str, Any]:
    """A shop's attributes; its policy by version. What only few shops have is written for those alone."""
    few = {
        "phone_country": shop.phone_country,
        "least_value": dict(shop.least_value),
        "except_addresses": sorted(shop.except_addresses),
        "except_domains": sorted(shop.except_domains),
    }
    return {name: value for name, value in few.items() if value} | {
        "name": shop.name,
        "url": shop.url,
        "hosts": list(shop.hosts),
        "postal_address": shop.postal_address,
        "sender_name": shop.sender_name,
        "locale": shop.locale,
        "activated": to_millis(shop.activated_at),
        "zone": shop.time_zone,
        "logo_url": shop.logo_url,
        "colour": shop.colour,
        "policy": shop.policy.version,
    }


def unpack_shop(shop: str, item: Mapping[str, Any], policy: Policy) -> Shop:
    """Undo `pack_shop`."""
    return Shop(
        id=shop,
        name=item["name"],
        url=item["url"],
        hosts=tuple(item["hosts"]),
        postal_address=item["postal_address"],
        sender_name=item["sender_name"],
        locale=item["locale"],
        activated_at=from_millis(item["activated"]),
        time_zone=item.get("zone", "UTC"),
        logo_url=item.get("logo_url"),
        colour=item["colour"],
        phone_country=item.get("phone_country"),
        least_value=dict(item.get("least_value", {})),
        except_addresses=frozenset(item.get("except_addresses", ())),
        except_domains=frozenset(item.get("except_domains", ())),
        policy=policy,
    )
