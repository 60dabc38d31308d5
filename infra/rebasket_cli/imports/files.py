"""Which format a file is in: as told, or by its columns."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from rebasket.domain.errors import Invalid
from rebasket_cli.imports import contacts, native, shopify, woocommerce
from rebasket_cli.imports.rows import sheet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rebasket_cli.imports.read import Read, Reading
    from rebasket_cli.imports.rows import Sheet


class OrderFormat(StrEnum):
    """Formats of orders."""

    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"
    NATIVE = "native"


class ContactFormat(StrEnum):
    """Formats of contacts."""

    SHOPIFY = "shopify"
    MAILCHIMP = "mailchimp"
    PLAIN = "plain"


def read_orders(text: str, told: OrderFormat | None, reading: Reading) -> tuple[OrderFormat, Iterable[Read]]:
    """The format, and what is in the file. Raises Invalid where the format is not told and cannot be seen."""
    if told is OrderFormat.NATIVE or (told is None and text.lstrip("\ufeff \t\r\n").startswith("{")):
        return OrderFormat.NATIVE, native.orders(text)
    table = sheet(text)
    if told is OrderFormat.SHOPIFY or (told is None and table.columns >= shopify.ORDERS):
        return OrderFormat.SHOPIFY, shopify.orders(table, reading)
    if told is OrderFormat.WOOCOMMERCE or woocommerce.is_orders(table):
        return OrderFormat.WOOCOMMERCE, woocommerce.orders(table, reading)
    raise _unknown(table, OrderFormat)


def read_contacts(text: str, told: ContactFormat | None, reading: Reading) -> tuple[ContactFormat, Iterable[Read]]:
    """The format, and what is in the file. Raises Invalid where the format is not told and cannot be seen."""
    table = sheet(text)
    shopifys = table.columns >= shopify.CUSTOMERS or table.columns >= shopify.OLD_CUSTOMERS
    if told is ContactFormat.SHOPIFY or (told is None and shopifys):
        return ContactFormat.SHOPIFY, shopify.customers(table, reading)
    if told is ContactFormat.MAILCHIMP or (told is None and table.columns >= contacts.MAILCHIMP):
        return ContactFormat.MAILCHIMP, contacts.mailchimp(table, reading)
    if told is ContactFormat.PLAIN or any(table.columns >= columns for columns in contacts.PLAIN):
        return ContactFormat.PLAIN, contacts.plain(table, reading)
    raise _unknown(table, ContactFormat)


def _unknown(table: Sheet, formats: type[OrderFormat | ContactFormat]) -> Invalid:
    some = ", ".join(sorted(table.columns)[:8])
    return Invalid(f"no format that is known has these columns ({some}); say --format {'|'.join(formats)}")
