"""A store's content as plain values, for comparing."""

from __future__ import annotations

import json
from typing import Any, Final

from agentconsole.store.store import Store

TABLES: Final = (
    "agent", "organization", "source_group", "customer", "movement", "account_event", "ticket", "ticket_tag",
    "ticket_field", "message", "event", "clock", "queue_count", "draft",
)  # fmt: skip


def table(store: Store, name: str, columns: str = "*") -> list[dict[str, Any]]:
    return [dict(row) for row in store.connection.execute(f"SELECT {columns} FROM {name}")]  # noqa: S608 - of tests


def everything(store: Store) -> dict[str, list[dict[str, Any]]]:
    """All tables that hold what people did and said."""
    return {name: table(store, name) for name in TABLES}


def by_names(store: Store) -> dict[str, Any]:
    """The tickets with all that hangs on them, by the source's names instead of our ids: what order cannot change."""
    tickets = store.connection.execute(
        "SELECT t.*, a.login, c.external_id AS requester, o.external_id AS organization FROM ticket t "
        "LEFT JOIN agent a ON a.id = t.assignee_id LEFT JOIN customer c ON c.id = t.requester_id "
        "LEFT JOIN organization o ON o.id = t.organization_id"
    )
    own = ("number", "assignee_id", "requester_id", "organization_id", "version", "source_state")
    found: dict[str, Any] = {}
    for row in tickets:
        plain = {name: row[name] for name in row.keys() if name not in own}  # noqa: SIM118 - a Row yields its values
        found[row["external_id"]] = plain | {
            "messages": _messages(store, row["number"]),
            "clocks": _clocks(store, row["number"]),
            "tags": json.loads(row["tags"]),
        }
    return found


def _messages(store: Store, number: int) -> list[tuple[Any, ...]]:
    found = store.connection.execute(
        "SELECT m.external_id, m.at, m.author_kind, a.login, c.external_id, m.public, m.body FROM message m "
        "LEFT JOIN agent a ON a.id = m.agent_id LEFT JOIN customer c ON c.id = m.customer_id "
        "WHERE m.ticket = ? ORDER BY m.external_id",
        (number,),
    )
    return [tuple(row) for row in found]


def _clocks(store: Store, number: int) -> list[tuple[Any, ...]]:
    found = store.connection.execute("SELECT * FROM clock WHERE ticket = ? ORDER BY kind, instance", (number,))
    return [tuple(row)[1:] for row in found]
