"""The shop that stories are about: made as `rebasket shop create` makes one, but nobody is held back and no hour is quiet."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from rebasket.domain.errors import FieldError, Invalid, RebasketError
from rebasket.domain.people.addresses import Channel
from rebasket.domain.shops.policy import Policy, Shop, Step
from rebasket_cli.play.times import moment
from rebasket_cli.quiet_hours import hours_of
from rebasket_cli.shop import check
from rebasket_cli.shop_exceptions import excepted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SHOP = "acme"
OPEN_FOR = timedelta(days=30)
"""How long it has been writing reminders when a story begins."""

_UNITS = {"days", "hours", "minutes", "seconds"}
EXCEPT = {"addresses": "except_addresses", "domains": "except_domains"}
"""Of `except`: where each list goes."""
SHOP_FIELDS = {field.name for field in fields(Shop)} - {"id", "policy", "paused", *EXCEPT.values()}
POLICY_FIELDS = {field.name for field in fields(Policy)} - {"version"}


def usual_shop(start: datetime) -> Shop:
    """The shop, without a story's changes."""
    return Shop(
        id=SHOP,
        name="Acme",
        url="https://shop.example",
        hosts=("shop.example",),
        postal_address="1 Main Street, Springfield",
        sender_name="Acme",
        locale="en",
        activated_at=start - OPEN_FOR,
        policy=replace(Policy(), holdout=0, quiet_hours={}),
    )


def shop_of(changes: Mapping[str, Any], start: datetime) -> Shop:
    """With a story's changes: fields of the shop, and under `policy` or beside them those of its policy. Raises Invalid, naming
    each field that this product does not know, or that cannot be so.
    """
    rules = {name: value for name, value in changes.items() if name in POLICY_FIELDS}
    of_policy = changes.get("policy", {})
    if not isinstance(of_policy, dict):
        raise Invalid("this shop cannot be set up", (FieldError("/policy", "must be an object"),))
    nobody = changes.get("except", {})
    if not isinstance(nobody, dict):
        raise Invalid("this shop cannot be set up", (FieldError("/except", "must be an object"),))
    of_shop = {name: value for name, value in changes.items() if name not in {*rules, "policy", "except"}}
    unknown = [
        FieldError(f"{place}/{name}", f"this product does not know {kind} field {name}")
        for place, kind, told, known in (
            ("", "shop", of_shop, SHOP_FIELDS),
            ("/policy", "policy", of_policy, POLICY_FIELDS),
            ("/except", "except", nobody, EXCEPT.keys()),
        )
        for name in sorted(told.keys() - known)
    ]
    if unknown:
        raise Invalid("this shop cannot be set up", tuple(unknown))
    usual = usual_shop(start)
    of_shop |= {EXCEPT[name]: told for name, told in nobody.items()}
    try:
        policy = replace(usual.policy, **{name: _value(name, value, start) for name, value in (rules | of_policy).items()})
        shop = replace(usual, policy=policy, **{name: _value(name, value, start) for name, value in of_shop.items()})
        check(shop)
    except RebasketError:
        raise
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise Invalid("this shop cannot be set up", (FieldError("", f"a field is not of its kind: {error}"),)) from None
    return shop


def _value(name: str, told: Any, start: datetime) -> Any:  # noqa: ANN401  # whatever a field of a shop may be
    if isinstance(told, dict) and told and told.keys() <= _UNITS:
        return timedelta(**told)
    read = _READERS.get(name)
    if told is None or read is None:
        return told
    return read(told, start)


_READERS: Mapping[str, Callable[[Any, datetime], object]] = {
    "steps": lambda told, start: tuple(
        Step(delay=_value("delay", step["delay"], start), channels=tuple(map(Channel, step["channels"]))) for step in told
    ),
    "quiet_hours": lambda told, _: hours_of({Channel(name): text for name, text in told.items()}),
    "consent_assumed": lambda told, _: frozenset(map(Channel, told)),
    "sms_countries": lambda told, _: frozenset(told),
    "hosts": lambda told, _: tuple(told),
    "activated_at": moment,
    "except_addresses": lambda told, _: excepted(told, ())[0],
    "except_domains": lambda told, _: excepted((), told)[1],
}
"""Fields that JSON has no form for."""
