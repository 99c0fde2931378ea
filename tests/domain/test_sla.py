from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentconsole.domain.calendar import Calendar, Version, week
from agentconsole.domain.errors import NotFoundError
from agentconsole.domain.sla import (
    EVERY_HOUR,
    Clock,
    Clocks,
    Policy,
    Signal,
    SignalKind,
    Situation,
    StepKind,
    advance,
    derive,
    explain,
    next_due,
    settle,
    signal_of_message,
    winning_policy,
)
from agentconsole.domain.values import AuthorKind, Channel, ClockKind, ClockState, Priority, Status, Tier

TOKYO = ZoneInfo("Asia/Tokyo")
HOUR = 3600
FIRST, NEXT, UPDATE, RESOLUTION = (
    ClockKind.FIRST_RESPONSE,
    ClockKind.NEXT_RESPONSE,
    ClockKind.UPDATE,
    ClockKind.RESOLUTION,
)
OFFICE = Calendar(
    "office", "Office", "Asia/Tokyo", (Version(date.min, week({"mon-fri": ["09:00-12:00", "13:00-18:00"]})),), "JP"
)
USUAL = {
    priority: {FIRST: HOUR * hours, NEXT: 2 * HOUR * hours, RESOLUTION: 8 * HOUR * hours}
    for priority, hours in ((Priority.URGENT, 1), (Priority.HIGH, 2), (Priority.NORMAL, 4), (Priority.LOW, 8))
}
STANDARD = Policy("standard", "Standard", USUAL)


@dataclass(frozen=True)
class Book:
    """The smallest set of rules."""

    policies: tuple[Policy, ...] = (STANDARD,)
    version: int = 1
    office: Calendar = OFFICE

    def calendar_of(self, channel: Channel) -> Calendar:
        return self.office

    def calendar(self, calendar_id: str) -> Calendar | None:
        return self.office if calendar_id == self.office.id else None


BOOK = Book()
ALWAYS = Book((replace(STANDARD, hours="calendar"),))
NEW = Situation(Channel.MAIL, Priority.NORMAL, Tier.FIRST, None, "ja", Status.NEW)


def jst(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=TOKYO)


class Story:
    """What happened to a ticket, told in order."""

    def __init__(self, situation: Situation = NEW) -> None:
        self.situation = situation
        self.signals: list[Signal] = []

    def tell(self, at: str, kind: SignalKind, status: Status | None = None) -> Story:
        self.situation = replace(self.situation, status=status or self.situation.status)
        self.signals.append(Signal(jst(at), kind, self.situation, status))
        return self

    def created(self, at: str) -> Story:
        return self.tell(at, SignalKind.CREATED)

    def customer(self, at: str) -> Story:
        return self.tell(at, SignalKind.CUSTOMER_MESSAGE)

    def reply(self, at: str) -> Story:
        return self.tell(at, SignalKind.AGENT_REPLY)

    def status(self, at: str, status: Status) -> Story:
        return self.tell(at, SignalKind.STATUS, status)

    def cancelled(self, at: str) -> Story:
        return self.tell(at, SignalKind.CANCELLED)

    def priority(self, at: str, priority: Priority | None) -> Story:
        self.situation = replace(self.situation, priority=priority)
        return self.tell(at, SignalKind.CONDITIONS)

    def clocks(self, now: str, rules: Book = BOOK) -> Clocks:
        return derive(self.signals, rules, now=jst(now))

    def clock(self, kind: ClockKind, now: str, rules: Book = BOOK, instance: int = 1) -> Clock:
        return next(each for each in self.clocks(now, rules) if each.kind is kind and each.instance == instance)


# --- policies ---


