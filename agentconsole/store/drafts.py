"""What somebody is writing: kept as typed, until it is sent or emptied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agentconsole.domain.instants import from_seconds, to_seconds
from agentconsole.store.store import Store


@dataclass(frozen=True, slots=True)
class Draft:
    """`kind` is `reply` or `note`."""

    kind: str
    body: str
    updated_at: datetime


def drafts(store: Store, ticket: int, agent_id: int) -> dict[str, Draft]:
    """An agent's drafts on a ticket, by kind."""
    found = store.connection.execute(
        "SELECT kind, body, updated_at FROM draft WHERE ticket = ? AND agent_id = ?", (ticket, agent_id)
    )
    return {row["kind"]: Draft(row["kind"], row["body"], from_seconds(row["updated_at"])) for row in found}


def save_draft(store: Store, ticket: int, agent_id: int, kind: str, body: str, at: datetime) -> None:
    """Keeps the text; an empty one is no draft any more."""
    with store.writing():
        if body.strip():
            store.connection.execute(
                "INSERT INTO draft (ticket, agent_id, kind, body, canned, updated_at) VALUES (?, ?, ?, ?, '[]', ?) "
                "ON CONFLICT (ticket, agent_id, kind) "
                "DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at",
                (ticket, agent_id, kind, body, to_seconds(at)),
            )
        else:
            store.connection.execute(
                "DELETE FROM draft WHERE ticket = ? AND agent_id = ? AND kind = ?", (ticket, agent_id, kind)
            )


def drop(store: Store, ticket: int, agent_id: int, public: bool) -> None:
    """What was being written has been said. Inside a writing transaction."""
    store.connection.execute(
        "DELETE FROM draft WHERE ticket = ? AND agent_id = ? AND kind = ?",
        (ticket, agent_id, "reply" if public else "note"),
    )
