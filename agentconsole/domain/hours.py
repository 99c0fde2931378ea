"""The words that opening hours are written in: windows of wall time, weekdays, dated versions and exceptions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from agentconsole.domain.errors import Phrase
from agentconsole.domain.intervals import DAY

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_CLOCK: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})")


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A stretch of wall time in seconds since the day's 00:00; `end` beyond 86400 runs into the next day."""

    start: int
    end: int

    @classmethod
    def parse(cls, text: str) -> Window:
        """Read `09:00-17:00`, `22:00-06:00` (into the next day) or `00:00-24:00`.

        Raises:
            ValueError: not two clock times, a time that no clock shows, or a window of no length.
        """
        start_text, dash, end_text = text.partition("-")
        if not dash:
            raise ValueError(Phrase("{text} is not a window of hours like 09:00-17:00", text=repr(text)))
        start, end = _clock_seconds(start_text, text), _clock_seconds(end_text, text)
        if start in (end, DAY):
            raise ValueError(Phrase("{text} has no length; a whole day is 00:00-24:00", text=repr(text)))
        return cls(start, end if end > start else end + DAY)


def _clock_seconds(text: str, window: str) -> int:
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        raise ValueError(Phrase("{text} is not a window of hours like 09:00-17:00", text=repr(window)))
    hours, minutes = int(found[1]), int(found[2])
    if minutes > 59 or hours * 60 + minutes > 24 * 60:
        raise ValueError(
            Phrase(
                "{text} in {window} is not a time between 00:00 and 24:00", text=repr(text.strip()), window=repr(window)
            )
        )
    return hours * 3600 + minutes * 60


Week = tuple[tuple[Window, ...], ...]
NEVER: Final[Week] = ((),) * 7
ALWAYS: Final[Week] = ((Window(0, DAY),),) * 7


def weekdays(text: str) -> tuple[int, ...]:
    """Read `mon`, `mon-fri` or `sat-mon` as weekday numbers, Monday 0.

    Raises:
        ValueError: not a weekday or a range of weekdays.
    """
    first, dash, last = (part.strip().lower() for part in text.partition("-"))
    if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
        raise ValueError(Phrase("{text} is not a weekday (mon ... sun) or a range like mon-fri", text=repr(text)))
    start = WEEKDAYS.index(first)
    length = (WEEKDAYS.index(last) - start) % 7 + 1 if dash else 1
    return tuple((start + offset) % 7 for offset in range(length))


def week(hours: Mapping[str, Sequence[str]]) -> Week:
    """The windows of each weekday from texts, e.g. `{"mon-fri": ["09:00-12:00", "13:00-18:00"]}`.

    Raises:
        ValueError: a weekday or a window that cannot be read.
    """
    days: list[list[Window]] = [[] for _ in WEEKDAYS]
    for names, windows in hours.items():
        for day in weekdays(names):
            days[day].extend(Window.parse(text) for text in windows)
    return tuple(tuple(sorted(windows)) for windows in days)


@dataclass(frozen=True, slots=True)
class Version:
    """The weekly hours from a date of the calendar's zone on."""

    valid_from: date
    week: Week


@dataclass(frozen=True, slots=True)
class Closure:
    """Closed on the dates `first` to `last`, both included: all day, or in `window` of each of them."""

    first: date
    last: date
    name: str = ""
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """Open on a date besides the weekly hours, even on a holiday: a working Saturday, say."""

    day: date
    windows: tuple[Window, ...]
    name: str = ""
