"""`rebasket contact`: what stands against an address, and the shop's own word on it, with a reason, on record.

Lifting a "no" is for whoever was asked by the shopper themselves; it grants no consent. A bounce or a complaint is kept by SES as
well.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from rebasket.domain.errors import NotFound
from rebasket.domain.people.contact import SuppressionReason
from rebasket_cli.erase import addresses
from rebasket_cli.stack import USUAL_STACK, StackName, open_stack

if TYPE_CHECKING:
    from typing import Any

    from rebasket.domain.people.addresses import Address
    from rebasket.usecases.responses.lift_suppression import Known
    from rebasket.wiring import App

console = Console(soft_wrap=True, highlight=False)

commands = typer.Typer(no_args_is_help=True, help="Look at what stands against an address; lift it, or say a no for somebody.")

Whom = Annotated[str, typer.Argument(metavar="ADDRESS", help="An e-mail address, or a phone number as +380441234567")]
ShopId = Annotated[str, typer.Option("--shop", help="Which shop; a person is known to each shop apart")]
Reason = Annotated[
    str, typer.Option("--reason", help="Why, for whoever asks in five years; no names or addresses: it outlives an erasure")
]


class Heavier(StrEnum):
    """What is lifted only by who says that they mean it."""

    COMPLAINED = "complained"
    ERASED = "erased"


def address_of(text: str) -> Address:
    """An e-mail address or a phone number, as `POST /v1/events` takes it. Raises Invalid."""
    (found,) = addresses(text, None) if "@" in text else addresses(None, text)
    return found


def caller() -> str:
    """Who runs this: the AWS identity, as CloudTrail names it; said to be unknown where AWS does not tell."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return str(boto3.client("sts").get_caller_identity()["Arn"])
    except (BotoCoreError, ClientError) as error:
        return f"unknown ({type(error).__name__})"


def app_with(stack: str, shop: str) -> App:
    """The stack's application, if it has that shop. Raises NotFound."""
    app = open_stack(stack).app
    if app.shops.get(shop) is None:
        message = f"there is no shop {shop}"
        raise NotFound(message)
    return app


def as_data(known: Known) -> dict[str, Any]:
    """For JSON. Times in UTC."""
    identity = known.identity
    no, consent = (identity.suppression, identity.consent) if identity else (None, None)
    return {
        "known": identity is not None,
        "no": {"why": no.why.value, "at": no.at.isoformat()} if no else None,
        "consent": {
            "granted": consent.granted,
            "source": consent.source,
            "at": consent.at.isoformat(),
            "double_opt_in": consent.double_opt_in,
        }
        if consent
        else None,
        "bought_at": known.bought_at.isoformat() if known.bought_at else None,
        "journal": [
            {"at": entry.at.isoformat(), "act": entry.act.value, "by": entry.by, "why": entry.why} for entry in known.journal
        ],
    }


@commands.command()
def show(
    address: Whom,
    *,
    shop: ShopId,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON")] = False,
    stack: StackName = USUAL_STACK,
) -> None:
    """Say what is known of an address: its no, its consent, and what was done about either. Changes nothing."""
    whom = address_of(address)
    data = as_data(app_with(stack, shop).lift_suppression.show(shop, whom))
    if as_json:
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    no, consent = data["no"], data["consent"]
    tell(f"{whom}" if data["known"] else f"{whom} is not known to {shop}")
    tell(f"  no       {no['why']}, since {no['at']}" if no else "  no       none stands")
    double = ", double opt-in" if consent and consent["double_opt_in"] else ""
    said = (
        f"{'yes' if consent['granted'] else 'no'}, {consent['source']}, {consent['at']}{double}" if consent else "none recorded"
    )
    tell(f"  consent  {said}")
    tell(f"  bought   {data['bought_at'] or 'never, as far as is known'}")
    for entry in data["journal"]:
        tell(f"  {entry['at']}  {entry['act']} by {entry['by']}{': ' + entry['why'] if entry['why'] else ''}")


@commands.command()
def allow(
    address: Whom,
    *,
    shop: ShopId,
    reason: Reason,
    even: Annotated[list[Heavier] | None, typer.Option(help="Lift that, too: only if they asked for it themselves")] = None,
    stack: StackName = USUAL_STACK,
) -> None:
    """Lift the no that stands against an address, with a reason that is kept. It grants no consent."""
    whom = address_of(address)
    app = app_with(stack, shop)
    reasons = {SuppressionReason[one.name] for one in even or ()}
    no = app.lift_suppression.allow(shop, whom, by=caller(), why=reason, even=reasons)
    if no is None:
        tell(f"nothing stands against {whom}; nothing was changed")
        return
    tell(
        f"lifted: {no.why.value}, since {no.at.isoformat()}. {whom} may be written to, if there is consent and the rules allow it"
    )
    if no.why in (SuppressionReason.BOUNCED, SuppressionReason.COMPLAINED) and "@" in address:
        tell("SES keeps a list of its own. Take them off it, or the next mail comes back at once:")
        tell(f"  aws sesv2 delete-suppressed-destination --email-address {address}")


@commands.command()
def deny(address: Whom, *, shop: ShopId, reason: Reason, stack: StackName = USUAL_STACK) -> None:
    """Say no for somebody who told the shop by another way: nothing is sent to that address, from now on."""
    whom = address_of(address)
    app_with(stack, shop).lift_suppression.deny(shop, whom, by=caller(), why=reason)
    tell(f"nothing will be sent to {whom}")


def tell(line: str) -> None:
    """As it is."""
    console.print(line, markup=False)
