"""Findings about who else writes to the shoppers: most platforms have reminders of their own, and two senders are one too many.

Where to click is from the platforms' own help, as of 2026; menus move.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket_cli.doctor.finding import Finding, Severity, warn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rebasket_cli.doctor.facts import Facts, ShopState


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A platform's own reminders: shops on these hosts have them, and this turns them off."""

    platform: str
    hosts: tuple[str, ...] = ()
    off: str


SWITCHES = (
    Switch(
        platform="Shopify",
        hosts=("myshopify.com",),
        off="Shopify admin → Marketing → Automations → “Abandoned checkout” → Turn off (before: Settings → Checkout → “Abandoned"
        " checkout emails”)",
    ),
    Switch(
        platform="WooCommerce",
        off="WordPress admin → WooCommerce → Settings → Emails → the mail about abandoned carts; with CartFlows: WooCommerce →"
        " Cart Abandonment → Settings → “Enable Tracking”; with Tyche's plug-in: WooCommerce → Abandoned Carts → Email Templates",
    ),
    Switch(
        platform="BigCommerce",
        hosts=("mybigcommerce.com",),
        off="BigCommerce control panel → Marketing → Abandoned Cart Emails → switch each of them off",
    ),
    Switch(platform="Wix", hosts=("wixsite.com",), off="Wix dashboard → Automations → “Abandoned cart” → Deactivate"),
    Switch(
        platform="Ecwid",
        hosts=("ecwid.com", "company.site"),
        off="Ecwid admin → Marketing → Automated Emails → “Abandoned cart recovery” → Disable",
    ),
)
"""WooCommerce shops are on hosts of their own."""

CHANNELS = {"email": "mail", "sms": "text messages"}


def one_voice(facts: Facts, shop: ShopState) -> Iterator[Finding]:
    """At most one: that somebody else has written of late, or that the shop's platform does unless it is switched off."""
    theirs = [switch for switch in SWITCHES if any(_on(host, switch) for host in shop.hosts)]
    if shop.elsewhere:
        last = max(shop.elsewhere.values())
        what = " and ".join(CHANNELS[channel] for channel in sorted(shop.elsewhere))
        means = (
            "Shoppers get reminders from two senders. Ours wait for the gap and count towards the cap, so they come late or not."
        )
        off = "; ".join(f"{switch.platform}: {switch.off}" for switch in theirs or SWITCHES)
        yield warn(
            "one voice", f"{shop.id} reports reminders by {what} that we did not send, the last {_ago(facts, last)}", means, off
        )
    elif theirs:
        (switch, *_) = theirs
        yield Finding(
            severity=Severity.OK,
            topic="one voice",
            seen=f"{shop.id} is on {switch.platform}, and reports no reminders but ours",
            means=f"{switch.platform} sends reminders of its own unless they are off.",
            mend=switch.off,
        )


def _on(host: str, switch: Switch) -> bool:
    return any(host == theirs or host.endswith(f".{theirs}") for theirs in switch.hosts)


def _ago(facts: Facts, at: datetime) -> str:
    days = (facts.now - at).days
    return "today" if days < 1 else f"{days} days ago"
