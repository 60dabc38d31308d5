"""A cart as one compact item: its facts are compressed JSON with short names, so that a usual cart costs one write unit.

Measured (facts of 3 / 5 / 8 / 12 / 20 lines): 1 / 1 / 2 / 2 / 2 write units, against 2 / 2 / 3 / 4 / 6 as native maps.
"""

from __future__ import annotations

import json
import zlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rebasket.aws.attributes import from_millis, maybe_millis, maybe_time, to_millis
from rebasket.aws.order_codec import pack_order, unpack_order
from rebasket.domain.carts import events as ev
from rebasket.domain.carts.cart import Cart, Closed, Declared, Phase
from rebasket.domain.carts.facts import CartFacts, Named, Register
from rebasket.domain.carts.lines import Delta, Snapshot
from rebasket.domain.carts.ties import Replaced
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.consent import Consent

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINE = (
    ("s", "sku"), ("t", "title"), ("q", "quantity"), ("p", "unit_price"), ("i", "image_url"), ("u", "product_url"),
    ("m", "unit_margin"), ("d", "days_in_stock"), ("l", "line_id"), ("n", "unit"), ("y", "line_total"),
)  # fmt: skip


def _number(quantity: int | Decimal | None) -> int | str | None:
    """A decimal as text: JSON's fractions are not exact."""
    return str(quantity) if isinstance(quantity, Decimal) else quantity


def _unnumber(packed: int | str | None) -> int | Decimal | None:
    return Decimal(packed) if isinstance(packed, str) else packed


def _line(line: ev.Line) -> dict[str, Any]:
    packed = {short: value for short, name in _LINE if (value := getattr(line, name)) is not None}
    packed["q"] = _number(line.quantity)
    if line.options:
        packed["o"] = list(line.options)
    if line.categories:
        packed["c"] = list(line.categories)
    if line.stock is not ev.Stock.UNKNOWN:
        packed["k"] = line.stock.value
    return packed


def _unline(packed: Mapping[str, Any]) -> ev.Line:
    known = {name: packed[short] for short, name in _LINE if short in packed}
    known["quantity"] = _unnumber(packed["q"])
    stock = ev.Stock(packed.get("k", ev.Stock.UNKNOWN))
    return ev.Line(**known, categories=tuple(packed.get("c", ())), options=tuple(packed.get("o", ())), stock=stock)


def _said(**more: Any) -> list[dict[str, Any]]:  # noqa: ANN401  # whatever JSON holds
    """What only some have, by short names; nothing where there is none of it."""
    known = {name: value for name, value in more.items() if value not in (None, False)}
    return [known] if known else []


def _snapshot(base: Snapshot) -> list[Any]:
    more = _said(s=base.sequence, i=base.incomplete, f=base.folded)
    return [to_millis(base.at), [_line(line) for line in base.lines], base.currency, *more]


def _unsnapshot(at: int, lines: list[Any], currency: str | None = None, more: Mapping[str, Any] | None = None) -> Snapshot:
    said = more or {}
    flags = said.get("s"), said.get("i", False), said.get("f", False)
    return Snapshot(from_millis(at), tuple(_unline(line) for line in lines), currency, *flags)


def _delta(delta: Delta) -> list[Any]:
    line = _line(delta.line) if delta.line else None
    line_id = None if delta.line else delta.line_id
    more = _said(l=line_id, s=delta.sequence)
    return [to_millis(delta.at), delta.id, delta.sku, _number(delta.quantity), line, delta.currency, *more]


def _undelta(packed: list[Any]) -> Delta:
    at, event, sku, quantity, packed_line, *rest = packed
    currency, said = (*rest, None, None)[:2]
    line, said = _unline(packed_line) if packed_line else None, said or {}
    line_id = line.line_id if line else said.get("l")
    return Delta(from_millis(at), event, sku, _unnumber(quantity), line, currency, line_id, said.get("s"))


def _register(register: Register) -> list[Any]:
    return [to_millis(register.at), register.value, *([] if register.sequence is None else [register.sequence])]


def _replaced(replaced: Replaced | None) -> list[Any] | None:
    return None if replaced is None else [to_millis(replaced.at), *replaced.marks]


