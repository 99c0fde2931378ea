"""The values that SLA clocks are made of: policies, what happens to tickets, and the clocks themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal, Protocol

from agentconsole.domain.calendar import Calendar, always_open
from agentconsole.domain.values import AuthorKind, Channel, ClockKind, ClockState, Priority, Status, Team, Tier

Targets = Mapping[Priority, Mapping[ClockKind, int]]

EVERY_HOUR: Final = always_open()
"""The calendar of policies whose hours are `calendar`."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What a ticket is like at an instant, as far as policies ask."""

    channel: Channel
    priority: Priority | None
    tier: Tier
    team: Team | None
    language: str | None
    status: Status


@dataclass(frozen=True, slots=True)
class Policy:
    """A set of promises and the tickets that they are made to.

    Args:
        targets: seconds by kind of clock for each priority; a priority that is not named is promised nothing.
        channels, priorities, tiers, languages: what a ticket must be; empty means any. `zh` includes zh-Hans.
        hours: `business` counts by the calendar of the ticket's channel, `calendar` counts every second.
        pauses: statuses during which the clocks stand still.
        default_priority: what a ticket without a priority counts as.
    """

    id: str
    name: str
    targets: Targets
    channels: frozenset[Channel] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    tiers: frozenset[Tier] = frozenset()
    languages: frozenset[str] = frozenset()
    hours: Literal["business", "calendar"] = "business"
    pauses: frozenset[Status] = frozenset({Status.PENDING})
    default_priority: Priority = Priority.NORMAL

    def matches(self, situation: Situation) -> bool:
        """Whether the promises are made to such a ticket."""
        return (
            (not self.channels or situation.channel in self.channels)
            and (not self.priorities or self.priority_of(situation) in self.priorities)
            and (not self.tiers or situation.tier in self.tiers)
            and (not self.languages or _speaks(situation.language, self.languages))
        )

    def priority_of(self, situation: Situation) -> Priority:
        """The priority that the targets are read for."""
        return situation.priority or self.default_priority


def _speaks(language: str | None, wanted: frozenset[str]) -> bool:
    return language is not None and (language in wanted or language.partition("-")[0] in wanted)


class Rules(Protocol):
    """What clocks are advanced by; a desk is one."""

    @property
    def version(self) -> int: ...

    @property
    def policies(self) -> Sequence[Policy]: ...

    def calendar_of(self, channel: Channel) -> Calendar: ...

    def calendar(self, calendar_id: str) -> Calendar | None: ...


class SignalKind(StrEnum):
    """What clocks react to; at one instant they are taken in this order."""

    CREATED = "created"
    CONDITIONS = "conditions"
    CUSTOMER_MESSAGE = "customer_message"
    AGENT_REPLY = "agent_reply"
    STATUS = "status"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that happened to a ticket.

    Args:
        at: when, aware.
        situation: what the ticket is like after it. Of several signals at one instant the last one's counts, by
            `sequence` and then by SignalKind: so give each what holds after all of them, or number them.
        status: the new status of a STATUS signal; overrules `situation.status`.
    """

    at: datetime
    kind: SignalKind
    situation: Situation
    status: Status | None = None
    sequence: int = 0


def signal_of_message(author: AuthorKind, *, public: bool, automatic: bool) -> SignalKind | None:
    """The one table that says which messages count.

    A public message that a human agent wrote is a reply, on whatever channel. Whatever the customer wrote keeps them
    waiting, wherever the source filed it. Notes, bots, the system and automatic messages of anybody move no clock.
    """
    if automatic:
        return None
    if author is AuthorKind.AGENT and public:
        return SignalKind.AGENT_REPLY
    return SignalKind.CUSTOMER_MESSAGE if author is AuthorKind.CUSTOMER else None


Pause = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise to one ticket. Instants are UTC, spans are open seconds of the clock's calendar.

    Args:
        instance: 1 for the first clock of its kind on the ticket, and so on.
        due_at: the deadline; None while paused, once cancelled, and when the calendar never opens for so long again.
        breached_at: the deadline that was missed, even if it was fulfilled later.
        pauses: in order, cut out of the count; the last is open (None) while it lasts.
        business_seconds: counted up to the clock's last change: pause, breach, fulfilment or cancellation.
        priority_applied: the priority that the target was read for.
        imported: whether it came with the ticket from its source.
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

    def calendar(self, rules: Rules) -> Calendar | None:
        """The calendar that it counts by; None if the rules do not know it any more."""
        return EVERY_HOUR if self.calendar_id == EVERY_HOUR.id else rules.calendar(self.calendar_id)


_LIVE: Final = frozenset({ClockState.RUNNING, ClockState.PAUSED, ClockState.BREACHED})


def winning_policy(situation: Situation, rules: Rules) -> Policy | None:
    """The first policy, in the desk's order, that matches."""
    return next((policy for policy in rules.policies if policy.matches(situation)), None)
