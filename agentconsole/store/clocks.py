"""SLA clocks as they are kept: moved on by one change, noticed when breached, written with the ticket's next deadline.

Making them anew from all that happened is in `histories`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from agentconsole.domain.change import Said
from agentconsole.domain.clock_transitions import Life
from agentconsole.domain.desk import Desk
from agentconsole.domain.instants import to_seconds
from agentconsole.domain.sla import Clock, Clocks, Signal, SignalKind, Situation, advance, next_clock, settle
from agentconsole.domain.ticket import Ticket
from agentconsole.domain.values import Tier
from agentconsole.store import clock_rows, desks, people, rows
from agentconsole.store.store import Store
from agentconsole.store.tickets import clocks_of

CONDITIONS: Final = frozenset({"channel", "priority", "tier", "team", "language", "desk", "customer_class"})
"""What a policy may ask about; when one of them changes, the targets may."""
_OF_TICKET: Final = ("channel", "priority", "team", "language", "status", "desk")


def situation(store: Store, ticket: Ticket, changed: Mapping[str, Any]) -> Situation:
    """What policies see of a ticket, with some fields as they are about to be."""
    values = {name: changed.get(name, getattr(ticket, name)) for name in _OF_TICKET}
    tier = Tier(changed.get("tier", ticket.tier))
    return Situation(tier=tier, customer_class=people.customer_class(store, ticket.requester_id), **values)


def follow(store: Store, ticket: Ticket, changed: Mapping[str, Any], said: Said | None, at: datetime) -> list[Clock]:
    """Moves the ticket's clocks on by what is done to it; returns those that turn out to be breached.

    Args:
        ticket: as it was before.
        changed: the fields that are new, with their values.
    """
    before = clocks_of(store, ticket.number)
    editions = desks.editions(store, ticket.desk)
    after = settle(before, at)
    for signal in _signals(situation(store, ticket, changed), changed, said, editions.rules_at(at), at):
        after = advance(after, signal, editions)
    return _keep(store, ticket.number, before, after)


def _signals(
    after: Situation, changed: Mapping[str, Any], said: Said | None, desk: Desk, at: datetime
) -> Iterator[Signal]:
    """What a change means to the clocks, in the order in which they take it."""
    if CONDITIONS & changed.keys():
        yield Signal(at, SignalKind.CONDITIONS, after)
    if said and (kind := desk.signal_of(said.author_kind, channel=after.channel, public=said.public)):
        yield Signal(at, kind, after)
    if "status" in changed:
        yield Signal(at, SignalKind.STATUS, after)


def breach(store: Store, number: int, now: datetime) -> list[Clock]:
    """Gives those of the ticket's clocks their verdict whose deadline has come; returns them."""
    before = clocks_of(store, number)
    return _keep(store, number, before, settle(before, now))


def _keep(store: Store, number: int, before: Clocks, after: Clocks) -> list[Clock]:
    if after == before:
        return []
    told = {(clock.kind, clock.instance) for clock in before if clock.breached_at is not None}
    if newly_breached(after, told):
        after = marked(after, _came_at(store, number))
    save_clocks(store, {number: after})
    return newly_breached(after, told)


Told = Set[tuple[str, int]]
"""Kind and instance of the clocks whose breach is known."""


def newly_breached(clocks: Clocks, told: Told) -> list[Clock]:
    """The clocks whose breach is news."""
    return [
        clock
        for clock in clocks
        if clock.breached_at is not None and not clock.imported and (clock.kind, clock.instance) not in told
    ]


def marked(clocks: Clocks, came_at: datetime | None) -> Clocks:
    """Breaches that had happened when the ticket came from its source came with it: nobody could have been told."""
    if came_at is None:
        return clocks
    return tuple(
        replace(clock, imported=True)
        if clock.breached_at is not None and not clock.imported and clock.breached_at <= came_at
        else clock
        for clock in clocks
    )


