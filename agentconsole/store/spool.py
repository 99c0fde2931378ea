"""What waits for something else of the same reading, by a key: in memory as long as it is little, else on disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final

_CACHE: Final = 16 << 10
"""KiB that are kept in memory."""
_AT_ONCE: Final = 100
_TAKEN: Final = 10


class Spool:
    """Contents under keys, in the order in which they came. The file has no name and is gone with this object."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.executescript(
            f"PRAGMA journal_mode = OFF; PRAGMA cache_size = -{_CACHE};"
            "CREATE TABLE waiting (id INTEGER PRIMARY KEY, key TEXT, content BLOB); BEGIN"
        )
        self._is_sorted = False

    def put(self, key: str, content: bytes) -> None:
        self._file.execute("INSERT INTO waiting (key, content) VALUES (?, ?)", (key, content))

    def take(self, key: str) -> list[bytes]:
        """The first ten contents under a key, which wait no longer."""
        if not self._is_sorted:
            self._file.execute("CREATE INDEX by_key ON waiting (key)")
            self._is_sorted = True
        sql = "SELECT id, content FROM waiting WHERE key = ? ORDER BY id LIMIT ?"
        found = self._file.execute(sql, (key, _TAKEN)).fetchall()
        self._file.executemany("DELETE FROM waiting WHERE id = ?", ((number,) for number, _ in found))
        return [content for _, content in found]

    def rest(self) -> Iterator[bytes]:
        """All that still waits."""
        last = 0
        sql = "SELECT id, content FROM waiting WHERE id > ? ORDER BY id LIMIT ?"
        while found := self._file.execute(sql, (last, _AT_ONCE)).fetchall():
            yield from (content for _, content in found)
            last = found[-1][0]

    def close(self) -> None:
        self._file.close()
