"""The file: how it is made, guarded, and brought up to date."""

from __future__ import annotations

import sqlite3
import stat
import warnings
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect
from sqlmodel import SQLModel

from agentconsole.domain.change import Author
from agentconsole.domain.errors import StoreError
from agentconsole.domain.query import parse
from agentconsole.domain.values import Condition
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store import (
    conflicts,
    forgetting,
    line_digests,
    mails,
    migrations,
    outbox,
    quarantine,
    redactions,
    schema,
    sql,
    tickets,
    views,
)
from agentconsole.store.migrating import migrate
from agentconsole.store.outbox import State
from agentconsole.store.query_sql import Viewer
from agentconsole.store.store import Store
from agentconsole.store.undoing import undo_run
from agentconsole.sync.outbox import mark_of
from tests.support.dump import everything
from tests.support.records import NOW

INVISIBLE = ("ticket_words", "customer_words", "article_words", "alembic_version", "sqlite_")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "store.db"


def objects(store: Path) -> dict[str, str]:
    """What SQLite's own catalogue lists, by name: the kind of it."""
    with closing(sqlite3.connect(store)) as connection:
        return dict(connection.execute("SELECT name, type FROM sqlite_schema"))


def test_a_new_store_opens_at_the_newest_schema(path: Path) -> None:
    migrate(path)
    with Store(path) as store:
        assert schema.revision(store.connection) == schema.HEAD


def test_head_is_the_script_directorys_head() -> None:
    config = Config()
    config.set_main_option("script_location", "agentconsole.store:migrations")
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


def test_the_migrations_make_what_the_tables_declare(path: Path) -> None:
    migrate(path)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda _item, name, *_rest: not str(name).startswith(INVISIBLE),
            },
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an index on expressions cannot be reflected: it is looked at below
            assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_every_index_is_there_with_its_words(path: Path) -> None:
    migrate(path)
    declared = {str(index.name) for table in SQLModel.metadata.tables.values() for index in table.indexes}
    found = {name for name, kind in objects(path).items() if kind == "index" and not name.startswith("sqlite_")}
    assert found == declared
    with closing(sqlite3.connect(path)) as connection:
        words = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'ticket_by_due'").fetchone()[0]
    assert sql.SORT_DUE in words
    assert sql.LIVE in words


def test_every_foreign_key_is_declared(path: Path) -> None:
    migrate(path)
    engine = create_engine(f"sqlite:///{path}")
    found = {
        (name, key["constrained_columns"][0], key["referred_table"])
        for name in SQLModel.metadata.tables
        for key in inspect(engine).get_foreign_keys(name)
    }
    declared = {
        (name, key.parent.name, key.column.table.name)
        for name, table in SQLModel.metadata.tables.items()
        for key in table.foreign_keys
    }
    engine.dispose()
    assert found == declared


def test_only_the_owner_may_read_it_and_it_keeps_a_log_beside(path: Path) -> None:
    migrate(path)
    with Store(path) as store:
        store.connection.execute("BEGIN IMMEDIATE")
        store.connection.execute("INSERT INTO setting VALUES ('a', 'b')")
        store.connection.execute("COMMIT")
        files = sorted(path.parent.iterdir())
        assert [file.name for file in files] == ["store.db", "store.db-shm", "store.db-wal"]
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
        assert store.connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_references_are_kept_true(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError), store.writing():
        store.connection.execute("INSERT INTO ticket_tag VALUES (99999, 'nobody')")


def test_migrating_again_leaves_everything_as_it_was(session: Session) -> None:
    deeds.open_ticket(session, desk="default", channel="phone", name="見本 太郎", subject="電話", body="出金の件")
    before = everything(session.store)
    migrate(session.store.path)
    assert everything(session.store) == before


@pytest.fixture
def first_schema(path: Path) -> Path:
    """A store of the first schema with a ticket and what was said on it."""
    migrate(path, to="0001")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO ticket (number, desk, source, external_id, subject, channel, status, tier, "
            "created_at, updated_at, tags, fields, version, source_state, extra) "
            "VALUES (10001, 'default', 'zendesk', '77', '出金', 'form', 'open', 1, 1, 1, '[]', '{}', 1, '{}', '{}')"
        )
        connection.execute(
            "INSERT INTO message (ticket, source, at, author_kind, public, body, automatic, attachments, extra) "
            "VALUES (10001, 'zendesk', 1, 'customer', 1, 'まだ届きません', 0, '[]', '{}')"
        )
    return path


