"""SLA clocks: how what happens to a ticket starts, pauses, fulfils, breaches and re-targets them.

A clock counts the open seconds of one promise, from its start, without its pauses, by one calendar. All of this is a
function of what happened (`Signal`) and of the rules: no clock is read, nothing is stored, instants are aware and
kept in UTC to the second.

| clock | starts | is fulfilled | is cancelled |
|---|---|---|---|
| first_response | at the creation | by the first reply of an agent | when the ticket ends before |
| next_response | at the first unanswered customer message after that | by a reply | when the ticket ends |
| update | at each reply | by the next reply | when the ticket ends |
| resolution | at the creation | when the ticket is solved or closed | by a merge or a deletion |

- While the status is one that the clock's policy pauses on, it stands still; the pause is cut out of open time.
- A clock is breached when its deadline comes unfulfilled: a reply in the very second of the deadline is late.
  A verdict stays: paused, re-opened or re-targeted, a breached clock remains breached, dated at its deadline.
- Solving fulfils the resolution; re-opening makes it go on with what was left, the solved time being a pause.
- New conditions (priority, tier, language, channel, desk) re-target clocks without a verdict from their own start,
  under the policy that wins then, pauses kept. A promise that no policy makes any more is cancelled; a resolution
  promised again goes on, one first promised then starts then.
- Without a promise for the first response, the next response covers the first message, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import groupby
from typing import Final

from agentconsole.domain.calendar import Calendar
from agentconsole.domain.explanation import Explanation, Step, StepKind, explain
from agentconsole.domain.promises import (
    EVERY_HOUR,
    Clock,
    Pause,
    Policy,
    Rules,
    Signal,
    SignalKind,
    Situation,
    Targets,
    signal_of_message,
    winning_policy,
)
from agentconsole.domain.values import ClockKind, ClockState, Status

__all__ = [
    "EVERY_HOUR",
    "Clock",
    "Clocks",
    "Explanation",
    "Pause",
    "Policy",
    "Rules",
    "Signal",
    "SignalKind",
    "Situation",
    "Step",
    "StepKind",
    "Targets",
    "advance",
    "derive",
    "explain",
    "next_due",
    "settle",
    "signal_of_message",
    "winning_policy",
]

_ORDER: Final = {kind: rank for rank, kind in enumerate(SignalKind)}
_KINDS: Final = {kind: rank for rank, kind in enumerate(ClockKind)}
Clocks = tuple[Clock, ...]


def derive(signals: Iterable[Signal], rules: Rules, *, now: datetime) -> Clocks:
    """The clocks that follow from all that happened, in whatever order it is told, as they stand at `now`.

    Repeated signals count once. What is dated before the creation counts as of the creation (clocks of sources differ).

    Raises:
        ValueError: naive datetime.
    """
    known = list(signals)
    if any(each.at.tzinfo is None for each in known):
        raise ValueError("a signal needs an aware datetime")
    created = min((each.at for each in known if each.kind is SignalKind.CREATED), default=None)
    if created is not None:
        known = [each if each.at >= created else replace(each, at=created) for each in known]
    once = [each for each, _ in groupby(sorted(known, key=_signal_order))]
    clocks: Clocks = ()
    for _, together in groupby(once, key=lambda each: each.at):
        clocks = _take(clocks, tuple(together), rules)
    return settle(clocks, now)


def advance(clocks: Clocks, signal: Signal, rules: Rules) -> Clocks:
    """The clocks after one more signal, which must not be older than those before.

    Raises:
        ValueError: naive datetime.
    """
    return _take(clocks, (signal,), rules)


def settle(clocks: Clocks, now: datetime) -> Clocks:
    """The same clocks, breached (dated at the deadline) where their deadline has come by `now`."""
    if not any(_is_overdue(clock, now) for clock in clocks):
        return clocks
    return tuple(_judged(clock, now) for clock in clocks)


def next_due(clocks: Iterable[Clock]) -> tuple[datetime, ClockKind] | None:
    """The earliest deadline (UTC) of a running or breached clock that is not fulfilled, and which promise it is."""
    due = [(each.due_at, _KINDS[each.kind], each.kind) for each in clocks if each.is_live and each.due_at]
    if not due:
        return None
    due_at, _, kind = min(due)
    return due_at, kind


def _signal_order(signal: Signal) -> tuple[object, ...]:
    """Total, so that the order of the input never matters."""
    now = signal.situation
    words = (signal.status or "", now.status, now.channel, now.priority or "", now.team or "", now.language or "")
    return (signal.at, signal.sequence, _ORDER[signal.kind], *words, now.tier)


def _take(clocks: Clocks, together: Sequence[Signal], rules: Rules) -> Clocks:
    """The clocks after all that happened at one instant."""
    last = together[-1]
    if last.at.tzinfo is None:
        raise ValueError("a signal needs an aware datetime")
    at = last.at.astimezone(UTC).replace(microsecond=0)
    situation = last.situation if last.status is None else replace(last.situation, status=last.status)
    step = _Step(at, situation, rules)
    clocks = settle(clocks, at)
    for signal in together:
        clocks = step.react(clocks, signal.kind)
    return settle(step.follow_status(clocks), at)


@dataclass(frozen=True)
class _Step:
    """One instant of one ticket."""

    at: datetime
    situation: Situation
    rules: Rules

    @cached_property
    def policy(self) -> Policy | None:
        """The one that wins now."""
        return winning_policy(self.situation, self.rules)

    def react(self, clocks: Clocks, kind: SignalKind) -> Clocks:
        """What the signal starts, fulfils, re-targets or cancels."""
        live = self.situation.status.is_live
        match kind:
            case SignalKind.CREATED:
                return self._start(self._start(clocks, ClockKind.FIRST_RESPONSE), ClockKind.RESOLUTION)
            case SignalKind.CUSTOMER_MESSAGE if live and not any(_awaits_reply(each) for each in clocks):
                return self._start(clocks, ClockKind.NEXT_RESPONSE)
            case SignalKind.AGENT_REPLY:
                answered = tuple(self._fulfilled(each) if _ends_by_reply(each) else each for each in clocks)
                return self._start(answered, ClockKind.UPDATE) if live else answered
            case SignalKind.CONDITIONS if live:
                targeted = tuple(self._retargeted(each) if _has_no_verdict(each) else each for each in clocks)
                return self._start(self._revived(targeted), ClockKind.RESOLUTION)
            case SignalKind.STATUS if live:
                return self._revived(clocks)
            case SignalKind.CANCELLED:
                return tuple(self._cancelled(each) if each.is_live else each for each in clocks)
        return clocks

    def follow_status(self, clocks: Clocks) -> Clocks:
        """Pauses or resumes by the status; at the ticket's end, and when it is opened again, ends or resumes."""
        return tuple(self._following(clock) for clock in clocks)

    def _following(self, clock: Clock) -> Clock:
        resolution = clock.kind is ClockKind.RESOLUTION
        if not self.situation.status.is_live:
            if not clock.is_live:
                return clock
            return self._fulfilled(clock) if resolution else self._cancelled(clock)
        if resolution and clock.fulfilled_at is not None:
            clock = self._reopened(clock)
        if not clock.is_live:
            return clock
        return self._held(clock) if self.situation.status in self._pausing(clock) else self._released(clock)

    def _start(self, clocks: Clocks, kind: ClockKind) -> Clocks:
        same = [each for each in clocks if each.kind is kind]
        policy = self.policy
        target = _target(policy, self.situation, kind)
        if policy is None or target is None or (same and (kind in _ONCE or same[-1].is_live)):
            return clocks
        due_at = self._hours(policy).after(self.at, target)
        return (*clocks, self._made(policy, kind, len(same) + 1, target, due_at))

    def _made(self, policy: Policy, kind: ClockKind, instance: int, target: int, due_at: datetime | None) -> Clock:
        return Clock(
            kind=kind,
            instance=instance,
            state=ClockState.RUNNING,
            started_at=self.at,
            due_at=due_at,
            fulfilled_at=None,
            breached_at=None,
            pauses=(),
            target_seconds=target,
            policy_id=policy.id,
            policy_name=policy.name,
            policy_version=self.rules.version,
            priority_applied=policy.priority_of(self.situation),
            calendar_id=self._hours(policy).id,
        )

    def _aimed(self, clock: Clock) -> Clock | None:
        """The clock with the target that holds now, its deadline still to be found; None if nothing is promised."""
        policy = self.policy
        target = _target(policy, self.situation, clock.kind)
        if policy is None or target is None:
            return None
        return replace(
            clock,
            target_seconds=target,
            policy_id=policy.id,
            policy_name=policy.name,
            policy_version=self.rules.version,
            priority_applied=policy.priority_of(self.situation),
            calendar_id=self._hours(policy).id,
        )

    def _retargeted(self, clock: Clock) -> Clock:
        aimed = self._aimed(clock)
        return replace(aimed, due_at=self._due(aimed, aimed.pauses)) if aimed else self._cancelled(clock)

    def _fulfilled(self, clock: Clock) -> Clock:
        pauses = _closed(clock.pauses, self.at)
        return replace(
            clock,
            state=ClockState.FULFILLED,
            fulfilled_at=self.at,
            due_at=clock.due_at or self._due(clock, pauses),
            pauses=pauses,
            business_seconds=self._counted(clock),
        )

    def _cancelled(self, clock: Clock) -> Clock:
        """The open pause that it is left with says since when."""
        pauses = _opened(clock.pauses, self.at)
        counted = self._counted(clock)
        return replace(clock, state=ClockState.CANCELLED, due_at=None, pauses=pauses, business_seconds=counted)

    def _revived(self, clocks: Clocks) -> Clocks:
        return tuple(self._restored(each) if _is_cancelled_resolution(each) else each for each in clocks)

    def _restored(self, clock: Clock) -> Clock:
        if clock.breached_at is not None:
            return self._resumed(replace(clock, due_at=clock.breached_at))
        aimed = self._aimed(clock)
        return self._resumed(aimed) if aimed else clock

    def _reopened(self, clock: Clock) -> Clock:
        since = clock.fulfilled_at or self.at
        return self._resumed(replace(clock, fulfilled_at=None, pauses=_opened(clock.pauses, since)))

    def _held(self, clock: Clock) -> Clock:
        if clock.is_paused:
            return clock
        pauses, counted = _opened(clock.pauses, self.at), self._counted(clock)
        if clock.breached_at is not None:
            return replace(clock, pauses=pauses, business_seconds=counted)
        return replace(clock, state=ClockState.PAUSED, due_at=None, pauses=pauses, business_seconds=counted)

    def _released(self, clock: Clock) -> Clock:
        return self._resumed(clock) if clock.is_paused else clock

    def _resumed(self, clock: Clock) -> Clock:
        pauses = _closed(clock.pauses, self.at)
        if clock.breached_at is not None:
            return replace(clock, state=ClockState.BREACHED, pauses=pauses)
        return replace(clock, state=ClockState.RUNNING, pauses=pauses, due_at=self._due(clock, pauses))

    def _due(self, clock: Clock, pauses: tuple[Pause, ...]) -> datetime | None:
        """When the target is used up, given these pauses; None while an open one holds it back."""
        calendar, left, at = self._calendar(clock), clock.target_seconds, clock.started_at
        for since, resumed in pauses:
            passed = calendar.within(at, since)
            if passed >= left:
                break
            if resumed is None:
                return None
            left, at = left - passed, resumed
        return calendar.after(at, left)

    def _counted(self, clock: Clock) -> int:
        calendar = self._calendar(clock)
        return sum(calendar.within(*span) for span in clock.running_spans(self.at))

    def _hours(self, policy: Policy) -> Calendar:
        return EVERY_HOUR if policy.hours == "calendar" else self.rules.calendar_of(self.situation.channel)

    def _calendar(self, clock: Clock) -> Calendar:
        return clock.calendar(self.rules) or self.rules.calendar_of(self.situation.channel)

    def _pausing(self, clock: Clock) -> frozenset[Status]:
        own = next((each for each in self.rules.policies if each.id == clock.policy_id), None)
        policy = own or self.policy
        return policy.pauses if policy else frozenset({Status.PENDING})


