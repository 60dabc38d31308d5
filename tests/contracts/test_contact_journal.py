"""The journal of what was done about a "no", in memory and in DynamoDB."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from rebasket.aws.contact_journal import DynamoContactJournal
from rebasket.domain.people.journal import Act, JournalEntry
from rebasket.memory import MemoryContactJournal
from tests.contracts.conftest import new_table
from tests.samples import SHOP, START, after

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket.ports import ContactJournal


@pytest.fixture(params=["memory", "dynamodb"])
def journal(request: pytest.FixtureRequest) -> Iterator[ContactJournal]:
    if request.param == "memory":
        yield MemoryContactJournal()
        return
    with mock_aws():
        yield DynamoContactJournal(new_table(boto3.client("dynamodb")))


def test_entries_of_an_address_come_oldest_first_and_of_no_other(journal: ContactJournal) -> None:
    later = JournalEntry(at=after(hours=1), act=Act.ALLOWED, by="olena", why="asked by telephone")
    first = JournalEntry(at=START, act=Act.DENIED, by="olena")
    for entry in (later, first, first):
        journal.note(SHOP, "k1", entry)
    journal.note(SHOP, "k2", later)
    journal.note("another", "k1", later)
    assert journal.entries(SHOP, "k1") == [first, later]
    assert journal.entries(SHOP, "k3") == []


def test_an_entry_is_found_by_its_moment_and_act(journal: ContactJournal) -> None:
    entry = JournalEntry(at=START, act=Act.OPTED_OUT, by="link of c1#1#1 of 2026-03-02")
    journal.note(SHOP, "k1", entry)
    assert journal.find(SHOP, "k1", START, Act.OPTED_OUT) == entry
    assert journal.find(SHOP, "k1", START, Act.CAME_BACK) is None
    assert journal.find(SHOP, "k1", START + timedelta(milliseconds=1), Act.OPTED_OUT) is None
    assert journal.find(SHOP, "k2", START, Act.OPTED_OUT) is None
