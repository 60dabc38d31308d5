"""The schemas of docs/openapi.json: those of the events from their models, the rest beside what makes them."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema

from rebasket.domain.people.addresses import Channel
from rebasket.domain.reporting.daily_figures import Figures
from rebasket.http.problem import TYPES
from rebasket.http.results import STATUSES
from rebasket.platforms.native import wire
from rebasket.platforms.native.batch import MAX_EVENTS
from rebasket.usecases.reporting.report_json import change_as_data, figures_as_data

Node = dict[str, Any]


class _Schemas(GenerateJsonSchema):
    """JSON Schema without a title for each field: it only repeats the name."""

    def field_title_should_be_set(self, schema: object) -> bool:  # the base class's
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
    batch = {"type": "array", "items": ref("Event"), "minItems": 1, "maxItems": MAX_EVENTS}
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
        {
            "id": {"type": ["string", "null"]},
            "status": {"enum": list(STATUSES)},
            "warnings": {
                "type": "array",
                "items": _object({"pointer": {"type": "string"}, "detail": {"type": "string"}}),
                "description": "What was left out of an event that was taken, or read another way; pointers start at the event.",
            },
            "reminder": ref("Reminder"),
            "problem": ref("Problem"),
        },
        "warnings",
        "reminder",
        "problem",
        description="What came of one event; `problem` says why it was rejected.",
    )
    reminder = _object(
        {
            "due": {"type": "string", "format": "date-time"},
            "channel": {"enum": [channel.value for channel in Channel]},
            "step": {"type": "integer", "minimum": 1},
            "none": {"type": "string"},
        },
        "due",
        "channel",
        "step",
        "none",
        description="What will come of the cart, as things stand: its next reminder, or why there will be `none`.",
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
        "Reminder": reminder,
        "Result": result,
        "Results": results,
        **_report_schemas(),
    }


MEANING = {
    "episodes": "Carts declared abandoned; a cart that comes back and is left again counts again.",
    "unreachable": "Those with nobody to write to: no address was ever reported.",
    "held": "Those in the control group, held back so that one can compare, who could be reached.",
    "touched": "Those with at least one reminder sent.",
    "planned": "Steps whose time came: the sum of `touches`.",
    "touches": "These steps, by how they ended: sent, rejected (not taken by the provider), skipped (a rule said no), held "
    "(control group), unknown (nobody knows whether it went out; it is not sent again).",
    "recovered": "Ordered within the policy's window, after a reminder; counts for the channel of the last one before the order.",
    "bought_held": "Ordered within the window though held back: what happens anyway.",
    "bought_untouched": "Ordered within the window before any reminder was sent.",
    "bought_before": "Had ordered before being declared; the shop told it late.",
    "revenue": "Of the recovered carts' orders.",
    "refunded": "Paid back of them.",
    "revenue_held": "Of the orders of those held back.",
    "cost_microusd": "What the sent messages cost, as far as they have a known price. AWS's own bill is not in it.",
    "unpriced_messages": "Sent messages without a known price.",
    "in_doubt_microusd": "What the unknown touches would have cost, as far as they have a known price; not in `cost_microusd`.",
    "in_doubt_unpriced_messages": "Unknown touches without a known price.",
    "compared_touched": "Those who passed every rule up to a reminder, which went, or may have, or was refused by the provider. "
    "Set it beside `compared_held`.",
    "compared_touched_bought": "Of these, who ordered within the window after the first reminder went.",
    "compared_held": "Those who passed every rule up to a reminder, and were held back.",
    "compared_held_bought": "Of these, who ordered within the window after the first reminder would have gone.",
    "cost_per_recovered_microusd": "Rounded up; null where nothing was recovered or a message has no known price.",
}
"""What the figures of a report mean, field by field."""


def _comparison() -> Node:
    share: Node = {"type": "number", "minimum": -1, "maximum": 1}
    group = _object(
        {"carts": {"type": "integer"}, "bought": {"type": "integer"}, "share": {**share, "type": ["number", "null"]}}
        | {"low": share, "high": share},
        description="`low` and `high`: 95 % interval of the share (Wilson).",
    )
    difference = _object({"likely": share, "low": share, "high": share, "sure": {"type": "boolean"}})
    extra = _object({name: {"type": "integer"} for name in ("likely", "low", "high")})
    return _object(
        {
            "touched": group,
            "held": group,
            "difference": {**difference, "type": ["object", "null"], "description": "Of the shares; 95 % interval (Newcombe)."},
            "extra_carts": {
                **extra,
                "type": ["object", "null"],
                "description": "Bought because of reminders: the difference in carts.",
            },
        },
        description="Would they have come back anyway? Of those who passed every rule up to the first reminder, chance sent it "
        "to some and held it back from others. Of the carts of these days, with all that is known of them by now, whenever it "
        "arrived; `sure`: the difference is surely not zero.",
    )


def _report_schemas() -> Node:
    counts = {"type": "object", "additionalProperties": {"type": "integer"}}
    kinds: dict[type, Node] = {int: {"type": "integer"}, dict: counts, type(None): {"type": ["integer", "null"]}}
    figures = {name: {**kinds[type(value)], "description": MEANING[name]} for name, value in figures_as_data(Figures()).items()}
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
        "Comparison": _comparison(),
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
                "comparison": ref("Comparison"),
            },
            description="Days are in UTC, by when a cart was declared abandoned; one that is not closed may still change.",
        ),
    }