_ONCE: Final = frozenset({ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION})
_RESPONSES: Final = frozenset({ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE})


def _awaits_reply(clock: Clock) -> bool:
    return clock.is_live and clock.kind in _RESPONSES


def _ends_by_reply(clock: Clock) -> bool:
    return clock.is_live and clock.kind is not ClockKind.RESOLUTION


def _has_no_verdict(clock: Clock) -> bool:
    return clock.is_live and clock.breached_at is None


def _is_cancelled_resolution(clock: Clock) -> bool:
    return clock.kind is ClockKind.RESOLUTION and clock.state is ClockState.CANCELLED


def _target(policy: Policy | None, situation: Situation, kind: ClockKind) -> int | None:
    return policy.targets.get(policy.priority_of(situation), {}).get(kind) if policy else None


def _judged(clock: Clock, now: datetime) -> Clock:
    if not _is_overdue(clock, now):
        return clock
    return replace(clock, state=ClockState.BREACHED, breached_at=clock.due_at, business_seconds=clock.target_seconds)


def _is_overdue(clock: Clock, now: datetime) -> bool:
    """A paused clock has a deadline only when a new target was used up before the pause."""
    waits = clock.state is ClockState.RUNNING or clock.state is ClockState.PAUSED
    return waits and clock.due_at is not None and clock.due_at <= now


def _opened(pauses: tuple[Pause, ...], at: datetime) -> tuple[Pause, ...]:
    """With an open pause at the end; one that touches the last goes on with it."""
    if pauses and pauses[-1][1] in (None, at):
        return (*pauses[:-1], (pauses[-1][0], None))
    return (*pauses, (at, None))


def _closed(pauses: tuple[Pause, ...], at: datetime) -> tuple[Pause, ...]:
    """Without an open pause; one of no length vanishes."""
    if not pauses or pauses[-1][1] is not None:
        return pauses
    since = pauses[-1][0]
    return (*pauses[:-1], (since, at)) if since < at else pauses[:-1]