def test_the_first_policy_that_matches_holds() -> None:
    chat = replace(STANDARD, id="chat", channels=frozenset({Channel.CHAT}))
    urgent = replace(STANDARD, id="urgent", priorities=frozenset({Priority.URGENT}))
    chinese = replace(STANDARD, id="zh", languages=frozenset({"zh"}))
    second = replace(STANDARD, id="second", tiers=frozenset({Tier.SECOND}))
    book = Book((chat, urgent, chinese, second, STANDARD))

    def winner(**change: object) -> str | None:
        policy = winning_policy(replace(NEW, **change), book)  # type: ignore[arg-type]
        return policy.id if policy else None

    assert winner() == "standard"
    assert winner(channel=Channel.CHAT, priority=Priority.URGENT) == "chat"
    assert winner(priority=Priority.URGENT) == "urgent"
    assert winner(language="zh-Hant") == "zh"
    assert winner(language=None) == "standard"
    assert winner(tier=Tier.SECOND) == "second"
    assert winning_policy(NEW, Book((chat,))) is None


def test_a_ticket_without_priority_counts_as_the_declared_one() -> None:
    high = replace(STANDARD, default_priority=Priority.HIGH, priorities=frozenset({Priority.HIGH}))
    story = Story(replace(NEW, priority=None)).created("20T09:00")
    clock = story.clock(FIRST, "20T09:00", Book((high,)))
    assert (clock.priority_applied, clock.target_seconds) == (Priority.HIGH, 2 * HOUR)
    assert Story(replace(NEW, priority=None)).created("20T09:00").clock(FIRST, "20T09:00").target_seconds == 4 * HOUR


# --- the life of a ticket ---


def test_a_new_ticket_has_two_clocks() -> None:
    first, resolution = Story().created("20T09:30").clocks("20T09:30")
    assert (first.kind, first.instance, first.state, first.due_at) == (FIRST, 1, ClockState.RUNNING, jst("20T14:30"))
    assert (resolution.kind, resolution.target_seconds) == (RESOLUTION, 32 * HOUR)
    assert resolution.due_at == jst("27T09:30")  # 8 h a day, Monday the 23rd is a holiday
    assert (first.policy_id, first.policy_name, first.policy_version) == ("standard", "Standard", 1)
    assert (first.calendar_id, first.imported, first.business_seconds) == ("office", False, 0)
    assert first.started_at.tzinfo is UTC


def test_a_reply_fulfils_and_counts() -> None:
    first = Story().created("20T09:30").reply("20T13:30").clock(FIRST, "20T14:00")
    assert (first.state, first.fulfilled_at, first.breached_at) == (ClockState.FULFILLED, jst("20T13:30"), None)
    assert first.business_seconds == 3 * HOUR
    assert first.due_at == jst("20T14:30")


def test_late_is_late_even_when_fulfilled() -> None:
    story = Story().created("20T09:30")
    breached = story.clock(FIRST, "20T15:00")
    assert (breached.state, breached.breached_at) == (ClockState.BREACHED, jst("20T14:30"))
    assert breached.business_seconds == 4 * HOUR
    late = story.reply("20T15:30").clock(FIRST, "20T16:00")
    assert (late.state, late.breached_at, late.fulfilled_at) == (
        ClockState.FULFILLED,
        jst("20T14:30"),
        jst("20T15:30"),
    )
    assert late.business_seconds == 5 * HOUR


def test_a_ticket_of_an_agent_is_answered_at_once() -> None:
    story = Story(replace(NEW, status=Status.PENDING)).created("20T09:30").reply("20T09:30")
    first, resolution = story.clocks("20T10:00")
    assert (first.state, first.business_seconds, first.pauses) == (ClockState.FULFILLED, 0, ())
    assert (resolution.state, resolution.due_at) == (ClockState.PAUSED, None)


def test_a_call_that_is_taken_answered_and_solved_in_one_second() -> None:
    story = Story(replace(NEW, status=Status.OPEN)).created("20T09:30").customer("20T09:30").reply("20T09:30")
    first, resolution = story.status("20T09:30", Status.SOLVED).clocks("20T10:00")
    assert (first.state, resolution.state) == (ClockState.FULFILLED, ClockState.FULFILLED)
    assert resolution.due_at is not None


