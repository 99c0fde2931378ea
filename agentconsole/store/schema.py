"""Which schema a store file has, and how it gets the newest."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from agentconsole.domain.errors import StoreError
from agentconsole.store.connection import connect, create_file, keep_log_beside, snapshot

HEAD: Final = "0009"
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
        raise StoreError(f"this file is not a store: {error}") from error
    return str(row[0]) if row else None


def migrate(path: Path, to: str = HEAD) -> None:
    """Makes the file if need be and brings it to a migration: all of the missing ones, or none.

    Raises:
        StoreError: it belongs to something else (then it stays untouched), or to a newer version.
    """
    create_file(path)
    with closing(connect(path)) as connection:
        with snapshot(connection):
            current = revision(connection)
            _refuse_foreign(connection, path, current)
        if current is None:
            keep_log_beside(connection)
    if current != to:
        _upgrade(path, to)


def _refuse_foreign(connection: sqlite3.Connection, path: Path, current: str | None) -> None:
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if current is None and tables:
        raise StoreError(f"{path}: a database of something else", "choose another place with --store")


def _upgrade(path: Path, to: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    config = Config()
    config.set_main_option("script_location", "agentconsole.store:migrations")
    config.set_main_option("path_separator", "os")
    engine = create_engine("sqlite://", creator=lambda: connect(path), poolclass=NullPool)
    # SQLAlchemy leaves it to the driver to begin, and ours never does: so each migration is whole or not at all.
    event.listen(engine, "begin", lambda begun: begun.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, to)
        except CommandError as error:
            raise StoreError(
                f"{path}: made by a newer version of agentconsole ({error})", "update agentconsole"
            ) from error
