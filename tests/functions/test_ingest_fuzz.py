"""`POST /v1/events` under arbitrary input: whatever is sent, it is never our mistake."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.functions.ingest_client import cart_updated, world

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(), max_size=9), inner, max_size=4),
    max_leaves=12,
)
known_names = st.sampled_from(
    ["id", "type", "at", "cart", "contact", "lines", "line", "order", "currency", "events", "restore_url"]
)


@given(body=st.binary(max_size=300) | anything.map(lambda data: json.dumps(data).encode()))
def test_no_body_is_our_mistake(body: bytes) -> None:
    with pytest.MonkeyPatch.context() as patched:
        assert 400 <= world(patched).post(body).status < 500


@given(changes=st.dictionaries(known_names, anything, max_size=5))
def test_no_value_in_an_event_is_our_mistake(changes: dict[str, object]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        assert world(patched).post(json.dumps({**cart_updated(), **changes}).encode()).status in {202, 413, 422}


@given(
    headers=st.dictionaries(
        st.sampled_from(
            ["authorization", "content-type", "rebasket-key", "webhook-id", "webhook-timestamp", "webhook-signature"]
        ),
        st.text(st.characters(codec="utf-8"), max_size=40)
        | st.sampled_from(["v1,=", "v1,a v1", "acme_sign1", "1793620800", "NaN"]),
    )
)
def test_no_header_is_our_mistake(headers: dict[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        assert world(patched).post(cart_updated(), headers).status == 401
