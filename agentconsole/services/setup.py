"""Making a store, empty or full of fixture tickets, and bringing one up to date."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from agentconsole.domain.desk_file import default_desk, load_desk
from agentconsole.domain.errors import RefusedError
from agentconsole.fixtures_folder import fixtures_folder
from agentconsole.locale import _
from agentconsole.services import fixtures as fixture_data
from agentconsole.services.stores import FIXTURES, closed_if_it_fails
from agentconsole.store import desks, library, settings, tickets
from agentconsole.store.migrating import migrate
from agentconsole.store.store import Store
from agentconsole.sync.merge import finish, merge


def make_store(path: Path, *, at: datetime, fixtures: bool = False, seed: int = 1) -> Store:
    """Makes or migrates a store: empty with one desk, or full of fixture tickets placed around `at`.

    Raises:
        RefusedError: `not_empty`, if fixtures are asked for a store that has tickets.
    """
    migrate(path)
    store = Store(path)
    with closed_if_it_fails(store):
        if fixtures:
            _fill(store, at, seed)
        elif not desks.desk_keys(store):
            with store.writing():
                desks.save_desk(store, default_desk(), at)
    return store


def _fill(store: Store, at: datetime, seed: int) -> None:
    if tickets.total(store):
        words = _("{path} has tickets already").format(path=store.path)
        raise RefusedError("not_empty", words, _("name a new place with --store"))
    folder = fixtures_folder()
    with store.writing():
        settings.put(store, FIXTURES, str(seed))
        for file in sorted((folder / "desks").glob("*.toml")):
            desks.save_desk(store, load_desk(file.read_text(encoding="utf-8"), file.name), at)
        library.import_articles(store, fixture_data.articles(folder), at)
        library.import_canned(store, fixture_data.canned(folder), at)
    every_desk = desks.desks(store)
    summary = merge(
        store,
        fixture_data.records(folder, seed=seed, at=at),
        source="demo",
        format_name="fixtures",
        files=(),
        desks=every_desk,
        desk=every_desk[0],
        now=at,
    )
    finish(store, summary, at)
