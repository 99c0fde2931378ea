"""One test or more for each class of bug that users of other helpdesks reported on their SLA clocks (S1 to S24)."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agentconsole.domain.calendar import (
    NEVER,
    Calendar,
    Closure,
    Opening,
    PeriodKind,
    Version,
    Window,
    national_holidays,
    week,
)
from agentconsole.domain.sla import (
    Clock,
    Clocks,
    Policy,
    Signal,
    SignalKind,
    Situation,
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
ORDINARY = Situation(Channel.MAIL, Priority.NORMAL, Tier.FIRST, None, "ja", Status.NEW)


def hours(windows: dict[str, list[str]], zone: str = "Asia/Tokyo", **rest: object) -> Calendar:
    return Calendar("office", "Office", zone, (Version(date.min, week(windows)),), **rest)  # type: ignore[arg-type]


OFFICE = hours({"mon-fri": ["09:00-18:00"]})


@dataclass(frozen=True)
class Book:
    policies: tuple[Policy, ...]
    office: Calendar = OFFICE
    version: int = 1

    def calendar_of(self, channel: Channel) -> Calendar:
        return self.office

    def calendar(self, calendar_id: str) -> Calendar | None:
        return self.office if calendar_id == self.office.id else None


def policy(identifier: str = "p", name: str = "P", **targets: int) -> Policy:
    """The same targets for each priority, in seconds by kind."""
    kinds = {ClockKind(kind): seconds for kind, seconds in targets.items()}
    return Policy(identifier, name, dict.fromkeys(Priority, kinds))


def jst(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=TOKYO)


def signal(
    at: str, kind: SignalKind, status: Status = Status.OPEN, priority: Priority | None = Priority.NORMAL
) -> Signal:
    return Signal(jst(at), kind, replace(ORDINARY, status=status, priority=priority))


def created(at: str, status: Status = Status.NEW, priority: Priority | None = Priority.NORMAL) -> Signal:
    return signal(at, SignalKind.CREATED, status, priority)


def customer(at: str) -> Signal:
    return signal(at, SignalKind.CUSTOMER_MESSAGE)


def reply(at: str) -> Signal:
    return signal(at, SignalKind.AGENT_REPLY)


def status(at: str, new: Status, priority: Priority | None = Priority.NORMAL) -> Signal:
    return signal(at, SignalKind.STATUS, new, priority)


def only(clocks: Clocks, kind: ClockKind, instance: int = 1) -> Clock:
    return next(each for each in clocks if each.kind is kind and each.instance == instance)


def live(clocks: Clocks) -> list[ClockKind]:
    return [each.kind for each in clocks if each.is_live]


# --- pauses and changes ---


def test_s01_a_pause_is_cut_out_of_open_time_not_of_calendar_time() -> None:
    book = Book((policy(resolution=9 * HOUR),))
    told = [created("11-20T10:00"), status("11-20T17:30", Status.PENDING), status("11-23T09:30", Status.OPEN)]
    without = derive(told[:1], book, now=jst("11-20T10:00"))[0]
    paused = derive(told, book, now=jst("11-23T09:30"))[0]
    assert without.due_at == jst("11-23T10:00")
    assert paused.due_at == jst("11-23T11:00"), "30 minutes on Friday and 30 on Monday, not 64 hours"


def test_s01_sixty_pauses_of_59_seconds_all_count() -> None:
    book = Book((policy(resolution=4 * HOUR),))
    told = [created("11-20T10:00")]
    for minute in range(60):
        told += [status(f"11-20T10:{minute:02}:00", Status.PENDING), status(f"11-20T10:{minute:02}:59", Status.OPEN)]
    clock = derive(told, book, now=jst("11-20T11:00"))[0]
    assert clock.due_at == jst("11-20T14:00") + timedelta(seconds=60 * 59)


def test_s02_a_change_of_priority_keeps_the_pause() -> None:
    fast = replace(policy("fast", resolution=6 * HOUR), priorities=frozenset({Priority.HIGH}))
    book = Book((fast, policy("slow", resolution=20 * HOUR)))
    told = [
        created("11-16T16:00"),
        status("11-16T17:00", Status.PENDING),
        status("11-18T17:00", Status.OPEN),
        signal("11-18T17:30", SignalKind.CONDITIONS, priority=Priority.HIGH),
    ]
    clock = derive(told, book, now=jst("11-18T17:30"))[0]
    assert (clock.policy_id, clock.priority_applied, clock.target_seconds) == ("fast", Priority.HIGH, 6 * HOUR)
    assert clock.due_at == jst("11-19T13:00"), "1 h before the pause, 1 h after it, 4 h on the next day"


def test_s02_verdicts_already_given_never_change() -> None:
    fast = replace(policy("fast", first_response=60, resolution=HOUR), priorities=frozenset({Priority.URGENT}))
    book = Book((fast, policy("slow", first_response=2 * HOUR, resolution=3 * HOUR)))
    told = [created("11-20T09:00"), reply("11-20T10:00")]
    before = derive(told, book, now=jst("11-20T13:00"))
    told.append(signal("11-20T13:00", SignalKind.CONDITIONS, priority=Priority.URGENT))
    assert only(before, FIRST).state is ClockState.FULFILLED
    assert only(before, RESOLUTION).breached_at == jst("11-20T12:00")
    assert derive(told, book, now=jst("11-20T14:00")) == before


def test_s02_a_shorter_target_already_used_up_is_missed_at_its_own_deadline() -> None:
    fast = replace(policy("fast", resolution=HOUR), priorities=frozenset({Priority.URGENT}))
    book = Book((fast, policy("slow", resolution=8 * HOUR)))
    raised = signal("11-20T13:00", SignalKind.CONDITIONS, priority=Priority.URGENT)
    clock = derive([created("11-20T09:00"), raised], book, now=jst("11-20T13:00"))[0]
    assert (clock.state, clock.due_at, clock.breached_at) == (
        ClockState.BREACHED,
        jst("11-20T10:00"),
        jst("11-20T10:00"),
    )
    paused = [created("11-20T09:00"), status("11-20T11:00", Status.PENDING)]
    raised = signal("11-20T13:00", SignalKind.CONDITIONS, Status.PENDING, Priority.URGENT)
    clock = derive([*paused, raised], book, now=jst("11-20T13:00"))[0]
    assert (clock.state, clock.breached_at) == (ClockState.BREACHED, jst("11-20T10:00")), "used up before the pause"


@pytest.mark.parametrize("writes", [True, False])
def test_s03_reopening_goes_on_with_what_was_left(writes: bool) -> None:
    book = Book((policy(first_response=HOUR, next_response=HOUR, resolution=9 * HOUR),))
    told = [created("11-16T09:00"), reply("11-16T09:30"), status("11-16T15:00", Status.SOLVED)]
    told += [status("11-19T10:00", Status.OPEN), *([customer("11-19T10:00")] if writes else [])]
    opened = derive(told, book, now=jst("11-19T10:00"))
    assert only(opened, RESOLUTION).due_at == jst("11-19T13:00"), "6 of 9 h were used"
    assert only(opened, RESOLUTION).state is ClockState.RUNNING
    assert live(opened) == ([RESOLUTION, NEXT] if writes else [RESOLUTION])
    told += [status("11-19T11:00", Status.SOLVED), status("11-24T09:00", Status.OPEN)]
    again = only(derive(told, book, now=jst("11-24T09:00")), RESOLUTION)
    assert (again.state, again.due_at, again.instance) == (ClockState.RUNNING, jst("11-24T11:00"), 1)
    late = only(derive(told, book, now=jst("11-24T12:00")), RESOLUTION)
    assert late.state is ClockState.BREACHED, "and it can still be missed"


def test_s03_a_message_of_the_customer_that_reopens_starts_a_clock_in_any_order() -> None:
    book = Book((policy(first_response=HOUR, next_response=HOUR),))
    told = [created("11-16T09:00"), reply("11-16T09:30"), status("11-16T10:00", Status.SOLVED)]
    for last in ([customer("11-16T11:00"), status("11-16T11:00", Status.OPEN)], [customer("11-16T11:00")]):
        assert only(derive([*told, *last], book, now=jst("11-16T11:00")), NEXT).due_at == jst("11-16T12:00")


def test_s03_thanks_after_the_end_start_nothing() -> None:
    book = Book((policy(first_response=HOUR, next_response=HOUR, resolution=HOUR),))
    told = [created("11-16T09:00"), reply("11-16T09:10"), status("11-16T09:20", Status.SOLVED)]
    told.append(signal("11-16T09:30", SignalKind.CUSTOMER_MESSAGE, Status.SOLVED))
    assert live(derive(told, book, now=jst("11-16T09:40"))) == []


def test_s04_the_clock_starts_at_the_first_unanswered_message() -> None:
    book = Book((policy(first_response=HOUR, next_response=2 * HOUR),))
    told = [created("11-20T09:00"), customer("11-20T09:00"), reply("11-20T09:30")]
    told += [customer("11-20T10:00"), customer("11-20T11:00")]
    waiting = derive(told, book, now=jst("11-20T11:30"))
    assert [(each.kind, each.started_at) for each in waiting] == [
        (FIRST, jst("11-20T09:00")),
        (NEXT, jst("11-20T10:00")),
    ]
    answered = derive([*told, reply("11-20T11:30")], book, now=jst("11-20T17:00"))
    assert (only(answered, NEXT).state, only(answered, NEXT).breached_at) == (ClockState.FULFILLED, None)
    assert next_due(answered) is None
    third = derive([*told, reply("11-20T11:30"), customer("11-20T14:00")], book, now=jst("11-20T14:00"))
    assert only(third, NEXT, 2).due_at == jst("11-20T16:00")


def test_s05_the_update_clock_hides_no_other() -> None:
    book = Book((policy(first_response=HOUR, next_response=HOUR, update=2 * HOUR, resolution=8 * HOUR),))
    told = [created("11-20T09:00"), reply("11-20T09:30"), customer("11-20T11:00"), reply("11-20T11:10")]
    seen = [next_due(derive(told[:count], book, now=told[count - 1].at)) for count in range(1, 5)]
    assert seen == [
        (jst("11-20T10:00"), FIRST),
        (jst("11-20T11:30"), UPDATE),
        (jst("11-20T11:30"), UPDATE),
        (jst("11-20T13:10"), UPDATE),
    ]
    waiting = derive([*told, customer("11-20T11:20")], book, now=jst("11-20T11:20"))
    assert next_due(waiting) == (jst("11-20T12:20"), NEXT)


@pytest.mark.parametrize(
    ("author", "public", "automatic", "counts"),
    [
        (AuthorKind.AGENT, True, False, SignalKind.AGENT_REPLY),
        (AuthorKind.AGENT, False, False, None),  # a note
        (AuthorKind.AGENT, True, True, None),  # an out-of-office answer, a trigger that writes in an agent's name
        (AuthorKind.AGENT, False, True, None),
        (AuthorKind.BOT, True, False, None),
        (AuthorKind.BOT, True, True, None),
        (AuthorKind.SYSTEM, True, False, None),
        (AuthorKind.SYSTEM, False, True, None),
        (AuthorKind.CUSTOMER, True, False, SignalKind.CUSTOMER_MESSAGE),
        (AuthorKind.CUSTOMER, False, False, SignalKind.CUSTOMER_MESSAGE),  # filed as internal by the source
        (AuthorKind.CUSTOMER, True, True, None),  # the customer's out-of-office answer
    ],
)
@pytest.mark.parametrize("channel", Channel)
def test_s06_what_counts_as_a_reply(
    author: AuthorKind, public: bool, automatic: bool, counts: SignalKind | None, channel: Channel
) -> None:
    kind = signal_of_message(author, public=public, automatic=automatic)
    assert kind is counts
    book = Book((policy(first_response=HOUR),))
    clocks = advance((), created("11-20T09:00"), book)
    if kind:
        clocks = advance(clocks, Signal(jst("11-20T09:10"), kind, replace(ORDINARY, channel=channel)), book)
    assert (only(clocks, FIRST).state is ClockState.FULFILLED) == (kind is SignalKind.AGENT_REPLY)


@pytest.mark.parametrize("end", [Status.SOLVED, Status.CLOSED, None])
@pytest.mark.parametrize("paused", [True, False])
@pytest.mark.parametrize("answered", [True, False])
def test_s07_every_end_leaves_no_live_deadline(end: Status | None, paused: bool, answered: bool) -> None:
    book = Book((policy(first_response=HOUR, next_response=HOUR, update=HOUR, resolution=HOUR),))
    told = [created("11-20T09:00"), *([reply("11-20T09:10"), customer("11-20T09:20")] if answered else [])]
    told += [status("11-20T09:30", Status.PENDING)] if paused else []
    told.append(status("11-20T09:40", end) if end else signal("11-20T09:40", SignalKind.CANCELLED, Status.CLOSED))
    clocks = derive(told, book, now=jst("12-20T09:40"))
    assert live(clocks) == []
    assert next_due(clocks) is None
    assert not any(each.breached_at for each in clocks)


def test_s08_a_policy_that_is_gone_leaves_no_stale_deadline() -> None:
    told = [created("11-20T09:00")]
    old = Book((policy("old", first_response=HOUR, resolution=8 * HOUR),))
    clocks = derive(told, old, now=jst("11-20T09:10"))
    applied = signal("11-20T09:20", SignalKind.CONDITIONS)
    assert next_due(advance(clocks, applied, Book(()))) is None
    other = advance(clocks, applied, Book((policy("new", first_response=2 * HOUR, resolution=4 * HOUR),), version=2))
    assert [(each.policy_id, each.policy_version) for each in other] == [("new", 2)] * 2
    assert next_due(other) == (jst("11-20T11:00"), FIRST)


# --- calendars ---


@pytest.mark.parametrize(
    ("window", "a_day"),
    [
        ("09:00-24:00", 15 * HOUR),
        ("00:00-24:00", 24 * HOUR),
        ("22:00-06:00", 8 * HOUR),
        ("00:00-00:01", 60),
        ("09:00-23:59", 15 * HOUR - 60),  # as written: a minute that is closed is closed
    ],
)
def test_s09_the_end_of_the_day(window: str, a_day: int) -> None:
    each = hours({"mon-sun": [window]})
    noon = jst("11-20T12:00")
    assert each.within(noon, noon + timedelta(days=10)) == 10 * a_day
    due = each.after(noon, 10 * a_day)
    assert due is not None
    assert due <= noon + timedelta(days=10) < (each.after(noon, 10 * a_day + 1) or noon)


ZONES = (
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Cairo",
    "Asia/Tokyo",
)


@pytest.mark.parametrize("zone", ZONES)
def test_s10_no_change_of_clocks_loses_or_doubles_a_second(zone: str) -> None:
    where = ZoneInfo(zone)
    each = hours({"mon-sun": ["00:30-02:30", "23:15-00:15", "08:00-12:00"]}, zone)
    at = datetime(2007, 1, 1, tzinfo=UTC)
    offset = at.astimezone(where).utcoffset()
    checked = 0
    while at.year < 2028:
        at += timedelta(days=1)
        if (now := at.astimezone(where).utcoffset()) != offset:
            offset, checked = now, checked + 1
            for begin in (at - timedelta(hours=40), at - timedelta(hours=20, minutes=7), at):
                for seconds in (1, 3599, 7 * HOUR, 30 * HOUR):
                    due = each.after(begin, seconds)
                    assert due is not None
                    assert each.within(begin, due) == seconds
    assert checked > 20 or zone == "Asia/Tokyo"


def test_s10_a_wall_deadline_keeps_its_hour_over_the_change() -> None:
    york = hours({"mon-fri": ["09:00-17:00"]}, "America/New_York")
    friday = datetime(2026, 3, 6, 16, 0, tzinfo=ZoneInfo("America/New_York"))
    assert york.after(friday, 2 * HOUR) == datetime(2026, 3, 9, 10, 0, tzinfo=ZoneInfo("America/New_York"))


def test_s10_on_the_very_day_of_the_change_the_desk_opens_by_its_wall_clock() -> None:
    where = ZoneInfo("America/New_York")
    york = hours({"mon-sun": ["01:30-03:30", "09:00-17:00"]}, "America/New_York")
    for day, night in ((datetime(2026, 3, 8, tzinfo=where), 1), (datetime(2026, 11, 1, tzinfo=where), 3)):
        assert york.next_opening(day.replace(hour=4)) == day.replace(hour=9)
        assert york.after(day.replace(hour=9), 8 * HOUR) == day.replace(hour=17)
        assert york.within(day, day.replace(hour=8)) == night * HOUR, (
            "an hour that is missing, an hour that is twice there"
        )


def test_s11_japanese_holidays_with_substitutes_and_citizens_days() -> None:
    named = national_holidays("JP", 2026)
    assert named[date(2026, 5, 6)] == "振替休日"
    assert named[date(2026, 9, 22)] == "国民の休日"
    office = hours({"mon-fri": ["09:00-18:00"]}, holidays="JP")
    assert office.after(jst("05-01T17:00"), 2 * HOUR) == jst("05-07T10:00"), "Golden Week"
    assert office.within(jst("11-23T00:00"), jst("11-24T00:00")) == 0
    assert office.within(jst("11-24T00:00"), jst("11-25T00:00")) == 9 * HOUR, "no day before or after it"


def test_s11_the_holiday_is_the_day_of_the_calendars_zone() -> None:
    office = hours({"mon-sun": ["00:00-24:00"]}, holidays="JP")
    begin, end = datetime(2026, 11, 22, 15, tzinfo=UTC), datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert [(each.start, each.end, each.kind) for each in office.periods(begin, end)] == [
        (begin, end, PeriodKind.HOLIDAY)
    ]
    assert office.in_hours(begin - timedelta(seconds=1))
    assert office.in_hours(end)


def test_s11_a_working_saturday_is_an_opening() -> None:
    shanghai = hours(
        {"mon-fri": ["09:00-18:00"]},
        "Asia/Shanghai",
        holidays="CN",
        openings=(Opening(date(2026, 10, 10), (Window.parse("09:00-18:00"),), "调休"),),
    )
    saturday = datetime(2026, 10, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert shanghai.within(saturday, saturday + timedelta(days=1)) == 9 * HOUR
    assert shanghai.within(saturday - timedelta(days=7), saturday - timedelta(days=6)) == 0


def test_s11_half_a_day_on_new_years_eve() -> None:
    eve = Closure(date(2026, 12, 31), date(2026, 12, 31), "大晦日", Window.parse("12:00-24:00"))
    office = hours({"mon-fri": ["09:00-18:00"]}, holidays="JP", closures=(eve,))
    assert office.within(jst("12-31T00:00"), jst("12-31T23:59")) == 3 * HOUR


def test_s12_a_lunch_break() -> None:
    office = hours({"mon-fri": ["09:00-12:00", "13:00-18:00"]})
    assert office.after(jst("11-20T12:30"), HOUR) == jst("11-20T14:00")
    assert office.after(jst("11-20T11:00"), HOUR) == jst("11-20T12:00")
    assert office.after(jst("11-20T11:00"), HOUR + 1) == jst("11-20T13:00:01")


def test_s13_business_hours_and_calendar_hours_differ() -> None:
    business = policy(first_response=HOUR)
    saturday = [created("11-21T10:00")]
    assert derive(saturday, Book((business,)), now=jst("11-21T10:00"))[0].due_at == jst("11-23T10:00")
    every = Book((replace(business, hours="calendar"),))
    assert derive(saturday, every, now=jst("11-21T10:00"))[0].due_at == jst("11-21T11:00")


@pytest.mark.parametrize(
    ("due", "warning"),
    [("11-20T15:00", "11-20T11:00"), ("11-20T11:00", "11-19T16:00"), ("11-23T10:00", "11-20T15:00")],
)
def test_s14_a_warning_four_hours_before_passes_nights_and_weekends(due: str, warning: str) -> None:
    assert OFFICE.before(jst(due), 4 * HOUR) == jst(warning)


def test_s15_a_warning_counted_in_open_time_lies_in_open_hours() -> None:
    for hour in range(200):
        due = OFFICE.after(jst("11-02T00:00"), 60 + hour * 1800)
        assert due is not None
        warning = OFFICE.before(due, 45 * 60)
        assert warning is not None
        assert OFFICE.in_hours(warning)


def test_s16_what_is_shown_is_what_is_stored_and_a_failed_clock_never_looks_paused() -> None:
    book = Book((policy(resolution=HOUR),))
    told = [created("11-20T09:00"), status("11-20T11:00", Status.PENDING)]
    clock = derive(told, book, now=jst("11-20T12:00"))[0]
    assert (clock.state, clock.due_at) == (ClockState.BREACHED, jst("11-20T10:00"))
    assert clock.is_paused
    assert next_due((clock,)) == (jst("11-20T10:00"), RESOLUTION)
    late = derive([*told, status("11-20T13:00", Status.SOLVED)], book, now=jst("11-20T14:00"))[0]
    assert (late.state, late.breached_at) == (ClockState.FULFILLED, jst("11-20T10:00")), "late is not hidden as met"
    for zone in ("Asia/Tokyo", "UTC", "America/Los_Angeles"):
        seen = derive(told, book, now=jst("11-20T12:00").astimezone(ZoneInfo(zone)))
        assert seen == (clock,)
        explained = explain(clock, book, jst("11-20T12:00").astimezone(ZoneInfo(zone)))
        assert explained.steps[-1].end == clock.due_at


@pytest.mark.parametrize(("second", "late"), [(-1, False), (0, True), (1, True)])
def test_s17_a_second_decides_and_the_deadline_itself_is_late(second: int, late: bool) -> None:
    book = Book((policy(first_response=HOUR),))
    clocks = derive([created("11-20T09:00")], book, now=jst("11-20T09:00"))
    at = jst("11-20T10:00") + timedelta(seconds=second)
    assert (settle(clocks, at)[0].breached_at is not None) == late
    answered = advance(clocks, Signal(at, SignalKind.AGENT_REPLY, ORDINARY), book)
    assert (answered[0].breached_at is not None) == late, "whether or not anybody looked at the clock before"


def test_s18_opened_and_solved_outside_of_hours_is_zero_and_met() -> None:
    book = Book((policy(first_response=HOUR, resolution=HOUR),))
    told = [created("11-20T20:00"), reply("11-20T21:00"), status("11-22T21:00", Status.SOLVED)]
    for clock in derive(told, book, now=jst("11-25T09:00")):
        assert (clock.state, clock.business_seconds, clock.breached_at) == (ClockState.FULFILLED, 0, None)


def test_s19_no_cap_on_age_length_or_number() -> None:
    book = Book((policy(resolution=3000 * HOUR, first_response=HOUR),))
    old = derive([created("01-05T09:00")], book, now=jst("01-05T09:00"))
    due = only(old, RESOLUTION).due_at
    assert due is not None
    assert OFFICE.within(jst("01-05T09:00"), due) == 3000 * HOUR
    assert due > jst("12-31T00:00") + timedelta(days=60)
    assert settle(old, jst("01-05T09:00") + timedelta(days=730))[0].breached_at == jst("01-05T10:00")
    many = tuple(replace(old[0], instance=number) for number in range(10_000))
    assert all(each.state is ClockState.BREACHED for each in settle(many, jst("01-06T09:00")))
    gap = hours({"mon-fri": ["09:00-18:00"]}, closures=(Closure(date(2026, 1, 6), date(2027, 6, 30), "rebuilding"),))
    assert gap.after(jst("01-05T17:00"), 2 * HOUR) == datetime(2027, 7, 1, 10, tzinfo=TOKYO)


def test_s20_a_new_edition_of_the_hours_leaves_the_past_alone() -> None:
    edited = Calendar(
        "office",
        "Office",
        "Asia/Tokyo",
        (*OFFICE.versions, Version(date(2026, 12, 1), week({"mon-sun": ["00:00-24:00"]}))),
    )
    for day in range(1, 27):
        at = jst(f"11-{day:02}T16:00")
        assert edited.within(at, jst("12-01T00:00")) == OFFICE.within(at, jst("12-01T00:00"))
        assert edited.after(at, 2 * HOUR) == OFFICE.after(at, 2 * HOUR)
    assert edited.after(jst("11-30T17:00"), 2 * HOUR) == jst("12-01T01:00")
    told = [created("11-20T09:00"), reply("11-20T10:30")]
    before = derive(told, Book((policy(first_response=HOUR, resolution=HOUR),)), now=jst("11-20T12:00"))
    closed = Book((policy(first_response=9 * HOUR, resolution=9 * HOUR),), replace(OFFICE, versions=()), version=2)
    assert advance(before, signal("11-20T13:00", SignalKind.CONDITIONS), closed) == before, "verdicts stay"


def test_s21_order_decides_not_the_name() -> None:
    one, two = policy("one", "zzz", first_response=HOUR), policy("two", "aaa", first_response=2 * HOUR)
    for name in ("zzz", "aaa", "000", ""):
        winner = winning_policy(ORDINARY, Book((replace(one, name=name), two)))
        assert winner is not None
        assert winner.id == "one"
    clock = derive([created("11-20T09:00")], Book((one, two)), now=jst("11-20T09:00"))[0]
    assert (clock.policy_id, clock.policy_name, clock.policy_version) == ("one", "zzz", 1), "and the clock says which"


def test_s22_more_days_off_never_make_a_deadline_earlier() -> None:
    chance = random.Random(22)
    days = [date(2026, 11, 1) + timedelta(days=number) for number in range(60)]
    chance.shuffle(days)
    for begin in (jst("11-02T09:00"), jst("11-06T17:59"), jst("11-08T03:00")):
        due = begin
        for count in range(0, 50, 5):
            off = tuple(Closure(day, day, "off") for day in days[:count])
            later = hours({"mon-fri": ["09:00-18:00"]}, closures=off).after(begin, 20 * HOUR)
            assert later is not None
            assert later >= due
            due = later


def test_s23_missing_data_has_declared_answers() -> None:
    book = Book((replace(policy(first_response=HOUR), default_priority=Priority.LOW),))
    clock = derive([created("11-20T09:00", priority=None)], book, now=jst("11-20T09:00"))[0]
    assert clock.priority_applied is Priority.LOW
    bare = Situation(Channel.OTHER, None, Tier.FIRST, None, None, Status.OPEN)
    assert winning_policy(bare, book) is not None


def test_s23_clocks_of_sources_differ_and_imports_come_in_any_order() -> None:
    book = Book((policy(first_response=HOUR, next_response=HOUR, resolution=8 * HOUR),))
    told = [
        customer("11-20T08:59:58"),  # dated just before the ticket that it opened
        created("11-20T09:00"),
        reply("11-20T09:30"),
        customer("11-20T10:00"),
        status("11-20T10:30", Status.PENDING),
        customer("11-20T11:00"),
        status("11-20T11:00", Status.OPEN),
        reply("11-20T11:30"),
        status("11-20T11:30", Status.SOLVED),
    ]
    expected = derive(told, book, now=jst("11-20T12:00"))
    assert [(each.kind, each.instance, each.state) for each in expected] == [
        (FIRST, 1, ClockState.FULFILLED),
        (RESOLUTION, 1, ClockState.FULFILLED),
        (NEXT, 1, ClockState.FULFILLED),
    ]
    chance = random.Random(23)
    for _ in range(200):
        mixed = told + chance.sample(told, k=3)
        chance.shuffle(mixed)
        assert derive(mixed, book, now=jst("11-20T12:00")) == expected


def test_s23_messages_without_a_creation_do_not_fail() -> None:
    book = Book((policy(first_response=HOUR, next_response=HOUR, resolution=HOUR),))
    clocks = derive([reply("11-20T09:00"), customer("11-20T10:00")], book, now=jst("11-20T10:30"))
    assert live(clocks) == [NEXT]


def test_s24_a_closure_inside_a_window_and_two_on_one_date() -> None:
    day = date(2026, 11, 20)
    two = (
        Closure(day, day, "drill", Window.parse("10:00-11:00")),
        Closure(day, day, "inventory", Window.parse("10:30-12:00")),
        Closure(day, day, "dinner", Window.parse("17:00-22:00")),
    )
    office = hours({"mon-fri": ["09:00-18:00"]}, closures=two)
    assert office.within(jst("11-20T00:00"), jst("11-21T00:00")) == 6 * HOUR
    found = office.periods(jst("11-20T09:00"), jst("11-21T00:00"))
    assert [(each.start.astimezone(TOKYO).strftime("%H:%M"), each.kind, each.name) for each in found] == [
        ("09:00", "open", ""),
        ("10:00", "closure", "drill"),
        ("11:00", "closure", "inventory"),
        ("12:00", "open", ""),
        ("17:00", "closure", "dinner"),
        ("22:00", "closed", ""),
    ]


def test_s24_a_part_closed_on_a_holiday_and_a_day_closed_twice() -> None:
    monday = date(2026, 11, 23)
    both = (Closure(monday, monday, "drill", Window.parse("10:00-11:00")), Closure(monday, monday, "inventory"))
    office = hours({"mon-fri": ["09:00-18:00"]}, holidays="JP", closures=both)
    assert office.after(jst("11-23T10:30"), HOUR) == jst("11-24T10:00")
    assert hours({}, closures=both).after(jst("11-23T10:30"), HOUR) is None
    assert (
        Calendar("office", "Office", "Asia/Tokyo", (Version(date.min, NEVER),)).within(
            jst("11-01T00:00"), jst("12-01T00:00")
        )
        == 0
    )
