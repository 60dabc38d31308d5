"""`rebasket shop`: set up a shop, its keys and the stack's own secrets."""

from __future__ import annotations

import re
import secrets as randomness
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer
from rich.console import Console

from rebasket.adapters.http.shop_keys import new_key
from rebasket.domain.addresses import Channel
from rebasket.domain.errors import FieldError, Invalid
from rebasket.domain.keys import KeyKind, Right
from rebasket.domain.policy import USUAL_PER_PREFIX, Policy, Shop
from rebasket_cli.quiet_hours import USUAL_EMAIL, USUAL_SMS, ZONE_HELP, hours_of, zone_problem
from rebasket_cli.stack import USUAL_STACK, StackName, open_stack
from rebasket_cli.texts import COUNTRY_HELP, PER_PREFIX_HELP, PRICED, countries_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rebasket.bootstrap import App

SHOP_ID = re.compile("[a-z0-9-]{2,40}")
COLOUR = re.compile("#[0-9a-fA-F]{6}")

commands = typer.Typer(no_args_is_help=True, help="Set up shops and their keys.")
console = Console()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKeys:
    """What is shown once when a shop is made: a bearer key, and a signing key with the id that its requests name."""

    bearer: str
    signing_key_id: str
    signing_secret: str


def create_shop(app: App, shop: Shop) -> NewKeys:
    """Store a shop with a fresh bearer key and a fresh signing key, beside any it has; make the stack's own secrets if they are
    missing. Raises Invalid, naming the fields.
    """
    check(shop)
    for name in ("contact-key", "link-keys"):
        if app.secrets.find(name) is None:
            app.secrets.put(name, randomness.token_hex(32))
    made = [
        new_key(kind, randomness.token_bytes, shop=shop.id, created_at=app.clock(), rights=rights)
        for kind, rights in ((KeyKind.BEARER, (Right.EVENTS, Right.REPORT)), (KeyKind.SIGNING, (Right.EVENTS,)))
    ]
    app.shop_keys.save(shop.id, [*app.shop_keys.keys(shop.id), *(key.key for key in made)])
    app.shops.save(shop)
    bearer, signing = made
    return NewKeys(bearer=bearer.shown, signing_key_id=f"{shop.id}_{signing.key.id}", signing_secret=signing.shown)


def check(shop: Shop) -> None:
    """Raise Invalid for a shop that would not work, naming each field."""
    wrong = [
        FieldError(pointer, detail)
        for pointer, detail, good in (
            ("/id", "2 to 40 of a–z, 0–9 and -", SHOP_ID.fullmatch(shop.id)),
            ("/name", "must not be empty", shop.name.strip()),
            ("/url", "an https URL", urlsplit(shop.url).scheme == "https" and urlsplit(shop.url).hostname),
            ("/hosts", "at least one host, such as shop.example", shop.hosts and all(_plain(host) for host in shop.hosts)),
            ("/postal_address", "must not be empty: every mail has to carry it", shop.postal_address.strip()),
            ("/time_zone", zone_problem(shop.time_zone) or "", not zone_problem(shop.time_zone)),
            ("/colour", "six hexadecimal digits, such as #1f6feb", COLOUR.fullmatch(shop.colour)),
        )
        if not good
    ]
    if wrong:
        message = "this shop cannot be set up"
        raise Invalid(message, tuple(wrong))


def _plain(host: str) -> bool:
    return re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host) is not None


@commands.command()
def create(  # noqa: PLR0913  # the options of a command, each by its name
    shop_id: Annotated[str, typer.Argument(metavar="ID", help="Short name, part of every key: a–z, 0–9, -")],
    *,
    name: Annotated[str, typer.Option(help="As shoppers know it")],
    url: Annotated[str, typer.Option(help="Where the shop is: https://…")],
    postal_address: Annotated[str, typer.Option(help="Printed in every mail; the law asks for it")],
    time_zone: Annotated[str, typer.Option(help=ZONE_HELP)],
    host: Annotated[list[str] | None, typer.Option(help="Host that restore links may lead to; that of --url by default")] = None,
    locale: Annotated[str, typer.Option(help="Language when the shopper's is not known")] = "en-US",
    holdout: Annotated[float, typer.Option(min=0, max=100, help="Percent of people held back for comparison")] = 10,
    quiet_email: Annotated[str, typer.Option(help="No mails between, by the shopper's clock; or none")] = USUAL_EMAIL,
    quiet_sms: Annotated[str, typer.Option(help="No text messages between, by the shopper's clock; or none")] = USUAL_SMS,
    sms_country: Annotated[list[str] | None, typer.Option(help=COUNTRY_HELP, show_default=PRICED)] = None,
    sms_per_prefix: Annotated[int, typer.Option(help=PER_PREFIX_HELP)] = USUAL_PER_PREFIX,
    stack: StackName = USUAL_STACK,
) -> None:
    """Set up a shop; prints its keys, once."""
    policy = replace(
        Policy(),
        holdout=round(holdout * 10),
        quiet_hours=hours_of({Channel.EMAIL: quiet_email, Channel.SMS: quiet_sms}),
        sms_countries=countries_of(sms_country or [PRICED]),
        sms_per_prefix=sms_per_prefix,
    )
    app = open_stack(stack).app
    shop = Shop(
        id=shop_id,
        name=name,
        url=url,
        hosts=tuple(host or [urlsplit(url).hostname or ""]),
        postal_address=postal_address,
        sender_name=name,
        locale=locale,
        activated_at=datetime.now(UTC).replace(microsecond=0),
        time_zone=time_zone,
        policy=policy,
    )
    show(create_shop(app, shop))


def show(keys: NewKeys) -> None:
    """Print new keys."""
    console.print("Keep these now: the bearer key is stored nowhere and cannot be shown again.", style="bold")
    for label, value in (
        ("bearer key", keys.bearer),
        ("signing key id", keys.signing_key_id),
        ("signing secret", keys.signing_secret),
    ):
        console.print(f"  {label:15} {value}", highlight=False, soft_wrap=True)


def explain(errors: Iterable[FieldError]) -> str:
    """Field errors for a terminal."""
    return "\n".join(f"  {error.pointer.lstrip('/')}: {error.detail}" for error in errors)
