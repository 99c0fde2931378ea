"""The floor of a sync: the rows of a store's tables written by plain sqlite3 into one that has nothing but columns.

`python -m benchmarks.floor STORE TARGET [--index]` says how many seconds it took. The rows are read before.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from agentconsole.domain.text import search_words
from benchmarks.results import seconds_of


def main(store: Path, target: Path, *, with_index: bool) -> float:
    """Seconds of one transaction.

    Args:
        with_index: and their words into the same full-text index, cut by the same function.
    """
    with closing(sqlite3.connect(store)) as source:
        tables = {name: _content(source, name) for name in _tables(source)}
        texts = _texts(source) if with_index else {}
        (index,) = source.execute("SELECT sql FROM sqlite_schema WHERE name = 'ticket_words'").fetchone()
    with closing(sqlite3.connect(target, isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000")
        for name, (columns, _) in tables.items():
            connection.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
        connection.execute(index)
        return seconds_of(lambda: _write(connection, tables, texts))


_Tables = dict[str, tuple[list[str], list[tuple[Any, ...]]]]


def _write(connection: sqlite3.Connection, tables: _Tables, texts: dict[int, str]) -> None:
    connection.execute("BEGIN")
    for name, (columns, rows) in tables.items():
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)  # noqa: S608 - the store's own names
    connection.executemany(
        "INSERT INTO ticket_words (rowid, words) VALUES (?, ?)",
        ((number, search_words(text)) for number, text in texts.items()),
    )
    connection.execute("COMMIT")


def _texts(source: sqlite3.Connection) -> dict[int, str]:
    """What the index holds of each ticket, before it is cut into words."""
    parts: dict[int, list[str]] = {}
    for number, text in source.execute(
        "SELECT number, subject FROM ticket UNION ALL SELECT number, ifnull(description, '') FROM ticket "
        "UNION ALL SELECT ticket, value FROM ticket_field UNION ALL SELECT ticket, body FROM message"
    ):
        parts.setdefault(number, []).append(text)
    return {number: "\n".join(dict.fromkeys(texts)) for number, texts in parts.items()}


def _tables(source: sqlite3.Connection) -> list[str]:
    """The tables that hold rows, without those in which SQLite keeps its own or the index's matters."""
    found = source.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return [row[0] for row in found]


def _content(source: sqlite3.Connection, table: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    columns = [f'"{row[1]}"' for row in source.execute(f"PRAGMA table_info({table})")]
    return columns, source.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - the store's own names


if __name__ == "__main__":
    print(main(Path(sys.argv[1]), Path(sys.argv[2]), with_index="--index" in sys.argv[3:]))
