"""Facts about the store itself."""

from __future__ import annotations

from agentconsole.store.store import Store


def get(store: Store, key: str) -> str | None:
    row = store.connection.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row["value"])


def put(store: Store, key: str, value: str) -> None:
    """Inside a writing transaction."""
    store.connection.execute(
        "INSERT INTO setting VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value)
    )
