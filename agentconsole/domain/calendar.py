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

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from agentconsole.domain.hours import ALWAYS, NEVER, Closure, Opening, Version, Week, Window, week, weekdays
from agentconsole.domain.intervals import (
    DAY,
    EPOCH,
    PeriodKind,
    Piece,
    Span,
    Table,
    days_between,
    instant_of,
    painted,
    seconds_of,
    union,
    wall_seconds,
    without,
)
from agentconsole.domain.national import national_holidays

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

_FIRST_YEAR, _LAST_YEAR = 2, 9998
_FIRST_SECOND: Final = seconds_of(datetime(_FIRST_YEAR, 1, 2, tzinfo=UTC))
_LAST_SECOND: Final = seconds_of(datetime(_LAST_YEAR, 12, 30, tzinfo=UTC))
_FAR: Final = 30
"""Years beyond which a table begins anew: one ticket dated in the year 1 must not prepare two millennia."""
_EXTENDING: Final = threading.Lock()


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
    _open_time: _OpenTime = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.versions, key=lambda version: version.valid_from))
        if len({version.valid_from for version in ordered}) != len(ordered):
            raise ValueError(f"calendar {self.id!r} has two versions from one date")
        always = bool(ordered) and all(_is_always(version.week) for version in ordered)
        object.__setattr__(self, "versions", ordered)
        object.__setattr__(self, "always_open", always and not self.holidays and not self.closures)
        object.__setattr__(self, "_open_time", _OpenTime(self, ZoneInfo(self.zone)))

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


