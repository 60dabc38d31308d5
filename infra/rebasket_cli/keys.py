"""`rebasket keys`: a shop's credentials, and how they are replaced without a refused event in between."""

from __future__ import annotations

import json
import secrets as randomness
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from rebasket.aws.key_codec import keys_to_json
from rebasket.domain.errors import FieldError, Invalid, Misconfigured, NotFound
from rebasket.domain.shops.keys import Key, KeyKind, Right
from rebasket.http.shop_keys import new_key
from rebasket_cli.policies import known_shop
from rebasket_cli.stack import USUAL_STACK, StackName, open_stack

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from rebasket.http.shop_keys import NewKey
    from rebasket.wiring import App

MOST_BYTES = 4096
"""Of a standard parameter (Systems Manager, "Parameter tiers"): some twenty keys."""

commands = typer.Typer(no_args_is_help=True, help="List, create and delete a shop's keys; replace the secret of the links.")
console = Console()

ShopId = Annotated[str, typer.Argument(metavar="SHOP", help="Which shop")]


def keys_of(app: App, shop: str) -> list[Key]:
    """A shop's keys, the oldest first. Raises NotFound."""
    known_shop(app, shop)
    return sorted(app.shop_keys.stored(shop), key=lambda key: key.created_at)


def create_key(app: App, shop: str, kind: KeyKind, rights: Iterable[Right]) -> NewKey:
    """Store one more key; in place of the others, if those cannot be read: then they let nobody in. Raises NotFound, or Invalid
    when there are too many.
    """
    known_shop(app, shop)
    kept: Iterable[Key] = ()
    with suppress(Misconfigured):
        kept = app.shop_keys.stored(shop)
    made = new_key(kind, randomness.token_bytes, shop=shop, created_at=app.clock(), rights=rights)
    _save(app, shop, [*kept, made.key])
    return made


def delete_key(app: App, shop: str, key_id: str, *, after: timedelta = timedelta(0), last: bool = False) -> datetime:
    """Take a key away, now or `after` a while; when that is. Raises NotFound; Invalid for the last key that may post events."""
    kept = keys_of(app, shop)
    found = next((key for key in kept if key.id == key_id), None)
    if found is None:
        message = f"the shop {shop} has no key {key_id}; it has {', '.join(key.id for key in kept) or 'none'}"
        raise NotFound(message)
    now = app.clock()
    at = min(now + after, found.expires_at or now + after)
    others = [key for key in kept if key is not found]
    posts = Right.EVENTS in found.rights and found.valid(now)
    if posts and not last and not any(Right.EVENTS in key.rights and key.valid(at) for key in others):
        message = "without this key the shop can post no events"
        raise Invalid(message, (FieldError("/key", "create another first, or say --last"),))
    _save(app, shop, others if at <= now else [*others, replace(found, expires_at=at)])
    return at


def _save(app: App, shop: str, keys: list[Key]) -> None:
    if len(keys_to_json(keys)) > MOST_BYTES:
        message = f"the keys of {shop} outgrow one parameter ({MOST_BYTES} bytes)"
        raise Invalid(message, (FieldError("/keys", "delete those that nobody uses any more"),))
    app.shop_keys.save(shop, sorted(keys, key=lambda key: key.created_at))


def key_as_data(shop: str, key: Key, now: datetime) -> dict[str, object]:
    """What may be shown of a key."""
    return {
        "id": key.id,
        "name": f"{shop}_{key.id}",
        "kind": key.kind.value,
        "rights": sorted(right.value for right in key.rights),
        "created_at": key.created_at.isoformat(),
        "age_days": (now - key.created_at).days,
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
        "valid": key.valid(now),
    }


@commands.command("list")
def list_keys(
    shop: ShopId,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON")] = False,
    stack: StackName = USUAL_STACK,
) -> None:
    """List a shop's keys, without their secrets."""
    app = open_stack(stack).app
    now = app.clock()
    if as_json:
        typer.echo(json.dumps([key_as_data(shop, key, now) for key in keys_of(app, shop)], indent=2))
        return
    table = Table("id", "kind", "may", "created", "days old", "ends", box=box.SIMPLE_HEAD)
    for key in keys_of(app, shop):
        ends = f"{key.expires_at:%Y-%m-%d}" if key.expires_at else "–"
        rights = ", ".join(sorted(key.rights))
        over = "" if key.valid(now) else " (over)"
        table.add_row(key.id, key.kind, rights, f"{key.created_at:%Y-%m-%d}", str((now - key.created_at).days), ends + over)
    console.print(table)


@commands.command("create")
def create(
    shop: ShopId,
    *,
    kind: Annotated[KeyKind, typer.Option(help="bearer: sent along; signing: never sent, signs each request")] = KeyKind.SIGNING,
    right: Annotated[
        list[Right] | None, typer.Option(help="What it may do; events by default. Reports take a bearer key.")
    ] = None,
    stack: StackName = USUAL_STACK,
) -> None:
    """Make one more key and print its secret, once. The others stay valid, so nothing is refused while the shop changes over."""
    made = create_key(open_stack(stack).app, shop, kind, right or [Right.EVENTS])
    if kind is KeyKind.BEARER:
        console.print("Keep this now: it is stored nowhere and cannot be shown again.", style="bold")
        console.print(f"  bearer key      {made.shown}", highlight=False, soft_wrap=True)
    else:
        console.print(f"  signing key id  {shop}_{made.key.id}", highlight=False, soft_wrap=True)
        console.print(f"  signing secret  {made.shown}", highlight=False, soft_wrap=True)
    console.print("It is taken within five minutes, everywhere.")


@commands.command("delete")
def delete(
    shop: ShopId,
    key_id: Annotated[str, typer.Argument(metavar="KEY", help="Its id, as `rebasket keys list` shows it")],
    *,
    after_days: Annotated[int, typer.Option(min=0, max=365, help="Let it work for so many days yet")] = 0,
    last: Annotated[bool, typer.Option("--last", help="Even if the shop is left without a key for events")] = False,
    stack: StackName = USUAL_STACK,
) -> None:
    """Take a key away. Running functions may accept it for five more minutes."""
    at = delete_key(open_stack(stack).app, shop, key_id, after=timedelta(days=after_days), last=last)
    console.print(f"{shop}_{key_id} ends {at:%Y-%m-%d %H:%M} UTC", highlight=False)


@commands.command("rotate-links")
def rotate_links(*, stack: StackName = USUAL_STACK) -> None:
    """Replace the secret that new links are drawn from. Links in messages already sent are stored, and keep working."""
    open_stack(stack).app.secrets.put("link-keys", randomness.token_hex(32))
    console.print("New links use the new secret within five minutes.")
