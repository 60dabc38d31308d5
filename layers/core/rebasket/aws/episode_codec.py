"""Contacts, episodes and links as items: readable native maps, times in milliseconds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rebasket.aws.attributes import from_millis, maybe_millis, maybe_time, to_millis
from rebasket.domain.money import MicroUSD, Money
from rebasket.domain.orders.refunds import Refunds
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.consent import Consent
from rebasket.domain.people.contact import Contact, Send, SendState, Suppression, SuppressionReason, TouchId
from rebasket.domain.people.returns import Returned
from rebasket.domain.reminders.check import Check
from rebasket.domain.reminders.episode import Arm, Credit, Episode, EpisodeRef, Header, Touch, TouchState
from rebasket.domain.sending.delivery_events import DeliveryEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def pack_contact(contact: Contact) -> dict[str, Any]:
    """A contact's attributes but its key and expiry."""
    consent, no = contact.consent, contact.suppression
    return {
        "version": contact.version,
        "channel": contact.channel.value,
        "consent": {
            "granted": consent.granted, "source": consent.source, "at": to_millis(consent.at),
            "double": consent.double_opt_in or None,
        } if consent else None,
        "no": {"why": no.why.value, "at": to_millis(no.at)} if no else None,
        "lifted": maybe_millis(contact.lifted_at),
        "renewed": maybe_millis(contact.renewed_at),
        "bought": maybe_millis(contact.bought_at),
        "placed": maybe_millis(contact.placed_at),
        "sends": {
            str(touch): {
                "state": s.state.value, "owner": s.owner, "at": to_millis(s.at), "attempt": s.attempt, "day": s.day,
                "earlier": [to_millis(at) for at in s.earlier] or None, "back": s.returned.value if s.returned else None,
            }
            for touch, s in contact.sends.items()
        } or None,
    }  # fmt: skip


def unpack_contact(shop: str, key: str, item: Mapping[str, Any]) -> Contact:
    """Undo `pack_contact`."""
    consent, no = item.get("consent"), item.get("no")
    return Contact(
        shop=shop,
        key=key,
        channel=Channel(item["channel"]),
        version=item["version"],
        consent=Consent(
            granted=consent["granted"],
            source=consent["source"],
            at=from_millis(consent["at"]),
            double_opt_in=consent.get("double", False),
        )
        if consent
        else None,
        suppression=Suppression(why=SuppressionReason(no["why"]), at=from_millis(no["at"])) if no else None,
        lifted_at=maybe_time(item.get("lifted")),
        renewed_at=maybe_time(item.get("renewed")),
        bought_at=maybe_time(item.get("bought")),
        placed_at=maybe_time(item.get("placed")),
        sends={
            TouchId.parse(touch): Send(
                state=SendState(s["state"]),
                owner=s["owner"],
                at=from_millis(s["at"]),
                attempt=s["attempt"],
                day=s["day"],
                earlier=tuple(map(from_millis, s.get("earlier", ()))),
                returned=Returned(s["back"]) if "back" in s else None,
            )
            for touch, s in item.get("sends", {}).items()
        },
    )


def pack_header(header: Header) -> dict[str, Any]:
    """An episode's header."""
    return {
        "declared": to_millis(header.declared_at),
        "due": to_millis(header.due),
        "value": header.value,
        "currency": header.currency,
        "contacts": {channel.value: key for channel, key in header.contacts.items()},
        "policy": header.policy,
        "arm": header.arm.value if header.arm else None,
        "locale": header.locale,
        "zone": header.time_zone,
    }


def unpack_header(item: Mapping[str, Any]) -> Header:
    """Undo `pack_header`."""
    return Header(
        declared_at=from_millis(item["declared"]),
        due=from_millis(item["due"]),
        value=item.get("value"),
        currency=item.get("currency"),
        contacts={channel: item["contacts"][channel.value] for channel in Channel if channel.value in item["contacts"]},
        policy=item["policy"],
        arm=Arm(item["arm"]) if "arm" in item else None,
        locale=item.get("locale"),
        time_zone=item.get("zone"),
    )


