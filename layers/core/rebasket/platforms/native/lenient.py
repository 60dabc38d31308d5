"""Events as shops really tell them: what is optional and cannot be read is left out and told, and never costs the event.

The good case pays nothing: an event is validated strictly first. Only where that finds something, what it found is read another
way (`readings`), filled in, or left out, place by place, and the rest is validated again. What is required takes the smallest
thing around it that may be left out along: a line, a consent. Where nothing around it may be, the event means nothing, and is
refused; but a "no" in it is heard even so.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from rebasket.domain.carts import events as ev
from rebasket.domain.errors import FieldError, Invalid
from rebasket.http.json_pointer import nameable, step
from rebasket.http.strict_json import MAX_DEPTH, JsonError
from rebasket.platforms.native import wire
from rebasket.platforms.native.fields import ValidationContext
from rebasket.platforms.native.readings import READERS, is_nothing
from rebasket.platforms.native.texts import without_control
from rebasket.platforms.native.translate import MAX_ERRORS, event_of, invalid, model_of, parse
from rebasket.platforms.native.wrong_fields import Finding, findings, may_be_left_out

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.shops.policy import Shop

MAX_ROUNDS = 12
"""Of validation: what is filled in or left out may show what else is wrong, a few times over."""

Place = tuple[str | int, ...]

WHOLE = {"id", "cart", "image_url", "product_url", "restore_url", "pay_url"}
"""Fields inside of which nothing is mended: it would be another event, order or cart, or lead elsewhere."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An event, and what was left out of it or read another way; pointers start at the event."""

    event: ev.Event
    warnings: tuple[FieldError, ...] = ()


def take(data: object, shop: Shop, now: datetime) -> Taken:
    """One event of a shop, as `translate.parse` takes it; or as much of it as means something. Raises Invalid."""
    try:
        return Taken(parse(data, shop, now))
    except Invalid as refused:
        mending = _Mending(data, shop, now)
        try:
            return mending.taken(model_of(mending.data))
        except Invalid as fatal:
            known = {error.pointer for error in fatal.errors}
            wrong = (*fatal.errors, *(error for error in refused.errors if error.pointer not in known))[:MAX_ERRORS]
            heard = _no(data, shop, now)
            if heard is None:
                order = [error.pointer for error in refused.errors]
                raise invalid(sorted(wrong, key=lambda e: order.index(e.pointer) if e.pointer in order else -1)) from None
            return replace(heard, warnings=(*wrong, *heard.warnings)[:MAX_ERRORS])


def _no(data: object, shop: Shop, now: datetime) -> Taken | None:
    """A withdrawal of consent in an event that means nothing else, as an event of its own and of no cart."""
    contact = data.get("contact") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(contact, dict) or not contact.get("consent"):
        return None
    alone = {name: data[name] for name in ("id", "at") if name in data}
    mending = _Mending({**alone, "type": "contact.identified", "contact": contact}, shop, now)
    try:
        found = mending.taken(wire.ContactIdentified)
    except Invalid:
        return None
    said = tuple(one for one in found.event.person.statements if one.consent is not None and not one.consent.granted)
    return replace(found, event=replace(found.event, person=ev.Person(statements=said))) if said else None


