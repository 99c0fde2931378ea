"""How a row becomes a value of the domain, and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import orjson

from agentconsole.domain.clockwork import Work
from agentconsole.domain.instants import from_seconds, iso, parse_instant, to_seconds
from agentconsole.domain.ticket import Attachment, Event, Message, Ticket
from agentconsole.domain.values import AuthorKind, Channel, ClockKind, ClockState, Priority, Status, Team

if TYPE_CHECKING:
    from agentconsole.domain.sla import Clock, Reason

TICKET_COLUMNS: Final = """
t.number, t.desk, t.source, t.external_id, t.subject, t.channel, t.language, t.category, t.priority, t.status,
t.source_status, t.tier, t.team, a.login AS assignee, t.requester_id, r.name AS requester_name, t.tags, t.fields,
t.created_at, t.updated_at, t.due_at, t.due_kind, t.due_calendar, t.verified_at, t.verified_how, t.pending_until,
t.version"""
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
    )


def message(row: sqlite3.Row) -> Message:
    return Message(
        id=row["id"],
        at=from_seconds(row["at"]),
        author_kind=AuthorKind(row["author_kind"]),
        author_name=row["author"],
        public=bool(row["public"]),
        body=row["body"],
        attachments=tuple(Attachment(a["name"], a.get("type"), a.get("size")) for a in json.loads(row["attachments"])),
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


CLOCK_COLUMNS: Final = (
    "kind", "instance", "state", "started_at", "due_at", "fulfilled_at", "breached_at", "pauses", "target_seconds",
    "policy_id", "policy_name", "policy_version", "priority_applied", "calendar_id", "business_seconds", "imported",
    "grace_seconds", "warn_seconds", "reason", "cancel_reason",
)  # fmt: skip


def clock(row: sqlite3.Row) -> Clock:
    from agentconsole.domain.sla import CancelReason, Clock  # a list is shown before these

    return Clock(
        kind=ClockKind(row["kind"]),
        instance=row["instance"],
        state=ClockState(row["state"]),
        started_at=from_seconds(row["started_at"]),
        due_at=instant(row["due_at"]),
        fulfilled_at=instant(row["fulfilled_at"]),
        breached_at=instant(row["breached_at"]),
        pauses=tuple((from_seconds(start), instant(end)) for start, end in json.loads(row["pauses"])),
        target_seconds=row["target_seconds"],
        policy_id=row["policy_id"],
        policy_name=row["policy_name"],
        policy_version=row["policy_version"],
        priority_applied=Priority(row["priority_applied"]),
        calendar_id=row["calendar_id"],
        business_seconds=row["business_seconds"],
        imported=bool(row["imported"]),
        grace_seconds=row["grace_seconds"],
        warn_seconds=row["warn_seconds"],
        reason=_reason(row["reason"]) if row["reason"] else None,
        cancel_reason=CancelReason(row["cancel_reason"]) if row["cancel_reason"] else None,
    )


def clock_row(clock: Clock) -> tuple[object, ...]:
    """The values of `CLOCK_COLUMNS`, each in its place: an import makes some of these for every ticket."""
    return (
        clock.kind,
        clock.instance,
        clock.state,
        to_seconds(clock.started_at),
        clock.due_at and to_seconds(clock.due_at),
        clock.fulfilled_at and to_seconds(clock.fulfilled_at),
        clock.breached_at and to_seconds(clock.breached_at),
        as_json([(to_seconds(start), end and to_seconds(end)) for start, end in clock.pauses]),
        clock.target_seconds,
        clock.policy_id,
        clock.policy_name,
        clock.policy_version,
        clock.priority_applied,
        clock.calendar_id,
        clock.business_seconds,
        clock.imported,
        clock.grace_seconds,
        clock.warn_seconds,
        _reason_json(clock.reason) if clock.reason else None,
        clock.cancel_reason,
    )


def work_row(work: Work, *, imported: bool) -> tuple[object, ...]:
    """`clock_row` of a clock in the making, whose instants are seconds already."""
    promise = work.promise
    return (
        work.kind,
        work.instance,
        work.state,
        work.started,
        work.due,
        work.fulfilled,
        work.breached,
        as_json(work.pauses) if work.pauses else "[]",
        promise.target,
        promise.policy_id,
        promise.policy_name,
        promise.policy_version,
        promise.priority,
        promise.calendar_id,
        work.business,
        imported,
        promise.grace,
        promise.warn,
        _reason_json(promise.reason) if promise.reason else None,
        work.cancel_reason,
    )


@lru_cache(maxsize=1024)
def _reason_json(reason: Reason) -> str:
    return as_json({"matched": reason.matched, "passed_over": reason.passed_over})


@lru_cache(maxsize=1024)
def _reason(text: str) -> Reason:
    """Most tickets of a desk have one of a few reasons."""
    from agentconsole.domain.sla import Reason

    said = json.loads(text)
    return Reason(tuple(map(tuple, said["matched"])), tuple(map(tuple, said["passed_over"])))


_OPTIONS: Final = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


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