def test_created_twice_is_created_once() -> None:
    assert len(Story().created("20T09:30").created("20T09:40").clocks("20T10:00")) == 2


def test_update_runs_from_reply_to_reply() -> None:
    book = Book((replace(STANDARD, targets={Priority.NORMAL: {UPDATE: HOUR}}),))
    story = Story().created("20T09:00").reply("20T09:30").reply("20T10:00").reply("20T11:30")
    updates = story.clocks("20T11:40", book)
    assert [(each.instance, each.state, each.breached_at) for each in updates] == [
        (1, ClockState.FULFILLED, None),
        (2, ClockState.FULFILLED, jst("20T11:00")),
        (3, ClockState.RUNNING, None),
    ]
    assert story.status("20T11:50", Status.SOLVED).clocks("20T11:55", book)[2].state is ClockState.CANCELLED


def test_no_policy_no_clocks() -> None:
    assert Story().created("20T09:00").customer("20T09:30").clocks("20T10:00", Book(())) == ()


def test_without_a_first_response_the_next_covers_the_first_message() -> None:
    book = Book((replace(STANDARD, targets={Priority.NORMAL: {NEXT: HOUR}}),))
    clocks = Story().created("20T09:00").customer("20T09:00").clocks("20T09:30", book)
    assert [(each.kind, each.due_at) for each in clocks] == [(NEXT, jst("20T10:00"))]


def test_calendar_hours_run_at_night() -> None:
    first = Story().created("20T17:30").clock(FIRST, "20T18:00", ALWAYS)
    assert first.due_at == jst("20T21:30")
    assert first.calendar_id == EVERY_HOUR.id


def test_pause_and_solve_while_paused() -> None:
    story = Story().created("20T09:00").status("20T10:00", Status.PENDING)
    paused = story.clock(RESOLUTION, "20T11:00")
    assert (paused.state, paused.due_at, paused.business_seconds) == (ClockState.PAUSED, None, HOUR)
    assert paused.is_paused
    solved = story.status("20T15:00", Status.SOLVED).clock(RESOLUTION, "20T16:00")
    assert solved.pauses == ((jst("20T10:00"), jst("20T15:00")),)
    assert (solved.state, solved.business_seconds) == (ClockState.FULFILLED, HOUR)
    assert solved.due_at == OFFICE.after(jst("20T15:00"), 31 * HOUR)


def test_pauses_that_touch_are_one_and_empty_ones_none() -> None:
    story = Story().created("20T09:00").status("20T10:00", Status.PENDING).status("20T10:00", Status.OPEN)
    resolution = story.clock(RESOLUTION, "20T10:30")  # one instant without order: the status that comes later in life
    assert resolution.state is ClockState.PAUSED
    numbered = [each._replace(sequence=number) for number, each in enumerate(story.signals)]
    clock = derive(numbered, BOOK, now=jst("20T10:30"))[1]
    assert (clock.state, clock.pauses) == (ClockState.RUNNING, ())
    story = Story().created("20T09:00").status("20T10:00", Status.PENDING).status("20T11:00", Status.SOLVED)
    clock = story.status("20T11:30", Status.OPEN).clock(RESOLUTION, "20T11:45")
    assert clock.pauses == ((jst("20T10:00"), jst("20T11:30")),)


def test_a_policy_may_pause_on_hold_and_not_on_pending() -> None:
    book = Book((replace(STANDARD, pauses=frozenset({Status.HOLD})),))
    story = Story().created("20T09:00").status("20T10:00", Status.PENDING)
    assert story.clock(RESOLUTION, "20T11:00", book).state is ClockState.RUNNING
    assert story.status("20T11:00", Status.HOLD).clock(RESOLUTION, "20T12:00", book).state is ClockState.PAUSED


