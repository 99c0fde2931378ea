"""Why a deadline is where it is: the steps from a clock's start to it, as data without words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from agentconsole.domain.calendar import Calendar, PeriodKind
from agentconsole.domain.errors import NotFoundError, Phrase
from agentconsole.domain.policies import Editions, Rules
from agentconsole.domain.promises import Clock
from agentconsole.domain.values import ClockState


class StepKind(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    PAUSE = "pause"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of a clock's time in UTC, `start` included and `end` not.

    Args:
        name: the holiday or the closure, in the words of its country or of the desk; empty otherwise.
        seconds_counted: open seconds that it took from the target.
        seconds_left: what was left of the target after it.
    """

    start: datetime
    end: datetime
    kind: StepKind
    name: str
    seconds_counted: int
    seconds_left: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """A clock and the steps that cover its time without a gap."""

    clock: Clock
    steps: tuple[Step, ...]


_KINDS = {
    PeriodKind.OPEN: StepKind.OPEN,
    PeriodKind.CLOSED: StepKind.CLOSED,
    PeriodKind.CLOSURE: StepKind.CLOSED,
    PeriodKind.HOLIDAY: StepKind.HOLIDAY,
}

_SECOND = timedelta(seconds=1)
_Stretch = tuple[datetime, datetime, StepKind, str]


def explain(clock: Clock, rules: Rules | Editions[Rules], now: datetime) -> Explanation:
    """The steps from the clock's start to its deadline, or to `now` if it has none (paused, never open).

    Of editions, the one that set the clock counts.

    With a deadline, the counted seconds add up to the target, and the last step that counts ends at the deadline.
    The steps of a cancelled clock end when it was cancelled.

    Raises:
        NotFoundError: the rules do not know the clock's calendar any more.
        ValueError: naive datetime.
    """
    calendar = clock.calendar(_edition_of(clock, rules, now) if isinstance(rules, Editions) else rules)
    if calendar is None:
        gone = Phrase("the desk has no calendar {id} any more", id=repr(clock.calendar_id))
        raise NotFoundError(gone, Phrase("re-apply the desk to its tickets"))
    steps = []
    left = clock.target_seconds
    for start, end, kind, name in _stretches(clock, calendar, _end(clock, now)):
        counted = (end - start) // _SECOND if kind is StepKind.OPEN else 0
        left -= counted
        steps.append(Step(start, end, kind, name, counted, left))
    return Explanation(clock, tuple(steps))


def counted(clock: Clock, editions: Editions[Rules], now: datetime) -> int:
    """Open seconds that the clock has used up by `now`, or by its end.

    Raises:
        ValueError: naive datetime.
    """
    calendar = clock.calendar(_edition_of(clock, editions, now))
    if clock.state is not ClockState.RUNNING or calendar is None:
        return clock.business_seconds
    return sum(calendar.within(start, end) for start, end in clock.running_spans(now))


def _edition_of(clock: Clock, editions: Editions[Rules], now: datetime) -> Rules:
    return editions.of(clock.desk).edition(clock.policy_version) or editions.rules_at(now)


def _end(clock: Clock, now: datetime) -> datetime:
    if clock.due_at is not None:
        return clock.due_at
    if clock.state is ClockState.CANCELLED and clock.pauses:
        return clock.pauses[-1][0]
    return max(now.astimezone(UTC).replace(microsecond=0), clock.started_at)


def _stretches(clock: Clock, calendar: Calendar, end: datetime) -> Iterator[_Stretch]:
    at = clock.started_at
    for start, stop in clock.running_spans(end):
        if at < start:
            yield at, start, StepKind.PAUSE, ""
        for period in calendar.periods(start, stop):
            yield period.start, period.end, _KINDS[period.kind], period.name
        at = stop
    if at < end:
        yield at, end, StepKind.PAUSE, ""
