"""The cases that other business-time libraries publish with themselves, as facts: our calendar gives the same answers.

Where it does not, the last test says so and why. Times are of the calendar's zone unless they name another offset.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from agentconsole.domain.calendar import Calendar, Closure, Opening, PeriodKind, Version, Window, week

HOUR, MINUTE = 3600, 60
DAY = 24 * HOUR
NINE_TO_FIVE = {"mon-fri": ["09:00-17:00"]}


@dataclass(frozen=True)
class Hours:
    """Opening hours as the library's own tests set them."""

    windows: dict[str, list[str]] = field(default_factory=lambda: NINE_TO_FIVE)
    zone: str = "UTC"
    holidays: str | None = None
    off: tuple[str, ...] = ()
    breaks: tuple[tuple[str, str], ...] = ()

    def calendar(self) -> Calendar:
        closed = [Closure(date.fromisoformat(day), date.fromisoformat(day)) for day in self.off]
        parts = [
            Closure(date.fromisoformat(day), date.fromisoformat(day), "", Window.parse(window))
            for day, window in self.breaks
        ]
        version = Version(date.min, week(self.windows))
        return Calendar("c", "C", self.zone, (version,), self.holidays, (*closed, *parts))

    def at(self, text: str) -> datetime:
        read = datetime.fromisoformat(text)
        return read if read.tzinfo else read.replace(tzinfo=ZoneInfo(self.zone))


UNEVEN = {
    "mon": ["09:00-17:00"], "tue": ["10:00-16:00"], "wed": ["09:00-17:00"], "thu": ["10:00-16:00"],
    "fri": ["09:00-17:00"], "sat": ["11:00-14:30"],
}  # fmt: skip
ROUND = {"mon": ["00:00-24:00"], "fri": ["00:00-24:00"], "sat": ["11:00-15:00"]}
SPARSE = {"mon": ["09:00-17:00"], "fri": ["09:00-17:00"], "sat": ["10:00-15:00"]}
SPLIT_MONDAY = {"mon": ["07:00-12:00", "13:00-18:00"]}
LUNCH = {"mon-fri": ["09:00-12:00", "13:00-18:00"]}

BIZ = Hours(UNEVEN)  # Ruby, zendesk/biz
BIZ_HOLIDAYS = Hours(UNEVEN, off=("2006-01-16", "2006-01-18"))
BIZ_SUNDAY = Hours({"sun": ["11:00-12:00"]}, "Africa/Abidjan")
RAILS = Hours()  # Ruby, bokmann/business_time
WORKING = Hours()  # Ruby, Intrepidd/working_hours
DELTA = Hours()  # Python, businesstimedelta
SEAT = Hours(holidays="US")  # Python, businesstime
US_TEN = Hours({"mon-fri": ["07:00-17:00"]}, holidays="US-CA")  # Python, business-duration


@pytest.mark.parametrize(
    ("hours", "start", "seconds", "end"),
    [
        (BIZ, "2006-01-02T11:00", 19 * HOUR, "2006-01-04T16:00"),
        (BIZ_SUNDAY, "2006-01-01T00:00", 2 * HOUR, "2006-01-08T12:00"),
        (RAILS, "2010-08-04T09:35", 8 * HOUR, "2010-08-05T09:35"),
        (RAILS, "2010-04-09T16:50", HOUR, "2010-04-12T09:50"),
        (RAILS, "2010-04-12T09:50", 3 * HOUR, "2010-04-12T12:50"),
        (Hours(off=("2010-07-05",)), "2010-07-02T16:50", HOUR, "2010-07-06T09:50"),
        (Hours(SPARSE), "2010-12-24T15:00", 9 * HOUR, "2010-12-27T11:00"),
        (Hours(SPARSE), "2010-12-24T08:00", 15 * HOUR, "2010-12-27T11:00"),
        (Hours(ROUND), "2010-12-24T15:00", 24 * HOUR, "2010-12-27T11:00"),
        (Hours(ROUND), "2010-12-25T08:00", 15 * HOUR, "2010-12-27T11:00"),
        (Hours({"fri": ["09:00-17:00"]}), "2010-12-24T08:00", 8 * HOUR, "2010-12-24T17:00"),
        (WORKING, "1991-11-15T14:00:42", 2 * HOUR, "1991-11-15T16:00:42"),
        (WORKING, "1991-11-15T16:30:42", 45 * MINUTE, "1991-11-18T09:15:42"),
        (WORKING, "1991-11-15T16:59:42", 120, "1991-11-18T09:01:42"),
        (Hours(zone="Asia/Tokyo"), "1991-11-15T07:00+00:00", 3 * HOUR, "1991-11-18T11:00"),
        (Hours(SPLIT_MONDAY), "1991-11-11T05:00", 6 * HOUR, "1991-11-11T14:00"),
        (Hours({"mon": ["00:00-24:00"]}), "2014-04-07T23:59:30", 60, "2014-04-14T00:00:30"),
        (DELTA, "2016-01-23T13:14", 2 * HOUR, "2016-01-25T11:00"),
        (DELTA, "2016-01-22T09:00", 8 * HOUR, "2016-01-22T17:00"),
        (DELTA, "2016-01-23T13:14", 12 * HOUR, "2016-01-26T13:00"),
        (Hours(LUNCH), "2016-01-18T09:00", 40 * HOUR, "2016-01-22T18:00"),
    ],
)
def test_adding(hours: Hours, start: str, seconds: int, end: str) -> None:
    assert hours.calendar().after(hours.at(start), seconds) == hours.at(end)


