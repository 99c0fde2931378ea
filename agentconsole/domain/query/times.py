"""Times in a query: days, minutes, moments counted from now, and spans between two of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from agentconsole.domain.errors import Phrase
from agentconsole.domain.fields import Field, Kind
from agentconsole.domain.query.tree import Compare, Op, QueryError
from agentconsole.domain.query.words import Clock, Raw, clip, fold

_DAY_WORDS: Final = {"yesterday": -1, "昨日": -1, "today": 0, "今日": 0, "tomorrow": 1, "明日": 1}
_UNITS: Final = {
    **dict.fromkeys(("m", "min", "分"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "時間"), timedelta(hours=1)),
    **dict.fromkeys(("d", "日"), timedelta(days=1)),
    **dict.fromkeys(("w", "週間"), timedelta(weeks=1)),
}

_DURATION: Final = re.compile(rf"(-?)((?:\d{{1,6}}(?:{'|'.join(_UNITS)}))+)", re.ASCII)
_DURATION_PART: Final = re.compile(rf"(\d+)({'|'.join(sorted(_UNITS, key=len, reverse=True))})", re.ASCII)
_MOMENT: Final = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[t ](\d{1,2}):(\d{2})(?::(\d{2}))?(z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)
_EXAMPLES: Final = "<30m, <2h, >7d, today, 2026-11-01, 2026-11-01T09:30, 2026-11-01..2026-11-05"
_FLIPPED: Final = {Op.LT: Op.GT, Op.LE: Op.GE, Op.GT: Op.LT, Op.GE: Op.LE}


@dataclass(frozen=True, slots=True)
class _When:
    """A span of time: a day, a minute, or with `start == end` a moment counted from now."""

    start: datetime
    end: datetime
    whole: bool = False
    """A day counts as a whole in comparisons and at the end of a range; of a minute only its start counts."""


def compare_time(entry: Field, key: str, raw: Raw, clock: Clock) -> Compare:
    text = fold(raw.text)
    try:
        if ".." in text and not raw.op:
            return _range(entry, key, raw, clock)
        when = _when(entry, text, clock)
    except (ValueError, OverflowError) as error:
        hint = Phrase("such as {example}", example=_EXAMPLES)
        raise QueryError(Phrase('"{value}" is not a time', value=clip(raw.text)), raw.index, hint) from error
    if when.start < when.end and not raw.op:
        return Compare(key, Op.WITHIN, (when.start, when.end))
    op = Op(raw.op or "<=")
    if when.start == when.end and entry.kind is Kind.PAST:
        op = _FLIPPED[op]
    if not when.whole:
        return Compare(key, op, (when.start,))
    after_or_before = {Op.GT: Op.GE, Op.LE: Op.LT}
    return Compare(key, after_or_before.get(op, op), (when.end if op in after_or_before else when.start,))


def _range(entry: Field, key: str, raw: Raw, clock: Clock) -> Compare:
    first, _, last = fold(raw.text).partition("..")
    start, until = _when(entry, first, clock).start, _when(entry, last, clock)
    end = until.end if until.whole else until.start
    if start >= end:
        raise QueryError(Phrase('"{value}" ends before it begins', value=clip(raw.text)), raw.index)
    return Compare(key, Op.WITHIN, (start, end))


def _when(entry: Field, text: str, clock: Clock) -> _When:
    """Reads folded text; raises ValueError or OverflowError where that is no time."""
    if text in _DAY_WORDS:
        return _day(clock.now.astimezone(clock.zone).date() + timedelta(days=_DAY_WORDS[text]), clock)
    if match := _DURATION.fullmatch(text):
        return _ahead_or_ago(entry, match, clock)
    match = _MOMENT.fullmatch(text)
    if not match:
        raise ValueError(text)
    day = date(int(match[1]), int(match[2]), int(match[3]))
    return _minute(day, match, clock) if match[4] else _day(day, clock)


def _day(day: date, clock: Clock) -> _When:
    """From local midnight to the next one: 23 or 25 hours where the clocks change."""
    start, end = (datetime.combine(at, time.min, clock.zone).astimezone(UTC) for at in (day, day + timedelta(days=1)))
    return _When(start, end, whole=True)


def _minute(day: date, match: re.Match[str], clock: Clock) -> _When:
    at = datetime.combine(day, time(int(match[4]), int(match[5]), int(match[6] or 0)))
    offset = match[7]
    zone = clock.zone
    if offset:
        zone = UTC if offset == "z" else datetime.strptime(offset, "%z").tzinfo or UTC
    start = at.replace(tzinfo=zone).astimezone(UTC)
    return _When(start, start + timedelta(seconds=1 if match[6] else 60))


def _ahead_or_ago(entry: Field, match: re.Match[str], clock: Clock) -> _When:
    sign, parts = match[1], _DURATION_PART.findall(match[2])
    length = sum((int(count) * _UNITS[unit] for count, unit in parts), timedelta())
    if sign and entry.kind is Kind.PAST:
        raise ValueError("an age is never negative")
    back = bool(sign) or entry.kind is Kind.PAST
    at = clock.now - length if back else clock.now + length
    return _When(at, at)
