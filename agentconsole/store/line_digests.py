"""Tickets that came in lines of their own: what is kept of the line, so that the very same is known again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from agentconsole.store.intake_people import in_chunks
from agentconsole.store.sql import OUTBOX_ON_ITS_WAY
from agentconsole.store.store import Store


class TakenLine(NamedTuple):
    """Args:
    hash: of the ticket, as its column has it.
    line: what was kept.
    """

    hash: str
    line: str


def any_of(store: Store, source: str) -> bool:
    """Whether a source has sent tickets in lines before."""
    sql = "SELECT EXISTS (SELECT 1 FROM ticket WHERE source = ? AND taken_line IS NOT NULL)"
    return bool(store.connection.execute(sql, (source,)).fetchone()[0])


def of(store: Store, source: str, external_ids: Iterable[str]) -> dict[str, TakenLine]:
    """Those of these tickets, without such as the source was told something of that no sync has shown yet."""
    told = f"EXISTS (SELECT 1 FROM event WHERE event.ticket = ticket.number AND {OUTBOX_ON_ITS_WAY})"  # noqa: S608
    found = "SELECT external_id, hash, taken_line FROM ticket WHERE source = ? AND external_id IN ({})"
    sql = f"{found} AND taken_line IS NOT NULL AND NOT {told}"
    return {name: TakenLine(mark, line) for name, mark, line in in_chunks(store, sql, source, external_ids)}


def keep(store: Store, lines: Mapping[int, str]) -> None:
    """Notes the lines of tickets, by number, in which nothing else has changed."""
    store.connection.executemany(
        "UPDATE ticket SET taken_line = ? WHERE number = ?", [(line, number) for number, line in lines.items()]
    )
