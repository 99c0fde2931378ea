"""Bulk writing of what a source sent: tickets and messages by the batch, then their clocks and words.

`sync.tickets` decides; here stands only how it is written. Everything runs inside `Store.writing()`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, NamedTuple

from agentconsole.domain.instants import to_seconds
from agentconsole.store import histories, rows, search
from agentconsole.store.intake_people import in_chunks
from agentconsole.store.store import Store
from agentconsole.store.writer import tell_breaches


@dataclass(frozen=True, slots=True)
class KnownTicket:
    number: int
    hash: str | None
    row: Mapping[str, Any]
    """Columns of the ticket, with `assignee_id` in place of the login."""
    source_state: Mapping[str, Any]
    """The fields as last seen in the source. The description is the row's: nobody here changes it."""


@dataclass(frozen=True, slots=True)
class KnownMessage:
    ticket: int
    hash: str | None


@dataclass(slots=True)
class TicketRow:
    """What a source says of a ticket, in our words; names are the table's columns."""

    external_id: str
    subject: str
    description: str | None
    channel: str
    language: str | None
    category: str | None
    priority: str | None
    status: str
    source_status: str
    tier: int
    team: str | None
    assignee_id: int | None
    requester_id: int | None
    organization_id: int | None
    created_at: int
    updated_at: int
    tags: tuple[str, ...]
    fields: Mapping[str, str]
    hash: str
    extra: str
    desk: str


TAKEN: Final = (
    "subject", "description", "channel", "language", "category", "priority", "status", "source_status", "tier", "team",
    "assignee_id", "requester_id", "organization_id", "tags", "fields", "desk",
)  # fmt: skip
"""The fields that a source and we may both change: merged one by one."""


class MessageRow(NamedTuple):
    """What a source says of a message; names are the table's columns."""

    ticket: int
    external_id: str
    at: int
    author_kind: str
    agent_id: int | None
    customer_id: int | None
    author_name: str | None
    public: bool
    automatic: bool
    channel: str | None
    body: str
    attachments: str
    hash: str
    extra: str


_AS_JSON: Final = ("tags", "fields")
_TICKET_COLUMNS: Final = (*(name for name in TicketRow.__slots__ if name not in _AS_JSON), *_AS_JSON)
_AS_THEY_ARE: Final = attrgetter(*_TICKET_COLUMNS[: -len(_AS_JSON)])


def known_tickets(store: Store, source: str, external_ids: Iterable[str]) -> dict[str, KnownTicket]:
    sql = "SELECT * FROM ticket WHERE source = ? AND external_id IN ({})"
    return {
        row["external_id"]: KnownTicket(
            row["number"],
            row["hash"],
            dict(row),
            {"description": row["description"], **json.loads(row["source_state"])},
        )
        for row in in_chunks(store, sql, source, external_ids)
    }


def known_messages(store: Store, source: str, external_ids: Iterable[str]) -> dict[str, KnownMessage]:
    sql = "SELECT external_id, ticket, hash FROM message WHERE source = ? AND external_id IN ({})"
    return {
        row["external_id"]: KnownMessage(row["ticket"], row["hash"])
        for row in in_chunks(store, sql, source, external_ids)
    }


def insert_tickets(store: Store, source: str, tickets: Sequence[TicketRow], states: Sequence[str]) -> dict[str, int]:
    """Adds tickets in the order given; returns their numbers by external id."""
    last = store.connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'ticket'").fetchone()[0]
    numbers = {each.external_id: number for number, each in enumerate(tickets, start=last + 1)}
    columns = ", ".join(("number", "source", *_TICKET_COLUMNS, "version", "source_state"))
    marks = ", ".join("?" * (len(_TICKET_COLUMNS) + 4))
    store.connection.executemany(
        f"INSERT INTO ticket ({columns}) VALUES ({marks})",  # noqa: S608
        [
            (number, source, *_stored(ticket), 1, state)
            for number, ticket, state in zip(numbers.values(), tickets, states, strict=True)
        ],
    )
    _put_tags(store, [(numbers[each.external_id], each.tags) for each in tickets])
    _put_fields(store, [(numbers[each.external_id], each.fields) for each in tickets])
    return numbers


def _stored(ticket: TicketRow) -> tuple[object, ...]:
    """The values of `_TICKET_COLUMNS`."""
    values: tuple[object, ...] = _AS_THEY_ARE(ticket)
    return (*values, rows.as_json(ticket.tags), rows.as_json(ticket.fields))


def _put_tags(store: Store, tags: Iterable[tuple[int, Sequence[str]]]) -> None:
    store.connection.executemany(
        "INSERT OR IGNORE INTO ticket_tag VALUES (?, ?)", [(number, tag) for number, its in tags for tag in its]
    )


def _put_fields(store: Store, fields: Iterable[tuple[int, Mapping[str, str]]]) -> None:
    store.connection.executemany(
        "INSERT OR REPLACE INTO ticket_field VALUES (?, ?, ?)",
        [(number, key, value) for number, its in fields for key, value in its.items()],
    )


