"""How a row becomes a value of the domain, and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Final

import orjson

from agentconsole.domain.instants import from_seconds, iso, parse_instant, to_seconds
from agentconsole.domain.ticket import Attachment, Event, Message, Ticket
from agentconsole.domain.values import AuthorKind, Channel, ClockKind, Condition, Priority, Status, Team

TICKET_COLUMNS: Final = """
t.number, t.desk, t.source, t.external_id, t.subject, t.channel, t.language, t.category, t.priority, t.status,
t.source_status, t.tier, t.team, a.login AS assignee, t.requester_id, r.name AS requester_name, t.tags, t.fields,
t.created_at, t.updated_at, t.due_at, t.due_kind, t.due_calendar, t.verified_at, t.verified_how, t.pending_until,
t.version, t.conditions, t.in_conflict"""
TICKET_SOURCE: Final = (
    "ticket t LEFT JOIN agent a ON a.id = t.assignee_id LEFT JOIN customer r ON r.id = t.requester_id"
)


def instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else from_seconds(seconds)


def ticket(row: sqlite3.Row) -> Ticket:
    return Ticket(
        number=row["number"],
        desk=row["desk"],
        source=row["source"],
        external_id=row["external_id"],
        subject=row["subject"],
        channel=Channel(row["channel"]),
        language=row["language"],
        category=row["category"],
        priority=Priority(row["priority"]) if row["priority"] else None,
        status=Status(row["status"]),
        source_status=row["source_status"],
        tier=row["tier"],
        team=Team(row["team"]) if row["team"] else None,
        assignee=row["assignee"],
        requester_id=row["requester_id"],
        requester_name=row["requester_name"],
        tags=tuple(json.loads(row["tags"])),
        fields=json.loads(row["fields"]),
        created_at=from_seconds(row["created_at"]),
        updated_at=from_seconds(row["updated_at"]),
        due_at=instant(row["due_at"]),
        due_kind=ClockKind(row["due_kind"]) if row["due_kind"] else None,
        due_calendar=row["due_calendar"],
        verified_at=instant(row["verified_at"]),
        verified_how=row["verified_how"],
        pending_until=instant(row["pending_until"]),
        version=row["version"],
        conditions=conditions(row["conditions"]),
        in_conflict=bool(row["in_conflict"]),
    )


def conditions(stored: str) -> tuple[Condition, ...]:
    """As the column holds them, in the order of the contract."""
    return () if stored == "[]" else tuple(filter(json.loads(stored).__contains__, Condition))


def message(row: sqlite3.Row) -> Message:
    return Message(
        id=row["id"],
        at=from_seconds(row["at"]),
        author_kind=AuthorKind(row["author_kind"]),
        author_name=row["author"],
        public=bool(row["public"]),
        body=row["body"],
        attachments=tuple(Attachment(a["name"], a.get("type"), a.get("size")) for a in json.loads(row["attachments"])),
        redacted=bool(row["redacted"]),
    )


def event(row: sqlite3.Row) -> Event:
    return Event(
        id=row["id"],
        at=from_seconds(row["at"]),
        actor=row["actor"],
        verb=row["verb"],
        before=json.loads(row["before"]),
        after=json.loads(row["after"]),
        undone=row["undone_by"] is not None,
        exported=row["exported_at"] is not None,
    )


_TYPES: Final[Mapping[str, Callable[[Any], Any]]] = {
    "channel": Channel,
    "priority": Priority,
    "status": Status,
    "team": Team,
    "tags": tuple,
    "verified_at": parse_instant,
    "pending_until": parse_instant,
}


def typed_fields(plain_fields: Mapping[str, Any]) -> dict[str, object]:
    """Fields of a ticket as an event's JSON holds them, typed again."""
    return {
        name: _TYPES[name](value) if value is not None and name in _TYPES else value
        for name, value in plain_fields.items()
    }


_OPTIONS: Final = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


_EMPTY: Final[Mapping[type, str]] = {dict: "{}", list: "[]", tuple: "[]"}


def stored(value: object) -> object:
    """A domain value as a column holds it."""
    match value:
        case datetime():
            return to_seconds(value)
        case Enum():
            return value.value
        case Mapping():
            return as_json(value)
        case tuple() | list() | set() | frozenset():
            return as_json(list(value))
    return value


def as_json(value: object) -> str:
    """Compact JSON; what it does not know is said by `plain`."""
    if not value and type(value) in _EMPTY:
        return _EMPTY[type(value)]
    try:
        return orjson.dumps(value, default=plain, option=_OPTIONS).decode()
    except TypeError:  # integers beyond 64 bits, keys that are no text
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=plain)


def parsed(value: str) -> Any:
    """A column that holds JSON."""
    return json.loads(value)


def plain(value: object) -> Any:
    """A domain value as JSON can say it, for events."""
    match value:
        case datetime():
            return iso(value)
        case Enum():
            return value.value
        case tuple() | set() | frozenset():
            return list(value)
        case Mapping():
            return dict(value)
    return value
