"""The store: one SQLite file, opened once a process, with a connection a thread."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

from agentconsole.domain.errors import Phrase, StoreError
from agentconsole.locale import _
from agentconsole.store import schema
from agentconsole.store.connection import connect, immediate, patience, snapshot

if TYPE_CHECKING:
    from agentconsole.domain.desk import Desk

_LOG_SECONDS: Final = 0.1
"""For so long it is waited for those who read in the log: a list is read in less."""


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """While the store at `path` is read outside of all transactions.

    Raises:
        StoreError: it cannot be: its disk is full, or it is damaged.
    """
    try:
        yield
    except sqlite3.Error as error:
        words = Phrase("{path}: the store cannot be read: {error}", path=path, error=str(error))
        hint = Phrase("make room on its disk if that is full, else see what agentconsole doctor says")
        raise StoreError(words, hint) from error


class Store:
    """Hand it to the functions of this package; nobody else asks it for its connection.

    Args:
        path: an existing store at the newest schema; `migrating.migrate` makes one.

    Raises:
        StoreError: no store there, or one of another version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.desk_versions: dict[tuple[str, int], Desk] = {}
        """Parsed desks; a version never changes, so they are kept for good."""
        self._threads = threading.local()
        if not path.exists():
            raise StoreError(
                _("{path}: there is no store").format(path=path),
                _("agentconsole init makes one; agentconsole demo opens a throwaway one"),
            )
        try:
            self._check_schema()
        except BaseException:
            self.close()
            raise

    def _check_schema(self) -> None:
        found = schema.revision(self.connection)
        if found != schema.HEAD:
            words = _("{path}: its schema is {found}, not {wanted}")
            raise StoreError(
                words.format(path=self.path, found=found or "-", wanted=schema.HEAD),
                _("agentconsole init brings it up to date"),
            )

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = connect(self.path)
            connection.row_factory = sqlite3.Row
            self._threads.connection = connection
        return connection

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All or nothing, with the write lock held from the start: reads inside are of what will be written upon."""
        with immediate(self.connection):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Several reads of one moment."""
        with snapshot(self.connection):
            yield

    def data_version(self) -> int:
        """Changes whenever another connection has written; asking costs microseconds."""
        return int(self.connection.execute("PRAGMA data_version").fetchone()[0])

    def clear_log(self) -> bool:
        """Copies the log beside the file into it and empties it, unless somebody is reading in it; says whether."""
        with patience(self.connection, _LOG_SECONDS):
            (is_busy, *_pages) = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not is_busy

    @contextmanager
    def copied_to(self, path: Path) -> Iterator[Store]:
        """A copy of the store as it is now, open; closed at the end, and left where it is."""
        with closing(sqlite3.connect(path)) as target:
            self.connection.backup(target)
        with Store(path) as copy:
            yield copy

    def close(self) -> None:
        """Closes this thread's connection. Another thread may be reading, and would break down: its connection ends
        with its last use."""
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if connection is not None:
            connection.close()
        self._threads = threading.local()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
