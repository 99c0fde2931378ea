"""Taking in an export, beside the floor: the very same rows by raw executemany, without an index or a check."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from agentconsole.services import syncing
from agentconsole.store.store import Store
from benchmarks import data
from benchmarks.results import Limit, Result, median, seconds_of
from benchmarks.stages import OTHER, Stages

TICKETS: Final = 20_000
RUNS: Final = 3

_STAGE_OF: Final = {
    "sync.files": "decode",
    "sync.formats.base": "decode",
    "sync.formats.json_input": "decode",
    "sync.formats.zendesk": "decode",
    "sync.formats.zendesk_beside": "decode",
    "sync.formats.zendesk_fields": "decode",
    "sync.formats.zendesk_kinds": "decode",
    "sync.formats.zendesk_objects": "decode",
    "domain.text.search": "index",
    "store.search": "index",
    "domain.calendar": "clocks",
    "domain.intervals": "clocks",
    "domain.open_time": "clocks",
    "domain.promises": "clocks",
    "domain.sla": "clocks",
    "store.clocks": "clocks",
    "store.histories": "clocks",
    "store.connection": "commit",
    "store.intake": "rows",
    "store.people": "rows",
    "store.rows": "rows",
    "sync.merge": "rows",
    "sync.people": "rows",
    "sync.tickets": "rows",
}
_STAGES: Final = {
    "decode": "reading and decoding",
    "rows": "rows and events",
    "index": "full-text index",
    "clocks": "deadlines",
    "commit": "commits",
    OTHER: "anything else",
}


def measure(folder: Path) -> list[Result]:
    """Tickets a second at first, with nothing new, and with the comments in a file of their own."""
    source = data.export(TICKETS)
    stages = Stages(_STAGE_OF)
    ours, again, floors = [], [], []
    for run in range(RUNS):
        now = datetime.now(UTC)
        with data.empty(folder / f"sync-{run}.db", now) as store:
            with stages.watching():
                ours.append(TICKETS / _sync(store, source, now))
            again.append(TICKETS / _sync(store, source, now))
            floors.append(TICKETS / _floor(store, folder / f"floor-{run}.db"))
    floor, yardstick = median(floors), "the same rows by raw executemany"
    return [
        Result(
            "sync.first", f"sync of {TICKETS:,} tickets with {TICKETS * data.COMMENTS:,} comments", "tickets/s",
            median(ours), yardstick, floor, Limit(0.15, ratio=True, at_least=True),
        ),
        *(
            Result(f"sync.share.{stage}", f"of which {what}", "%", 100 * stages.shares().get(stage, 0.0))
            for stage, what in _STAGES.items()
        ),
        Result("sync.again", "sync of the same once more", "tickets/s", median(again), yardstick, floor),
        Result("sync.apart", "sync with the comments in a file apart", "tickets/s", _apart(folder), yardstick, floor),
    ]  # fmt: skip


def _sync(store: Store, source: data.Export, now: datetime) -> float:
    return seconds_of(lambda: syncing.sync(store, syncing.Request([source.folder]), now))


def _apart(folder: Path) -> float:
    now = datetime.now(UTC)
    with data.empty(folder / "apart.db", now) as store:
        return TICKETS / _sync(store, data.export(TICKETS, apart=True), now)


def _floor(store: Store, path: Path) -> float:
    """Seconds to write all rows of a store's tables into one that has nothing but columns, in one transaction."""
    tables = {name: _content(store, name) for name in _tables(store)}
    with closing(sqlite3.connect(path, isolation_level=None)) as target:
        target.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000")
        for name, (columns, _) in tables.items():
            target.execute(f"CREATE TABLE {name} ({', '.join(columns)})")

        def write() -> None:
            target.execute("BEGIN")
            for name, (columns, rows) in tables.items():
                target.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", rows)  # noqa: S608 - the store's own names
            target.execute("COMMIT")

        return seconds_of(write)


def _tables(store: Store) -> list[str]:
    """The tables that hold rows, without those in which SQLite keeps its own or the index's matters."""
    found = store.connection.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return [row[0] for row in found]


def _content(store: Store, table: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    columns = [f'"{row[1]}"' for row in store.connection.execute(f"PRAGMA table_info({table})")]
    return columns, [tuple(row) for row in store.connection.execute(f"SELECT * FROM {table}")]  # noqa: S608 - the store's own names
