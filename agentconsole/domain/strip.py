"""An explanation as a calendar: a row for each day, a cell for each part of it. Data only; faces choose the marks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from agentconsole.domain.explanation import Explanation, Step, StepKind

_SECOND: Final = timedelta(seconds=1)


class Cell(StrEnum):
    """What a part of a day is to the clock."""

    OPEN = "open"
    CLOSED = "closed"
    PAUSE = "pause"
    HOLIDAY = "holiday"
    OUTSIDE = "outside"
    """Before the clock's start, or after its end."""


_CELLS: Final = {
    StepKind.OPEN: Cell.OPEN,
    StepKind.CLOSED: Cell.CLOSED,
    StepKind.PAUSE: Cell.PAUSE,
    StepKind.HOLIDAY: Cell.HOLIDAY,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One day of the strip.

    Args:
        day: in the strip's zone.
        cells: equal parts of the day as long as it is: on a day of 23 hours each is a little shorter.
        names: holidays and closures of the day, in order.
        counted: open seconds that the day took from the target.
        start, due: the cell of the clock's start and of its deadline, if they are on this day.
    """

    day: date
    cells: tuple[Cell, ...]
    names: tuple[str, ...]
    counted: int
    start: int | None = None
    due: int | None = None


def strip(explanation: Explanation, width: int, zone: ZoneInfo) -> tuple[Row, ...]:
    """The days from the start of an explained clock to its end, each of `width` cells.

    A cell with any counted second is open; every other one is what it is for the longest. A deadline at 24:00 stands in
    the last cell of its day.

    Raises:
        ValueError: less than one cell.
    """
    if width < 1:
        raise ValueError("a strip needs at least one cell a day")
    steps = explanation.steps
    if not steps:
        return ()
    return tuple(_row(explanation, day, width, zone) for day in _days(steps, zone))


def _days(steps: Sequence[Step], zone: ZoneInfo) -> Iterator[date]:
    day = steps[0].start.astimezone(zone).date()
    last = (steps[-1].end - _SECOND).astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _row(explanation: Explanation, day: date, width: int, zone: ZoneInfo) -> Row:
    begin, end = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    steps = _between(explanation.steps, begin, end)
    edges = [begin + (end - begin) * number // width for number in range(width + 1)]
    clock = explanation.clock
    return Row(
        day,
        tuple(_cell(steps, low, high) for low, high in pairwise(edges)),
        tuple(dict.fromkeys(step.name for step in steps if step.name)),
        sum(_shared(step, begin, end) // _SECOND for step in steps if step.kind is StepKind.OPEN),
        _place(edges, clock.started_at),
        _place(edges, clock.due_at - _SECOND) if clock.due_at else None,
    )


def _between(steps: Sequence[Step], begin: datetime, end: datetime) -> Sequence[Step]:
    first = max(bisect_right(steps, begin, key=lambda step: step.start) - 1, 0)
    return steps[first : bisect_left(steps, end, key=lambda step: step.start)]


def _cell(steps: Sequence[Step], low: datetime, high: datetime) -> Cell:
    shares = dict.fromkeys(Cell, timedelta())
    for step in steps:
        shares[_CELLS[step.kind]] += _shared(step, low, high)
    if shares[Cell.OPEN]:
        return Cell.OPEN
    shares[Cell.OUTSIDE] = high - low - sum(shares.values(), timedelta())
    return max(shares, key=lambda cell: shares[cell])


def _shared(step: Step, low: datetime, high: datetime) -> timedelta:
    return max(min(step.end, high) - max(step.start, low), timedelta())


def _place(edges: Sequence[datetime], at: datetime) -> int | None:
    return bisect_right(edges, at) - 1 if edges[0] <= at < edges[-1] else None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
