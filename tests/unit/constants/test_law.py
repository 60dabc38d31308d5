"""What law and mailbox providers ask for, in figures. Each stands here with its source, so that whoever changes it reads why.

Sources are named, not advice: the shop decides what it may send.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from functions.visit import app as visit
from rebasket.aws import keys
from rebasket.aws.carts import DynamoCarts, DynamoContacts, DynamoLinks
from rebasket.aws.contact_journal import DynamoContactJournal
from rebasket.aws.episodes import DynamoEpisodes
from rebasket.aws.sending_pauses import DynamoSendingPauses
from rebasket.aws.sms_slots import DynamoSmsSlots
from rebasket.domain.errors import Misconfigured
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.journal import Act, JournalEntry
from rebasket.domain.people.returns import IN_A_ROW, WEEKS
from rebasket.domain.sending.sending_pause import WINDOW, ReputationCounters, verdict
from rebasket.domain.shops.policy import USUAL_QUIET_HOURS, Policy
from rebasket.domain.shops.quiet_hours import QuietHours, first_allowed
from rebasket.settings import read_settings
from rebasket.usecases.recording.erase_person import ErasePerson
from tests.contracts.conftest import new_table
from tests.contracts.test_carts_and_contacts import a_cart, a_contact, a_link
from tests.contracts.test_episodes import HEADER, REF
from tests.doubles import ManualClock, address_hash
from tests.faults import Journal, watched
from tests.functions.ingest_client import Context
from tests.samples import ANNA, SHOP, START, Reports, a_shop, after, person
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket.aws.table import Table

RETENTION = timedelta(days=90)


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    """Holds one of everything that expires, written at START."""
    with mock_aws():
        made, clock = new_table(boto3.client("dynamodb")), ManualClock()
        DynamoLinks(made, clock).put(a_link("abc"))
        contacts = DynamoContacts(made, RETENTION, clock)
        contacts.put(a_contact())
        contacts.link(SHOP, "k1", "c1")
        DynamoContactJournal(made).note(SHOP, "k1", JournalEntry(at=START, act=Act.DENIED, by="somebody"))
        DynamoCarts(made, RETENTION).put(a_cart())
        DynamoEpisodes(made, clock).head(REF, HEADER)
        DynamoSendingPauses(made, clock).count(SHOP, "bounced")
        DynamoSmsSlots(made).take(SHOP, "3805012", START, 1)
        yield made


KEPT = {
    # CAN-SPAM, 15 U.S.C. 7704 (a)(3)(A)(ii): an opt-out link works 30 days at the least; ours 120 (ADR 0001).
    "a link": (keys.link("abc"), timedelta(days=120)),
    # A "no" outlives what it was said about: CNIL asks for three years at the least and advises a fingerprint; ours ten years
    # (docs/operations.md, "Personal data").
    "a no": (keys.contact(SHOP, "k1"), timedelta(days=3650)),
    # GDPR, Article 5 (1)(e): addresses live as long as RetentionDays, after the cart's last change, four minutes after START.
    "a cart": (keys.cart(SHOP, "c1"), timedelta(days=90, minutes=4)),
    # GDPR, Article 17: whatever cart there is can be found by its address; renewed weekly, so eight days longer than the cart.
    "what finds a cart": (keys.contact_cart(SHOP, "k1", "c1"), timedelta(days=98)),
    # Proof for as long as anybody may ask for it: Germany, UWG § 7a, five years from each use of a consent; Slovakia, 452/2021,
    # § 116, four from its withdrawal.
    "what was done about a no": (keys.journal(SHOP, "k1", 1772445600000, "denied"), timedelta(days=1827)),
    # No address in it: finance compares a season with the last one (docs/operations.md, "Personal data").
    "an episode": (keys.episode(REF), timedelta(days=400)),
    # Counts only, no address: two months, of which the brake looks at a week.
    "what the provider said": (keys.reputation(SHOP, "2026-03-02"), timedelta(days=60)),
    # Beginnings of numbers, shared by ten thousand people: a day (ADR 0012).
    "a text's slot": (keys.sms_slots(SHOP, "3805012", "2026-03-02T10Z"), timedelta(days=1)),
}


@pytest.mark.parametrize("name", KEPT)
def test_it_is_kept_so_long_and_no_longer(table: Table, name: str) -> None:
    key, kept = KEPT[name]
    item = table.get(key)
    assert item is not None
    assert item["expires"] == int((START + kept).timestamp())


@pytest.mark.parametrize(("days", "allowed"), [("29", False), ("30", True), ("1095", True), ("1096", False)])
def test_a_cart_is_kept_30_days_at_the_least_for_its_opt_out_link_has_to_lead_somewhere(days: str, allowed: bool) -> None:  # noqa: FBT001  # a parameter of the test
    """CAN-SPAM, 15 U.S.C. 7704 (a)(3)(A)(ii); three years at the most, which CNIL advises for people who do not buy."""
    environment = {
        "REBASKET_STAGE": "dev",
        "AWS_REGION": "eu-central-1",
        "REBASKET_CARTS_TABLE": "carts",
        "REBASKET_TIMERS_TABLE": "timers",
        "REBASKET_TIMER_SHARDS": "4",
        "REBASKET_SECRETS_PREFIX": "/rebasket/dev",
        "REBASKET_RETENTION_DAYS": days,
    }
    if allowed:
        assert read_settings(environment).retention == timedelta(days=int(days))
    else:
        with pytest.raises(Misconfigured, match="REBASKET_RETENTION_DAYS"):
            read_settings(environment)


def test_erasure_says_no_first_and_forgets_where_it_has_to_look_last() -> None:
    """GDPR, Article 17: one that dies half-way is asked again, and has to find the carts that it has not emptied yet."""
    world, journal = World(), Journal()
    for cart in ("c1", "c2"):
        world.record(Reports().updated(cart, START, who=person(ANNA)))
    carts, contacts = watched(world.carts, journal=journal), watched(world.contacts, journal=journal)
    assert ErasePerson(carts=carts, contacts=contacts, address_hash=address_hash, clock=world.clock)(SHOP, ANNA) == 2
    assert journal.writes == [
        "WatchedContacts.put",
        *["MemoryCarts.put"] * 2,
        *["WatchedContacts.unlink"] * 2,
    ]


class Links:
    """The shopper's links, noting who opted out."""

    def __init__(self) -> None:
        self.opted_out: list[str] = []

    def ask(self, _code: str) -> SimpleNamespace:
        return SimpleNamespace(shop=a_shop(), link=a_link(), locale="en")

    def opt_out(self, code: str) -> SimpleNamespace:
        self.opted_out.append(code)
        return self.ask(code)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_one_click_opts_out_and_a_look_at_the_link_does_not(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """RFC 8058, section 3.1: the POST holds List-Unsubscribe=One-Click and is not redirected. Section 1: what scans links asks by
    GET, so a GET changes nothing.
    """
    links = Links()
    monkeypatch.setattr(visit, "app", SimpleNamespace(follow_link=links))
    event = {
        "routeKey": f"{method} /o/{{token}}",
        "requestContext": {"http": {"method": method}},
        "pathParameters": {"token": "abc"},
        "headers": {},
        "body": "List-Unsubscribe=One-Click",
    }
    context: Any = Context(function_name="visit")
    answer = visit.handler(event, context)
    assert answer["statusCode"] == 200
    assert (answer["body"] == "", links.opted_out) == ((True, ["abc"]) if method == "POST" else (False, []))


# -- At which hour -----------------------------------------------------------------------------------------------------


def test_the_usual_hours_of_text_messages_are_within_those_that_the_us_allow() -> None:
    """47 CFR 64.1200 (c)(1): 8 to 21 at the recipient's; Florida, Oklahoma and Maryland 8 to 20, Texas from 9."""
    text, email = USUAL_QUIET_HOURS[Channel.SMS], USUAL_QUIET_HOURS[Channel.EMAIL]
    assert text == QuietHours(time(20), time(9))
    assert email == QuietHours(time(21), time(8))
    evening = datetime(2026, 7, 1, 20, tzinfo=UTC)
    assert first_allowed(evening, "UTC", text) == datetime(2026, 7, 2, 9, tzinfo=UTC)
    assert Policy().quiet_hours == USUAL_QUIET_HOURS


def test_nothing_is_begun_in_the_last_minute_before_them() -> None:
    """A function runs for 30 s at the most, and clocks differ by as much (docs/architecture.md)."""
    quiet = USUAL_QUIET_HOURS[Channel.SMS]
    assert first_allowed(datetime(2026, 7, 1, 19, 58, tzinfo=UTC), "UTC", quiet) == datetime(2026, 7, 1, 19, 58, tzinfo=UTC)
    assert first_allowed(datetime(2026, 7, 1, 19, 59, tzinfo=UTC), "UTC", quiet) == datetime(2026, 7, 2, 9, tzinfo=UTC)


# -- What a shop's mail may come to ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reputation", "stops"),
    [
        (
            ReputationCounters(accepted=1_000, bounced=40),
            False,
        ),  # SES reviews an account at 5 % (Developer Guide, "Sender review process FAQ");
        (ReputationCounters(accepted=1_000, bounced=41), True),  # so ours is 4 %
        # Chance, and whoever types wrong addresses: five of addresses that were somebody's, twenty (4 % of 500) of any.
        (ReputationCounters(accepted=10, bounced=4, confirmed=4), False),
        (ReputationCounters(accepted=10, bounced=5, confirmed=5), True),
        (ReputationCounters(accepted=100, bounced=19), False),
        (ReputationCounters(accepted=100, bounced=20), True),
        # The same page, and Gmail's email sender guidelines: complaints under 0.1 %; ours 0.08 %.
        (ReputationCounters(accepted=10_000, complained=8), False),
        (ReputationCounters(accepted=10_000, complained=9), True),
        (ReputationCounters(accepted=10, complained=2), False),
        (ReputationCounters(accepted=10, complained=3), True),
    ],
)
def test_the_brake_pulls_before_the_provider_does(reputation: ReputationCounters, stops: bool) -> None:  # noqa: FBT001  # a parameter of the test
    assert (verdict(reputation) is not None) is stops


