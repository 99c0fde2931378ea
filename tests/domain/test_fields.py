"""The one list of a ticket's fields, held against the contract and against everything that reads it."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from agentconsole.cli import json_shapes
from agentconsole.domain import fields, query
from agentconsole.domain.fields import FIELDS, ORDERS, QUERIED, ROW, TOLD, Field, Kind
from agentconsole.domain.ticket import Ticket
from agentconsole.domain.values import Channel, ClockKind, Priority, Status, Team, Tier
from agentconsole.store import tickets
from agentconsole.store.query_sql import Viewer, compile_query

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
PROMISED: Final = (
    *("number", "desk", "source", "external_id", "subject", "channel", "language", "category", "priority", "status"),
    *("status_category", "source_status", "tier", "team", "assignee", "requester", "tags", "fields", "created_at"),
    *("updated_at", "due_at", "due_kind", "breached", "conditions"),
)
UNLISTED: Final = {
    "in_conflict",
    "due_calendar",
    "requester_id",
    "requester_name",
    "verified_at",
    "verified_how",
    "pending_until",
    "version",
}
"""What a ticket has and no row shows as such."""
NO_COLUMN: Final = {"assignee", "category", "customer", "is", "tag", "field."}
"""What a query looks up elsewhere than in a plain column."""

TICKET: Final = Ticket(
    number=10234,
    desk="default",
    source="zendesk",
    external_id="3661",
    subject="入金が反映されません",
    channel=Channel.MAIL,
    language="ja",
    category="deposit",
    priority=Priority.HIGH,
    status=Status.PENDING,
    source_status="待ち",
    tier=3,
    team=Team.TAX,
    assignee="aoi",
    requester_id=7,
    requester_name="見本 花子",
    tags=("vip", "入金"),
    fields={"txid": "0x5f3a"},
    created_at=NOW - timedelta(days=2),
    updated_at=NOW - timedelta(hours=2),
    due_at=NOW - timedelta(minutes=5),
    due_kind=ClockKind.NEXT_RESPONSE,
    due_calendar="phone",
    verified_at=None,
    verified_how=None,
    pending_until=None,
    version=4,
)


def keyed(key: str) -> Field:
    return next(entry for entry in FIELDS if entry.key == key)


# the list


def test_each_field_stands_once() -> None:
    for names in (
        [entry.name for entry in FIELDS],
        [entry.key for entry in FIELDS],
        [entry.alias for entry in QUERIED],
        ORDERS,
    ):
        assert len(set(names)) == len(names)
    assert all(entry.alias for entry in FIELDS)
    assert hash(FIELDS[0]) != hash(FIELDS[1])


def test_words_stand_for_every_value_and_for_one_only() -> None:
    spoken = [entry for entry in FIELDS if entry.words]
    assert {entry.name for entry in spoken} == {"status", "priority", "channel", "is"}
    for entry in spoken:
        assert tuple(entry.words) == entry.values
        assert len(set(entry.words.values())) == len(entry.words)


def test_listed_values_are_those_of_the_contract() -> None:
    assert keyed("status").values == tuple(Status)
    assert keyed("priority").values == tuple(Priority)
    assert keyed("channel").values == tuple(Channel)
    assert keyed("tier").values == tuple(str(int(tier)) for tier in Tier)
    for entry in FIELDS:
        assert bool(entry.values) or entry.kind not in (Kind.CHOICE, Kind.RANK)


def test_a_ticket_has_nothing_that_is_not_listed() -> None:
    of_ticket = {attribute.name for attribute in dataclasses.fields(Ticket)}
    plain = {entry.key for entry in ROW if entry.value is None}
    assert plain == of_ticket - UNLISTED


# JSON and CSV


def test_the_row_is_the_promised_one() -> None:
    assert tuple(entry.key for entry in ROW) == PROMISED


def test_json_shows_the_list_and_nothing_else() -> None:
    row = json_shapes.ticket_row(TICKET, NOW)
    assert tuple(row) == tuple(entry.key for entry in ROW)
    assert tuple(row["requester"]) == ("id", "name")


def test_json_says_what_the_fields_hold() -> None:
    row = json_shapes.ticket_row(TICKET, NOW)
    assert row == {entry.key: _plain(entry.of(TICKET, NOW)) for entry in ROW}


def _plain(value: object) -> Any:
    match value:
        case datetime():
            return value.strftime("%Y-%m-%dT%H:%M:%SZ")
        case tuple():
            return list(value)
        case _:
            return value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("number", 10234),
        ("status_category", "waiting_customer"),
        ("requester", {"id": 7, "name": "見本 花子"}),
        ("tags", ("vip", "入金")),
        ("due_at", NOW - timedelta(minutes=5)),
        ("breached", True),
    ],
)
def test_what_a_field_holds(key: str, value: object) -> None:
    assert keyed(key).of(TICKET, NOW) == value


def test_late_is_a_matter_of_the_moment() -> None:
    assert keyed("breached").of(TICKET, NOW - timedelta(minutes=6)) is False


# queries


def test_queries_read_the_list() -> None:
    assert query.fields() == QUERIED
    assert {entry for entry in FIELDS if entry.example} == set(QUERIED)
    assert QUERIED[-1].name == "field."
    assert [entry.name for entry in QUERIED if entry not in ROW] == ["is"]


def test_a_field_that_nobody_placed_is_offered_behind_the_others_and_before_a_desks_own() -> None:
    fresh = Field("mood", "mood", Kind.TEXT, "気分", "mood:calm")
    places = [fields._place(entry) for entry in QUERIED]
    assert places[-2] < fields._place(fresh) < places[-1]


@pytest.mark.parametrize("entry", QUERIED, ids=lambda entry: entry.name)
def test_the_store_knows_where_each_field_is(entry: Field) -> None:
    where = compile_query(query.parse(entry.example, now=NOW, zone=UTC), Viewer("aoi", NOW))
    columns = set(re.findall(r"\w+", where.sql))
    if entry.name not in NO_COLUMN:
        assert entry.key in columns


@pytest.mark.parametrize("entry", [entry for entry in QUERIED if entry.optional], ids=lambda entry: entry.name)
def test_the_store_knows_when_a_field_is_empty(entry: Field) -> None:
    term = entry.example.partition(":")[0] + ":none"
    where = compile_query(query.parse(term, now=NOW, zone=UTC), Viewer("aoi", NOW))
    assert "IS NULL" in where.sql or "NOT EXISTS" in where.sql


def test_the_store_sorts_by_what_is_sortable() -> None:
    assert set(tickets.SORTS) == set(ORDERS)
    for entry in FIELDS:
        assert all(order.removeprefix("-") == entry.name for order in entry.orders)


# outbox


def test_the_helpdesk_is_told_of_what_a_ticket_has() -> None:
    assert set(TOLD) == {"status", "priority", "tags", "assignee", "tier", "team"}
    assert set(TOLD) <= {attribute.name for attribute in dataclasses.fields(Ticket)}
    assert {theirs for name, theirs in TOLD.items() if theirs != name} == {"assignee_id", "group_id"}
