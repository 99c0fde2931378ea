"""What a sync run found before it changed it: rows as they stood, so that the run can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from agentconsole.store import rows
from agentconsole.store.store import Store

KEYS: Final = {
    "ticket": "number", "message": "id", "customer": "id", "organization": "id", "source_group": "id", "agent": "id",
}  # fmt: skip
"""The tables whose rows are kept, and what names a row."""
_CHUNK: Final = 500


def keep(store: Store, run_id: int, table: str, ids: Iterable[int]) -> None:
    """Keeps rows by their own ids; those that are not there are none."""
    _keep(store, run_id, table, f"{KEYS[table]} IN ({{}})", (), list(ids))


def keep_named(store: Store, run_id: int, table: str, source: str, external_ids: Iterable[str]) -> None:
    """Keeps rows by their ids at a source; those that are not there are none."""
    _keep(store, run_id, table, "source = ? AND external_id IN ({})", (source,), list(external_ids))


def keep_merges(store: Store, run_id: int, source: str, merges: Mapping[str, str | None]) -> None:
    """Keeps into which ticket others went as far as was known, by external ids; None where nothing was."""
    store.connection.executemany(
        'INSERT INTO run_before (run_id, object, row_id, "before") '
        "VALUES (?, 'ticket_merge', 0, json_array(?, ?, ?))",
        [(run_id, source, *pair) for pair in merges.items()],
    )


def kept_merges(store: Store, run_id: int) -> Mapping[tuple[str, str], str | None]:
    """The same as it stood before the run, by source and external id."""
    found = store.connection.execute(
        'SELECT "before" FROM run_before WHERE run_id = ? AND object = ? ORDER BY id DESC', (run_id, "ticket_merge")
    )
    return {(source, external_id): into for source, external_id, into in map(rows.parsed, (row[0] for row in found))}


def _keep(
    store: Store, run_id: int, table: str, where: str, first: tuple[str, ...], wanted: Sequence[int | str]
) -> None:
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        store.connection.execute(
            f'INSERT INTO run_before (run_id, object, row_id, "before") '  # noqa: S608 - names of our own
            f"SELECT ?, '{table}', {KEYS[table]}, {_as_object(store, table)} FROM {table} "
            f"WHERE {where.format(', '.join('?' * len(chunk)))}",
            (run_id, *first, *chunk),
        )


def _as_object(store: Store, table: str) -> str:
    return _object_of(tuple(row["name"] for row in store.connection.execute(f"PRAGMA table_info({table})")))


@cache
def _object_of(columns: tuple[str, ...]) -> str:
    pairs = ", ".join(f"'{column}', {column}" for column in columns)
    return f"json_object({pairs})"


def kept(store: Store, run_id: int, table: str) -> dict[int, Mapping[str, Any]]:
    """The rows as they stood before the run first changed them, by id."""
    found = store.connection.execute(
        'SELECT row_id, "before" FROM run_before WHERE run_id = ? AND object = ? ORDER BY id DESC', (run_id, table)
    )
    return {row["row_id"]: rows.parsed(row["before"]) for row in found}
