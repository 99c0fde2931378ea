"""Desks as TOML: read with every problem named at once, and the desk that a store has before anybody wrote one.

Durations are counted time: `90s`, `30m`, `4h`, `2d` (48 h of it), or several in a row, `1h30m`.
Windows are `09:00-17:00`, `22:00-06:00` into the next day, `00:00-24:00`; weekdays `mon` ... `sun` and `mon-fri`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

from agentconsole.domain.calendar import (
    NEVER,
    Calendar,
    Closure,
    Opening,
    Version,
    Week,
    Window,
    national_holidays,
    weekdays,
)
from agentconsole.domain.desk import Desk, DeskField, Route, SourceMap, folded
from agentconsole.domain.errors import ConsoleError, nearest
from agentconsole.domain.intervals import DAY
from agentconsole.domain.promises import EVERY_HOUR, Policy, Targets
from agentconsole.domain.toml_table import Problems, Table
from agentconsole.domain.values import Channel, ClockKind, Priority, Status, Team, Tier

LONGEST_TARGET: Final = 3650 * DAY

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": DAY}
_DURATION: Final = re.compile(r"(?:[0-9]+[smhd])+")
_KEY: Final = re.compile(r"[a-z][a-z0-9_-]*")


class DeskError(ConsoleError):
    """A desk file says things that cannot be; the message has a line `file:line: what` for each."""

    code = "desk"


def seconds_in(text: str) -> int:
    """The seconds of a duration like `30m`, `1h30m` or `2d`.

    Raises:
        ValueError: not a duration, none at all, or more than ten years.
    """
    if not _DURATION.fullmatch(text):
        raise ValueError(f"{text!r} is not a duration like 90s, 30m, 4h or 2d")
    seconds = sum(int(count) * _UNITS[unit] for count, unit in re.findall(r"([0-9]+)([smhd])", text))
    if not 0 < seconds <= LONGEST_TARGET:
        raise ValueError(f"{text!r} is not between one second and ten years")
    return seconds


def load_desk(text: str, file: str) -> Desk:
    """The desk that a TOML text describes. `file` is what problems call it.

    Raises:
        DeskError: naming every problem with its line.
    """
    problems = Problems(text, file)
    root = Table(problems.parse(text), (), problems)
    desk = None if problems.lines() else _desk(root, text)
    if desk is None or problems.lines():
        found = problems.lines()
        raise DeskError("\n".join(found), f"{len(found)} to put right in {file}; nothing was applied")
    return desk


@lru_cache(maxsize=1)
def default_desk() -> Desk:
    """The desk `default`: Asia/Tokyo, open 24/365, first line only, every channel, the built-in policy."""
    return load_desk(_DEFAULT, "default")


def _desk(root: Table, text: str) -> Desk:
    zone = _zone(root, needed=True)
    calendars = _calendars(root, zone)
    languages = root.texts("languages", needed=True)
    tiers, teams = root.choices("tiers", Tier) or (Tier.FIRST,), root.choices("teams", Team)
    desk = Desk(
        key=_identifier(root, "key"),
        name=_words(root, "name", needed=True),
        url=root.text("url"),
        domains=root.texts("domains"),
        default_language=root.text("default_language", needed=True),
        languages=languages,
        zone=zone,
        version=root.value("version", int, "a whole number", 1),
        channels=_channels(root, calendars),
        calendars=calendars,
        tiers=tiers,
        teams=teams,
        policies=_policies(root),
        fields=_fields(root),
        sources=_sources(root, tiers, teams),
        source_text=text,
    )
    if languages and desk.default_language and desk.default_language not in languages:
        root.wrong("default_language", f"{desk.default_language!r} is none of the desk's languages")
    root.close()
    return desk


def _identifier(table: Table, key: str) -> str:
    value = table.text(key, needed=True)
    if value and not _KEY.fullmatch(value):
        table.wrong(key, f"{value!r} must be lower-case letters, digits, - and _")
    return value


def _unique(tables: Iterable[tuple[Table, str]], key: str) -> None:
    seen: set[str] = set()
    for table, value in tables:
        if value and value in seen:
            table.wrong(key, f"{value!r} is there already")
        seen.add(value)


def _zone(table: Table, default: str = "UTC", *, needed: bool = False) -> str:
    name = table.text("time_zone", default, needed=needed)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        table.wrong("time_zone", f"{name!r} is not an IANA time zone like Asia/Tokyo")
        return "UTC"
    return name


def _words(table: Table, key: str, *, needed: bool = False) -> Mapping[str, str]:
    """Texts by interface language."""
    words = table.table(key, needed=needed)
    found = {language: words.text(language) for language in ("ja", "en", "zh")}
    words.close()
    if needed and words.names() and not any(found.values()):
        table.wrong(key, "needs a text for ja or en")
    return {language: text for language, text in found.items() if text}


def _calendars(root: Table, zone: str) -> dict[str, Calendar]:
    tables = root.tables("calendars", needed=True)
    read = [(table, _calendar(table, zone)) for table in tables]
    _unique(((table, calendar.id) for table, calendar in read), "id")
    if root.has("calendars") and not tables:
        root.wrong("calendars", "at least one calendar is needed")
    return {calendar.id: calendar for _, calendar in read}


def _calendar(table: Table, zone: str) -> Calendar:
    identifier = _identifier(table, "id")
    if identifier == EVERY_HOUR.id:
        table.wrong("id", f"{identifier!r} is what policies in calendar time call their calendar; take another")
    calendar = Calendar(
        id=identifier,
        name=table.text("name", identifier),
        zone=_zone(table, zone),
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
    return code if table.read("holidays", code, lambda text: national_holidays(text, 2026)) is not None else None


def _versions(table: Table) -> tuple[Version, ...]:
    """The one week of `hours`, or the dated ones of `[[versions]]`."""
    dated = table.tables("versions")
    if table.has("hours") == bool(dated):
        table.wrong("hours" if dated else "", "a calendar has either hours or versions with hours")
    if not dated:
        return (Version(date.min, _week(table)),)
    versions = []
    for each in dated:
        start = each.date("from", needed=True) or date.min
        versions.append(Version(start, _week(each)))
        each.close()
    _unique(((each, str(version.valid_from)) for each, version in zip(dated, versions, strict=True)), "from")
    return tuple({version.valid_from: version for version in versions}.values())


def _week(table: Table) -> Week:
    hours = table.table("hours", needed=table.path[-2:-1] == ("versions",))
    days: list[list[Window]] = [[] for _ in NEVER]
    for key in hours.names():
        windows = _windows(hours, key)
        for day in hours.read(key, key, weekdays) or ():
            days[day].extend(windows)
            if _overlaps(days):
                hours.wrong(key, "windows overlap" + (" those of another line" if len(windows) == 1 else ""))
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
        table.wrong("", "a closure has either a date, or from and to")
    one, start, stop = table.date("date"), table.date("from"), table.date("to", needed=table.has("from"))
    first = one or start or date.min
    last = one or stop or first
    if last < first:
        table.wrong("to", "ends before it begins")
    hours = table.text("hours")
    window = table.read("hours", hours, Window.parse) if hours else None
    name = table.text("name")
    table.close()
    return Closure(first, last, name, window)


def _opening(table: Table) -> Opening:
    opening = Opening(table.date("date", needed=True) or date.min, _windows(table, "hours"), table.text("name"))
    if not opening.windows:
        table.wrong("hours" if table.has("hours") else "", "an opening needs hours")
    table.close()
    return opening


def _channels(root: Table, calendars: Mapping[str, Calendar]) -> dict[Channel, str]:
    table = root.table("channels", needed=True)
    found: dict[Channel, str] = {}
    for key in table.names():
        channel, calendar_id = table.member(key, key, Channel), table.text(key)
        if calendar_id and calendar_id not in calendars:
            close = nearest(calendar_id, calendars)
            table.wrong(key, f"there is no calendar {calendar_id!r}" + (f"; did you mean {close!r}?" if close else ""))
        if channel is not None:
            found[channel] = calendar_id
    return found


def _policies(root: Table) -> tuple[Policy, ...]:
    tables = root.tables("policies", needed=True)
    policies = [_policy(table) for table in tables]
    _unique(((table, policy.id) for table, policy in zip(tables, policies, strict=True)), "id")
    if root.has("policies") and not tables:
        root.wrong("policies", "at least one policy is needed")
    return tuple(policies)


def _policy(table: Table) -> Policy:
    identifier = _identifier(table, "id")
    policy = Policy(
        id=identifier,
        name=table.text("name", identifier),
        targets=_targets(table),
        channels=frozenset(table.choices("channels", Channel)),
        priorities=frozenset(table.choices("priorities", Priority)),
        tiers=frozenset(table.choices("tiers", Tier)),
        languages=frozenset(table.texts("languages")),
        hours=_hours(table),
        pauses=frozenset(table.choices("pauses", Status)) if table.has("pauses") else frozenset({Status.PENDING}),
        default_priority=table.choice("default_priority", Priority, Priority.NORMAL),
    )
    _check_targets(table, policy)
    table.close()
    return policy


def _hours(table: Table) -> Literal["business", "calendar"]:
    word = table.text("hours", "business")
    if word not in ("business", "calendar"):
        table.wrong("hours", f"{word!r} is none of business, calendar")
    return "calendar" if word == "calendar" else "business"


def _targets(policy: Table) -> Targets:
    table = policy.table("targets")
    found: dict[Priority, dict[ClockKind, int]] = {}
    for key in table.names():
        priority, promises = table.member(key, key, Priority), table.table(key)
        if priority is not None:
            found[priority] = {}
            for word in promises.names():
                kind = promises.member(word, word, ClockKind)
                seconds = promises.read(word, promises.text(word), seconds_in) if kind else None
                if kind and seconds:
                    found[priority][kind] = seconds
    return found


def _check_targets(table: Table, policy: Policy) -> None:
    """No ticket may be matched by a policy that says nothing on its priority."""
    if not table.has("targets") or not policy.targets:
        table.wrong("targets" if table.has("targets") else "", f"policy {policy.id!r} has no targets")
        return
    silent = [each for each in Priority if each not in policy.targets]
    forgotten = [str(each) for each in silent if not policy.priorities or each in policy.priorities]
    if forgotten:
        table.wrong("targets", f"nothing is said on priority {', '.join(forgotten)}; an empty table promises nothing")


def _fields(root: Table) -> tuple[DeskField, ...]:
    tables = root.tables("fields")
    fields = [_field(table) for table in tables]
    _unique(((table, each.key) for table, each in zip(tables, fields, strict=True)), "key")
    return tuple(fields)


def _field(table: Table) -> DeskField:
    key = _identifier(table, "key")
    if (kind := table.text("type", "text")) != "text":
        table.wrong("type", f"{kind!r} is not a type of field; only text is, so far")
    sources = table.table("sources")
    ids = {source: _ids(sources, source) for source in sources.names()}
    read = DeskField(key, _words(table, "label", needed=True), "text", ids)
    table.close()
    return read


def _ids(table: Table, source: str) -> tuple[str, ...]:
    """Ids of custom fields: a text or a number, or a list of them."""
    value: object = table.value(source, (str, int, list), "an id or a list of ids", "")
    items = value if isinstance(value, list) else [value]
    if not all(isinstance(item, str | int) and not isinstance(item, bool) for item in items):
        table.wrong(source, "an id or a list of ids is wanted here")
    return tuple(str(item) for item in items)


def _sources(root: Table, tiers: Collection[Tier], teams: Collection[Team]) -> dict[str, SourceMap]:
    table = root.table("sources")
    return {name: _source(table.table(name), tiers, teams) for name in table.names()}


def _source(table: Table, tiers: Collection[Tier], teams: Collection[Team]) -> SourceMap:
    groups, channels = table.table("groups"), table.table("channels")
    routes = {folded(group): _route(groups.table(group), tiers, teams) for group in groups.names()}
    words = ((via, channels.member(via, channels.text(via), Channel)) for via in channels.names())
    table.close()
    return SourceMap(routes, {folded(via): channel for via, channel in words if channel})


def _route(table: Table, tiers: Collection[Tier], teams: Collection[Team]) -> Route:
    """A group may only lead to a tier and a team that the desk has."""
    team = table.choice("team", Team, Team.TAX) if table.has("team") else None
    tier = table.choice("tier", Tier, Tier.SPECIALIST if team else Tier.FIRST)
    if team and tier is not Tier.SPECIALIST:
        table.wrong("team", f"only tier 3 has teams, not tier {tier}")
    if tier not in tiers:
        table.wrong("tier", f"the desk has no tier {tier}")
    if team and team not in teams:
        table.wrong("team", f"the desk has no team {str(team)!r}")
    table.close()
    return tier, team


_DEFAULT: Final = """\
# The desk of a store that nobody has described yet: all channels, always open, the built-in promises.
key = "default"
time_zone = "Asia/Tokyo"
default_language = "ja"
languages = ["ja", "en", "zh-Hans", "zh-Hant"]
tiers = [1]

[name]
ja = "サポートデスク"
en = "Support desk"

[channels]
form = "anytime"
chat = "anytime"
phone = "anytime"
mail = "anytime"
social = "anytime"
forum = "anytime"
other = "anytime"

[[calendars]]
id = "anytime"
name = "24/365"
[calendars.hours]
mon-sun = ["00:00-24:00"]

[[policies]]
id = "built-in"
name = "Built-in"
[policies.targets]
urgent = { first_response = "30m", next_response = "1h", resolution = "8h" }
high = { first_response = "2h", next_response = "4h", resolution = "1d" }
normal = { first_response = "8h", next_response = "16h", resolution = "3d" }
low = { first_response = "24h", next_response = "48h", resolution = "7d" }
"""
