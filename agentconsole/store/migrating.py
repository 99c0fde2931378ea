"""Making a store file, and bringing one to the newest schema: the only module that loads Alembic."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import create_engine, event
from sqlalchemy.pool import NullPool

from agentconsole.domain.errors import Phrase, StoreError
from agentconsole.store import schema
from agentconsole.store.connection import connect, create_file, keep_log_beside, snapshot


def migrate(path: Path, to: str = schema.HEAD) -> None:
    """Makes the file if need be and brings it to a migration: all of the missing ones, or none.

    Raises:
        StoreError: it belongs to something else (then it stays untouched), or to a newer version.
    """
    create_file(path)
    with closing(connect(path)) as connection:
        with snapshot(connection):
            current = schema.revision(connection)
            _refuse_foreign(connection, path, current)
        if current is None:
            keep_log_beside(connection)
    if current != to:
        _upgrade(path, to)


def _refuse_foreign(connection: sqlite3.Connection, path: Path, current: str | None) -> None:
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if current is None and tables:
        words = Phrase("{path}: a database of something else", path=path)
        raise StoreError(words, Phrase("choose another place with --store"))


def _upgrade(path: Path, to: str) -> None:
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
            words = Phrase("{path}: made by a newer version of agentconsole ({error})", path=path, error=str(error))
            raise StoreError(words, Phrase("update agentconsole")) from error
