"""Sync runs as they were kept: what each did, and to which tickets."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from agentconsole.domain.errors import NotFoundError, Phrase
from agentconsole.domain.instants import from_seconds
from agentconsole.store import journal, phrases, rows
from agentconsole.store.store import Store

MARKED: Final = ("event", "message", "customer", "organization", "source_group", "agent", "rejected_record")
"""The tables of which a run notes the highest id when it begins."""

_LAST: Final = (1 << 63) - 1


class Ending(StrEnum):
    """How a run ended."""

    DONE = "done"
    CUT_OFF = "cut off"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class SyncRun:
    """Args:
    summary: as `sync --json` prints it; empty if the run was cut off.
    marks: the highest id of each table when it began.
    """

    id: int
    source: str
    format: str
    files: tuple[str, ...]
    started_at: datetime
    finished_at: datetime | None
    undone_at: datetime | None
    summary: Mapping[str, Any]
    marks: Mapping[str, int]

    @property
    def ending(self) -> Ending:
        if self.undone_at is not None:
            return Ending.UNDONE
        return Ending.CUT_OFF if self.finished_at is None else Ending.DONE


@dataclass(frozen=True, slots=True)
class Change:
    """What a run did to one ticket.

    Args:
        verb: imported, source_changed, reread or conflict; empty if only messages came.
        before, after: fields as the log has them; in a conflict `after` holds theirs.
        messages: how many came;
        edited: how many are others than before,
        redacted: how many of these have words taken out.
    """

    number: int
    reference: str
    subject: str
    verb: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    messages: int
    edited: int = 0
    redacted: int = 0


def last_sync(store: Store) -> datetime | None:
    """When the last finished sync ended."""
    row = store.connection.execute("SELECT max(finished_at) FROM sync_run").fetchone()
    return None if row[0] is None else from_seconds(row[0])


def marks(store: Store) -> dict[str, int]:
    """The highest id of each table now."""
    found = ((table, store.connection.execute(f"SELECT max(id) FROM {table}").fetchone()[0]) for table in MARKED)  # noqa: S608
    return {table: highest or 0 for table, highest in found}


def history(store: Store, limit: int | None = None) -> list[SyncRun]:
    """The runs, the newest first."""
    found = store.connection.execute(
        "SELECT * FROM sync_run ORDER BY id DESC LIMIT ?", (-1 if limit is None else limit,)
    )
    return [_run(row) for row in found]


def get(store: Store, number: int) -> SyncRun:
    row = store.connection.execute("SELECT * FROM sync_run WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise NotFoundError(
            Phrase("there is no run {number}", number=number), Phrase("agentconsole sync history lists them")
        )
    return _run(row)


def _run(row: sqlite3.Row) -> SyncRun:
    return SyncRun(
        id=row["id"],
        source=row["source"],
        format=row["format"],
        files=tuple(rows.parsed(row["files"])),
        started_at=from_seconds(row["started_at"]),
        finished_at=rows.instant(row["finished_at"]),
        undone_at=rows.instant(row["undone_at"]),
        summary=phrases.summary_found(rows.parsed(row["summary"])),
        marks=rows.parsed(row["marks"]),
    )


def following(store: Store, run: SyncRun) -> SyncRun | None:
    """The next run of the same source."""
    row = store.connection.execute(
        "SELECT * FROM sync_run WHERE id > ? AND source = ? ORDER BY id LIMIT 1", (run.id, run.source)
    ).fetchone()
    return _run(row) if row else None


def new_rows(store: Store, run: SyncRun, table: str) -> tuple[str, tuple[object, ...]]:
    """The SQL condition, with its values, for the rows that a run has added to a table with `source`."""
    later = following(store, run)
    until = later.marks.get(table, _LAST) if later else _LAST
    return "source = ? AND id > ? AND id <= ?", (run.source, run.marks.get(table, 0), until)


def changes(store: Store, run: SyncRun, limit: int | None = None) -> list[Change]:
    """What a run did, ticket by ticket, in the order in which it came to them.

    Args:
        limit: no more tickets than these.
    """
    messages = _messages(store, run)
    found = store.connection.execute(
        'SELECT e.ticket, e.verb, e."before", e."after" FROM event e WHERE e.id > ? AND e.run_id = ? ORDER BY e.id',
        (run.marks.get("event", 0), run.id),
    )
    told = [(row["ticket"], row["verb"], rows.parsed(row["before"]), rows.parsed(row["after"])) for row in found]
    spoken: list[tuple[int, str, dict[str, Any], dict[str, Any]]] = [
        (number, "", {}, {}) for number in messages.keys() - {number for number, *_ in told}
    ]
    every = [*told, *sorted(spoken)][:limit]
    return [_change(store, *each, messages.pop(each[0], (0, 0, 0))) for each in every]


def _messages(store: Store, run: SyncRun) -> dict[int, tuple[int, int, int]]:
    """By ticket, how many messages came, how many are others than before, and how many of these lost words."""
    where, values = new_rows(store, run, "message")
    sql = f"SELECT ticket, count(*) FROM message WHERE {where} GROUP BY ticket"  # noqa: S608 - fixed terms
    came = Counter(dict(store.connection.execute(sql, values).fetchall()))
    edited, redacted = Counter[int](), Counter[int]()
    for number in journal.kept(store, run.id, "message"):
        row = store.connection.execute("SELECT ticket, redacted FROM message WHERE id = ?", (number,)).fetchone()
        if row is not None and number <= run.marks["message"]:
            edited[row["ticket"]] += 1
            redacted[row["ticket"]] += row["redacted"]  # the row as it stood has lost its words, too
    return {number: (came[number], edited[number], redacted[number]) for number in came.keys() | edited.keys()}


def _change(
    store: Store,
    number: int,
    verb: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    messages: tuple[int, int, int],
) -> Change:
    row = store.connection.execute(
        "SELECT source, external_id, subject FROM ticket WHERE number = ?", (number,)
    ).fetchone()
    reference = f"{row['source']}:{row['external_id']}"
    return Change(number, reference, row["subject"], verb, _named(store, before), _named(store, after), *messages)


_NAMES: Final = {
    "assignee_id": "SELECT login FROM agent WHERE id = ?",
    "requester_id": "SELECT ifnull(name, source || ':' || external_id) FROM customer WHERE id = ?",
    "organization_id": "SELECT ifnull(name, source || ':' || external_id) FROM organization WHERE id = ?",
}


def _named(store: Store, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with names instead of our ids."""
    found = {}
    for key, value in values.items():
        column = key.removeprefix("theirs_")
        if column in _NAMES:
            row = store.connection.execute(_NAMES[column], (value,)).fetchone()
            key, value = key.removesuffix("_id"), row and row[0]
        found[key] = value
    return found