def update_ticket(store: Store, number: int, row: TicketRow, taken: Iterable[str], state: str) -> None:
    """Takes a source's changes into the ticket's row: what it says in the fields `taken`."""
    changed = {name: getattr(row, name) for name in taken}
    columns = {name: rows.stored(value) for name, value in changed.items()}
    columns |= {"hash": row.hash, "source_state": state, "extra": row.extra}
    if changed.get("status", "pending") != "pending":
        columns["pending_until"] = None
    assignments = "".join(f"{name} = ?, " for name in columns)
    store.connection.execute(
        f"UPDATE ticket SET {assignments} version = version + 1, updated_at = max(updated_at, ?) WHERE number = ?",  # noqa: S608
        (*columns.values(), row.updated_at, number),
    )
    if "tags" in changed:
        store.connection.execute("DELETE FROM ticket_tag WHERE ticket = ?", (number,))
        _put_tags(store, [(number, changed["tags"])])
    if "fields" in changed:
        store.connection.execute("DELETE FROM ticket_field WHERE ticket = ?", (number,))
        _put_fields(store, [(number, changed["fields"])])
    if "requester_id" in changed:  # who was taken for staff on this ticket is the one who asks
        store.connection.execute(
            "UPDATE message SET author_kind = 'customer', agent_id = NULL "
            "WHERE ticket = ? AND customer_id = ? AND author_kind = 'agent'",
            (number, row.requester_id),
        )


def keep_hash(store: Store, number: int, hash: str) -> None:  # noqa: A002 - the column's name
    """Notes what a ticket was read from, where nothing else changed."""
    store.connection.execute("UPDATE ticket SET hash = ? WHERE number = ?", (hash, number))


def put_messages(store: Store, source: str, messages: Sequence[MessageRow]) -> None:
    updates = ", ".join(f"{name} = excluded.{name}" for name in MessageRow._fields[2:])
    marks = ", ".join("?" * (len(MessageRow._fields) + 1))
    store.connection.executemany(
        f"INSERT INTO message (source, {', '.join(MessageRow._fields)}) VALUES ({marks}) "  # noqa: S608
        f"ON CONFLICT (source, external_id) DO UPDATE SET {updates}",
        [(source, *each) for each in messages],
    )


@dataclass(frozen=True, slots=True)
class SourceEvent:
    """The one event of an imported or changed object."""

    ticket: int
    verb: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


def add_events(store: Store, run_id: int, source: str, at: datetime, events: Iterable[SourceEvent]) -> None:
    store.connection.executemany(
        'INSERT INTO event (ticket, at, actor, verb, face, "before", "after", run_id) '
        "VALUES (?, ?, ?, ?, 'sync', ?, ?, ?)",
        [
            (
                each.ticket,
                to_seconds(at),
                source,
                each.verb,
                rows.as_json(each.before),
                rows.as_json(each.after),
                run_id,
            )
            for each in events
        ],
    )


def finish(store: Store, new: Mapping[int, str | None], old_words: Mapping[int, str], now: datetime) -> None:
    """Clocks and words of the batch's tickets.

    Args:
        new: tickets that have come, with their words where these are known.
        old_words: of tickets that stood before, taken before they changed.
    """
    known = {number: words for number, words in new.items() if words is not None}
    search.remove_tickets(store, old_words)
    search.add_tickets(store, known | search.ticket_words(store, [*(new.keys() - known.keys()), *old_words]))
    derive_clocks(store, [*new, *old_words], now)


def derive_clocks(store: Store, numbers: Sequence[int], now: datetime) -> None:
    """Clocks that follow from all that is known now; breaches since the ticket came are told."""
    for number, breached in histories.derive_clocks(store, numbers, now).items():
        tell_breaches(store, number, breached)


# --- the run itself


def begin_run(store: Store, source: str, format_name: str, files: Sequence[str], at: datetime) -> int:
    done = store.connection.execute(
        "INSERT INTO sync_run (started_at, source, format, files, summary) VALUES (?, ?, ?, ?, '{}')",
        (to_seconds(at), source, format_name, rows.as_json(list(files))),
    )
    return int(done.lastrowid or 0)


def end_run(store: Store, run_id: int, summary: Mapping[str, Any], at: datetime) -> None:
    store.connection.execute(
        "UPDATE sync_run SET finished_at = ?, summary = ? WHERE id = ?", (to_seconds(at), rows.as_json(summary), run_id)
    )


def reject(store: Store, run_id: int, rejected: Iterable[tuple[str, int | None, str, str, str]]) -> None:
    """Sets records aside, whole: (file, line, object, reason, raw)."""
    store.connection.executemany(
        "INSERT INTO rejected_record (run_id, file, line, object, reason, raw) VALUES (?, ?, ?, ?, ?, ?)",
        [(run_id, *each) for each in rejected],
    )