@pytest.mark.parametrize(
    ("hours", "end", "seconds", "start"),
    [
        (BIZ, "2006-01-04T16:00", 19 * HOUR, "2006-01-02T11:00"),
        (RAILS, "2010-08-04T09:35", 8 * HOUR, "2010-08-03T09:35"),
        (RAILS, "2010-04-12T09:50", HOUR, "2010-04-09T16:50"),
        (RAILS, "2010-04-26T09:00", HOUR, "2010-04-23T16:00"),
        (RAILS, "2010-04-25T12:06:56", HOUR, "2010-04-23T16:00"),  # the whole weekend is as Monday's opening
        (WORKING, "1991-11-18T14:00:42", 7 * HOUR, "1991-11-15T15:00:42"),
        (
            Hours({"mon": ["00:00-24:00"], "tue": ["08:00-18:00"]}),
            "2014-04-08T00:00:30",
            60,
            "2014-04-07T23:59:00",
        ),
        (DELTA, "2016-01-25T11:14", 2 * HOUR, "2016-01-25T09:14"),
        (DELTA, "2016-01-22T18:00", 8 * HOUR, "2016-01-22T09:00"),
        (DELTA, "2016-01-25T11:14", 8 * HOUR, "2016-01-22T11:14"),
        (Hours(LUNCH), "2016-01-25T09:00", 40 * HOUR, "2016-01-18T09:00"),
    ],
)
def test_taking_away(hours: Hours, end: str, seconds: int, start: str) -> None:
    assert hours.calendar().before(hours.at(end), seconds) == hours.at(start)


