"""A whole set of ports, in memory but for those given: what tests, the simulator and `rebasket play` build use cases over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rebasket.memory.amiss import MemoryAmissEvents
from rebasket.memory.books import MemoryBooks
from rebasket.memory.carts import MemoryCarts, MemoryContacts, MemoryLinks
from rebasket.memory.contact_journal import MemoryContactJournal
from rebasket.memory.episodes import MemoryEpisodes
from rebasket.memory.shops import MemoryShops, MemorySmsSlots
from rebasket.memory.timers import MemoryDeadLetters, MemoryTimers

if TYPE_CHECKING:
    from collections.abc import Callable

    from rebasket import ports
    from rebasket.domain.people.addresses import Address
    from rebasket.domain.reminders.episode import TouchState
    from rebasket.domain.sending.prices import PriceBook


def _unknown(address: Address) -> None:  # noqa: ARG001  # asked as ports.ZoneOf and ports.CountryOf are
    return None


@dataclass(frozen=True, kw_only=True)
class MemoryPorts:
    """Stores are empty ones in memory unless given. Who composes and sends, hash, prices, pauses and the time have no default."""

    composer: ports.Composer
    mailer: ports.Mailer
    texter: ports.Texter
    prices: PriceBook
    address_hash: ports.AddressHash
    link_code: ports.LinkCode
    public_url: str
    clock: ports.Clock
    new_token: ports.NewToken
    sending_pauses: ports.SendingPauses
    carts: ports.Carts = field(default_factory=MemoryCarts)
    timers: ports.Timers = field(default_factory=MemoryTimers)
    contacts: ports.Contacts = field(default_factory=MemoryContacts)
    contact_journal: ports.ContactJournal = field(default_factory=MemoryContactJournal)
    episode_store: ports.Episodes = field(default_factory=MemoryEpisodes)
    shops: ports.Shops = field(default_factory=MemoryShops)
    links: ports.Links = field(default_factory=MemoryLinks)
    books: ports.Books = field(default_factory=MemoryBooks)
    amiss_events: ports.AmissEvents = field(default_factory=MemoryAmissEvents)
    sms_slots: ports.SmsSlots | None = field(default_factory=MemorySmsSlots)
    dead_letter_queue: ports.DeadLetters = field(default_factory=MemoryDeadLetters)
    zone_of: ports.ZoneOf = _unknown
    country_of: ports.CountryOf = _unknown
    count_touch: Callable[[TouchState], None] = lambda _state: None
    count_held_back: Callable[[], None] = lambda: None
