"""SLA clocks as they are kept: advanced by one change, derived anew from all that happened, noticed when they breach."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
    rules = desks.desk(store, ticket.desk)
    for signal in signals:
        after = advance(after, signal, rules)
    if after != before:
        save_clocks(store, {ticket.number: after})
    return newly_breached(before, after)


def newly_breached(before: Clocks, after: Clocks) -> list[Clock]:
    """The clocks whose breach is news."""
    told = {(clock.kind, clock.instance) for clock in before if clock.breached_at is not None}
    return [clock for clock in after if clock.breached_at is not None and (clock.kind, clock.instance) not in told]


def save_clocks(store: Store, clocks: Mapping[int, Clocks]) -> None:
    """Replaces the clocks of these tickets and the deadline in their rows."""
    store.connection.executemany("DELETE FROM clock WHERE ticket = ?", [(number,) for number in clocks])
    columns = ", ".join(("ticket", *rows.CLOCK_COLUMNS))
    marks = ", ".join("?" * (len(rows.CLOCK_COLUMNS) + 1))
    store.connection.executemany(
        f"INSERT INTO clock ({columns}) VALUES ({marks})",  # noqa: S608 - fixed names
        [(number, *rows.clock_row(clock)) for number, its in clocks.items() for clock in its],
    )
    store.connection.executemany(
        "UPDATE ticket SET due_at = ?, due_kind = ? WHERE number = ?",
        [(*_next_due(its), number) for number, its in clocks.items()],
    )


def _next_due(clocks: Clocks) -> tuple[int | None, str | None]:
    due = next_due(clocks)
    return (to_seconds(due[0]), due[1]) if due else (None, None)


# --- deriving from all that happened


@dataclass(slots=True)
class _History:
    """What of a ticket's row, messages and events matters to clocks."""

    desk: str
    created_at: datetime
    now: dict[str, Any]
    happened: list[tuple[datetime, SignalKind | None, dict[str, Any]]]


def derive_clocks(store: Store, numbers: Sequence[int], now: datetime) -> dict[int, list[Clock]]:
    """Makes the clocks of these tickets anew from their messages and events; returns the breaches that are news."""
    return _derive(store, numbers, now, imported=False)


def derive_imported_clocks(store: Store, numbers: Sequence[int], now: datetime) -> None:
    """The first clocks of tickets that have just come: what was breached before is marked imported, and nobody is told."""
    _derive(store, numbers, now, imported=True)


def _derive(store: Store, numbers: Sequence[int], now: datetime, *, imported: bool) -> dict[int, list[Clock]]:
    marks = ", ".join("?" for _ in numbers)
    before: dict[int, list[Clock]] = {number: [] for number in numbers}
    for row in store.connection.execute(f"SELECT * FROM clock WHERE ticket IN ({marks})", tuple(numbers)):  # noqa: S608
        before[row["ticket"]].append(rows.clock(row))
    after = {
        number: _with_marks(_derived(store, history, now), before[number], imported=imported)
        for number, history in _histories(store, numbers, marks).items()
    }
    save_clocks(store, after)
    return {number: newly_breached(tuple(before[number]), its) for number, its in after.items()}


def _with_marks(clocks: Clocks, before: Sequence[Clock], *, imported: bool) -> Clocks:
    """Keeps the mark of breaches that came with an import."""
    marked = {(clock.kind, clock.instance) for clock in before if clock.imported}
    return tuple(
        replace(clock, imported=True)
        if clock.breached_at and (imported or (clock.kind, clock.instance) in marked)
        else clock
        for clock in clocks
    )


def _derived(store: Store, history: _History, now: datetime) -> Clocks:
    return derive(_signals(history), desks.desk(store, history.desk), now=now)


def _histories(store: Store, numbers: Sequence[int], marks: str) -> dict[int, _History]:
    histories = {}
    for row in store.connection.execute(
        f"SELECT number, desk, created_at, channel, priority, tier, team, language, status FROM ticket WHERE number IN ({marks})",  # noqa: S608
        tuple(numbers),
    ):
        current = {name: row[name] for name in _SITUATION - {"desk"}}
        histories[row["number"]] = _History(row["desk"], from_seconds(row["created_at"]), current, [])
    for row in store.connection.execute(
        f"SELECT ticket, at, author_kind, public, automatic FROM message WHERE ticket IN ({marks})",  # noqa: S608
        tuple(numbers),
    ):
        kind = signal_of_message(
            AuthorKind(row["author_kind"]), public=bool(row["public"]), automatic=bool(row["automatic"])
        )
        histories[row["ticket"]].happened.append((from_seconds(row["at"]), kind, {}))
    for row in store.connection.execute(
        f'SELECT ticket, at, "before", "after" FROM event WHERE ticket IN ({marks}) AND undone_by IS NULL AND undoes IS NULL ORDER BY id',  # noqa: S608
        tuple(numbers),
    ):
        _add_event(histories[row["ticket"]], row["at"], json.loads(row["before"]), json.loads(row["after"]))
    return histories


def _add_event(history: _History, at: int, before: dict[str, Any], after: dict[str, Any]) -> None:
    changed = {name: (before[name], after[name]) for name in _SITUATION & before.keys() & after.keys()}
    if changed:
        when = parse_instant(after[SOURCE_TIME]) if SOURCE_TIME in after else from_seconds(at)
        history.happened.append((when, None, changed))


def _signals(history: _History) -> Iterator[Signal]:
    """The ticket's life in order: each signal with the situation as it was after it."""
    happened = sorted(history.happened, key=lambda each: each[0])
    state = dict(history.now)
    for _, _, changed in reversed(happened):
        state |= {name: before for name, (before, _) in changed.items()}
    yield Signal(history.created_at, SignalKind.CREATED, _situation(state))
    for sequence, (at, kind, changed) in enumerate(happened, start=1):
        state |= {name: after for name, (_, after) in changed.items()}
        for signal in _kinds(kind, changed):
            yield Signal(at, signal, _situation(state), sequence=sequence)


def _kinds(message: SignalKind | None, changed: Mapping[str, object]) -> Iterator[SignalKind]:
    if message:
        yield message
    if _CONDITIONS & changed.keys():
        yield SignalKind.CONDITIONS
    if "status" in changed:
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
        "SELECT DISTINCT ticket FROM clock WHERE state = 'running' AND due_at <= ? LIMIT ?", (to_seconds(now), limit)
    )
    return [row["ticket"] for row in found]
