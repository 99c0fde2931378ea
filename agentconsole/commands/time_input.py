"""A time as a person types it."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from agentconsole.domain.errors import UsageError
from agentconsole.domain.instants import parse_instant
from agentconsole.locale import _

EXAMPLES: Final = "+2h  09:00  2026-11-20T09:00"
_AHEAD: Final = re.compile(r"\+\s*(\d{1,4})\s*([mhdw])", re.IGNORECASE)
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_time(text: str, now: datetime, zone: tzinfo) -> datetime:
    """An instant in UTC from `+2h`, from `09:00` (the next time it is that late in `zone`) or from a date and time.

    Raises:
        UsageError: none of these.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if ahead := _AHEAD.fullmatch(plain):
        return now + timedelta(**{_UNITS[ahead[2].lower()]: int(ahead[1])})
    try:
        if clock := _CLOCK.fullmatch(plain):
            return _next(int(clock[1]), int(clock[2]), now, zone)
        return parse_instant(plain, zone)
    except ValueError as error:
        raise UsageError(_("{text} is not a time").format(text=repr(text)), EXAMPLES) from error


def _next(hour: int, minute: int, now: datetime, zone: tzinfo) -> datetime:
    local = now.astimezone(zone)
    at = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (at if at > local else at + timedelta(days=1)).astimezone(UTC)
