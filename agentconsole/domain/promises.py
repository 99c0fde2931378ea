"""The values that SLA clocks are made of: what happens to tickets, and the clocks themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from agentconsole.domain.calendar import Calendar
from agentconsole.domain.instants import from_seconds
from agentconsole.domain.policies import EVERY_HOUR, Reason, Rules, Situation
from agentconsole.domain.values import ClockKind, ClockState, Priority, Status


class SignalKind(StrEnum):
    """What clocks react to; at one instant they are taken in this order."""

    order: int

    CREATED = "created"
    CONDITIONS = "conditions"
    APPLY_POLICY = "apply_policy"
    CUSTOMER_MESSAGE = "customer_message"
    AGENT_REPLY = "agent_reply"
    STATUS = "status"
    CANCELLED = "cancelled"


for _order, _kind in enumerate(SignalKind):
    _kind.order = _order


class CancelReason(StrEnum):
    """Why a clock was stopped without a verdict of its own."""

    MERGED = "merged"
    SPAM = "spam"
    DELETED = "deleted"
    ENDED = "ended"
    """The ticket was solved or closed before."""
    NO_PROMISE = "no_promise"
    """No policy promises it any more."""


class Signal(NamedTuple):
    """Something that happened to a ticket.

    Args:
        at: when, aware.
        situation: what the ticket is like after it. Of several signals at one instant the last one's counts, by
            `sequence` and then by SignalKind: so give each what holds after all of them, or number them.
        status: the new status of a STATUS signal; overrules `situation.status`.
        reason: of a CANCELLED signal.
    """

    at: datetime
    kind: SignalKind
    situation: Situation
    status: Status | None = None
    sequence: int = 0
    reason: CancelReason | None = None


class Happening(NamedTuple):
    """A signal as clocks take it: by its second since 1970, and in this order."""

    second: int
    sequence: int
    order: int
    kind: SignalKind
    situation: Situation
    status: Status | None = None
    reason: CancelReason | None = None

    def signal(self) -> Signal:
        at = from_seconds(self.second)
        return Signal(at, self.kind, self.situation, self.status, self.sequence, self.reason)


def calendar_name(reason: Reason | None, version: int, calendar_id: str) -> str:
    """A calendar in an edition of a desk: `tsubame@2/phone`; its id alone if no desk is known or every hour counts."""
    if reason is None or reason.desk is None or calendar_id == EVERY_HOUR.id:
        return calendar_id
    return f"{reason.desk}@{version}/{calendar_id}"


Pause = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise to one ticket. Instants are UTC, spans are open seconds of the clock's calendar.

    Args:
        instance: 1 for the first clock of its kind on the ticket, and so on.
        due_at: the deadline; None while paused, once cancelled, and when the calendar never opens for so long again.
        breached_at: the deadline that was missed, even if it was fulfilled later.
        pauses: in order, cut out of the count; the last is open (None) while it lasts.
        target_seconds: all that was promised, `grace_seconds` included.
        business_seconds: counted up to the clock's last change: pause, breach, fulfilment or cancellation.
        priority_applied: the priority that the target was read for.
        imported: whether it came with the ticket from its source.
        grace_seconds: what was added because it started while the channel was closed.
        warn_seconds: so long before the deadline a warning is due; 0 for none.
        reason: why the policy held.
        cancel_reason: why it was cancelled, if that is known.
    """

    kind: ClockKind
    instance: int
    state: ClockState
    started_at: datetime
    due_at: datetime | None
    fulfilled_at: datetime | None
    breached_at: datetime | None
    pauses: tuple[Pause, ...]
    target_seconds: int
    policy_id: str
    policy_name: str
    policy_version: int
    priority_applied: Priority
    calendar_id: str
    business_seconds: int = 0
    imported: bool = False
    grace_seconds: int = 0
    warn_seconds: int = 0
    reason: Reason | None = None
    cancel_reason: CancelReason | None = None

    @property
    def is_live(self) -> bool:
        """Whether somebody still owes what it promises."""
        return self.state in _LIVE

    @property
    def is_paused(self) -> bool:
        """Whether it stands still, breached or not."""
        return self.is_live and bool(self.pauses) and self.pauses[-1][1] is None

    def running_spans(self, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The spans from the start to `until` that no pause covers, in order; none is empty."""
        at = self.started_at
        for since, resumed in self.pauses:
            if since >= until:
                break
            if at < since:
                yield at, since
            if resumed is None:
                return
            at = resumed
        if at < until:
            yield at, until

    @property
    def desk(self) -> str | None:
        """The key of the desk that it was set at, if that is known."""
        return self.reason.desk if self.reason else None

    @property
    def calendar_name(self) -> str:
        """As `calendar_name` has it."""
        return calendar_name(self.reason, self.policy_version, self.calendar_id)

    def edition(self, desk: str) -> str:
        """The edition that it was set by, such as `tsubame@2`; the desk of that key where none is known."""
        return f"{self.desk}@{self.policy_version}" if self.desk else desk

    def calendar(self, rules: Rules) -> Calendar | None:
        """The calendar that it counts by; None if the rules do not know it any more."""
        return EVERY_HOUR if self.calendar_id == EVERY_HOUR.id else rules.calendar(self.calendar_id)


_LIVE: Final = frozenset({ClockState.RUNNING, ClockState.PAUSED, ClockState.BREACHED})
