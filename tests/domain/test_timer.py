"""What a ticket's timer counts, and when its text changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agentconsole.domain.calendar import Calendar, Version, week
from agentconsole.domain.sla import Policy, Signal, SignalKind, Situation, derive, next_clock
from agentconsole.domain.ticket import Ticket
from agentconsole.domain.timer import (
    DAY,
    HOUR,
    MINUTE,
    NO_TIMER,
    UNCHANGING,
    Timer,
    TimerKind,
    clock_timer,
    next_change,
    timer,
)
from agentconsole.domain.values import Channel, ClockKind, Priority, Status, Tier
from tests.support.tickets import a_ticket

TOKYO = ZoneInfo("Asia/Tokyo")
OFFICE = Calendar("office", "Office", "Asia/Tokyo", (Version(date.min, week({"mon-fri": ["09:00-17:00"]})),))
NEVER_AGAIN = Calendar("gone", "Gone", "Asia/Tokyo", (Version(date.min, week({})),))


def tokyo(day: int, hour: int, minute: int = 0) -> datetime:
    """A time of November 2026; the 20th is a Friday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=TOKYO).astimezone(UTC)


NOON = tokyo(20, 12)
TICKET = a_ticket(created_at=NOON, updated_at=NOON)


def due(at: datetime) -> Ticket:
    return replace(TICKET, due_at=at)


def test_late_is_counted_in_plain_time() -> None:
    deadline = tokyo(19, 16)
    assert timer(due(deadline), OFFICE, NOON) == Timer(TimerKind.LATE, 20 * HOUR, deadline)
    assert timer(due(NOON), None, NOON) == Timer(TimerKind.LATE, 0, NOON)


def test_left_is_counted_in_open_time() -> None:
    monday = tokyo(23, 10)
    assert timer(due(monday), OFFICE, NOON) == Timer(TimerKind.LEFT, 6 * HOUR, monday)
    assert timer(due(monday), None, NOON) == Timer(TimerKind.LEFT, 70 * HOUR, monday)


def test_closed_desk_says_when_it_opens() -> None:
    evening, monday = tokyo(20, 18), tokyo(23, 9)
    assert timer(due(tokyo(23, 10)), OFFICE, evening) == Timer(TimerKind.OPENS, 63 * HOUR, monday)
    assert timer(due(monday), OFFICE, evening) == Timer(TimerKind.OPENS, 63 * HOUR, monday)


def test_deadline_that_does_not_wait_for_the_desk_is_counted_in_plain_time() -> None:
    evening, night = tokyo(20, 18), tokyo(20, 20)
    assert timer(due(night), OFFICE, evening) == Timer(TimerKind.LEFT, 2 * HOUR, night)
    assert timer(due(night), NEVER_AGAIN, evening) == Timer(TimerKind.LEFT, 2 * HOUR, night)


def test_less_than_a_second_left_is_a_second() -> None:
    at = NOON + timedelta(milliseconds=300)
    assert timer(due(at), None, NOON) == Timer(TimerKind.LEFT, 1, at)
    assert timer(due(at), OFFICE, NOON) == Timer(TimerKind.LEFT, 1, at)


def test_waiting_without_a_deadline_is_paused() -> None:
    until = tokyo(24, 9)
    for status in (Status.PENDING, Status.HOLD):
        waiting = replace(TICKET, status=status, pending_until=until)
        assert timer(waiting, OFFICE, NOON) == Timer(TimerKind.PAUSED, at=until, status=status)
        assert timer(replace(waiting, due_at=NOON), OFFICE, NOON).kind is TimerKind.LATE


@pytest.mark.parametrize("status", [Status.SOLVED, Status.CLOSED])
def test_nothing_is_owed_on_what_is_solved(status: Status) -> None:
    assert timer(replace(due(NOON), status=status), None, NOON) == NO_TIMER


def test_open_without_a_deadline_has_none() -> None:
    assert timer(TICKET, OFFICE, NOON) == NO_TIMER