@pytest.mark.parametrize(
    ("hours", "start", "end", "seconds"),
    [
        (BIZ, "2006-01-08T00:00", "2006-01-01T00:00", 0),
        (BIZ, "2006-01-01T00:00", "2006-01-01T00:00", 0),
        (BIZ, "2006-01-01T00:00", "2006-01-08T00:00", 39 * HOUR + 30 * MINUTE),
        (BIZ_SUNDAY, "2006-01-01T11:30", "2006-01-08T11:30", HOUR),
        (Hours(SPARSE), "2010-12-24T15:00", "2010-12-27T11:00", 9 * HOUR),
        (Hours({"mon-wed": ["09:00-18:00"]}), "2012-05-28T11:04:26+03:00", "2012-05-29T17:56:45+03:00", 53_805),
        (Hours(ROUND), "2010-12-24T15:00", "2010-12-27T11:00", 24 * HOUR),
        (Hours({"mon-sun": ["00:00-24:00"]}), "2010-12-24T15:00", "2010-12-27T11:00", 68 * HOUR),
        (Hours({"mon-tue": ["08:00-20:00"]}), "2014-05-12T20:50", "2014-05-13T08:10", 10 * MINUTE),
        (WORKING, "2014-04-07T08:00", "2014-04-07T08:00", 0),
        (WORKING, "2014-04-11T20:00", "2014-04-14T05:00", 0),
        (WORKING, "2014-04-13T09:10:24.010", "2014-04-14T09:10:24.020", 624),
        (WORKING, "2014-04-07T10:00", "2014-04-07T15:00", 5 * HOUR),
        (WORKING, "2014-04-07T07:00", "2014-04-07T20:00", 8 * HOUR),
        (Hours({"mon": ["00:00-24:00"]}), "2014-04-06T12:00", "2016-04-06T12:00", 105 * DAY),
        (Hours(SPLIT_MONDAY), "2014-04-07T11:59", "2014-04-07T13:01", 2 * MINUTE),
        (Hours(SPLIT_MONDAY), "2014-04-07T11:00", "2014-04-14T13:00", 11 * HOUR),
        (WORKING, "2014-04-07T01:00-09:00", "2014-04-07T15:00-04:00", 7 * HOUR),
        (DELTA, "2016-01-21T10:00", "2016-01-21T10:00:05", 5),
        (DELTA, "2016-01-20T10:00", "2016-01-21T10:00:05", 8 * HOUR + 5),
        (DELTA, "2016-01-18T02:00", "2016-01-24T00:00", 40 * HOUR),
        (Hours({"mon-fri": ["23:00-01:00"]}), "2016-01-21T10:00", "2016-01-22T10:00", 2 * HOUR),
        (Hours(LUNCH), "2016-01-18T09:00", "2016-01-25T09:00", 40 * HOUR),
        (Hours(LUNCH, holidays="US-CA"), "2015-12-21T09:00", "2015-12-28T09:00", 32 * HOUR),
        (Hours(LUNCH, "America/Santiago"), "2016-01-18T09:00-08:00", "2016-01-18T18:00-08:00", 4 * HOUR),
        (SEAT, "2014-01-16T18:30", "2014-01-22T10:00", 17 * HOUR),  # over Martin Luther King's day
        (SEAT, "2015-02-23T17:00", "2015-02-24T14:20", 5 * HOUR + 20 * MINUTE),
        (SEAT, "2015-02-23T17:01", "2015-02-24T14:20", 5 * HOUR + 20 * MINUTE),
        (SEAT, "2014-01-12T12:00", "2014-01-17T19:30", 40 * HOUR),
        (SEAT, "2014-01-13T04:00", "2014-01-17T19:30", 40 * HOUR),
        (SEAT, "2014-01-30T12:15", "2014-01-31T19:30", 12 * HOUR + 45 * MINUTE),
        (SEAT, "2014-08-04T11:00", "2014-08-06T05:00", 14 * HOUR),
        (SEAT, "2014-08-04T01:00", "2014-08-04T05:00", 0),
        (SEAT, "2014-08-04T22:00", "2014-08-04T23:00", 0),
        (SEAT, "2014-01-10T16:15", "2014-01-12T12:30", 45 * MINUTE),
        (SEAT, "2014-01-09T16:15", "2014-01-12T12:30", 8 * HOUR + 45 * MINUTE),
        (SEAT, "2014-01-10T17:15", "2014-01-12T12:30", 0),
        (SEAT, "2014-01-02T09:12", "2014-01-03T09:10", 7 * HOUR + 58 * MINUTE),
        (SEAT, "2014-01-02T09:10", "2014-01-03T09:12", 8 * HOUR + 2 * MINUTE),
        (SEAT, "2014-01-02T09:10", "2014-01-02T09:12", 2 * MINUTE),
        (SEAT, "2014-01-04T09:10", "2014-01-04T09:12", 0),
        (SEAT, "2014-01-07T10:00", "2014-01-08T10:00", 8 * HOUR),
        (SEAT, "2014-01-07T09:00", "2014-01-08T09:00", 8 * HOUR),
        (SEAT, "2013-12-23T12:00", "2013-12-26T05:00", 13 * HOUR),
        (US_TEN, "2017-07-01T02:02", "2017-07-07T04:48", 30 * HOUR),
        (Hours({"mon-fri": ["00:00-24:00"]}), "2018-01-01T00:00", "2018-04-01T00:00", 65 * DAY),
        (Hours(), "2018-12-10T13:00", "2018-12-10T18:00", 4 * HOUR),  # Python, biztime
        (Hours(off=("2018-12-24", "2018-12-25")), "2018-12-09T08:00", "2018-12-15T08:00", 40 * HOUR),
        (Hours(off=("2018-12-24", "2018-12-25")), "2018-12-23T08:00", "2018-12-29T08:00", 24 * HOUR),
    ],
)
def test_counting(hours: Hours, start: str, end: str, seconds: int) -> None:
    assert hours.calendar().within(hours.at(start), hours.at(end)) == seconds


