from __future__ import annotations

import itertools
import os
import pickle
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentconsole.domain.calendar import (
    ALWAYS,
    NEVER,
    Calendar,
    Closure,
    Opening,
    Period,
    PeriodKind,
    Version,
    Window,
    always_open,
    national_holidays,
    week,
    weekdays,
)

TOKYO = ZoneInfo("Asia/Tokyo")
ZONES = (
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Cairo",
    "Asia/Tokyo",
)
OFFICE = {"mon-fri": ["09:00-18:00"]}
HOUR = 3600


def calendar(
    hours: dict[str, list[str]],
    zone: str = "Asia/Tokyo",
    *,
    holidays: str | None = None,
    closures: tuple[Closure, ...] = (),
    openings: tuple[Opening, ...] = (),
) -> Calendar:
    return Calendar("c", "C", zone, (Version(date.min, week(hours)),), holidays, closures, openings)


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


# --- words ---


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("09:00-17:00", 9 * HOUR, 17 * HOUR),
        ("9:30-12:00", 9 * HOUR + 1800, 12 * HOUR),
        ("22:00-06:00", 22 * HOUR, 30 * HOUR),
        ("00:00-24:00", 0, 24 * HOUR),
        ("22:00-24:00", 22 * HOUR, 24 * HOUR),
        ("09:00-23:59", 9 * HOUR, 24 * HOUR - 60),
        ("22:00-00:00", 22 * HOUR, 24 * HOUR),
    ],
)
def test_windows_are_read(text: str, start: int, end: int) -> None:
    assert Window.parse(text) == Window(start, end)


@pytest.mark.parametrize(
    "text", ["9-17", "25:00-26:00", "09:60-10:00", "09:00", "09:00-09:00", "24:00-06:00", "", "a-b"]
)
def test_bad_windows_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a|has no length"):
        Window.parse(text)


def test_weekdays_and_their_ranges() -> None:
    assert weekdays("mon-fri") == (0, 1, 2, 3, 4)
    assert weekdays("Sat-mon") == (5, 6, 0)
    assert weekdays("wed") == (2,)
    for wrong in ("", "monday", "mon-", "mon-xyz"):
        with pytest.raises(ValueError, match="weekday"):
            weekdays(wrong)


# --- adding and counting ---


@pytest.mark.parametrize(
    ("start", "seconds", "due"),
    [
        ("2026-11-20T17:30", 3600, "2026-11-23T09:30"),  # Friday evening, over the weekend
        ("2026-11-20T09:00", 9 * HOUR, "2026-11-20T18:00"),  # used up at the close: due at the close
        ("2026-11-20T09:00", 9 * HOUR + 1, "2026-11-23T09:00:01"),
        ("2026-11-20T18:00", 1, "2026-11-23T09:00:01"),  # at the close it is closed
        ("2026-11-21T12:00", 0, "2026-11-23T09:00"),  # nothing at a closed time: the next opening
        ("2026-11-20T18:00", 0, "2026-11-23T09:00"),
        ("2026-11-20T12:00", 0, "2026-11-20T12:00"),
        ("2026-11-20T17:59:59", 1, "2026-11-20T18:00"),
    ],
)
def test_after(start: str, seconds: int, due: str) -> None:
    assert calendar(OFFICE).after(jst(start), seconds) == jst(due)


@pytest.mark.parametrize(
    ("end", "seconds", "start"),
    [
        ("2026-11-23T09:30", 3600, "2026-11-20T17:30"),
        ("2026-11-20T18:00", 9 * HOUR, "2026-11-20T09:00"),  # begins at the opening, not at the close before
        ("2026-11-22T12:00", 0, "2026-11-20T18:00"),
        ("2026-11-20T18:00", 0, "2026-11-20T18:00"),
        ("2026-11-20T12:00", 0, "2026-11-20T12:00"),
    ],
)
def test_before(end: str, seconds: int, start: str) -> None:
    assert calendar(OFFICE).before(jst(end), seconds) == jst(start)


def test_results_are_utc_and_input_may_be_any_zone() -> None:
    due = calendar(OFFICE).after(datetime(2026, 11, 20, 0, 0, tzinfo=UTC), HOUR)
    assert due == datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    assert due is not None
    assert due.tzinfo is UTC


def test_fractions_of_a_second_are_dropped() -> None:
    at = jst("2026-11-20T10:00:00") + timedelta(microseconds=900_000)
    assert calendar(OFFICE).after(at, 60) == jst("2026-11-20T10:01:00")
    assert calendar(OFFICE).within(at, jst("2026-11-20T10:01:00")) == 60


