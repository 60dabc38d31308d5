"""Where text messages go by a policy; and what of a number is counted under, which must not give the number away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.shops.sms_limits import HIDDEN, Destination, beginning, hour_of
from tests.samples import START, a_policy, after

PRICED, UNPRICED, NOWHERE = Destination("UA", priced=True), Destination("JM", priced=False), Destination(None, priced=False)


@pytest.mark.parametrize(
    ("countries", "texted"),
    [
        (None, [PRICED]),
        (frozenset({"JM"}), [UNPRICED]),
        (frozenset({"JM", "UA"}), [PRICED, UNPRICED]),
        (frozenset(), []),
    ],
)
def test_unless_countries_are_named_it_is_those_with_a_price(countries: frozenset[str] | None, texted: list[Destination]) -> None:
    policy = a_policy(sms_countries=countries)
    assert [there for there in (PRICED, UNPRICED, NOWHERE) if policy.texts_to(there)] == texted


@pytest.mark.parametrize(
    ("number", "begins"),
    [("+380501234567", "3805012"), ("+12025550123", "1202555"), ("+298123456", "29812"), ("+29012345", "2901")],
)
def test_a_number_is_counted_by_its_first_seven_digits_or_without_its_last_four(number: str, begins: str) -> None:
    assert beginning(Address(Channel.SMS, number)) == begins


@given(st.from_regex(r"\+[1-9][0-9]{5,14}", fullmatch=True))
def test_ten_thousand_numbers_share_a_beginning(number: str) -> None:
    begins = beginning(Address(Channel.SMS, number))
    assert begins
    assert number.startswith(f"+{begins}")
    assert len(number) - len(f"+{begins}") >= HIDDEN


def test_an_hour_is_one_of_the_clock() -> None:
    assert hour_of(START) == START
    assert hour_of(after(minutes=59, seconds=59, milliseconds=999)) == START
    assert hour_of(after(minutes=60)) == after(hours=1)