def test_cancelling_stops_everything_and_reopening_goes_on() -> None:
    story = Story().created("20T09:00").reply("20T09:30").customer("20T10:00")
    story.tell("20T10:30", SignalKind.STATUS, Status.CLOSED).cancelled("20T10:30")
    assert {each.state for each in story.clocks("20T11:00")} == {ClockState.FULFILLED, ClockState.CANCELLED}
    merged = Story().created("20T09:00").cancelled("20T10:00")
    assert [(each.state, each.due_at) for each in merged.clocks("20T11:00")] == [(ClockState.CANCELLED, None)] * 2
    first, resolution = merged.status("20T13:00", Status.OPEN).clocks("20T13:30")
    assert first.state is ClockState.CANCELLED
    assert resolution.state is ClockState.RUNNING
    assert resolution.pauses == ((jst("20T10:00"), jst("20T13:00")),)
    assert resolution.due_at == OFFICE.after(jst("20T13:00"), 31 * HOUR)


def test_what_is_opened_again_and_cancelled_in_one_second_is_cancelled() -> None:
    story = Story().created("20T09:00").status("20T09:30", Status.SOLVED)
    story.status("20T10:00", Status.OPEN).cancelled("20T10:00")
    assert next_due(story.clocks("20T10:30")) is None
    assert {each.state for each in story.clocks("20T10:30")} == {ClockState.CANCELLED}


def test_a_breached_clock_is_cancelled_and_comes_back_breached() -> None:
    short = Book((replace(STANDARD, targets={Priority.NORMAL: {RESOLUTION: HOUR}}),))
    story = Story().created("20T09:00").cancelled("20T11:00").status("20T14:00", Status.OPEN)
    clock = story.clock(RESOLUTION, "20T15:00", short)
    assert (clock.state, clock.due_at, clock.breached_at) == (ClockState.BREACHED, jst("20T10:00"), jst("20T10:00"))


def test_promises_that_are_dropped_and_made_again() -> None:
    book = Book((replace(STANDARD, targets={Priority.NORMAL: USUAL[Priority.NORMAL], Priority.LOW: {}}),))
    story = Story().created("20T09:00").priority("20T10:00", Priority.LOW)
    assert {each.state for each in story.clocks("20T10:30", book)} == {ClockState.CANCELLED}
    story.priority("20T11:00", Priority.NORMAL)
    resolution = story.clock(RESOLUTION, "20T11:30", book)
    assert (resolution.state, resolution.pauses) == (ClockState.RUNNING, ((jst("20T10:00"), jst("20T11:00")),))
    late = Story(replace(NEW, priority=Priority.LOW)).created("20T09:00").priority("20T11:00", Priority.NORMAL)
    assert [(each.kind, each.started_at) for each in late.clocks("20T11:30", book)] == [(RESOLUTION, jst("20T11:00"))]


def test_a_calendar_that_is_gone_stops_nobody_from_working() -> None:
    clocks = Story().created("20T09:00").clocks("20T09:30")
    other = Book(office=replace(OFFICE, id="other"))
    situation = replace(NEW, status=Status.PENDING)
    after = advance(clocks, Signal(jst("20T10:00"), SignalKind.STATUS, situation), other)
    assert after[0].state is ClockState.PAUSED
    with pytest.raises(NotFoundError, match="office"):
        explain(clocks[0], other, jst("20T10:00"))


def test_a_calendar_that_never_opens_gives_no_deadline() -> None:
    shut = Book(office=Calendar("office", "Office", "Asia/Tokyo", ()))
    clocks = Story().created("20T09:00").clocks("20T10:00", shut)
    assert [(each.state, each.due_at) for each in clocks] == [(ClockState.RUNNING, None)] * 2
    assert next_due(clocks) is None
    assert [step.kind for step in explain(clocks[0], shut, jst("20T10:00")).steps] == [StepKind.CLOSED]


def test_naive_signals_are_refused() -> None:
    naive = Signal(datetime(2026, 11, 20), SignalKind.CREATED, NEW)  # noqa: DTZ001
    with pytest.raises(ValueError, match="naive"):
        advance((), naive, BOOK)
    with pytest.raises(ValueError, match="naive"):
        derive([naive, *Story().created("20T09:00").signals], BOOK, now=jst("20T10:00"))