def test_naive_datetimes_and_negative_spans_are_refused() -> None:
    naive = datetime(2026, 11, 20, 10, 0)  # noqa: DTZ001
    aware = jst("2026-11-20T10:00")
    for each in (calendar(OFFICE), always_open()):
        calls: list[Callable[[], object]] = [
            partial(each.after, naive, 1),
            partial(each.before, naive, 1),
            partial(each.within, naive, aware),
            partial(each.within, aware, naive),
            partial(each.in_hours, naive),
            partial(each.next_opening, naive),
            partial(each.periods, aware, naive),
            partial(each.after, aware, -1),
            partial(each.before, aware, -1),
        ]
        for call in calls:
            with pytest.raises(ValueError, match=r"naive|negative"):
                call()


def test_hours_are_half_open() -> None:
    office = calendar(OFFICE)
    assert office.in_hours(jst("2026-11-20T09:00"))
    assert office.in_hours(jst("2026-11-20T17:59:59"))
    assert not office.in_hours(jst("2026-11-20T18:00"))
    assert not office.in_hours(jst("2026-11-20T08:59:59"))


def test_next_opening() -> None:
    office = calendar(OFFICE)
    assert office.next_opening(jst("2026-11-20T12:00")) == jst("2026-11-20T12:00")
    assert office.next_opening(jst("2026-11-20T18:00")) == jst("2026-11-23T09:00")
    assert calendar({}).next_opening(jst("2026-11-20T12:00")) is None


def test_always_open_needs_no_table() -> None:
    every = always_open()
    at = jst("2026-11-20T12:00")
    assert every.always_open
    assert every.after(at, 100) == at + timedelta(seconds=100)
    assert every.before(at, 100) == at - timedelta(seconds=100)
    assert every.within(at, at + timedelta(days=400)) == 400 * 86_400
    assert every.periods(at, at + timedelta(days=2)) == (Period(at, at + timedelta(days=2), PeriodKind.OPEN),)
    assert every.after(at, 10**12) is None


def test_the_fast_way_and_the_table_agree_on_24_hours() -> None:
    """An opening changes nothing on an open day, and a closure far away forces the table."""
    table = calendar(
        {"mon-sun": ["00:00-24:00"]}, "America/Santiago", closures=(Closure(date(1990, 1, 1), date(1990, 1, 1)),)
    )
    assert not table.always_open
    at = datetime(2026, 3, 1, tzinfo=UTC)
    for days in (1, 40, 400):
        assert table.after(at, days * 86_400) == at + timedelta(days=days)
        assert table.within(at, at + timedelta(days=days)) == days * 86_400


# --- versions, holidays, closures, openings ---


def test_a_version_holds_from_its_date_on() -> None:
    chat = Calendar(
        "c", "C", "Asia/Tokyo", (Version(date(2026, 4, 1), ALWAYS), Version(date(2024, 1, 1), week(OFFICE)))
    )
    assert not chat.in_hours(jst("2026-03-31T23:59:59"))
    assert chat.in_hours(jst("2026-04-01T00:00"))
    assert chat.within(jst("2026-03-31T00:00"), jst("2026-04-02T00:00")) == 9 * HOUR + 24 * HOUR
    assert chat.in_hours(jst("2020-01-06T10:00")), "the earliest version reaches back"


def test_two_versions_from_one_date_are_refused() -> None:
    with pytest.raises(ValueError, match="two versions"):
        Calendar("c", "C", "Asia/Tokyo", (Version(date.min, ALWAYS), Version(date.min, NEVER)))


def test_a_night_window_belongs_to_the_version_of_its_evening() -> None:
    night = Calendar(
        "c",
        "C",
        "Asia/Tokyo",
        (Version(date.min, week({"mon-sun": ["22:00-06:00"]})), Version(date(2026, 4, 1), NEVER)),
    )
    assert night.in_hours(jst("2026-04-01T05:59:59"))
    assert not night.in_hours(jst("2026-04-01T22:00"))


def test_a_holiday_closes_the_civil_day_whoever_works_at_night() -> None:
    """Written as one window over midnight or as two, the hours are the same."""
    one = calendar({"mon-sun": ["22:00-06:00"]}, holidays="JP")
    two = calendar({"mon-sun": ["22:00-24:00", "00:00-06:00"]}, holidays="JP")
    begin, end = jst("2026-11-21T12:00"), jst("2026-11-25T12:00")  # Monday the 23rd is a holiday
    assert one.periods(begin, end) == two.periods(begin, end)
    assert not one.in_hours(jst("2026-11-23T05:00"))
    assert not one.in_hours(jst("2026-11-23T23:00"))
    assert one.in_hours(jst("2026-11-22T23:00"))
    assert one.in_hours(jst("2026-11-24T05:00"))


