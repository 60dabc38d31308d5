"""`rebasket erase`: forget a person on request, address by address (GDPR, Article 17)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from rebasket.domain.errors import FieldError, Invalid, NotFound
from rebasket.domain.people.addresses import Address, Channel
from rebasket_cli.stack import USUAL_STACK, StackName, open_stack

if TYPE_CHECKING:
    from rebasket.wiring import App

console = Console(soft_wrap=True)  # a command that is broken in two cannot be copied


def addresses(email: str | None, phone: str | None) -> list[Address]:
    """Addresses as `POST /v1/events` takes them, by the same code: another spelling would be another person. Raises Invalid."""
    from pydantic import ValidationError

    from rebasket.platforms.native.fields import ValidationContext
    from rebasket.platforms.native.wire_parts import Contact
    from rebasket.platforms.native.wrong_fields import field_errors

    said = {name: value for name, value in (("email", email), ("phone", phone)) if value is not None}
    if not said:
        message = "whom?"
        raise Invalid(message, (FieldError("/email", "give --email, --phone, or both"),))
    try:
        contact = Contact.model_validate(said, context=ValidationContext(datetime.now(UTC), ()))
    except ValidationError as wrong:
        message = "this is no address"
        raise Invalid(message, tuple(field_errors(wrong, Contact))) from None
    found = ((Channel.EMAIL, contact.email), (Channel.SMS, contact.phone))
    return [Address(channel, value) for channel, value in found if value is not None]


def erase_addresses(app: App, shop: str, wanted: list[Address]) -> int:
    """Erase each; the number of carts emptied. Raises NotFound."""
    if app.shops.get(shop) is None:
        message = f"there is no shop {shop}"
        raise NotFound(message)
    return sum(app.erase_person(shop, address) for address in wanted)


def erase(
    shop: Annotated[str, typer.Argument(metavar="SHOP", help="Which shop; a person is known to each shop apart")],
    *,
    email: Annotated[str | None, typer.Option(help="Their e-mail address")] = None,
    phone: Annotated[str | None, typer.Option(help="Their phone number, as +380441234567")] = None,
    stack: StackName = USUAL_STACK,
) -> None:
    """Forget a person: empty their carts, and never write to these addresses again. May be repeated."""
    wanted = addresses(email, phone)
    carts = erase_addresses(open_stack(stack).app, shop, wanted)
    console.print(
        f"{carts} carts emptied; nothing will be sent to {' or '.join(map(str, wanted))}", highlight=False, markup=False
    )
    console.print("What lies outside the tables, and when it goes: docs/operations.md, “Erase a person”.")
