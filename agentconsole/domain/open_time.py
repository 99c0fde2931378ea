"""The open intervals of a calendar: worked out year by year, joined to tables in which open seconds are looked up."""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from agentconsole.domain.hours import Closure, Opening, Version
from agentconsole.domain.intervals import (
    DAY,
    PeriodKind,
    Piece,
    Span,
    Table,
    days_between,
    painted,
    seconds_of,
    union,
    wall_seconds,
    without,
)
from agentconsole.domain.national_holidays import national_holidays

_FIRST_YEAR, _LAST_YEAR = 2, 9998
_FIRST_SECOND: Final = seconds_of(datetime(_FIRST_YEAR, 1, 2, tzinfo=UTC))
_LAST_SECOND: Final = seconds_of(datetime(_LAST_YEAR, 12, 30, tzinfo=UTC))
_FAR: Final = 30
"""Years beyond which a table begins anew: one ticket dated in the year 1 must not prepare two millennia."""
_EXTENDING: Final = threading.Lock()


class OpenTime:
    """The open intervals of one calendar, worked out year by year as they are asked for.

    A table is never changed, only replaced by a longer one, so that readers need no lock.
    """

    def __init__(
        self,
        zone: ZoneInfo,
        versions: Sequence[Version],
        closures: Sequence[Closure],
        openings: Sequence[Opening],
        holidays: str | None,
    ) -> None:
        self._zone, self._holidays = zone, holidays
        self._versions, self._closures, self._openings = versions, closures, openings
        self._years: dict[int, list[Span]] = {}
        self._table: Table | None = None
        dated = {opening.day.year for opening in openings} | {version.valid_from.year for version in versions[1:]}
        weekly = [any(version.week) for version in versions]
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
        whole = [each for each in self._closures if each.window is None]
        if any(each.first <= begin and end <= each.last for each in whole) and not self._openings:
            return []
        cuts = [span for span, _ in self._closed_days(begin, end)]
        spans = without(union(self._weekly(begin, end)), union(cuts))
        spans = without(
            union([*spans, *self._extra(begin, end)]), union(span for span, _ in self._closed_parts(begin, end))
        )
        low, high = self._edge(begin), self._edge(end)
        return [(max(start, low), min(stop, high)) for start, stop in spans if start < high and stop > low]

    def _weekly(self, begin: date, end: date) -> Iterator[Span]:
        starts = [version.valid_from for version in self._versions]
        for day in days_between(begin - timedelta(days=1), end) if starts else ():
            version = self._versions[max(bisect_right(starts, day) - 1, 0)]
            for window in version.week[day.weekday()]:
                yield self._edge(day, window.start), self._edge(day, window.end)

    def _extra(self, begin: date, end: date) -> Iterator[Span]:
        for opening in self._openings:
            if begin - timedelta(days=1) <= opening.day < end:
                for window in opening.windows:
                    yield self._edge(opening.day, window.start), self._edge(opening.day, window.end)

    def _closed_days(self, begin: date, end: date) -> Iterator[tuple[Span, Piece]]:
        for day, name in self._named_holidays(begin, end):
            span = self._edge(day), self._edge(day, DAY)
            yield span, (*span, PeriodKind.HOLIDAY, name)
        for closure in self._closures:
            first, stop = max(closure.first, begin), min(closure.last, end - timedelta(days=1))
            if closure.window is None and first <= stop:
                span = self._edge(first), self._edge(stop, DAY)
                yield span, (*span, PeriodKind.CLOSURE, closure.name)

    def _closed_parts(self, begin: date, end: date) -> Iterator[tuple[Span, Piece]]:
        for closure in self._closures:
            if closure.window is not None:
                first = max(closure.first, begin - timedelta(days=1))
                for day in days_between(first, min(closure.last + timedelta(days=1), end)):
                    span = self._edge(day, closure.window.start), self._edge(day, closure.window.end)
                    yield span, (*span, PeriodKind.CLOSURE, closure.name)

    def _named_holidays(self, begin: date, end: date) -> Iterator[tuple[date, str]]:
        if self._holidays:
            for year in range(begin.year, end.year + 1):
                for day, name in national_holidays(self._holidays, year).items():
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
