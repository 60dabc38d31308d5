"""Briefs to compose from, and what a mail program makes of the result."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser

from rebasket.domain.carts.events import Line
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.contact import TouchId
from rebasket.domain.sending.message import Brief
from rebasket.domain.sending.tags import tags_of
from rebasket.domain.shops.policy import Policy, Shop

SENDER = "carts@mail.oak.example"
SHOP = Shop(
    id="oak",
    name="Oak & Acorn",
    url="https://oak.example/",
    hosts=("oak.example",),
    postal_address="12 Mill Lane\nBristol BS1 4ST",
    sender_name="Oak Carts",
    locale="en-GB",
    activated_at=datetime(2026, 1, 1, tzinfo=UTC),
    colour="#2f6b4f",
    policy=Policy(),
)
UKRAINIAN = replace(SHOP, name="Дубок", sender_name="Дубок", locale="uk-UA", postal_address="вул. Хрещатик, 1\n01001 Київ")
MUG = Line(
    sku="mug-1",
    title="Stoneware mug",
    quantity=2,
    unit_price=1450,
    image_url="https://cdn.oak.example/mug.jpg",
    product_url="https://oak.example/p/mug",
)
TOWEL = Line(sku="towel-1", title="Tea towel", quantity=1, unit_price=900)
BRIEF = Brief(
    shop=SHOP,
    to=Address(Channel.EMAIL, "emma@example.com"),
    name="Emma",
    locale="en-GB",
    lines=(MUG, TOWEL),
    currency="GBP",
    step=1,
    restore_url="https://carts.example/r/Zk3_9aLqPw-x",
    opt_out_url="https://carts.example/o/Zk3_9aLqPw-x",
    tags=tags_of("oak", "2026-11-22", TouchId("cart-1", 1, 1), "ab12"),
    now=datetime(2026, 11, 22, 13, 0, tzinfo=UTC),
)
TO_UKRAINE = Address(Channel.SMS, "+380501234567")


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


@dataclass
class Element:
    """One element: its attributes and all the text in it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Document:
    """What an HTML parser sees, in document order."""

    elements: list[Element] = field(default_factory=list)

    def all(self, tag: str, **attributes: str) -> list[Element]:
        return [e for e in self.elements if e.tag == tag and attributes.items() <= e.attributes.items()]

    def one(self, tag: str, **attributes: str) -> Element:
        (found,) = self.all(tag, **attributes)
        return found

    @property
    def text(self) -> str:
        return self.elements[0].text

    @property
    def shape(self) -> list[tuple[str, ...]]:
        """Elements and the names of their attributes: what nobody's text may change."""
        return [(e.tag, *sorted(e.attributes)) for e in self.elements]


class _Reader(HTMLParser):
    void = frozenset({"meta", "br", "img", "input", "link", "hr"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.document = Document()
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.document.elements.append(element)
        if tag not in self.void:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.document.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop().tag == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data


def read(html: str) -> Document:
    """Reads HTML; fails on elements that are not closed in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open
    return reader.document
