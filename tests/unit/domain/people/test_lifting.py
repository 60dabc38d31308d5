"""A "no" is lifted by who may, and by nobody else: of a contact, and of a person, by the same rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.domain.people import contact as one
from rebasket.domain.people import person as several
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import Contact, Send, SendState, SuppressionReason, TouchId
from rebasket.domain.people.contact_form import contact_of, person_of
from rebasket.domain.people.returns import IN_A_ROW, WEEKS, Posted, Returned, nothing_arrives
from rebasket.domain.people.union import union
from tests.samples import SHOP, START, after, consent

if TYPE_CHECKING:
    from rebasket.domain.people.consent import Consent

KEY = "k"
BLANK = Contact(shop=SHOP, key=KEY, channel=Channel.EMAIL)
DAY = "2026-03-02"


def confirmed(**at: float) -> Consent:
    return replace(consent(at=after(**at)), double_opt_in=True)


@pytest.mark.parametrize("why", list(SuppressionReason))
def test_a_confirmed_opt_in_lifts_an_opt_out_and_a_bounce_and_nothing_weightier(why: SuppressionReason) -> None:
    no = one.suppressed(BLANK, why, after(hours=1))
    lifts = why in (SuppressionReason.OPTED_OUT, SuppressionReason.BOUNCED)
    assert (one.consented(no, confirmed(hours=2)).suppression is None) is lifts
    root = several.consented(several.suppressed(person_of(BLANK), KEY, why, after(hours=1)), KEY, confirmed(hours=2))
    assert (root.identities[KEY].suppression is None) is lifts


@pytest.mark.parametrize(
    "said",
    [
        confirmed(hours=1),
        confirmed(minutes=30),
        replace(confirmed(hours=2), granted=False),
        replace(confirmed(hours=2), double_opt_in=False),
    ],
    ids=["at the same moment", "before the no", "withdrawn", "a ticked box"],
)
def test_no_other_consent_lifts_anything(said: Consent) -> None:
    no = one.suppressed(BLANK, SuppressionReason.OPTED_OUT, after(hours=1))
    assert one.consented(no, said).suppression == no.suppression
    root = several.suppressed(person_of(BLANK), KEY, SuppressionReason.OPTED_OUT, after(hours=1))
    assert several.consented(root, KEY, said).identities[KEY].suppression == no.suppression


@pytest.mark.parametrize("why", list(SuppressionReason))
def test_the_shop_may_lift_every_no_from_before(why: SuppressionReason) -> None:
    no = one.suppressed(BLANK, why, after(hours=1))
    assert one.lifted(no, after(hours=2)).suppression is None
    assert one.lifted(no, after(hours=1)).suppression == no.suppression
    assert several.lifted(person_of(no), KEY, after(hours=2)).identities[KEY].suppression is None


def test_a_complaint_made_before_a_confirmed_opt_in_but_told_after_it_stands() -> None:
    allowed = one.consented(one.suppressed(BLANK, SuppressionReason.OPTED_OUT, START), confirmed(hours=2))
    told = one.suppressed(allowed, SuppressionReason.COMPLAINED, after(hours=1))
    assert told.suppressed_by_person
    assert one.suppressed(allowed, SuppressionReason.OPTED_OUT, after(hours=1)) is allowed
    assert one.suppressed(allowed, SuppressionReason.OPTED_OUT, after(hours=3)).suppressed_by_person


steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(list(SuppressionReason)), st.integers(0, 9)),
        st.tuples(st.sampled_from(["lift", "renew"]), st.integers(0, 9)),
    ),
    max_size=5,
)


@given(steps, steps)
def test_what_stands_does_not_depend_on_the_order_in_which_a_persons_copies_heard_of_it(
    mine: list[tuple[object, int]], theirs: list[tuple[object, int]]
) -> None:
    def heard(said: list[tuple[object, int]]) -> several.Person:
        root = person_of(BLANK)
        for what, hour in said:
            at = after(hours=hour)
            match what:
                case SuppressionReason():
                    root = several.suppressed(root, KEY, what, at)
                case "lift":
                    root = several.lifted(root, KEY, at)
                case _:
                    root = several.renewed(root, KEY, at)
        return root

    both = heard([*mine, *theirs]).identities
    assert union(heard(mine), heard(theirs)).identities == both == union(heard(theirs), heard(mine)).identities


def test_a_contact_and_the_person_that_it_is_know_the_same() -> None:
    contact = one.lifted(one.consented(BLANK, confirmed(hours=1)), after(hours=2))
    contact = replace(contact, sends={TouchId("c", 1, 1): replace(a_send(0), returned=Returned.REFUSED)})
    assert contact_of(person_of(contact)) == contact


# -- Mail that comes back ----------------------------------------------------------------------------------------------


def a_send(days: float) -> Send:
    return Send(state=SendState.CLAIMED, owner="me", at=after(days=days), attempt=1, day=DAY)


def posted(*days: float, returned: Returned | None = Returned.FOR_NOW) -> list[Posted]:
    return [Posted(after(days=day), returned) for day in days]


def test_five_mails_in_a_row_over_two_weeks_give_an_address_up() -> None:
    assert nothing_arrives(posted(0, 3, 6, 9, 14))
    assert not nothing_arrives(posted(0, 3, 6, 9, 13.9))
    assert not nothing_arrives(posted(0, 5, 10, 15))
    assert nothing_arrives(posted(0, 1, 2, 3, 4, returned=Returned.REFUSED))
    assert not nothing_arrives(posted(0, 1, 2, 3, returned=Returned.REFUSED))


@pytest.mark.parametrize("arrived", [0.5, 8, 20])
def test_one_that_arrived_between_or_after_them_begins_the_row_anew(arrived: float) -> None:
    assert not nothing_arrives([*posted(0, 3, 6, 9, 14), *posted(arrived, returned=None)])


def test_one_that_arrived_before_them_does_not_help() -> None:
    assert nothing_arrives([*posted(0, 3, 6, 9, 14), *posted(-1, returned=None)])


@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from([None, *Returned])), max_size=12))
def test_never_for_fewer_than_five(mails: list[tuple[int, Returned | None]]) -> None:
    row = [Posted(after(days=day), how) for day, how in mails]
    if nothing_arrives(row):
        assert sum(mail.returned is not None for mail in row) >= IN_A_ROW
        assert max(mail.at for mail in row) - min(mail.at for mail in row) >= WEEKS or any(
            mail.returned is Returned.REFUSED for mail in row
        )


def test_a_contact_and_a_person_are_given_up_with_the_word_of_the_last_mail() -> None:
    touches = [TouchId(f"c{n}", 1, 1) for n in range(IN_A_ROW)]
    contact = replace(BLANK, sends={touch: a_send(4 * n) for n, touch in enumerate(touches)})
    root = person_of(contact)
    for n, touch in enumerate(touches):
        assert contact.suppression is None
        said = after(days=4 * n, hours=14)
        before = contact.version
        contact = one.came_back(contact, touch, DAY, Returned.FOR_NOW, said)
        root = several.came_back(root, touch, DAY, Returned.FOR_NOW, said)
        assert contact.version == root.version == before + 1
        assert one.came_back(contact, touch, DAY, Returned.FOR_NOW, said) is contact
        assert several.came_back(root, touch, DAY, Returned.FOR_NOW, said) is root
    assert contact.suppression == root.identities[KEY].suppression
    assert contact.suppression is not None
    assert (contact.suppression.why, contact.suppression.at) == (SuppressionReason.BOUNCED, after(days=16, hours=14))


def test_word_of_a_mail_that_nobody_remembers_changes_nothing() -> None:
    assert one.came_back(BLANK, TouchId("c", 1, 1), DAY, Returned.FOR_NOW, START) is BLANK
    sent = replace(BLANK, sends={TouchId("c", 1, 1): a_send(0)})
    assert one.came_back(sent, TouchId("c", 1, 1), "2026-02-01", Returned.FOR_NOW, START) is sent


# -- Whether an address was somebody's ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "is_confirmed"),
    [
        ({}, False),
        ({"consent": consent()}, False),
        ({"consent": confirmed()}, True),
        ({"consent": replace(confirmed(), granted=False)}, False),
        ({"bought_at": START}, True),
        ({"placed_at": START}, True),
        ({"sends": {TouchId("b", 1, 1): a_send(-2)}}, True),
        ({"sends": {TouchId("b", 1, 1): replace(a_send(-2), returned=Returned.FOR_NOW)}}, False),
        ({"sends": {TouchId("b", 1, 1): replace(a_send(-2), state=SendState.HELD)}}, False),
        ({"sends": {TouchId("b", 1, 1): a_send(-0.5)}}, False),
    ],
)
def test_an_address_is_confirmed_by_what_a_stranger_cannot_type(known: dict[str, object], is_confirmed: bool) -> None:  # noqa: FBT001  # a table
    touch = TouchId("c", 1, 1)
    sends = {touch: a_send(0), **dict(known.get("sends", {}))}  # type: ignore[call-overload]  # a table of whatever a contact has
    contact = replace(BLANK, **{**known, "sends": sends})  # type: ignore[arg-type]  # the same
    assert one.is_confirmed(contact, touch) is is_confirmed
    assert several.is_confirmed(person_of(contact), KEY, touch) is is_confirmed
    assert timedelta(days=1) == one.HEARD_BY