def test_a_store_of_an_earlier_schema_keeps_its_tickets(first_schema: Path) -> None:
    migrate(first_schema)
    with Store(first_schema) as store:
        ticket = tickets.get(store, tickets.resolve(store, "zendesk:77"))
        assert (ticket.number, ticket.subject) == (10001, "出金")
        assert [message.body for message in tickets.messages(store, ticket)] == ["まだ届きません"]
        assert not line_digests.any_of(store, "zendesk")  # so it is read once more


def test_a_migration_that_fails_leaves_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = migrations.run_script

    def breaks(name: str) -> None:
        whole(name)
        raise RuntimeError("out of paper")

    monkeypatch.setattr(migrations, "run_script", breaks)
    with pytest.raises(RuntimeError):
        migrate(path)
    assert objects(path) == {}
    monkeypatch.undo()
    migrate(path)
    Store(path).close()


def migrated(path: Path, revision: str, script: str) -> Store:
    """A store of an earlier schema, filled by the script, brought up to date."""
    migrate(path, to=revision)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    migrate(path)
    return Store(path)


def test_a_store_of_an_earlier_schema_keeps_what_was_set_aside_and_learns_the_conditions(
    path: Path,
) -> None:
    with migrated(path, "0004", FOURTH) as store:
        assert [tickets.get(store, number).conditions for number in (10001, 10002)] == [(Condition.DELETED,), ()]
        first, second, third = quarantine.listed(store)
        assert (first.source, first.ticket, first.is_record) == ("zendesk", "404", True)
        assert (second.ticket, second.is_record) == (None, True)
        assert (third.ticket, third.is_record, third.raw) == (None, False, "{}")


def test_a_store_of_an_earlier_schema_keeps_what_was_set_aside_and_can_undo_its_runs(
    path: Path,
) -> None:
    with migrated(path, "0006", SIXTH) as store:
        [aside] = quarantine.listed(store)
        assert (aside.raw, aside.desk, aside.profile) == ("{}", None, None)
        assert aside.reason and type(aside.reason) is str  # nobody knows what it is made of
        assert not redactions.any_told(store, "zendesk")
        assert [(each.number, each.field) for each in conflicts.conflicts(store)] == [(10001, "priority")]
        assert [tickets.get(store, number).in_conflict for number in range(10001, 10004)] == [True, False, False]
        with store.writing():
            undo_run(store, 1, Author("lead", "cli"), datetime(2026, 11, 20, tzinfo=UTC))
        assert quarantine.listed(store) == [aside]  # nobody knows whether it was that run's own


def test_a_store_of_an_earlier_schema_lists_its_live_tickets(path: Path) -> None:
    with migrated(path, "0009", NINTH) as store:
        live = parse("is:open", now=NOW, zone=UTC)
        listed = tickets.page(store, live, Viewer("aoi", NOW))
        assert [each.number for each in listed] == [10004, 10001, 10002, 10003]
        words = store.connection.execute("SELECT sql FROM sqlite_schema WHERE name LIKE 'ticket_by_%'").fetchall()
        assert sum(sql.LIVE in row[0] for row in words) == 2
        assert (tickets.total(store), tickets.live_by_tier(store)) == (6, {1: 4})


NINTH = """
INSERT INTO ticket (desk, source, subject, channel, status, tier, created_at, updated_at, due_at, tags, fields, version,
    source_state, extra)
    SELECT 'default', 'local', 's', 'mail', value, 1, 0, 0, 10 - (value = 'hold'), '[]', '{}', 1, '{}', '{}'
    FROM json_each('["new", "open", "pending", "hold", "solved", "closed"]');
"""


def test_a_store_of_an_earlier_schema_knows_where_its_mails_are(path: Path) -> None:
    with migrated(path, "0010", TENTH) as store:
        found = mails.places(store, "mail", ("1@example.com", "2@example.com", "3@example.com"))
        assert found == {
            "1@example.com": mails.Place("1@example.com", is_here=False),
            "2@example.com": mails.Place("1@example.com", is_here=True),
        }
        assert mails.places(store, "zammad", ("3@example.com",)) == {}


TENTH = """
INSERT INTO sync_run (started_at, source, format, files, summary) VALUES (0, 'mail', 'mail', '[]', '{}');
INSERT INTO sync_run (started_at, source, format, files, summary) VALUES (0, 'zammad', 'zammad', '[]', '{}');
INSERT INTO ticket (desk, source, external_id, subject, channel, status, tier, created_at, updated_at, tags, fields,
    version, source_state, extra) VALUES
    ('default', 'mail', '1@example.com', 's', 'mail', 'open', 1, 0, 0, '[]', '{}', 1, '{}', '{}'),
    ('default', 'zammad', '7', 's', 'mail', 'open', 1, 0, 0, '[]', '{}', 1, '{}', '{}');
INSERT INTO message (ticket, source, external_id, at, author_kind, public, automatic, body, attachments, extra) VALUES
    (10001, 'mail', 'a', 0, 'customer', 1, 0, 'b', '[]', '{"message_id": "2@example.com"}'),
    (10002, 'zammad', 'b', 0, 'customer', 1, 0, 'b', '[]', '{"message_id": "3@example.com"}');
"""


