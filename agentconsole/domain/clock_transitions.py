"""The clocks of one ticket while they are moved on by what happens to it, instant by instant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Final

from agentconsole.domain.mutable_clock import CANCELLED, RUNNING, Promise, Work, frozen, thawed
from agentconsole.domain.policies import EVERY_HOUR, Editions, Policy, Reason, Rules, Situation, chosen_policy
from agentconsole.domain.promises import CancelReason, Clock, Happening, SignalKind
from agentconsole.domain.values import ClockKind, Status

FIRST_RESPONSE, NEXT_RESPONSE, UPDATE, RESOLUTION = (
    ClockKind.FIRST_RESPONSE,
    ClockKind.NEXT_RESPONSE,
    ClockKind.UPDATE,
    ClockKind.RESOLUTION,
)
_CREATED, _AGENT_REPLY, _CANCELLED, _CUSTOMER_MESSAGE, _STATUS = (
    SignalKind.CREATED,
    SignalKind.AGENT_REPLY,
    SignalKind.CANCELLED,
    SignalKind.CUSTOMER_MESSAGE,
    SignalKind.STATUS,
)
KINDS: Final = {kind: rank for rank, kind in enumerate(ClockKind)}


class _Choice:
    """The policy that holds for a ticket as it is, and what it promises."""

    def __init__(self, policy: Policy, reason: Reason, situation: Situation, rules: Rules) -> None:
        self._policy = policy
        self._reason = reason
        self._version = rules.version
        self._priority = policy.priority_of(situation)
        self._targets = policy.targets.get(self._priority, {})
        self._hours = rules.calendar_of(situation.channel)
        self._calendar = EVERY_HOUR if policy.hours == "calendar" else self._hours
        self._promises: dict[tuple[ClockKind, int], Promise] = {}

    def promise(self, kind: ClockKind, started: int) -> Promise | None:
        """What is promised to a clock that started then."""
        target = self._targets.get(kind)
        if target is None:
            return None
        grace = self._policy.grace.get(kind, 0) if self._policy.grace else 0
        if grace and self._hours.is_open_at(started):
            grace = 0
        promise = self._promises.get((kind, grace))
        if promise is None:
            promise = self._promises[kind, grace] = self._made(kind, target + grace, grace)
        return promise

    def _made(self, kind: ClockKind, target: int, grace: int) -> Promise:
        policy = self._policy
        warn = policy.warn.get(kind) if policy.warn else None
        return Promise(
            target,
            policy.id,
            policy.name,
            self._version,
            self._priority,
            self._calendar,
            self._calendar.id,
            policy.pauses,
            grace,
            warn.lead(target) if warn else 0,
            self._reason,
        )


class Choices:
    """Which policy holds for a situation, found out once: for tickets whose clocks are made together.

    A situation is known by its being the same object, which costs nothing to compare; it is kept, so that no other one
    can take its place.
    """

    KEPT: Final = 4096

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], tuple[Situation, Rules, _Choice | None]] = {}

    def choice(self, situation: Situation, rules: Rules) -> _Choice | None:
        """None if no policy holds."""
        key = (id(situation), id(rules))
        known = self._known.get(key)
        if known is None:
            if len(self._known) == self.KEPT:
                self._known.clear()
            found = chosen_policy(situation, rules)
            known = situation, rules, _Choice(*found, situation, rules) if found else None
            self._known[key] = known
        return known[2]


class Life:
    """The clocks of one ticket, in the order in which they started."""

    def __init__(self, editions: Editions[Rules], choices: Choices | None = None) -> None:
        self._editions = editions
        self._choices = choices or Choices()
        self._clocks: list[Work] = []
        self._at = 0
        self._live = True
        self._status = Status.NEW
        self._situation: Situation
        self._rules: Rules

    def take_over(self, clocks: Iterable[Clock], situation: Situation, rules: Rules) -> None:
        """Begins with clocks that are there already.

        Args:
            situation, rules: what holds now: clocks whose policy or calendar is gone go by them.
        """
        for clock in clocks:
            edition = self._editions.of(clock.desk).edition(clock.policy_version) or rules
            self._clocks.append(thawed(clock, edition, situation))

    def clocks(self) -> tuple[Clock, ...]:
        """As they stand; those that nothing happened to are the very ones that were taken over."""
        return tuple([frozen(work) for work in self._clocks])

    def works(self) -> Sequence[Work]:
        """As they stand, in the making."""
        return self._clocks

    def next_due(self) -> Work | None:
        """The live clock with the earliest deadline, as `sla.next_clock` finds it."""
        due = [
            (work.due, KINDS[work.kind], work.instance, work)
            for work in self._clocks
            if work.live and work.due is not None
        ]
        return min(due, key=itemgetter(0, 1, 2))[3] if due else None

    def step(self, at: int, together: Sequence[Happening]) -> None:
        """All that happened at one instant, which must not be before that of the last step."""
        last = together[-1]
        self._at = at
        self._situation = last.situation
        status = last.status or last.situation.status
        if status is not self._status:
            self._status, self._live = status, status.is_live
        self._rules = self._editions.of(last.situation.desk).rules_in(at)
        self.settle(at)
        for each in together:
            self._react(each)
        self._follow_status()
        self.settle(at)

    def settle(self, now: int) -> None:
        """Breaches what has come due."""
        for work in self._clocks:
            if work.due is not None and work.due <= now:
                work.judge()

    def _react(self, happening: Happening) -> None:
        """What it starts, fulfils, re-targets or cancels."""
        kind = happening.kind
        if kind is _CREATED:
            self._start(FIRST_RESPONSE)
            self._start(RESOLUTION)
        elif kind is _AGENT_REPLY:
            self._answer()
        elif kind is _CANCELLED:
            self._cancel_all(happening.reason)
        elif not self._live:
            return
        elif kind is _CUSTOMER_MESSAGE:
            if not self._awaits_response():
                self._start(NEXT_RESPONSE)
        elif kind is _STATUS:
            self._revive()
        else:
            self._apply_policy()

    def _awaits_response(self) -> bool:
        return any(work.live and (work.kind is FIRST_RESPONSE or work.kind is NEXT_RESPONSE) for work in self._clocks)

    def _answer(self) -> None:
        for work in self._clocks:
            if work.live and work.kind is not RESOLUTION:
                work.fulfil(self._at)
        if self._live:
            self._start(UPDATE)

    def _cancel_all(self, reason: CancelReason | None) -> None:
        for work in self._clocks:
            if self._live and work.fulfilled is not None and work.kind is RESOLUTION:
                work.reopen(self._at)  # in the very second in which it is cancelled
            if work.live:
                work.cancel(self._at, reason)

    def _apply_policy(self) -> None:
        """Re-targets what has no verdict; a resolution that is promised (again) goes on or starts."""
        for work in self._clocks:
            if work.live and work.breached is None:
                promise = self._promise(work.kind, work.started)
                if promise is None:
                    work.cancel(self._at, CancelReason.NO_PROMISE)
                else:
                    work.retarget(promise)
        self._revive()
        self._start(RESOLUTION)

    def _revive(self) -> None:
        for work in self._clocks:
            if work.kind is RESOLUTION and work.state is CANCELLED:
                work.revive(self._at, self._promise(RESOLUTION, work.started))

    def _follow_status(self) -> None:
        """Pauses or resumes by the status; at the ticket's end, and when it is opened again, ends or resumes."""
        if not self._live:
            self._end()
            return
        for work in self._clocks:
            if work.fulfilled is not None and work.kind is RESOLUTION:
                work.reopen(self._at)
            if not work.live:
                continue
            if self._status in work.promise.pausing:
                work.hold(self._at)
            elif work.pauses:
                work.release(self._at)

    def _end(self) -> None:
        for work in self._clocks:
            if work.live and work.kind is RESOLUTION:
                work.fulfil(self._at)
            elif work.live:
                work.cancel(self._at, CancelReason.ENDED)

    def _start(self, kind: ClockKind) -> None:
        same = [work for work in self._clocks if work.kind is kind]
        if same and (kind is FIRST_RESPONSE or kind is RESOLUTION or same[-1].live):
            return
        promise = self._promise(kind, self._at)
        if promise is not None:
            due = promise.calendar.second_after(self._at, promise.target)
            self._clocks.append(Work(kind, len(same) + 1, RUNNING, self._at, due, promise))

    def _promise(self, kind: ClockKind, started: int) -> Promise | None:
        """What the policy that wins now promises to a clock that started then."""
        choice = self._choices.choice(self._situation, self._rules)
        return choice.promise(kind, started) if choice else None
