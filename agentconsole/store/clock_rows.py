"""Clocks as rows, and back. Apart from other rows, as lists of tickets are shown without them."""

from __future__ import annotations

import json
import sqlite3
from functools import lru_cache
from typing import Final

from agentconsole.domain.instants import from_seconds, to_seconds
from agentconsole.domain.mutable_clock import Work
from agentconsole.domain.sla import CancelReason, Clock, Reason
from agentconsole.domain.values import ClockKind, ClockState, Priority
from agentconsole.store import rows

COLUMNS: Final = (
    "kind", "instance", "state", "started_at", "due_at", "fulfilled_at", "breached_at", "pauses", "target_seconds",
    "policy_id", "policy_name", "policy_version", "priority_applied", "calendar_id", "business_seconds", "imported",
    "grace_seconds", "warn_seconds", "reason", "cancel_reason",
)  # fmt: skip


def read(row: sqlite3.Row) -> Clock:
    return Clock(
        kind=ClockKind(row["kind"]),
        instance=row["instance"],
        state=ClockState(row["state"]),
        started_at=from_seconds(row["started_at"]),
        due_at=rows.instant(row["due_at"]),
        fulfilled_at=rows.instant(row["fulfilled_at"]),
        breached_at=rows.instant(row["breached_at"]),
        pauses=tuple((from_seconds(start), rows.instant(end)) for start, end in json.loads(row["pauses"])),
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


def of_clock(clock: Clock) -> tuple[object, ...]:
    """The values of `COLUMNS`, each in its place: an import makes some of these for every ticket."""
    return (
        clock.kind,
        clock.instance,
        clock.state,
        to_seconds(clock.started_at),
        clock.due_at and to_seconds(clock.due_at),
        clock.fulfilled_at and to_seconds(clock.fulfilled_at),
        clock.breached_at and to_seconds(clock.breached_at),
        rows.as_json([(to_seconds(start), end and to_seconds(end)) for start, end in clock.pauses]),
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


def of_work(work: Work, *, imported: bool) -> tuple[object, ...]:
    """`of_clock` of a clock in the making, whose instants are seconds already."""
    promise = work.promise
    return (
        work.kind,
        work.instance,
        work.state,
        work.started,
        work.due,
        work.fulfilled,
        work.breached,
        rows.as_json(work.pauses) if work.pauses else "[]",
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
    return rows.as_json({"matched": reason.matched, "passed_over": reason.passed_over, "desk": reason.desk})


@lru_cache(maxsize=1024)
def _reason(text: str) -> Reason:
    """Most tickets of a desk have one of a few reasons."""
    said = json.loads(text)
    return Reason(tuple(map(tuple, said["matched"])), tuple(map(tuple, said["passed_over"])), said.get("desk"))
