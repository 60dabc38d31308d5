"""`rebasket shop create`: set up a shop, its keys and the stack's own secrets; or make one anew that cannot be read any more."""

from __future__ import annotations

import re
import secrets as randomness
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer
from rich.console import Console

from rebasket.domain.carts.web_address import is_web_address
from rebasket.domain.errors import FieldError, Invalid, Misconfigured
from rebasket.domain.people.addresses import Channel
from rebasket.domain.shops.keys import KeyKind, Right
from rebasket.domain.shops.policy import USUAL_PER_PREFIX, Policy, Shop
from rebasket.http.shop_keys import new_key
from rebasket.platforms.native.currencies import CURRENCIES
from rebasket_cli.leftovers import Remains, clear, stored
from rebasket_cli.quiet_hours import USUAL_EMAIL, USUAL_SMS, ZONE_HELP, hours_of, zone_problem
from rebasket_cli.rules import thousandths
from rebasket_cli.stack import USUAL_STACK, StackName, open_stack
from rebasket_cli.texts import COUNTRY_HELP, PER_PREFIX_HELP, PRICED, countries, countries_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rebasket.domain.shops.keys import Key
    from rebasket.wiring import App

SHOP_ID = re.compile("[a-z0-9-]{2,40}")
COLOUR = re.compile("#[0-9a-fA-F]{6}")
LOCALE = re.compile("[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,4}")
"""As shops may report a shopper's (`adapters.webhooks.fields`)."""

commands = typer.Typer(no_args_is_help=True, help="Set up shops and their keys, and change them.")
console = Console(soft_wrap=True)  # a command that is broken in two cannot be copied


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKeys:
    """What is shown once when a shop is made: a bearer key, and a signing key with the id that its requests name."""

    bearer: str
    signing_key_id: str
    signing_secret: str


def create_shop(app: App, shop: Shop) -> NewKeys:
    """Store a new shop with a bearer key and a signing key; make the stack's own secrets if they are missing. Raises Invalid,
    naming the fields; also when the shop is there already. Raises Misconfigured when the contact key of other shops is gone.
    """
    check(shop)
    if stored(app, shop.id) is not None:
        message = (
            f"there is a shop {shop.id} already, and it stays as it is. What changes it: `rebasket shop change {shop.id}` (name,"
            " hosts, address, looks), `shop rules`, `shop quiet-hours`, `shop texts`; another key: `rebasket keys create`"
        )
        raise Invalid(message, (FieldError("/id", "is taken"),))
    _make_secrets(app)
    made, shown = _new_keys(app, shop.id)
    app.shop_keys.save(shop.id, made)
    app.shops.save(shop)
    return shown


def make_anew(app: App, shop: Shop, remains: Remains) -> NewKeys | None:
    """Store a shop over what remains of it, in the version that its policy names. None: its keys go on; those it gets where none
    of them may post events. Raises Invalid, naming the fields.
    """
    check(shop)
    _make_secrets(app)
    kept = _kept_keys(app, shop.id)
    shown = None
    if not any(Right.EVENTS in key.rights and key.valid(app.clock()) for key in kept):
        made, shown = _new_keys(app, shop.id)
        app.shop_keys.save(shop.id, [*kept, *made])
    clear(app, shop.id, remains.version)
    app.shops.save(shop)
    return shown


def _make_secrets(app: App) -> None:
    if app.secrets.find("contact-key") is None and app.shops.all():
        message = (
            "the contact key is gone, and there are shops: with a new one everybody who said no would be written to again."
            ' Put back the copy that was kept at installation (docs/operations.md, "The contact key")'
        )
        raise Misconfigured(message)
    for name in ("contact-key", "link-keys"):
        if app.secrets.find(name) is None:
            app.secrets.put(name, randomness.token_hex(32))


def _kept_keys(app: App, shop: str) -> Iterable[Key]:
    """What cannot be read lets nobody in: nothing is lost by it. Systems Manager keeps the versions before."""
    try:
        return app.shop_keys.stored(shop)
    except Misconfigured:
        return ()


def _new_keys(app: App, shop: str) -> tuple[list[Key], NewKeys]:
    bearer, signing = (
        new_key(kind, randomness.token_bytes, shop=shop, created_at=app.clock(), rights=rights)
        for kind, rights in ((KeyKind.BEARER, (Right.EVENTS, Right.REPORT)), (KeyKind.SIGNING, (Right.EVENTS,)))
    )
    shown = NewKeys(bearer=bearer.shown, signing_key_id=f"{shop}_{signing.key.id}", signing_secret=signing.shown)
    return [bearer.key, signing.key], shown


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
            ("/sender_name", "must not be empty", shop.sender_name.strip()),
            ("/locale", "a language tag, such as uk-UA or en", LOCALE.fullmatch(shop.locale)),
            ("/time_zone", zone_problem(shop.time_zone) or "", not zone_problem(shop.time_zone)),
            ("/colour", "six hexadecimal digits, such as #1f6feb", COLOUR.fullmatch(shop.colour)),
            ("/phone_country", "a country as ISO 3166 writes it, such as UA", shop.phone_country in {None, *countries()}),
            ("/least_value", "minor units by currency (ISO 4217), not negative", _worths(shop)),
            ("/logo_url", "an https URL: mail programs show no other", shop.logo_url is None or _shown_in_mail(shop.logo_url)),
        )
        if not good
    ]
    if wrong:
        message = "this shop cannot be set up"
        raise Invalid(message, tuple(wrong))


def _worths(shop: Shop) -> bool:
    return shop.least_value.keys() <= CURRENCIES and all(type(minor) is int and minor >= 0 for minor in shop.least_value.values())


def _plain(host: str) -> bool:
    return re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host) is not None


def _shown_in_mail(url: str) -> bool:
    return urlsplit(url).scheme == "https" and is_web_address(url)


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
    """Set up a shop; prints its keys, once. One that is there stays as it is, unless it cannot be read any more."""
    policy = replace(
        Policy(),
        holdout=thousandths(holdout),
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
    remains = stored(app, shop_id)
    if not isinstance(remains, Remains):
        show(create_shop(app, shop))
        return
    activated_at = remains.activated_at or shop.activated_at
    made = make_anew(app, replace(shop, activated_at=activated_at, policy=replace(policy, version=remains.version)), remains)
    console.print(f"{shop_id} was broken: {remains.why}.", highlight=False, markup=False)
    console.print(
        f"It is made anew, with the rules of this command and the usual ones, as policy {remains.version}. It answers for carts"
        f" since {activated_at:%Y-%m-%d %H:%M} UTC. Look at its rules: rebasket shop rules {shop_id} --stack {stack}",
        highlight=False,
    )
    if made:
        show(made)
    else:
        console.print(f"Its keys go on as they were: rebasket keys list {shop_id} --stack {stack}", highlight=False)


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
