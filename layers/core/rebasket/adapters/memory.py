"""The ports in memory: for tests and for simulation at large scale. Held to the same contract tests as the DynamoDB ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.domain.brake import WINDOW, Pulse
from rebasket.domain.episode import Episode, supersedes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from rebasket.domain.addresses import Channel
    from rebasket.domain.books import ClosedDay
    from rebasket.domain.cart import Cart
    from rebasket.domain.contact import Contact
    from rebasket.domain.episode import Credit, EpisodeRef, Header, Touch
    from rebasket.domain.feedback import Word
    from rebasket.domain.message import Email, Link, Text
    from rebasket.domain.policy import Policy, Shop
    from rebasket.domain.postings import Mark, Posting
    from rebasket.domain.timer import Timer
    from rebasket.ports import Clock


@dataclass
class MemoryCarts:
    """Carts in a dictionary."""

    items: dict[tuple[str, str], Cart] = field(default_factory=dict)

    def get(self, shop: str, cart: str) -> Cart | None:
        """See ports.Carts."""
        return self.items.get((shop, cart))

    def put(self, cart: Cart) -> bool:
        """See ports.Carts."""
        known = self.items.get((cart.shop, cart.id))
        if (known.version if known else 0) != cart.version - 1:
            return False
        self.items[cart.shop, cart.id] = cart
        return True

    def all(self) -> Iterable[Cart]:
        """See ports.Carts."""
        return list(self.items.values())


@dataclass
class MemoryTimers:
    """Timers by minute. `deleted` collects what a stream would carry: each timer that was there and was deleted."""

    items: dict[datetime, dict[tuple[str, str, int], Timer]] = field(default_factory=lambda: defaultdict(dict))
    deleted: list[Timer] = field(default_factory=list)
    done: datetime | None = None

    def arm(self, timer: Timer) -> None:
        """See ports.Timers."""
        self.items[timer.due][timer.shop, timer.cart, timer.generation] = timer

    def due_at(self, minute: datetime) -> Sequence[Timer]:
        """See ports.Timers."""
        found = self.items.get(minute)
        return list(found.values()) if found else []

    def delete(self, timers: Sequence[Timer]) -> None:
        """See ports.Timers."""
        for timer in timers:
            minute = self.items.get(timer.due, {})
            gone = minute.pop((timer.shop, timer.cart, timer.generation), None)
            if gone is not None:
                self.deleted.append(gone)
            if not minute:
                self.items.pop(timer.due, None)

    def exists(self, timer: Timer) -> bool:
        """See ports.Timers."""
        return (timer.shop, timer.cart, timer.generation) in self.items.get(timer.due, {})

    def cursor(self) -> datetime | None:
        """See ports.Timers."""
        return self.done

    def advance(self, minute: datetime) -> None:
        """See ports.Timers."""
        self.done = minute if self.done is None else max(self.done, minute)


@dataclass
class MemoryContacts:
    """Contacts in a dictionary."""

    items: dict[tuple[str, str], Contact] = field(default_factory=dict)
    links: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def get(self, shop: str, key: str) -> Contact | None:
        """See ports.Contacts."""
        return self.items.get((shop, key))

    def put(self, contact: Contact) -> bool:
        """See ports.Contacts."""
        known = self.items.get((contact.shop, contact.key))
        if (known.version if known else 0) != contact.version - 1:
            return False
        self.items[contact.shop, contact.key] = contact
        return True

    def link(self, shop: str, key: str, cart: str) -> None:
        """See ports.Contacts."""
        self.links[shop, key].add(cart)

    def carts_of(self, shop: str, key: str) -> Sequence[str]:
        """See ports.Contacts."""
        return sorted(self.links.get((shop, key), ()))

    def unlink(self, shop: str, key: str, cart: str) -> None:
        """See ports.Contacts."""
        self.links[shop, key].discard(cart)


@dataclass
class MemoryEpisodes:
    """Episodes by day."""

    items: dict[tuple[str, str], dict[EpisodeRef, Episode]] = field(default_factory=lambda: defaultdict(dict))
    orders: dict[tuple[str, str], EpisodeRef] = field(default_factory=dict)

    def _known(self, ref: EpisodeRef) -> Episode:
        return self.items[ref.shop, ref.day].get(ref) or Episode(ref=ref)

    def _keep(self, episode: Episode) -> Episode:
        self.items[episode.ref.shop, episode.ref.day][episode.ref] = episode
        return episode

    def get(self, ref: EpisodeRef) -> Episode | None:
        """See ports.Episodes."""
        return self.items[ref.shop, ref.day].get(ref)

    def head(self, ref: EpisodeRef, header: Header) -> Episode:
        """See ports.Episodes."""
        known = self._known(ref)
        return known if known.header else self._keep(replace(known, header=header))

    def choose(self, ref: EpisodeRef, step: int, channel: Channel) -> Channel:
        """See ports.Episodes."""
        known = self._known(ref)
        return self._keep(replace(known, chosen={step: channel, **known.chosen})).chosen[step]

    def record(self, ref: EpisodeRef, step: int, touch: Touch) -> bool:
        """See ports.Episodes."""
        known = self._known(ref)
        if not supersedes(known.touches.get(step), touch):
            return False
        self._keep(replace(known, touches={**known.touches, step: touch}))
        return True

    def credit(self, ref: EpisodeRef, order: Credit) -> bool:
        """See ports.Episodes."""
        known = self._known(ref)
        if known.order is not None and known.order.order != order.order:
            return False
        if known.order is None or (known.order.at, known.order.total) < (order.at, order.total):
            self._keep(replace(known, order=order))
        return True

    def bind(self, shop: str, order: str, ref: EpisodeRef) -> EpisodeRef:
        """See ports.Episodes."""
        return self.orders.setdefault((shop, order), ref)

    def bound(self, shop: str, order: str) -> EpisodeRef | None:
        """See ports.Episodes."""
        return self.orders.get((shop, order))

    def refund(self, ref: EpisodeRef, order: str, refunded: int) -> bool:
        """See ports.Episodes."""
        known = self._known(ref)
        if known.order is None or known.order.order != order or known.refunded >= refunded:
            return False
        self._keep(replace(known, refunded=refunded))
        return True

    def note(self, ref: EpisodeRef, step: int, word: Word) -> bool:
        """See ports.Episodes."""
        known = self._known(ref)
        if step in known.said and known.said[step].weight >= word.weight:
            return False
        self._keep(replace(known, said={**known.said, step: word}))
        return True

    def click(self, ref: EpisodeRef, at: datetime) -> None:
        """See ports.Episodes."""
        known = self._known(ref)
        if known.clicked_at is None:
            self._keep(replace(known, clicked_at=at))

    def of_day(self, shop: str, day: str) -> Iterable[Episode]:
        """See ports.Episodes."""
        return [episode for _, episode in sorted(self.items[shop, day].items())]


@dataclass
class MemoryShops:
    """Shops in a dictionary, and every version of their policies."""

    items: dict[str, Shop] = field(default_factory=dict)
    policies: dict[tuple[str, int], Policy] = field(default_factory=dict)
    paused: dict[str, str] = field(default_factory=dict)
    stopped: str | None = None

    def save(self, shop: Shop) -> None:
        """Store a shop and its policy; a version that is there already stays as it is."""
        policy = self.policies.setdefault((shop.id, shop.policy.version), shop.policy)
        self.items[shop.id] = replace(shop, policy=policy)

    def get(self, shop: str) -> Shop | None:
        """See ports.Shops."""
        known = self.items.get(shop)
        why = self.stopped or self.paused.get(shop)
        return replace(known, paused=why) if known and why else known

    def policy(self, shop: str, version: int) -> Policy | None:
        """See ports.Shops."""
        return self.policies.get((shop, version))

    def all(self) -> Sequence[str]:
        """See ports.Shops."""
        return sorted(self.items)


@dataclass
class MemoryTextSlots:
    """Counters by shop, beginning and hour."""

    taken: Counter[tuple[str, str, datetime]] = field(default_factory=Counter)

    def take(self, shop: str, beginning: str, hour: datetime, most: int) -> bool:
        """See ports.TextSlots."""
        if self.taken[shop, beginning, hour] >= most:
            return False
        self.taken[shop, beginning, hour] += 1
        return True


@dataclass
class MemoryLinks:
    """Links in a dictionary."""

    items: dict[str, Link] = field(default_factory=dict)

    def put(self, link: Link) -> None:
        """See ports.Links."""
        self.items[link.code] = link

    def get(self, code: str) -> Link | None:
        """See ports.Links."""
        return self.items.get(code)


@dataclass
class MemoryBrakes:
    """Counters by shop and day; what is stopped is stopped in the shops."""

    shops: MemoryShops
    clock: Clock
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def count(self, shop: str, word: str) -> None:
        """See ports.Brakes."""
        self.counts[shop, f"{self.clock():%Y-%m-%d}", word] += 1

    def pulse(self, shop: str) -> Pulse:
        """See ports.Brakes."""
        first = f"{self.clock() - WINDOW + timedelta(days=1):%Y-%m-%d}"
        counted = ((word, n) for (s, day, word), n in self.counts.items() if s == shop and day >= first)
        return sum((Pulse(**{word: n}) for word, n in counted), Pulse())

    def pause(self, shop: str, why: str) -> bool:
        """See ports.Brakes."""
        fresh = shop not in self.shops.paused
        self.shops.paused.setdefault(shop, why)
        return fresh

    def resume(self, shop: str) -> None:
        """See ports.Brakes."""
        self.shops.paused.pop(shop, None)

    def stop(self, why: str) -> None:
        """See ports.Brakes."""
        self.shops.stopped = why

    def start(self) -> None:
        """See ports.Brakes."""
        self.shops.stopped = None


@dataclass
class MemoryBooks:
    """Closed days, marks and postings in dictionaries."""

    items: dict[tuple[str, str], ClosedDay] = field(default_factory=dict)
    marked: dict[tuple[str, str, str], Mark] = field(default_factory=dict)
    posted: dict[tuple[str, str, int], Posting] = field(default_factory=dict)

    def close(self, day: ClosedDay) -> bool:
        """See ports.Books."""
        key = (day.shop, day.figures.day)
        if key in self.items:
            return False
        self.items[key] = day
        return True

    def days(self, shop: str, first: str, last: str) -> Mapping[str, ClosedDay]:
        """See ports.Books."""
        return {d: closed for (s, d), closed in sorted(self.items.items()) if s == shop and first <= d <= last}

    def day(self, shop: str, day: str) -> ClosedDay | None:
        """See ports.Books."""
        return self.items.get((shop, day))

    def mark(self, mark: Mark) -> None:
        """See ports.Books."""
        self.marked[mark.shop, mark.day, mark.arrived] = mark

    def marks(self, shop: str) -> Sequence[Mark]:
        """See ports.Books."""
        return [mark for key, mark in sorted(self.marked.items()) if key[0] == shop]

    def unmark(self, mark: Mark) -> bool:
        """See ports.Books."""
        key = (mark.shop, mark.day, mark.arrived)
        if self.marked.get(key) != mark:
            return False
        del self.marked[key]
        return True

    def post(self, posting: Posting) -> bool:
        """See ports.Books."""
        key = (posting.shop, posting.day, posting.number)
        if key in self.posted:
            return False
        self.posted[key] = posting
        return True

    def postings(self, shop: str, first: str, last: str) -> Sequence[Posting]:
        """See ports.Books."""
        return [posting for (s, d, _), posting in sorted(self.posted.items()) if s == shop and first <= d <= last]


@dataclass
class MemoryMailer:
    """Keeps what is sent. `failure` is raised instead, once, when a test sets it."""

    sent: list[Email] = field(default_factory=list)
    failure: Exception | None = None

    def send(self, email: Email) -> str:
        """See ports.Mailer."""
        failure, self.failure = self.failure, None
        if failure is not None:
            raise failure
        self.sent.append(email)
        return f"mail-{len(self.sent)}"


@dataclass
class MemoryTexter:
    """Keeps what is sent. `failure` is raised instead, once, when a test sets it."""

    sent: list[Text] = field(default_factory=list)
    failure: Exception | None = None

    def send(self, text: Text) -> str:
        """See ports.Texter."""
        failure, self.failure = self.failure, None
        if failure is not None:
            raise failure
        self.sent.append(text)
        return f"text-{len(self.sent)}"


@dataclass
class MemoryDeadTimers:
    """Keeps what is buried."""

    buried: list[tuple[Timer, str]] = field(default_factory=list)

    def bury(self, timer: Timer, why: str) -> None:
        """See ports.DeadTimers."""
        self.buried.append((timer, why))
