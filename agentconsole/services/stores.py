"""Making a store, opening it for somebody, and noticing what came due while nobody looked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from agentconsole.domain.errors import RefusedError, StoreError
from agentconsole.locale import _
from agentconsole.services.session import Session
from agentconsole.store import people, schema, settings, tickets
from agentconsole.store.store import Store

FIXTURES: Final = "fixtures"
"""The setting that says a store holds fixture data: there the clock may be frozen for writing too."""


def make(path: Path, *, at: datetime, fixtures: bool = False, seed: int = 1) -> Store:
    """Makes or migrates a store: empty with one desk, or full of fixture tickets placed around `at`.

    Raises:
        RefusedError: `not_empty`, if fixtures are asked for a store that has tickets.
    """
    from agentconsole.domain.desk_file import default_desk
    from agentconsole.store import desks

    schema.migrate(path)
    store = Store(path)
    with _closed_if_it_fails(store):
        if fixtures:
            _fill(store, at, seed)
        elif not desks.desk_keys(store):
            with store.writing():
                desks.save_desk(store, default_desk(), at)
    return store


@contextmanager
def _closed_if_it_fails(store: Store) -> Iterator[None]:
    try:
        yield
    except BaseException:
        store.close()
        raise


def _fill(store: Store, at: datetime, seed: int) -> None:
    from agentconsole.domain.desk_file import load_desk
    from agentconsole.fixtures_folder import fixtures_folder
    from agentconsole.services import fixtures
    from agentconsole.store import desks, library
    from agentconsole.sync.merge import finish, merge

    if tickets.total(store):
        words = _("{path} has tickets already").format(path=store.path)
        raise RefusedError("not_empty", words, _("name a new place with --store"))
    folder = fixtures_folder()
    with store.writing():
        settings.put(store, FIXTURES, str(seed))
        for file in sorted((folder / "desks").glob("*.toml")):
            desks.save_desk(store, load_desk(file.read_text(encoding="utf-8"), file.name), at)
        library.import_articles(store, fixtures.articles(folder), at)
        library.import_canned(store, fixtures.canned(folder), at)
    every_desk = desks.desks(store)
    summary = merge(
        store,
        fixtures.records(folder, seed=seed, at=at),
        source="demo",
        format_name="fixtures",
        files=(),
        desks=every_desk,
        desk=every_desk[0],
        now=at,
    )
    finish(store, summary, at)


def open_session(path: Path, login: str, *, face: str, now: Callable[[], datetime], writes: bool) -> Session:
    """A session of that agent. Whoever writes notices first what came due; see `notice`.

    Args:
        writes: the agent is known from now on; a session that only reads changes nothing in the store.
    """
    store = Store(path)
    with _closed_if_it_fails(store):
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
