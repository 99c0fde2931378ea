"""SLA clocks as they are kept: advanced by one change, derived anew from all that happened, noticed when breached."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from agentconsole.domain.instants import from_seconds, parse_instant, to_seconds
from agentconsole.domain.sla import (
    Clock,
    Clocks,
    Signal,
    SignalKind,
    Situation,
    advance,
    derive,
    next_due,
    settle,
    signal_of_message,
)
from agentconsole.domain.ticket import Ticket
from agentconsole.domain.values import AuthorKind, Channel, Priority, Status, Team, Tier
from agentconsole.store import desks, rows
from agentconsole.store.store import Store
from agentconsole.store.tickets import clocks_of

_CONDITIONS: Final = frozenset({"channel", "priority", "tier", "team", "language", "desk"})
"""What a policy may ask about; when one of them changes, the targets may."""
_SITUATION: Final = _CONDITIONS | {"status"}
SOURCE_TIME: Final = "source_updated_at"
"""In an event's `after`: when the change happened at its source, if it came from one."""


def situation(ticket: Ticket, **changed: Any) -> Situation:
    """What policies see of a ticket, with some fields as they are about to be."""
    values = {
        name: changed.get(name, getattr(ticket, name))
        for name in ("channel", "priority", "tier", "team", "language", "status")
    }
    return Situation(**values | {"tier": Tier(values["tier"])})


def signals_of_change(
    ticket: Ticket, changed: Mapping[str, object], said: tuple[AuthorKind, bool] | None, at: datetime
) -> Iterator[Signal]:
    """What a change means to the clocks.

    Args:
        said: the author and whether it is public, if something was said.
    """
    after = situation(ticket, **changed)
    if _CONDITIONS & changed.keys():
        yield Signal(at, SignalKind.CONDITIONS, after)
    if said and (kind := signal_of_message(said[0], public=said[1], automatic=False)):
        yield Signal(at, kind, after)
    if "status" in changed:
        yield Signal(at, SignalKind.STATUS, after)


def advance_clocks(store: Store, ticket: Ticket, signals: Iterable[Signal], at: datetime) -> list[Clock]:
    """Moves the ticket's clocks on by what has just happened to it; returns those that turn out to be breached."""
    before = clocks_of(store, ticket.number)
    after = settle(before, at)
    rules = desks.editions(store, ticket.desk)
    for signal in signals:
        after = advance(after, signal, rules)
    if after == before:
        return []
    if newly_breached(before, after):
        after = _marked(after, _came_at(store, ticket.number))
    save_clocks(store, {ticket.number: after})
    return newly_breached(before, after)


def newly_breached(before: Clocks, after: Clocks) -> list[Clock]:
    """The clocks whose breach is news."""
    told = {(clock.kind, clock.instance) for clock in before if clock.breached_at is not None}
    return [
        clock
        for clock in after
        if clock.breached_at is not None and not clock.imported and (clock.kind, clock.instance) not in told
    ]


def _marked(clocks: Clocks, came_at: datetime | None) -> Clocks:
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


def save_clocks(store: Store, clocks: Mapping[int, Clocks]) -> None:
    """Replaces the clocks of these tickets and the deadline in their rows."""
    if not clocks:
        return
    store.connection.executemany("DELETE FROM clock WHERE ticket = ?", [(number,) for number in clocks])
    columns = ", ".join(("ticket", *rows.CLOCK_COLUMNS))
    marks = ", ".join("?" * (len(rows.CLOCK_COLUMNS) + 1))
    store.connection.executemany(
        f"INSERT INTO clock ({columns}) VALUES ({marks})",  # noqa: S608 - fixed names
        [(number, *rows.clock_row(clock)) for number, its in clocks.items() for clock in its],
    )
    store.connection.executemany(
        "UPDATE ticket SET due_at = ?, due_kind = ?, due_calendar = ? WHERE number = ?",
        [(*_next_due(its), number) for number, its in clocks.items()],
    )


def _next_due(clocks: Clocks) -> tuple[int | None, str | None, str | None]:
    """The deadline of the ticket's row: when, of which promise, counted by which calendar."""
    due = next_due(clocks)
    if due is None:
        return None, None, None
    owner = next(clock for clock in clocks if clock.is_live and (clock.due_at, clock.kind) == due)
    return to_seconds(due[0]), due[1], owner.calendar_id


# --- deriving from all that happened


@dataclass(slots=True)
class _Deed:
    """What was said, or changed, or both, as far as it matters to clocks.

    Args:
        changed: fields with their values before and after.
        order: among deeds of one second; what the source says comes first.
    """

    at: int
    said: SignalKind | None
    changed: dict[str, tuple[Any, Any]]
    order: int = 0


@dataclass(slots=True)
class _History:
    """What of a ticket's row, messages and events matters to clocks."""

    desk: str
    created_at: int
    now: dict[str, Any]
    deeds: list[_Deed] = field(default_factory=list)
    by_message: dict[int, _Deed] = field(default_factory=dict)
    came_at: datetime | None = None


