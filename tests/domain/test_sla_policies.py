"""Which policy holds and why, grace, warnings, what counts as an answer, why a clock was cancelled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.domain.calendar import Calendar, Version, week
from agentconsole.domain.replies import AnswerRule, Counts
from agentconsole.domain.sla import (
    EVERY_HOUR,
    CancelReason,
    Clock,
    Policy,
    Reason,
    Signal,
    SignalKind,
    Situation,
    Warn,
    advance,
    chosen_policy,
    deadline,
    derive,
    explain,
    signal_of_message,
    warn_at,
    winning_policy,
)
from agentconsole.domain.values import AuthorKind, Channel, ClockKind, ClockState, Priority, Status, Team, Tier

TOKYO = ZoneInfo("Asia/Tokyo")
MINUTE, HOUR = 60, 3600
FIRST, RESOLUTION = ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION
OFFICE = Calendar("office", "Office", "Asia/Tokyo", (Version(date.min, week({"mon-fri": ["09:00-18:00"]})),))
TICKET = Situation(Channel.MAIL, Priority.NORMAL, Tier.FIRST, None, "ja", Status.OPEN)


def policy(identifier: str = "p", **targets: int) -> Policy:
    kinds = {ClockKind(kind): seconds for kind, seconds in (targets or {"first_response": 2 * HOUR}).items()}
    return Policy(identifier, identifier, dict.fromkeys(Priority, kinds))


@dataclass(frozen=True)
class Book:
    policies: tuple[Policy, ...]
    version: int = 1

    def calendar_of(self, channel: Channel) -> Calendar:
        return EVERY_HOUR if channel is Channel.CHAT else OFFICE

    def calendar(self, calendar_id: str) -> Calendar | None:
        return OFFICE if calendar_id == "office" else None


def jst(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=TOKYO)


def created(at: str, situation: Situation = TICKET) -> Signal:
    return Signal(jst(at), SignalKind.CREATED, situation)


def clock(book: Book, *signals: Signal, now: str = "30T00:00", kind: ClockKind = FIRST) -> Clock:
    return next(each for each in derive(signals, book, now=jst(now)) if each.kind is kind)


# --- conditions and the reason


@pytest.mark.parametrize(
    ("asks", "has", "wrong"),
    [
        ({"channels": frozenset({Channel.PHONE})}, {"channel": Channel.PHONE}, {"channel": Channel.FORM}),
        ({"priorities": frozenset({Priority.HIGH})}, {"priority": Priority.HIGH}, {"priority": None}),
        ({"priorities": frozenset({Priority.NORMAL})}, {"priority": None}, {"priority": Priority.LOW}),
        ({"tiers": frozenset({Tier.SECOND})}, {"tier": Tier.SECOND}, {"tier": Tier.FIRST}),
        ({"teams": frozenset({Team.TAX})}, {"team": Team.TAX}, {"team": None}),
        ({"languages": frozenset({"zh"})}, {"language": "zh-Hant"}, {"language": None}),
        ({"languages": frozenset({"zh-Hans"})}, {"language": "zh-Hans"}, {"language": "zh"}),
        ({"customer_classes": frozenset({"VIP"})}, {"customer_class": "vip"}, {"customer_class": None}),
        ({"customer_classes": frozenset({"vip", "pro"})}, {"customer_class": "Pro"}, {"customer_class": "retail"}),
        ({"desks": frozenset({"minamo"})}, {"desk": "minamo"}, {"desk": None}),
    ],
)
def test_a_policy_asks_for_what_it_names(
    asks: dict[str, frozenset[str]], has: dict[str, object], wrong: dict[str, object]
) -> None:
    asking = replace(policy(), **asks)  # type: ignore[arg-type]
    assert asking.matches(replace(TICKET, **has))  # type: ignore[arg-type]
    assert not asking.matches(replace(TICKET, **wrong))  # type: ignore[arg-type]


def test_the_reason_names_what_matched_and_what_did_not() -> None:
    security = replace(policy("security"), priorities=frozenset({Priority.URGENT}))
    tax = replace(policy("tax"), tiers=frozenset({Tier.SPECIALIST}), teams=frozenset({Team.TAX}))
    vip = replace(policy("vip"), channels=frozenset({Channel.MAIL}), customer_classes=frozenset({"VIP"}))
    book = Book((security, tax, vip, policy("rest")))
    chosen = chosen_policy(replace(TICKET, customer_class="VIP"), book)
    assert chosen is not None
    assert chosen[0] is vip
    assert chosen[1] == Reason(
        matched=(("channel", "mail"), ("customer_class", "vip")),
        passed_over=(("security", "priority", "normal"), ("tax", "tier", "1")),
    )
    rest = chosen_policy(replace(TICKET, team=Team.TAX, tier=Tier.SPECIALIST, language=None), Book((vip, policy())))
    assert rest is not None
    assert rest[1] == Reason((), (("vip", "customer_class", ""),))
    assert chosen_policy(TICKET, Book((security,))) is None


def test_the_clock_keeps_the_reason_the_version_and_the_priority() -> None:
    chat = replace(policy("chat"), channels=frozenset({Channel.CHAT}))
    made = clock(Book((chat, policy("rest")), version=7), created("20T10:00"), now="20T10:00")
    assert (made.policy_id, made.policy_version, made.priority_applied) == ("rest", 7, Priority.NORMAL)
    assert made.reason == Reason((), (("chat", "channel", "mail"),))


def test_the_first_match_holds_whatever_comes_after() -> None:
    wide, narrow = policy("wide"), replace(policy("narrow"), priorities=frozenset({Priority.NORMAL}))
    won = winning_policy(TICKET, Book((wide, narrow)))
    assert won is wide


# --- grace


GRACE = replace(policy("p", first_response=2 * HOUR, next_response=HOUR, resolution=8 * HOUR), grace={FIRST: HOUR})


@pytest.mark.parametrize(
    ("at", "grace", "due"),
    [
        ("20T10:00", 0, "20T12:00"),
        ("20T17:59:59", 0, "23T10:59:59"),
        ("20T18:00", HOUR, "23T12:00"),  # the close is outside
        ("21T11:00", HOUR, "23T12:00"),
        ("23T08:59:59", HOUR, "23T12:00"),
        ("23T09:00", 0, "23T11:00"),
    ],
)
def test_who_comes_outside_of_hours_waits_longer_by_the_grace(at: str, grace: int, due: str) -> None:
    made = clock(Book((GRACE,)), created(at), now=at)
    assert (made.grace_seconds, made.target_seconds, made.due_at) == (grace, 2 * HOUR + grace, jst(due))
    assert sum(step.seconds_counted for step in explain(made, Book((GRACE,)), jst(at)).steps) == 2 * HOUR + grace
    assert clock(Book((GRACE,)), created(at), now=at, kind=RESOLUTION).grace_seconds == 0, "for its own kind only"


def test_grace_of_a_policy_that_counts_every_hour_looks_at_the_channel() -> None:
    book = Book((replace(GRACE, hours="calendar"),))
    assert clock(book, created("21T11:00"), now="21T11:00").due_at == jst("21T14:00")
    assert clock(book, created("20T11:00"), now="20T11:00").due_at == jst("20T13:00")
    chat = created("21T11:00", replace(TICKET, channel=Channel.CHAT))
    assert clock(book, chat, now="21T11:00").due_at == jst("21T13:00"), "the chat is open"


def test_grace_goes_by_the_clocks_own_start_when_it_is_aimed_anew() -> None:
    fast = replace(policy("fast", first_response=HOUR), priorities=frozenset({Priority.HIGH}), grace={FIRST: 600})
    book = Book((fast, GRACE))
    raised = Signal(jst("23T09:30"), SignalKind.CONDITIONS, replace(TICKET, priority=Priority.HIGH))
    made = clock(book, created("21T11:00"), raised, now="23T09:30")
    assert (made.grace_seconds, made.due_at) == (600, jst("23T10:10"))
    late = clock(book, created("23T09:10"), raised, now="23T09:30")
    assert (late.grace_seconds, late.due_at) == (0, jst("23T10:10"))


# --- warnings


@pytest.mark.parametrize(
    ("warn", "target", "lead"),
    [
        (Warn(seconds=900), 3600, 900),
        (Warn(seconds=900), 600, 600),
        (Warn(percent=80), 3600, 720),
        (Warn(percent=80), 7, 1),
        (Warn(percent=99), 60, 0),
        (Warn(), 3600, 0),
    ],
)
def test_the_lead_of_a_warning(warn: Warn, target: int, lead: int) -> None:
    assert warn.lead(target) == lead


@pytest.mark.parametrize(
    ("at", "warn", "expected"),
    [
        ("20T10:00", Warn(seconds=30 * MINUTE), "20T11:30"),
        ("20T10:00", Warn(percent=75), "20T11:30"),
        ("20T17:00", Warn(seconds=30 * MINUTE), "23T09:30"),
        ("20T17:00", Warn(seconds=HOUR), "23T09:00"),  # not Friday's close: nobody is there any more
        ("20T17:00", Warn(seconds=90 * MINUTE), "20T17:30"),
        ("20T10:00", Warn(seconds=5 * HOUR), "20T10:00"),  # never before there was a ticket
        ("21T10:00", Warn(seconds=2 * HOUR), "23T09:00"),
    ],
)
def test_s14_s15_a_warning_is_counted_in_open_time(at: str, warn: Warn, expected: str) -> None:
    book = Book((replace(policy(), warn={FIRST: warn}),))
    assert warn_at(clock(book, created(at), now=at), OFFICE) == jst(expected)


def test_a_warning_knows_pauses() -> None:
    book = Book((replace(policy("p", resolution=4 * HOUR), warn={RESOLUTION: Warn(seconds=2 * HOUR)}),))
    paused = Signal(jst("20T11:30"), SignalKind.STATUS, TICKET, Status.PENDING)
    resumed = Signal(jst("20T15:00"), SignalKind.STATUS, TICKET, Status.OPEN)
    made = clock(book, created("20T10:00"), paused, resumed, now="20T15:00", kind=RESOLUTION)
    assert made.due_at == jst("20T17:30")
    assert warn_at(made, OFFICE) == jst("20T15:30")
    early = replace(made, warn_seconds=3 * HOUR)
    assert warn_at(early, OFFICE) == jst("20T11:00"), "before the pause"
    held = clock(book, created("20T10:00"), paused, now="20T12:00", kind=RESOLUTION)
    assert warn_at(held, OFFICE) is None
    assert warn_at(replace(made, warn_seconds=0), OFFICE) is None


def test_s15_a_warning_at_night_comes_before_the_close_only_if_so_wanted() -> None:
    night = replace(policy("p", first_response=8 * HOUR), hours="calendar", warn={FIRST: Warn(seconds=HOUR)})
    made = clock(Book((night,)), created("20T15:00"), now="20T15:00")
    assert warn_at(made, EVERY_HOUR) == jst("20T22:00")
    assert warn_at(made, EVERY_HOUR, OFFICE) == jst("20T17:59:59")
    late = clock(Book((night,)), created("20T19:00"), now="20T19:00")
    assert warn_at(late, EVERY_HOUR, OFFICE) == late.due_at, "closed from its start to its deadline"
    dawn = clock(Book((night,)), created("23T03:00"), now="23T03:00")
    assert warn_at(dawn, EVERY_HOUR, OFFICE) == jst("23T10:00")


@given(st.integers(0, 20_000), st.integers(60, 40 * HOUR), st.integers(1, 50 * HOUR))
def test_a_warning_lies_between_start_and_deadline_with_its_lead_left(minute: int, target: int, lead: int) -> None:
    start = jst("02T00:00") + timedelta(minutes=minute)
    book = Book((replace(policy("p", first_response=target), warn={FIRST: Warn(seconds=lead)}),))
    made = derive([Signal(start, SignalKind.CREATED, TICKET)], book, now=start)[0]
    warning = warn_at(made, OFFICE)
    assert warning is not None
    assert made.due_at is not None
    assert start <= warning <= made.due_at
    assert OFFICE.within(warning, made.due_at) == min(lead, target)
    assert OFFICE.in_hours(warning)


# --- what counts as an answer


CALLS = AnswerRule(Counts.REPLY, frozenset({AuthorKind.AGENT}), frozenset({Channel.PHONE}), public=False)


def test_s06_a_desk_may_say_that_the_note_on_a_call_is_the_answer() -> None:
    def kind(channel: Channel, answers: tuple[AnswerRule, ...] = (CALLS,), automatic: bool = False) -> object:
        return signal_of_message(AuthorKind.AGENT, public=False, automatic=automatic, channel=channel, answers=answers)

    assert kind(Channel.PHONE) is SignalKind.AGENT_REPLY
    assert kind(Channel.MAIL) is None
    assert kind(Channel.PHONE, ()) is None
    assert kind(Channel.PHONE, (AnswerRule(Counts.NOTHING), CALLS)) is None, "the first that matches"
    assert kind(Channel.PHONE, (replace(CALLS, automatic=False),), automatic=True) is None
    assert kind(Channel.PHONE, (AnswerRule(Counts.QUESTION, automatic=True),), automatic=True) is (
        SignalKind.CUSTOMER_MESSAGE
    )


def test_s06_a_desk_may_count_its_bot() -> None:
    bot = AnswerRule(Counts.REPLY, frozenset({AuthorKind.BOT}), frozenset({Channel.CHAT}))
    found = signal_of_message(AuthorKind.BOT, public=True, automatic=True, channel=Channel.CHAT, answers=(bot,))
    assert found is SignalKind.AGENT_REPLY
    assert signal_of_message(AuthorKind.BOT, public=True, automatic=True, answers=(bot,)) is None, "no channel known"


# --- why it was cancelled


@pytest.mark.parametrize("reason", [CancelReason.MERGED, CancelReason.SPAM, CancelReason.DELETED, None])
def test_s07_a_cancelled_clock_says_why(reason: CancelReason | None) -> None:
    book = Book((policy("p", first_response=HOUR, resolution=HOUR),))
    told = [created("20T10:00"), Signal(jst("20T10:10"), SignalKind.CANCELLED, TICKET, reason=reason)]
    clocks = derive(told, book, now=jst("25T00:00"))
    assert [(each.state, each.cancel_reason) for each in clocks] == [(ClockState.CANCELLED, reason)] * 2


def test_the_end_of_the_ticket_and_of_the_promise_are_reasons() -> None:
    book = Book((replace(policy("p", first_response=HOUR, resolution=HOUR), priorities=frozenset({Priority.NORMAL})),))
    solved = Signal(jst("20T10:10"), SignalKind.STATUS, TICKET, Status.SOLVED)
    ended = derive([created("20T10:00"), solved], book, now=jst("20T12:00"))
    assert [each.cancel_reason for each in ended] == [CancelReason.ENDED, None]
    low = Signal(jst("20T10:10"), SignalKind.CONDITIONS, replace(TICKET, priority=Priority.LOW))
    dropped = derive([created("20T10:00"), low], book, now=jst("20T12:00"))
    assert {each.cancel_reason for each in dropped} == {CancelReason.NO_PROMISE}
    again = advance(dropped, Signal(jst("20T12:00"), SignalKind.CONDITIONS, TICKET), book)
    revived = next(each for each in again if each.kind is RESOLUTION)
    assert (revived.state, revived.cancel_reason, revived.due_at) == (ClockState.RUNNING, None, jst("20T12:50"))


# --- the one function underneath


def test_a_deadline_with_and_without_pauses() -> None:
    start = jst("20T10:00")
    assert deadline(OFFICE, start, 2 * HOUR) == jst("20T12:00")
    assert deadline(OFFICE, start, 2 * HOUR, [(jst("20T11:00"), jst("23T09:30"))]) == jst("23T10:30")
    assert deadline(OFFICE, start, 2 * HOUR, [(jst("20T11:00"), None)]) is None
    assert deadline(OFFICE, start, HOUR, [(jst("20T11:00"), None)]) == jst("20T11:00"), "used up before"
    with pytest.raises(ValueError, match="naive"):
        deadline(OFFICE, datetime(2026, 11, 20), HOUR)  # noqa: DTZ001
