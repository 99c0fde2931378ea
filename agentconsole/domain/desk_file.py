"""Desks as TOML: read with every problem named at once, and the desk that a store has before anybody wrote one.

Durations are counted time: `90s`, `30m`, `4h`, `2d` (48 h of it), or several in a row, `1h30m`; a warning may also be a
share of its target, `80%`.
Windows are `09:00-17:00`, `22:00-06:00` into the next day, `00:00-24:00`; weekdays `mon` ... `sun` and `mon-fri`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Final

from agentconsole.domain.calendar import Calendar
from agentconsole.domain.customer_class import ClassMap
from agentconsole.domain.desk import Desk, DeskField, Route, SourceMap, folded
from agentconsole.domain.desk_calendars import read_calendars
from agentconsole.domain.desk_policies import read_answers, read_policies
from agentconsole.domain.desk_table import LONGEST_TARGET, identifier, seconds_in, time_zone, unique
from agentconsole.domain.errors import ConsoleError, Phrase, lines_of, nearest
from agentconsole.domain.playbook import Step
from agentconsole.domain.toml_table import Problems, Table, with_nearest
from agentconsole.domain.values import Category, Channel, Team, Tier

__all__ = ["LONGEST_TARGET", "DeskError", "default_desk", "load_desk", "seconds_in"]


class DeskError(ConsoleError):
    """A desk file says things that cannot be; the message has a line `file:line: what` for each."""

    code = "desk"


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
        words = Phrase("{count} to put right in {file}; nothing was applied", count=len(found), file=file)
        raise DeskError(lines_of(found), words)
    return desk


@lru_cache(maxsize=1)
def default_desk() -> Desk:
    """The desk `default`: Asia/Tokyo, open 24/365, first line only, every channel, the built-in policy."""
    return load_desk(_DEFAULT, "default")


def _desk(root: Table, text: str) -> Desk:
    key = identifier(root, "key")
    zone = time_zone(root, needed=True)
    calendars = read_calendars(root, zone)
    languages = root.texts("languages", needed=True)
    tiers, teams = root.choices("tiers", Tier) or (Tier.FIRST,), root.choices("teams", Team)
    desk = Desk(
        key=key,
        name=_words(root, "name", needed=True),
        url=root.text("url"),
        domains=root.texts("domains"),
        default_language=root.text("default_language", needed=True),
        languages=languages,
        zone=zone,
        version=root.value("version", int, Phrase("a whole number"), 1),
        channels=_channels(root, calendars),
        calendars=calendars,
        tiers=tiers,
        teams=teams,
        policies=read_policies(root, key),
        answers=read_answers(root),
        fields=_fields(root),
        playbooks=_playbooks(root),
        sources=_sources(root, tiers, teams),
        source_text=text,
    )
    if languages and desk.default_language and desk.default_language not in languages:
        root.wrong(
            "default_language",
            Phrase("{language} is none of the desk's languages", language=repr(desk.default_language)),
        )
    root.close()
    return desk


def _words(table: Table, key: str, *, needed: bool = False) -> Mapping[str, str]:
    """Texts by interface language."""
    words = table.table(key, needed=needed)
    found = {language: words.text(language) for language in ("ja", "en", "zh")}
    words.close()
    if needed and words.names() and not any(found.values()):
        table.wrong(key, Phrase("needs a text for ja or en"))
    return {language: text for language, text in found.items() if text}


def _channels(root: Table, calendars: Mapping[str, Calendar]) -> dict[Channel, str]:
    table = root.table("channels", needed=True)
    found: dict[Channel, str] = {}
    for key in table.names():
        channel, calendar_id = table.member(key, key, Channel), table.text(key)
        if calendar_id and calendar_id not in calendars:
            problem = Phrase("there is no calendar {id}", id=repr(calendar_id))
            table.wrong(key, with_nearest(problem, nearest(calendar_id, calendars)))
        if channel is not None:
            found[channel] = calendar_id
    return found


def _fields(root: Table) -> tuple[DeskField, ...]:
    tables = root.tables("fields")
    fields = [_field(table) for table in tables]
    unique(((table, each.key) for table, each in zip(tables, fields, strict=True)), "key")
    return tuple(fields)


def _field(table: Table) -> DeskField:
    key = identifier(table, "key")
    if (kind := table.text("type", "text")) != "text":
        table.wrong("type", Phrase("{kind} is not a type of field; only text is, so far", kind=repr(kind)))
    sources = table.table("sources")
    ids = {source: _ids(sources, source) for source in sources.names()}
    read = DeskField(key, _words(table, "label", needed=True), "text", ids)
    table.close()
    return read


def _playbooks(root: Table) -> dict[str, tuple[Step, ...]]:
    found: dict[str, tuple[Step, ...]] = {}
    for table in root.tables("playbooks"):
        named = table.text("category", needed=True)
        category = table.member("category", named, Category) if named else None
        steps = _steps(table)
        table.close()
        if category in found:
            table.wrong("category", Phrase("there is a playbook for {category} already", category=repr(str(category))))
        elif category is not None:
            found[category] = steps
    return found


def _steps(table: Table) -> tuple[Step, ...]:
    tables = table.tables("steps")
    if not tables:
        table.wrong("steps", Phrase("a playbook needs a step"))
    steps = tuple(Step(identifier(each, "key"), _words(each, "label", needed=True)) for each in tables)
    unique(((each, step.key) for each, step in zip(tables, steps, strict=True)), "key")
    for each in tables:
        each.close()
    return steps


def _ids(table: Table, source: str) -> tuple[str, ...]:
    """Ids of custom fields: a text or a number, or a list of them."""
    value: object = table.value(source, (str, int, list), Phrase("an id or a list of ids"), "")
    items = value if isinstance(value, list) else [value]
    if not all(isinstance(item, str | int) and not isinstance(item, bool) for item in items):
        table.wrong(source, Phrase("an id or a list of ids is wanted here"))
    return tuple(str(item) for item in items)


def _sources(root: Table, tiers: Collection[Tier], teams: Collection[Team]) -> dict[str, SourceMap]:
    table = root.table("sources")
    return {name: _source(table.table(name), tiers, teams) for name in table.names()}


def _source(table: Table, tiers: Collection[Tier], teams: Collection[Team]) -> SourceMap:
    groups, channels = table.table("groups"), table.table("channels")
    routes = {folded(group): _route(groups.table(group), tiers, teams) for group in groups.names()}
    words = ((via, channels.member(via, channels.text(via), Channel)) for via in channels.names())
    found = {folded(via): channel for via, channel in words if channel}
    classes = _classes(table.table("customer_class")) if table.has("customer_class") else ClassMap()
    table.close()
    return SourceMap(routes, found, classes)


def _classes(table: Table) -> ClassMap:
    words = table.table("words")
    found = ClassMap(table.texts("from", needed=True), {word: words.text(word, needed=True) for word in words.names()})
    table.close()
    return found


def _route(table: Table, tiers: Collection[Tier], teams: Collection[Team]) -> Route:
    """A group may only lead to a tier and a team that the desk has."""
    team = table.choice("team", Team, Team.TAX) if table.has("team") else None
    tier = table.choice("tier", Tier, Tier.SPECIALIST if team else Tier.FIRST)
    if team and tier is not Tier.SPECIALIST:
        table.wrong("team", Phrase("only tier 3 has teams, not tier {tier}", tier=tier))
    if tier not in tiers:
        table.wrong("tier", Phrase("the desk has no tier {tier}", tier=tier))
    if team and team not in teams:
        table.wrong("team", Phrase("the desk has no team {team}", team=repr(str(team))))
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
