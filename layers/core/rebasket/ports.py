"""What the use cases need of the world. Adapters implement these; the in-memory ones pass the same contract tests.

Every write is one conditional write on one item. A method that returns bool says whether the condition held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from rebasket.domain.carts.amiss import Amiss, AmissCounts
    from rebasket.domain.carts.cart import Cart
    from rebasket.domain.carts.timer import Timer
    from rebasket.domain.orders.refunds import Refunds
    from rebasket.domain.people.addresses import Address, Channel
    from rebasket.domain.people.contact import TouchId
    from rebasket.domain.people.identity import ShopperId
    from rebasket.domain.people.journal import Act, JournalEntry
    from rebasket.domain.people.person import Person, Pointer
    from rebasket.domain.reminders.episode import Credit, Episode, EpisodeRef, Header, Touch
    from rebasket.domain.reporting.adjustments import Adjustment, ChangedDay
    from rebasket.domain.reporting.daily_figures import ClosedDay
    from rebasket.domain.sending.delivery_events import DeliveryEvent
    from rebasket.domain.sending.message import Brief, Email, Link, Text
    from rebasket.domain.sending.sending_pause import ReputationCounters
    from rebasket.domain.shops.keys import Key
    from rebasket.domain.shops.policy import Policy, Shop


MOST_RECENT = 20
"""Carts of one address that are looked at for one that speaks instead. More have a till's own address, or a robot's."""


class Carts(Protocol):
    """Carts by shop and id."""

    def get(self, shop: str, cart: str) -> Cart | None:
        """The cart as of now (strongly consistent), None when there is none."""

    def put(self, cart: Cart) -> bool:
        """Store it, if what is stored has `cart.version - 1` (nothing: 0). Raises Invalid for what is more than can be stored."""

    def glance(self, shop: str, cart: str) -> Cart | None:
        """The cart as it was a moment ago (eventually consistent), None when there is none."""

    def all(self) -> Iterable[Cart]:
        """Every cart of every shop, in no order: a scan, for `rearm` only."""


class AmissEvents(Protocol):
    """Events that were refused, or lost something; kept for thirty days."""

    def note(self, amiss: Amiss) -> None:
        """Keep it, over the one before of the same cart and type, and count it."""

    def of_cart(self, shop: str, cart: str) -> Sequence[Amiss]:
        """What is kept of a cart, the latest last; eventually consistent."""

    def days(self, shop: str, first: str, last: str) -> Mapping[str, AmissCounts]:
        """How many there were, by day from `first` to `last`, both included (`YYYY-MM-DD`); eventually consistent."""


class Timers(Protocol):
    """Due times. Deleting one is what triggers `remind`."""

    def arm(self, timer: Timer) -> None:
        """Store it; the same cart, generation and minute merge into one."""

    def due_at(self, minute: datetime) -> Sequence[Timer]:
        """All timers of one minute (whole, UTC), over all shards."""

    def delete(self, timers: Sequence[Timer]) -> None:
        """Delete them; those already gone are no error."""

    def exists(self, timer: Timer) -> bool:
        """Whether this very timer is stored; for `rearm`."""

    def cursor(self) -> datetime | None:
        """The minute up to which sweep is done; None before the first."""

    def advance(self, minute: datetime) -> None:
        """Move the cursor forward; an earlier minute changes nothing."""


class Contacts(Protocol):
    """People by shop and the keyed hash of one of their identities, and which carts name an address."""

    def get_item(self, shop: str, key: str) -> Person | Pointer | None:
        """What is stored at a hash as of now (strongly consistent), None when nothing is; `people.root` follows pointers."""

    def put(self, person: Person) -> bool:
        """Store them, if what is stored has `person.version - 1` (nothing stored counts as 0)."""

    def put_pointer(self, pointer: Pointer) -> bool:
        """Store it, if what is stored has `pointer.version - 1` (nothing stored counts as 0). It never expires."""

    def link(self, shop: str, key: str, cart: str) -> None:
        """Note that the cart names the address, for as long as the cart is kept and a week."""

    def carts_of(self, shop: str, key: str) -> Sequence[str]:
        """Ids of all carts that name the address."""

    def recent_carts(self, shop: str, key: str, since: datetime) -> Sequence[str]:
        """Of these the newest MOST_RECENT that were linked since then; eventually consistent."""

    def unlink(self, shop: str, key: str, cart: str) -> None:
        """Forget that the cart names the address; no error when nobody knew."""


class ContactJournal(Protocol):
    """What was done about an address's "no", and by whom: entries by shop and keyed hash."""

    def note(self, shop: str, key: str, entry: JournalEntry) -> None:
        """Keep it; the same act at the same moment is one entry."""

    def find(self, shop: str, key: str, at: datetime, act: Act) -> JournalEntry | None:
        """The entry of that act at that moment (strongly consistent), None when there is none."""

    def entries(self, shop: str, key: str) -> Sequence[JournalEntry]:
        """All entries of an address, oldest first."""


