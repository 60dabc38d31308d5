"""Small pieces that many tests are made of: addresses, lines, events, a shop. Nothing here is random."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from rebasket.domain.carts import events as ev
from rebasket.domain.money import MicroUSD, Money
from rebasket.domain.orders.refunds import Refunds
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.consent import Consent
from rebasket.domain.reminders.episode import Arm, Header
from rebasket.domain.sending.prices import Price, PriceBook
from rebasket.domain.shops.policy import Policy, Shop, Step

SHOP = "tea"
START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

ANNA = Address(Channel.EMAIL, "anna@example.org")
ANNA_PHONE = Address(Channel.SMS, "+380441234567")
BOHDAN = Address(Channel.EMAIL, "bohdan@example.org")

EMAIL_ONLY = (Step(delay=timedelta(0), channels=(Channel.EMAIL,)), Step(delay=timedelta(hours=23), channels=(Channel.EMAIL,)))
ONE_EMAIL = EMAIL_ONLY[:1]

PRICES = PriceBook(
    email=Price(each=MicroUSD(160), source="a list", as_of="2026-01"),
    texts={"UA": Price(each=MicroUSD(116_960), source="a list", as_of="2026-01")},
)


def after(**span: float) -> datetime:
    """So long after START: `after(hours=1)`."""
    return START + timedelta(**span)


def a_policy(**rules: Any) -> Policy:  # noqa: ANN401  # whatever a policy takes
    """The usual rules with nobody held back and no quiet hours, unless `rules` say otherwise: most tests ask what happens, not
    at which hour of the day.
    """
    return Policy(**{"holdout": 0, "quiet_hours": {}, **rules})


def a_shop(**rules: Any) -> Shop:  # noqa: ANN401  # whatever a policy takes
    """A shop, active for a month, whose policy has these rules."""
    return Shop(
        id=SHOP,
        name="Чайна",
        url="https://tea.example",
        hosts=("tea.example",),
        postal_address="Yaroslaviv Val 1, Kyiv",
        sender_name="Tea",
        locale="uk",
        activated_at=START - timedelta(days=30),
        policy=a_policy(**rules),
    )


def a_header(at: datetime = START, **changes: Any) -> Header:  # noqa: ANN401  # whatever a header takes
    """Of a cart that was declared, and is due, at this moment; known by its e-mail, in the treated arm."""
    usual = Header(
        declared_at=at,
        due=at,
        value=1990,
        currency="EUR",
        contacts={Channel.EMAIL: "k"},
        policy=1,
        arm=Arm.TREATMENT,
        locale=None,
        time_zone=None,
    )
    return replace(usual, **changes)


def back(minor: int, order: str = "o1", currency: str = "EUR") -> dict[str, Refunds]:
    """What was paid back of one order, as an episode has it."""
    return {order: Refunds({"e1": Money(minor, currency)})}


def a_line(sku: str = "sencha", quantity: int = 1, unit_price: int = 1990, **more: Any) -> ev.Line:  # noqa: ANN401  # whatever a line takes
    return ev.Line(sku=sku, title=f"Tea {sku}", quantity=quantity, unit_price=unit_price, **more)


def consent(*, granted: bool = True, at: datetime = START - timedelta(days=1), source: str = "checkout") -> Consent:
    return Consent(granted=granted, source=source, at=at)


def person(*addresses: Address, granted: bool | None = True, said_at: datetime = START - timedelta(days=1)) -> ev.Person:
    """Somebody with these addresses, who agreed to be written to (`granted` None: who was not asked)."""
    said = None if granted is None else consent(granted=granted, at=said_at)
    return ev.Person(statements=tuple(ev.AddressStatement(address=address, consent=said) for address in addresses))


class Reports:
    """What a shop reports, each event under an id of its own."""

    def __init__(self) -> None:
        self._count = 0

    def _said(self, cart: str, at: datetime, who: ev.Person | None) -> dict[str, Any]:
        self._count += 1
        return {"id": f"e{self._count}", "shop": SHOP, "cart": cart, "at": at, "person": who or ev.Person()}

    def updated(
        self, cart: str = "c1", at: datetime = START, *lines: ev.Line, who: ev.Person | None = None, empty: bool = False
    ) -> ev.CartUpdated:
        details = ev.Details(currency="EUR", restore_url=f"https://tea.example/cart/{cart}")
        now = () if empty else lines or (a_line(),)
        return ev.CartUpdated(**self._said(cart, at, who), lines=now, details=details)

    def added(self, cart: str, at: datetime, line: ev.Line, who: ev.Person | None = None) -> ev.ItemAdded:
        return ev.ItemAdded(**self._said(cart, at, who), line=line)

    def removed(self, cart: str, at: datetime, sku: str, quantity: int | None = None) -> ev.ItemRemoved:
        return ev.ItemRemoved(**self._said(cart, at, None), sku=sku, quantity=quantity)

    def identified(self, cart: str, at: datetime, who: ev.Person) -> ev.ContactIdentified:
        return ev.ContactIdentified(**self._said(cart, at, who))

    def checkout(self, cart: str, at: datetime, stage: ev.Stage = ev.Stage.STARTED) -> ev.CheckoutStarted:
        return ev.CheckoutStarted(**self._said(cart, at, None), stage=stage)

    def deleted(self, cart: str, at: datetime) -> ev.CartDeleted:
        return ev.CartDeleted(**self._said(cart, at, None))

    def ordered(
        self, cart: str, at: datetime, order: str = "o1", minor: int = 1990, who: ev.Person | None = None
    ) -> ev.OrderPlaced:
        return ev.OrderPlaced(**self._said(cart, at, who), order=order, total=Money(minor, "EUR"))

    def refunded(self, cart: str, at: datetime, order: str = "o1", minor: int = 1990) -> ev.OrderRefunded:
        return ev.OrderRefunded(**self._said(cart, at, None), order=order, amount=Money(minor, "EUR"))

    def cancelled(self, cart: str, at: datetime, order: str = "o1") -> ev.OrderCancelled:
        return ev.OrderCancelled(**self._said(cart, at, None), order=order)
