"""Instants and spans of time in the interface's words, exact to the second."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from functools import reduce

from agentconsole.domain.timer import DAY, IN_DAYS, YEAR
from agentconsole.locale import _, ngettext


def weekday_of(day: date) -> str:
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))[day.weekday()]


def short_day(day: date) -> str:
    """`Fri 11-20`."""
    return _("{day} {date}").format(day=weekday_of(day), date=f"{day:%m-%d}")


def clock_of(at: datetime, zone: tzinfo) -> str:
    """`17:30`, or `17:30:15` where there are seconds."""
    local = at.astimezone(zone)
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def moment_of(at: datetime, zone: tzinfo) -> str:
    """`Fri 2026-11-20 17:30 JST`."""
    local = at.astimezone(zone)
    day = _("{day} {date}").format(day=weekday_of(local), date=f"{local:%Y-%m-%d}")
    return f"{day} {clock_of(at, zone)} {local:%Z}"


def counted(seconds: int) -> str:
    """`2:30`, hours and minutes, or `0:00:15`: for columns."""
    hours, minutes, rest = seconds // 3600, seconds % 3600 // 60, seconds % 60
    return f"{hours}:{minutes:02}:{rest:02}" if rest else f"{hours}:{minutes:02}"


def span_of(seconds: int) -> str:
    """`2 h 30 min`, `45 s`."""
    hours, minutes, rest = seconds // 3600, seconds % 3600 // 60, seconds % 60
    parts = [_("{count} h").format(count=hours)] if hours else []
    parts += [_("{count} min").format(count=minutes)] if minutes else []
    parts += [_("{count} s").format(count=rest)] if rest or not parts else []
    return _joined(parts)


def age_of(seconds: int) -> str:
    """The same of plain time, for somebody who looks at a calendar: `3 days 4 h` from two days on, `3 years 74 days`.

    Open time has no days: those of a desk are shorter than the calendar's.
    """
    if seconds < IN_DAYS:
        return span_of(seconds)
    years, days, hours = seconds // YEAR, seconds % YEAR // DAY, seconds % DAY // 3600
    parts = [ngettext("{count} year", "{count} years", years).format(count=years)] if years else []
    parts += [ngettext("{count} day", "{count} days", days).format(count=days)] if days else []
    parts += [_("{count} h").format(count=hours)] if hours and not years else []
    return _joined(parts)


def _joined(parts: Sequence[str]) -> str:
    return reduce(lambda first, second: _("{first} {second}").format(first=first, second=second), parts)
