"""What if: the clocks as they would stand, had a ticket other conditions or another policy. Nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agentconsole.domain.calendar import Calendar
from agentconsole.domain.errors import NotFoundError, Phrase, nearest
from agentconsole.domain.policies import Editions, Policy, Rules, Situation
from agentconsole.domain.promises import Signal, SignalKind
from agentconsole.domain.sla import Clocks, advance, derive, settle
from agentconsole.domain.values import Channel, Priority, Status, Team, Tier


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What is supposed to be so at an instant; None is as it is.

    Args:
        at: aware; how the clocks stand then is what is asked.
        policy: the id or the name of the policy that shall hold, whatever it asks for.
    """

    at: datetime
    priority: Priority | None = None
    tier: Tier | None = None
    team: Team | None = None
    channel: Channel | None = None
    language: str | None = None
    customer_class: str | None = None
    status: Status | None = None
    policy: str | None = None


_CONDITIONS = ("priority", "tier", "team", "channel", "language", "customer_class")


def forecast(signals: Iterable[Signal], rules: Rules | Editions[Rules], what_if: WhatIf) -> Clocks:
    """The clocks that follow from what happened up to `what_if.at`, if that were so from then on.

    Raises:
        NotFoundError: no such policy. ValueError: naive datetime.
    """
    past = [signal for signal in signals if signal.at <= what_if.at]
    if not past:
        return ()
    last = max(past, key=lambda each: (each.at, each.sequence, each.kind.order))
    situation = last.situation if last.status is None else replace(last.situation, status=last.status)
    clocks = derive(past, rules, now=what_if.at)
    return forecast_clocks(clocks, situation, rules, what_if)


def forecast_clocks(clocks: Clocks, situation: Situation, rules: Rules | Editions[Rules], what_if: WhatIf) -> Clocks:
    """The same from clocks as they stand and the ticket as it is; nothing may have happened after `what_if.at`.

    Raises:
        NotFoundError: no such policy. ValueError: naive datetime.
    """
    supposed = {name: value for name in _CONDITIONS if (value := getattr(what_if, name)) is not None}
    if what_if.status is not None:
        situation = replace(situation, status=what_if.status)
    situation = replace(situation, **supposed)
    if what_if.policy is not None:
        rules = _forced(rules, what_if)
    if supposed or what_if.policy is not None:
        clocks = advance(clocks, Signal(what_if.at, SignalKind.CONDITIONS, situation), rules)
    elif what_if.status is not None:
        clocks = advance(clocks, Signal(what_if.at, SignalKind.STATUS, situation), rules)
    return settle(clocks, what_if.at)


@dataclass(frozen=True, slots=True)
class _Forced:
    """Rules in which one policy asks for nothing and comes first."""

    rules: Rules
    policies: Sequence[Policy]

    @property
    def version(self) -> int:
        return self.rules.version

    def calendar_of(self, channel: Channel) -> Calendar:
        return self.rules.calendar_of(channel)

    def calendar(self, calendar_id: str) -> Calendar | None:
        return self.rules.calendar(calendar_id)


def _forced(rules: Rules | Editions[Rules], what_if: WhatIf) -> Editions[Rules]:
    editions = rules if isinstance(rules, Editions) else Editions.always(rules)
    current = editions.rules_at(what_if.at)
    wanted = next((each for each in current.policies if what_if.policy in (each.id, each.name)), None)
    if wanted is None:
        known = [each.id for each in current.policies]
        close = nearest(what_if.policy or "", known)
        near = Phrase("did you mean {word}?", word=repr(close))
        problem = Phrase("the desk has no policy {name}", name=repr(what_if.policy))
        raise NotFoundError(problem, near if close else Phrase("one of {names}", names=", ".join(known)))
    anybody: frozenset[str] = frozenset()
    free = replace(
        wanted,
        channels=frozenset(),
        priorities=frozenset(),
        tiers=frozenset(),
        teams=frozenset(),
        languages=anybody,
        customer_classes=anybody,
        desks=anybody,
    )
    return editions.with_rules(what_if.at, _Forced(current, (free, *current.policies)))
