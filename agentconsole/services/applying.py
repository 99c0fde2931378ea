"""A lead says that a desk's newest edition shall hold for the tickets that are open, too."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from agentconsole.services.session import Session
from agentconsole.store import applying, desks

BATCH: Final = 100
"""Tickets a transaction: the write lock is held for some 20 ms."""
BREATH_SECONDS: Final = 0.004
"""Between two transactions, so that whoever waits for the lock gets it."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is, or how it ended.

    Args:
        open: open tickets of the desk when it began.
        looked_at: of them, those that did not go by the edition yet.
        changed: tickets whose clocks are others now.
        breached: clocks whose new deadline had passed.
        last: the number of the last ticket that was looked at.
    """

    desk: str
    version: int
    open: int
    looked_at: int = 0
    changed: int = 0
    breached: int = 0
    last: int = 0


def apply_desk(session: Session, key: str, watch: Callable[[Progress], None] = lambda _progress: None) -> Progress:
    """Aims the clocks of all open tickets of a desk anew by its newest edition.

    Each batch is a transaction: stopped at any point, what was done stays done, and once more goes on with the rest.

    Args:
        watch: called after each batch.

    Raises:
        NotFoundError: there is no such desk.
    """
    store = session.store
    progress = Progress(key, desks.desk(store, key).version, applying.open_tickets(store, key))
    while True:
        with store.writing():
            batch = applying.apply_batch(store, key, progress.last, BATCH, session.author, session.now())
        if batch.last is None:
            return progress
        progress = replace(
            progress,
            looked_at=progress.looked_at + batch.looked_at,
            changed=progress.changed + batch.changed,
            breached=progress.breached + batch.breached,
            last=batch.last,
        )
        watch(progress)
        time.sleep(BREATH_SECONDS)
