"""The header on the wire, as the strictest reader of lines takes it, and the most patient decoder."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rebasket.messages import mime
from tests.samples import START

# As `plain` leaves names and the composer makes subjects: no controls, no line breaks, no white space but single spaces.
words = st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(' ",;<>@=?_\\'), min_size=1, max_size=200).map(
    lambda text: " ".join(text.split()) or "x"
)
local_parts = st.from_regex(r"[a-z0-9+._=-]{1,64}", fullmatch=True)
domains = st.lists(st.from_regex(r"[a-z][a-z0-9]{0,62}", fullmatch=True), min_size=2, max_size=3).map(".".join)
addresses = st.builds("{}@{}".format, local_parts, domains)
urls = st.builds("https://{}/{}/o/Ab3dEf6hIj9k".format, domains, st.from_regex(r"[a-z]{0,500}", fullmatch=True))

LONG = "a" * 60


def head_of(
    name: str = "Oak",
    sender: str = "carts@oak.example",
    to: str = "emma@example.com",
    subject: str = "Your cart",
    url: str = "https://x",
) -> bytes:
    raw = mime.mail(
        sender=(name, sender),
        to=to,
        subject=subject,
        list_id=f"reminders.oak.{sender.partition('@')[2]}",
        opt_out_url=url,
        tags={"step": "1"},
        now=START,
        bodies=("text", "html"),
    )
    return raw.partition(b"\r\n\r\n")[0]


def by_lines(head: bytes) -> dict[str, str]:
    """What a program sees that knows nothing of folding: the first line of each header."""
    lines = [line.decode("ascii") for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


@given(words, addresses, addresses, words, urls)
@example('"' * 60, f"{LONG}@{LONG}.example", f"{LONG}@{LONG}.{LONG}.example", "x" * 61, f"https://{LONG}.example/{LONG}/o/Ab3")
@example("Д" * 200, "a@b.example", "a@b.example", "ї" * 200, "https://x.example/o/Ab3")
@example("a, b; c" * 8, f"{LONG}@{LONG}.example", "a@b.example", "=?utf-8?q?x?=", "https://x.example/o/Ab3")
def test_every_line_can_be_read_by_itself_and_all_of_it_says_what_was_given(
    name: str, sender: str, to: str, subject: str, url: str
) -> None:
    head = head_of(name, sender, to, subject, url)
    for line in head.split(b"\r\n"):
        assert len(line) <= 998, "RFC 5322, section 2.1.1"
        assert re.fullmatch(rb"[A-Za-z-]+: *\S.*|[ \t]+\S.*", line), line
        encoded = re.findall(rb"=\?utf-8\?[bq]\?[^?]*\?=", line)
        assert all(len(word) <= 75 for word in encoded), "RFC 2047, section 2"
        assert not encoded or len(line) <= 76, "the same"
    message = message_from_bytes(head + b"\r\n\r\n", policy=policy.compat32)
    shown, address = parseaddr(re.sub(r"\r\n(?=[ \t])", "", message["From"]))
    assert (str(make_header(decode_header(shown))), address) == (name, sender)
    assert str(make_header(decode_header(message["Subject"]))) == subject
    assert message["To"] == to
    assert message["List-Unsubscribe"] == f"<{url}>"


@pytest.mark.parametrize("length", [1, 30, 58, 59, 60, 61, 200, 900])
def test_the_way_out_is_on_the_line_that_names_it(length: int) -> None:
    url = "https://" + "x" * length
    assert by_lines(head_of(url=url))["List-Unsubscribe"] == f"<{url}>"
    assert by_lines(head_of(url=url))["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_so_are_the_other_long_words() -> None:
    sender, to = f"{LONG}@{LONG}.{LONG}.example", f"{LONG}@{LONG}.example"
    seen = by_lines(head_of(sender=sender, to=to))
    assert seen["To"] == to
    assert seen["From"] == f'"Oak" <{sender}>'
    assert seen["Message-ID"].endswith(f"@{LONG}.{LONG}.example>")
    assert seen["List-Id"] == f"<reminders.oak.{LONG}.{LONG}.example>"