def test_an_opening_beats_a_holiday_and_a_day_off_but_not_a_closed_hour() -> None:
    extra = tuple(Opening(date(2026, 11, day), (Window.parse("10:00-15:00"),)) for day in (21, 23, 24))
    closed = (
        Closure(date(2026, 11, 24), date(2026, 11, 24), "inventory"),
        Closure(date(2026, 11, 21), date(2026, 11, 24), "drill", Window.parse("12:00-13:00")),
    )
    office = calendar(OFFICE, holidays="JP", closures=closed, openings=extra)
    for day in (21, 23, 24):
        assert office.within(jst(f"2026-11-{day}T00:00"), jst(f"2026-11-{day}T23:59")) == 4 * HOUR
    assert office.within(jst("2026-11-22T00:00"), jst("2026-11-22T23:59")) == 0


def test_national_holidays_have_names_in_their_own_language_wherever_we_run(monkeypatch: pytest.MonkeyPatch) -> None:
    for locale in ("en_US.UTF-8", "de_DE.UTF-8"):
        monkeypatch.setenv("LANGUAGE", locale)
        monkeypatch.setenv("LANG", locale)
        national_holidays.cache_clear()
        assert national_holidays("JP", 2026)[date(2026, 5, 6)] == "振替休日"
        assert national_holidays("JP", 2026)[date(2026, 9, 22)] == "国民の休日"
    with pytest.raises(ValueError, match="XX"):
        national_holidays("XX", 2026)


def test_periods_name_what_is_closed() -> None:
    office = calendar(OFFICE, holidays="JP", closures=(Closure(date(2026, 11, 24), date(2026, 11, 25), "棚卸"),))
    found = office.periods(jst("2026-11-20T17:00"), jst("2026-11-26T10:00"))
    assert [(each.start.astimezone(TOKYO).strftime("%d %H:%M"), each.kind, each.name) for each in found] == [
        ("20 17:00", "open", ""),
        ("20 18:00", "closed", ""),
        ("23 00:00", "holiday", "勤労感謝の日"),
        ("24 00:00", "closure", "棚卸"),
        ("26 00:00", "closed", ""),
        ("26 09:00", "open", ""),
    ]


def test_an_empty_span_has_no_periods() -> None:
    at = jst("2026-11-20T17:00")
    assert calendar(OFFICE).periods(at, at) == ()
    assert calendar(OFFICE).within(at, at - timedelta(days=1)) == 0


# --- clock changes ---


@pytest.mark.parametrize(
    ("zone", "day", "window", "hours"),
    [
        ("America/New_York", "2026-03-08", "00:00-24:00", 23),
        ("America/New_York", "2026-11-01", "00:00-24:00", 25),
        ("America/New_York", "2026-03-08", "02:30-04:00", 1),  # 02:30 is skipped: opens at the change, 03:00
        ("America/New_York", "2026-03-08", "02:10-02:50", 0),  # skipped as a whole
        ("America/New_York", "2026-11-01", "01:30-03:00", 2.5),  # 01:30 comes twice: opens at the first
        ("America/New_York", "2026-11-01", "00:00-01:30", 1.5),  # closes at the first
        ("America/Santiago", "2026-09-06", "00:00-24:00", 23),  # midnight is skipped
        ("America/Santiago", "2026-04-04", "00:00-24:00", 25),  # 23:00-24:00 comes twice
        ("Africa/Cairo", "2026-04-24", "00:00-24:00", 23),
        ("Africa/Cairo", "2026-10-29", "00:00-24:00", 25),
        ("Australia/Lord_Howe", "2026-04-05", "00:00-24:00", 24.5),
        ("Australia/Lord_Howe", "2026-10-04", "00:00-24:00", 23.5),
        ("Pacific/Apia", "2011-12-30", "00:00-24:00", 0),  # a day that never was
        ("Europe/London", "2026-03-29", "22:00-06:00", 8),
        ("Europe/London", "2026-03-28", "22:00-06:00", 7),
    ],
)
def test_windows_are_written_on_the_wall_and_measured_in_elapsed_time(
    zone: str, day: str, window: str, hours: float
) -> None:
    on = date.fromisoformat(day)
    once = Calendar("c", "C", zone, (), openings=(Opening(on, (Window.parse(window),)),))
    noon = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    assert once.within(noon - timedelta(days=4), noon + timedelta(days=4)) == hours * HOUR


