"""One person's life with the shop: fills carts, leaves or buys, returns by themselves, and reads what reaches them.

What a person does without reminders is drawn before any arrives, from streams of its own. So whoever is held back does just
that, and what reminders change is what their readers do on top.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from rebasket_local.traffic.basket import Basket
from rebasket_local.traffic.courier import consent_withdrawn
from rebasket_local.traffic.ledger import Problem, SaidNo
from rebasket_local.traffic.mailbox import NoLinks, form_on, links_in
from rebasket_local.traffic.visits import first_visit, purchase, second_look

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rebasket_local.outbox import Message
    from rebasket_local.traffic.catalogue import Product
    from rebasket_local.traffic.courier import Courier
    from rebasket_local.traffic.draws import Draws
    from rebasket_local.traffic.ledger import Ledger
    from rebasket_local.traffic.mailbox import Links
    from rebasket_local.traffic.people import Person
    from rebasket_local.traffic.settings import Settings, Spread
    from rebasket_local.traffic.visits import Happened
    from rebasket_local.traffic.world import World

FORM = {"content-type": "application/x-www-form-urlencoded"}
REMEMBERED = timedelta(days=3)
"""A message after this long without one is the first of a new series to its reader."""


@dataclass(kw_only=True)
class Shopper:
    """Acts at the times it arranged with the world; fills no cart any more from `goes_home_at` on, so that all of them end."""

    person: Person
    draws: Draws
    settings: Settings
    products: Sequence[Product]
    world: World
    courier: Courier
    ledger: Ledger
    goes_home_at: datetime
    baskets: dict[str, Basket] = field(default_factory=dict)
    _read: list[datetime] = field(default_factory=list)

    # -- Without reminders ---------------------------------------------------------------------------------------------------

    def fill_cart(self, cart: str, at: datetime, *, not_before: datetime | None = None, leaves: bool = False) -> None:
        """A new cart from `at` on; its events are brought no earlier than `not_before`. `leaves`: surely does not buy."""
        draws, purchases = self.draws.of(cart), self.settings.purchases
        basket = self._basket(cart, self.person.device)
        buys = draws.of("buys").chance(purchases.at_once) and not leaves
        visit = list(first_visit(basket, self.products, draws, self.settings, at, buys=buys))
        left_at = visit[-1].at
        if buys:
            self.ledger.did["bought at once"] += 1
            if draws.of("order first").chance(self.settings.delivery.order_first):
                self.ledger.did["order told before its cart"] += 1
                self._tell(basket, visit[-1:])
                visit, not_before = visit[:-1], left_at + timedelta(minutes=1)
            else:
                self._regret(basket, left_at)
        self._tell(basket, visit, not_before)
        if not buys and not leaves:
            self._maybe_return(basket, draws, left_at)

    def withdraw_consent(self) -> None:
        """In the account's settings, if there is one, of the address that the shop writes to first."""
        if self.person.member_since is None:
            return
        channel, name, address = (
            ("email", "email", self.person.email) if self.person.email else ("sms", "phone", self.person.phone)
        )
        if address is not None:
            self.ledger.did["withdrew consent"] += 1
            now = self.world.now
            event = consent_withdrawn(self.person.number, name, address, channel, now)
            self.courier.bring(event, now, basket=f"account-{self.person.number}")

    def _maybe_return(self, basket: Basket, draws: Draws, left_at: datetime) -> None:
        purchases = self.settings.purchases
        fate, returns_at = draws.of("return").between(0, 1), left_at + draws.of("return after").wait(purchases.own_return_after)
        if fate < purchases.own_return_buys:
            self.world.at(returns_at, lambda: self._buy(basket, draws, purchases.after_last_item, "bought on own return"))
        elif fate < purchases.own_return_buys + purchases.own_return_looks:
            self.world.at(returns_at, lambda: self._look_again(basket, draws.of("own look"), "looked again on own return"))

    def _buy(self, basket: Basket, draws: Draws, takes: Spread, why: str) -> None:
        """Buys what is in the cart, if it is still there; some on another device, whose cart the shop knows by another id."""
        if basket.ended or not basket.items:
            return
        self.ledger.did[why] += 1
        now, device = self.world.now, draws.of("device")
        bought = basket
        if device.chance(self.settings.shoppers.second_device) and basket.known_at is not None:
            self.ledger.did["bought on another device"] += 1
            bought = self._basket(f"{basket.id}-b", self.person.other_device)
            bought.items, basket.ended = dict(basket.items), True
        cartless = bought is not basket and device.chance(0.5)
        visit = list(purchase(bought, draws, now, takes, cartless=cartless))
        if cartless:
            visit = visit[-1:]
        self._tell(bought, visit)
        self._regret(bought, visit[-1].at)

    def _look_again(self, basket: Basket, draws: Draws, why: str) -> None:
        if not basket.ended and self.world.now < self.goes_home_at:
            self.ledger.did[why] += 1
            self._tell(basket, second_look(basket, self.products, draws, self.world.now))

    def _regret(self, basket: Basket, bought_at: datetime) -> None:
        purchases, draws = self.settings.purchases, self.draws.of(basket.id, "regret")
        fate, at = draws.between(0, 1), bought_at + draws.wait(purchases.regretted_after)
        if fate < purchases.refunded:
            part = 1 if fate < purchases.refunded / 2 else 2
            self.world.at(at, lambda: self._tell_one(basket, basket.refund(basket.total // part, at), at, "refunded"))
        elif fate < purchases.refunded + purchases.cancelled:
            self.world.at(at, lambda: self._tell_one(basket, basket.cancel(at), at, "cancelled"))

    # -- With reminders ------------------------------------------------------------------------------------------------------

    def receive(self, message: Message) -> None:
        """A message arrived; what its reader will do about it is drawn now."""
        now, habits = self.world.now, self.settings.reminders
        draws = self.draws.of("message", len(self._read) + 1)
        self._read.append(now)
        series = [at for at in self._read if now - at < REMEMBERED]
        try:
            links = links_in(message)
        except NoLinks as error:
            self._note(str(error))
            return
        clicks = habits.email_click if message.channel == "email" else habits.sms_click
        if message.channel == "email" and draws.of("complains").chance(habits.complains):
            after = draws.of("complains after").wait(habits.opt_out_after)
            self.world.at(now + after, lambda: self._complain(message))
        elif draws.of("opts out").chance(habits.opts_out):
            after = draws.of("opts out after").wait(habits.opt_out_after)
            one_click = draws.of("one click").chance(habits.by_one_click)
            self.world.at(now + after, lambda: self._opt_out(message, links, one_click=one_click))
        elif draws.of("clicks").chance(clicks[min(len(series), len(clicks)) - 1]):
            after = draws.of("clicks after").wait(habits.click_after)
            self.world.at(now + after, lambda: self._click(links, draws))

    def _click(self, links: Links, draws: Draws) -> None:
        """Follows the link to wherever it leads: the cart, or a page that says it is gone."""
        self.ledger.did["clicked"] += 1
        answer = self.world.http("GET", links.restore, {"user-agent": "Mozilla/5.0 (shopper)", "accept": "text/html"})
        if answer.status == 200:
            self.ledger.did["found the cart gone"] += 1
            return
        target = answer.headers.get("location", "")
        basket = self.baskets.get(urlsplit(target).path.removeprefix("/cart/"))
        if answer.status != 302 or basket is None:
            self.ledger.problems.append(
                Problem(self.world.now, f"{links.restore} answered {answer.status} {target or answer.text[:200]}")
            )
            return
        habits = self.settings.reminders
        if draws.of("buys").chance(habits.click_buys):
            self._buy(basket, draws, habits.buys_after_click, "bought after a click")
        elif draws.of("looks").chance(self.settings.purchases.own_return_looks):
            self._look_again(basket, draws.of("look"), "looked again after a click")

    def _opt_out(self, message: Message, links: Links, *, one_click: bool) -> None:
        """By the mail program's button, or by the page that the link in the message leads to."""
        if one_click and links.one_click is not None:
            how, answer = "one click", self.world.http("POST", links.one_click, FORM, b"List-Unsubscribe=One-Click")
        else:
            how, page = "page", self.world.http("GET", links.opt_out, {"user-agent": "Mozilla/5.0 (shopper)"})
            form = form_on(page.text)
            if form is None:
                self._note(f"{links.opt_out} shows no button: {page.status}")
                return
            answer = self.world.http("POST", urljoin(links.opt_out, form[0]), FORM, form[1])
        if 200 <= answer.status < 300:
            self.ledger.did[f"opted out by {how}"] += 1
            self.ledger.entries.append(SaidNo(self.world.now, message.to, how))
        else:
            self._note(f"opt-out by {how} answered {answer.status}")

    def _complain(self, message: Message) -> None:
        self.ledger.did["complained"] += 1
        self.world.mail_event(message, "Complaint")

    # -- Telling the shop ----------------------------------------------------------------------------------------------------

    def _basket(self, cart: str, device: str) -> Basket:
        snapshots = self.draws.of(cart, "snapshots").chance(self.settings.carts.snapshots)
        self.baskets[cart] = Basket(id=cart, person=self.person, shop=self.settings.shop, device=device, snapshots=snapshots)
        return self.baskets[cart]

    def _tell(self, basket: Basket, visit: Iterable[Happened], not_before: datetime | None = None) -> None:
        for happened in visit:
            self.courier.bring(happened.event, happened.at, basket=basket.id, not_before=not_before)

    def _tell_one(self, basket: Basket, event: dict[str, object], at: datetime, what: str) -> None:
        self.ledger.did[what] += 1
        self.courier.bring(event, at, basket=basket.id)

    def _note(self, what: str) -> None:
        self.ledger.problems.append(Problem(self.world.now, what))
