"""Copying the write-ahead log into the store's file beside a long import, which would wait for the disk otherwise."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Final

from agentconsole.domain.errors import StoreError
from agentconsole.store.connection import connect
from agentconsole.store.store import Store

_TOGETHER: Final = 8
"""Transactions after which the import waits: only a log that is copied to its end begins anew."""


class Checkpoints:
    """A thread with a connection of its own; neither is there before the second transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._connection: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(1, "checkpoint")
        self._copying: Future[None] | None = None
        self._transactions = 0

    def after_commit(self) -> None:
        """Has the log copied while the next transaction is made."""
        self._transactions += 1
        if self._transactions % _TOGETHER == 0:
            self.finish()
        elif self._transactions > 1 and (self._copying is None or self._copying.done()):
            self._copying = self._thread.submit(self._copy)

    def finish(self) -> None:
        """Copies what is left, while nothing is added."""
        if self._copying is not None:
            self._copying.result()
            self._copy()

    def close(self) -> None:
        self._thread.shutdown()
        if self._connection is not None:
            self._connection.close()

    def _copy(self) -> None:
        with suppress(sqlite3.OperationalError, StoreError):  # what cannot be copied now is safe in the log
            if self._connection is None:
                self._connection = connect(self._store.path)
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()


@contextmanager
def beside(store: Store) -> Iterator[Checkpoints]:
    """The import's own commits copy nothing meanwhile."""
    (pages,) = store.connection.execute("PRAGMA wal_autocheckpoint").fetchone()
    store.connection.execute("PRAGMA wal_autocheckpoint = 0")
    checkpoints = Checkpoints(store)
    try:
        yield checkpoints
        checkpoints.finish()
    finally:
        checkpoints.close()
        store.connection.execute(f"PRAGMA wal_autocheckpoint = {pages}")
