"""The outbox: events that the helpdesk has to be told of: a reading of the one log, and the marks of what became of it.

An event waits until an export takes it, is on its way until a sync shows it, and is acknowledged then.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from agentconsole.domain.change import Outbox
from agentconsole.domain.instants import from_seconds, to_seconds
from agentconsole.store import rows
from agentconsole.store.sql import OUTBOX_ON_ITS_WAY, OUTBOX_WAITING
from agentconsole.store.store import Store

LOCAL: Final = "local"
"""The source of tickets that were opened here."""


class State(StrEnum):
    """How far an event has come."""

    WAITING = "waiting"
    EXPORTED = "exported"
    ACKNOWLEDGED = "acknowledged"


_STATES: Final = {
    State.WAITING: OUTBOX_WAITING,
    State.EXPORTED: OUTBOX_ON_ITS_WAY,
    State.ACKNOWLEDGED: "outbox IS NOT NULL AND acknowledged_at IS NOT NULL",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the outbox, with what the helpdesk needs to know about it.

    Args:
        id: the event's.
        changed: the ticket's fields that it changed, with their new values as JSON holds them.
        message_id: of what was said, if something was.
        is_shown: whether a sync has shown the message: it has arrived, whatever became of the rest.
        author_id: the author's id at the ticket's source, if the source knows them.
        requester_name, requester_mail: of who asked; both may be missing.
        stamp: the ticket's last change as the source has told of it, in UTC.
        tags_there: the tags that the source has told of last.
        export: the number of the export that took it, and the format in which it went out.
        run: the sync that showed it again.
    """

    id: int
    number: int
    source: str
    external_id: str | None
    desk: str
    kind: Outbox
    at: datetime
    actor: str
    changed: Mapping[str, Any]
    message_id: int | None
    is_shown: bool
    body: str | None
    public: bool
    author_id: str | None
    subject: str
    priority: str | None
    requester_name: str | None
    requester_mail: str | None
    requester_id: str | None
    stamp: datetime | None
    tags_there: tuple[str, ...]
    pending_until: datetime | None
    export: int | None
    format: str | None
    exported_at: datetime | None
    acknowledged_at: datetime | None
    run: int | None

    @property
    def state(self) -> State:
        if self.acknowledged_at is not None:
            return State.ACKNOWLEDGED
        return State.WAITING if self.exported_at is None else State.EXPORTED


_SELECT: Final = (
    'SELECT e.id, e.ticket, e.at, e.actor, e.outbox, e."before", e."after", e.message_id, e.export_id, e.exported_at, '
    "e.acknowledged_at, e.acknowledged_run, x.format, m.body, m.public, m.external_id AS message_name, "
    "t.source, t.external_id, t.desk, t.subject, t.priority, t.pending_until, "
    "json_extract(t.source_state, '$.updated_at') AS stamp, json_extract(t.source_state, '$.tags') AS tags_there, "
    "a.external_id AS author_id, a.source AS author_source, "
    "c.name AS requester_name, c.email AS requester_mail, "
    "c.external_id AS requester_id, c.source AS requester_source "
    "FROM event e JOIN ticket t ON t.number = e.ticket LEFT JOIN message m ON m.id = e.message_id "
    "LEFT JOIN outbox_export x ON x.id = e.export_id "
    "LEFT JOIN agent a ON a.id = e.agent_id LEFT JOIN customer c ON c.id = t.requester_id "
)


def entries(store: Store, state: State = State.WAITING) -> list[Entry]:
    """What has come so far and no further, in the order in which it was done."""
    found = store.connection.execute(f"{_SELECT} WHERE {_STATES[state]} ORDER BY e.id")
    return [_entry(row) for row in found]


def on_their_way(store: Store, numbers: Iterable[int]) -> list[Entry]:
    """What the helpdesk was told of these tickets, and no sync has shown yet; in the order in which it was done."""
    found: list[Entry] = []
    for number in numbers:
        sql = f"{_SELECT} WHERE {OUTBOX_ON_ITS_WAY} AND e.ticket = ? ORDER BY e.id"
        found += map(_entry, store.connection.execute(sql, (number,)))
    return found


def is_awaited(store: Store) -> bool:
    """Whether the helpdesk was told of anything that no sync has shown yet."""
    sql = f"SELECT EXISTS (SELECT 1 FROM event WHERE {OUTBOX_ON_ITS_WAY})"  # noqa: S608 - fixed words
    return bool(store.connection.execute(sql).fetchone()[0])


def _entry(row: sqlite3.Row) -> Entry:
    after = rows.parsed(row["after"])
    return Entry(
        id=row["id"],
        number=row["ticket"],
        source=row["source"],
        external_id=row["external_id"],
        desk=row["desk"],
        kind=Outbox(row["outbox"]),
        at=from_seconds(row["at"]),
        actor=row["actor"],
        changed={name: after.get(name) for name in rows.parsed(row["before"])},
        message_id=row["message_id"],
        is_shown=row["message_name"] is not None,
        body=row["body"],
        public=bool(row["public"]),
        author_id=row["author_id"] if row["author_source"] == row["source"] else None,
        subject=row["subject"],
        priority=row["priority"],
        requester_name=row["requester_name"],
        requester_mail=row["requester_mail"],
        requester_id=row["requester_id"] if row["requester_source"] == row["source"] else None,
        stamp=rows.instant(row["stamp"]),
        tags_there=tuple(rows.parsed(row["tags_there"] or "[]")),
        pending_until=rows.instant(row["pending_until"]),
        export=row["export_id"],
        format=row["format"],
        exported_at=rows.instant(row["exported_at"]),
        acknowledged_at=rows.instant(row["acknowledged_at"]),
        run=row["acknowledged_run"],
    )


