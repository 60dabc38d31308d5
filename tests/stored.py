"""Hypothesis strategies for what is stored: any values at all, not only those that a shop's events lead to."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import strategies as st

from rebasket.domain.carts import events as ev
from rebasket.domain.carts.cart import Cart, Closed, Declared, Phase
from rebasket.domain.carts.facts import CartFacts
from rebasket.domain.money import MicroUSD, Money
from rebasket.domain.orders.refunds import Refunds
from rebasket.domain.people import contact as c
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.consent import Consent
from rebasket.domain.reminders import episode as e
from rebasket.domain.reminders.check import Check
from rebasket.domain.sending.delivery_events import DeliveryEvent
from rebasket.domain.shops.policy import Policy, Shop, Step
from rebasket.domain.shops.quiet_hours import MOST, QuietHours
from tests.samples import SHOP

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
"""Any text but halves of surrogate pairs, which no request can bring."""
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
counts = st.integers(0, 10**12)
moments = st.integers(946_684_800_000, 4_102_444_800_000).map(
    lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
)
"""Whole milliseconds from 2000 to 2100."""

_lines = st.builds(
    ev.Line,
    sku=names,
    title=texts,
    quantity=counts,
    unit_price=counts,
    image_url=st.none() | texts,
    product_url=st.none() | texts,
    categories=st.lists(texts, max_size=2).map(tuple),
    unit_margin=st.none() | st.integers(-(10**12), 10**12),
    stock=st.sampled_from(ev.Stock),
    days_in_stock=st.none() | st.integers(0, 10**5),
)
_addresses = st.builds(Address, st.sampled_from(Channel), names)
_consents = st.builds(Consent, granted=st.booleans(), source=texts, at=moments)
_envelope = {
    "id": names,
    "shop": st.just(SHOP),
    "cart": st.just("c1"),
    "at": moments,
    "person": st.builds(
        ev.Person,
        statements=st.lists(st.builds(ev.AddressStatement, address=_addresses, consent=st.none() | _consents), max_size=2).map(
            tuple
        ),
        name=st.none() | names,
        customer_id=st.none() | names,
        earlier_orders=st.none() | counts,
        time_zone=st.none() | names,
    ),
}
_details = st.builds(
    ev.Details,
    currency=st.none() | names,
    restore_url=st.none() | names,
    locale=st.none() | names,
    device=st.none() | names,
    shipping=st.none() | counts,
    tax=st.none() | counts,
)
_money = st.builds(Money, counts, names)
_events: st.SearchStrategy[ev.Event] = st.one_of(
    st.builds(ev.CartUpdated, **_envelope, lines=st.lists(_lines, max_size=3).map(tuple), details=_details),
    st.builds(ev.ItemAdded, **_envelope, line=_lines, details=_details),
    st.builds(ev.ItemRemoved, **_envelope, sku=names, quantity=st.none() | counts),
    st.builds(ev.CheckoutStarted, **_envelope, stage=st.sampled_from(ev.Stage)),
    st.builds(ev.CartDeleted, **_envelope),
    st.builds(ev.OrderPlaced, **_envelope, order=names, total=_money),
    st.builds(ev.OrderRefunded, **_envelope, order=names, amount=_money),
    st.builds(ev.OrderCancelled, **_envelope, order=names),
)


@st.composite
def facts(draw: st.DrawFn) -> CartFacts:
    """Whatever events can make of a cart."""
    found = CartFacts.nothing()
    for event in draw(st.lists(_events, max_size=6)):
        found = found.join(event)
    return found


_days = moments.map(lambda at: f"{at:%Y-%m-%d}")
_declared = st.builds(Declared, generation=st.integers(1, 9), day=_days, at=moments, due=moments, value=counts)
carts = st.builds(
    Cart,
    shop=st.just(SHOP),
    id=names,
    version=st.integers(1, 10**6),
    generation=st.integers(0, 10**6),
    phase=st.sampled_from(Phase),
    why=st.none() | st.sampled_from(Closed),
    seen_at=st.none() | moments,
    episodes=st.lists(_declared, max_size=5).map(tuple),
    facts=facts(),
)
touch_ids = st.builds(c.TouchId, cart=names, generation=st.integers(0, 10**6), step=st.integers(1, 5))
sends = st.builds(c.Send, state=st.sampled_from(c.SendState), owner=texts, at=moments, attempt=st.integers(1, 20), day=_days)
contacts = st.builds(
    c.Contact,
    shop=st.just(SHOP),
    key=names,
    channel=st.sampled_from(Channel),
    version=st.integers(1, 10**6),
    consent=st.none() | _consents,
    suppression=st.none() | st.builds(c.Suppression, why=st.sampled_from(c.SuppressionReason), at=moments),
    bought_at=st.none() | moments,
    placed_at=st.none() | moments,
    sends=st.dictionaries(touch_ids, sends, max_size=3),
)
headers = st.builds(
    e.Header,
    declared_at=moments,
    due=moments,
    value=counts,
    currency=st.none() | names,
    contacts=st.dictionaries(st.sampled_from(Channel), names),
    policy=st.integers(1, 99),
    arm=st.sampled_from(e.Arm),
    locale=st.none() | names,
    time_zone=st.none() | names,
)
touches = st.builds(
    e.Touch,
    state=st.sampled_from(e.TouchState),
    why=texts,
    at=moments,
    due=moments,
    channel=st.none() | st.sampled_from(Channel),
    contact=st.none() | names,
    attempt=st.integers(0, 20),
    parts=st.integers(0, 9),
    cost=st.none() | counts.map(MicroUSD),
    price=st.none() | names,
    message_id=st.none() | names,
    checks=st.lists(st.builds(Check, texts, st.booleans(), texts), max_size=3).map(tuple),
)
credits_ = st.builds(e.Credit, order=names, cart=names, at=moments, total=_money, by=st.sampled_from(["cart", "contact"]))
refunds = st.builds(Refunds, st.dictionaries(names, _money, max_size=2), st.booleans()).filter(lambda told: told != Refunds())
episodes = st.builds(
    e.Episode,
    ref=st.builds(e.EpisodeRef, shop=st.just(SHOP), day=_days, cart=names, generation=st.integers(1, 99)),
    header=st.none() | headers,
    touches=st.dictionaries(st.integers(1, 5), touches, max_size=3),
    chosen=st.dictionaries(st.integers(1, 5), st.sampled_from(Channel), max_size=3),
    order=st.none() | credits_,
    refunds=st.dictionaries(names, refunds, max_size=2),
    clicked_at=st.none() | moments,
    said=st.dictionaries(st.integers(1, 5), st.sampled_from(DeliveryEvent), max_size=3),
)


@st.composite
def quiet_hours(draw: st.DrawFn) -> QuietHours:
    """Whatever may be said: any length, over midnight or not."""
    begins, lasts = draw(st.integers(0, 1439)), draw(st.integers(1, MOST))
    return QuietHours(*(time(minute // 60, minute % 60) for minute in (begins, (begins + lasts) % 1440)))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Rules that do not contradict each other, in whole seconds."""
    gap = draw(st.integers(0, 86_400))
    first = draw(st.integers(0, 86_400))
    more = draw(st.lists(st.integers(0, 86_400), max_size=4))
    delays = [first + sum(more[:n]) + n * gap for n in range(len(more) + 1)]
    channels = st.permutations(list(Channel)).flatmap(lambda order: st.integers(1, 2).map(lambda n: tuple(order[:n])))
    return Policy(
        version=draw(st.integers(1, 99)),
        abandoned_after=timedelta(seconds=draw(st.integers(600, 14 * 86_400))),
        steps=tuple(Step(delay=timedelta(seconds=delay), channels=draw(channels)) for delay in delays),
        gap=timedelta(seconds=gap),
        give_up=timedelta(seconds=draw(st.integers(600, 10**6))),
        cap=draw(st.integers(1, 99)),
        cap_window=timedelta(seconds=draw(st.integers(0, 60 * 86_400))),
        holdout=draw(st.integers(0, 1000)),
        window=timedelta(seconds=draw(st.integers(3600, 60 * 86_400))),
        attempts=draw(st.integers(1, 20)),
        consent_assumed=draw(st.frozensets(st.sampled_from(Channel))),
        quiet_hours=draw(st.dictionaries(st.sampled_from(Channel), quiet_hours())),
        sms_countries=draw(st.none() | st.frozensets(st.from_regex("[A-Z]{2}", fullmatch=True), max_size=3)),
        sms_per_prefix=draw(st.integers(1, 10_000)),
    )


shops = st.builds(
    Shop,
    id=st.just(SHOP),
    name=texts,
    url=texts,
    hosts=st.lists(texts, max_size=3).map(tuple),
    postal_address=texts,
    sender_name=texts,
    locale=texts,
    activated_at=moments,
    time_zone=names,
    logo_url=st.none() | texts,
    colour=texts,
    policy=policies(),
)
