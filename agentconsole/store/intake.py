"""Bulk writing of what a source sent: people, tickets and messages by the batch, then their clocks and words.

`sync.merge` decides; here stands only how it is written. Everything runs inside `Store.writing()`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from agentconsole.domain.instants import to_seconds
from agentconsole.store import clocks, rows, search
from agentconsole.store.store import Store
from agentconsole.store.writer import tell_breaches


@dataclass(frozen=True, slots=True)
class Known:
    """An object of the source that the store has already. Without a hash it was only referred to."""

    id: int
    hash: str | None


@dataclass(frozen=True, slots=True)
class KnownTicket:
    number: int
    hash: str | None
    row: Mapping[str, Any]
    """Columns of the ticket, with `assignee_id` in place of the login."""
    source_state: Mapping[str, Any]
    """The fields as last seen in the source."""


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


@dataclass(frozen=True, slots=True)
class MessageRow:
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


_MESSAGE_COLUMNS: Final = tuple(MessageRow.__slots__)
_TICKET_COLUMNS: Final = (*TicketRow.__slots__,)


def known(store: Store, table: str, source: str, external_ids: Iterable[str]) -> dict[str, Known]:
    """Which of these ids the store has in `customer`, `organization`, `source_group`, `agent` or `message`."""
    digest = "NULL" if table == "agent" else "hash"
    sql = f"SELECT external_id, id, {digest} AS hash FROM {table} WHERE source = ? AND external_id IN ({{}})"  # noqa: S608
    return {row["external_id"]: Known(row["id"], row["hash"]) for row in _in_chunks(store, sql, source, external_ids)}


def known_tickets(store: Store, source: str, external_ids: Iterable[str]) -> dict[str, KnownTicket]:
    sql = "SELECT * FROM ticket WHERE source = ? AND external_id IN ({})"
    return {
        row["external_id"]: KnownTicket(row["number"], row["hash"], dict(row), json.loads(row["source_state"]))
        for row in _in_chunks(store, sql, source, external_ids)
    }


def _in_chunks(store: Store, sql: str, source: str, external_ids: Iterable[str]) -> Iterable[Any]:
    wanted = list(dict.fromkeys(external_ids))
    for start in range(0, len(wanted), 500):
        chunk = wanted[start : start + 500]
        yield from store.connection.execute(sql.format(", ".join("?" for _ in chunk)), (source, *chunk))


def put_named(store: Store, table: str, source: str, found: Sequence[tuple[str, str | None, str, str]]) -> None:
    """Organizations or groups as (external id, name, hash, extra)."""
    store.connection.executemany(
        f"INSERT INTO {table} (source, external_id, name, hash, extra) VALUES (?, ?, ?, ?, ?) "  # noqa: S608
        "ON CONFLICT (source, external_id) DO UPDATE SET name = excluded.name, hash = excluded.hash, extra = excluded.extra",
        [(source, *each) for each in found],
    )


def refer(store: Store, table: str, source: str, external_ids: Iterable[str]) -> dict[str, int]:
    """The ids of people or organizations that something refers to; who is not known is made, nameless, to be filled in when they come."""
    wanted = list(dict.fromkeys(external_ids))
    extra = ", role" if table == "customer" else ""
    value = ", 'end-user'" if table == "customer" else ""
    store.connection.executemany(
        f"INSERT INTO {table} (source, external_id, extra{extra}) VALUES (?, ?, '{{}}'{value}) ON CONFLICT DO NOTHING",  # noqa: S608
        [(source, external_id) for external_id in wanted],
    )
    return {external_id: each.id for external_id, each in known(store, table, source, wanted).items()}


_PERSON_COLUMNS: Final = (
    "source", "external_id", "name", "reading", "email", "phone", "role", "language", "locale", "time_zone", "organization_id",
    "kyc", "account", "two_factor", "customer_class", "opened_on", "notes", "hash", "extra",
)  # fmt: skip


def put_people(store: Store, source: str, people: Sequence[Mapping[str, Any]]) -> None:
    """Adds or replaces people; the keys are columns of `customer`, what is not named is null."""
    updates = ", ".join(f"{name} = excluded.{name}" for name in _PERSON_COLUMNS[2:])
    store.connection.executemany(
        f"INSERT INTO customer ({', '.join(_PERSON_COLUMNS)}) VALUES ({', '.join('?' for _ in _PERSON_COLUMNS)}) "  # noqa: S608
        f"ON CONFLICT (source, external_id) DO UPDATE SET {updates}",
        [tuple({**person, "source": source}.get(name) for name in _PERSON_COLUMNS) for person in people],
    )


def put_account(
    store: Store, customer_id: int, movements: Sequence[tuple[Any, ...]], events: Sequence[tuple[Any, ...]]
) -> None:
    """Replaces a customer's movements (at, kind, asset, amount, state, reference) and account events (at, kind, detail)."""
    store.connection.execute("DELETE FROM movement WHERE customer_id = ?", (customer_id,))
    store.connection.execute("DELETE FROM account_event WHERE customer_id = ?", (customer_id,))
    store.connection.executemany(
        "INSERT INTO movement (customer_id, at, kind, asset, amount, state, reference) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(customer_id, *each) for each in movements],
    )
    store.connection.executemany(
        "INSERT INTO account_event (customer_id, at, kind, detail) VALUES (?, ?, ?, ?)",
        [(customer_id, *each) for each in events],
    )


