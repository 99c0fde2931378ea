"""Other ways to bring an export into a local database, over the same file. They do less than a sync: no merge, no
full-text index, no deadlines, no events, nothing set aside.

sqlite-utils and DuckDB are no part of this project: they are measured where somebody has installed them, in the version
that is there.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import orjson
from sqlmodel import Field, Session, SQLModel, create_engine

from agentconsole.services import syncing
from benchmarks import data
from benchmarks.results import Result, median, seconds_of

TICKETS: Final = 20_000
RUNS: Final = 3
_A_COMMIT: Final = 1_000


class _Ticket(SQLModel, table=True):
    __tablename__ = "peer_ticket"
    id: int = Field(primary_key=True)
    subject: str
    description: str | None = None
    status: str
    priority: str | None = None
    created_at: str
    updated_at: str
    requester_id: int | None = None
    assignee_id: int | None = None
    group_id: int | None = None


class _Comment(SQLModel, table=True):
    __tablename__ = "peer_comment"
    id: int = Field(primary_key=True)
    ticket_id: int = Field(foreign_key="peer_ticket.id")
    author_id: int | None = None
    body: str
    public: bool
    created_at: str


def measure(folder: Path) -> list[Result]:
    """Tickets a second of each that is installed, beside ours."""
    file = data.export(TICKETS).folder / "tickets.json"
    peers = {f"SQLModel {version('sqlmodel')} add_all, ten columns": _with_sqlmodel}
    if find_spec("sqlite_utils"):
        peers[f"sqlite-utils {version('sqlite-utils')} insert, comments as JSON text"] = _with_sqlite_utils
    if find_spec("duckdb"):
        peers[f"DuckDB {version('duckdb')} read_json into a table"] = _with_duckdb
    ours: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in peers}
    for run in range(RUNS):
        ours.append(TICKETS / _sync(folder / f"ours{run}.db"))
        for name, load in peers.items():
            target = folder / f"{load.__name__}{run}.db"
            theirs[name].append(TICKETS / seconds_of(partial(load, file, target)))
    what = f"sync of {TICKETS:,} tickets with {TICKETS * data.COMMENTS:,} comments, beside"
    return [
        Result(f"peers.{at}", what, "tickets/s", median(ours), name, median(found))
        for at, (name, found) in enumerate(theirs.items())
    ]


def _sync(path: Path) -> float:
    now = datetime.now(UTC)
    source = data.export(TICKETS)
    with data.empty(path, now) as store:
        return seconds_of(lambda: syncing.sync(store, syncing.Request([source.folder]), now))


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open("rb") as stream:
        yield from map(orjson.loads, stream)


def _with_sqlmodel(file: Path, target: Path) -> None:
    engine = create_engine(f"sqlite:///{target}")
    SQLModel.metadata.create_all(engine, tables=[_Ticket.__table__, _Comment.__table__])  # type: ignore[attr-defined]
    with Session(engine) as session:
        for at, line in enumerate(_lines(file), start=1):
            comments = line.pop("comments")
            session.add_all([_Ticket(**_known(_Ticket, line))])
            session.add_all([_Comment(**_known(_Comment, {**each, "ticket_id": line["id"]})) for each in comments])
            if at % _A_COMMIT == 0:
                session.commit()
        session.commit()
    engine.dispose()


def _known(table: type[SQLModel], line: dict[str, Any]) -> dict[str, Any]:
    return {name: line[name] for name in table.model_fields if name in line}


def _with_sqlite_utils(file: Path, target: Path) -> None:
    database = importlib.import_module("sqlite_utils").Database(str(target))
    database["tickets"].insert_all(_lines(file), pk="id")
    database.conn.close()


def _with_duckdb(file: Path, target: Path) -> None:
    with importlib.import_module("duckdb").connect(str(target)) as connection:
        connection.execute(
            "CREATE TABLE tickets AS SELECT * FROM read_json(?, format = 'newline_delimited', sample_size = -1)",
            [str(file)],
        )