class Episodes(Protocol):
    """Episodes, filed by the day they were declared. Each part is an upsert on condition of itself."""

    def get(self, ref: EpisodeRef) -> Episode | None:
        """The episode as of now (strongly consistent); None when no part of it was written."""

    def head(self, ref: EpisodeRef, header: Header) -> Episode:
        """Write the header, if it has none; the episode as it then is."""

    def mark_twin(self, ref: EpisodeRef) -> None:
        """Note that its person turned out to be counted twice in a season: it is left out of the comparison."""

    def choose(self, ref: EpisodeRef, step: int, channel: Channel) -> Channel:
        """Bind a step to a channel, if it has none; the channel that it then has."""

    def record(self, ref: EpisodeRef, step: int, touch: Touch) -> bool:
        """Write a step's final touch, if it has none, or `sent` over `unknown`."""

    def credit(self, ref: EpisodeRef, order: Credit) -> bool:
        """Credit an order, or what was told later of one it has; whether it has this order now: no, where it has too many."""

    def attribute_order(self, shop: str, order: str, ref: EpisodeRef) -> EpisodeRef:
        """Bind an order to the one episode that may be credited with it, if it is bound to none; the one that it then has."""

    def one_name(self, shop: str, order: str, number: str) -> str:
        """The one name of an order that has two: its number, unless it was bound by its id before. Both lead there then."""

    def file_order(self, shop: str, order: str, cart: str) -> None:
        """Note the cart that an unpaid order came of, if none is noted: what is told of it later may name the order alone."""

    def cart_of(self, shop: str, order: str) -> str | None:
        """The cart noted so (strongly consistent), None when there is none."""

    def bound(self, shop: str, order: str) -> EpisodeRef | None:
        """The episode that an order is bound to (strongly consistent), None when it is bound to none."""

    def add_pending_refunds(self, shop: str, order: str, refunds: Refunds) -> EpisodeRef | None:
        """Keep what was paid back of an order that is bound to no episode; the one that it is bound to by now, if it is."""

    def pending_refunds(self, shop: str, order: str) -> Refunds:
        """What was kept so (strongly consistent): for whoever binds the order to add to its episode."""

    def refund(self, ref: EpisodeRef, order: str, refunds: Refunds) -> None:
        """Add what was paid back of an order; what was told before counts once. The order may be credited later, or never."""

    def note(self, ref: EpisodeRef, step: int, word: DeliveryEvent) -> bool:
        """Note the provider's word on a step, if it outweighs what was noted."""

    def click(self, ref: EpisodeRef, at: datetime) -> None:
        """Note the first click."""

    def of_day(self, shop: str, day: str) -> Iterable[Episode]:
        """All episodes of a shop that were declared on that day (UTC, `YYYY-MM-DD`), each as of now (strongly consistent).

        Without the checks of their touches, which make up most of an episode and are counted in no figure: `get` has them.
        """


class Shops(Protocol):
    """Shops and their policies."""

    def get(self, shop: str) -> Shop | None:
        """The shop with its newest policy, and whether it may send; up to half a minute old."""

    def policy(self, shop: str, version: int) -> Policy | None:
        """One version of its policy; versions never change."""

    def all(self) -> Sequence[str]:
        """Ids of all shops."""


class SendingPauses(Protocol):
    """What the provider says of a shop's messages, and what stops it from sending; `Shops` tells who is stopped."""

    def count(self, shop: str, word: str) -> None:
        """Count one message that was `accepted`, `bounced` or `complained` about today; and `confirmed`, of the bounced ones."""

    def reputation(self, shop: str) -> ReputationCounters:
        """What was counted within the window of `domain.sending.sending_pause`; eventually consistent."""

    def pause(self, shop: str, why: str) -> bool:
        """Stop one shop; whether it was not paused already."""

    def resume(self, shop: str) -> None:
        """Let it go on."""

    def stop(self, why: str) -> None:
        """Stop everybody."""

    def start(self) -> None:
        """Let everybody go on who is not paused."""


