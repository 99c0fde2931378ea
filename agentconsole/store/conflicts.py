"""Conflicts: fields that the source and we both changed. The merge keeps ours and logs it; here they are read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from agentconsole.domain.conflict import Conflict
from agentconsole.domain.instants import parse_instant
from agentconsole.domain.ticket import Event
from agentconsole.store import rows, tickets
from agentconsole.store.histories import SOURCE_TIME
from agentconsole.store.sql import IN_CONFLICT
from agentconsole.store.store import Store

CONFLICT: Final = "conflict"
KEPT, TAKEN = "ours", "theirs"
"""The verbs that end a conflict."""
OUR_NAMES: Final = {"assignee_id": "assignee"}
"""The ticket's own names of its columns, where they differ."""


def conflicts(store: Store) -> list[Conflict]:
    """All that are not ended, by ticket."""
    found = store.connection.execute(f"SELECT number FROM ticket WHERE {IN_CONFLICT} ORDER BY number")  # noqa: S608
    return [each for row in found.fetchall() for each in of_ticket(store, row["number"])]


def note(store: Store, number: int) -> None:
    """Says on a ticket's row whether it is in conflict, after anything has changed, here or at the source."""
    met = "SELECT EXISTS (SELECT 1 FROM event WHERE ticket = ? AND verb = 'conflict')"
    if store.connection.execute(met, (number,)).fetchone()[0]:
        is_open = bool(of_ticket(store, number))
        store.connection.execute("UPDATE ticket SET in_conflict = ? WHERE number = ?", (is_open, number))


def of_ticket(store: Store, number: int) -> list[Conflict]:
    """Those of one ticket that are not ended: nobody chose since, and the two still differ."""
    log = tickets.events(store, number)
    last = _last_conflicts(log)
    if not last:
        return []
    row = store.connection.execute(
        "SELECT t.*, a.login FROM ticket t LEFT JOIN agent a ON a.id = t.assignee_id WHERE number = ?", (number,)
    ).fetchone()
    state = rows.parsed(row["source_state"])
    return [
        Conflict(
            number, OUR_NAMES.get(name, name),
            row["login"] if name == "assignee_id" else _value(name, row[name]), *_who(log, name),
            _login(store, state.get(name)) if name == "assignee_id" else state.get(name),
            event.actor, _source_time(event),
        )
        for name, event in last.items()
        if not is_same(name, _value(name, row[name]), state.get(name))
    ]  # fmt: skip


def is_same(name: str, one: Any, other: Any) -> bool:
    """Whether two values of a field say the same: tags stand in no order."""
    return sorted(one or ()) == sorted(other or ()) if name == "tags" else bool(one == other)


def _last_conflicts(log: Sequence[Event]) -> Mapping[str, Event]:
    """By the table's name of the field, the conflict that nobody has ended."""
    found: dict[str, Event] = {}
    for event in log:
        if event.verb == CONFLICT and not event.undone:
            found |= dict.fromkeys(event.before, event)
        elif event.verb in (KEPT, TAKEN) and not event.undone:
            found = {name: each for name, each in found.items() if OUR_NAMES.get(name, name) not in event.before}
    return found


def _who(log: Sequence[Event], name: str) -> tuple[str | None, datetime | None]:
    """Who changed the field here last, and when."""
    ours = OUR_NAMES.get(name, name)
    deeds: Iterator[Event] = (event for event in reversed(log) if ours in event.before and event.verb != CONFLICT)
    last = next((event for event in deeds if not event.undone and SOURCE_TIME not in event.after), None)
    return (last.actor, last.at) if last else (None, None)


def _source_time(event: Event) -> datetime | None:
    text = event.after.get(SOURCE_TIME)
    return parse_instant(text) if text else None


def _value(name: str, stored: Any) -> Any:
    return rows.parsed(stored) if name in ("tags", "fields") else stored


def _login(store: Store, agent_id: int | None) -> str | None:
    row = store.connection.execute("SELECT login FROM agent WHERE id = ?", (agent_id,)).fetchone()
    return row["login"] if row else None