def source_state(store: Store, number: int) -> Mapping[str, Any]:
    """A ticket's fields as its source has told of them last, by the columns' names."""
    row = store.connection.execute("SELECT source_state FROM ticket WHERE number = ?", (number,)).fetchone()
    found: Mapping[str, Any] = rows.parsed(row["source_state"])
    return found


# --- whom the helpdesk knows


@dataclass(frozen=True, slots=True)
class KnownAgent:
    """An agent: our row's id, the helpdesk's id if it knows them, and a mail address."""

    id: int
    external_id: str | None
    email: str | None


def agents_at(store: Store, source: str) -> dict[str, KnownAgent]:
    """The agents by their login here; the id is the source's own or none."""
    found = store.connection.execute("SELECT id, login, external_id, source, email FROM agent")
    return {
        row["login"]: KnownAgent(row["id"], row["external_id"] if row["source"] == source else None, row["email"])
        for row in found
    }


def groups_at(store: Store, source: str) -> dict[str, str]:
    """The source's ids of its groups, by name."""
    found = store.connection.execute(
        "SELECT name, external_id FROM source_group WHERE source = ? AND name IS NOT NULL ORDER BY id DESC", (source,)
    )
    return {row["name"]: row["external_id"] for row in found}


def sources(store: Store) -> dict[str, str]:
    """The helpdesks that tickets came from, and the format that each was last read in."""
    found = store.connection.execute("SELECT source, format FROM sync_run WHERE undone_at IS NULL ORDER BY id")
    return {row["source"]: row["format"] for row in found}


def mails(store: Store, number: int) -> list[Mapping[str, Any]]:
    """What the mails of a ticket said of themselves, oldest first: `message_id`, `to`, `subject` ..."""
    found = store.connection.execute(
        "SELECT author_kind, extra FROM message WHERE ticket = ? AND source != ? ORDER BY at, id", (number, LOCAL)
    )
    return [{"author_kind": row["author_kind"], **rows.parsed(row["extra"])} for row in found]


# --- exports


@dataclass(frozen=True, slots=True)
class Export:
    """A file that was made for a helpdesk.

    Args:
        written: whether it is known to stand at its place; if not, making it was cut off.
        events: how many it holds.
        acknowledged: how many of them a sync has shown since.
    """

    id: int
    at: datetime
    source: str
    format: str
    file: str
    written: bool
    events: int
    acknowledged: int


@dataclass(frozen=True, slots=True)
class Unwritten:
    """An export whose file is not known to stand at its place, with what the file holds."""

    id: int
    file: str
    content: bytes


def exports(store: Store) -> list[Export]:
    """All exports, the newest first."""
    found = store.connection.execute(
        "SELECT x.id, x.at, x.source, x.format, x.file, x.written, "
        "count(e.id) AS events, count(e.acknowledged_at) AS acknowledged "
        "FROM outbox_export x LEFT JOIN event e ON e.export_id = x.id GROUP BY x.id ORDER BY x.id DESC"
    )
    return [
        Export(
            row["id"], from_seconds(row["at"]), row["source"], row["format"], row["file"], bool(row["written"]),
            row["events"], row["acknowledged"],
        )
        for row in found
    ]  # fmt: skip


def unwritten(store: Store, source: str | None = None) -> list[Unwritten]:
    """Exports that were cut off, the newest first."""
    sql = (
        "SELECT id, file, content FROM outbox_export WHERE NOT written AND source = ifnull(?, source) ORDER BY id DESC"
    )
    return [Unwritten(*row) for row in store.connection.execute(sql, (source,)).fetchall()]


def written_to(store: Store, export: int) -> str | None:
    """Where the export's file stands; None as long as nobody has written it."""
    row = store.connection.execute("SELECT file FROM outbox_export WHERE id = ? AND written", (export,)).fetchone()
    return row["file"] if row else None


def add_export(
    store: Store, source: str, format_name: str, file: str, content: bytes, events: Iterable[int], at: datetime
) -> int:
    """Keeps the file that is about to be written, and says of its events that they are on their way."""
    done = store.connection.execute(
        "INSERT INTO outbox_export (at, source, format, file, content, written) VALUES (?, ?, ?, ?, ?, 0)",
        (to_seconds(at), source, format_name, file, content),
    )
    number = int(done.lastrowid or 0)
    store.connection.executemany(
        "UPDATE event SET exported_at = ?, export_id = ? WHERE id = ? AND acknowledged_at IS NULL",
        [(to_seconds(at), number, event) for event in events],
    )
    return number


def drop_export(store: Store, export: int, back_to: int | None = None) -> None:
    """Forgets an export whose file could not be written: its events wait again, or belong to the export before it."""
    store.connection.execute(
        "UPDATE event SET export_id = ?, exported_at = (SELECT at FROM outbox_export WHERE id = ?) WHERE export_id = ?",
        (back_to, back_to, export),
    )
    store.connection.execute("DELETE FROM outbox_export WHERE id = ?", (export,))


def mark_written(store: Store, export: int, file: str) -> None:
    """Notes where the file stands, and keeps it no longer: what it says may have to be taken back."""
    sql = "UPDATE outbox_export SET written = 1, file = ?, content = x'' WHERE id = ?"
    store.connection.execute(sql, (file, export))


def settle(store: Store, events: Sequence[int], at: datetime, run: int | None = None) -> None:
    """Says of these events that nothing is left to tell: a sync has shown them, or there was nothing in them."""
    store.connection.executemany(
        "UPDATE event SET exported_at = ifnull(exported_at, ?), acknowledged_at = ?, acknowledged_run = ? WHERE id = ?",
        [(to_seconds(at), to_seconds(at), run, event) for event in events],
    )
