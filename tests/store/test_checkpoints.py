"""The log of a long import: copied beside it, and never long."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from agentconsole.store import checkpoints
from agentconsole.store.store import Store

PAGE = 4096


def write(store: Store, number: int, pages: int) -> None:
    with store.writing():
        store.connection.execute("INSERT INTO setting VALUES (?, ?)", (f"long {number}", "x" * pages * PAGE))


def long_ones(store: Store) -> int:
    found = store.connection.execute("SELECT count(*) FROM setting WHERE key LIKE 'long %'").fetchone()
    return int(found[0])


def log_of(store: Store) -> Path:
    return store.path.with_name(f"{store.path.name}-wal")


def test_the_log_begins_anew_while_more_is_written(store: Store) -> None:
    with checkpoints.beside(store) as log:
        for number in range(50):
            write(store, number, pages=20)
            log.after_commit()
    assert log_of(store).stat().st_size < 12 * 22 * PAGE
    assert long_ones(store) == 50


def test_at_the_end_all_of_it_stands_in_the_file_and_nobody_is_left(store: Store, tmp_path: Path) -> None:
    threads = threading.active_count()
    with checkpoints.beside(store) as log:
        for number in range(3):
            write(store, number, pages=20)
            log.after_commit()
    without_log = tmp_path / "without log.db"
    shutil.copy(store.path, without_log)
    with Store(without_log) as copy:
        assert long_ones(copy) == 3
    assert threading.active_count() == threads


def test_an_import_that_breaks_off_leaves_the_log_as_it_is_and_the_store_as_it_was_set(store: Store) -> None:
    before = store.connection.execute("PRAGMA wal_autocheckpoint").fetchone()[0]
    threads = threading.active_count()
    with pytest.raises(RuntimeError), checkpoints.beside(store) as log:
        for number in range(3):
            write(store, number, pages=20)
            log.after_commit()
        raise RuntimeError("out of paper")
    assert store.connection.execute("PRAGMA wal_autocheckpoint").fetchone()[0] == before
    assert threading.active_count() == threads
    assert long_ones(store) == 3


def test_who_reads_an_old_moment_holds_the_log_and_stops_nobody(store: Store) -> None:
    with Store(store.path) as reader, reader.reading():
        assert long_ones(reader) == 0
        with checkpoints.beside(store) as log:
            for number in range(20):
                write(store, number, pages=5)
                log.after_commit()
        assert long_ones(reader) == 0
    assert long_ones(store) == 20
