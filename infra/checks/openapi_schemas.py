"""The schemas of docs/openapi.json: those of the events from their models, the rest beside what makes them."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema

from rebasket.adapters.http.problem import TYPES
from rebasket.adapters.http.results import STATUSES
from rebasket.adapters.webhooks import wire
from rebasket.adapters.webhooks.batch import MOST_EVENTS
from rebasket.domain.books import Figures
from rebasket.usecases.figures import change_as_data, figures_as_data

Node = dict[str, Any]


class _Schemas(GenerateJsonSchema):
    """JSON Schema without a title for each field: it only repeats the name."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002  # the base class's
        """Never."""
        return False

    def default_schema(self, schema: Any) -> JsonSchemaValue:  # noqa: ANN401  # pydantic's own type is private
        """That what is left out is null goes without saying."""
        found = super().default_schema(schema)
        if "default" in found and found["default"] is None:
            del found["default"]
        return found

    def nullable_schema(self, schema: Any) -> JsonSchemaValue:  # noqa: ANN401  # pydantic's own type is private
        """What is null is left out: `["string", "null"]` instead of `anyOf`, where that can be said."""
        inner = self.generate_inner(schema["schema"])
        if isinstance(inner.get("type"), str) and "enum" not in inner:
            return {**inner, "type": [inner["type"], "null"]}
        return super().nullable_schema(schema)


def ref(name: str) -> Node:
    """A reference to one of the schemas."""
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties: Node, *optional: str, description: str = "") -> Node:
    found: Node = {"type": "object", "properties": properties, "required": [name for name in properties if name not in optional]}
    return {"description": description, **found} if description else found


def schemas() -> Node:
    """All of them, by name."""
    models = [(model, "validation") for model in wire.TYPES.values()]
    _, made = models_json_schema(models, ref_template="#/components/schemas/{model}", schema_generator=_Schemas)  # type: ignore[arg-type]  # a list of tuples is invariant
    events = {kind: ref(model.__name__)["$ref"] for kind, model in wire.TYPES.items()}
    batch = {"type": "array", "items": ref("Event"), "minItems": 1, "maxItems": MOST_EVENTS}
    field_error = _object(
        {
            "pointer": {"type": "string", "description": "JSON pointer (RFC 6901) into the request's body."},
            "detail": {"type": "string"},
        }
    )
    problem = _object(
        {
            "type": {"type": "string", "enum": list(TYPES)},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": {"type": "array", "items": field_error},
        },
        "detail",
        "errors",
        description="Problem details (RFC 9457). They name fields and never repeat what was sent.",
    )
    result = _object(
        {"id": {"type": ["string", "null"]}, "status": {"enum": list(STATUSES)}, "problem": ref("Problem")},
        "problem",
        description="What came of one event; `problem` says why it was rejected.",
    )
    results = _object(
        {"results": {"type": "array", "items": ref("Result")}, **{status: {"type": "integer"} for status in STATUSES}},
        description="What came of each event, in the order of the request, and how many of each.",
    )
    return {
        **made["$defs"],
        "Event": {
            "oneOf": [{"$ref": ref} for ref in events.values()],
            "discriminator": {"propertyName": "type", "mapping": events},
        },
        "Events": {"oneOf": [ref("Event"), batch, {**_object({"events": batch}), "additionalProperties": False}]},
        "Problem": problem,
        "Result": result,
        "Results": results,
        **_report_schemas(),
    }


def _report_schemas() -> Node:
    counts = {"type": "object", "additionalProperties": {"type": "integer"}}
    kinds = {int: {"type": "integer"}, dict: counts, type(None): {"type": ["integer", "null"]}}
    figures = {name: kinds[type(value)] for name, value in figures_as_data(Figures()).items()}
    change = {name: figures[name] for name in change_as_data(Figures())}
    day = {"type": "string", "format": "date"}
    flag = {"type": "boolean"}

    def channels(row: str) -> Node:
        return {"type": "object", "additionalProperties": ref(row)}

    of_day = _object({"day": day, "closed": flag, "changed_since_closed": flag, "channels": channels("Figures")})
    posting = _object(
        {
            "day": {**day, "description": "The closed day that it changes."},
            "number": {"type": "integer", "description": "Counts the changes to that day, from 1."},
            "arrived": {**day, "description": "When it arrived: the day in whose report it is."},
            "channels": channels("Change"),
        }
    )
    later = _object(
        {
            "total": ref("Change"),
            "channels": channels("Change"),
            "postings": {"type": "array", "items": {"allOf": [ref("Change"), posting]}},
        },
        description="What arrived from `from` to `to` about days that were closed before: refunds, orders told late, late words "
        "of the provider. A closed day itself stays as it was closed.",
    )
    return {
        "Figures": _object(
            figures,
            description="Counts; money in minor units by currency; `…_microusd` in millionths of a US dollar, null: not known.",
        ),
        "Change": _object(change, description="As `Figures`, but as a difference: numbers may be negative."),
        "LaterChanges": later,
        "Report": _object(
            {
                "shop": {"type": "string"},
                "from": day,
                "to": day,
                "total": ref("Figures"),
                "channels": channels("Figures"),
                "days": {"type": "array", "items": {"allOf": [ref("Figures"), of_day]}},
                "later_changes": ref("LaterChanges"),
                "total_with_later_changes": ref("Figures"),
                "channels_with_later_changes": channels("Figures"),
            },
            description="Days are in UTC, by when a cart was declared abandoned; one that is not closed may still change.",
        ),
    }
