"""The ports as the functions see them: the inner ones (in memory, or DynamoDB's), with every call through the boundary."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from tests.simulation.boundary import Throttling, Unreadable
from tests.simulation.calls import CALLS
from tests.simulation.entries import EVERYBODY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from rebasket.domain.carts.cart import Cart
    from rebasket.domain.carts.timer import Timer
    from rebasket.domain.people.person import Person, Pointer
    from rebasket.domain.reminders.episode import EpisodeRef
    from rebasket.domain.reporting.daily_figures import ClosedDay
    from rebasket.domain.sending.message import Link
    from tests.simulation.boundary import Boundary
    from tests.simulation.monotonic import Watch

ANYBODYS = frozenset({"links.get", "sending_pauses.stop"})
"""Calls whose first argument is a text that names no shop."""

OF_ORDERS = frozenset({"attribute_order", "add_pending_refunds", "one_name", "file_order"})
"""Writes of the episodes' port that concern an order, and no episode."""

Method = Any
"""A port's method, of any shape."""


class Port:
    """Any port. A method named here (`_put` for `put`) sees the effect; the others just happen."""

    def __init__(self, name: str, inner: Any, boundary: Boundary) -> None:  # any port
        self._name, self._inner, self._boundary = name, inner, boundary

    def __getattr__(self, method: str) -> Method:
        name, boundary = f"{self._name}.{method}", self._boundary
        refused = False if CALLS[name].conditional else None
        effect = self._effect(method)

        def call(*given: Any) -> Any:  # any method
            def happen() -> Any:  # any answer
                answer = effect(*given)
                return list(answer) if hasattr(answer, "__next__") else answer

            return boundary.call(name, _shop(name, given), happen, refused=refused)

        setattr(self, method, call)
        return call

    def _effect(self, method: str) -> Method:
        own = getattr(type(self), f"_{method}", None)
        return getattr(self._inner, method) if own is None else partial(own, self)


def _shop(name: str, given: tuple[Any, ...]) -> str | None:
    """Whose data a call is about: its first argument is a shop's id, or something that knows its shop."""
    if not given or name in ANYBODYS:
        return None
    first = given[0]
    return first if isinstance(first, str) else getattr(first, "shop", None)


class Carts(Port):
    """`unreadable` says of which carts the item cannot be read now."""

    def __init__(self, inner: Any, boundary: Boundary, watch: Watch, unreadable: Callable[[str, str], bool]) -> None:  # any port
        super().__init__("carts", inner, boundary)
        self._watch, self._unreadable = watch, unreadable

    def _get(self, shop: str, cart: str) -> Cart | None:
        if self._unreadable(shop, cart):
            raise Unreadable(f"{shop} {cart}")
        found: Cart | None = self._inner.get(shop, cart)
        return found

    def _put(self, cart: Cart) -> bool:
        before = self._inner.get(cart.shop, cart.id)
        done: bool = self._inner.put(cart)
        if done:
            self._watch.cart(before, self._inner.get(cart.shop, cart.id))
        return done


class Timers(Port):
    """`armed` and `deleted` see what happens to them."""

    def __init__(
        self,
        inner: Any,  # any port
        boundary: Boundary,
        armed: Callable[[Timer], None],
        deleted: Callable[[Sequence[Timer]], None],
    ) -> None:
        super().__init__("timers", inner, boundary)
        self._armed, self._deleted = armed, deleted

    def _arm(self, timer: Timer) -> None:
        self._inner.arm(timer)
        self._armed(timer)

    def _delete(self, timers: Sequence[Timer]) -> None:
        some = self._boundary.partial("timers.delete")
        now = timers if some is None else timers[:some]
        self._inner.delete(now)
        self._deleted(now)
        if some is not None:
            raise Throttling("some items stayed unprocessed")


