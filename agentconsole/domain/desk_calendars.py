"""The calendars of a desk file: weekly hours and their versions, closures, extra openings, national holidays."""

from __future__ import annotations

from datetime import date

from agentconsole.domain.calendar import Calendar
from agentconsole.domain.desk_table import identifier, time_zone, unique
from agentconsole.domain.errors import Phrase
from agentconsole.domain.hours import NEVER, Closure, Opening, Version, Week, Window, weekdays
from agentconsole.domain.intervals import DAY
from agentconsole.domain.national_holidays import check_country
from agentconsole.domain.policies import EVERY_HOUR
from agentconsole.domain.toml_table import Table


def read_calendars(root: Table, zone: str) -> dict[str, Calendar]:
    """By id; `zone` is that of calendars which name none."""
    tables = root.tables("calendars", needed=True)
    read = [(table, _calendar(table, zone)) for table in tables]
    unique(((table, calendar.id) for table, calendar in read), "id")
    if root.has("calendars") and not tables:
        root.wrong("calendars", Phrase("at least one calendar is needed"))
    return {calendar.id: calendar for _, calendar in read}


def _calendar(table: Table, zone: str) -> Calendar:
    key = identifier(table, "id")
    if key == EVERY_HOUR.id:
        table.wrong(
            "id", Phrase("{key} is what policies in calendar time call their calendar; take another", key=repr(key))
        )
    calendar = Calendar(
        id=key,
        name=table.text("name", key),
        zone=time_zone(table, zone),
        versions=_versions(table),
        holidays=_country(table),
        closures=tuple(_closure(each) for each in table.tables("closures")),
        openings=tuple(_opening(each) for each in table.tables("openings")),
    )
    table.close()
    return calendar


def _country(table: Table) -> str | None:
    code = table.text("holidays")
    if not code:
        return None
    return table.read("holidays", code, check_country)


def _versions(table: Table) -> tuple[Version, ...]:
    """The one week of `hours`, or the dated ones of `[[versions]]`."""
    dated = table.tables("versions")
    if table.has("hours") == bool(dated):
        table.wrong("hours" if dated else "", Phrase("a calendar has either hours or versions with hours"))
    if not dated:
        return (Version(date.min, _week(table)),)
    versions = []
    for each in dated:
        start = each.date("from", needed=True) or date.min
        versions.append(Version(start, _week(each)))
        each.close()
    unique(((each, str(version.valid_from)) for each, version in zip(dated, versions, strict=True)), "from")
    return tuple({version.valid_from: version for version in versions}.values())


def _week(table: Table) -> Week:
    hours = table.table("hours", needed=table.path[-2:-1] == ("versions",))
    days: list[list[Window]] = [[] for _ in NEVER]
    for key in hours.names():
        windows = _windows(hours, key)
        for day in hours.read(key, key, weekdays) or ():
            days[day].extend(windows)
            if _overlaps(days):
                elsewhere = Phrase("windows overlap those of another line")
                hours.wrong(key, elsewhere if len(windows) == 1 else Phrase("windows overlap"))
                days[day] = days[day][: -len(windows)]
                break
    return tuple(tuple(sorted(windows)) for windows in days)


def _windows(table: Table, key: str) -> tuple[Window, ...]:
    read = (table.read(key, text, Window.parse) for text in table.texts(key))
    return tuple(window for window in read if window)


def _overlaps(days: list[list[Window]]) -> bool:
    """Whether two windows of a week share a second, the night from Sunday to Monday included."""
    spans = sorted(
        (day * DAY + each.start, day * DAY + each.end) for day, windows in enumerate(days) for each in windows
    )
    following = [*spans[1:], *((start + 7 * DAY, end + 7 * DAY) for start, end in spans[:1])]
    return any(after[0] < before[1] for before, after in zip(spans, following, strict=True))


def _closure(table: Table) -> Closure:
    """Of one `date` or of the dates `from` to `to`, all day or at `hours`."""
    if table.has("date") == table.has("from"):
        table.wrong("", Phrase("a closure has either a date, or from and to"))
    one, start, stop = table.date("date"), table.date("from"), table.date("to", needed=table.has("from"))
    first = one or start or date.min
    last = one or stop or first
    if last < first:
        table.wrong("to", Phrase("ends before it begins"))
    hours = table.text("hours")
    window = table.read("hours", hours, Window.parse) if hours else None
    name = table.text("name")
    table.close()
    return Closure(first, last, name, window)


def _opening(table: Table) -> Opening:
    opening = Opening(table.date("date", needed=True) or date.min, _windows(table, "hours"), table.text("name"))
    if not opening.windows:
        table.wrong("hours" if table.has("hours") else "", Phrase("an opening needs hours"))
    table.close()
    return opening
