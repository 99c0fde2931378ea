"""When a mail was written, as programs say it in many ways. Nothing raises."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz
from itertools import islice
from typing import Final

from agentconsole.domain.instants import parse_instant

_ZONES: Final = {
    "JST": 9,
    "KST": 9,
    "HKT": 8,
    "SGT": 8,
    "CET": 1,
    "CEST": 2,
    "BST": 1,
    "IST": 5.5,
    "AEST": 10,
    "AEDT": 11,
}
_ZONE_NAME: Final = re.compile(r"\d[ (]+([A-Z]{3,4})\b\)?\s*$")
_ZERO: Final = re.compile(r"[+-]00:?00\b|\b(UT|UTC|GMT|Z)\b", re.IGNORECASE)
_YEARS: Final = range(1971, 9999)
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
"""How programs write that know no other way."""
_FARTHEST: Final = 15 * 3600
"""Seconds that a zone may be from UTC; what says to be farther says nothing."""
_TOO_EARLY: Final = timedelta(days=1)


def sent_at(date: str | None, received: Iterable[str], zone: tzinfo | None) -> datetime | None:
    """When a mail was written, in UTC: what it says itself, unless that is later than somebody had it already.

    Args:
        received: the fields that relays added, the last relay's first.
        zone: of a date that names none, where no relay tells better.
    """
    stamps = (_date(field.rpartition(";")[2], None) for field in islice(received, 20))
    arrived = next((stamp for stamp in stamps if stamp), None)
    said = _date(date or "", None)
    if said is None and arrived is None:
        said = _date(date or "", zone or UTC)
    if said and arrived and said > arrived + _TOO_EARLY:
        return arrived
    return said or arrived


def _date(text: str, zone: tzinfo | None) -> datetime | None:
    """A date of RFC 5322, or of one of its many relatives; None where it cannot be read or names no zone."""
    text = text.strip()[:200]
    try:
        at = parse_instant(text, zone) if _ISO.match(text) else _mail_date(text, zone)
    except (ValueError, OverflowError, TypeError, IndexError, AttributeError):
        return None
    return at if at and at.year in _YEARS else None


def _mail_date(text: str, zone: tzinfo | None) -> datetime | None:
    found = parsedate_tz(text)
    if found is None or found[0] not in _YEARS:
        return None
    offset = found[9] or _named_offset(text)
    if offset is not None and abs(offset) > _FARTHEST:
        offset = None
    if offset is None and zone is None:
        return None
    place = zone if offset is None else timezone(timedelta(seconds=offset))
    return datetime(*found[:5], min(found[5], 59), tzinfo=place).astimezone(UTC)


def _named_offset(text: str) -> int | None:
    """The seconds that a zone is ahead of UTC, by its name; None where none is named."""
    name = _ZONE_NAME.search(text)
    if name and name[1] in _ZONES:
        return int(_ZONES[name[1]] * 3600)
    return 0 if _ZERO.search(text) else None