def _unreplaced(packed: list[Any] | None) -> Replaced | None:
    return None if packed is None else Replaced(from_millis(packed[0]), tuple(packed[1:]))


def _consent(consent: Consent | None) -> list[Any] | None:
    if consent is None:
        return None
    return [consent.granted, consent.source, to_millis(consent.at), *([True] if consent.double_opt_in else [])]


def _unconsent(packed: list[Any] | None) -> Consent | None:
    if packed is None:
        return None
    return Consent(granted=packed[0], source=packed[1], at=from_millis(packed[2]), double_opt_in=len(packed) > 3)  # noqa: PLR2004  # its optional fourth part


def pack_facts(facts: CartFacts) -> bytes:
    """The facts as compressed JSON."""
    packed: dict[str, Any] = {
        "b": _snapshot(facts.base) if facts.base else None,
        "d": [_delta(delta) for delta in facts.deltas],
        "r": {name: _register(register) for name, register in facts.registers.items()},
        "n": [[a.channel.value, a.value, to_millis(named.at), _consent(named.consent)] for a, named in facts.named.items()],
        "o": {number: pack_order(order) for number, order in facts.orders.items()},
        "s": facts.stage,
        "a": maybe_millis(facts.active_at),
        "x": maybe_millis(facts.deleted_at),
        "y": facts.deleted_sequence,
        "z": facts.refilled or None,
        "l": maybe_millis(facts.left_at),
        "w": _replaced(facts.replaced),
    }
    slim = {short: value for short, value in packed.items() if value not in (None, [], {})}
    return zlib.compress(json.dumps(slim, ensure_ascii=False, separators=(",", ":")).encode(), 9)


def unpack_facts(data: bytes) -> CartFacts:
    """Undo `pack_facts`."""
    packed: dict[str, Any] = json.loads(zlib.decompress(data))
    base = packed.get("b")
    stage = packed.get("s")
    return CartFacts(
        base=_unsnapshot(*base) if base else None,
        deltas=tuple(_undelta(delta) for delta in packed.get("d", ())),
        registers={name: Register(from_millis(at), *said) for name, (at, *said) in packed.get("r", {}).items()},
        named={
            Address(Channel(channel), value): Named(from_millis(at), _unconsent(consent))
            for channel, value, at, consent in packed.get("n", ())
        },
        orders={number: unpack_order(order) for number, order in packed.get("o", {}).items()},
        stage=None if stage is None else ev.Stage(stage),
        active_at=maybe_time(packed.get("a")),
        deleted_at=maybe_time(packed.get("x")),
        deleted_sequence=packed.get("y"),
        refilled=packed.get("z", False),
        left_at=maybe_time(packed.get("l")),
        replaced=_unreplaced(packed.get("w")),
    )


def pack_cart(cart: Cart) -> dict[str, Any]:
    """A cart's attributes but its key and expiry. What a person or a scan looks for stays readable."""
    return {
        "version": cart.version,
        "generation": cart.generation,
        "phase": cart.phase.value,
        "why": cart.why.value if cart.why else None,
        "seen": maybe_millis(cart.seen_at),
        "episodes": [_declared(declared) for declared in cart.episodes] or None,
        "settled": maybe_millis(cart.settled_until),
        "facts": pack_facts(cart.facts),
    }


def _declared(declared: Declared) -> list[Any]:
    """The value comes last, and only where it is known."""
    value = [] if declared.value is None else [declared.value]
    return [declared.generation, declared.day, to_millis(declared.at), to_millis(declared.due), *value]


def unpack_cart(shop: str, cart: str, item: Mapping[str, Any]) -> Cart:
    """Undo `pack_cart`."""
    return Cart(
        shop=shop,
        id=cart,
        version=item["version"],
        generation=item["generation"],
        phase=Phase(item["phase"]),
        why=Closed(item["why"]) if "why" in item else None,
        seen_at=maybe_time(item.get("seen")),
        episodes=tuple(
            Declared(generation=n, day=day, at=from_millis(at), due=from_millis(due), value=next(iter(value), None))
            for n, day, at, due, *value in item.get("episodes", ())
        ),
        settled_until=maybe_time(item.get("settled")),
        facts=unpack_facts(item["facts"]),
    )