def test_next_due_is_the_earliest_that_is_owed() -> None:
    story = Story().created("20T09:00")
    assert next_due(story.clocks("20T09:30")) == (jst("20T14:00"), FIRST)
    assert next_due(story.clocks("20T16:00")) == (jst("20T14:00"), FIRST), "breached is still owed"
    due_at = OFFICE.after(jst("20T09:00"), 32 * HOUR)
    assert next_due(story.reply("20T16:10").clocks("20T16:20")) == (due_at, RESOLUTION)
    assert next_due(story.status("20T16:30", Status.SOLVED).clocks("20T16:40")) is None
    assert next_due(()) is None


def test_settle_returns_the_same_tuple_when_nothing_is_due() -> None:
    clocks = Story().created("20T09:00").clocks("20T09:30")
    assert settle(clocks, jst("20T10:00")) is clocks


# --- what counts as a reply ---


def test_what_counts() -> None:
    replies = [
        (author, public, automatic)
        for author in AuthorKind
        for public in (True, False)
        for automatic in (True, False)
        if signal_of_message(author, public=public, automatic=automatic) is SignalKind.AGENT_REPLY
    ]
    assert replies == [(AuthorKind.AGENT, True, False)]


# --- explanations ---


def test_an_explanation_names_the_holiday() -> None:
    clock = Story().created("20T17:00").clock(FIRST, "20T17:00")
    steps = explain(clock, BOOK, jst("20T17:00")).steps
    assert [
        (
            step.start.astimezone(TOKYO).strftime("%d %H:%M"),
            step.kind,
            step.name,
            step.seconds_counted,
            step.seconds_left,
        )
        for step in steps
    ] == [
        ("20 17:00", "open", "", HOUR, 3 * HOUR),
        ("20 18:00", "closed", "", 0, 3 * HOUR),
        ("23 00:00", "holiday", "勤労感謝の日", 0, 3 * HOUR),
        ("24 00:00", "closed", "", 0, 3 * HOUR),
        ("24 09:00", "open", "", 3 * HOUR, 0),
    ]
    assert steps[-1].end == clock.due_at == jst("24T12:00")


def test_an_explanation_of_a_paused_clock_ends_now() -> None:
    clock = Story().created("20T09:00").status("20T10:00", Status.PENDING).clock(FIRST, "20T14:00")
    steps = explain(clock, BOOK, jst("20T14:00")).steps
    assert [(step.kind, step.seconds_counted) for step in steps] == [(StepKind.OPEN, HOUR), (StepKind.PAUSE, 0)]
    assert steps[-1].end == jst("20T14:00")


def test_an_explanation_of_a_cancelled_clock_ends_there() -> None:
    clock = Story().created("20T09:00").cancelled("20T11:00").clock(FIRST, "20T14:00")
    steps = explain(clock, BOOK, jst("20T14:00")).steps
    assert [(step.kind, step.seconds_counted) for step in steps] == [(StepKind.OPEN, 2 * HOUR)]


# --- properties ---

BEGIN = datetime(2026, 11, 16, tzinfo=UTC)
book = st.sampled_from(
    [
        BOOK,
        ALWAYS,
        Book((replace(STANDARD, id="p", pauses=frozenset({Status.PENDING, Status.HOLD})),)),
        Book(
            (replace(STANDARD, targets={**USUAL, Priority.NORMAL: {NEXT: HOUR, UPDATE: 3 * HOUR}, Priority.LOW: {}}),)
        ),
    ]
)


