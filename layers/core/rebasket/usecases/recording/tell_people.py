"""Telling people what an event says of them, and making one of those whom a cart names together.

    read the root of every identity → `join_plan` → its writes, in its order; one refused: the event is recorded from the start

What is done is found done then, and not written twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rebasket.domain.people.joining import MarkTwin, PutPerson, Told, join_plan, who_joins
from rebasket.domain.people.root import roots_of
from rebasket.domain.reminders.episode import EpisodeRef

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rebasket.domain.people.joining import NamedIdentity, Write
    from rebasket.domain.people.person import Person
    from rebasket.ports import Contacts, Episodes


class Refused(Exception):  # no error: the round is over, and the next begins by reading
    """Somebody else wrote one of the people meanwhile, or an answer was lost."""


@dataclass(frozen=True, slots=True)
class TellPeople:
    """Writes what is new; nothing where nothing is."""

    contacts: Contacts
    episodes: Episodes

    def __call__(self, shop: str, named: Sequence[NamedIdentity], told: Callable[[Mapping[str, Person]], Told]) -> bool:
        """Whether anything was new. `told` makes of the roots, by identity, what there is to tell. Raises Refused."""
        roots = roots_of(shop, {each.key: each.kind for each in named}, partial(self.contacts.get_item, shop))
        writes = join_plan(roots, who_joins(named), told(roots)).writes
        for write in writes:
            if not self._done(write):
                raise Refused
        return bool(writes)

    def _done(self, write: Write) -> bool:
        if isinstance(write, MarkTwin):
            first = write.first
            self.episodes.mark_twin(EpisodeRef(shop=write.shop, day=first.day, cart=first.cart, generation=first.generation))
            return True
        if isinstance(write, PutPerson):
            return self.contacts.put(write.person)
        return self.contacts.put_pointer(write.pointer)
