"""pydantic's findings as field errors: where (a JSON pointer) and what would do, without repeating what was sent."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from rebasket.domain.errors import FieldError
from rebasket.http.json_pointer import nameable, step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_DETAILS = {
    "missing": "is required",
    "string_type": "must be a string",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be an array",
    "too_long": "must have at most {max_length} entries",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "enum": "must be one of {expected}",
    "literal_error": "must be one of {expected}",
    "wrong": "{detail}",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at `loc`; `unknown`: there is no such field."""

    loc: tuple[str | int, ...]
    detail: str
    unknown: bool = False


def findings(error: ValidationError, model: type[BaseModel]) -> Iterator[Finding]:
    """What pydantic found when it validated against `model`, each at its own place."""
    for found in error.errors(include_url=False):
        context = found.get("ctx", {})
        loc = (*found["loc"], *context.get("at", ()))
        unknown = found["type"] == "extra_forbidden"
        yield Finding(loc, _unknown(loc, model).detail if unknown else _detail(found, context), unknown)


def field_errors(error: ValidationError, model: type[BaseModel]) -> Iterator[FieldError]:
    """The same as field errors: a name that is fit for no pointer is told at what holds it."""
    for found in findings(error, model):
        last = found.loc[-1] if found.loc else ""
        hidden = found.unknown and not nameable(str(last))
        yield FieldError(_pointer(found.loc[:-1] if hidden else found.loc), found.detail)


def may_be_left_out(loc: Sequence[str | int], model: type[BaseModel]) -> bool:
    """Whether the field at a place, which is no index, is optional."""
    field = _model_at(loc[:-1], model).model_fields.get(str(loc[-1]))
    return field is not None and not field.is_required()


def _detail(found: ErrorDetails, context: dict[str, Any]) -> str:
    detail = _DETAILS.get(found["type"], "is not valid").format_map(context)
    if found["type"] == "int_type" and isinstance(found["input"], float):
        return f"{detail}, without a decimal point; money is in minor units (1990 for 19.90)"
    return detail


def _unknown(loc: Sequence[str | int], model: type[BaseModel]) -> FieldError:
    name = str(loc[-1])
    if not nameable(name):
        return FieldError(_pointer(loc[:-1]), "has a field of a name that no event has")
    near = difflib.get_close_matches(name, _model_at(loc[:-1], model).model_fields, 1)
    return FieldError(_pointer(loc), f"no such field{f'; did you mean `{near[0]}`?' if near else ''}")


def _pointer(loc: Sequence[str | int]) -> str:
    pointer = ""
    for part in loc:
        pointer = step(pointer, part)
    return pointer


def _model_at(loc: Sequence[str | int], model: type[BaseModel]) -> type[BaseModel]:
    """The model that describes the object at a place: fields lead to the models in their annotations, indexes stay."""
    for part in loc:
        if isinstance(part, str):
            model = next(_models(model.model_fields[part].annotation))
    return model


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)
