"""The values that SLA clocks are made of: policies, what happens to tickets, and the clocks themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Generic, Literal, NamedTuple, Protocol, TypeVar

from agentconsole.domain.calendar import Calendar, always_open
from agentconsole.domain.instants import from_seconds
from agentconsole.domain.intervals import seconds_of
from agentconsole.domain.values import Channel, ClockKind, ClockState, Priority, Status, Team, Tier

Targets = Mapping[Priority, Mapping[ClockKind, int]]

EVERY_HOUR: Final = always_open()
"""The calendar of policies whose hours are `calendar`."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What a ticket is like at an instant, as far as policies ask. `desk` is the key of its desk."""

    channel: Channel
    priority: Priority | None
    tier: Tier
    team: Team | None
    language: str | None
    status: Status
    customer_class: str | None = None
    desk: str | None = None


@dataclass(frozen=True, slots=True)
class Warn:
    """When a warning is due: so many open seconds before the deadline, or when a share of the target is used up."""

    seconds: int = 0
    percent: int = 0

    def lead(self, target: int) -> int:
        """The open seconds before the deadline at which a promise of `target` seconds warns: at most all of them."""
        return target * (100 - self.percent) // 100 if self.percent else min(self.seconds, target)


@dataclass(frozen=True, slots=True)
class Policy:
    """A set of promises and the tickets that they are made to.

    Args:
        targets: seconds by kind of clock for each priority; a priority that is not named is promised nothing.
        channels, priorities, tiers, teams, languages, customer_classes, desks: what a ticket must be; empty means any.
            `zh` includes zh-Hans; the case of a customer's class does not matter.
        hours: `business` counts by the calendar of the ticket's channel, `calendar` counts every second.
        pauses: statuses during which the clocks stand still.
        default_priority: what a ticket without a priority counts as.
        grace: seconds by kind of clock that are added to the target when the clock starts while the channel is closed.
        warn: when each kind of clock warns.
        warn_in_hours: whether a warning that would come while the channel is closed comes before it closes.
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
    teams: frozenset[Team] = frozenset()
    customer_classes: frozenset[str] = frozenset()
    desks: frozenset[str] = frozenset()
    grace: Mapping[ClockKind, int] = field(default_factory=dict)
    warn: Mapping[ClockKind, Warn] = field(default_factory=dict)
    warn_in_hours: bool = False
    conditions: tuple[tuple[str, tuple[object, ...]], ...] = field(init=False, repr=False, compare=False)
    """What it asks for, by the name of the field of `Situation`."""

    def __post_init__(self) -> None:
        asked: tuple[tuple[str, tuple[object, ...]], ...] = (
            ("desk", tuple(self.desks)),
            ("channel", tuple(self.channels)),
            ("priority", tuple(self.priorities)),
            ("tier", tuple(self.tiers)),
            ("team", tuple(self.teams)),
            ("language", tuple(self.languages)),
            ("customer_class", tuple(each.casefold() for each in self.customer_classes)),
        )
        object.__setattr__(self, "conditions", tuple(each for each in asked if each[1]))

    def matches(self, situation: Situation) -> bool:
        """Whether the promises are made to such a ticket."""
        return self.unmet(situation) is None

    def unmet(self, situation: Situation) -> tuple[str, str] | None:
        """The first condition that the ticket does not meet and what it is instead; None if it meets them all."""
        for name, wanted in self.conditions:
            value = self.value(name, situation)
            if value not in wanted and not (name == "language" and _primary(value) in wanted):
                return name, _text(value)
        return None

    def value(self, name: str, situation: Situation) -> object:
        """What a condition looks at."""
        if name == "priority":
            return situation.priority or self.default_priority
        value: object = getattr(situation, name)
        return value.casefold() if name == "customer_class" and isinstance(value, str) else value

    def priority_of(self, situation: Situation) -> Priority:
        """The priority that the targets are read for."""
        return situation.priority or self.default_priority


def _primary(language: object) -> str:
    return language.partition("-")[0] if isinstance(language, str) else ""


def _text(value: object) -> str:
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a policy holds for a ticket.

    Args:
        matched: each of its conditions, with what the ticket is.
        passed_over: each policy before it by id, with the first of its conditions that was not met and what the ticket
            is instead (an empty text for nothing).
        desk: the key of the desk whose policies these are, if the ticket has one.
    """

    matched: tuple[tuple[str, str], ...] = ()
    passed_over: tuple[tuple[str, str, str], ...] = ()
    desk: str | None = None


