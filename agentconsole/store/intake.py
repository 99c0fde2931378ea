"""Bulk writing of what a source sent: tickets and messages by the batch, then their clocks and words.

`sync.tickets` decides; here stands only how it is written. Everything runs inside `Store.writing()`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from agentconsole.domain.clock_transitions import Choices, Life
from agentconsole.domain.instants import to_seconds
from agentconsole.domain.promises import calendar_name
from agentconsole.domain.values import Condition
from agentconsole.store import journal, phrases, rows, runs, search
from agentconsole.store.clocks import add_clocks
from agentconsole.store.counters import count_in
from agentconsole.store.histories import begin_clocks
from agentconsole.store.histories import derive_clocks as derived
from agentconsole.store.intake_people import in_chunks
from agentconsole.store.intake_rows import MessageRow, NewTicket, SourceEvent, TicketRow
from agentconsole.store.store import Store
from agentconsole.store.writer import tell_breaches


class KnownTicket(NamedTuple):
    number: int
    hash: str | None
    row: Mapping[str, Any]
    """Columns of the ticket, with `assignee_id` in place of the login."""
    source_state: Mapping[str, Any]
    """The fields as last seen in the source. The description is the row's: nobody here changes it."""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return rows.conditions(self.row["conditions"])

    def has(self, condition: Condition) -> bool:
        return f'"{condition}"' in self.row["conditions"]


class KnownMessage(NamedTuple):
    ticket: int
    hash: str | None
    redacted: bool
    author_kind: str


TAKEN: Final = (
    "subject", "description", "channel", "language", "category", "priority", "status", "source_status", "tier", "team",
    "assignee_id", "requester_id", "organization_id", "tags", "fields", "desk",
)  # fmt: skip
"""The fields that a source and we may both change: merged one by one."""


_DUE: Final = ("due_at", "due_kind", "due_calendar")


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
    sql = (
        "SELECT external_id, ticket, hash, redacted, author_kind FROM message WHERE source = ? AND external_id IN ({})"
    )
    return {
        row["external_id"]: KnownMessage(row["ticket"], row["hash"], bool(row["redacted"]), row["author_kind"])
        for row in in_chunks(store, sql, source, external_ids)
    }


def next_numbers(store: Store, external_ids: Sequence[str]) -> dict[str, int]:
    """The numbers that these tickets are about to get, in their order."""
    last = store.connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'ticket'").fetchone()[0]
    return dict(zip(external_ids, range(last + 1, last + 1 + len(external_ids)), strict=True))


def add_tickets(store: Store, source: str, new: Sequence[NewTicket], now: datetime, choices: Choices) -> None:
    """Adds tickets, with their clocks; their messages are not written yet.

    Args:
        choices: of policies, for tickets of the same run.
    """
    lives = begin_clocks(store, new, now, choices)
    columns = ", ".join(("number", "source", *TicketRow._fields, "version", "source_state", *_DUE))
    marks = ", ".join("?" * (len(TicketRow._fields) + 4 + len(_DUE)))
    store.connection.executemany(
        f"INSERT INTO ticket ({columns}) VALUES ({marks})",  # noqa: S608
        [
            (each.number, source, *_stored(each.row), 1, each.state, *_due(life))
            for each, life in zip(new, lives, strict=True)
        ],
    )
    count_in(store, ((each.row.desk, each.row.tier, each.row.team, each.row.status) for each in new))
    add_clocks(store, {each.number: life for each, life in zip(new, lives, strict=True)}, now)
    _put_tags(store, [(each.number, each.row.tags) for each in new])
    _put_fields(store, [(each.number, each.row.fields) for each in new])


def _due(life: Life) -> tuple[int | None, str | None, str | None]:
    work = life.next_due()
    if work is None:
        return None, None, None
    promise = work.promise
    return work.due, work.kind, calendar_name(promise.reason, promise.policy_version, promise.calendar_id)


