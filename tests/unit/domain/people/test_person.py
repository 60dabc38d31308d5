"""A person of one identity is what a contact was; of several, what any of them told counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.domain.people import contact as one_address
from rebasket.domain.people import person as p
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.consent import Consent
from rebasket.domain.people.contact import MAX_UNSENT, Contact, SendState, SuppressionReason, TouchId
from rebasket.domain.people.contact_form import contact_of, is_contact, person_of
from rebasket.domain.people.holds import Hold, PaymentWord
from rebasket.domain.people.identity import Identity, Kind
from rebasket.domain.people.person import Person
from rebasket.domain.people.sends import Send
from tests.reported import consents
from tests.samples import SHOP, START, after, consent
from tests.stored import contacts
from tests.unit.domain.people.drawn import long_instants

CONTACT = Contact(shop=SHOP, key="k", channel=Channel.EMAIL)
BLANK = Person.blank(SHOP, "k", Kind.EMAIL)
TOUCHES = [TouchId("c1", 1, 1), TouchId("c2", 3, 2)]
Change = tuple[str, tuple[object, ...]]

changes: st.SearchStrategy[Change] = st.one_of(
    st.tuples(st.just("bought"), st.tuples(long_instants, long_instants)),
    st.tuples(st.just("no"), st.tuples(st.sampled_from(SuppressionReason), long_instants)),
    st.tuples(st.just("consent"), st.tuples(consents)),
    st.tuples(
        st.just("claim"),
        st.tuples(
            st.sampled_from(TOUCHES),
            st.sampled_from(SendState),
            st.sampled_from(["me", "you"]),
            long_instants,
            st.sampled_from(["2026-03-02", "2026-04-09"]),
        ),
    ),
    st.tuples(st.just("release"), st.tuples(st.sampled_from(TOUCHES), st.sampled_from(["me", "you"]))),
)


def both(contact: Contact, person: Person, change: Change) -> tuple[Contact, Person]:
    """The same change of both."""
    match change:
        case ("bought", (datetime() as ours, datetime() as theirs)):
            return one_address.purchased(contact, ours, theirs), p.purchased(person, ours, theirs)
        case ("no", (SuppressionReason() as why, datetime() as at)):
            return one_address.suppressed(contact, why, at), p.suppressed(person, "k", why, at)
        case ("consent", (Consent() as said,)):
            return one_address.consented(contact, said), p.consented(person, "k", said)
        case ("claim", (TouchId() as touch, SendState() as state, str() as owner, datetime() as at, str() as day)):
            one = one_address.Send(state=state, owner=owner, at=at, attempt=1, day=day)
            other = Send(state=state, owner=owner, at=at, attempt=1, day=day, to="k")
            return one_address.claimed(contact, touch, one), p.claimed(person, touch, other)
        case (_, (TouchId() as touch, str() as owner)):
            return one_address.released(contact, touch, owner), p.released(person, touch, owner)
        case _:
            raise AssertionError(change)


@given(st.lists(changes, max_size=10))
def test_a_person_of_one_address_goes_the_way_of_a_contact(history: list[Change]) -> None:
    contact, person = CONTACT, BLANK
    for change in history:
        before, (contact, person) = person, both(contact, person, change)
        assert person is before or person.version == before.version + 1
        assert replace(contact_of(person), version=0, suppression=None) == replace(contact, version=0, suppression=None)
        assert (person.suppressed_by_person, bool(person.identities["k"].suppression)) == (
            contact.suppressed_by_person,
            bool(contact.suppression),
        )
        for window in (timedelta(days=7), timedelta(days=60)):
            for touch in TOUCHES:
                own, ours = contact.send_of(touch, "2026-03-02"), person.send_of(touch, "2026-03-02")
                assert (own is None) == (ours is None)
                for held in (True, False):
                    sent = contact.sent_within(window, after(days=61), own, held=held)
                    assert person.sent_within(window, after(days=61), ours, held=held) == sent


@given(contacts)
def test_a_contact_as_stored_is_read_and_written_as_it_was(contact: Contact) -> None:
    person = person_of(contact)
    assert is_contact(person)
    assert contact_of(person) == contact
    assert all(send.to == contact.key for send in person.sends.values())


def test_who_has_two_identities_or_no_address_is_no_contact() -> None:
    two = replace(BLANK, identities={**BLANK.identities, "m": Identity(kind=Kind.PHONE)})
    for person in (two, Person.blank(SHOP, "k", Kind.CUSTOMER), Person.blank(SHOP, "k", Kind.ANONYMOUS)):
        assert not is_contact(person)
        with pytest.raises(ValueError, match="one address"):
            contact_of(person)


def test_kinds_and_channels() -> None:
    assert [Kind.of(channel) for channel in Channel] == [Kind.EMAIL, Kind.PHONE]
    assert [kind.channel for kind in Kind] == [Channel.EMAIL, Channel.SMS, None, None]


def test_a_no_told_of_one_identity_is_the_person_s_and_its_bounce_is_not() -> None:
    two = replace(BLANK, identities={**BLANK.identities, "m": Identity(kind=Kind.PHONE)})
    assert not p.suppressed(two, "m", SuppressionReason.BOUNCED, START).suppressed_by_person
    for why in (SuppressionReason.OPTED_OUT, SuppressionReason.COMPLAINED, SuppressionReason.ERASED):
        no = p.suppressed(two, "m", why, START)
        assert no.suppressed_by_person
        assert no.identities["k"].suppression is None
        assert p.suppressed(no, "m", why, START) is no
        assert p.consented(no, "m", consent(at=after(hours=1))).suppressed_by_person, "a later yes lifts nothing"


def test_the_shop_lifts_a_no_on_purpose_and_the_later_word_counts() -> None:
    no = p.suppressed(BLANK, "k", SuppressionReason.OPTED_OUT, after(minutes=1))
    assert p.lifted(no, "k", START).suppressed_by_person, "told after it was lifted"
    assert p.lifted(no, "k", after(minutes=1)).suppressed_by_person, "at equal times the no"
    free = p.lifted(no, "k", after(minutes=2))
    assert not free.suppressed_by_person
    assert p.lifted(free, "k", after(minutes=2)) is free
    assert p.suppressed(free, "k", SuppressionReason.OPTED_OUT, after(minutes=3)).suppressed_by_person


def test_a_no_told_again_outlives_a_lifting_between_the_two() -> None:
    twice = p.suppressed(
        p.suppressed(BLANK, "k", SuppressionReason.OPTED_OUT, START), "k", SuppressionReason.OPTED_OUT, after(minutes=2)
    )
    assert p.lifted(twice, "k", after(minutes=1)).suppressed_by_person
    assert p.suppressed(twice, "k", SuppressionReason.OPTED_OUT, after(minutes=1)) is twice, "told late, it takes nothing back"


def a_send(owner: str = "me", state: SendState = SendState.CLAIMED) -> Send:
    return Send(state=state, owner=owner, at=START, attempt=2, day="2026-03-02", to="k")


def test_what_went_out_under_the_same_name_goes_on_counting() -> None:
    person = p.claimed(BLANK, TOUCHES[0], a_send())
    again = p.claimed(person, TOUCHES[0], replace(a_send(), at=after(days=38), day="2026-04-09"))
    assert again.sends[TOUCHES[0]].earlier == (START,)
    once_more = p.claimed(again, TOUCHES[0], replace(a_send(), at=after(days=39), day="2026-04-09"))
    assert once_more.sends[TOUCHES[0]].earlier == (START,), "a touch that is claimed anew does not count twice"
    assert p.claimed(again, TOUCHES[1], replace(a_send(), at=after(days=60))).sends.keys() == set(TOUCHES)


def test_only_the_owner_gives_a_claim_up() -> None:
    mine = p.claimed(BLANK, TOUCHES[0], a_send())
    assert p.given_up(mine, TOUCHES[0], "you") is mine
    assert p.given_up(mine, TOUCHES[1], "me") is mine
    gone = p.given_up(mine, TOUCHES[0], "me")
    assert gone.sends[TOUCHES[0]] == replace(a_send(), state=SendState.REFUSED)
    assert p.given_up(gone, TOUCHES[0], "me") is gone
    assert p.released(mine, TOUCHES[0], "me").sends[TOUCHES[0]].state is SendState.RELEASED


def test_many_that_were_not_sent_do_not_outgrow_the_item() -> None:
    person = p.claimed(BLANK, TOUCHES[0], a_send())
    for number in range(2 * MAX_UNSENT):
        send = replace(a_send(state=SendState.REFUSED), at=after(minutes=number))
        person = p.claimed(person, TouchId(f"n{number}", 1, 1), send)
    assert len(person.sends) == MAX_UNSENT + 2
    assert TOUCHES[0] in person.sends


def test_a_word_on_an_order_changes_what_is_known_or_nothing() -> None:
    hold = Hold(word=PaymentWord.PENDING, at=START, held_at=START, placed_at=START)
    held = p.held_for(BLANK, "o1", hold)
    assert held.version == 1
    assert held.bought_at is None, "it stamps nothing"
    assert p.held_for(held, "o1", hold) is held
    assert p.held_for(held, "o1", replace(hold, at=START - timedelta(days=1), word=PaymentWord.PAID)) is held
    assert p.held_for(held, "o1", replace(hold, word=PaymentWord.PAID)).holds["o1"].word is PaymentWord.PAID


def test_how_many_identities_one_person_may_have() -> None:
    assert p.MAX_IDENTITIES == 20, "PERSON: more is a till's own address"