def test_days_that_touch_leave_no_hole_in_any_year() -> None:
    for zone in ZONES:
        full = calendar({"mon-sun": ["00:00-24:00"]}, zone, closures=(Closure(date(1990, 1, 1), date(1990, 1, 1)),))
        begin, end = datetime(2000, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
        assert full.within(begin, end) == (end - begin) // timedelta(seconds=1), zone


# --- the ends of time ---


def test_an_empty_calendar_terminates() -> None:
    at = jst("2026-11-20T12:00")
    for empty in (calendar({}), Calendar("c", "C", "Asia/Tokyo", ())):
        assert empty.after(at, 1) is None
        assert empty.after(at, 0) is None
        assert empty.before(at, 1) is None
        assert empty.before(at, 0) is None
        assert empty.within(at, at + timedelta(days=4000)) == 0
        assert not empty.in_hours(at)
        assert [each.kind for each in empty.periods(at, at + timedelta(days=3))] == [PeriodKind.CLOSED]


def test_a_calendar_that_is_given_up_or_begins_late_terminates() -> None:
    at = jst("2026-11-20T12:00")
    over = Calendar("c", "C", "Asia/Tokyo", (Version(date.min, week(OFFICE)), Version(date(2027, 1, 1), NEVER)))
    assert over.after(at, 10**8) is None
    assert over.after(at, 60) == at + timedelta(seconds=60)
    assert over.before(jst("2040-01-01T00:00"), 60) == jst("2026-12-31T17:59")
    late = Calendar("c", "C", "Asia/Tokyo", (), openings=(Opening(date(2060, 1, 1), (Window(0, 60),)),))
    assert late.next_opening(at) == jst("2060-01-01T00:00")
    assert late.after(at, 61) is None
    assert late.before(at, 1) is None
    shut = calendar(OFFICE, closures=(Closure(date(2026, 1, 1), date.max, "gone"),))
    assert shut.after(at, 1) is None


def test_a_gap_of_years_is_no_end() -> None:
    rebuilt = calendar(OFFICE, closures=(Closure(date(2026, 1, 1), date(2036, 12, 31), "fire"),))
    assert rebuilt.after(jst("2025-12-31T17:00"), 2 * HOUR) == jst("2037-01-01T10:00")
    assert rebuilt.before(jst("2037-01-01T10:00"), 2 * HOUR) == jst("2025-12-31T17:00")


def test_instants_at_the_ends_of_the_calendar_do_not_raise() -> None:
    office = calendar(OFFICE)
    for at in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        assert (office.after(at, HOUR) or at) >= at
        assert (office.before(at, HOUR) or at) <= at
        assert not office.in_hours(at)


# --- one calendar, many threads; values ---


def test_a_calendar_may_be_shared_by_threads() -> None:
    office = calendar(OFFICE, holidays="JP")
    begins = [jst(f"{year}-11-20T17:30") for year in range(2010, 2040)]
    alone = calendar(OFFICE, holidays="JP")
    expected = [alone.after(at, 40 * HOUR) for at in begins]
    wrong: list[datetime] = []

    def work(order: int) -> None:
        for at, due in list(zip(begins, expected, strict=True))[:: 1 if order % 2 else -1]:
            if office.after(at, 40 * HOUR) != due:
                wrong.append(at)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_calendars_are_values() -> None:
    one, two = calendar(OFFICE, holidays="JP"), calendar(OFFICE, holidays="JP")
    one.after(jst("2026-11-20T17:30"), HOUR)
    assert one == two
    assert hash(one) == hash(two)
    assert pickle.loads(pickle.dumps(one)) == two


# --- properties ---

hours_of_day = st.integers(0, 95).map(lambda quarter: quarter * 900)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    start = draw(hours_of_day)
    return Window(start, start + draw(st.integers(1, 96)) * 900)


weeks = st.lists(st.lists(windows(), max_size=2).map(tuple), min_size=7, max_size=7).map(tuple)
dates = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@st.composite
def closures(draw: st.DrawFn) -> Closure:
    first = draw(dates)
    return Closure(first, first + timedelta(days=draw(st.integers(0, 10))), "x", draw(st.none() | windows()))


openings = st.builds(Opening, dates, st.lists(windows(), min_size=1, max_size=2).map(tuple))
calendars = st.builds(
    Calendar,
    st.just("c"),
    st.just("C"),
    st.sampled_from(ZONES),
    st.lists(st.builds(Version, dates, weeks), max_size=2, unique_by=lambda version: version.valid_from).map(tuple),
    st.sampled_from([None, "JP", "US"]),
    st.lists(closures(), max_size=3).map(tuple),
    st.lists(openings, max_size=3).map(tuple),
)
instants = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda at: at.replace(microsecond=0)
)
spans = st.integers(0, 60 * 86_400)


