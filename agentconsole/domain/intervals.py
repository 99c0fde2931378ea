"""Open time as sorted seconds since the epoch: sets of intervals, running totals, wall time as seconds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

DAY: Final = 86_400
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_EPOCH_ORDINAL: Final = EPOCH.toordinal()
SECOND: Final = timedelta(seconds=1)

Span = tuple[int, int]


class PeriodKind(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    CLOSURE = "closure"


Piece = tuple[int, int, PeriodKind, str]


@dataclass(frozen=True, slots=True)
class Table:
    """Open intervals of whole years as sorted seconds since the epoch, with open seconds before each."""

    years: tuple[int, int]
    begin: int
    end: int
    starts: Sequence[int] = ()
    ends: Sequence[int] = ()
    totals: Sequence[int] = (0,)

    def passed(self, at: int) -> int:
        """Open seconds from the table's begin to `at`."""
        index = bisect_right(self.starts, at) - 1
        if index < 0:
            return 0
        return self.totals[index] + min(at, self.ends[index]) - self.starts[index]


def wall_seconds(zone: ZoneInfo, ordinal: int, seconds: int) -> int:
    """Seconds since the epoch of a wall time, given as day (proleptic ordinal) and seconds from its 00:00.

    A time that the zone's clocks skip is taken as the instant of the change, one that they show twice as its first.
    """
    offset = _noon_offset(zone, ordinal)
    if _noon_offset(zone, ordinal - 1) == offset == _noon_offset(zone, ordinal + 1):
        return (ordinal - _EPOCH_ORDINAL) * DAY + seconds - offset
    wall = datetime.combine(date.fromordinal(ordinal), time(), zone) + timedelta(seconds=seconds)
    early, late = (seconds_of(wall.replace(fold=fold)) for fold in (1, 0))
    if early >= late:
        return late
    while late - early > 1:  # a skipped wall time: find the second of the change
        middle = (early + late) // 2
        early, late = (middle, late) if _offset(zone, middle) == _offset(zone, early) else (early, middle)
    return late


@lru_cache(maxsize=8192)
def _noon_offset(zone: ZoneInfo, ordinal: int) -> int:
    return _utc_offset(datetime.combine(date.fromordinal(ordinal), time(12), zone))


def _offset(zone: ZoneInfo, at: int) -> int:
    return _utc_offset(datetime.fromtimestamp(at, zone))


def _utc_offset(at: datetime) -> int:
    return (at.utcoffset() or timedelta()) // SECOND


def days_between(begin: date, end: date) -> Iterator[date]:
    """The dates from `begin` on, without `end`."""
    return (date.fromordinal(ordinal) for ordinal in range(begin.toordinal(), end.toordinal()))


def union(spans: Iterable[Span]) -> list[Span]:
    """Sorted and disjoint; spans that overlap or touch become one, empty ones vanish."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def without(spans: list[Span], cuts: list[Span]) -> list[Span]:
    """What is left of disjoint sorted spans when disjoint sorted cuts are taken away."""
    left: list[Span] = []
    index = 0
    for start, end in spans:
        while index < len(cuts) and cuts[index][1] <= start:
            index += 1
        at, cut = start, index
        while cut < len(cuts) and cuts[cut][0] < end:
            if at < cuts[cut][0]:
                left.append((at, cuts[cut][0]))
            at = max(at, cuts[cut][1])
            cut += 1
        if at < end:
            left.append((at, end))
    return left


def painted(pieces: list[Piece], labels: list[Piece]) -> Iterator[Piece]:
    """The pieces, where closed time without a name takes the name of the label over it."""
    index = 0
    for start, end, kind, name in pieces:
        at = start
        if kind is not PeriodKind.CLOSED:
            yield start, end, kind, name
            continue
        while index < len(labels) and labels[index][0] < end:
            low, high = max(labels[index][0], at), min(labels[index][1], end)
            if low < high:
                if at < low:
                    yield at, low, kind, name
                yield low, high, labels[index][2], labels[index][3]
                at = high
            if labels[index][1] > end:
                break
            index += 1
        if at < end:
            yield at, end, kind, name


def seconds_of(at: datetime) -> int:
    """Whole seconds since the epoch; ValueError for a naive datetime."""
    if at.tzinfo is None:
        raise ValueError("a naive datetime says no instant: give it a zone")
    return (at - EPOCH) // SECOND


def instant_of(at: int | None) -> datetime | None:
    if at is None:
        return None
    try:
        return EPOCH + timedelta(seconds=at)
    except OverflowError:
        return None