def _came_at(store: Store, number: int) -> datetime | None:
    row = store.connection.execute(
        "SELECT min(at) FROM event WHERE ticket = ? AND verb = 'imported'", (number,)
    ).fetchone()
    return rows.instant(row[0])


_COLUMNS: Final = ", ".join(("ticket", *clock_rows.COLUMNS))
_MARKS: Final = ", ".join("?" * (len(clock_rows.COLUMNS) + 1))
ClockRows = list[tuple[Any, ...]]
"""The clocks of one ticket as rows of `_COLUMNS`, by kind and instance."""


def standing(store: Store, numbers: Sequence[int]) -> dict[int, ClockRows]:
    """The clocks of these tickets as they are kept."""
    found: dict[int, ClockRows] = {number: [] for number in numbers}
    sql = f"SELECT {_COLUMNS} FROM clock WHERE ticket IN ({{}}) ORDER BY ticket, kind, instance"  # noqa: S608
    for row in rows_of(store, sql, numbers):
        found[row[0]].append(tuple(row))
    return found


_BREACHED_AT: Final = clock_rows.COLUMNS.index("breached_at") + 1


def told(clock_rows: ClockRows) -> Told:
    return {(row[1], row[2]) for row in clock_rows if row[_BREACHED_AT] is not None}


def save_clocks(store: Store, clocks: Mapping[int, Clocks], before: Mapping[int, ClockRows] | None = None) -> None:
    """Replaces the clocks of these tickets and the deadline in their rows, except where they are as `before`."""
    known = before or {}
    made = {number: sorted([(number, *clock_rows.of_clock(clock)) for clock in its]) for number, its in clocks.items()}
    changed = [number for number, its in made.items() if its != known.get(number)]
    if not changed:
        return
    store.connection.executemany("DELETE FROM clock WHERE ticket = ?", [(number,) for number in changed])
    _insert(store, [row for number in changed for row in made[number]])
    store.connection.executemany(
        "UPDATE ticket SET due_at = ?, due_kind = ?, due_calendar = ? WHERE number = ?",
        [(*_next_due(clocks[number]), number) for number in changed],
    )


def add_clocks(store: Store, lives: Mapping[int, Life], came_at: datetime) -> None:
    """The clocks of tickets that have just come, and whose rows say the deadline already.

    What they missed until now they missed before anybody here could be told.
    """
    at = to_seconds(came_at)
    _insert(
        store,
        [
            (number, *clock_rows.of_work(work, imported=work.breached is not None and work.breached <= at))
            for number, life in lives.items()
            for work in life.works()
        ],
    )


def _insert(store: Store, clock_rows: ClockRows) -> None:
    store.connection.executemany(f"INSERT INTO clock ({_COLUMNS}) VALUES ({_MARKS})", clock_rows)  # noqa: S608


def rows_of(store: Store, sql: str, numbers: Sequence[int]) -> Iterator[sqlite3.Row]:
    """The rows of a query over tickets, however many there are."""
    for start in range(0, len(numbers), 500):
        chunk = tuple(numbers[start : start + 500])
        yield from store.connection.execute(sql.format(", ".join("?" * len(chunk))), chunk)


def _next_due(clocks: Clocks) -> tuple[int | None, str | None, str | None]:
    """The deadline of the ticket's row: when, of which promise, counted by which calendar."""
    clock = next_clock(clocks)
    if clock is None or clock.due_at is None:
        return None, None, None
    return to_seconds(clock.due_at), clock.kind, clock.calendar_name


def overdue(store: Store, now: datetime, limit: int = 500) -> list[int]:
    """Tickets with running clocks whose deadline has come."""
    found = store.connection.execute(
        "SELECT DISTINCT ticket FROM clock INDEXED BY clock_running WHERE state = 'running' AND due_at <= ? LIMIT ?",
        (to_seconds(now), limit),
    )
    return [row["ticket"] for row in found]
