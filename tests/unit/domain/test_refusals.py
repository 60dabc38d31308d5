"""What is refused is told in words that lead to what would do: the shop's developer reads them, and the operator."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.carts.facts import CartFacts
from rebasket.domain.carts.web_address import LONGEST, is_web_address, leads_to
from rebasket.domain.errors import Forbidden, Invalid, Refused, error_text
from rebasket.domain.shops.policy import Policy, Step

if TYPE_CHECKING:
    from rebasket.domain.carts.events import Event


def told(*events: Event) -> tuple[str, str, str]:
    """What the error says of itself, where, and what of the field."""
    with pytest.raises(Invalid) as refused:
        reduce(CartFacts.join, events, CartFacts.nothing())
    (field,) = refused.value.errors
    assert str(refused.value) == refused.value.detail
    return refused.value.detail, field.pointer, field.detail


def test_each_rule_of_a_policy_is_told_as_it_is() -> None:
    with pytest.raises(Invalid) as refused:
        Policy(
            abandoned_after=timedelta(0),
            steps=(Step(delay=timedelta(-1), channels=()),) * 6,
            give_up=timedelta(0),
            cap=0,
            cap_window=timedelta(days=61),
            holdout=-1,
            window=timedelta(0),
            attempts=0,
            sms_countries=frozenset({"ua"}),
            sms_per_prefix=0,
        )
    assert str(refused.value) == "the policy contradicts itself"
    assert [(field.pointer, field.detail) for field in refused.value.errors] == [
        ("/abandoned_after", "at least ten minutes, at most 14 days"),
        ("/steps", "between one and five steps"),
        ("/steps", "each step needs a channel"),
        ("/steps", "each delay at least the gap after the one before it, the first not negative"),
        ("/give_up", "at least ten minutes"),
        ("/cap", "at least 1"),
        ("/cap_window", "at most 60 days: older messages are forgotten"),
        ("/holdout", "between 0 and 1000 thousandths"),
        ("/window", "between one hour and 60 days"),
        ("/attempts", "between 1 and 20"),
        ("/sms_countries", "countries as ISO 3166 writes them, such as UA"),
        ("/sms_per_prefix", "between 1 and 10000"),
    ]


def test_steps_are_spaced_by_the_difference_of_their_delays_not_by_their_sum() -> None:
    hours = [timedelta(hours=n) for n in (10, 15)]
    with pytest.raises(Invalid):
        Policy(steps=tuple(Step(delay=delay, channels=Policy().steps[0].channels) for delay in hours), gap=timedelta(hours=12))


def test_a_refusal_says_what_it_was_told() -> None:
    for kind in (Refused, Forbidden):
        refused = kind("this key does not carry the right")
        assert (str(refused), refused.detail, refused.errors) == ("this key does not carry the right",) * 2 + ((),)


def test_only_what_we_say_ourselves_is_told_of_an_error() -> None:
    assert error_text(Refused("no such key")) == "Refused: no such key"
    assert error_text(ValueError("anna@example.org")) == "ValueError"


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://a.example/" + "x" * (LONGEST - 18), True),
        ("https://a.example/" + "x" * (LONGEST - 17), False),
        ("https://a.example/" + "й" * ((LONGEST - 18) // 2), True),
        ("https://a.example/" + "й" * ((LONGEST - 18) // 2 + 1), False),
        ("https://a.example/\udcff", True),
        ("ftp://a.example/", False),
    ],
)
def test_an_address_of_a_page_is_measured_in_bytes(url: str, good: bool) -> None:  # noqa: FBT001  # a parameter
    assert is_web_address(url) is good


def test_a_host_is_the_shops_or_below_it_on_the_usual_port() -> None:
    hosts = ("SHOP.example.", "other.example")
    for good in ("https://shop.example", "HTTPS://a.b.Shop.example.:443/x", "https://other.example?x"):
        assert leads_to(good, hosts)
    for bad in ("http://shop.example", "https://shop.example:444", "https://myshop.example", "shop.example", "https://x.example"):
        assert not leads_to(bad, hosts)
    assert not leads_to("https://shop.example", ())