def test_the_brake_looks_at_a_week() -> None:
    """docs/operations.md, "Pause and stop"."""
    assert timedelta(days=7) == WINDOW
    with mock_aws():
        clock = ManualClock()
        sending_pauses = DynamoSendingPauses(new_table(boto3.client("dynamodb")), clock)
        sending_pauses.count(SHOP, "bounced")
        clock.at = after(days=6)
        assert sending_pauses.reputation(SHOP).bounced == 1
        clock.at = after(days=7)
        assert sending_pauses.reputation(SHOP).bounced == 0


USUAL = Policy()
USUAL_RULES = {
    "abandoned_after": timedelta(hours=1),
    "gap": timedelta(hours=12),
    "give_up": timedelta(hours=24),
    "cap": 3,
    "cap_window": timedelta(days=7),
    "holdout": 100,
    "window": timedelta(days=7),
    "attempts": 8,
    "consent_assumed": frozenset(),  # ePrivacy Directive, Article 13 (1): without prior consent nobody is written to
    "sms_countries": None,
    "sms_per_prefix": 20,
}
"""What a shop gets that sets nothing (docs/operations.md, "Rules")."""


@pytest.mark.parametrize("rule", USUAL_RULES)
def test_a_shop_that_sets_nothing_gets_the_careful_rules(rule: str) -> None:
    assert getattr(USUAL, rule) == USUAL_RULES[rule]


def test_the_usual_reminders_are_over_within_48_hours() -> None:
    """What US carriers ask of text messages about a cart: within 48 h of it."""
    assert [step.delay for step in USUAL.steps] == [timedelta(0), timedelta(hours=23)]
    assert USUAL.steps[-1].delay + USUAL.give_up <= timedelta(hours=48)


def test_an_address_is_given_up_after_five_mails_in_a_row_that_came_back_over_two_weeks() -> None:
    """Mailbox providers judge a sender by what it keeps sending to mailboxes that nobody reads; mailing services give up after
    seven soft bounces of somebody who never reacted (Mailchimp Help, "Soft vs. hard bounces"), and send oftener.
    """
    assert (5, timedelta(days=14)) == (IN_A_ROW, WEEKS)
