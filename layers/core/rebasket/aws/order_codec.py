"""An order within a cart's compressed facts: four fields that every order has, and by name what only some say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rebasket.aws.attributes import from_millis, maybe_millis, maybe_time, to_millis
from rebasket.domain.carts.events import Origin, Payment
from rebasket.domain.carts.order import Order, PaymentSaid, TotalSaid
from rebasket.domain.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping


def pack_order(order: Order) -> list[Any]:
    """An order as a list; what it says besides comes last, and only where it says anything."""
    refunds = [[event, *_money(money)] for event, money in order.refunds]
    total = _money(order.total) if order.total else None
    more = _more(order)
    return [maybe_millis(order.placed_at), total, refunds, maybe_millis(order.cancelled_at), *([more] if more else [])]


def _more(order: Order) -> dict[str, Any]:
    said, told = order.payment, order.told
    more = {
        "p": [said.payment.value, to_millis(said.at), said.sequence] if said else None,
        "o": order.origin.value if order.origin is not Origin.STOREFRONT else None,
        "n": order.number,
        "t": [to_millis(told.at), told.sequence, [_money(money) for money in told.replaced]] if told else None,
        "u": order.pay_url,
        "b": maybe_millis(order.pay_by),
        "d": [list(discount) for discount in order.discounts] or None,
        "l": maybe_millis(order.learnt_at),
        "f": [_money(money) for money in order.folded] or None,
    }
    return {name: value for name, value in more.items() if value is not None}


def _money(money: Money) -> list[Any]:
    return [money.minor, money.currency]


def unpack_order(packed: list[Any]) -> Order:
    """Undo `pack_order`."""
    placed_at, total, refunds, cancelled_at, *rest = packed
    more: Mapping[str, Any] = rest[0] if rest else {}
    said, told = more.get("p"), more.get("t")
    return Order(
        placed_at=maybe_time(placed_at),
        total=Money(*total) if total else None,
        refunds=tuple((event, Money(minor, currency)) for event, minor, currency in refunds),
        cancelled_at=maybe_time(cancelled_at),
        payment=PaymentSaid(from_millis(said[1]), Payment(said[0]), said[2]) if said else None,
        origin=Origin(more.get("o", Origin.STOREFRONT)),
        number=more.get("n"),
        told=TotalSaid(from_millis(told[0]), told[1], tuple(Money(*money) for money in told[2])) if told else None,
        pay_url=more.get("u"),
        pay_by=maybe_time(more.get("b")),
        discounts=tuple((code, amount) for code, amount in more.get("d", ())),
        learnt_at=maybe_time(more.get("l")),
        folded=tuple(Money(*money) for money in more.get("f", ())),
    )