def test_a_saved_list_of_an_earlier_schema_is_known_to_be_its_owners(path: Path) -> None:
    lists = """
        INSERT INTO agent (id, login, name, tier, teams) VALUES (1, 'aoi', 'Aoi', 1, '[]');
        INSERT INTO saved_view (agent_id, name, query, sort) VALUES (1, 'x', '', 'due'), (NULL, 'x', '', 'due');
    """
    with migrated(path, "0011", lists) as store:
        assert [view.made_by for view in views.views(store, 1)] == ["aoi", None]


def test_a_store_of_an_earlier_schema_merges_its_index_seldom_and_finds_what_it_found(path: Path) -> None:
    words = "INSERT INTO ticket_words (rowid, words) VALUES (10001, 'refund')"
    with migrated(path, "0013", words) as store:
        found = store.connection.execute("SELECT rowid FROM ticket_words WHERE ticket_words MATCH 'refund'")
        assert [row[0] for row in found] == [10001]
        settings = store.connection.execute("SELECT k, v FROM ticket_words_config WHERE k LIKE '%merge'")
        assert {(row["k"], row["v"]) for row in settings} == {("automerge", 16), ("crisismerge", 64)}


def test_a_store_of_an_earlier_schema_notes_what_was_redacted_and_forgets_its_words(path: Path) -> None:
    with migrated(path, "0013", THIRTEENTH) as store:
        noted = store.connection.execute("SELECT comment, id, ticket, is_file FROM redaction ORDER BY comment, id")
        assert [tuple(row) for row in noted] == [
            ("a", "shown", "1", 0), ("b", "shown", "1", 0), ("c", "shown file", "1", 1)
        ]  # fmt: skip
        kept = store.connection.execute("SELECT content FROM outbox_export")
        assert [row["content"] for row in kept] == [b"", b"wanted"]
        assert forgetting.owed(store)


def test_a_store_of_which_nothing_was_redacted_has_nothing_to_forget(path: Path) -> None:
    with migrated(path, "0013", NINTH) as store:
        assert forgetting.owed(store) is None