def put_agents(store: Store, source: str, agents: Iterable[tuple[str, str, str | None, str | None]]) -> dict[str, int]:
    """The ids of a source's agents, given as (external id, wanted login, name, email); those not known are made.

    A login that only this store knew becomes the source's agent of the same login.
    """
    wanted = {each[0]: each for each in agents}
    have = known(store, "agent", source, wanted)
    for external_id, login, name, email in wanted.values():
        if external_id not in have:
            _add_agent(store, source, external_id, login, name or login, email)
        elif name:
            store.connection.execute(
                "UPDATE agent SET name = ?, email = ? WHERE id = ?", (name, email, have[external_id].id)
            )
    return {external_id: each.id for external_id, each in known(store, "agent", source, wanted).items()}


def _add_agent(store: Store, source: str, external_id: str, login: str, name: str, email: str | None) -> None:
    namesake = store.connection.execute("SELECT source FROM agent WHERE login = ?", (login,)).fetchone()
    if namesake is not None and namesake["source"] is not None:
        login = f"{source}:{external_id}"
    store.connection.execute(
        "INSERT INTO agent (login, name, email, tier, teams, source, external_id) VALUES (?, ?, ?, 1, '[]', ?, ?) "
        "ON CONFLICT (login) DO UPDATE SET name = excluded.name, email = excluded.email, source = excluded.source, external_id = excluded.external_id",
        (login, name, email, source, external_id),
    )


def customers_among(store: Store, source: str, external_ids: Iterable[str]) -> set[str]:
    """Which of these people are known to be customers, not staff and not strangers."""
    sql = "SELECT external_id FROM customer WHERE source = ? AND role = 'end-user' AND hash IS NOT NULL AND external_id IN ({})"
    return {row["external_id"] for row in _in_chunks(store, sql, source, external_ids)}


def requesters(store: Store, numbers: Sequence[int]) -> dict[int, int | None]:
    """Who asked, by the ticket's number."""
    found: dict[int, int | None] = {}
    for start in range(0, len(numbers), 500):
        chunk = numbers[start : start + 500]
        marks = ", ".join("?" for _ in chunk)
        found |= dict(
            store.connection.execute(
                f"SELECT number, requester_id FROM ticket WHERE number IN ({marks})", tuple(chunk)
            ).fetchall()
        )  # noqa: S608
    return found


def languages_of(store: Store, source: str, external_ids: Iterable[str]) -> dict[str, str]:
    """The languages of people, by external id, as far as they are known."""
    sql = "SELECT external_id, language FROM customer WHERE source = ? AND language IS NOT NULL AND external_id IN ({})"
    return {row["external_id"]: row["language"] for row in _in_chunks(store, sql, source, external_ids)}


def names_of_groups(store: Store, source: str, external_ids: Iterable[str]) -> dict[str, str]:
    sql = "SELECT external_id, name FROM source_group WHERE source = ? AND name IS NOT NULL AND external_id IN ({})"
    return {row["external_id"]: row["name"] for row in _in_chunks(store, sql, source, external_ids)}


