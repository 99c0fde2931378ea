"""Sync runs as they were kept."""

from __future__ import annotations

from datetime import datetime

from agentconsole.domain.instants import from_seconds
from agentconsole.store.store import Store


def last_sync(store: Store) -> datetime | None:
    """When the last finished sync ended."""
    row = store.connection.execute("SELECT max(finished_at) FROM sync_run").fetchone()
    return None if row[0] is None else from_seconds(row[0])
