"""The words in which lives are told: from a Monday morning, with nobody held back, a cart is left, bought, paid back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.histories.people import ANNA, Person, lines
from tests.histories.plans import Plan

if TYPE_CHECKING:
    from tests.histories.form import Json

MONDAY = datetime(2026, 3, 2, 10, 0, 20, tzinfo=UTC)
NOBODY_HELD: Json = {"holdout": 0}
TEXTED: Json = {"holdout": 0, "steps": ["0m sms", "23h sms"]}
HELD: Json = {"holdout": 1000}


def plan(name: str, rules: Json | None = None, begins: datetime = MONDAY, **more: Any) -> Plan:  # noqa: ANN401  # what plans take
    return Plan(name=name, begins=begins, shop={"rules": NOBODY_HELD if rules is None else rules}, **more)


def cart(p: Plan, at: str = "0m", who: Person = ANNA, channels: str = "email", cart: str = "c1", **more: Any) -> None:  # noqa: ANN401  # what events hold
    """The shop tells of a cart, and whose it is."""
    said = {"granted": True, "late": "0m", "lines": lines(), **more}
    p.post(
        "cart.updated",
        at,
        cart,
        late=said.pop("late"),
        contact=who.contact(channels, granted=said.pop("granted")),
        currency=who.currency,
        locale=who.locale,
        restore_url=f"https://tea.example/cart/{cart}",
        **said,
    )


def buys(p: Plan, at: str, order: str = "o1", cart: str | None = "c1", **more: Any) -> None:  # noqa: ANN401  # what events hold
    p.post("order.placed", at, cart, order={"id": order, "total": 1990, "currency": "EUR"}, **more)


def refunds(p: Plan, at: str, amount: int, order: str = "o1", currency: str = "EUR", **more: Any) -> None:  # noqa: ANN401  # what events hold
    p.post("order.refunded", at, "c1", order={"id": order, "amount": amount, "currency": currency}, **more)