class Rules(Protocol):
    """What clocks are advanced by; a desk is one."""

    @property
    def version(self) -> int: ...

    @property
    def policies(self) -> Sequence[Policy]: ...

    def calendar_of(self, channel: Channel) -> Calendar: ...

    def calendar(self, calendar_id: str) -> Calendar | None: ...


RulesT = TypeVar("RulesT", bound=Rules, covariant=True)


class Editions(Generic[RulesT]):
    """The rules of a desk by the time at which they come into force: what was in force stays in force for its time.

    Args:
        dated: rules with the instant (aware) from which they hold; the earliest hold for all time before, too.
        desk: the key of the desk whose rules these are.
        others: finds the editions of other desks, where tickets may have been before.

    Raises:
        ValueError: no rules at all, or a naive datetime.
    """

    __slots__ = ("_desk", "_first", "_later", "_others", "_versions")
    _first: RulesT
    _later: tuple[tuple[int, RulesT], ...]
    _versions: dict[int, RulesT]
    _desk: str | None
    _others: Callable[[str], Editions[RulesT]] | None

    def __init__(
        self,
        *dated: tuple[datetime, RulesT],
        desk: str | None = None,
        others: Callable[[str], Editions[RulesT]] | None = None,
    ) -> None:
        if not dated or any(since.tzinfo is None for since, _ in dated):
            raise ValueError("editions need rules, each with an aware datetime")
        ordered = sorted(dated, key=lambda each: each[0])
        self._first = ordered[0][1]
        self._later = tuple((seconds_of(since), rules) for since, rules in reversed(ordered[1:]))
        self._versions = {rules.version: rules for _, rules in reversed(ordered)}
        self._desk, self._others = desk, others

    def with_rules(self, since: datetime, rules: Rules) -> Editions[Rules]:
        """The same, with other rules from an instant on; clocks that an edition has set keep to that one."""
        editions: Editions[Rules] = Editions.__new__(Editions)
        editions._first, editions._versions = self._first, {rules.version: rules} | self._versions
        editions._later = ((seconds_of(since), rules), *self._later)
        editions._desk, editions._others = self._desk, self._others
        return editions

    @staticmethod
    def always(rules: Rules) -> Editions[Rules]:
        """One edition for all time."""
        editions: Editions[Rules] = Editions.__new__(Editions)
        editions._first, editions._later, editions._versions = rules, (), {rules.version: rules}
        editions._desk = editions._others = None
        return editions

    def of(self, desk: str | None) -> Editions[RulesT]:
        """Those of the desk of that key; these themselves if it is theirs, or no other desk is known."""
        return self if desk in (None, self._desk) or self._others is None else self._others(desk)

    def rules_at(self, at: datetime) -> RulesT:
        """The rules in force at that instant."""
        return self.rules_in(seconds_of(at))

    def rules_in(self, second: int) -> RulesT:
        """`rules_at` in seconds since 1970."""
        for since, rules in self._later:
            if since <= second:
                return rules
        return self._first

    def edition(self, version: int) -> RulesT | None:
        """The rules of that version, if they are among these."""
        return self._versions.get(version)


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


def chosen_policy(situation: Situation, rules: Rules) -> tuple[Policy, Reason] | None:
    """The first policy, in the desk's order, that matches, and why; None if none does."""
    passed_over: list[tuple[str, str, str]] = []
    for policy in rules.policies:
        unmet = policy.unmet(situation)
        if unmet is None:
            matched = tuple([(name, _text(policy.value(name, situation))) for name, _ in policy.conditions])
            return policy, Reason(matched, tuple(passed_over), situation.desk)
        passed_over.append((policy.id, *unmet))
    return None


def winning_policy(situation: Situation, rules: Rules) -> Policy | None:
    """The first policy, in the desk's order, that matches."""
    chosen = chosen_policy(situation, rules)
    return chosen[0] if chosen else None
