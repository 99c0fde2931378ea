"""What every test may ask for: a clock that stands still, an empty store, somebody to work on it."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import settings

from agentconsole import locale

if TYPE_CHECKING:  # tests of one room need not load the others
    from agentconsole.domain.desk import Desk
    from agentconsole.services.session import Session
    from agentconsole.store.store import Store

NOW: Final = datetime(2026, 11, 20, 9, tzinfo=UTC)
"""A Friday, 18:00 in Tokyo."""

gc.set_threshold(20_000)  # a console is a hundred thousand objects that stay till its end: looked through less often

settings.register_profile("agentconsole", deadline=None)
settings.register_profile("agentconsole-ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("agentconsole-ci" if os.environ.get("CI") else "agentconsole")


class FrozenClock:
    """A clock that goes on only when told to."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def tick(self, by: timedelta = timedelta(seconds=1)) -> datetime:
        """Goes on, and says what time it is then."""
        self.at += by
        return self.at


@pytest.fixture(autouse=True)
def english() -> None:
    """Each test begins in English, whatever the one before it spoke."""
    locale.set_language("en")


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing of the machine's user reaches a test, and nothing of a test reaches them."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("AGENTCONSOLE_", "XDG_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    for name, folder in (
        ("CONFIG", ".config"),
        ("DATA", ".local/share"),
        ("STATE", ".local/state"),
        ("CACHE", ".cache"),
    ):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / folder))


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new store, made once: copy it."""
    from agentconsole.services import setup

    path = tmp_path_factory.mktemp("template") / "store.db"
    setup.make_store(path, at=NOW).close()
    return path


@pytest.fixture
def new_store(empty_store: Path, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Makes stores, each of its own: for properties, which need one an example."""
    from agentconsole.store.store import Store

    made: list[Store] = []

    def make() -> Store:
        path = tmp_path / f"store-{len(made)}.db"
        shutil.copy(empty_store, path)
        made.append(Store(path))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture
def store(new_store: Callable[[], Store]) -> Store:
    """A store as `agentconsole init` makes it."""
    return new_store()


@pytest.fixture
def session(store: Store, clock: FrozenClock) -> Session:
    """Aoi at work on the store."""
    from agentconsole.services.session import Session
    from agentconsole.store import people

    with store.writing():
        agent = people.ensure_agent(store, "aoi", "見本 葵")
    return Session(store, agent, "cli", clock)


@pytest.fixture
def office(store: Store) -> Desk:
    """A desk with business hours, all tiers and each kind of promise, in the store beside the usual one."""
    from agentconsole.store import desks
    from tests.support import desk

    with store.writing():
        desks.save_desk(store, desk.office(), NOW)
    return desks.desk(store, "office")
