"""What the clock beside a ticket says: how late it is, how much open time is left, or when its desk opens again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from agentconsole.domain.values import Status

if TYPE_CHECKING:
    from agentconsole.domain.calendar import Calendar
    from agentconsole.domain.policies import Rules
    from agentconsole.domain.promises import Clock
    from agentconsole.domain.ticket import Ticket

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
YEAR: Final = 365 * DAY
NEAR: Final = 5 * MINUTE
"""Below this many seconds left, seconds are counted where somebody looks closely."""
IN_DAYS: Final = 2 * DAY
"""From this many seconds left on, whole days are counted."""
UNCHANGING: Final = DAY
"""What `next_change` says of a timer that stands still."""

_SECOND: Final = timedelta(seconds=1)
_WAITING: Final = (Status.PENDING, Status.HOLD)


class TimerKind(StrEnum):
    LATE = "late"
    LEFT = "left"
    OPENS = "opens"
    PAUSED = "paused"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Timer:
    """One reading of a ticket's clock.

    `seconds`: since the deadline (late), of open time until it (left), of plain time until the opening (opens).
    `at`: the deadline (late, left), the opening (opens), the end of the wait if one is set (paused). Aware, in UTC.
    `status`: what it waits for (paused), if that is known.
    """

    kind: TimerKind
    seconds: int | None = None
    at: datetime | None = None
    status: Status | None = None


NO_TIMER: Final = Timer(TimerKind.NONE)


def timer(ticket: Ticket, calendar: Calendar | None, now: datetime) -> Timer:
    """The ticket's timer at `now`, counted in the open time of `calendar`, or in plain time without one.

    A deadline that falls before the next opening is counted in plain time: it will not wait for the desk.

    Raises:
        ValueError: `now` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("a naive datetime says no instant: give it a zone")
    if not ticket.status.is_live:
        return NO_TIMER
    if ticket.due_at is None:
        if ticket.status not in _WAITING:
            return NO_TIMER
        return Timer(TimerKind.PAUSED, at=ticket.pending_until, status=ticket.status)
    return due_timer(ticket.due_at, calendar, now)


def clock_timer(clock: Clock | None, rules: Rules, now: datetime, pending_until: datetime | None = None) -> Timer:
    """The timer of one clock, by the hours that it counts by: one of calendar hours runs while the desk is closed.

    Args:
        clock: such as `next_clock` finds it; None has no timer.
        pending_until: when the wait ends that it is paused for, if that is set.
    """
    if clock is None or not clock.is_live:
        return NO_TIMER
    if clock.due_at is None:
        return Timer(TimerKind.PAUSED, at=pending_until) if clock.is_paused else NO_TIMER
    return due_timer(clock.due_at, clock.calendar(rules), now)


def due_timer(due: datetime, calendar: Calendar | None, now: datetime) -> Timer:
    """The timer of one deadline, counted in the open time of `calendar`, or in plain time without one."""
    if due <= now:
        return Timer(TimerKind.LATE, (now - due) // _SECOND, due)
    if calendar is None:
        return _left(_until(due, now), due)
    if calendar.in_hours(now):
        return _left(calendar.within(now, due), due)
    opening = calendar.next_opening(now)
    if opening is None or due < opening:
        return _left(_until(due, now), due)
    return Timer(TimerKind.OPENS, _until(opening, now), opening)


def next_change(timer: Timer, *, closely: bool = True) -> int:
    """Seconds until what it shows changes by itself, if its desk stays open (or closed) as it is; at least 1.

    Args:
        closely: whether the last minutes are counted in seconds.
    """
    seconds = timer.seconds
    if seconds is None:
        return UNCHANGING
    if timer.kind is TimerKind.LATE:
        return _next_whole_unit(seconds)
    if timer.kind is TimerKind.LEFT:
        return _next_unit_down(seconds, closely)
    return max(seconds, 1)


def _left(seconds: int, due: datetime) -> Timer:
    """Time that is left is at least a second: what has none left is late."""
    return Timer(TimerKind.LEFT, max(seconds, 1), due)


def _until(at: datetime, now: datetime) -> int:
    return (at - now) // _SECOND


def _next_whole_unit(seconds: int) -> int:
    """Late is counted in whole minutes, hours or days that have passed; the first minute is said from the start."""
    if seconds < MINUTE:
        return 2 * MINUTE - seconds
    unit = MINUTE if seconds < HOUR else HOUR if seconds < DAY else DAY
    return unit - seconds % unit


def _next_unit_down(seconds: int, closely: bool) -> int:
    """What is left is counted in whole units, so it changes one second after a unit's last."""
    if closely and seconds < NEAR:
        return 1
    if seconds < MINUTE:
        return seconds
    if seconds < IN_DAYS:
        return seconds % MINUTE + 1
    return seconds % DAY + 1
