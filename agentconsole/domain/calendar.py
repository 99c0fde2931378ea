"""Opening hours: a calendar that can count and add open seconds.

Instants come in as aware datetimes of any zone and go out in UTC; spans are whole open seconds (a fraction of a second
in an instant is dropped: 10:00:00.9 counts as 10:00:00). Every open interval is half-open: it holds its start.

What decides whether an instant is open, from weak to strong:

1. the weekly windows of the version in force on the date (in the calendar's zone) on which the window starts;
2. national holidays, and closures of whole days: they close the civil day, 00:00 to 24:00;
3. extra openings: they open on top of all that;
4. closures of a part of a day: they close on top of everything.

Windows are written in wall time and measured in elapsed time. An edge that a clock change skips lies at the change; one
that occurs twice means its first occurrence: windows which touch on the wall neither overlap nor leave a hole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from agentconsole.domain.hours import ALWAYS, NEVER, Closure, Opening, Version, Week, Window, week, weekdays
from agentconsole.domain.intervals import (
    DAY,
    EPOCH,
    PeriodKind,
    Piece,
    instant_of,
    seconds_of,
)
from agentconsole.domain.national_holidays import national_holidays
from agentconsole.domain.open_time import OpenTime

__all__ = [
    "ALWAYS",
    "NEVER",
    "Calendar",
    "Closure",
    "Opening",
    "Period",
    "PeriodKind",
    "Version",
    "Week",
    "Window",
    "always_open",
    "national_holidays",
    "week",
    "weekdays",
]


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time in UTC, `start` included and `end` not; `name` is the holiday's or the closure's."""

    start: datetime
    end: datetime
    kind: PeriodKind
    name: str = ""


@dataclass(frozen=True)
class Calendar:
    """When a desk, or one channel of it, is open. May be shared by threads.

    Args:
        id: the key by which channels and clocks refer to it.
        name: what people call it.
        zone: IANA name of the zone in which dates and hours are read.
        versions: weekly hours by the date they begin; the earliest holds for all time before it, too.
        holidays: country (`JP`) or country and part (`US-CA`) whose national holidays close the day, or None.
        closures, openings: exceptions by date.

    Raises:
        ValueError: two versions from one date. ZoneInfoNotFoundError (a KeyError): no such zone.
    """

    id: str
    name: str
    zone: str
    versions: tuple[Version, ...]
    holidays: str | None = None
    closures: tuple[Closure, ...] = ()
    openings: tuple[Opening, ...] = ()
    always_open: bool = field(init=False, repr=False, compare=False)
    _open_time: OpenTime = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.versions, key=lambda version: version.valid_from))
        if len({version.valid_from for version in ordered}) != len(ordered):
            raise ValueError(f"calendar {self.id!r} has two versions from one date")
        always = bool(ordered) and all(_is_always(version.week) for version in ordered)
        object.__setattr__(self, "versions", ordered)
        object.__setattr__(self, "always_open", always and not self.holidays and not self.closures)
        object.__setattr__(
            self, "_open_time", OpenTime(ZoneInfo(self.zone), ordered, self.closures, self.openings, self.holidays)
        )

    def after(self, start: datetime, seconds: int) -> datetime | None:
        """The instant (UTC) at which `seconds` open seconds have passed since `start`.

        A span that is used up just when a window closes ends there, not at the next opening. No seconds at all give the
        next opening, or `start` itself while open. None: the calendar does not open for so long any more.

        Raises:
            ValueError: naive datetime, or negative seconds.
        """
        begin = seconds_of(start)
        _refuse_negative(seconds)
        return instant_of(self.second_after(begin, seconds))

    def before(self, end: datetime, seconds: int) -> datetime | None:
        """The latest instant (UTC) from which `seconds` open seconds remain until `end`; the mirror of `after`.

        A span that begins just when a window opens begins there, not at the close before. No seconds at all give the
        last close, or `end` itself while open or just closed. None: the calendar was never open for so long.

        Raises:
            ValueError: naive datetime, or negative seconds.
        """
        finish = seconds_of(end)
        _refuse_negative(seconds)
        if self.always_open:
            return instant_of(finish - seconds)
        return instant_of(self._open_time.before(finish, seconds))

    def within(self, start: datetime, end: datetime) -> int:
        """Open seconds in [start, end); 0 when `end` is not after `start`. Raises ValueError for a naive datetime."""
        return self.seconds_within(seconds_of(start), seconds_of(end))

    def second_after(self, begin: int, seconds: int) -> int | None:
        """`after` in seconds since 1970, for who has counted already."""
        return begin + seconds if self.always_open else self._open_time.after(begin, seconds)

    def seconds_within(self, begin: int, finish: int) -> int:
        """`within` in seconds since 1970."""
        if finish <= begin:
            return 0
        return finish - begin if self.always_open else self._open_time.within(begin, finish)

    def in_hours(self, at: datetime) -> bool:
        """Whether it is open at that instant: yes at the opening, no at the close.

        Raises:
            ValueError: naive datetime.
        """
        return self.is_open_at(seconds_of(at))

    def is_open_at(self, second: int) -> bool:
        """`in_hours` in seconds since 1970."""
        return self.always_open or self._open_time.within(second, second + 1) == 1

    def next_opening(self, at: datetime) -> datetime | None:
        """The first open instant (UTC) not before `at`: `at` itself while open; None if it never opens again.

        Raises:
            ValueError: naive datetime.
        """
        return self.after(at, 0)

    def periods(self, start: datetime, end: datetime) -> tuple[Period, ...]:
        """What [start, end) consists of, in order and without a gap.

        Open windows that touch are one period. A holiday is named in the language of its country.

        Raises:
            ValueError: naive datetime.
        """
        begin, finish = seconds_of(start), seconds_of(end)
        if finish <= begin:
            return ()
        if self.always_open:
            return (_period((begin, finish, PeriodKind.OPEN, "")),)
        return tuple(map(_period, self._open_time.pieces(begin, finish)))


def always_open(calendar_id: str = "always", name: str = "24/365", zone: str = "UTC") -> Calendar:
    """A calendar without a closed second."""
    return Calendar(calendar_id, name, zone, (Version(date.min, ALWAYS),))


def _period(piece: Piece) -> Period:
    return Period(EPOCH + timedelta(seconds=piece[0]), EPOCH + timedelta(seconds=piece[1]), piece[2], piece[3])


def _is_always(days: Week) -> bool:
    return all(any(window.start == 0 and window.end >= DAY for window in windows) for windows in days)


def _refuse_negative(seconds: int) -> None:
    if seconds < 0:
        raise ValueError("a span of open time cannot be negative")