class _Mending:
    """One event on its way to be taken."""

    def __init__(self, data: object, shop: Shop, now: datetime) -> None:
        self.shop, self.now = shop, now
        self.warnings: list[FieldError] = []
        self.incomplete = False
        self._lenient = False
        self._tried: set[Place] = set()
        self._told: set[str] = set()
        self._kept: dict[Place, list[int]] = {}
        """Of an array that lost entries: where those that are left were."""
        self._sent = data
        self.data: Any = self._clean(data, (), 1)

    def taken(self, model: type[wire.AnyEvent]) -> Taken:
        """What is left of it. Raises Invalid, naming what it cannot do without."""
        for _ in range(MAX_ROUNDS):
            context = ValidationContext(self.now, self.shop.hosts, self.shop.phone_country, lenient=self._lenient)
            try:
                sent = model.model_validate(self.data, context=context)
            except ValidationError as error:
                self._mend([*findings(error, model)], model)
            else:
                if self.incomplete and not self.data.get("lines"):
                    if model is wire.CartUpdated:  # an empty cart in its place would be another thing than was said
                        raise invalid([])
                    sent = sent.model_copy(update={"lines": None})
                event = event_of(sent, self.shop.id, incomplete=self.incomplete)
                return Taken(event, tuple(self.warnings[:MAX_ERRORS]))
        raise invalid([FieldError("", "cannot be read")])

    def _clean(self, value: object, place: Place, depth: int) -> object:
        """A copy without control characters, and without what cannot be named or is too deep."""
        if isinstance(value, str):
            return value.strip() if place and place[-1] in WHOLE and not value.isprintable() else without_control(value)
        if isinstance(value, dict | list) and depth > MAX_DEPTH:
            return JsonError(f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(value, list):
            return [self._clean(member, (*place, index), depth + 1) for index, member in enumerate(value)]
        if not isinstance(value, dict):
            return value
        found = {}
        for key, member in value.items():
            if nameable(key):
                found[key] = self._clean(member, (*place, key), depth + 1)
            else:
                self._warn(place, "has a field of a name that no event has; it was left out")
        return found

    def _mend(self, found: list[Finding], model: type[wire.AnyEvent]) -> None:
        """See to everything that one validation found. Raises Invalid for what the event cannot do without."""
        # One kind of cure at a time: what was read may be what another field is filled in from.
        cured = 0
        for cure in (self._read, self._fill):
            cured = cured or sum(cure(finding) for finding in found)
        if not cured:
            self._drop(found, model)

    def _drop(self, found: list[Finding], model: type[wire.AnyEvent]) -> None:
        gone: list[Place] = []
        fatal: list[FieldError] = []
        before, self.warnings = self.warnings, []
        for finding in reversed(found):  # entries of an array from its end: those before keep their places
            if any(finding.loc[: len(place)] == place for place in gone):
                continue
            left_out = self._leave_out(finding, model)
            if left_out is None:
                fatal.append(FieldError(self._pointer(finding.loc), finding.detail))
            else:
                gone.append(left_out)
        told = {warning.pointer for warning in self.warnings}
        self.warnings = [*(warning for warning in before if warning.pointer not in told), *reversed(self.warnings)]
        self._told |= told
        if fatal:
            raise invalid(reversed(fatal))

    def _read(self, finding: Finding) -> bool:
        """Whether it can be read another way."""
        place = self._original(finding.loc)
        if finding.unknown or place in self._tried:
            return False
        self._tried.add(place)
        holder, key = self._holder(finding.loc)
        if holder is None or key is None:
            return False
        value = holder[key]
        reader = READERS.get(str(finding.loc[-1]) if isinstance(finding.loc[-1], str) else f"{finding.loc[-2]}/*")
        reading = None if reader is None or isinstance(value, JsonError) else reader(value, self.now)
        if reading is None:
            return False
        holder[key] = reading.value
        if finding.loc == ("lines",) and reading.told:
            self.incomplete = True
        if reading.told:
            self._warn(finding.loc, reading.told)
        return True

    def _fill(self, finding: Finding) -> bool:
        """Whether something else in the event says it."""
        *above, name = finding.loc
        holder, _ = self._holder(finding.loc)
        if not isinstance(name, str):
            return False
        if holder is None:
            holder, _ = self._holder((*above, "?"), make=True)
        if not isinstance(holder, dict):
            return False
        filled = self._filler(tuple(above), name, holder)
        if filled is None:
            return False
        holder[name] = filled[0]
        self._warn(finding.loc, f"{finding.detail}; {filled[1]}")
        return True

    def _filler(self, above: Place, name: str, holder: dict[str, Any]) -> tuple[object, str] | None:
        match above, name:
            case (), "id":
                return self._derived_id(), "one was made of what was sent"
            case (), "at":
                return self.now.isoformat(), "it was taken as now"
            case ("order",), "id" if self.data.get("type") == "order.placed":
                return f"event:{self._derived_id()}", "one was made of the event"
            case ((("lines", int()) | ("line",)), "sku") if _said(title := holder.get("title")):
                return str(title)[:128].strip(), "the title stands for it"
            case ((("lines", int()) | ("line",)), "title") if _said(sku := holder.get("sku")):
                return str(sku), "the sku stands for it"
            case ("contact", "consent", _), "source" if holder.get("granted") is False:
                return "not said", "a no is heard without"
            case ("contact", "consent", _), "at" if holder.get("granted") is False:
                return self._at(), "it was taken as the event's"
        return None

    def _leave_out(self, finding: Finding, model: type[wire.AnyEvent]) -> Place | None:
        """Leave out the smallest thing around it that may be; None where nothing may."""
        for depth in range(len(finding.loc), 0, -1):
            place = finding.loc[:depth]
            if finding.unknown and depth == len(finding.loc):
                optional = True
            else:
                optional = isinstance(place[-1], int) or may_be_left_out(place, model)
            if not optional:
                continue
            holder, key = self._holder(place)
            if holder is None or key is None:
                return self._without(finding, place)
            where, value = self._pointer(finding.loc), holder[key]
            nothing = place == finding.loc and _blank(value)
            if isinstance(key, int):
                nothing = nothing or self._is_removed_line(finding, place)
                array = self._original(place[:-1])
                del self._kept.setdefault(array, list(range(len(holder))))[key]
                self.incomplete |= not nothing and array == ("lines",)
            del holder[key]
            if not nothing:
                whole = "" if place == finding.loc else f" ({_kind(place)})"
                self.warnings.append(FieldError(where, f"{finding.detail}; it was left out{whole}"))
            return place
        return None

    def _without(self, finding: Finding, place: Place) -> Place | None:
        """What is not there, and needs not be: told once; found again, it is missed after all."""
        known = self._original((*place, "?"))
        if known in self._tried:
            return None
        self._tried.add(known)
        self._lenient = True
        if self._pointer(finding.loc) not in self._told:
            self._warn(finding.loc, finding.detail)
        return place

    def _is_removed_line(self, finding: Finding, place: Place) -> bool:
        """Of a line without pieces: the shopper took it out."""
        holder, key = self._holder(finding.loc)
        return (
            len(place) == 2  # noqa: PLR2004  # an array and an index
            and place[0] == "lines"
            and finding.loc[-1] == "quantity"
            and holder is not None
            and key is not None
            and is_nothing(holder[key])
        )

    # -- Places --------------------------------------------------------------------------------------------------------

    def _holder(self, loc: Place, *, make: bool = False) -> tuple[Any, Any]:
        """What holds a place, and the key there; (None, None) where there is nothing. `make`: the key need not be there."""
        found: Any = self.data
        for part in loc[:-1]:
            try:
                found = found[part]
            except (KeyError, IndexError, TypeError):
                return None, None
        if not isinstance(found, dict | list):
            return None, None
        if make:
            return found, None
        key: Any = loc[-1]
        try:
            found[key]
        except (KeyError, IndexError, TypeError):
            return None, None
        return found, key

    def _original(self, loc: Place) -> Place:
        """The place as it was sent."""
        found: Place = ()
        for part in loc:
            kept = self._kept.get(found) if isinstance(part, int) else None
            found = (*found, part if kept is None or not isinstance(part, int) else kept[part])
        return found

    def _pointer(self, loc: Place) -> str:
        pointer = ""
        for part in self._original(loc):
            if isinstance(part, str) and not nameable(part):
                break
            pointer = step(pointer, part)
        return pointer

    def _warn(self, loc: Place, detail: str) -> None:
        self.warnings.append(FieldError(self._pointer(loc), detail))

    def _at(self) -> str:
        at = self.data.get("at")
        return at if isinstance(at, str) else self.now.isoformat()

    def _derived_id(self) -> str:
        """The same for the same event told again."""
        told = json.dumps(self._sent, sort_keys=True, default=repr, ensure_ascii=True)
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def _kind(place: Place) -> str:
    return (
        f"all of `{place[-1]}`" if isinstance(place[-1], str) else "the whole line" if place[0] == "lines" else "the whole entry"
    )


def _said(value: object) -> bool:
    return (isinstance(value, str) and value.strip() != "") or type(value) is int


def _blank(value: object) -> bool:
    """What says nothing: empty texts, and the empty arrays that PHP makes of empty objects."""
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())
