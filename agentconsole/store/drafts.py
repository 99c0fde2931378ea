"""What somebody is writing: kept as typed, until it is sent or emptied."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from agentconsole.domain.errors import NotFoundError, Phrase
from agentconsole.domain.instants import from_seconds, to_seconds
from agentconsole.store.store import Store


@dataclass(frozen=True, slots=True)
class Draft:
    """`kind` is `reply` or `note`."""

    kind: str
    body: str
    updated_at: datetime
    canned: str | None = None
    """The id of the canned answer that it is made of."""


def drafts(store: Store, ticket: int, agent_id: int) -> dict[str, Draft]:
    """An agent's drafts on a ticket, by kind."""
    found = store.connection.execute(
        "SELECT kind, body, updated_at, canned FROM draft WHERE ticket = ? AND agent_id = ?", (ticket, agent_id)
    )
    return {
        row["kind"]: Draft(
            row["kind"], row["body"], from_seconds(row["updated_at"]), next(iter(json.loads(row["canned"])), None)
        )
        for row in found
    }


def save_draft(store: Store, ticket: int, agent_id: int, draft: Draft) -> None:
    """Keeps the draft; an empty text is none any more.

    Raises:
        NotFoundError: the ticket is gone, with the run that had brought it.
    """
    with store.writing():
        if draft.body.strip():
            if not store.connection.execute("SELECT 1 FROM ticket WHERE number = ?", (ticket,)).fetchone():
                words = Phrase("ticket {number} is gone: the sync that brought it was undone", number=ticket)
                raise NotFoundError(words, Phrase("copy what is to be kept of the text"))
            canned = json.dumps([draft.canned] if draft.canned else [])
            store.connection.execute(
                "INSERT INTO draft (ticket, agent_id, kind, body, canned, updated_at) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (ticket, agent_id, kind) "
                "DO UPDATE SET body = excluded.body, canned = excluded.canned, updated_at = excluded.updated_at",
                (ticket, agent_id, draft.kind, draft.body, canned, to_seconds(draft.updated_at)),
            )
        else:
            drop(store, ticket, agent_id, draft.kind)


def drop(store: Store, ticket: int, agent_id: int, kind: str) -> None:
    """What was being written has been said, or given up. Inside a writing transaction."""
    store.connection.execute(
        "DELETE FROM draft WHERE ticket = ? AND agent_id = ? AND kind = ?", (ticket, agent_id, kind)
    )
