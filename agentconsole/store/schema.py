"""Which schema a store file has. How it gets the newest is `store.migrating`, which few who open a store need."""

from __future__ import annotations

import sqlite3
from typing import Final

from agentconsole.domain.errors import Phrase, StoreError

HEAD: Final = "0016"
"""The newest migration; spelt out so that opening a store need not load Alembic."""


def revision(connection: sqlite3.Connection) -> str | None:
    """The migration the file stands at; None for a file without one.

    Raises:
        StoreError: it is no database, or cannot be read now.
    """
    try:
        found = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'alembic_version'").fetchone()
        row = found and connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise StoreError(Phrase("this file is not a store: {error}", error=str(error))) from error
    return str(row[0]) if row else None
