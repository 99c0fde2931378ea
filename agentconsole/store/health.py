"""Looking after a store file: whether SQLite finds it whole, and whether the search finds what it should."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agentconsole.domain.errors import Phrase, StoreError
from agentconsole.domain.text import query_tokens, search_tokens
from agentconsole.store import schema
from agentconsole.store.connection import connect

_LISTED: Final = 5
_BESIDE: Final = ("", "-wal", "-shm")

PROBES: Final = (
    ("入金", "昨日の入金が反映されません", True),
    ("出金 遅延", "出金が3日遅延しています", True),
    ("２段階認証", "2段階認証を設定したい", True),
    ("提现", "我的提现还没有到账", True),
    ("tx-0001", "transaction TX-0001 is missing", True),
    ("withdrawal", "Withdrawal delayed since Monday", True),
    ("出金", "入金が反映されません", False),
)
"""What is asked, of which text, and whether it has to be found."""


@dataclass(frozen=True, slots=True)
class Health:
    """What was found in a store file. `integrity`: `ok`, or the first of SQLite's complaints. `size` in bytes."""

    schema: str | None
    mode: str
    size: int
    integrity: str
    tickets: int | None
    problems: tuple[str, ...]


def examine(path: Path) -> Health:
    """Looks at the whole file and changes nothing.

    Raises:
        StoreError: there is no file, or it is not a database.
    """
    if not path.exists():
        raise StoreError(Phrase("{path}: there is no store", path=path), Phrase("agentconsole init makes one"))
    with closing(connect(path)) as connection:
        try:
            return _examine(connection, path)
        except sqlite3.DatabaseError as error:
            words = Phrase("{path}: damaged: {error}", path=path, error=str(error))
            raise StoreError(words, Phrase("restore a backup")) from error


def _examine(connection: sqlite3.Connection, path: Path) -> Health:
    found = schema.revision(connection)
    integrity = [row[0] for row in connection.execute(f"PRAGMA integrity_check({_LISTED})")]
    problems = [*_mode_problems(path), *(Phrase("integrity: {line}", line=line) for line in integrity if line != "ok")]
    if found != schema.HEAD:
        problems.append(
            Phrase(
                "the schema is {found}, not {wanted}: agentconsole init brings it up to date",
                found=found or "-",
                wanted=schema.HEAD,
            )
        )
        tickets = None
    else:
        problems += [*_foreign_keys(connection), *_index(connection)]
        tickets = connection.execute("SELECT count(*) FROM ticket").fetchone()[0]
    size = path.stat().st_size
    return Health(found, f"{stat.S_IMODE(path.stat().st_mode):04o}", size, integrity[0], tickets, tuple(problems))


def _mode_problems(path: Path) -> Iterator[str]:
    for suffix in _BESIDE:
        file = path.with_name(path.name + suffix)
        if file.exists() and (mode := stat.S_IMODE(file.stat().st_mode)) & 0o077:
            yield Phrase(
                "{file}: others than its owner can open it (mode {mode}): chmod 600", file=file, mode=f"{mode:04o}"
            )


def _foreign_keys(connection: sqlite3.Connection) -> Iterator[str]:
    for table, rowid, parent, _index in connection.execute("PRAGMA foreign_key_check").fetchmany(_LISTED):
        yield Phrase(
            "row {row} of {table} refers to a row of {parent} that is not there", row=rowid, table=table, parent=parent
        )


def _index(connection: sqlite3.Connection) -> Iterator[str]:
    """Every ticket and every article must be in its index."""
    for index, table in (("ticket_words", "ticket"), ("article_words", "article_variant")):
        indexed, rows = (
            connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608 - fixed names
            for name in (f"{index}_docsize", table)
        )
        if indexed != rows:
            yield Phrase(
                "the search index {index} has {indexed} entries for {rows} of {table}",
                index=index,
                indexed=indexed,
                rows=rows,
                table=table,
            )


def failed_probes() -> list[str]:
    """Questions to a search index in memory that did not get the answer they should; none, if all is well.

    Raises:
        StoreError: this SQLite has no FTS5.
    """
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute(
                "CREATE VIRTUAL TABLE probe USING fts5(words, content='', detail=none, tokenize='ascii')"
            )
        except sqlite3.OperationalError as error:
            words = Phrase("this SQLite cannot search: {error}", error=str(error))
            raise StoreError(words, Phrase("use a Python whose SQLite has FTS5")) from error
        texts = list(dict.fromkeys(text for _words, text, _found in PROBES))
        for rowid, text in enumerate(texts):
            connection.execute("INSERT INTO probe (rowid, words) VALUES (?, ?)", (rowid, " ".join(search_tokens(text))))
        return [
            words for words, text, expected in PROBES if (texts.index(text) in _found(connection, words)) != expected
        ]


def _found(connection: sqlite3.Connection, words: str) -> set[int]:
    match = query_tokens(words).match
    return {row[0] for row in connection.execute("SELECT rowid FROM probe WHERE probe MATCH ?", (match,))}
