"""What is left of a ticket's time, as its desk counts it."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Final

from agentconsole.commands.time_spans import clock_of, short_day
from agentconsole.domain.desk import Desk
from agentconsole.domain.sla import Clock
from agentconsole.domain.ticket import Ticket
from agentconsole.domain.timer import DAY, HOUR, MINUTE, YEAR, Timer, TimerKind, clock_timer, timer
from agentconsole.locale import _
from agentconsole.locale.words import word
from agentconsole.store import desks
from agentconsole.store.store import Store


class Timers:
    """Reads timers at one moment, by the edition of the desk that set the deadline; each is read once.

    Args:
        now: aware.
        zone: in which an opening is told.
    """

    def __init__(self, store: Store, now: datetime, zone: tzinfo) -> None:
        self._store, self.now, self.zone = store, now, zone
        self._desks: dict[str, Desk] = {}

    def of(self, ticket: Ticket) -> str:
        """`25m`, `3h05m`, `-12m` when late, `opens Tue 11-24 09:00`; what it waits for while the clocks stand still."""
        edition, calendar_id = ticket.due_by
        return self.text(timer(ticket, self.desk(edition).calendar(calendar_id), self.now), ticket)

    def of_clock(self, clock: Clock, ticket: Ticket) -> str:
        """The same of one clock of the ticket."""
        desk = self.desk(clock.edition(ticket.desk))
        return self.text(clock_timer(clock, desk, self.now, ticket.pending_until), ticket)

    def desk(self, edition: str) -> Desk:
        """The edition of a desk of that name; by the key alone, the one in force."""
        if edition not in self._desks:
            self._desks[edition] = desks.edition(self._store, edition)
        return self._desks[edition]

    def text(self, reading: Timer, ticket: Ticket) -> str:
        """A reading of the ticket's in words."""
        if reading.kind is TimerKind.PAUSED:
            return word("status", ticket.status)
        if reading.kind is TimerKind.OPENS and reading.at is not None:
            return _("opens {at}").format(at=self._moment(reading.at))
        if reading.seconds is None:
            return ""
        return f"-{_span(reading.seconds)}" if reading.kind is TimerKind.LATE else _span(reading.seconds)

    def _moment(self, at: datetime) -> str:
        day = at.astimezone(self.zone).date()
        clock = clock_of(at, self.zone)
        return clock if day == self.now.astimezone(self.zone).date() else f"{short_day(day)} {clock}"


_UNITS: Final = ((YEAR, "y", DAY, "d"), (DAY, "d", HOUR, "h"), (HOUR, "h", MINUTE, "m"))


def _span(seconds: int) -> str:
    """`45s`, `25m`, `3h05m`, `2d04h`, `3y74d`: a minute that has begun to run out is told in seconds, never as none."""
    for unit, name, part, part_name in _UNITS:
        if seconds >= unit:
            return f"{seconds // unit}{name}{seconds % unit // part:02}{part_name}"
    return f"{seconds // MINUTE}m" if seconds >= MINUTE else f"{seconds}s"
