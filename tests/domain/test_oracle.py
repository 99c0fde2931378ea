"""Another helpdesk's clock held against ours: the first cause that explains why they differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agentconsole.domain.oracle import Cause, Oracle, difference
from agentconsole.domain.sla import Clock
from agentconsole.domain.values import ClockKind, ClockState, Priority

START = datetime(2026, 11, 20, 1, tzinfo=UTC)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
OURS = Clock(
    ClockKind.FIRST_RESPONSE, 1, ClockState.FULFILLED, START, START + 4 * HOUR, START + HOUR, None, (), 14_400,
    "usual", "Usual", 1, Priority.NORMAL, "office", 3600,
)  # fmt: skip
SAME: dict[str, Any] = {
    "started_at": START,
    "due_at": START + 4 * HOUR,
    "fulfilled_at": START + HOUR,
    "breached": False,
    "target": 14_400,
    "elapsed": 3600,
    "business": True,
    "pauses": 0,
}


def theirs(**said: Any) -> Oracle:
    return Oracle("7", ClockKind.FIRST_RESPONSE, "made up", **said)


def test_what_says_the_same_differs_in_nothing() -> None:
    assert difference(OURS, theirs(**SAME)) is None
    assert difference(OURS, theirs()) is None, "who says nothing contradicts nothing"
    assert difference(None, theirs(**SAME)) is Cause.NO_CLOCK


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ({"started_at": START - MINUTE}, Cause.START),
        ({"fulfilled_at": START + 2 * HOUR}, Cause.ANSWER),
        ({"target": 7200, "due_at": START + 2 * HOUR}, Cause.TARGET),
        ({"business": False, "due_at": START + 3 * HOUR}, Cause.HOURS),
        ({"pauses": 1, "due_at": START + 5 * HOUR}, Cause.PAUSES),
        ({"due_at": START + 20 * HOUR}, Cause.CALENDAR),
        ({"due_at": START + 20 * HOUR, "target": None}, Cause.DEADLINE),
        ({"elapsed": 600}, Cause.ELAPSED),
        ({"due_at": START + 4 * HOUR + 30 * SECOND}, Cause.ROUNDING),
        ({"breached": True}, Cause.VERDICT),
        ({"started_at": START + 59 * SECOND, "fulfilled_at": START + HOUR + 59 * SECOND}, None),
        ({"elapsed": 3660}, None),
    ],
)
def test_each_cause(said: dict[str, Any], cause: Cause | None) -> None:
    assert difference(OURS, theirs(**SAME | said)) is cause


def test_a_clock_that_goes_on_here_was_ended_there_by_something() -> None:
    running = replace(OURS, state=ClockState.RUNNING, fulfilled_at=None)
    assert difference(running, theirs(**SAME)) is Cause.ANSWER
