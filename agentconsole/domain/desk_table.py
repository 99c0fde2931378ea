"""What every part of a desk file is read with: identifiers, durations, time zones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from zoneinfo import ZoneInfo

from agentconsole.domain.errors import Phrase
from agentconsole.domain.intervals import DAY
from agentconsole.domain.toml_table import Table

LONGEST_TARGET: Final = 3650 * DAY

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": DAY}
_DURATION: Final = re.compile(r"(?:[0-9]+[smhd])+")
_KEY: Final = re.compile(r"[a-z][a-z0-9_-]*")


def seconds_in(text: str) -> int:
    """The seconds of a duration like `30m`, `1h30m` or `2d`.

    Raises:
        ValueError: not a duration, none at all, or more than ten years.
    """
    if not _DURATION.fullmatch(text):
        raise ValueError(Phrase("{text} is not a duration like 90s, 30m, 4h or 2d", text=repr(text)))
    seconds = sum(int(count) * _UNITS[unit] for count, unit in re.findall(r"([0-9]+)([smhd])", text))
    if not 0 < seconds <= LONGEST_TARGET:
        raise ValueError(Phrase("{text} is not between one second and ten years", text=repr(text)))
    return seconds


def identifier(table: Table, key: str) -> str:
    """A key of lower-case letters, digits, - and _."""
    value = table.text(key, needed=True)
    if value and not _KEY.fullmatch(value):
        table.wrong(key, Phrase("{value} must be lower-case letters, digits, - and _", value=repr(value)))
    return value


def unique(tables: Iterable[tuple[Table, str]], key: str) -> None:
    """Notes the values that are there twice."""
    seen: set[str] = set()
    for table, value in tables:
        if value and value in seen:
            table.wrong(key, Phrase("{value} is there already", value=repr(value)))
        seen.add(value)


def time_zone(table: Table, default: str = "UTC", *, needed: bool = False) -> str:
    """The IANA name of a zone that exists."""
    name = table.text("time_zone", default, needed=needed)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        table.wrong("time_zone", Phrase("{name} is not an IANA time zone like Asia/Tokyo", name=repr(name)))
        return "UTC"
    return name
