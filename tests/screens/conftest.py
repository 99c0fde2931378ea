"""A desk full of tickets for the screens to show."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentconsole import locale
from agentconsole.services import setup
from agentconsole.services.session import Session
from agentconsole.store import people
from agentconsole.store.store import Store
from tests.conftest import NOW, FrozenClock
from tests.support.console_app import colleague


@pytest.fixture(scope="session")
def full_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store full of fixture tickets around `NOW`, made once: copy it."""
    path = tmp_path_factory.mktemp("full") / "store.db"
    setup.make_store(path, at=NOW, fixtures=True).close()
    return path


@pytest.fixture
def at_work(full_store: Path, tmp_path: Path, clock: FrozenClock) -> Iterator[Session]:
    """Aoi of the first line, on a store full of tickets."""
    path = tmp_path / "full.db"
    shutil.copy(full_store, path)
    with Store(path) as store:
        with store.writing():
            agent = people.ensure_agent(store, "aoi", "見本 葵")
        yield Session(store, agent, "tui", clock)


@pytest.fixture
def mei(at_work: Session) -> Iterator[Session]:
    """A colleague in another process."""
    session = colleague(at_work.store.path, at_work)
    with session.store:
        yield session


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    locale.set_language("en")
