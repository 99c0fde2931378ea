"""A desk's newest edition applied to the tickets that are open: their clocks aimed anew, batch by batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from agentconsole.domain.change import Author
from agentconsole.domain.instants import to_seconds
from agentconsole.domain.sla import Clock, Clocks, Signal, SignalKind, advance
from agentconsole.store import clock_rows, desks, rows
from agentconsole.store.clocks import newly_breached, rows_of, save_clocks
from agentconsole.store.histories import APPLY_POLICY, situation_of
from agentconsole.store.sql import LIVE
from agentconsole.store.store import Store
from agentconsole.store.writer import tell_breaches

_TICKETS: Final = (
    "SELECT t.number, t.desk, t.channel, t.priority, t.tier, t.team, t.language, t.status, c.customer_class "  # noqa: S608 - fixed terms
    "FROM ticket t LEFT JOIN customer c ON c.id = t.requester_id "
    f"WHERE t.number > ? AND t.desk = ? AND t.{LIVE} AND NOT EXISTS (SELECT 1 FROM clock k WHERE k.ticket = t.number "
    "AND k.state IN ('running', 'paused') AND k.policy_version = ? AND k.reason IS NOT NULL) ORDER BY t.number LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Batch:
    """Args:
    last: number of the last ticket that was looked at; None at the end.
    looked_at, changed, breached: tickets, those whose clocks are others now, clocks that turned out to be missed.
    """

    last: int | None
    looked_at: int = 0
    changed: int = 0
    breached: int = 0


def open_tickets(store: Store, desk: str) -> int:
    """How many tickets of the desk still wait for somebody."""
    sql = f"SELECT ifnull(sum(tickets), 0) FROM queue_count WHERE desk = ? AND {LIVE}"  # noqa: S608 - fixed terms
    return int(store.connection.execute(sql, (desk,)).fetchone()[0])


def apply_batch(store: Store, desk: str, behind: int, size: int, author: Author, at: datetime) -> Batch:
    """Applies the edition in force to the next open tickets that do not go by it yet. Inside `writing()`.

    Args:
        behind: the number of a ticket, as `Batch.last` said it; 0 to begin.
        at: aware; from then on the edition holds for them. Verdicts given before stay.
    """
    editions = desks.editions(store, desk)
    version = editions.rules_at(at).version
    found = store.connection.execute(_TICKETS, (behind, desk, version, size)).fetchall()
    if not found:
        return Batch(None)
    before = _clocks(store, [row["number"] for row in found])
    after = {
        row["number"]: advance(before[row["number"]], Signal(at, SignalKind.APPLY_POLICY, situation_of(row)), editions)
        for row in found
    }
    changed = {number: its for number, its in after.items() if its != before[number]}
    save_clocks(store, changed)
    _tell(store, changed, version, author, at)
    missed = {number: newly_breached(its, _told(before[number])) for number, its in changed.items()}
    for number, breached in missed.items():
        tell_breaches(store, number, breached)
    return Batch(found[-1]["number"], len(found), len(changed), sum(map(len, missed.values())))


def _clocks(store: Store, numbers: Sequence[int]) -> dict[int, Clocks]:
    found: dict[int, list[Clock]] = {number: [] for number in numbers}
    for row in rows_of(store, "SELECT * FROM clock WHERE ticket IN ({}) ORDER BY ticket, kind, instance", numbers):
        found[row["ticket"]].append(clock_rows.read(row))
    return {number: tuple(clocks) for number, clocks in found.items()}


def _told(clocks: Clocks) -> set[tuple[str, int]]:
    return {(clock.kind, clock.instance) for clock in clocks if clock.breached_at is not None}


def _tell(store: Store, numbers: Iterable[int], version: int, author: Author, at: datetime) -> None:
    """One event a ticket: deriving its clocks from its history must come to the same."""
    after = rows.as_json({"edition": version})
    store.connection.executemany(
        'INSERT INTO event (ticket, at, actor, agent_id, verb, face, "before", "after") '
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (number, to_seconds(at), author.name, author.agent_id, APPLY_POLICY, author.face, "{}", after)
            for number in numbers
        ],
    )