def _stored(ticket: TicketRow) -> tuple[object, ...]:
    """The row as its columns hold it: tags, fields and conditions, which come last, as JSON."""
    return (*ticket[:-3], *map(rows.as_json, ticket[-3:]))


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
    columns |= {"hash": row.hash, "taken_line": row.taken_line, "source_state": state, "extra": row.extra}
    columns["conditions"] = rows.as_json(row.conditions)
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


def unmask_requester(store: Store, run_id: int, number: int, requester: int | None) -> None:
    """Who was taken for staff on a ticket is the one who asks."""
    sql = "SELECT id FROM message WHERE ticket = ? AND customer_id = ? AND author_kind = 'agent'"
    ids = [row["id"] for row in store.connection.execute(sql, (number, requester))]
    journal.keep(store, run_id, "message", ids)
    store.connection.executemany(
        "UPDATE message SET author_kind = 'customer', agent_id = NULL WHERE id = ?", [(each,) for each in ids]
    )


def keep_hash(store: Store, number: int, row: TicketRow) -> None:
    """Notes what a ticket was read from, where nothing else changed."""
    store.connection.execute(
        "UPDATE ticket SET hash = ?, taken_line = ? WHERE number = ?", (row.hash, row.taken_line, number)
    )


_MARKS: Final = ", ".join("?" * (len(MessageRow._fields) + 1))
_ADD_MESSAGE: Final = f"INSERT INTO message (source, {', '.join(MessageRow._fields)}) VALUES ({_MARKS})"  # noqa: S608
_PUT: Final = ", ".join(f"{name} = excluded.{name}" for name in MessageRow._fields[2:])
_PUT_MESSAGE: Final = f"{_ADD_MESSAGE} ON CONFLICT (source, external_id) DO UPDATE SET {_PUT}"


def add_messages(store: Store, source: str, messages: Iterable[MessageRow]) -> None:
    """Messages of tickets that have just come: that nothing can be in their place makes them a third cheaper."""
    store.connection.executemany(_ADD_MESSAGE, [(source, *each) for each in messages])


def put_messages(store: Store, source: str, messages: Iterable[MessageRow]) -> None:
    """Adds messages, or writes them over what they were."""
    store.connection.executemany(_PUT_MESSAGE, [(source, *each) for each in messages])


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


def finish(store: Store, new: Sequence[NewTicket], old_words: Mapping[int, str], now: datetime) -> None:
    """The words of the batch's tickets, and the clocks of those that stood before.

    Args:
        old_words: of tickets that stood before, taken before they changed.
    """
    words = {each.number: each.words for each in new if each.words is not None}
    unread = [each.number for each in new if each.words is None]
    search.remove_tickets(store, old_words)
    search.add_tickets(store, words | search.ticket_words(store, [*unread, *old_words]))
    derive_clocks(store, list(old_words), now)


def derive_clocks(store: Store, numbers: Sequence[int], now: datetime) -> None:
    """Clocks that follow from all that is known now; breaches since the ticket came are told."""
    for number, breached in derived(store, numbers, now).items():
        tell_breaches(store, number, breached)


# --- the run itself


def begin_run(
    store: Store, source: str, format_name: str, files: Sequence[str], at: datetime, desk: str, profile: str | None
) -> int:
    """Notes how a run reads its files, and where the tables stand."""
    marks = rows.as_json(runs.marks(store))
    done = store.connection.execute(
        "INSERT INTO sync_run (started_at, source, format, files, desk, profile, summary, marks) "
        "VALUES (?, ?, ?, ?, ?, ?, '{}', ?)",
        (to_seconds(at), source, format_name, rows.as_json(list(files)), desk, profile, marks),
    )
    return int(done.lastrowid or 0)


def end_run(store: Store, run_id: int, summary: Mapping[str, Any], at: datetime) -> None:
    store.connection.execute(
        "UPDATE sync_run SET finished_at = ?, summary = ? WHERE id = ?",
        (to_seconds(at), rows.as_json(phrases.summary_kept(summary)), run_id),
    )
