"""Records that could not be taken, set aside whole until they can be. Writes run inside `Store.writing()`.

What was taken after all is kept beside, out of sight: undoing the run that took it sets it aside again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from agentconsole.domain.errors import NotFoundError, Phrase
from agentconsole.domain.instants import from_seconds
from agentconsole.store import forgetting, phrases
from agentconsole.store.store import Store

_FOUND: Final = (
    "SELECT r.*, s.started_at, s.format, s.desk, s.profile FROM rejected_record r JOIN sync_run s ON s.id = r.run_id "
    "WHERE r.taken_run IS NULL AND "
)
_TICKET_IS_HERE: Final = (
    "r.is_record AND r.source = ? AND EXISTS "
    "(SELECT 1 FROM ticket t WHERE t.source = r.source AND t.external_id = r.ticket)"
)


@dataclass(frozen=True, slots=True)
class Rejected:
    """One record that was set aside, with the run that met it last.

    Args:
        at: when that run began, in UTC.
        format: what that run read the file as,
        desk: with the maps of which desk, by its key,
        profile: and by the text of which profile; None if there was none, or nobody knows.
        head: what stood over it in its file, such as a table's header.
        ticket: the external id of the ticket that it belongs to, where only its surroundings say it; of a record, the
            ticket for which it waits.
        is_record: whether `raw` is what was made of the source's words, instead of these words.
    """

    id: int
    run: int
    at: datetime
    source: str
    format: str
    desk: str | None
    profile: str | None
    file: str
    line: int | None
    object: str
    reason: str
    raw: str
    head: str | None
    ticket: str | None
    is_record: bool


@dataclass(frozen=True, slots=True)
class Aside:
    """A record to set aside; fields as in `Rejected`."""

    file: str
    line: int | None
    object: str
    reason: str
    raw: str
    head: str | None = None
    ticket: str | None = None
    is_record: bool = False

    @property
    def digest(self) -> str:
        """Equal for what is the same; a file of which nothing can be read is told by its name."""
        return blake2b(f"{self.object}\0{self.raw or self.file}".encode(), digest_size=8).hexdigest()


def put(store: Store, run_id: int, source: str, aside: Iterable[Aside]) -> None:
    """Sets records aside; what is there already is kept once, as this run met it."""
    store.connection.executemany(
        "INSERT INTO rejected_record "
        "(run_id, source, file, line, object, reason, phrase, raw, head, ticket, is_record, digest) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, digest) DO UPDATE SET "
        "run_id = excluded.run_id, file = excluded.file, line = excluded.line, reason = excluded.reason, "
        "phrase = excluded.phrase, taken_run = NULL, "
        "ticket = CASE WHEN is_record THEN excluded.ticket ELSE ifnull(excluded.ticket, ticket) END",
        [
            (
                run_id, source, r.file, r.line, r.object, r.reason, phrases.kept(r.reason), r.raw, r.head, r.ticket,
                r.is_record, r.digest,
            )
            for r in aside
        ],
    )  # fmt: skip


def listed(
    store: Store, *, source: str | None = None, run: int | None = None, limit: int | None = None
) -> list[Rejected]:
    """What is set aside, in the order in which it was met first."""
    terms = [("r.source = ?", source), ("r.run_id = ?", run)]
    asked = [(term, value) for term, value in terms if value is not None]
    where = " AND ".join(term for term, _ in asked) or "1"
    values = (*(value for _, value in asked), -1 if limit is None else limit)
    found = store.connection.execute(f"{_FOUND}{where} ORDER BY r.id LIMIT ?", values)
    return [_rejected(row) for row in found]


def get(store: Store, number: int) -> Rejected:
    """One of them.

    Raises:
        NotFoundError: there is none of that id.
    """
    row = store.connection.execute(f"{_FOUND}r.id = ?", (number,)).fetchone()
    if row is None:
        raise NotFoundError(Phrase("no rejected record has the id {id}", id=number), "agentconsole sync rejected list")
    return _rejected(row)


def with_ticket(store: Store, source: str, *, after: int, limit: int) -> list[Rejected]:
    """Some of those that waited for a ticket which is here now; those behind an id, in the order of ids."""
    sql = f"{_FOUND}{_TICKET_IS_HERE} AND r.id > ? ORDER BY r.id LIMIT ?"
    found = store.connection.execute(sql, (source, after, limit))
    return [_rejected(row) for row in found]


def take(store: Store, ids: Sequence[int], run_id: int, *, but_met: bool = False) -> int:
    """Notes that a run takes them after all; what it was itself the first to set aside is gone.

    Args:
        but_met: leaves what that run has set aside once more.

    Returns:
        How many it takes.
    """
    done = store.connection.executemany(
        "UPDATE rejected_record SET taken_run = ?1 WHERE id = ?2 AND (run_id != ?1 OR NOT ?3)",
        [(run_id, each, but_met) for each in ids],
    )
    store.connection.execute(
        "DELETE FROM rejected_record WHERE taken_run = ?1 AND run_id = ?1 AND id > "
        "(SELECT json_extract(marks, '$.rejected_record') FROM sync_run WHERE id = ?1)",
        (run_id,),
    )
    return done.rowcount


def give_back(store: Store, run_id: int, last: int | None) -> None:
    """Undoes what a run did here: what it took is set aside again, what it was the first to set aside is gone.

    Args:
        last: the highest id when the run began; None where nobody knows.
    """
    if last is not None:
        store.connection.execute("DELETE FROM rejected_record WHERE run_id = ? AND id > ?", (run_id, last))
    store.connection.execute("UPDATE rejected_record SET taken_run = NULL WHERE taken_run = ?", (run_id,))


def rewrite(store: Store, number: int, raw: str) -> None:
    """Leaves less of a record's words; if another says the same by now, one of the two is enough."""
    row = store.connection.execute("SELECT file, object FROM rejected_record WHERE id = ?", (number,)).fetchone()
    digest = Aside(row["file"], None, row["object"], "", raw).digest
    sql = "UPDATE OR IGNORE rejected_record SET raw = ?, digest = ? WHERE id = ?"
    if store.connection.execute(sql, (raw, digest, number)).rowcount == 0:
        store.connection.execute("DELETE FROM rejected_record WHERE id = ?", (number,))
    forgetting.owe(store)


def _rejected(row: Any) -> Rejected:
    return Rejected(
        id=row["id"],
        run=row["run_id"],
        at=from_seconds(row["started_at"]),
        source=row["source"],
        format=row["format"],
        desk=row["desk"],
        profile=row["profile"],
        file=row["file"],
        line=row["line"],
        object=row["object"],
        reason=phrases.found(row["reason"], row["phrase"]),
        raw=row["raw"],
        head=row["head"],
        ticket=row["ticket"],
        is_record=bool(row["is_record"]),
    )
