"""Opening a store for somebody, and noticing what came due while nobody looked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from agentconsole.domain.errors import StoreError
from agentconsole.services.session import Session
from agentconsole.store import people, settings
from agentconsole.store.store import Store

FIXTURES: Final = "fixtures"
"""The setting that says a store holds fixture data: there the clock may be frozen for writing too."""


@contextmanager
def closed_if_it_fails(store: Store) -> Iterator[None]:
    """Closes the store where the block raises; else whoever it is handed to does."""
    try:
        yield
    except BaseException:
        store.close()
        raise


def open_session(path: Path, login: str, *, face: str, now: Callable[[], datetime], writes: bool) -> Session:
    """A session of that agent. Whoever writes notices first what came due; see `notice`.

    Args:
        writes: the agent is known from now on; a session that only reads changes nothing in the store.
    """
    store = Store(path)
    with closed_if_it_fails(store):
        agent = people.agent_by_login(store, login)
        if agent is None and writes:
            with store.writing():
                agent = people.ensure_agent(store, login)
    return Session(store, agent or people.Agent(0, login, login, 1, ()), face, now)


def notice(store: Store, now: datetime) -> int:
    """Breaches and wake-ups that are due, once each in any number of processes; says how many tickets moved."""
    from agentconsole.store import writer

    moved = 0
    while True:
        with store.writing():
            batch = writer.notice(store, now)
        moved += batch
        if not batch:
            return moved


def is_fixture_store(path: Path) -> bool:
    """Whether the clock may be frozen for writing: the store was made with fixtures."""
    with suppress(StoreError), Store(path) as store:
        return settings.get(store, FIXTURES) is not None
    return False
