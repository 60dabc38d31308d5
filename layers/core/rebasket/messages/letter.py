"""What an e-mail says, before it is laid out: the words, the cart's lines and their prices."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from babel import Locale

from rebasket.domain.carts.events import Stock
from rebasket.domain.carts.lines import amount
from rebasket.domain.carts.web_address import leads_to
from rebasket.messages.amounts import Amounts, amounts, count, locale_of
from rebasket.messages.colours import colour, ink_on
from rebasket.messages.languages import language_of
from rebasket.messages.links import web_url
from rebasket.messages.plain import is_linked, isolated, plain, unlinked
from rebasket.messages.wording import Wording, wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rebasket.domain.carts.events import Line
    from rebasket.domain.sending.message import Brief

_MAX_LINES = 8
_WIDEST_COLUMN = 12
"""Characters of an amount that fit beside a title on a phone; longer ones go below it."""

_LONGEST_ALT = 80
_LONGEST_UNIT = 20
_LONGEST_OPTION = 200
_MAX_OPTIONS = 10
_MAX_POSTAL_LINES = 6
_NO_TITLE = "—"
_NO_INITIAL = "•"
# Keeps mail programs from showing the body's first words after the preheader in the list of mails.
_FILLER = "\u034f\u00a0\u200c" * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the cart as shown. `quantity` is "2 × $14.00"; both addresses are safe to follow or None.

    `faded`: it was out of stock when the shop last told of it, of which nothing is claimed.
    """

    title: str
    options: str
    alt: str
    initial: str
    image_url: str | None
    product_url: str | None
    quantity: str
    total: str | None
    faded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """All that the templates `email.mjml` and `email.txt` ask for; nothing in it is escaped yet."""

    lang: str
    dir: str
    subject: str
    preheader: str
    filler: str
    headline: str
    greeting: str
    intro: str
    button: str
    restore_url: str
    cart: str
    lines: tuple[Row, ...]
    pictures: bool
    stacked: bool
    priced: bool
    more: str | None
    total_label: str
    total: str | None
    note: str
    why: str
    stop: str
    opt_out_url: str
    shop: str
    logo: str | None
    postal: tuple[str, ...]
    colour: str
    ink: str

    def values(self) -> dict[str, object]:
        """For the templates."""
        return asdict(self)


def letter(brief: Brief) -> Letter:
    """The letter that `brief` asks for."""
    shop = brief.shop
    words = wording(language_of(brief.locale, shop.locale))
    step = words.step(brief.step)
    name = _shop_name(brief)
    money = amounts(brief.currency, brief.locale, shop.locale)
    locale = money.locale if money else locale_of(brief.locale, shop.locale)
    rows = tuple(_row(line, words, locale, money, shop.hosts) for line in available_first(brief.lines)[:_MAX_LINES])
    button = colour(shop.colour)
    return Letter(
        lang=words.language,
        dir=words.direction,
        subject=step.subject.format(shop=name),
        preheader=step.preheader,
        filler=_FILLER,
        headline=step.headline,
        greeting=words.greet(_person_name(brief)),
        intro=step.intro.format(shop=name),
        button=step.button,
        restore_url=brief.restore_url,
        cart=words.cart,
        lines=rows,
        pictures=any(row.image_url for row in rows),
        stacked=any(len(row.total or "") > _WIDEST_COLUMN for row in rows),
        priced=money is not None,
        more=words.and_more if brief.incomplete else _more(len(brief.lines) - len(rows), words, locale),
        total_label=words.subtotal if brief.total is None else words.total,
        total=_total(brief, money) if rows else None,
        note=words.note,
        why=words.why.format(shop=name),
        stop=words.stop,
        opt_out_url=brief.opt_out_url,
        shop=name,
        logo=web_url(shop.logo_url),
        postal=tuple(filter(None, map(plain, shop.postal_address.splitlines())))[:_MAX_POSTAL_LINES],
        colour=button,
        ink=ink_on(button),
    )


def available_first(lines: Sequence[Line]) -> Sequence[Line]:
    """What is out of stock comes last; else in the cart's order."""
    return sorted(lines, key=lambda line: line.stock is Stock.OUT_OF_STOCK)


def chosen(line: Line) -> str:
    """The options of a line, in one line of text; empty where there are none."""
    return ", ".join(filter(None, (plain(option, _LONGEST_OPTION) for option in line.options[:_MAX_OPTIONS])))


def _total(brief: Brief, money: Amounts | None) -> str | None:
    """What the checkout asks, else the sum of the lines: that of some of them would be no sum of anything."""
    if money is None or (brief.total is None and brief.incomplete):
        return None
    return money.write(sum(amount(line) for line in brief.lines) if brief.total is None else brief.total)


def _shop_name(brief: Brief) -> str:
    """The shop's name in one line, never empty."""
    return isolated(plain(brief.shop.name) or brief.shop.id)


def _person_name(brief: Brief) -> str:
    """In one line; empty where nobody is called so: a bot that types a stranger's address into a form may have a message."""
    name = plain(brief.name or "")
    return "" if is_linked(name) else name


def _row(line: Line, words: Wording, locale: Locale, money: Amounts | None, hosts: tuple[str, ...]) -> Row:
    """A product is linked on the shop's own hosts only: whoever has a leaked key must not put their links into its mails."""
    own = line.product_url is not None and leads_to(line.product_url, hosts)
    title = plain(line.title) or plain(line.sku) or _NO_TITLE
    number = " ".join(filter(None, (count(line.quantity, locale), plain(line.unit or "", _LONGEST_UNIT))))
    return Row(
        title=unlinked(title),
        options=unlinked(chosen(line)),
        alt=plain(title, _LONGEST_ALT),
        initial=title[0].upper() if title[0].isalnum() else _NO_INITIAL,
        image_url=web_url(line.image_url),
        product_url=web_url(line.product_url) if own else None,
        quantity=f"{number} × {money.write(line.unit_price)}" if money else words.quantity.format(count=number),
        total=money.write(amount(line)) if money else None,
        faded=line.stock is Stock.OUT_OF_STOCK,
    )


def _more(left: int, words: Wording, locale: Locale) -> str | None:
    if left <= 0:
        return None
    form = Locale(words.language).plural_form(left)
    return words.more[form].format(count=count(left, locale))
