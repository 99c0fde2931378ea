"""Lists that somebody keeps under a name: a query and an order, for one agent or for everyone on this store."""

from __future__ import annotations

from dataclasses import dataclass

from agentconsole.store.store import Store


@dataclass(frozen=True, slots=True)
class SavedView:
    id: int
    name: str
    query: str
    sort: str
    shared: bool
    """Whether it is everyone's."""
    made_by: str | None
    """The login of who kept it, as far as that is known."""


def views(store: Store, agent_id: int) -> list[SavedView]:
    """An agent's own, then everyone's, each by name."""
    found = store.connection.execute(
        "SELECT * FROM saved_view WHERE agent_id = ? OR agent_id IS NULL ORDER BY agent_id IS NULL, name, id",
        (agent_id,),
    )
    return [
        SavedView(row["id"], row["name"], row["query"], row["sort"], row["agent_id"] is None, row["made_by"])
        for row in found
    ]


def add(store: Store, owner: int | None, name: str, query: str, sort: str, *, made_by: str) -> None:
    """Keeps a list under a name that its owner has not given yet; without an owner it is everyone's.

    Inside a writing transaction, as `change`.
    """
    store.connection.execute(
        "INSERT INTO saved_view (agent_id, name, query, sort, made_by) VALUES (?, ?, ?, ?, ?)",
        (owner, name, query, sort, made_by),
    )


def change(store: Store, view_id: int, name: str, query: str, sort: str) -> None:
    store.connection.execute(
        "UPDATE saved_view SET name = ?, query = ?, sort = ? WHERE id = ?", (name, query, sort, view_id)
    )


def delete(store: Store, view_id: int) -> None:
    with store.writing():
        store.connection.execute("DELETE FROM saved_view WHERE id = ?", (view_id,))
