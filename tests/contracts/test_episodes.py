"""What every store of episodes keeps: parts that are written on condition of themselves, so that they commute."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.money import MicroUSD, Money
from rebasket.domain.orders.refunds import Refunds
from rebasket.domain.people.addresses import Channel
from rebasket.domain.reminders.check import Check
from rebasket.domain.reminders.episode import Arm, Credit, Episode, EpisodeRef, Header, Touch, TouchState
from rebasket.domain.reporting.daily_figures import daily_figures
from rebasket.domain.sending.delivery_events import DeliveryEvent
from rebasket.domain.shops.policy import MOST_STEPS
from tests.contracts.test_carts_and_contacts import ODD_IDS
from tests.samples import SHOP, START, after

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rebasket.ports import Episodes
    from tests.contracts.conftest import Stores

REF = EpisodeRef(shop=SHOP, day="2026-03-02", cart="c1", generation=1)
HEADER = Header(
    declared_at=START,
    due=after(minutes=1),
    value=1990,
    currency="EUR",
    contacts={Channel.EMAIL: "k1", Channel.SMS: "k2"},
    policy=3,
    arm=Arm.HELD,
    locale="uk",
    time_zone="Europe/Kyiv",
)
SENT = Touch(
    state=TouchState.SENT,
    why="accepted",
    at=after(minutes=1, milliseconds=7),
    due=after(minutes=1),
    channel=Channel.EMAIL,
    contact="k1",
    attempt=2,
    parts=1,
    cost=MicroUSD(160),
    price="a list",
    message_id="id-1",
    checks=(Check("episode still open", passed=True), Check("cap", passed=False, seen="3 of 3")),
)
UNKNOWN = Touch(state=TouchState.UNKNOWN, why="no answer", at=START, due=START)
FREE = replace(SENT, cost=MicroUSD(0))
CREDIT = Credit(order="o#1", cart="c2", at=after(hours=2), total=Money(700, "EUR"), by="contact")


def test_an_episode_that_nobody_wrote_is_not_there(stores: Stores) -> None:
    assert stores.episodes.get(REF) is None
    assert list(stores.episodes.of_day(SHOP, REF.day)) == []


def test_the_first_header_stays(stores: Stores) -> None:
    assert stores.episodes.head(REF, HEADER).header == HEADER
    assert stores.episodes.head(REF, replace(HEADER, value=1)).header == HEADER
    assert stores.episodes.get(REF) == Episode(ref=REF, header=HEADER)


def test_a_header_with_nothing_known_comes_back_as_it_was(stores: Stores) -> None:
    bare = replace(HEADER, currency=None, contacts={}, locale=None, time_zone=None)
    assert stores.episodes.head(REF, bare).header == bare
    assert stores.episodes.get(REF) == Episode(ref=REF, header=bare)


def test_a_step_is_bound_to_the_channel_that_was_chosen_first(stores: Stores) -> None:
    assert stores.episodes.choose(REF, 1, Channel.SMS) is Channel.SMS
    assert stores.episodes.choose(REF, 1, Channel.EMAIL) is Channel.SMS
    assert stores.episodes.choose(REF, 2, Channel.EMAIL) is Channel.EMAIL


@pytest.mark.parametrize("first", TouchState)
@pytest.mark.parametrize("second", TouchState)
def test_a_final_touch_stays_but_sent_replaces_unknown(stores: Stores, first: TouchState, second: TouchState) -> None:
    one, other = replace(SENT, state=first), replace(SENT, state=second, why="another")
    assert stores.episodes.record(REF, 1, one)
    replaced = first is TouchState.UNKNOWN and second is TouchState.SENT
    assert stores.episodes.record(REF, 1, other) is replaced
    found = stores.episodes.get(REF)
    assert found is not None
    assert found.touches == {1: other if replaced else one}


def test_a_price_of_nothing_is_not_the_same_as_no_price(stores: Stores) -> None:
    stores.episodes.record(REF, 1, FREE)
    stores.episodes.record(REF, 2, replace(SENT, cost=None, price=None))
    found = stores.episodes.get(REF)
    assert found is not None
    assert (found.touches[1].cost, found.touches[2].cost) == (0, None)


def test_an_episode_takes_one_order_and_the_latest_word_on_it(stores: Stores) -> None:
    episodes = stores.episodes
    assert episodes.credit(REF, CREDIT)
    assert episodes.credit(REF, CREDIT), "told again"
    assert not episodes.credit(REF, replace(CREDIT, order="o2", at=after(days=1)))
    assert episodes.credit(REF, replace(CREDIT, at=after(hours=1))), (
        "told late: this order it has, the older word it does not take"
    )
    assert credited(episodes) == CREDIT
    paid = replace(CREDIT, at=after(hours=3), total=Money(650, "EUR"))
    assert episodes.credit(REF, paid)
    assert credited(episodes) == paid
    more = replace(paid, total=Money(651, "EUR"))
    assert episodes.credit(REF, more)
    assert episodes.credit(REF, paid)
    assert credited(episodes) == more, "of two words of the same moment the greater, whichever came first"


def credited(episodes: Episodes) -> Credit | None:
    found = episodes.get(REF)
    return found.order if found else None


def test_of_one_total_said_in_two_currencies_that_one_is_credited_which_the_cart_keeps_too(stores: Stores) -> None:
    """Whichever came first: see `cart_facts`."""
    said = [replace(CREDIT, total=Money(CREDIT.total.minor, currency)) for currency in ("EUR", "UAH")]
    for number, orders in enumerate(permutations(said)):
        ref = replace(REF, cart=f"c{number}")
        for order in orders:
            stores.episodes.credit(ref, order)
        assert stores.episodes.get(ref) == Episode(ref=ref, order=said[1])


def test_an_order_is_bound_to_the_first_episode(stores: Stores) -> None:
    other = replace(REF, cart="c#2", generation=12)
    assert stores.episodes.attribute_order(SHOP, "o#1", REF) == REF
    assert stores.episodes.attribute_order(SHOP, "o#1", other) == REF
    assert stores.episodes.attribute_order("coffee", "o#1", replace(other, shop="coffee")) == replace(other, shop="coffee")
    assert stores.episodes.attribute_order(SHOP, "o", other) == other
    assert [stores.episodes.bound(SHOP, order) for order in ("o#1", "o", "elsewhere")] == [REF, other, None]
    assert stores.episodes.get(REF) is None, "bound is not credited"
    assert list(stores.episodes.of_day(SHOP, REF.day)) == []


def test_refunds_are_added_each_once_and_count_of_the_order_that_is_credited(stores: Stores) -> None:
    episodes = stores.episodes
    told = {"e1": Money(5, "EUR"), "e#2": Money(4, "EUR")}
    episodes.refund(REF, "o#1", Refunds({"e1": told["e1"]}))
    assert refunded(episodes) == 0, "nothing is credited yet"
    episodes.credit(REF, CREDIT)
    assert refunded(episodes) == 5
    for _ in range(2):
        episodes.refund(REF, "o#1", Refunds(told))
        episodes.refund(REF, "o", Refunds({"1#e3": Money(100, "EUR")}))
        episodes.refund(REF, "o2", Refunds(cancelled=True))
    assert refunded(episodes) == 9
    found = episodes.get(REF)
    assert found is not None
    assert found.refunds == {"o#1": Refunds(told), "o": Refunds({"1#e3": Money(100, "EUR")}), "o2": Refunds(cancelled=True)}
    episodes.refund(REF, "o#1", Refunds(cancelled=True))
    assert refunded(episodes) == CREDIT.total.minor
    assert [episode.refunded for episode in episodes.of_day(SHOP, REF.day)] == [CREDIT.total.minor]


def test_what_is_paid_back_of_an_order_without_an_episode_waits_beside_its_binding(stores: Stores) -> None:
    episodes, told = stores.episodes, {"e1": Money(5, "EUR"), "e#2": Money(4, "EUR")}
    assert episodes.pending_refunds(SHOP, "o#1") == Refunds()
    for _ in range(2):
        assert episodes.add_pending_refunds(SHOP, "o#1", Refunds({"e1": told["e1"]})) is None
    assert episodes.bound(SHOP, "o#1") is None
    assert episodes.attribute_order(SHOP, "o#1", REF) == REF
    assert episodes.attribute_order(SHOP, "o#1", replace(REF, cart="c2")) == REF
    assert episodes.add_pending_refunds(SHOP, "o#1", Refunds({"e#2": told["e#2"]})) == episodes.bound(SHOP, "o#1") == REF
    assert episodes.pending_refunds(SHOP, "o#1") == Refunds(told)
    episodes.add_pending_refunds(SHOP, "o#1", Refunds(cancelled=True))
    assert episodes.pending_refunds(SHOP, "o#1") == Refunds(told, cancelled=True)
    assert episodes.pending_refunds("coffee", "o#1") == episodes.pending_refunds(SHOP, "o") == Refunds()
    assert episodes.get(REF) is None


def refunded(episodes: Episodes) -> int:
    found = episodes.get(REF)
    return found.refunded if found else 0


def test_the_first_click_is_noted(stores: Stores) -> None:
    stores.episodes.click(REF, after(minutes=5))
    stores.episodes.click(REF, after(minutes=4))
    found = stores.episodes.get(REF)
    assert found is not None
    assert found.clicked_at == after(minutes=5)


def test_the_weightiest_word_of_the_provider_is_noted_once(stores: Stores) -> None:
    said = [
        stores.episodes.note(REF, 1, word)
        for word in (DeliveryEvent.ACCEPTED, DeliveryEvent.ACCEPTED, DeliveryEvent.COMPLAINED, DeliveryEvent.BOUNCED)
    ]
    assert said == [True, False, True, False]
    assert stores.episodes.note(REF, 2, DeliveryEvent.BOUNCED)
    found = stores.episodes.get(REF)
    assert found is not None
    assert found.said == {1: DeliveryEvent.COMPLAINED, 2: DeliveryEvent.BOUNCED}


WRITES: dict[str, Callable[[Episodes], object]] = {
    "head": lambda episodes: episodes.head(REF, HEADER),
    "choose": lambda episodes: episodes.choose(REF, 2, Channel.SMS),
    "record": lambda episodes: episodes.record(REF, 1, SENT),
    "record unknown": lambda episodes: episodes.record(REF, 2, UNKNOWN),
    "credit": lambda episodes: episodes.credit(REF, CREDIT),
    "click": lambda episodes: episodes.click(REF, after(hours=1)),
    "note": lambda episodes: episodes.note(REF, 1, DeliveryEvent.BOUNCED),
}
ORDERS = [*permutations(WRITES)][:: 5040 // 10]


def test_parts_are_written_in_any_order_and_none_has_to_be_first(stores: Stores) -> None:
    for number, order in enumerate(ORDERS):
        episodes = _renamed(stores.episodes, replace(REF, cart=f"c{number}"))
        for name in order:
            WRITES[name](episodes)
    found = list(stores.episodes.of_day(SHOP, REF.day))
    assert len(found) == len(ORDERS) == 10
    whole = {replace(episode, ref=REF) == replace(found[0], ref=REF) for episode in found}
    assert whole == {True}
    assert found[0].header == HEADER
    assert set(found[0].touches) == {1, 2}


def _renamed(episodes: Episodes, ref: EpisodeRef) -> Episodes:
    """The same store, in which REF means another episode."""

    class Renamed:
        def __getattr__(self, name: str) -> Callable[..., object]:
            return lambda _, *rest: getattr(episodes, name)(ref, *rest)

    return Renamed()  # type: ignore[return-value]  # it has whatever the store has


def test_a_day_has_its_own_episodes_of_its_own_shop_and_all_of_them(stores: Stores) -> None:
    refs = [replace(REF, cart=name, generation=n) for name in ODD_IDS for n in (2, 10)]
    for ref in refs:
        stores.episodes.head(ref, HEADER)
    strangers = [
        replace(REF, shop="coffee"),
        replace(REF, day="2026-03-03"),
        replace(REF, day="2026-03-01"),
        replace(REF, shop="te"),
    ]
    for ref in strangers:
        stores.episodes.head(ref, HEADER)
        stores.episodes.attribute_order(ref.shop, "2026-03-02#1", ref)
    assert sorted(episode.ref for episode in stores.episodes.of_day(SHOP, "2026-03-02")) == sorted(refs)
    assert [episode.ref for episode in stores.episodes.of_day("te", "2026-03-02")] == [strangers[-1]]


def test_a_part_alone_is_an_episode_without_a_header(stores: Stores) -> None:
    stores.episodes.record(REF, 1, SENT)
    assert stores.episodes.get(REF) == Episode(ref=REF, touches={1: SENT})
    assert stores.episodes.head(REF, HEADER) == Episode(ref=REF, header=HEADER, touches={1: SENT})


def test_a_day_s_episodes_are_whole_but_for_the_checks_of_their_touches(stores: Stores) -> None:
    """So what is counted from them is what whole ones would come to."""
    for write in WRITES.values():
        write(stores.episodes)
    for step in range(1, MOST_STEPS + 1):
        stores.episodes.choose(REF, step, Channel.EMAIL)
        stores.episodes.record(REF, step, SENT)
        stores.episodes.note(REF, step, DeliveryEvent.ACCEPTED)
    stores.episodes.refund(REF, CREDIT.order, Refunds({"e1": Money(5, "EUR")}))
    stores.episodes.head(replace(REF, cart="c2"), HEADER)
    stores.episodes.record(replace(REF, cart="c3"), 2, replace(SENT, cost=None, channel=None))
    whole = [stores.episodes.get(replace(REF, cart=cart)) for cart in ("c1", "c2", "c3")]
    found = sorted(stores.episodes.of_day(SHOP, REF.day), key=lambda episode: episode.ref)
    assert found == [replace(each, touches=unchecked(each.touches)) for each in whole if each]
    assert found[0].touches[1].checks == ()
    window = timedelta(days=7)
    assert daily_figures(REF.day, found, window) == daily_figures(REF.day, [each for each in whole if each], window)
    assert daily_figures(REF.day, found, window).total.refunded == {"EUR": 5}


def unchecked(touches: Mapping[int, Touch]) -> dict[int, Touch]:
    return {step: replace(touch, checks=()) for step, touch in touches.items()}