THIRTEENTH = """
INSERT INTO ticket (desk, source, external_id, subject, channel, status, tier, created_at, updated_at, tags, fields,
    version, source_state, extra, conditions)
    VALUES ('default', 'zendesk', '1', 's', 'mail', 'open', 1, 0, 0, '[]', '{}', 1, '{}', '{}', '["redacted"]');
INSERT INTO message (ticket, source, external_id, at, author_kind, public, automatic, body, attachments, extra,
    redacted) VALUES
    (10001, 'zendesk', 'a', 0, 'customer', 1, 0, 'card ▇▇▇', '[]', '{}', 1),
    (10001, 'zendesk', 'b', 0, 'customer', 1, 0, ' ', '[]', '{}', 1),
    (10001, 'zendesk', 'c', 0, 'customer', 1, 0, 'see file', '[{"name": "redacted.txt"}]', '{}', 1),
    (10001, 'zendesk', 'd', 0, 'customer', 1, 0, '▇…▇', '[]', '{}', 1),
    (10001, 'zendesk', 'e', 0, 'customer', 1, 0, 'a ▇ of somebody', '[]', '{}', 0),
    (10001, 'local', NULL, 0, 'agent', 1, 0, 'ours', '[]', '{}', 0);
INSERT INTO outbox_export (at, source, format, file, content, written) VALUES
    (0, 'zendesk', 'zendesk', 'a.json', x'3132', 1), (0, 'zendesk', 'zendesk', 'b.json', 'wanted', 0);
UPDATE outbox_export SET content = CAST(content AS BLOB);
"""
SIXTH = """
INSERT INTO sync_run (started_at, source, format, files, summary, marks)
    VALUES (0, 'zendesk', 'zendesk', '[]', '{}', '{"event": 0, "message": 0, "customer": 0}');
INSERT INTO rejected_record (run_id, file, line, object, reason, raw, source, digest)
    VALUES (1, 'a', 3, 'ticket', 'no id', '{}', 'zendesk', 'x');
INSERT INTO ticket (desk, source, external_id, subject, channel, priority, status, tier, created_at, updated_at, tags,
    fields, version, source_state, extra) VALUES
    ('default', 'freshdesk', '1', 's', 'mail', 'high', 'open', 1, 0, 0, '[]', '{}', 1, '{"priority": "low"}', '{}'),
    ('default', 'freshdesk', '2', 's', 'mail', 'high', 'open', 1, 0, 0, '[]', '{}', 1, '{"priority": "low"}', '{}'),
    ('default', 'freshdesk', '3', 's', 'mail', 'low', 'open', 1, 0, 0, '[]', '{}', 1, '{"priority": "low"}', '{}');
INSERT INTO event (ticket, at, actor, verb, face, "before", "after")
    SELECT number, 0, 'freshdesk', 'conflict', 'sync', '{"priority": "high"}', '{"theirs_priority": "low"}' FROM ticket;
INSERT INTO event (ticket, at, actor, verb, face, "before", "after")
    VALUES (10002, 0, 'aoi', 'ours', 'cli', '{"priority": "high"}', '{"priority": "high"}');
"""
FOURTH = """
INSERT INTO sync_run (started_at, source, format, files, summary) VALUES (0, 'zendesk', 'zendesk', '[]', '{}');
INSERT INTO rejected_record (run_id, file, line, object, reason, raw) VALUES
    (1, 'a', 1, 'comment', 'its ticket 404 is not in the store', '{"ticket_external_id": "404"}'),
    (1, 'a', 2, 'comment', 'a comment of another ticket has the id 7 already', '{"ticket_external_id": "1"}'),
    (1, 'a', 3, 'ticket', 'no id', '{}');
INSERT INTO ticket (desk, source, external_id, subject, channel, status, source_status, tier, created_at, updated_at,
    tags, fields, version, source_state, extra) VALUES
    ('default', 'freshdesk', '1', 's', 'mail', 'closed', 'Deleted', 1, 0, 0, '[]', '{}', 1, '{}', '{}'),
    ('default', 'local', NULL, 's', 'mail', 'open', NULL, 1, 0, 0, '[]', '{}', 1, '{}', '{}');
"""


@pytest.fixture(params=["database", "text"])
def foreign(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "foreign.db"
    if request.param == "text":
        path.write_text("a shopping list\n" * 500)
    else:
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript("CREATE TABLE shopping (item); INSERT INTO shopping VALUES ('tea')")
    yield path


def test_a_file_of_something_else_is_refused_and_left_alone(foreign: Path) -> None:
    before = foreign.read_bytes()
    with pytest.raises(StoreError):
        migrate(foreign)
    with pytest.raises(StoreError):
        Store(foreign)
    assert foreign.read_bytes() == before
    assert [file.name for file in foreign.parent.iterdir() if file.name.startswith("foreign")] == ["foreign.db"]


def test_a_store_of_a_newer_version_is_refused(path: Path) -> None:
    migrate(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(StoreError, match="newer version"):
        migrate(path)
    with pytest.raises(StoreError, match="9999"):
        Store(path)


@pytest.mark.parametrize("name", ["missing.db", "."])
def test_what_is_no_store_cannot_be_opened(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError):
        Store(tmp_path / name)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be made"):
        migrate(tmp_path / "file" / "store.db")


def test_odd_names_of_files_are_taken_literally(tmp_path: Path) -> None:
    path = tmp_path / "100% 資料?#.db"
    migrate(path)
    with Store(path) as store:
        assert store.path == path
    assert path.exists()


def test_what_had_gone_out_before_exports_were_kept_is_waited_for_by_nobody(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    migrate(path, to="0001")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "INSERT INTO ticket (desk, source, subject, channel, status, tier, created_at, updated_at, tags, fields, "
            "version, source_state, extra) "
            "VALUES ('d', 'zendesk', 's', 'mail', 'new', 1, 1, 1, '[]', '{}', 1, '{}', '{}');"
            'INSERT INTO event (ticket, at, actor, verb, face, "before", "after", outbox, exported_at) '
            "VALUES (10001, 5, 'aoi', 'solve', 'cli', '{}', '{}', 'fields', 7), "
            "(10001, 6, 'aoi', 'solve', 'cli', '{}', '{}', 'fields', NULL)"
        )
    migrate(path)
    with Store(path) as store:
        assert [each.id for each in outbox.entries(store, State.ACKNOWLEDGED)] == [1]
        assert [each.id for each in outbox.entries(store, State.WAITING)] == [2]
        assert len(mark_of(store)) == 8
