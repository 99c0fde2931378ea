"""One SLA clock while it is moved on: in whole seconds since 1970, changed in place, made from a `Clock` and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from agentconsole.domain.calendar import Calendar
from agentconsole.domain.instants import from_seconds
from agentconsole.domain.intervals import instant_of, seconds_of
from agentconsole.domain.policies import Reason, Rules, Situation, winning_policy
from agentconsole.domain.promises import CancelReason, Clock
from agentconsole.domain.values import ClockKind, ClockState, Priority, Status

RUNNING, PAUSED, FULFILLED, BREACHED, CANCELLED = (
    ClockState.RUNNING,
    ClockState.PAUSED,
    ClockState.FULFILLED,
    ClockState.BREACHED,
    ClockState.CANCELLED,
)
_PENDING: Final = frozenset({Status.PENDING})

Cuts = tuple[tuple[int, int | None], ...]
"""Pauses in seconds; the last may be open."""


def due_second(calendar: Calendar, start: int, target: int, pauses: Cuts) -> int | None:
    """When `target` open seconds are used up, given these pauses; None while an open one holds it back."""
    for since, resumed in pauses:
        passed = calendar.seconds_within(start, since)
        if passed >= target:
            break
        if resumed is None:
            return None
        target, start = target - passed, resumed
    return calendar.second_after(start, target)


class Promise(NamedTuple):
    """What a clock was set by."""

    target: int
    policy_id: str
    policy_name: str
    policy_version: int
    priority: Priority
    calendar: Calendar
    calendar_id: str
    pausing: frozenset[Status]
    grace: int
    warn: int
    reason: Reason | None


@dataclass(slots=True, eq=False)
class Work:
    """One clock in the making; `source` is what it was made from, as long as nothing has changed."""

    kind: ClockKind
    instance: int
    state: ClockState
    started: int
    due: int | None
    promise: Promise
    fulfilled: int | None = None
    breached: int | None = None
    pauses: Cuts = ()
    business: int = 0
    imported: bool = False
    cancel_reason: CancelReason | None = None
    source: Clock | None = None
    live: bool = True

    @property
    def paused(self) -> bool:
        return self.live and bool(self.pauses) and self.pauses[-1][1] is None

    def judge(self) -> None:
        """Its deadline has come. A paused clock has one only when a new target was used up before the pause."""
        if self.live and self.breached is None:
            self.source = None
            self.state, self.breached, self.business = BREACHED, self.due, self.promise.target

    def fulfil(self, at: int) -> None:
        self.source = None
        self.business = self._counted(at)
        self._close(at)
        self.state, self.fulfilled, self.live = FULFILLED, at, False
        if self.due is None:
            self.due = self._due()

    def cancel(self, at: int, reason: CancelReason | None) -> None:
        """The open pause that it is left with says since when."""
        self.source = None
        self.business = self._counted(at)
        self._open(at)
        self.state, self.due, self.cancel_reason, self.live = CANCELLED, None, reason, False

    def hold(self, at: int) -> None:
        """Stands still, unless it does already; a missed deadline stays."""
        if self.paused:
            return
        self.source = None
        self.business = self._counted(at)
        self._open(at)
        if self.breached is None:
            self.state, self.due = PAUSED, None

    def release(self, at: int) -> None:
        """Goes on, if it stands still."""
        if self.paused:
            self._resume(at)

    def reopen(self, at: int) -> None:
        """A fulfilled resolution goes on with what was left."""
        since, self.fulfilled = self.fulfilled, None
        self._open(at if since is None else since)
        self._resume(at)

    def revive(self, at: int, promise: Promise | None) -> None:
        """A cancelled resolution goes on, by what is promised now; one that was missed remains missed."""
        if self.breached is not None:
            self.due = self.breached
        elif promise is None:
            return
        else:
            self.promise = promise
        self.cancel_reason = None
        self._resume(at)

    def retarget(self, promise: Promise) -> None:
        """From its own start, its pauses kept."""
        self.source = None
        self.promise = promise
        self.due = self._due()

    def _resume(self, at: int) -> None:
        self.source, self.live = None, True
        self._close(at)
        if self.breached is not None:
            self.state = BREACHED
        else:
            self.state, self.due = RUNNING, self._due()

    def _due(self) -> int | None:
        return due_second(self.promise.calendar, self.started, self.promise.target, self.pauses)

    def _counted(self, at: int) -> int:
        calendar, start, counted = self.promise.calendar, self.started, 0
        for since, resumed in self.pauses:
            counted += calendar.seconds_within(start, min(since, at))
            if resumed is None:
                return counted
            start = resumed
        return counted + calendar.seconds_within(start, at)

    def _open(self, at: int) -> None:
        """An open pause at the end; one that touches the last goes on with it."""
        if self.pauses and self.pauses[-1][1] in (None, at):
            self.pauses = (*self.pauses[:-1], (self.pauses[-1][0], None))
        else:
            self.pauses = (*self.pauses, (at, None))

    def _close(self, at: int) -> None:
        """No open pause at the end; one of no length vanishes."""
        if self.pauses and self.pauses[-1][1] is None:
            since = self.pauses[-1][0]
            self.pauses = (*self.pauses[:-1], (since, at)) if since < at else self.pauses[:-1]


def thawed(clock: Clock, edition: Rules, situation: Situation) -> Work:
    """A clock with what its own edition of the rules says of it."""
    own = next((each for each in edition.policies if each.id == clock.policy_id), None)
    policy = own or winning_policy(situation, edition)
    promise = Promise(
        clock.target_seconds,
        clock.policy_id,
        clock.policy_name,
        clock.policy_version,
        clock.priority_applied,
        clock.calendar(edition) or edition.calendar_of(situation.channel),
        clock.calendar_id,
        policy.pauses if policy else _PENDING,
        clock.grace_seconds,
        clock.warn_seconds,
        clock.reason,
    )
    return Work(
        clock.kind,
        clock.instance,
        clock.state,
        seconds_of(clock.started_at),
        _second(clock.due_at),
        promise,
        _second(clock.fulfilled_at),
        _second(clock.breached_at),
        tuple([(seconds_of(since), _second(resumed)) for since, resumed in clock.pauses]),
        clock.business_seconds,
        clock.imported,
        clock.cancel_reason,
        clock,
        clock.is_live,
    )


def frozen(work: Work) -> Clock:
    """The clock as a value; the very one that it was made from if nothing happened to it."""
    if work.source is not None:
        return work.source
    promise = work.promise
    return Clock(
        work.kind,
        work.instance,
        work.state,
        from_seconds(work.started),
        instant_of(work.due),
        None if work.fulfilled is None else from_seconds(work.fulfilled),
        None if work.breached is None else from_seconds(work.breached),
        tuple([(from_seconds(since), instant_of(resumed)) for since, resumed in work.pauses]) if work.pauses else (),
        promise.target,
        promise.policy_id,
        promise.policy_name,
        promise.policy_version,
        promise.priority,
        promise.calendar_id,
        work.business,
        work.imported,
        promise.grace,
        promise.warn,
        promise.reason,
        work.cancel_reason,
    )


def _second(at: datetime | None) -> int | None:
    return None if at is None else seconds_of(at)
