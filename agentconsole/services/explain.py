"""Why a deadline is where it is: each clock of a ticket with the steps to it, as it stands or as it would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from agentconsole.domain.calendar import Calendar
from agentconsole.domain.desk import Desk
from agentconsole.domain.forecast import WhatIf, forecast
from agentconsole.domain.sla import EVERY_HOUR, Clock, Clocks, Editions, Explanation, Signal, explain, settle, warn_at
from agentconsole.domain.ticket import Ticket
from agentconsole.domain.timer import Timer, clock_timer
from agentconsole.domain.values import Status
from agentconsole.store import desks, histories, tickets
from agentconsole.store.store import Store


@dataclass(frozen=True, slots=True)
class Explained:
    """A clock, the steps to its deadline, and what has to be known to say it in words.

    Args:
        calendar: by which it counts.
        status: of the ticket, for which a clock may stand still.
        zone: of the times that are told: the calendar's, or the desk's where every hour counts.
        timer: what its ticket's timer would say of it.
        warn_at: when it warns, in UTC, if it does.
        warns: whether it has come to that.
        policies: the names of the policies of the edition that it was set by, by id.
        elsewhere: the key of the desk that it was set at, if the ticket is at another one by now.
    """

    explanation: Explanation
    calendar: Calendar
    status: Status
    zone: ZoneInfo
    timer: Timer
    warn_at: datetime | None
    warns: bool
    policies: Mapping[str, str]
    elsewhere: str | None = None

    @property
    def clock(self) -> Clock:
        return self.explanation.clock


@dataclass(frozen=True, slots=True)
class Case:
    """All that answers a question about a ticket's deadlines.

    Args:
        at: the instant of which it speaks, in UTC.
        what_if: what is supposed, if it is not as it is.
        clocks: what is still owed first, the nearest deadline before all.
        as_it_is: the clocks as they are kept, as they stand now; only beside a supposition.
        signals: all that the clocks heard by then, in order.
        zone: of the desk.
        policies: the names of the desk's policies, by which alone something can be supposed, in their order.
    """

    ticket: Ticket
    at: datetime
    what_if: WhatIf | None
    clocks: tuple[Explained, ...]
    signals: tuple[Signal, ...]
    zone: ZoneInfo
    policies: tuple[str, ...]
    as_it_is: tuple[Explained, ...] = ()


def case(store: Store, number: int, now: datetime, what_if: WhatIf | None = None) -> Case:
    """The ticket's clocks as they are kept, or as they would be, each explained by the edition it was set by.

    Raises:
        NotFoundError: no such ticket or policy, or the desk does not know a clock's calendar any more.
    """
    with store.reading():
        ticket = tickets.get(store, number)
        editions = desks.editions(store, ticket.desk)
        kept = settle(tickets.clocks_of(store, number), now)
        happened = sorted(
            histories.signals_of(store, number), key=lambda each: (each.at, each.sequence, each.kind.order)
        )
    at = what_if.at if what_if else now
    signals = [each for each in happened if each.at <= at]
    status = signals[-1].situation.status if signals else ticket.status
    desk = editions.rules_at(at)
    policies = tuple(each.name for each in desk.policies)
    clocks = forecast(signals, editions, what_if) if what_if else kept
    told = _told(clocks, ticket, status, editions, at)
    as_it_is = _told(kept, ticket, ticket.status, editions, now) if what_if else ()
    return Case(ticket, at, what_if, told, tuple(signals), ZoneInfo(desk.zone), policies, as_it_is)


_NEVER = datetime.max.replace(tzinfo=UTC)


def _told(
    clocks: Clocks, ticket: Ticket, status: Status, editions: Editions[Desk], at: datetime
) -> tuple[Explained, ...]:
    return tuple(_explained(clock, ticket, status, editions, at) for clock in _urgent_first(clocks))


def _urgent_first(clocks: Clocks) -> list[Clock]:
    return sorted(clocks, key=lambda clock: (not clock.is_live, clock.due_at or _NEVER))


def _explained(clock: Clock, ticket: Ticket, status: Status, editions: Editions[Desk], at: datetime) -> Explained:
    desk = editions.of(clock.desk).edition(clock.policy_version) or editions.rules_at(at)
    calendar = clock.calendar(desk) or desk.calendar_of(ticket.channel)
    policy = next((each for each in desk.policies if each.id == clock.policy_id), None)
    hours = desk.calendar_of(ticket.channel) if policy and policy.warn_in_hours else None
    warning = warn_at(clock, calendar, hours)
    return Explained(
        explain(clock, desk, at),
        calendar,
        status,
        ZoneInfo(desk.zone if calendar.id == EVERY_HOUR.id else calendar.zone),
        clock_timer(clock, desk, at, ticket.pending_until),
        warning,
        warning is not None and warning <= at,
        {each.id: each.name for each in desk.policies},
        clock.desk if clock.desk != ticket.desk else None,
    )