def test_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        timer(TICKET, None, datetime(2026, 11, 20))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("reading", "seconds"),
    [
        (NO_TIMER, UNCHANGING),
        (Timer(TimerKind.PAUSED), UNCHANGING),
        (Timer(TimerKind.LATE, 0), 2 * MINUTE),
        (Timer(TimerKind.LATE, 60), MINUTE),
        (Timer(TimerKind.LATE, HOUR - 1), 1),
        (Timer(TimerKind.LATE, HOUR), HOUR),
        (Timer(TimerKind.LATE, DAY + 5), DAY - 5),
        (Timer(TimerKind.LEFT, 299), 1),
        (Timer(TimerKind.LEFT, 5 * MINUTE), 1),
        (Timer(TimerKind.LEFT, 6 * MINUTE + 20), 21),
        (Timer(TimerKind.LEFT, 2 * DAY), 1),
        (Timer(TimerKind.LEFT, 3 * DAY + 5), 6),
        (Timer(TimerKind.OPENS, 90, NOON), 90),
        (Timer(TimerKind.OPENS, 0, NOON), 1),
    ],
)
def test_next_change(reading: Timer, seconds: int) -> None:
    assert next_change(reading) == seconds


@pytest.mark.parametrize(("left", "seconds"), [(299, 60), (61, 2), (60, 1), (59, 59), (1, 1)])
def test_next_change_of_a_timer_that_is_not_looked_at_closely(left: int, seconds: int) -> None:
    assert next_change(Timer(TimerKind.LEFT, left), closely=False) == seconds


# --- clocks of calendar hours: they run while the desk is closed


@dataclass(frozen=True)
class Book:
    """Urgent tickets count every hour, others those of the office."""

    policies: tuple[Policy, ...] = (
        Policy(
            "urgent",
            "Urgent",
            {each: {ClockKind.FIRST_RESPONSE: 30 * HOUR} for each in Priority},
            priorities=frozenset({Priority.URGENT}),
            hours="calendar",
        ),
        Policy("usual", "Usual", {each: {ClockKind.RESOLUTION: 4 * HOUR} for each in Priority}),
    )
    version: int = 1

    def calendar_of(self, channel: Channel) -> Calendar:
        return OFFICE

    def calendar(self, calendar_id: str) -> Calendar | None:
        return OFFICE if calendar_id == OFFICE.id else None


def made(priority: Priority, at: datetime, *later: tuple[datetime, SignalKind, Status]) -> tuple[Signal, ...]:
    situation = Situation(Channel.PHONE, priority, Tier.FIRST, None, None, Status.OPEN)
    told = [Signal(when, kind, replace(situation, status=status), status) for when, kind, status in later]
    return (Signal(at, SignalKind.CREATED, situation), *told)


def test_a_clock_of_every_hour_counts_down_while_the_desk_is_closed() -> None:
    evening = tokyo(20, 20)
    clock = next_clock(derive(made(Priority.URGENT, evening), Book(), now=evening))
    assert clock_timer(clock, Book(), evening) == Timer(TimerKind.LEFT, 30 * HOUR, tokyo(22, 2))
    usual = next_clock(derive(made(Priority.NORMAL, evening), Book(), now=evening))
    assert clock_timer(usual, Book(), evening) == Timer(TimerKind.OPENS, 61 * HOUR, tokyo(23, 9))
    assert clock_timer(usual, Book(), tokyo(24, 9)) == Timer(TimerKind.LATE, 20 * HOUR, tokyo(23, 13))


def test_a_clock_that_is_paused_done_or_missing() -> None:
    pause = (tokyo(20, 13), SignalKind.STATUS, Status.PENDING)
    paused = derive(made(Priority.NORMAL, NOON, pause), Book(), now=tokyo(20, 14))[0]
    until = tokyo(23, 9)
    assert clock_timer(paused, Book(), tokyo(20, 14), until) == Timer(TimerKind.PAUSED, at=until)
    solved = derive(made(Priority.NORMAL, NOON, (tokyo(20, 13), SignalKind.STATUS, Status.SOLVED)), Book(), now=until)
    assert clock_timer(solved[0], Book(), until) == NO_TIMER
    assert clock_timer(None, Book(), until) == NO_TIMER
    assert next_clock(solved) is None