class Contacts(Port):
    """`watch` sees every write, `linked` what finds a cart by an address."""

    def __init__(self, inner: Any, boundary: Boundary, watch: Watch, linked: Callable[[str, str, str], None]) -> None:  # any port
        super().__init__("contacts", inner, boundary)
        self._watch, self._linked = watch, linked

    def _link(self, shop: str, key: str, cart: str) -> None:
        self._inner.link(shop, key, cart)
        self._linked(shop, key, cart)

    def _put(self, person: Person) -> bool:
        before = self._inner.get_item(person.shop, person.key)
        done: bool = self._inner.put(person)
        if done:
            self._watch.person(before, self._inner.get_item(person.shop, person.key))
        return done

    def _put_pointer(self, pointer: Pointer) -> bool:
        before = self._inner.get_item(pointer.shop, pointer.key)
        done: bool = self._inner.put_pointer(pointer)
        if done:
            self._watch.pointer(before, self._inner.get_item(pointer.shop, pointer.key))
        return done


class Links(Port):
    """`stored` sees every link of a message."""

    def __init__(self, inner: Any, boundary: Boundary, stored: Callable[[Link], None]) -> None:  # any port
        super().__init__("links", inner, boundary)
        self._stored = stored

    def _put(self, link: Link) -> None:
        self._inner.put(link)
        self._stored(link)


class Episodes(Port):
    """`watch` sees every write."""

    def __init__(self, inner: Any, boundary: Boundary, watch: Watch) -> None:  # any port
        super().__init__("episodes", inner, boundary)
        self._watch = watch

    def _effect(self, method: str) -> Method:
        write = super()._effect(method)
        if method in OF_ORDERS or not CALLS[f"episodes.{method}"].writes:
            return write

        def watched(ref: EpisodeRef, *given: Any) -> Any:  # any answer
            before = self._inner.get(ref)
            answer = write(ref, *given)
            self._watch.episode(before, self._inner.get(ref))
            return answer

        return watched

    def _attribute_order(self, shop: str, order: str, ref: EpisodeRef) -> EpisodeRef:
        bound: EpisodeRef = self._inner.attribute_order(shop, order, ref)
        self._watch.bound(shop, order, bound)
        return bound


class Shops(Port):
    """`missing` says which parameter is gone now: a shop, or its policy's versions."""

    def __init__(self, inner: Any, boundary: Boundary, missing: Callable[[str, str], bool]) -> None:  # any port
        super().__init__("shops", inner, boundary)
        self._missing = missing

    def _get(self, shop: str) -> Any:  # a shop
        return None if self._missing("shops.get", shop) else self._inner.get(shop)

    def _policy(self, shop: str, version: int) -> Any:  # a policy
        return None if self._missing("shops.policy", shop) else self._inner.policy(shop, version)


class SendingPauses(Port):
    """`stopped` and `going_on` see whose sending is stopped, and goes on."""

    def __init__(self, inner: Any, boundary: Boundary, stopped: Callable[[str], None], going_on: Callable[[str], None]) -> None:
        super().__init__("sending_pauses", inner, boundary)
        self._stopped, self._going_on = stopped, going_on

    def _pause(self, shop: str, why: str) -> bool:
        fresh: bool = self._inner.pause(shop, why)
        self._stopped(shop)
        return fresh

    def _resume(self, shop: str) -> None:
        self._inner.resume(shop)
        self._going_on(shop)

    def _stop(self, why: str) -> None:
        self._inner.stop(why)
        self._stopped(EVERYBODY)

    def _start(self) -> None:
        self._inner.start()
        self._going_on(EVERYBODY)


class SmsSlots(Port):
    """`full` sees each hour that had no slot left."""

    def __init__(self, inner: Any, boundary: Boundary, full: Callable[[str, str, datetime], None]) -> None:  # any port
        super().__init__("sms_slots", inner, boundary)
        self._full = full

    def _take(self, shop: str, beginning: str, hour: datetime, most: int) -> bool:
        taken: bool = self._inner.take(shop, beginning, hour, most)
        if not taken:
            self._full(shop, beginning, hour)
        return taken


class Books(Port):
    """`closed` sees each day that is closed."""

    def __init__(self, inner: Any, boundary: Boundary, closed: Callable[[ClosedDay], None]) -> None:  # any port
        super().__init__("books", inner, boundary)
        self._closed = closed

    def _close(self, day: ClosedDay) -> bool:
        done: bool = self._inner.close(day)
        if done:
            self._closed(day)
        return done