@given(calendars, instants, st.integers(1, 60 * 86_400))
@settings(deadline=None)
def test_adding_is_the_inverse_of_counting(each: Calendar, at: datetime, seconds: int) -> None:
    due = each.after(at, seconds)
    if due is not None:
        assert due > at
        assert each.within(at, due) == seconds
        assert each.within(at, due - timedelta(seconds=1)) == seconds - 1, "the earliest such instant"
    begin = each.before(at, seconds)
    if begin is not None:
        assert each.within(begin, at) == seconds
        assert each.within(begin + timedelta(seconds=1), at) == seconds - 1, "the latest such instant"


@given(calendars, instants, instants, instants)
@settings(deadline=None)
def test_counting_is_additive(each: Calendar, one: datetime, two: datetime, three: datetime) -> None:
    low, middle, high = sorted((one, two, three))
    assert each.within(low, middle) + each.within(middle, high) == each.within(low, high)


@given(calendars, instants, st.integers(1, 86_400 * 9), st.integers(1, 86_400 * 9))
@settings(deadline=None)
def test_adding_in_two_steps_is_adding_at_once(each: Calendar, at: datetime, first: int, second: int) -> None:
    half = each.after(at, first)
    assert (each.after(half, second) if half else None) == each.after(at, first + second)


@given(calendars, instants, spans, spans)
@settings(deadline=None)
def test_longer_is_never_earlier(each: Calendar, at: datetime, one: int, two: int) -> None:
    short, long = (each.after(at, seconds) for seconds in sorted((one, two)))
    assert long is None or (short is not None and short <= long)


@given(calendars, closures(), openings, instants, spans)
@settings(deadline=None)
def test_more_closed_time_is_never_earlier_and_more_open_time_never_later(
    each: Calendar, closure: Closure, opening: Opening, at: datetime, seconds: int
) -> None:
    closed = Calendar("c", "C", each.zone, each.versions, each.holidays, (*each.closures, closure), each.openings)
    opened = Calendar("c", "C", each.zone, each.versions, each.holidays, each.closures, (*each.openings, opening))
    due, later, sooner = each.after(at, seconds), closed.after(at, seconds), opened.after(at, seconds)
    assert later is None or (due is not None and due <= later)
    assert due is None or (sooner is not None and sooner <= due)


@given(calendars, instants, st.integers(1, 40 * 86_400))
@settings(deadline=None)
def test_periods_cover_the_span_and_agree_with_the_count(each: Calendar, at: datetime, seconds: int) -> None:
    end = at + timedelta(seconds=seconds)
    found = each.periods(at, end)
    assert found[0].start == at
    assert found[-1].end == end
    assert all(one.end == two.start for one, two in itertools.pairwise(found))
    assert all(period.start < period.end for period in found)
    opened = [period for period in found if period.kind is PeriodKind.OPEN]
    assert sum((period.end - period.start) // timedelta(seconds=1) for period in opened) == each.within(at, end)
    assert all(each.in_hours(period.start) == (period.kind is PeriodKind.OPEN) for period in found)


@given(st.sampled_from(ZONES), instants)
@settings(deadline=None)
def test_a_wall_clock_agrees(zone: str, at: datetime) -> None:
    """Edges far from every change of clocks: then open is what the wall says."""
    each = calendar({"mon-thu": ["09:00-12:00", "13:00-17:30"], "fri-sat": ["20:00-05:00"]}, zone)
    local = at.astimezone(ZoneInfo(zone))
    wall = local.hour * 60 + local.minute
    by_day = local.weekday() < 4 and (540 <= wall < 720 or 780 <= wall < 1050)
    by_night = (local.weekday() in (4, 5) and wall >= 1200) or (local.weekday() in (5, 6) and wall < 300)
    assert each.in_hours(at) == (by_day or by_night)


@given(calendars, instants, spans)
@settings(deadline=None, max_examples=25)
def test_the_zone_of_the_host_does_not_matter(each: Calendar, at: datetime, seconds: int) -> None:
    before = os.environ.get("TZ")
    answers = []
    try:
        for zone in ("Asia/Tokyo", "America/Los_Angeles", "UTC"):
            os.environ["TZ"] = zone
            time.tzset()
            fresh = Calendar("c", "C", each.zone, each.versions, each.holidays, each.closures, each.openings)
            answers.append((fresh.after(at, seconds), fresh.within(at, at + timedelta(days=9))))
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()
    assert len(set(answers)) == 1
