"""The transactions of one sync: as large as may be while it is alone, short beside others."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from agentconsole.store.checkpoints import Checkpoints
from agentconsole.store.store import Store

BATCH: Final = 300
"""Records a transaction, at the most."""
LEAST: Final = 20
"""Fewer are not worth a transaction, however slow the machine."""
ALONE_SECONDS: Final = 0.15
"""For about so long the write lock is held at once,"""
BESIDE_SECONDS: Final = 0.025
"""and for so long while others work on the store."""
COMPANY_SECONDS: Final = 10.0
"""Who has written something is taken to be at work for so long."""
BREATH_SECONDS: Final = 0.002
"""Between two transactions: whoever waits for the lock asks for it each millisecond."""


class Pace:
    """How many records the next transaction takes, and who is let in before it.

    Alone a sync takes as many as it may. Beside others, whom it knows by what they commit, it holds the lock briefly.
    """

    def __init__(self) -> None:
        self.size = min(BATCH, 2 * LEAST)
        self._version: int | None = None
        self._company_until = 0.0

    def note(self, records: int, seconds: float, version: int, at: float) -> None:
        """
        Args:
            records, seconds: of the last transaction.
            version: of the store after it (`Store.data_version`): another one, once others have written.
            at: of a clock that never goes back, in seconds.
        """
        if version != self._version and self._version is not None:
            self._company_until = at + COMPANY_SECONDS
        self._version = version
        held = BESIDE_SECONDS if self.has_company(at) else ALONE_SECONDS
        fitting = int(records * held / seconds) if seconds > 0 else BATCH
        self.size = min(BATCH, max(LEAST, fitting))

    def has_company(self, at: float) -> bool:
        return at < self._company_until


class Steps:
    """Writes step by step; between two of them others are let in."""

    def __init__(self, store: Store, log: Checkpoints) -> None:
        self._store = store
        self._log = log
        self._pace = Pace()

    def size(self) -> int:
        """How many records the next one may take."""
        return self._pace.size

    @contextmanager
    def step(self, records: int) -> Iterator[None]:
        """One transaction, of so many records."""
        with self._store.writing():
            began = time.monotonic()
            yield
        ended = time.monotonic()
        self._log.after_commit()
        self._pace.note(records, ended - began, self._store.data_version(), ended)
        if self._pace.has_company(ended):
            time.sleep(BREATH_SECONDS)