@st.composite
def stories(draw: st.DrawFn) -> list[Signal]:
    """Anything that may happen in ten days: each signal carries what holds after it."""
    situation = replace(NEW, priority=draw(st.none() | st.sampled_from(Priority)))
    minutes = sorted(draw(st.lists(st.integers(0, 14_400), min_size=1, max_size=12)))
    signals = [Signal(BEGIN + timedelta(minutes=minutes[0]), SignalKind.CREATED, situation)]
    for number, minute in enumerate(minutes[1:], 1):
        kind = draw(st.sampled_from([each for each in SignalKind if each is not SignalKind.CREATED]))
        if kind is SignalKind.STATUS:
            situation = replace(situation, status=draw(st.sampled_from(Status)))
        if kind is SignalKind.CONDITIONS:
            situation = replace(situation, priority=draw(st.none() | st.sampled_from(Priority)))
        signals.append(Signal(BEGIN + timedelta(minutes=minute), kind, situation, sequence=number))
    return signals


nows = st.integers(0, 30_000).map(lambda minute: BEGIN + timedelta(minutes=minute))


@given(stories(), book, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_arrival_does_not_matter_nor_do_repeats(
    signals: list[Signal], rules: Book, chance: random.Random
) -> None:
    now = BEGIN + timedelta(days=12)
    shuffled = [*signals, *chance.sample(signals, k=len(signals) // 2)]
    chance.shuffle(shuffled)
    assert derive(shuffled, rules, now=now) == derive(signals, rules, now=now)


@given(stories(), book)
@settings(deadline=None)
def test_deriving_is_advancing_step_by_step_whenever_the_clocks_are_looked_at(
    signals: list[Signal], rules: Book
) -> None:
    apart = [each._replace(at=each.at + timedelta(seconds=number)) for number, each in enumerate(signals)]
    clocks: Clocks = ()
    for signal in apart:
        clocks = advance(settle(clocks, signal.at), signal, rules)
    now = apart[-1].at + timedelta(days=1)
    assert settle(clocks, now) == derive(apart, rules, now=now)


@given(stories(), book, nows)
@settings(deadline=None)
def test_explanations_add_up(signals: list[Signal], rules: Book, now: datetime) -> None:
    for clock in derive(signals, rules, now=now):
        steps = explain(clock, rules, now).steps
        assert all(one.end == two.start and one.start < one.end for one, two in pairwise(steps))
        counted = sum(step.seconds_counted for step in steps)
        if clock.due_at is not None:
            assert counted == clock.target_seconds
            assert [step.end for step in steps if step.seconds_counted][-1] == clock.due_at
            assert steps[-1].seconds_left == 0
        else:
            # Cancelled in the very second in which it got a shorter target, a clock judges nobody by that target.
            cancelled = clock.state is ClockState.CANCELLED
            assert counted <= clock.target_seconds or clock.breached_at or cancelled
        assert not steps or steps[0].start == clock.started_at


@given(stories(), book, nows)
@settings(deadline=None)
def test_states_agree_with_what_they_say(signals: list[Signal], rules: Book, now: datetime) -> None:
    now = max(now, signals[-1].at)
    for clock in derive(signals, rules, now=now):
        last = clock.pauses[-1][1] if clock.pauses else now
        assert (clock.state is ClockState.PAUSED) <= (last is None and clock.due_at is None)
        assert (clock.state is ClockState.BREACHED) == (clock.is_live and clock.breached_at is not None)
        assert (clock.state is ClockState.FULFILLED) == (clock.fulfilled_at is not None)
        assert clock.state is not ClockState.RUNNING or clock.due_at is None or clock.due_at > now
        assert clock.breached_at is None or clock.state is ClockState.CANCELLED or clock.breached_at == clock.due_at
        assert all(since < (until or now + timedelta(days=1)) for since, until in clock.pauses)
    if not signals[-1].situation.status.is_live or signals[-1].kind is SignalKind.CANCELLED:
        assert next_due(derive(signals, rules, now=now)) is None


@given(stories(), book, nows, nows)
@settings(deadline=None)
def test_looking_twice_changes_nothing(signals: list[Signal], rules: Book, one: datetime, two: datetime) -> None:
    early, late = sorted((one, two))
    clocks = derive(signals, rules, now=early)
    assert settle(clocks, early) == clocks
    assert settle(clocks, late) == derive(signals, rules, now=late)
