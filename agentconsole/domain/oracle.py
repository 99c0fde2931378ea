"""What another helpdesk says of a clock, held against ours: where they differ, and what that comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from agentconsole.domain.policies import EVERY_HOUR
from agentconsole.domain.promises import Clock
from agentconsole.domain.values import ClockKind, ClockState

MINUTE: Final = 60
_A_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Oracle:
    """A clock in the words of the helpdesk that the ticket came from. None: it does not say.

    Args:
        ticket: the ticket's id there.
        instance: which of its kind, from 1; 0 for the last one.
        said_by: the fields that say so.
        target, elapsed: seconds, of opening hours if `business`.
        pauses: how often it stood still.
    """

    ticket: str
    kind: ClockKind
    said_by: str
    instance: int = 1
    started_at: datetime | None = None
    due_at: datetime | None = None
    fulfilled_at: datetime | None = None
    breached: bool | None = None
    target: int | None = None
    elapsed: int | None = None
    business: bool | None = None
    pauses: int | None = None


class Cause(StrEnum):
    """What a difference comes from, the deeper before what follows from it."""

    NO_CLOCK = "no_clock"
    """We promise nothing of the kind to that ticket."""
    START = "start"
    """The clocks begin at different times."""
    ANSWER = "answer"
    """Something ended the one clock that did not end the other, or at another time."""
    TARGET = "target"
    """Another target was promised: another policy, or another priority in force."""
    HOURS = "hours"
    """The one counts opening hours, the other every hour."""
    PAUSES = "pauses"
    """The clocks stood still at different times."""
    CALENDAR = "calendar"
    """All that is equal, and the deadlines are not: other opening hours or holidays."""
    DEADLINE = "deadline"
    """Other deadlines, and the helpdesk does not say of which target."""
    ELAPSED = "elapsed"
    """Other time was counted: other opening hours, or pauses."""
    ROUNDING = "rounding"
    """Less than a minute apart: the other counts whole minutes."""
    VERDICT = "verdict"
    """The same times, and yet the one calls it late."""


def difference(ours: Clock | None, theirs: Oracle) -> Cause | None:
    """The first cause that explains why they differ; None if they do not."""
    if ours is None:
        return Cause.NO_CLOCK
    for cause, differs in _CHECKS:
        if differs(ours, theirs):
            return cause
    return None


def _starts_elsewhere(ours: Clock, theirs: Oracle) -> bool:
    return theirs.started_at is not None and abs(ours.started_at - theirs.started_at) >= _A_MINUTE


def _ends_elsewhere(ours: Clock, theirs: Oracle) -> bool:
    if theirs.fulfilled_at is None:
        return False
    return ours.fulfilled_at is None or abs(ours.fulfilled_at - theirs.fulfilled_at) >= _A_MINUTE


def _other_target(ours: Clock, theirs: Oracle) -> bool:
    return theirs.target is not None and abs(ours.target_seconds - theirs.target) >= MINUTE


def _other_hours(ours: Clock, theirs: Oracle) -> bool:
    if theirs.business is None or theirs.target is None:
        return False
    return theirs.business is (ours.calendar_id == EVERY_HOUR.id) and _due_elsewhere(ours, theirs, 1)


def _other_pauses(ours: Clock, theirs: Oracle) -> bool:
    ended = ours.state is ClockState.CANCELLED  # what it is left with says since when
    mine = len(ours.pauses) - ended
    return theirs.pauses is not None and mine != theirs.pauses and _due_elsewhere(ours, theirs, 1)


def _other_calendar(ours: Clock, theirs: Oracle) -> bool:
    return theirs.target is not None and _due_elsewhere(ours, theirs, MINUTE)


def _other_deadline(ours: Clock, theirs: Oracle) -> bool:
    return _due_elsewhere(ours, theirs, MINUTE)


def _due_elsewhere(ours: Clock, theirs: Oracle, least: int) -> bool:
    if theirs.due_at is None or ours.due_at is None:
        return theirs.due_at is not None
    return abs(ours.due_at - theirs.due_at) >= timedelta(seconds=least)


def _counted_otherwise(ours: Clock, theirs: Oracle) -> bool:
    over = ours.fulfilled_at is not None
    return over and theirs.elapsed is not None and abs(ours.business_seconds - theirs.elapsed) >= 2 * MINUTE


def _a_little_off(ours: Clock, theirs: Oracle) -> bool:
    return theirs.due_at is not None and theirs.due_at != ours.due_at


def _judged_otherwise(ours: Clock, theirs: Oracle) -> bool:
    return theirs.breached is not None and theirs.breached is not (ours.breached_at is not None)


_CHECKS: Final = (
    (Cause.START, _starts_elsewhere),
    (Cause.ANSWER, _ends_elsewhere),
    (Cause.TARGET, _other_target),
    (Cause.HOURS, _other_hours),
    (Cause.PAUSES, _other_pauses),
    (Cause.CALENDAR, _other_calendar),
    (Cause.DEADLINE, _other_deadline),
    (Cause.ELAPSED, _counted_otherwise),
    (Cause.VERDICT, _judged_otherwise),
    (Cause.ROUNDING, _a_little_off),
)