@pytest.mark.parametrize(
    ("hours", "at", "opening"),
    [
        (RAILS, "2010-04-26T04:30", "2010-04-26T09:00"),
        (RAILS, "2010-04-26T18:00", "2010-04-27T09:00"),
        (Hours(off=("2014-05-01",)), "2014-05-01T12:00", "2014-05-02T09:00"),
        (WORKING, "2014-06-01T12:00", "2014-06-02T09:00"),
        (WORKING, "2014-04-07T09:00", "2014-04-07T09:00"),
        (WORKING, "2014-04-07T16:59", "2014-04-07T16:59"),
        (WORKING, "2014-04-07T08:59", "2014-04-07T09:00"),
        (WORKING, "2014-04-07T17:00", "2014-04-08T09:00"),
        (Hours(SPLIT_MONDAY), "2014-04-07T12:00", "2014-04-07T13:00"),
        (Hours(SPLIT_MONDAY), "2014-04-07T12:59", "2014-04-07T13:00"),
        (WORKING, "2014-04-07T00:00-09:00", "2014-04-07T09:00"),
        (WORKING, "2014-04-07T22:00+02:00", "2014-04-08T09:00"),
        (DELTA, "2016-01-23T13:14", "2016-01-25T09:00"),
        (DELTA, "2016-01-25T03:00", "2016-01-25T09:00"),
        (Hours(LUNCH), "2016-01-25T12:30", "2016-01-25T13:00"),
    ],
)
def test_the_next_opening(hours: Hours, at: str, opening: str) -> None:
    assert hours.calendar().next_opening(hours.at(at)) == hours.at(opening)


@pytest.mark.parametrize(
    ("hours", "at", "close"),
    [
        (Hours(off=("2014-05-01",)), "2014-05-01T12:00", "2014-04-30T17:00"),
        (WORKING, "2014-06-01T12:00", "2014-05-30T17:00"),
        (WORKING, "2014-04-07T09:01", "2014-04-07T09:01"),
        (WORKING, "2014-04-07T17:00", "2014-04-07T17:00"),
        (WORKING, "2014-04-07T17:01", "2014-04-07T17:00"),
        (WORKING, "2014-04-08T09:00", "2014-04-07T17:00"),
        (Hours(SPLIT_MONDAY), "2014-04-07T13:00", "2014-04-07T12:00"),
        (Hours(SPLIT_MONDAY), "2014-04-07T12:01", "2014-04-07T12:00"),
        (WORKING, "2014-04-07T22:00+02:00", "2014-04-07T17:00"),
    ],
)
def test_the_last_close(hours: Hours, at: str, close: str) -> None:
    assert hours.calendar().before(hours.at(at), 0) == hours.at(close)


@pytest.mark.parametrize(
    ("hours", "at", "is_open"),
    [
        (BIZ, "2006-01-01T09:00", False),
        (BIZ, "2006-01-02T09:00", True),
        (BIZ, "2006-01-02T12:00", True),
        (Hours(off=("2014-05-01",)), "2014-05-01T12:00", False),
        (WORKING, "2014-06-01T12:00", False),
        (WORKING, "2014-04-07T16:59", True),
        (WORKING, "2014-04-07T17:00", False),
        (Hours(SPLIT_MONDAY), "2014-04-07T12:00", False),
        (Hours(SPLIT_MONDAY), "2014-04-07T13:00", True),
        (Hours(zone="Asia/Tokyo"), "2014-04-07T00:00+00:00", True),
        (SEAT, "2014-01-15T12:00", True),
        (SEAT, "2014-01-15T00:00", False),
        (SEAT, "2014-01-18T11:00", False),
        (SEAT, "2014-01-20T11:46:43", False),
    ],
)
def test_in_hours(hours: Hours, at: str, is_open: bool) -> None:
    assert hours.calendar().in_hours(hours.at(at)) is is_open


def opened(hours: Hours, begin: str, end: str) -> list[str]:
    """The open periods of a span as `dd HH:MM-HH:MM`."""
    zone = ZoneInfo(hours.zone)
    found = hours.calendar().periods(hours.at(begin), hours.at(end))
    spans = [(each.start.astimezone(zone), each.end.astimezone(zone)) for each in found if each.kind is PeriodKind.OPEN]
    return [f"{start:%d %H:%M}-{stop:%H:%M}" for start, stop in spans]


def broken(*breaks: tuple[str, str], windows: dict[str, list[str]] = UNEVEN) -> Hours:
    return Hours(windows, breaks=tuple((f"2006-01-{day}", window) for day, window in breaks))


