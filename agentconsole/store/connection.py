"""Connections: how the file is opened, and the one discipline of writing."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from agentconsole.domain.errors import Phrase, StoreError
from agentconsole.domain.text import fold
from agentconsole.locale import _
from agentconsole.store import adapters

BUSY_SECONDS: Final = 5.0
"""How long a writer waits for another before it gives up."""
_ASK_AGAIN_SECONDS: Final = 0.001

_PRAGMAS: Final = (
    "PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000;"
    "PRAGMA secure_delete = ON"  # what is redacted is overwritten; many builds of SQLite do so unasked, and not all
)


adapters.register()


def connect(path: Path) -> sqlite3.Connection:
    """Opens an existing store file in autocommit mode; transactions are begun by `immediate` alone.

    Raises:
        StoreError: it is not there, not readable, or not a database.
    """
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.executescript(_PRAGMAS)
        except sqlite3.Error:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise StoreError(
            Phrase("{path}: cannot be opened as a store: {error}", path=path, error=str(error)), _way_out(error)
        ) from error
    connection.create_function("says", 2, _says, deterministic=True)
    connection.create_function("same", 2, _same, deterministic=True)
    return connection


def _way_out(error: sqlite3.Error) -> str:
    """What to do about a file that cannot be opened. Even who only reads leaves a mark in the log beside the file."""
    if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return Phrase("it and its folder have to be writable: copy it to a folder of yours")
    return Phrase("agentconsole --store PATH init makes one at another place")


def _says(text: str | None, term: str) -> bool:
    """SQL's `says(text, term)`: whether a text holds a term, both folded: neither width nor case tells them apart."""
    return text is not None and fold(term) in fold(text)


def _same(text: str | None, other: str) -> bool | None:
    """SQL's `same(text, other)`: equality without width and case; null stays unknown."""
    return None if text is None else fold(text) == fold(other)


def create_file(path: Path) -> None:
    """Makes an empty file that only its owner can read; an existing one is left as it is."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        words = Phrase("{path}: cannot be made: {error}", path=path, error=error.strerror)
        raise StoreError(words, Phrase("choose another place with --store")) from error


def keep_log_beside(connection: sqlite3.Connection) -> None:
    """Turns on the write-ahead log, for good: readers and one writer do not wait for each other."""
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.Error as error:
        words = Phrase("the store cannot be made: {error}", error=str(error))
        raise StoreError(words, Phrase("choose another place with --store")) from error


@contextmanager
def immediate(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """One writing transaction: the write lock is taken first, so that what is read inside is what is written upon.

    Raises:
        StoreError: another process kept the lock for longer than the busy timeout, the disk is full, or the file is
            damaged.
    """
    try:
        _begin(connection)
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # SQLite has rolled back by itself if the disk is full
                connection.execute("ROLLBACK")
            raise
    except sqlite3.DatabaseError as error:
        if type(error) not in (sqlite3.OperationalError, sqlite3.DatabaseError):
            raise
        words = _("the store cannot be written: {error}").format(error=error)
        raise StoreError(words, _remedy(error)) from error


def _remedy(error: sqlite3.Error) -> str:
    """What to do about a store that cannot be written now."""
    if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
        return _("make room on its disk; what was written before stays")
    return _("another process may be busy with it; try again")


def _begin(connection: sqlite3.Connection) -> None:
    """Takes the write lock, asking for it every millisecond or so.

    SQLite itself asks ever more seldom, up to ten times a second: beside somebody who writes batch after batch, with
    but a breath between them, it would wait for seconds.
    """
    with patience(connection, 0) as usual:
        deadline = time.monotonic() + usual
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                    raise
                time.sleep(_ASK_AGAIN_SECONDS)
            else:
                return


@contextmanager
def patience(connection: sqlite3.Connection, seconds: float) -> Iterator[float]:
    """Has SQLite wait so long for others; yields how long it does otherwise, in seconds."""
    (usual,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
    try:
        yield usual / 1000
    finally:
        connection.execute(f"PRAGMA busy_timeout = {usual}")


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Several reads of one moment; inside a transaction they are of its moment."""
    if connection.in_transaction:
        yield connection
        return
    connection.execute("BEGIN")
    try:
        yield connection
    finally:
        connection.execute("COMMIT")
