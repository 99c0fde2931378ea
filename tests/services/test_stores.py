"""Stores: made, filled for the demo, opened for somebody."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentconsole.domain.desk_file import load_desk
from agentconsole.domain.errors import NotFoundError, RefusedError, StoreError
from agentconsole.services import setup, stores
from agentconsole.store import desks, library, people, tickets
from agentconsole.store.store import Store
from tests.conftest import NOW, FrozenClock
from tests.support.desk import TEXT, office
from tests.support.dump import everything, table
from tests.support.records import take, ticket


def test_a_plain_store_has_one_desk_and_nothing_else(store: Store) -> None:
    assert desks.desk_keys(store) == ["default"]
    assert tickets.total(store) == 0
    assert table(store, "agent") == []
    assert not stores.is_fixture_store(store.path)


def test_making_it_again_changes_nothing(store: Store) -> None:
    take(store, ticket("1"))
    before = everything(store)
    setup.make_store(store.path, at=NOW).close()
    assert everything(store) == before


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "store.db"
    setup.make_store(path, at=NOW, fixtures=True).close()
    return path


def test_the_demo_is_full_and_nothing_in_it_is_left_over(demo: Path) -> None:
    assert stores.is_fixture_store(demo)
    with Store(demo) as store:
        assert tickets.total(store) >= 290
        assert len(desks.desk_keys(store)) == 3
        assert table(store, "rejected_record") == []
        assert len(library.articles(store)) >= 16
        assert len(library.canned_answers(store)) >= 16
        assert stores.notice(store, NOW) == 0
        assert store.connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert {row["verb"] for row in table(store, "event")} == {"imported"}
        assert {"customer", "agent", "bot"} <= {row["author_kind"] for row in table(store, "message")}


def test_the_demo_fills_only_an_empty_store(demo: Path, store: Store) -> None:
    take(store, ticket("1"))
    for path in (demo, store.path):
        with pytest.raises(RefusedError) as refused:
            setup.make_store(path, at=NOW, fixtures=True)
        assert refused.value.code == "not_empty"


def test_an_agent_is_known_from_their_first_work_on(store: Store, clock: FrozenClock) -> None:
    reader = stores.open_session(store.path, "mei", face="cli", now=clock, writes=False)
    assert reader.agent.login == "mei"
    assert people.agent_by_login(store, "mei") is None
    writer = stores.open_session(store.path, "mei", face="cli", now=clock, writes=True)
    again = stores.open_session(store.path, "mei", face="tui", now=clock, writes=True)
    assert writer.agent == again.agent == people.agent_by_login(store, "mei")
    for session in (reader, writer, again):
        session.store.close()


def test_there_must_be_a_store_to_open(tmp_path: Path, clock: FrozenClock) -> None:
    with pytest.raises(StoreError):
        stores.open_session(tmp_path / "none.db", "mei", face="cli", now=clock, writes=True)
    assert not stores.is_fixture_store(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []


# --- desks


def test_each_edition_of_a_desk_is_kept(store: Store) -> None:
    first, second = office(), TEXT.replace('"2h"', '"3h"')
    with store.writing():
        assert desks.save_desk(store, first, NOW)
        assert not desks.save_desk(store, first, NOW)
    take(store, ticket("1", created_at=NOW, updated_at=NOW), desk="office")
    with store.writing():
        assert desks.save_desk(store, load_desk(second, "office"), NOW)
    assert (desks.desk(store, "office").version, desks.desk(store, "office", 1).version) == (2, 1)
    clock = tickets.clocks_of(store, 10001)[0]
    assert desks.desk(store, "office", clock.policy_version).source_text == TEXT
    assert [desk.key for desk in desks.desks(store)] == ["default", "office"]


def test_an_unknown_desk_names_the_nearest(store: Store) -> None:
    with pytest.raises(NotFoundError) as unknown:
        desks.desk(store, "defualt")
    assert "default" in unknown.value.hint
    with pytest.raises(NotFoundError):
        desks.desk(store, "default", 7)