class Links(Protocol):
    """Short links in messages."""

    def put(self, link: Link) -> None:
        """Store it; the same code always stands for the same touch."""

    def get(self, code: str) -> Link | None:
        """What it leads to, None when nobody knows it (any more)."""


class Books(Protocol):
    """Closed days, what was posted to them since, and which of them somebody is about to change."""

    def close(self, day: ClosedDay) -> bool:
        """Store it, if that day is not closed yet."""

    def day(self, shop: str, day: str) -> ClosedDay | None:
        """A closed day (strongly consistent), None while it is open."""

    def days(self, shop: str, first: str, last: str) -> Mapping[str, ClosedDay]:
        """The closed days from `first` to `last`, both included (`YYYY-MM-DD`)."""

    def mark(self, mark: ChangedDay) -> None:
        """Store it; over an earlier one of the same day and arrival."""

    def changed_days(self, shop: str) -> Sequence[ChangedDay]:
        """All marks of a shop (strongly consistent), in order of day and arrival."""

    def unmark_changed(self, mark: ChangedDay) -> bool:
        """Delete it, if it has not been put again since."""

    def post(self, posting: Adjustment) -> bool:
        """Store it, if that day has none of this number yet."""

    def adjustments(self, shop: str, first: str, last: str) -> Sequence[Adjustment]:
        """What was posted to the days from `first` to `last`, both included (strongly consistent), in order of day and number."""


class Composer(Protocol):
    """Turns a brief into a message. Pure: the same brief gives the same bytes."""

    def email(self, brief: Brief) -> Email:
        """The e-mail."""

    def text(self, brief: Brief) -> Text:
        """The text message."""


class Mailer(Protocol):
    """Puts at most one request on the wire."""

    def send(self, email: Email) -> str:
        """Send it; the provider's message id. Raises NotAccepted when it surely was not taken; anything else is unknown."""


class Texter(Protocol):
    """Puts at most one request on the wire."""

    def send(self, text: Text) -> str:
        """Send it; the provider's message id. Raises NotAccepted when it surely was not taken; anything else is unknown."""


class SmsSlots(Protocol):
    """How many text messages went to numbers that begin alike, by shop and hour of the clock."""

    def take(self, shop: str, beginning: str, hour: datetime, most: int) -> bool:
        """Count one more, if fewer than `most` were counted; whether it was. Nobody can give it back."""


class DeadLetters(Protocol):
    """Where poisoned timers go, whole."""

    def dead_letter(self, timer: Timer, why: str) -> None:
        """Keep it for a person to look at."""


class Clock(Protocol):
    """The time, as an argument."""

    def __call__(self) -> datetime:
        """Now: aware, UTC, whole milliseconds."""


class NewToken(Protocol):
    """Fresh randomness."""

    def __call__(self) -> str:
        """A text that nobody else has or will draw."""


class AddressHash(Protocol):
    """The keyed hash of an address or id: what the books and the gate know it by."""

    def __call__(self, shop: str, address: Address | ShopperId) -> str:
        """The same for two spellings of one address, never for an address and an id; says nothing to whoever lacks the key."""


class ZoneOf(Protocol):
    """Where an address is read, as far as the address tells."""

    def __call__(self, address: Address) -> str | None:
        """Its time zone (IANA name), None where the address does not tell."""


class CountryOf(Protocol):
    """Which country's an address is, as far as the address tells."""

    def __call__(self, address: Address) -> str | None:
        """ISO 3166; None where the address does not tell."""


class LinkCode(Protocol):
    """The unguessable code of the links in one touch's message."""

    def __call__(self, shop: str, touch: TouchId, day: str) -> str:
        """The same every time for the same touch of an episode that is filed under that day, and no other's."""


class ShopKeys(Protocol):
    """The keys by which shops prove who they are."""

    def keys(self, shop: str) -> Sequence[Key]:
        """All keys of a shop; none for a shop that nobody knows. May be up to five minutes old."""
