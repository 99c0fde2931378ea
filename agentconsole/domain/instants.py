"""Instants: aware datetimes in UTC inside the program, whole seconds in the store, ISO 8601 with `Z` at the border."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Final

from agentconsole.domain.errors import Phrase

_ZONES: Final = {"UTC": 0, "GMT": 0, "Z": 0, "JST": 9 * 3600}


def from_seconds(seconds: int) -> datetime:
    """The instant so many seconds after 1970-01-01T00:00Z."""
    return datetime.fromtimestamp(seconds, UTC)


def to_seconds(at: datetime) -> int:
    """Whole seconds since 1970 in UTC.

    Raises:
        ValueError: `at` has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {at}")
    return int(at.timestamp())


def iso(at: datetime) -> str:
    """`2026-11-20T09:00:00Z`."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def parse_instant(text: str, default_zone: tzinfo | None = None) -> datetime:
    """Reads any usual date and time into UTC.

    Args:
        text: ISO 8601 first; otherwise what dateutil understands.
        default_zone: the zone of a text that names none.

    Raises:
        ValueError: not a time, or it names no zone and there is no default.
    """
    at = _parse(text)
    if at.tzinfo is None:
        if default_zone is None:
            raise ValueError(Phrase("{text} has no time zone", text=repr(text)))
        at = at.replace(tzinfo=default_zone)
    return at.astimezone(UTC)


def _parse(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        from dateutil import parser

        try:
            return parser.parse(text, tzinfos=_zone)
        except (parser.ParserError, ArithmeticError) as error:  # digits without end are more than decimals take
            raise ValueError(Phrase("{text} is not a date and time", text=repr(text))) from error


def _zone(name: str | None, offset: int | None) -> int | None:
    """The offset of a zone in seconds. Names mean different things in different places, so few are known."""
    if name is None or offset is not None:
        return offset
    if name.upper() in _ZONES:
        return _ZONES[name.upper()]
    words = Phrase("{text} names a time zone that is not known here; offsets such as +09:00 are", text=repr(name))
    raise ValueError(words)