class _OpenTime:
    """The open intervals of one calendar, worked out year by year as they are asked for.

    A table is never changed, only replaced by a longer one, so that readers need no lock.
    """

    def __init__(self, calendar: Calendar, zone: ZoneInfo) -> None:
        self._calendar = calendar
        self._zone = zone
        self._years: dict[int, list[Span]] = {}
        self._table: Table | None = None
        dated = {day.day.year for day in calendar.openings} | {each.valid_from.year for each in calendar.versions[1:]}
        weekly = [any(version.week) for version in calendar.versions]
        self._first = _FIRST_YEAR if weekly and weekly[0] else max(min(dated, default=_LAST_YEAR) - 1, _FIRST_YEAR)
        self._last = _LAST_YEAR if weekly and weekly[-1] else min(max(dated, default=_FIRST_YEAR) + 1, _LAST_YEAR)

    def after(self, begin: int, seconds: int) -> int | None:
        table: Table | None = self._covering(begin, begin + seconds)
        while table is not None:
            if not seconds:
                index = bisect_right(table.ends, begin)
                if index < len(table.starts):
                    return max(begin, table.starts[index])
            elif (wanted := table.passed(begin) + seconds) <= table.totals[-1]:
                index = bisect_left(table.totals, wanted) - 1
                return table.starts[index] + wanted - table.totals[index]
            table = self._longer(table, ahead=True)
        return None

    def before(self, finish: int, seconds: int) -> int | None:
        table: Table | None = self._covering(finish - seconds, finish)
        while table is not None:
            if not seconds:
                index = bisect_left(table.starts, finish) - 1
                if index >= 0:
                    return min(finish, table.ends[index])
            elif (wanted := table.passed(finish) - seconds) >= 0:
                index = bisect_right(table.totals, wanted) - 1
                return table.starts[index] + wanted - table.totals[index]
            table = self._longer(table, ahead=False)
        return None

    def within(self, begin: int, finish: int) -> int:
        table = self._covering(begin, finish)
        return table.passed(finish) - table.passed(begin)

    def pieces(self, begin: int, finish: int) -> list[Piece]:
        table = self._covering(begin, finish)
        pieces: list[Piece] = []
        index = bisect_right(table.ends, begin)
        at = begin
        while at < finish:
            opens = min(table.starts[index], finish) if index < len(table.starts) else finish
            if at < opens:
                pieces.append((at, opens, PeriodKind.CLOSED, ""))
            if opens < finish:
                pieces.append((max(at, opens), min(table.ends[index], finish), PeriodKind.OPEN, ""))
            at = max(opens, min(table.ends[index], finish)) if index < len(table.ends) else finish
            index += 1
        for layer in self._labels(begin, finish):
            pieces = list(painted(pieces, layer))
        return pieces

    def _covering(self, begin: int, finish: int) -> Table:
        table = self._table
        if table is not None and table.begin <= begin and finish < table.end:
            return table
        return self._extended(self._local_year(begin), self._local_year(finish))

    def _longer(self, table: Table, *, ahead: bool) -> Table | None:
        first, last = table.years
        step = last - first + 1
        if ahead:
            return self._extended(first, min(last + step, self._last)) if last < self._last else None
        return self._extended(max(first - step, self._first), last) if first > self._first else None

    def _extended(self, first: int, last: int) -> Table:
        with _EXTENDING:
            if self._table is not None:
                begin, end = self._table.years
                if begin - _FAR <= last and first <= end + _FAR:
                    first, last = min(first, begin), max(last, end)
            for year in range(first, last + 1):
                if year not in self._years:
                    self._years[year] = self._open_in(year)
            self._table = self._joined(first, last)
            return self._table

    def _joined(self, first: int, last: int) -> Table:
        spans = union(span for year in range(first, last + 1) for span in self._years[year])
        totals = [0]
        for start, end in spans:
            totals.append(totals[-1] + end - start)
        begin, end = self._edge(date(first, 1, 1)), self._edge(date(last + 1, 1, 1))
        return Table((first, last), begin, end, [span[0] for span in spans], [span[1] for span in spans], totals)

    def _open_in(self, year: int) -> list[Span]:
        begin, end = date(year, 1, 1), date(year + 1, 1, 1)
        whole = [each for each in self._calendar.closures if each.window is None]
        if any(each.first <= begin and end <= each.last for each in whole) and not self._calendar.openings:
            return []
        cuts = [span for span, _ in self._closed_days(begin, end)]
        spans = without(union(self._weekly(begin, end)), union(cuts))
        spans = without(
            union([*spans, *self._extra(begin, end)]), union(span for span, _ in self._closed_parts(begin, end))
        )
        low, high = self._edge(begin), self._edge(end)
        return [(max(start, low), min(stop, high)) for start, stop in spans if start < high and stop > low]

    def _weekly(self, begin: date, end: date) -> Iterator[Span]:
        versions = self._calendar.versions
        starts = [version.valid_from for version in versions]
        for day in days_between(begin - timedelta(days=1), end) if versions else ():
            version = versions[max(bisect_right(starts, day) - 1, 0)]
            for window in version.week[day.weekday()]:
                yield self._edge(day, window.start), self._edge(day, window.end)

    def _extra(self, begin: date, end: date) -> Iterator[Span]:
        for opening in self._calendar.openings:
            if begin - timedelta(days=1) <= opening.day < end:
                for window in opening.windows:
                    yield self._edge(opening.day, window.start), self._edge(opening.day, window.end)

    def _closed_days(self, begin: date, end: date) -> Iterator[tuple[Span, Piece]]:
        for day, name in self._holidays(begin, end):
            span = self._edge(day), self._edge(day, DAY)
            yield span, (*span, PeriodKind.HOLIDAY, name)
        for closure in self._calendar.closures:
            first, stop = max(closure.first, begin), min(closure.last, end - timedelta(days=1))
            if closure.window is None and first <= stop:
                span = self._edge(first), self._edge(stop, DAY)
                yield span, (*span, PeriodKind.CLOSURE, closure.name)

    def _closed_parts(self, begin: date, end: date) -> Iterator[tuple[Span, Piece]]:
        for closure in self._calendar.closures:
            if closure.window is not None:
                first = max(closure.first, begin - timedelta(days=1))
                for day in days_between(first, min(closure.last + timedelta(days=1), end)):
                    span = self._edge(day, closure.window.start), self._edge(day, closure.window.end)
                    yield span, (*span, PeriodKind.CLOSURE, closure.name)

    def _holidays(self, begin: date, end: date) -> Iterator[tuple[date, str]]:
        if self._calendar.holidays:
            for year in range(begin.year, end.year + 1):
                for day, name in national_holidays(self._calendar.holidays, year).items():
                    if begin <= day < end:
                        yield day, name

    def _labels(self, begin: int, finish: int) -> list[list[Piece]]:
        """Names for closed time, the strongest first."""
        first, last = (datetime.fromtimestamp(each, self._zone).date() for each in (begin, finish))
        last += timedelta(days=1)
        days = [piece for _, piece in self._closed_days(first, last)]
        closed = [piece for piece in days if piece[2] is PeriodKind.CLOSURE]
        holidays = [piece for piece in days if piece[2] is PeriodKind.HOLIDAY]
        return [sorted(layer) for layer in ([piece for _, piece in self._closed_parts(first, last)], closed, holidays)]

    def _local_year(self, at: int) -> int:
        inside = min(max(at, _FIRST_SECOND), _LAST_SECOND)
        return datetime.fromtimestamp(inside, self._zone).year

    def _edge(self, day: date, seconds: int = 0) -> int:
        return wall_seconds(self._zone, day.toordinal() + seconds // DAY, seconds % DAY)


def _period(piece: Piece) -> Period:
    return Period(EPOCH + timedelta(seconds=piece[0]), EPOCH + timedelta(seconds=piece[1]), piece[2], piece[3])


def _is_always(days: Week) -> bool:
    return all(any(window.start == 0 and window.end >= DAY for window in windows) for windows in days)


def _refuse_negative(seconds: int) -> None:
    if seconds < 0:
        raise ValueError("a span of open time cannot be negative")