def derive_clocks(store: Store, numbers: Sequence[int], now: datetime) -> dict[int, list[Clock]]:
    """Makes the clocks of these tickets anew from their messages and events; returns the breaches that are news."""
    before: dict[int, list[Clock]] = {number: [] for number in numbers}
    for row in _rows_of(store, "SELECT * FROM clock WHERE ticket IN ({})", numbers):
        before[row["ticket"]].append(rows.clock(row))
    histories = _histories(store, numbers)
    editions = {key: desks.editions(store, key) for key in {history.desk for history in histories.values()}}
    after = {
        number: _marked(derive(_signals(history), editions[history.desk], now=now), history.came_at)
        for number, history in histories.items()
    }
    save_clocks(store, {number: its for number, its in after.items() if its != tuple(before[number])})
    return {number: newly_breached(tuple(before[number]), its) for number, its in after.items()}


def _rows_of(store: Store, sql: str, numbers: Sequence[int]) -> Iterator[sqlite3.Row]:
    for start in range(0, len(numbers), 500):
        chunk = tuple(numbers[start : start + 500])
        yield from store.connection.execute(sql.format(", ".join("?" * len(chunk))), chunk)


_TICKETS: Final = (
    "SELECT number, desk, created_at, channel, priority, tier, team, language, status FROM ticket WHERE number IN ({})"
)
_EVENTS: Final = (
    'SELECT id, ticket, at, verb, "before", "after", message_id FROM event '
    "WHERE ticket IN ({}) AND undone_by IS NULL AND undoes IS NULL ORDER BY ticket, id"
)
_MESSAGES: Final = (
    "SELECT id, ticket, at, author_kind, public, automatic FROM message WHERE ticket IN ({}) ORDER BY ticket, at, id"
)


def _histories(store: Store, numbers: Sequence[int]) -> dict[int, _History]:
    histories: dict[int, _History] = {}
    for row in _rows_of(store, _TICKETS, numbers):
        current = {name: row[name] for name in _SITUATION - {"desk"}}
        histories[row["number"]] = _History(row["desk"], row["created_at"], current)
    for row in _rows_of(store, _EVENTS, numbers):
        _add_event(histories[row["ticket"]], row)
    for row in _rows_of(store, _MESSAGES, numbers):
        _add_message(histories[row["ticket"]], row)
    return histories


def _add_event(history: _History, row: sqlite3.Row) -> None:
    if row["verb"] == "imported":
        history.came_at = from_seconds(row["at"])
    if (row["before"] == "{}" and row["message_id"] is None) or row["verb"] == "reread":
        return  # what was read anew was never otherwise
    before, after = json.loads(row["before"]), json.loads(row["after"])
    changed = {name: (before[name], after[name]) for name in _SITUATION & before.keys() & after.keys()}
    deed = _Deed(row["at"], None, changed, row["id"])
    if SOURCE_TIME in after:  # a source's clock may be ahead of ours, its deeds never are
        deed.at, deed.order = min(to_seconds(parse_instant(after[SOURCE_TIME])), row["at"]), 0
    history.deeds.append(deed)
    if row["message_id"] is not None:
        history.by_message[row["message_id"]] = deed


def _add_message(history: _History, row: sqlite3.Row) -> None:
    kind = signal_of_message(
        AuthorKind(row["author_kind"]), public=bool(row["public"]), automatic=bool(row["automatic"])
    )
    if row["id"] in history.by_message:
        history.by_message[row["id"]].said = kind
    elif kind is not None:
        history.deeds.append(_Deed(row["at"], kind, {}))


def _signals(history: _History) -> Iterator[Signal]:
    """The ticket's life in order: each signal with the situation as it was after it."""
    deeds = sorted(history.deeds, key=lambda deed: (deed.at, deed.order, bool(deed.changed)))
    state = dict(history.now)
    for deed in reversed(deeds):
        state |= {name: before for name, (before, _) in deed.changed.items()}
    situation = _situation(state)
    yield Signal(from_seconds(history.created_at), SignalKind.CREATED, situation)
    for sequence, deed in enumerate(deeds, start=1):
        if deed.changed:
            state |= {name: after for name, (_, after) in deed.changed.items()}
            situation = _situation(state)
        for kind in _kinds(deed):
            yield Signal(from_seconds(deed.at), kind, situation, sequence=sequence)


def _kinds(deed: _Deed) -> Iterator[SignalKind]:
    if _CONDITIONS & deed.changed.keys():
        yield SignalKind.CONDITIONS
    if deed.said:
        yield deed.said
    if "status" in deed.changed:
        yield SignalKind.STATUS


def _situation(state: Mapping[str, Any]) -> Situation:
    return Situation(
        channel=Channel(state["channel"]),
        priority=Priority(state["priority"]) if state["priority"] else None,
        tier=Tier(state["tier"]),
        team=Team(state["team"]) if state["team"] else None,
        language=state["language"],
        status=Status(state["status"]),
    )


# --- what came due while nobody looked


def overdue(store: Store, now: datetime, limit: int = 500) -> list[int]:
    """Tickets with running clocks whose deadline has come."""
    found = store.connection.execute(
        "SELECT DISTINCT ticket FROM clock INDEXED BY clock_running WHERE state = 'running' AND due_at <= ? LIMIT ?",
        (to_seconds(now), limit),
    )
    return [row["ticket"] for row in found]