def insert_tickets(store: Store, source: str, tickets: Sequence[TicketRow], states: Sequence[str]) -> dict[str, int]:
    """Adds tickets in the order given; returns their numbers by external id."""
    columns = ", ".join(("source", *_TICKET_COLUMNS, "version", "source_state"))
    marks = ", ".join("?" * (len(_TICKET_COLUMNS) + 3))
    store.connection.executemany(
        f"INSERT INTO ticket ({columns}) VALUES ({marks})",  # noqa: S608
        [(source, *_stored(ticket), 1, state) for ticket, state in zip(tickets, states, strict=True)],
    )
    numbers = {each.external_id: 0 for each in tickets}
    sql = "SELECT external_id, number FROM ticket WHERE source = ? AND external_id IN ({})"
    numbers |= {row["external_id"]: row["number"] for row in _in_chunks(store, sql, source, numbers)}
    _put_tags(store, [(numbers[each.external_id], each.tags) for each in tickets])
    _put_fields(store, [(numbers[each.external_id], each.fields) for each in tickets])
    return numbers


def _stored(ticket: TicketRow) -> tuple[object, ...]:
    return tuple(rows.stored(getattr(ticket, name)) for name in _TICKET_COLUMNS)


def _put_tags(store: Store, tags: Iterable[tuple[int, Sequence[str]]]) -> None:
    store.connection.executemany(
        "INSERT OR IGNORE INTO ticket_tag VALUES (?, ?)", [(number, tag) for number, its in tags for tag in its]
    )


def _put_fields(store: Store, fields: Iterable[tuple[int, Mapping[str, str]]]) -> None:
    store.connection.executemany(
        "INSERT OR REPLACE INTO ticket_field VALUES (?, ?, ?)",
        [(number, key, value) for number, its in fields for key, value in its.items()],
    )


def update_ticket(
    store: Store, number: int, changed: Mapping[str, Any], *, hash: str, state: str, extra: str, updated_at: int
) -> None:  # noqa: A002
    """Takes a source's changes into the ticket's row."""
    columns = {name: rows.stored(value) for name, value in changed.items()}
    columns |= {"hash": hash, "source_state": state, "extra": extra}
    assignments = "".join(f"{name} = ?, " for name in columns)
    store.connection.execute(
        f"UPDATE ticket SET {assignments} version = version + 1, updated_at = max(updated_at, ?) WHERE number = ?",  # noqa: S608
        (*columns.values(), updated_at, number),
    )
    if "tags" in changed:
        store.connection.execute("DELETE FROM ticket_tag WHERE ticket = ?", (number,))
        _put_tags(store, [(number, changed["tags"])])
    if "fields" in changed:
        store.connection.execute("DELETE FROM ticket_field WHERE ticket = ?", (number,))
        _put_fields(store, [(number, changed["fields"])])


def put_messages(store: Store, source: str, messages: Sequence[MessageRow]) -> None:
    updates = ", ".join(f"{name} = excluded.{name}" for name in _MESSAGE_COLUMNS[2:])
    store.connection.executemany(
        f"INSERT INTO message (source, {', '.join(_MESSAGE_COLUMNS)}) VALUES ({', '.join('?' * (len(_MESSAGE_COLUMNS) + 1))}) "  # noqa: S608
        f"ON CONFLICT (source, external_id) DO UPDATE SET {updates}",
        [(source, *(getattr(each, name) for name in _MESSAGE_COLUMNS)) for each in messages],
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
        'INSERT INTO event (ticket, at, actor, verb, face, "before", "after", run_id) VALUES (?, ?, ?, ?, \'sync\', ?, ?, ?)',
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


def finish(
    store: Store, new: Sequence[int], touched: Sequence[int], old_words: Mapping[int, str], now: datetime
) -> None:
    """Clocks and words of the batch's tickets.

    Args:
        touched: tickets that stood before, and whose `old_words` were taken before they changed.
    """
    search.remove_tickets(store, old_words)
    search.add_tickets(store, search.ticket_words(store, [*new, *touched]))
    clocks.derive_imported_clocks(store, new, now)
    for number, breached in clocks.derive_clocks(store, touched, now).items():
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
