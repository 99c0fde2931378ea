"""The promises of one ticket, in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from agentconsole.config import Glyphs
from agentconsole.domain.sla import Clock, Pause
from agentconsole.domain.timer import Timer, TimerKind
from agentconsole.domain.values import ClockKind, ClockState, Priority, Status
from agentconsole.widgets.clock_line import ClockLine
from tests.support.panes import NOW, TOKYO, lines, shown, wild


def clock(
    kind: ClockKind,
    state: ClockState,
    due: datetime | None = None,
    *,
    instance: int = 1,
    done: datetime | None = None,
    missed: datetime | None = None,
    pauses: tuple[Pause, ...] = (),
) -> Clock:
    return Clock(
        kind=kind,
        instance=instance,
        state=state,
        started_at=NOW - timedelta(days=1),
        due_at=due,
        fulfilled_at=done,
        breached_at=missed,
        pauses=pauses,
        target_seconds=3600,
        policy_id="p",
        policy_name="Policy",
        policy_version=1,
        priority_applied=Priority.NORMAL,
        calendar_id="c",
    )


async def test_each_clock_says_how_it_stands() -> None:
    line = ClockLine(glyphs=Glyphs.ASCII)
    hour = timedelta(hours=1)
    clocks = [
        clock(ClockKind.FIRST_RESPONSE, ClockState.FULFILLED, NOW, done=NOW - hour),
        clock(ClockKind.NEXT_RESPONSE, ClockState.BREACHED, NOW - hour / 4, missed=NOW - hour / 4),
        clock(ClockKind.UPDATE, ClockState.RUNNING, NOW + hour * 3),
        clock(ClockKind.RESOLUTION, ClockState.PAUSED, pauses=((NOW - hour * 2, None),)),
    ]
    async with shown(line, (60, 10)) as (_app, pilot):
        line.set_clocks(clocks, TOKYO, NOW, status=Status.PENDING)
        await pilot.pause()
        assert lines(line) == [
            " ! Next response -15m overdue   > Progress update 3h00",
            " || Resolution paused 08:42 (waiting for customer)",
            " + First response done 09:42",
        ]


async def test_late_and_done_is_said_and_given_up_is_not() -> None:
    line = ClockLine()
    clocks = [
        clock(ClockKind.FIRST_RESPONSE, ClockState.FULFILLED, NOW, done=NOW, missed=NOW - timedelta(hours=1)),
        clock(ClockKind.NEXT_RESPONSE, ClockState.CANCELLED),
    ]
    async with shown(line) as (_app, pilot):
        line.set_clocks(clocks, TOKYO, NOW)
        await pilot.pause()
        assert lines(line) == [" ! First response late, done 10:42"]
        line.set_clocks([], TOKYO, NOW)
        await pilot.pause()
        assert lines(line) == [" No deadline"]


async def test_only_the_last_of_a_kind_is_shown() -> None:
    line = ClockLine()
    kind = ClockKind.NEXT_RESPONSE
    clocks = [
        clock(kind, ClockState.FULFILLED, done=NOW, instance=1),
        clock(kind, ClockState.RUNNING, NOW + timedelta(minutes=31), instance=2),
    ]
    async with shown(line) as (_app, pilot):
        line.set_clocks(clocks, TOKYO, NOW)
        await pilot.pause()
        assert lines(line) == [" › Next response 31m"]


async def test_time_passes() -> None:
    line = ClockLine()
    async with shown(line) as (_app, pilot):
        line.set_clocks([clock(ClockKind.RESOLUTION, ClockState.RUNNING, NOW + timedelta(minutes=6))], TOKYO, NOW)
        for minutes, words in ((2, "› Resolution 4:00"), (6, "! Resolution -1m overdue")):
            line.tick(NOW + timedelta(minutes=minutes))
            await pilot.pause()
            assert lines(line) == [f" {words}"]


async def test_the_screen_may_read_clocks_by_their_calendars() -> None:
    line = ClockLine(glyphs=Glyphs.ASCII)
    due = NOW + timedelta(days=2)
    async with shown(line) as (_app, pilot):
        line.set_clocks(
            [clock(ClockKind.RESOLUTION, ClockState.RUNNING, due)],
            TOKYO,
            NOW,
            timer=lambda _clock, now: Timer(TimerKind.OPENS, 3600, now + timedelta(hours=1)),
        )
        await pilot.pause()
        assert lines(line) == [" > Resolution resumes 11:42"]


async def test_any_width() -> None:
    line = ClockLine()
    clocks = [clock(kind, ClockState.RUNNING, NOW + timedelta(hours=1)) for kind in ClockKind]
    async with shown(line) as (app, pilot):
        line.set_clocks(clocks, TOKYO, NOW)
        for width in (200, 50, 20, 5, 1):
            await pilot.resize_terminal(width, 10)
            await pilot.pause()
            assert wild(app) == []
            assert line.size.height <= 4