def pack_touch(touch: Touch) -> dict[str, Any]:
    """A step's final touch."""
    return {
        "state": touch.state.value,
        "why": touch.why,
        "at": to_millis(touch.at),
        "due": to_millis(touch.due),
        "channel": touch.channel.value if touch.channel else None,
        "contact": touch.contact,
        "attempt": touch.attempt or None,
        "parts": touch.parts or None,
        "cost": touch.cost,
        "price": touch.price,
        "id": touch.message_id,
        "checks": [[c.name, c.passed, c.seen] for c in touch.checks] or None,
    }


def unpack_touch(item: Mapping[str, Any]) -> Touch:
    """Undo `pack_touch`."""
    cost = item.get("cost")
    return Touch(
        state=TouchState(item["state"]),
        why=item["why"],
        at=from_millis(item["at"]),
        due=from_millis(item["due"]),
        channel=Channel(item["channel"]) if "channel" in item else None,
        contact=item.get("contact"),
        attempt=item.get("attempt", 0),
        parts=item.get("parts", 0),
        cost=None if cost is None else MicroUSD(cost),
        price=item.get("price"),
        message_id=item.get("id"),
        checks=tuple(Check(name, passed, seen) for name, passed, seen in item.get("checks", ())),
    )


def pack_credit(order: Credit) -> dict[str, Any]:
    """A credited order."""
    total = {"minor": order.total.minor, "currency": order.total.currency} if order.total else None
    return {
        "id": order.order,
        "cart": order.cart,
        "at": to_millis(order.at),
        "total": total,
        "by": order.by,
        "told": maybe_millis(order.told_at),
        "also": order.also,
    }


def unpack_credit(item: Mapping[str, Any]) -> Credit:
    """Undo `pack_credit`."""
    total = item.get("total")
    return Credit(
        order=item["id"],
        cart=item["cart"],
        at=from_millis(item["at"]),
        total=Money(total["minor"], total["currency"]) if total else None,
        by=item["by"],
        told_at=maybe_time(item.get("told")),
        also=item.get("also"),
    )


def pack_refunds(order: str, refunds: Refunds) -> set[str]:
    """What was paid back of an order: `[order, event, minor, currency]` for each part, `[order]` when it is cancelled."""
    parts = {json.dumps([order, event, part.minor, part.currency]) for event, part in refunds.parts.items()}
    return parts | ({json.dumps([order])} if refunds.cancelled else set())


def unpack_refunds(texts: Iterable[str]) -> dict[str, Refunds]:
    """Undo `pack_refunds`, of all orders."""
    found: dict[str, Refunds] = {}
    for order, *part in map(json.loads, sorted(texts)):
        one = Refunds({part[0]: Money(part[1], part[2])}) if part else Refunds(cancelled=True)
        found[order] = found.get(order, Refunds()) | one
    return found


def unpack_episode(ref: EpisodeRef, item: Mapping[str, Any]) -> Episode:
    """An episode from whatever parts of it were written."""
    return Episode(
        ref=ref,
        header=unpack_header(item["header"]) if "header" in item else None,
        touches={int(name[1:]): unpack_touch(item[name]) for name in sorted(item) if name[0] == "t" and name[1:].isdigit()},
        chosen={int(name[1:]): Channel(item[name]) for name in sorted(item) if name[0] == "c" and name[1:].isdigit()},
        order=unpack_credit(item["order"]) if "order" in item else None,
        more={name: unpack_credit(credit) for name, credit in sorted(item.get("more", {}).items())},
        refunds=unpack_refunds(item.get("back", ())),
        clicked_at=maybe_time(item.get("click")),
        twin=item.get("twin", False),
        said={
            int(name[1:]): list(DeliveryEvent)[item[name] - 1] for name in sorted(item) if name[0] == "n" and name[1:].isdigit()
        },
    )