@pytest.mark.parametrize(
    ("hours", "begin", "end", "spans"),
    [
        (
            BIZ,
            "2006-01-01",
            "2006-01-08",
            [
                "02 09:00-17:00",
                "03 10:00-16:00",
                "04 09:00-17:00",
                "05 10:00-16:00",
                "06 09:00-17:00",
                "07 11:00-14:30",
            ],
        ),
        (BIZ, "2006-01-02T12:00", "2006-01-03", ["02 12:00-17:00"]),
        (BIZ, "2006-01-02", "2006-01-02T12:00", ["02 09:00-12:00"]),
        (BIZ_HOLIDAYS, "2006-01-14", "2006-01-20", ["14 11:00-14:30", "17 10:00-16:00", "19 10:00-16:00"]),
        (broken(("02", "08:00-10:00")), "2006-01-02", "2006-01-03", ["02 10:00-17:00"]),
        (broken(("02", "16:00-18:00")), "2006-01-02", "2006-01-03", ["02 09:00-16:00"]),
        (broken(("02", "08:00-18:00")), "2006-01-02", "2006-01-04", ["03 10:00-16:00"]),
        (broken(("02", "13:30-15:30")), "2006-01-02", "2006-01-03", ["02 09:00-13:30", "02 15:30-17:00"]),
        (
            broken(("02", "10:00-11:30"), ("02", "13:00-14:00")),
            "2006-01-02",
            "2006-01-03",
            ["02 09:00-10:00", "02 11:30-13:00", "02 14:00-17:00"],
        ),
        (
            broken(("02", "18:00-21:00"), windows={"mon": ["17:00-19:00", "20:00-22:00"]}),
            "2006-01-02",
            "2006-01-03",
            ["02 17:00-18:00", "02 21:00-22:00"],
        ),
        (
            broken(("02", "08:00-10:15"), ("02", "11:30-12:30"), ("03", "12:00-13:00"), ("03", "14:25-14:40")),
            "2006-01-02",
            "2006-01-04",
            ["02 10:15-11:30", "02 12:30-17:00", "03 10:00-12:00", "03 13:00-14:25", "03 14:40-16:00"],
        ),
        (
            Hours({"sat": ["06:00-18:00"]}, "America/Los_Angeles"),
            "2006-01-07T17:00",
            "2006-01-08",
            ["07 17:00-18:00"],
        ),
    ],
)
def test_periods(hours: Hours, begin: str, end: str, spans: list[str]) -> None:
    assert opened(hours, begin, end) == spans


def test_shifts_that_replace_the_hours_of_a_day() -> None:
    """zendesk/biz replaces a date's hours by a shift; here the date is closed in part and opened besides."""
    day = date(2006, 1, 2)
    shifted = Calendar(
        "c", "C", "UTC", (Version(date.min, week(UNEVEN)),), None,
        (Closure(day, day),), (Opening(day, (Window.parse("07:00-08:00"), Window.parse("20:00-22:00"))),),
    )  # fmt: skip
    begin = Hours().at("2006-01-02")
    assert shifted.within(begin, Hours().at("2006-01-03")) == 3 * HOUR
    assert shifted.after(begin, 2 * HOUR) == Hours().at("2006-01-02T21:00")


def test_where_we_differ_and_why() -> None:
    # zendesk/biz drops a window whose start a clock change skips (02:30-03:15 in a night without 02:00 to 03:00). Here
    # such an edge lies at the change, so that the fifteen minutes that do exist are open.
    night = Hours({"sun": ["02:30-03:15"], "mon": ["09:00-17:00"]}, "America/Los_Angeles")
    assert opened(night, "2006-04-02", "2006-04-04") == ["02 03:00-03:15", "03 09:00-17:00"]
    # Its first releases held the close of a window to be open; since then it is closed there, as here.
    assert not BIZ.calendar().in_hours(BIZ.at("2006-01-02T17:00"))
    # It refuses to add no time at all; here that asks for the next opening.
    assert BIZ.calendar().after(BIZ.at("2006-01-01T00:00"), 0) == BIZ.at("2006-01-02T09:00")
    # Intrepidd/working_hours counts backwards when the ends are swapped; here there is nothing between them.
    assert WORKING.calendar().within(WORKING.at("2014-04-07T15:00"), WORKING.at("2014-04-07T10:00")) == 0
    # It closes a day that ends at 24:00 a microsecond before; here a day ends where the next begins.
    assert Hours(ROUND).calendar().periods(Hours().at("2010-12-24"), Hours().at("2010-12-25"))[0].end == Hours().at(
        "2010-12-25"
    )
    # Its business days, and those of businesstime, are counted as days; here everything is counted in open seconds.
