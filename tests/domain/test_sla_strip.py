"""The calendar-like strip of an explained clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.domain.calendar import Calendar, Closure, Version, Window, week
from agentconsole.domain.sla import Policy, Signal, SignalKind, Situation, derive, explain
from agentconsole.domain.strip import Cell, Row, strip
from agentconsole.domain.values import Channel, ClockKind, Priority, Status, Tier

HOUR = 3600
TOKYO = ZoneInfo("Asia/Tokyo")
TICKET = Situation(Channel.MAIL, Priority.NORMAL, Tier.FIRST, None, "ja", Status.OPEN)
MARKS = {Cell.OPEN: "o", Cell.CLOSED: ".", Cell.PAUSE: "p", Cell.HOLIDAY: "h", Cell.OUTSIDE: " "}


@dataclass(frozen=True)
class Book:
    office: Calendar
    policies: tuple[Policy, ...]
    version: int = 1

    def calendar_of(self, channel: Channel) -> Calendar:
        return self.office

    def calendar(self, calendar_id: str) -> Calendar | None:
        return self.office


def book(hours: float, zone: str = "Asia/Tokyo", windows: str = "09:00-18:00", days: str = "mon-fri") -> Book:
    drill = Closure(date(2026, 11, 24), date(2026, 11, 24), "drill", Window.parse("15:00-18:00"))
    calendar = Calendar("c", "C", zone, (Version(date.min, week({days: [windows]})),), "JP", (drill,))
    targets = {priority: {ClockKind.RESOLUTION: int(hours * HOUR)} for priority in Priority}
    return Book(calendar, (Policy("p", "p", targets),))


def drawn(rules: Book, *signals: tuple[str, SignalKind, Status | None], width: int = 24) -> list[Row]:
    zone = ZoneInfo(rules.office.zone)
    told = [
        Signal(datetime.fromisoformat(f"2026-11-{at}").replace(tzinfo=zone), kind, TICKET, status)
        for at, kind, status in signals
    ]
    clock = derive(told, rules, now=told[-1].at)[0]
    return list(strip(explain(clock, rules, told[-1].at), width, zone))


def text(row: Row) -> str:
    return "".join(MARKS[cell] for cell in row.cells)


def test_a_row_for_each_day() -> None:
    rows = drawn(book(9), ("20T16:00", SignalKind.CREATED, None))
    assert [(f"{row.day:%d}", text(row)) for row in rows] == [
        ("20", " " * 16 + "oo......"),
        ("21", "." * 24),
        ("22", "." * 24),
        ("23", "h" * 24),
        ("24", "." * 9 + "oooooo" + "." * 9),
        ("25", "." * 9 + "o" + " " * 14),
    ]
    assert [row.counted for row in rows] == [2 * HOUR, 0, 0, 0, 6 * HOUR, HOUR]
    assert [row.names for row in rows] == [(), (), (), ("勤労感謝の日",), ("drill",), ()]
    assert (rows[0].start, rows[0].due) == (16, None)
    assert (rows[-1].start, rows[-1].due) == (None, 9)


def test_pauses_are_seen() -> None:
    rows = drawn(
        book(4),
        ("19T10:00", SignalKind.CREATED, None),
        ("19T12:00", SignalKind.STATUS, Status.PENDING),
        ("20T11:00", SignalKind.STATUS, Status.OPEN),
    )
    assert [text(row) for row in rows] == [" " * 10 + "oo" + "p" * 12, "p" * 11 + "oo" + " " * 11]


def test_a_cell_with_a_counted_second_is_open_and_a_deadline_at_midnight_is_of_its_day() -> None:
    rows = drawn(book(1, windows="23:59-24:00", days="mon-sun"), ("02T23:59:59", SignalKind.CREATED, None), width=4)
    assert text(rows[0]) == "   o"
    whole = drawn(book(5, windows="00:00-24:00", days="mon-sun"), ("19T19:00", SignalKind.CREATED, None))
    assert (len(whole), whole[0].due) == (1, 23)


def test_a_day_of_25_hours_has_longer_cells() -> None:
    rules = book(25, "America/New_York", "00:00-24:00", "mon-sun")
    rows = drawn(rules, ("01T00:00", SignalKind.CREATED, None), width=25)
    assert [text(row) for row in rows] == ["o" * 25]
    assert rows[0].counted == 25 * HOUR


def test_a_strip_needs_a_cell() -> None:
    with pytest.raises(ValueError, match="at least one"):
        drawn(book(1), ("20T16:00", SignalKind.CREATED, None), width=0)


@given(st.integers(0, 30 * 24 * 60), st.integers(1, 60 * HOUR), st.integers(1, 60))
def test_the_strip_counts_what_the_clock_counts(minute: int, target: int, width: int) -> None:
    rules = book(target / HOUR)
    at = datetime(2026, 11, 1, tzinfo=TOKYO) + timedelta(minutes=minute)
    clock = derive([Signal(at, SignalKind.CREATED, TICKET)], rules, now=at)[0]
    rows = strip(explain(clock, rules, at), width, TOKYO)
    assert sum(row.counted for row in rows) == clock.target_seconds
    assert all(len(row.cells) == width for row in rows)
    assert [row.start is not None for row in rows].count(True) == 1
    assert [row.due is not None for row in rows] == [False] * (len(rows) - 1) + [True]
    assert all((Cell.OPEN in row.cells) == (row.counted > 0) for row in rows)
