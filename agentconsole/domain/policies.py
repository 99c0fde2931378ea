"""The values that a desk's promises are made of: policies, whom they are made to, and why one holds, by editions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Generic, Literal, Protocol, TypeVar

from agentconsole.domain.calendar import Calendar, always_open
from agentconsole.domain.intervals import seconds_of
from agentconsole.domain.values import Channel, ClockKind, Priority, Status, Team, Tier

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
