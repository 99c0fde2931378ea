"""The outbox: events that the helpdesk was not told of yet. A reading of the one log, and the mark that ends it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agentconsole.domain.change import Outbox
from agentconsole.domain.instants import from_seconds, to_seconds
from agentconsole.store import rows
from agentconsole.store.sql import OUTBOX_WAITING
from agentconsole.store.store import Store


@dataclass(frozen=True, slots=True)
class Waiting:
    """One event that waits, with what the helpdesk needs to know about it.

    Args:
        id: the event's.
        changed: the ticket's fields that it changed, with their new values as JSON holds them.
        author_id: the author's id at the ticket's source, if the source knows them.
        requester: name and mail of who asked; both may be missing.
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
    body: str | None
    public: bool
    author_id: str | None
    subject: str
    priority: str | None
    requester_name: str | None
    requester_mail: str | None
    requester_id: str | None


def waiting(store: Store, source: str | None = None) -> list[Waiting]:
    """What waits, in the order in which it was done; of one source, or of all."""
    found = store.connection.execute(
        'SELECT e.id, e.ticket, e.at, e.actor, e.outbox, e."before", e."after", m.body, m.public, '  # noqa: S608 - fixed words
        "t.source, t.external_id, t.desk, t.subject, t.priority, "
        "a.external_id AS author_id, a.source AS author_source, "
        "c.name AS requester_name, c.email AS requester_mail, "
        "c.external_id AS requester_id, c.source AS requester_source "
        "FROM event e JOIN ticket t ON t.number = e.ticket LEFT JOIN message m ON m.id = e.message_id "
        "LEFT JOIN agent a ON a.id = e.agent_id LEFT JOIN customer c ON c.id = t.requester_id "
        f"WHERE {OUTBOX_WAITING} AND (? IS NULL OR t.source = ?) ORDER BY e.id",
        (source, source),
    )
    return [_waiting(row) for row in found]


def _waiting(row: sqlite3.Row) -> Waiting:
    after = rows.parsed(row["after"])
    return Waiting(
        id=row["id"],
        number=row["ticket"],
        source=row["source"],
        external_id=row["external_id"],
        desk=row["desk"],
        kind=Outbox(row["outbox"]),
        at=from_seconds(row["at"]),
        actor=row["actor"],
        changed={name: after.get(name) for name in rows.parsed(row["before"])},
        body=row["body"],
        public=bool(row["public"]),
        author_id=row["author_id"] if row["author_source"] == row["source"] else None,
        subject=row["subject"],
        priority=row["priority"],
        requester_name=row["requester_name"],
        requester_mail=row["requester_mail"],
        requester_id=row["requester_id"] if row["requester_source"] == row["source"] else None,
    )


def agents_at(store: Store, source: str) -> dict[str, str]:
    """The source's ids of agents, by their login here."""
    found = store.connection.execute(
        "SELECT login, external_id FROM agent WHERE source = ? AND external_id IS NOT NULL", (source,)
    )
    return {row["login"]: row["external_id"] for row in found}


def groups_at(store: Store, source: str) -> dict[str, str]:
    """The source's ids of its groups, by name."""
    found = store.connection.execute(
        "SELECT name, external_id FROM source_group WHERE source = ? AND name IS NOT NULL ORDER BY id DESC", (source,)
    )
    return {row["name"]: row["external_id"] for row in found}


def mark_exported(store: Store, events: Iterable[int], at: datetime) -> int:
    """Says of these events that the helpdesk has them; how many waited. Inside a writing transaction."""
    ids: Sequence[tuple[int, int]] = [(to_seconds(at), event) for event in events]
    store.connection.executemany(
        f"UPDATE event SET exported_at = ? WHERE id = ? AND {OUTBOX_WAITING}",  # noqa: S608 - fixed words
        ids,
    )
    return len(ids)
