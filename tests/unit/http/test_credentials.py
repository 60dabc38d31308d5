"""Who may call: both ways of proving a key, and everything that must not prove it."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from rebasket.aws.key_codec import keys_from_json, keys_to_json
from rebasket.domain.errors import Forbidden, Misconfigured, Unauthenticated, Unreadable
from rebasket.domain.shops.keys import Key, KeyKind, Right
from rebasket.http import credentials
from rebasket.http.credentials import MAX_SIGNATURES, authenticate
from rebasket.http.problem import problem
from rebasket.http.shop_keys import NewKey, new_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
BODY = '{"id":"e1","title":"Чайник"}'.encode()


def made(kind: KeyKind, seed: int, *, expires_at: datetime | None = None, rights: frozenset[Right] = frozenset(Right)) -> NewKey:
    def draw(n: int) -> bytes:
        return bytes((seed + i) % 256 for i in range(n))

    return new_key(kind, draw, shop="my-shop", created_at=NOW, rights=rights, expires_at=expires_at)


BEARER = made(KeyKind.BEARER, 0)
SIGNING = made(KeyKind.SIGNING, 1)
EXPIRED = made(KeyKind.BEARER, 2, expires_at=NOW)
REPORTING = made(KeyKind.BEARER, 3, rights=frozenset({Right.REPORT}))
OTHER_SIGNING = made(KeyKind.SIGNING, 4)


@dataclass
class Stored:
    """Keys in a dictionary; counts how often it is asked."""

    by_shop: Mapping[str, Sequence[Key]]
    asked: int = 0

    def keys(self, shop: str) -> Sequence[Key]:
        self.asked += 1
        return self.by_shop.get(shop, ())


def stored() -> Stored:
    keys = [key.key for key in (BEARER, SIGNING, EXPIRED, REPORTING, OTHER_SIGNING)]
    return Stored({"my-shop": keys, "other": [replace(BEARER.key, secret="0" * 64)]})


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def signed(key: NewKey = SIGNING, *, at: datetime = NOW, body: bytes = BODY, **changes: str) -> dict[str, str]:
    headers = {
        "rebasket-key": f"my-shop_{key.key.id}",
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(key.shown).sign("msg_1", at, body.decode("utf-8", "replace")),
    }
    return {**headers, **{name.replace("_", "-"): value for name, value in changes.items()}}


def calls(headers: Mapping[str, str], right: Right = Right.EVENTS, body: bytes = BODY) -> str:
    return authenticate(headers, body, NOW, stored(), right)


def test_a_bearer_key_names_its_shop() -> None:
    assert calls(bearer(BEARER.shown)) == "my-shop"
    assert calls({"authorization": f"bearer  {BEARER.shown}"}) == "my-shop"


def test_a_signature_names_its_shop() -> None:
    assert calls(signed()) == "my-shop"
    assert calls({**signed(), "authorization": "Basic of a proxy"}) == "my-shop"


def test_a_signature_is_what_the_specification_says() -> None:
    """Written out from the specification, so that a change of the library shows."""
    secret = base64.b64decode(SIGNING.shown.removeprefix("whsec_"))
    content = b"msg_1." + str(int(NOW.timestamp())).encode() + b"." + BODY
    signature = base64.b64encode(hmac.digest(secret, content, "sha256")).decode()
    assert calls(signed(webhook_signature=f"v1,{signature}")) == "my-shop"


def test_one_of_several_signatures_is_enough() -> None:
    good = signed()["webhook-signature"]
    other = signed(OTHER_SIGNING)["webhook-signature"]
    assert calls(signed(webhook_signature=f"v1a,xyz {other} {good}")) == "my-shop"


@pytest.mark.parametrize("apart", [timedelta(minutes=5), timedelta(minutes=-5), timedelta(0)])
def test_a_signature_lives_five_minutes(apart: timedelta) -> None:
    assert calls(signed(at=NOW + apart)) == "my-shop"
    if apart:
        with pytest.raises(Unauthenticated):
            calls(signed(at=NOW + apart * 1.01))


wrong_bearers = [
    "",
    BEARER.shown[:-1],
    BEARER.shown + "0",
    BEARER.shown.replace("my-shop", "other"),
    BEARER.shown.replace("my-shop", "no-shop"),
    BEARER.shown.replace(BEARER.key.id, "abcd"),
    BEARER.shown.replace(BEARER.key.id, REPORTING.key.id),
    BEARER.shown.replace(BEARER.key.id, SIGNING.key.id),
    f"rbk_my-shop_{BEARER.key.id}_{BEARER.key.secret}",
    f"rbk_my-shop_{SIGNING.key.id}_{SIGNING.shown.removeprefix('whsec_').strip('=')}",
    BEARER.shown.upper(),
    EXPIRED.shown,
    "rbk_MY-SHOP_abcd_" + "0" * 64,
    "rbk_a_abcd_" + "0" * 64,
    "rbk_my-shop_abc_" + "0" * 64,
    "rbk_../x_abcd_" + "0" * 64,
    "rbk__abcd_" + "0" * 64,
]
good_signature = signed()["webhook-signature"]
wrong_signatures = [
    signed(body=b"{}"),
    signed(rebasket_key=f"other_{SIGNING.key.id}"),
    signed(rebasket_key=f"no-shop_{SIGNING.key.id}"),
    signed(rebasket_key="my-shop_abcd"),
    signed(rebasket_key=f"my-shop_{BEARER.key.id}"),
    signed(rebasket_key=f"my-shop_{OTHER_SIGNING.key.id}"),
    signed(rebasket_key="my-shop"),
    signed(rebasket_key=""),
    signed(webhook_id="msg_2"),
    signed(webhook_id=""),
    signed(webhook_id="a\nb"),
    signed(webhook_id="\ud800"),
    signed(webhook_timestamp=str(int(NOW.timestamp()) + 1)),
    signed(webhook_timestamp=f"{NOW.timestamp()}"),
    signed(webhook_timestamp="0" + str(int(NOW.timestamp()))),
    signed(webhook_timestamp="-1"),
    signed(webhook_timestamp="99999999999"),
    signed(webhook_timestamp="9" * 400),
    signed(webhook_timestamp="nan"),
    signed(webhook_timestamp="١٧٩٣٦٢٠٨٠٠"),
    signed(webhook_signature=""),
    signed(webhook_signature="v1,"),
    signed(webhook_signature="v1"),
    signed(webhook_signature="v1,!!!"),
    signed(webhook_signature="v1,ü"),
    signed(webhook_signature=good_signature.removeprefix("v1,")),
    signed(webhook_signature=good_signature.replace("v1,", "v2,")),
    signed(webhook_signature=good_signature.replace("v1,", "v1,,")),
    signed(webhook_signature="v1,x " * MAX_SIGNATURES + good_signature),
    signed(OTHER_SIGNING, rebasket_key=f"my-shop_{SIGNING.key.id}"),
    {name: value for name, value in signed().items() if name != "webhook-id"},
    {name: value for name, value in signed().items() if name != "webhook-timestamp"},
    {name: value for name, value in signed().items() if name != "rebasket-key"},
]


@pytest.mark.parametrize(
    "headers", [{}, *map(bearer, wrong_bearers), {"authorization": f"Basic {BEARER.shown}"}, *wrong_signatures]
)
def test_whatever_is_wrong_the_answer_is_the_same(headers: dict[str, str]) -> None:
    with pytest.raises(Unauthenticated) as wrong:
        calls(headers)
    with pytest.raises(Unauthenticated) as nothing:
        calls({})
    assert problem(wrong.value) == problem(nothing.value)


@pytest.mark.parametrize("token", wrong_bearers[1:8])
def test_whatever_is_wrong_the_work_is_the_same(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    keys, compared, really = stored(), list[tuple[int, int]](), hmac.compare_digest

    def compare(one: str, other: str) -> bool:
        compared.append((len(one), len(other)))
        return really(one, other)

    monkeypatch.setattr(hmac, "compare_digest", compare)
    with pytest.raises(Unauthenticated):
        authenticate(bearer(token), BODY, NOW, keys, Right.EVENTS)
    assert (keys.asked, compared) == (1, [(64, 64)])


@pytest.mark.parametrize(
    "headers", [signed(rebasket_key=name) for name in ("no-shop_abcd", "my-shop_abcd", f"my-shop_{SIGNING.key.id}")]
)
def test_a_wrong_signature_costs_the_same_everywhere(headers: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    signers: list[str] = []

    class Counted(Webhook):
        def sign(self, msg_id: str, timestamp: datetime, data: str) -> str:
            signers.append(msg_id)
            return super().sign(msg_id, timestamp, data)

    monkeypatch.setattr(credentials, "Webhook", Counted)
    with pytest.raises(Unauthenticated):
        calls(headers, body=b"changed")
    assert signers == ["msg_1"]


def test_a_key_does_what_it_may_and_nothing_else() -> None:
    assert calls(bearer(REPORTING.shown), Right.REPORT) == "my-shop"
    with pytest.raises(Forbidden, match="events"):
        calls(bearer(REPORTING.shown), Right.EVENTS)


def test_a_signed_body_that_is_not_text_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="not UTF-8"):
        calls(signed(body=b"\xff"), body=b"\xff")


@given(st.dictionaries(st.sampled_from(sorted([*signed(), "authorization"])), st.text(max_size=30)), st.binary(max_size=20))
def test_no_guess_proves_anything(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises((Unauthenticated, Unreadable)):
        calls(headers, body=body)


def test_keys_are_kept_as_they_are_and_bearer_secrets_not_at_all() -> None:
    keys = [key.key for key in (BEARER, SIGNING, EXPIRED, REPORTING)]
    text = keys_to_json(keys)
    assert keys_from_json(text) == keys
    secret = BEARER.shown.rpartition("_")[2]
    assert secret not in text
    assert SIGNING.shown in text, "both sides need a signing secret"
    assert len(text) < 4_096 // 2, "a standard parameter holds 4 KB, and keys are rotated side by side"
    assert not [shown for shown in (secret, SIGNING.shown, BEARER.key.secret) if shown in repr(keys)]


@pytest.mark.parametrize("text", ["", "{}x", "[1]", '[{"id":"whsec_abc"}]', '{"a":1}', "null", '[{"id":"a","kind":"whsec_abc"}]'])
def test_keys_that_cannot_be_read_are_a_misconfiguration(text: str) -> None:
    with pytest.raises(Misconfigured) as wrong:
        keys_from_json(text)
    assert "whsec" not in str(wrong.value)


def test_new_keys_differ_by_what_was_drawn() -> None:
    assert made(KeyKind.BEARER, 9).shown != made(KeyKind.BEARER, 10).shown
    assert made(KeyKind.BEARER, 9) == made(KeyKind.BEARER, 9)
    assert all(credentials._NAME.fullmatch(f"my-shop_{made(kind, 200).key.id}") for kind in KeyKind)  # noqa: SLF001  # what is made must fit what is taken
