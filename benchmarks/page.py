"""A page of a list from 100,000 tickets, beside the same rows by hand-written SQL on the bare driver."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from agentconsole.domain import query
from agentconsole.store import tickets
from agentconsole.store.query_sql import Viewer
from agentconsole.store.store import Store
from benchmarks import data
from benchmarks.results import Limit, Result, percentile, seconds_of

CALLS: Final = 300
PAGE: Final = 50

_SOURCE: Final = """
    SELECT t.number, t.desk, t.source, t.external_id, t.subject, t.channel, t.language, t.category, t.priority,
        t.status, t.source_status, t.tier, t.team, a.login, t.requester_id, r.name, t.tags, t.fields, t.created_at,
        t.updated_at, t.due_at, t.due_kind, t.verified_at, t.verified_how, t.pending_until, t.version
    FROM ticket t LEFT JOIN agent a ON a.id = t.assignee_id LEFT JOIN customer r ON r.id = t.requester_id
    WHERE """
_LIVE: Final = "status IN ('new', 'open', 'pending', 'hold')"
_KEY: Final = "SELECT ifnull(due_at, 9223372036854775807), number FROM ticket WHERE number = ?"
_BY_DUE: Final = """ AND ifnull(due_at, 9223372036854775807) >= ?1
    AND (ifnull(due_at, 9223372036854775807), number) > (?1, ?2)
    ORDER BY ifnull(due_at, 9223372036854775807), number LIMIT 50"""
"""The first line lets SQLite seek: a comparison of rows alone does not, where an index is on an expression."""
_MATCHING: Final = "t.number IN (SELECT rowid FROM ticket_words WHERE ticket_words MATCH ?3)"
_SAYING: Final = f"{_LIVE} AND +{_MATCHING}"
"""The plus keeps SQLite from reading each of thousands of tickets that say a common word, only to sort them."""
_HISTORY: Final = _SOURCE + "t.requester_id = ? ORDER BY t.created_at DESC, t.number DESC LIMIT 50"


@dataclass(frozen=True, slots=True)
class _List:
    key: str
    what: str
    query: str
    condition: str
    words: tuple[str, ...] = ()


_LISTS: Final = (
    _List("page.due", "open tickets by deadline", "is:open", _LIVE),
    _List("page.tier", "open tickets of a tier by deadline", "is:open tier:2", f"{_LIVE} AND t.tier = 2"),
    _List("page.all", "all tickets of a tier, closed ones too", "tier:1", "t.tier = 1"),
    _List(
        "page.words", "open tickets that say a word of two characters", "is:open 入金",
        _SAYING, ('"入金"',),
    ),
    _List(
        "page.rare", "open tickets that say a rare word", "is:open \"4503\"",
        f"{_LIVE} AND {_MATCHING}", ('"4503"',),
    ),
)  # fmt: skip


def measure(folder: Path) -> list[Result]:
    """Milliseconds a page of 50 rows next to a random ticket of the list, and a customer's history."""
    path = data.copy_of_large_store(folder)
    now = datetime.now(UTC)
    with Store(path) as store, closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA cache_size = -16000")
        results = [result for each in _LISTS for result in _pages(store, raw, each, now)]
        return results + _histories(store, raw)


def _pages(store: Store, raw: sqlite3.Connection, listed: _List, now: datetime) -> list[Result]:
    tree, viewer = query.parse(listed.query, now=now, zone=UTC), Viewer(None, now)
    numbers = [row[0] for row in store.connection.execute(f"SELECT number FROM ticket WHERE {_LIVE}")]  # noqa: S608

    def ours(anchor: int) -> None:
        tickets.page(store, tree, viewer, limit=PAGE, after=anchor)

    def theirs(anchor: int) -> None:
        key = raw.execute(_KEY, (anchor,)).fetchone()
        raw.execute(_SOURCE + listed.condition + _BY_DUE, (*key, *listed.words)).fetchall()

    return _compared(listed.key, listed.what, ours, theirs, numbers)


def _histories(store: Store, raw: sqlite3.Connection) -> list[Result]:
    customers = [row[0] for row in store.connection.execute("SELECT DISTINCT requester_id FROM ticket")]
    return _compared(
        "page.history",
        "a customer's history",
        lambda customer: tickets.of_customer(store, customer),
        lambda customer: raw.execute(_HISTORY, (customer,)).fetchall(),
        customers,
    )


def _compared(
    key: str, what: str, ours: Callable[[int], Any], theirs: Callable[[int], Any], anchors: Sequence[int]
) -> list[Result]:
    chosen = random.Random(data.SEED).choices(anchors, k=CALLS)
    mine, others = [], []
    for anchor in chosen:
        mine.append(seconds_of(lambda at=anchor: ours(at)) * 1000)  # type: ignore[misc]
        others.append(seconds_of(lambda at=anchor: theirs(at)) * 1000)  # type: ignore[misc]
    yardstick = "the same rows by hand-written SQL"
    return [
        Result(key, f"page of {what}", "ms", percentile(mine, 50), yardstick, percentile(others, 50)),
        Result(
            f"{key}.p99", f"page of {what}, 99 of 100", "ms",
            percentile(mine, 99), yardstick, percentile(others, 99), Limit(15),
        ),
    ]  # fmt: skip
