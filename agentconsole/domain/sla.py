"""SLA clocks: how what happens to a ticket starts, pauses, fulfils, breaches and re-targets them.

A clock counts the open seconds of one promise, from its start, without its pauses, by one calendar. All of this is a
function of what happened (`Signal`) and of the rules: no clock is read, nothing is stored, instants are aware and
kept in UTC to the second.

| clock | starts | is fulfilled | is cancelled |
|---|---|---|---|
| first_response | at the creation | by the first reply of an agent | when the ticket ends before |
| next_response | at the first unanswered customer message after that | by a reply | when the ticket ends |
| update | at each reply | by the next reply | when the ticket ends |
| resolution | at the creation | when the ticket is solved or closed | by a merge, as spam, by a deletion |

- While the status is one that the clock's policy pauses on, it stands still; the pause is cut out of open time.
- A clock is breached when its deadline comes unfulfilled: a reply in the very second of the deadline is late.
  A verdict stays: paused, re-opened or re-targeted, a breached clock remains breached, dated at its deadline.
- Solving fulfils the resolution; re-opening makes it go on with what was left, the solved time being a pause.
- New conditions (priority, tier, team, language, channel, customer class, desk) re-target clocks without a verdict
  from their own start, under the policy that wins then, pauses kept. A promise that no policy makes any more is
  cancelled; a resolution promised again goes on, one first promised then starts then.
- A ticket that goes to another desk is aimed anew by that one's policies; what has a verdict keeps the first's.
- A new edition of the desk changes no clock by itself: each goes on by the edition that set it, its hours and pauses
  included, until its conditions change or the policy is applied anew (`SignalKind.APPLY_POLICY`).
- A clock that starts while the channel is closed gets its policy's grace, in the hours that it counts by.
- Without a promise for the first response, the next response covers the first message, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from operator import itemgetter
from typing import Final

from agentconsole.domain.calendar import Calendar
from agentconsole.domain.clock_transitions import KINDS, Choices, Life
from agentconsole.domain.explanation import Explanation, Step, StepKind, explain
from agentconsole.domain.intervals import instant_of, seconds_of
from agentconsole.domain.mutable_clock import due_second
from agentconsole.domain.policies import (
    EVERY_HOUR,
    Editions,
    Policy,
    Reason,
    Rules,
    Situation,
    Targets,
    Warn,
    chosen_policy,
    winning_policy,
)
from agentconsole.domain.promises import CancelReason, Clock, Happening, Pause, Signal, SignalKind
from agentconsole.domain.replies import signal_of_message
from agentconsole.domain.values import ClockKind, ClockState

__all__ = [
    "EVERY_HOUR",
    "CancelReason",
    "Clock",
    "Clocks",
    "Editions",
    "Explanation",
    "Happening",
    "Pause",
    "Policy",
    "Reason",
    "Rules",
    "Signal",
    "SignalKind",
    "Situation",
    "Step",
    "StepKind",
    "Targets",
    "Warn",
    "advance",
    "chosen_policy",
    "deadline",
    "derive",
    "explain",
    "in_order",
    "lived",
    "next_clock",
    "next_due",
    "settle",
    "signal_of_message",
    "warn_at",
    "winning_policy",
]

Clocks = tuple[Clock, ...]


def derive(signals: Iterable[Signal], rules: Rules | Editions[Rules], *, now: datetime) -> Clocks:
    """The clocks that follow from all that happened, in whatever order it is told, as they stand at `now`.

    Repeated signals count once. What is dated before the creation counts as of the creation (clocks of sources differ).

    Raises:
        ValueError: naive datetime.
    """
    return lived(in_order(signals), _editions(rules), now=seconds_of(now)).clocks()


def lived(
    happenings: Iterable[Happening],
    editions: Editions[Rules],
    *,
    now: int,
    choices: Choices | None = None,
) -> Life:
    """`derive` for those who need no values: the clocks in the making, for an import of very many.

    Args:
        happenings: in order, none before the creation. Of editions, each is taken by the one that is in force then, at
            the desk where the ticket is.
        now: in seconds since 1970.
        choices: what was found out for the tickets before, under the same rules.
    """
    life = Life(editions, choices)
    together: list[Happening] = []
    at = 0
    for each in happenings:
        if each.second != at and together:
            life.step(at, together)
            together = []
        at = each.second
        together.append(each)
    if together:
        life.step(at, together)
    life.settle(now)
    return life


def advance(clocks: Clocks, signal: Signal, rules: Rules | Editions[Rules]) -> Clocks:
    """The clocks after one more signal, which must not be older than those before.

    Raises:
        ValueError: naive datetime.
    """
    editions, happening = _editions(rules), _happening(signal)
    life = Life(editions)
    life.take_over(clocks, signal.situation, editions.of(signal.situation.desk).rules_in(happening.second))
    life.step(happening.second, (happening,))
    return life.clocks()


def settle(clocks: Clocks, now: datetime) -> Clocks:
    """The same clocks, breached (dated at the deadline) where their deadline has come by `now`."""
    if not any(_is_overdue(clock, now) for clock in clocks):
        return clocks
    return tuple(_judged(clock, now) for clock in clocks)


def next_clock(clocks: Iterable[Clock]) -> Clock | None:
    """The running or breached clock, not fulfilled, with the earliest deadline."""
    due = [(each.due_at, KINDS[each.kind], each.instance, each) for each in clocks if each.is_live and each.due_at]
    return min(due, key=itemgetter(0, 1, 2))[3] if due else None


def next_due(clocks: Iterable[Clock]) -> tuple[datetime, ClockKind] | None:
    """The earliest deadline (UTC) of a running or breached clock that is not fulfilled, and which promise it is."""
    clock = next_clock(clocks)
    return (clock.due_at, clock.kind) if clock and clock.due_at else None


def deadline(calendar: Calendar, start: datetime, seconds: int, pauses: Sequence[Pause] = ()) -> datetime | None:
    """When a promise of so many open seconds is used up, pauses cut out (UTC).

    None: the last pause is open and holds it back, or the calendar never opens for so long any more.

    Raises:
        ValueError: naive datetime, or negative seconds.
    """
    if not pauses:
        return calendar.after(start, seconds)
    cuts = tuple((seconds_of(since), None if until is None else seconds_of(until)) for since, until in pauses)
    return instant_of(due_second(calendar, seconds_of(start), seconds, cuts))


def warn_at(clock: Clock, calendar: Calendar, hours: Calendar | None = None) -> datetime | None:
    """When the clock warns: `warn_seconds` of its running time before its deadline, and never before its start.

    Args:
        calendar: the one that the clock counts by.
        hours: of the channel, if the policy has `warn_in_hours`: what would come while it is closed comes in the last
            open second before. A clock that started while it was closed warns at its opening, or at the deadline.

    Returns None for a clock without deadline or without warning.
    """
    if clock.due_at is None or not clock.warn_seconds:
        return None
    at, left = clock.started_at, clock.warn_seconds
    for start, end in reversed(list(clock.running_spans(clock.due_at))):
        passed = calendar.within(start, end)
        if passed >= left:
            at = calendar.before(end, left) or start
            break
        left -= passed
    if hours is None or hours.in_hours(at):
        return at
    early = hours.before(at, 1)
    if early is not None and early >= clock.started_at:
        return early
    opening = hours.next_opening(at)
    return min(opening, clock.due_at) if opening else clock.due_at


def _editions(rules: Rules | Editions[Rules]) -> Editions[Rules]:
    return rules if isinstance(rules, Editions) else Editions.always(rules)


_PLACE: Final = itemgetter(0, 1, 2)


def _happening(signal: Signal) -> Happening:
    return Happening(
        seconds_of(signal.at),
        signal.sequence,
        signal.kind.order,
        signal.kind,
        signal.situation,
        signal.status,
        signal.reason,
    )


def in_order(signals: Iterable[Signal]) -> list[Happening]:
    """Each signal once, in its place, none before the creation.

    Raises:
        ValueError: naive datetime.
    """
    told = list(map(_happening, signals))
    created = [each.second for each in told if each.kind is SignalKind.CREATED]
    if created:
        begin = min(created)
        told = [each if each.second >= begin else each._replace(second=begin) for each in told]
    told.sort(key=_PLACE)
    if not any(_PLACE(one) == _PLACE(other) for one, other in pairwise(told)):
        return told
    once = {(*_PLACE(each), *_words(each)): each for each in told}
    return [once[key] for key in sorted(once)]


def _words(happening: Happening) -> tuple[str, ...]:
    """All that it says, in an order of its own, so that the order of the input never matters."""
    now = happening.situation
    parts = (happening.status, now.status, now.channel, now.priority, now.team, now.language, now.tier)
    return tuple(str(each or "") for each in (*parts, now.customer_class, now.desk, happening.reason))


def _judged(clock: Clock, now: datetime) -> Clock:
    if not _is_overdue(clock, now):
        return clock
    return replace(clock, state=ClockState.BREACHED, breached_at=clock.due_at, business_seconds=clock.target_seconds)


def _is_overdue(clock: Clock, now: datetime) -> bool:
    """A paused clock has a deadline only when a new target was used up before the pause."""
    waits = clock.state is ClockState.RUNNING or clock.state is ClockState.PAUSED
    return waits and clock.due_at is not None and clock.due_at <= now
