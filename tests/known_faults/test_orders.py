"""What a shop expects of a purchase: heard whatever else the event says, counted in full, taken back when it fell through."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from tests.known_faults.storefront import opened
from tests.samples import ONE_EMAIL, after

if TYPE_CHECKING:
    from collections.abc import Mapping


@pytest.mark.parametrize(
    "contact",
    [
        {"email": "anna@example.org", "phone": "0441234567"},
        {"email": "anna@example.org", "phone": "+18005551234"},
        {"email": "anna@example.org", "time_zone": "Europe/Kiev "},
        {"email": "anna@example.org", "name": "Anna\tK."},
        {"email": "anna@example.org", "vip": True},
        {"email": "користувач@пошта.укр"},
        {"email": "anna..k@docomo.ne.jp"},
        {"email": "anna@example.org "},
    ],
    ids=[
        "local phone",
        "toll-free",
        "blank in zone",
        "tab in name",
        "unknown field",
        "national mail",
        "double dot",
        "blank in mail",
    ],
)
@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="One unusable optional field and the purchase is refused; its buyer is reminded."
)
def test_a_purchase_is_heard_whatever_is_wrong_with_its_optional_contact(
    monkeypatch: pytest.MonkeyPatch, contact: Mapping[str, object]
) -> None:
    """A shopper who bought expects no reminder of that cart, however the shop's form spelt their address."""
    shop = opened(monkeypatch, io.StringIO(), steps=ONE_EMAIL)
    assert shop.cart().status == 202
    shop.order(contact=contact)
    shop.world.advance(after(hours=2))
    assert not shop.world.messages
