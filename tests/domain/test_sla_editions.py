"""New editions of a desk leave the past alone; what-if asks without changing anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentconsole.domain.calendar import Calendar, Version, week
from agentconsole.domain.errors import NotFoundError
from agentconsole.domain.forecast import WhatIf, forecast, forecast_clocks
from agentconsole.domain.sla import (
    Clock,
    Clocks,
    Editions,
    Policy,
    Signal,
    SignalKind,
    Situation,
    advance,
    derive,
    explain,
    next_due,
    settle,
)
from agentconsole.domain.values import Channel, ClockKind, ClockState, Priority, Status, Tier

TOKYO = ZoneInfo("Asia/Tokyo")
HOUR = 3600
FIRST, NEXT, RESOLUTION = ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE, ClockKind.RESOLUTION
TICKET = Situation(Channel.MAIL, Priority.NORMAL, Tier.FIRST, None, "ja", Status.OPEN)


def office(*windows: str) -> Calendar:
    return Calendar("office", "Office", "Asia/Tokyo", (Version(date.min, week({"mon-fri": list(windows)})),))


def policy(first: int, resolution: int, identifier: str = "p") -> Policy:
    kinds = {FIRST: first * HOUR, NEXT: first * HOUR, RESOLUTION: resolution * HOUR}
    return Policy(identifier, identifier, dict.fromkeys(Priority, kinds))


@dataclass(frozen=True)
class Book:
    version: int
    policies: tuple[Policy, ...]
    office: Calendar

    def calendar_of(self, channel: Channel) -> Calendar:
        return self.office

    def calendar(self, calendar_id: str) -> Calendar | None:
        return self.office if calendar_id == "office" else None


def jst(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=TOKYO)


OLD = Book(1, (policy(2, 16),), office("09:00-18:00"))
NEW = Book(2, (policy(1, 4),), office("13:00-15:00"))
BOTH = Editions((jst("01T00:00"), OLD), (jst("20T12:00"), NEW))


def told(at: str, kind: SignalKind, status: Status | None = None, situation: Situation = TICKET) -> Signal:
    return Signal(jst(at), kind, situation if status is None else replace(situation, status=status), status)


def only(clocks: Clocks, kind: ClockKind, instance: int = 1) -> Clock:
    return next(each for each in clocks if each.kind is kind and each.instance == instance)


def test_the_edition_in_force_is_found_by_the_instant() -> None:
    assert BOTH.rules_at(jst("20T11:59:59")) is OLD
    assert BOTH.rules_at(jst("20T12:00")) is NEW
    assert BOTH.rules_at(jst("01T00:00") - timedelta(days=4000)) is OLD, "the first holds for all time before it"
    assert BOTH.edition(1) is OLD
    assert BOTH.edition(3) is None
    for wrong in ((), ((datetime(2026, 1, 1), OLD),)):  # noqa: DTZ001
        with pytest.raises(ValueError, match="editions need"):
            Editions(*wrong)


def test_s20_a_new_edition_moves_no_deadline_that_was_set_before() -> None:
    signals = [told("20T10:00", SignalKind.CREATED)]
    before = derive(signals, OLD, now=jst("20T11:00"))
    after = derive(signals, BOTH, now=jst("20T11:00"))
    assert after == before
    paused = [*signals, told("20T11:00", SignalKind.STATUS, Status.PENDING)]
    resumed = [*paused, told("20T14:00", SignalKind.STATUS, Status.OPEN)]
    clock = only(derive(resumed, BOTH, now=jst("20T14:00")), RESOLUTION)
    assert (clock.policy_version, clock.due_at) == (1, jst("24T11:00")), "by the hours of the edition that set it"
    assert explain(clock, BOTH, jst("20T14:00")).steps[-1].end == clock.due_at


def test_s20_what_happens_after_it_goes_on_by_the_edition_that_set_the_clock() -> None:
    """Going on from kept clocks, as a deed does, comes to what all that happened comes to."""
    begun = [told("20T10:00", SignalKind.CREATED)]
    later = [told("20T14:00", SignalKind.STATUS, Status.PENDING), told("23T09:30", SignalKind.STATUS, Status.OPEN)]
    clocks = derive(begun, BOTH, now=jst("20T11:00"))
    for each in later:
        clocks = advance(clocks, each, BOTH)
    assert clocks == derive([*begun, *later], BOTH, now=jst("23T09:30"))
    resolution = only(clocks, RESOLUTION)
    assert (resolution.policy_version, resolution.due_at) == (1, jst("24T12:30")), "4 h on Friday, 8 1/2, 3 1/2"


def test_s20_what_starts_after_it_goes_by_the_new_edition() -> None:
    signals = [told("20T10:00", SignalKind.CREATED), told("20T11:00", SignalKind.AGENT_REPLY)]
    signals.append(told("20T13:30", SignalKind.CUSTOMER_MESSAGE))
    clocks = derive(signals, BOTH, now=jst("20T13:30"))
    assert (only(clocks, NEXT).policy_version, only(clocks, NEXT).due_at) == (2, jst("20T14:30"))
    assert only(clocks, FIRST).policy_version == 1


def test_s20_to_apply_the_policy_aims_live_clocks_anew_and_leaves_verdicts() -> None:
    signals = [told("20T09:00", SignalKind.CREATED)]
    applied = [*signals, told("20T12:00", SignalKind.APPLY_POLICY)]
    clocks = derive(applied, BOTH, now=jst("20T12:00"))
    assert (only(clocks, FIRST).breached_at, only(clocks, FIRST).policy_version) == (jst("20T11:00"), 1)
    resolution = only(clocks, RESOLUTION)
    assert (resolution.policy_version, resolution.target_seconds) == (2, 4 * HOUR)
    assert resolution.due_at == jst("23T15:00"), "two hours a day, from its own start"
    assert derive(signals, BOTH, now=jst("20T12:00"))[1].policy_version == 1, "nothing happens by itself"


def test_the_pausing_statuses_are_those_of_the_edition_that_set_the_clock() -> None:
    hold = replace(NEW, policies=(replace(policy(1, 4), pauses=frozenset({Status.HOLD})),))
    editions = Editions((jst("01T00:00"), OLD), (jst("20T12:00"), hold))
    signals = [told("20T10:00", SignalKind.CREATED), told("20T13:00", SignalKind.STATUS, Status.HOLD)]
    assert only(derive(signals, editions, now=jst("20T13:00")), RESOLUTION).state is ClockState.RUNNING
    signals.append(told("20T13:10", SignalKind.STATUS, Status.PENDING))
    assert only(derive(signals, editions, now=jst("20T13:10")), RESOLUTION).state is ClockState.PAUSED


BEGIN = datetime(2026, 11, 16, tzinfo=UTC)


@st.composite
def stories(draw: st.DrawFn) -> list[Signal]:
    """What may happen in six days, each at its own second."""
    minutes = sorted(draw(st.lists(st.integers(0, 8640), min_size=1, max_size=8, unique=True)))
    signals = [Signal(BEGIN + timedelta(minutes=minutes[0]), SignalKind.CREATED, TICKET)]
    situation = TICKET
    for minute in minutes[1:]:
        kind = draw(st.sampled_from([each for each in SignalKind if each is not SignalKind.CREATED]))
        if kind is SignalKind.STATUS:
            situation = replace(situation, status=draw(st.sampled_from(Status)))
        if kind is SignalKind.CONDITIONS:
            situation = replace(situation, priority=draw(st.sampled_from(Priority)))
        signals.append(Signal(BEGIN + timedelta(minutes=minute), kind, situation))
    return signals


@given(stories(), st.integers(0, 8640), st.integers(0, 12_000))
@settings(deadline=None)
def test_s20_an_edition_to_come_changes_nothing_before_it_comes(signals: list[Signal], turn: int, minute: int) -> None:
    since = BEGIN + timedelta(minutes=turn)
    editions = Editions((BEGIN - timedelta(days=90), OLD), (since, NEW))
    past = [each for each in signals if each.at < since]
    then = derive(past, editions, now=since - timedelta(seconds=1))
    assert then == derive(past, OLD, now=since - timedelta(seconds=1))
    later = derive(past, editions, now=since + timedelta(minutes=minute))
    for old, new in zip(then, later, strict=True):
        assert replace(new, state=old.state, breached_at=old.breached_at, business_seconds=old.business_seconds) == old
        assert old.breached_at is None or new == old


@given(stories(), st.integers(0, 8640))
@settings(deadline=None)
def test_deriving_over_editions_is_advancing_over_them(signals: list[Signal], turn: int) -> None:
    editions = Editions((BEGIN - timedelta(days=90), OLD), (BEGIN + timedelta(minutes=turn), NEW))
    clocks: Clocks = ()
    for signal in signals:
        clocks = advance(settle(clocks, signal.at), signal, editions)
    now = signals[-1].at + timedelta(days=1)
    assert settle(clocks, now) == derive(signals, editions, now=now)


# --- what if


LADDER = Book(
    1,
    (
        replace(policy(1, 4, "urgent"), priorities=frozenset({Priority.URGENT})),
        replace(policy(1, 2, "vip"), customer_classes=frozenset({"vip"})),
        policy(2, 16, "usual"),
    ),
    OLD.office,
)


def test_what_if_the_priority_were_another() -> None:
    signals = [told("20T10:00", SignalKind.CREATED)]
    now = jst("20T10:30")
    assert next_due(forecast(signals, LADDER, WhatIf(now))) == (jst("20T12:00"), FIRST)
    raised = forecast(signals, LADDER, WhatIf(now, priority=Priority.URGENT))
    assert (only(raised, FIRST).policy_id, only(raised, FIRST).due_at) == ("urgent", jst("20T11:00"))
    stored = derive(signals, LADDER, now=now)
    assert forecast_clocks(stored, TICKET, LADDER, WhatIf(now, priority=Priority.URGENT)) == raised
    assert derive(signals, LADDER, now=now) == stored, "nothing has changed"


def test_what_if_another_policy_held_whatever_it_asks_for() -> None:
    signals = [told("20T10:00", SignalKind.CREATED)]
    forced = forecast(signals, LADDER, WhatIf(jst("20T10:30"), policy="vip"))
    assert [(each.policy_id, each.target_seconds) for each in forced] == [("vip", HOUR), ("vip", 2 * HOUR)]
    with pytest.raises(NotFoundError, match="vipp") as caught:
        forecast(signals, LADDER, WhatIf(jst("20T10:30"), policy="vipp"))
    assert "vip" in caught.value.hint


def test_what_if_at_another_time() -> None:
    signals = [told("20T10:00", SignalKind.CREATED), told("20T11:00", SignalKind.AGENT_REPLY)]
    assert only(forecast(signals, LADDER, WhatIf(jst("20T10:59"))), FIRST).state is ClockState.RUNNING, "not yet"
    assert only(forecast(signals, LADDER, WhatIf(jst("24T17:00"))), RESOLUTION).state is ClockState.BREACHED
    assert forecast(signals, LADDER, WhatIf(jst("20T09:00"))) == ()


def test_what_if_it_were_put_on_hold() -> None:
    signals = [told("20T10:00", SignalKind.CREATED)]
    held = forecast(signals, LADDER, WhatIf(jst("20T10:30"), status=Status.PENDING))
    assert {each.state for each in held} == {ClockState.PAUSED}
    both = forecast(signals, LADDER, WhatIf(jst("20T10:30"), status=Status.PENDING, priority=Priority.URGENT))
    assert [(each.state, each.policy_id) for each in both] == [(ClockState.PAUSED, "urgent")] * 2


def test_what_if_over_editions_asks_the_one_in_force() -> None:
    signals = [told("20T10:00", SignalKind.CREATED)]
    moved = forecast(signals, BOTH, WhatIf(jst("20T11:30"), priority=Priority.HIGH))
    assert {each.policy_version for each in moved} == {1}
    later = forecast(signals, BOTH, WhatIf(jst("20T13:00"), policy="p"))
    assert [each.policy_version for each in later] == [1, 2], "the first response had its verdict"
