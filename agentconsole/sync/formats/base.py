"""What every export format has in common: the protocol, the options, and the checks on the way from foreign to ours."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from hashlib import sha1
from typing import Any, Final, Protocol, cast

from agentconsole.domain.errors import Phrase
from agentconsole.domain.instants import parse_instant
from agentconsole.sync.files import SourceFile
from agentconsole.sync.records import Record

KINDS: Final = ("groups", "organizations", "users", "comments", "tickets")
"""What is stored, in the order in which it is read, so that references mostly find their target, and tickets find their
comments: see `sync.joining`."""

OBJECTS: Final = {kind: kind[:-1] for kind in KINDS}
"""The name of one object of a kind, as a rejected record says it."""

_EXACT: Final = 2**53
"""From here on not all whole numbers can be told apart as 7.0."""
UNKNOWN_LIMIT: Final = 1000
"""Distinct unknown names that are counted one by one; a hostile file cannot fill the memory with more."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user declares about the files, mostly in a profile."""

    zone: tzinfo | None = None
    """Of dates that name none."""
    day_first: bool | None = None
    """How to read 03/04/2026; None: as long as the numbers themselves tell."""
    kind: str | None = None
    """What the rows of a table are; None: found out by the header."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Header -> our field."""
    delimiter: str | None = None
    encoding: str | None = None


class Format(Protocol):
    """One way in which helpdesks write their tickets to files. An instance serves one reading."""

    @property
    def name(self) -> str:
        """How `--format` calls it."""

    @property
    def looks_for(self) -> str:
        """What `sniff` wants to see, in words for the user."""

    @property
    def tally(self) -> Tally:
        """What it met beyond its records."""

    def sniff(self, head: bytes, name: str) -> bool:
        """Whether a file that begins like this is one of this format, by its shape."""

    def read(self, files: Sequence[SourceFile], options: ReadOptions) -> Iterator[Record]:
        """The records of `files`, which belong together.

        Raises:
            ConsoleError: something must be declared before anything can be read.
        """


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set: for tables in code."""
    return frozenset(text.split())


class RejectError(Exception):
    """This object cannot be taken; the message is the reason, a `Phrase` where it shall be told in other languages."""

    @property
    def reason(self) -> str:
        return cast(str, self.args[0])


def digest(content: bytes) -> bytes:
    """Eight bytes that differ when the content does."""
    return sha1(content, usedforsecurity=False).digest()[:8]  # twice as fast as others, once and again for every byte


def count_unknown(counter: Counter[str], name: str, value: object = None) -> None:
    """Counts a field, or a value of a known field."""
    key = name if value is None else f"{name}={value}"
    if len(key) > 120:
        key = key[:119] + "…"
    if key in counter or len(counter) < UNKNOWN_LIMIT:
        counter[key] += 1
    else:
        counter["…"] += 1


@dataclass(slots=True)
class Tally:
    """What a reader met that has no place in our records; filled while reading."""

    unknown: Counter[str] = field(default_factory=Counter)
    """Fields (`ticket.foo`) and values (`ticket.status=weird`) not known to us."""
    dropped: Counter[str] = field(default_factory=Counter)
    """Fields that are never kept: data about devices, tokens, addresses with tokens."""

    def count_unknown(self, name: str, value: object = None) -> None:
        count_unknown(self.unknown, name, value)

    def count_dropped(self, name: str, value: object = True) -> None:
        """Counts a field if anything stood in it."""
        if value not in (None, "", [], {}):
            count_unknown(self.dropped, name)

    def update(self, other: Tally) -> None:
        self.unknown.update(other.unknown)
        self.dropped.update(other.dropped)


def describe(value: object) -> Phrase:
    """The type of a foreign value, in words."""
    names = {
        dict: Phrase("an object"), list: Phrase("a list"), str: Phrase("text"), bool: Phrase("true or false"),
        type(None): Phrase("null"),
    }  # fmt: skip
    return names.get(type(value), Phrase("a number"))


def unknown_kind(item: Mapping[str, Any]) -> Phrase:
    """Why an object that nobody knows is set aside."""
    return Phrase("an object of no known kind; its fields: {names}", names=", ".join(list(item)[:8])[:260])


def required_id(value: object, what: str = "id") -> str:
    """An id as text.

    Raises:
        RejectError: it is missing, empty, or nothing that can be an id.
    """
    if type(value) is int:
        return str(value)
    found = optional_id(value, what)
    if found is None:
        raise RejectError(Phrase("no {what}", what=what))
    return found


def optional_id(value: object, what: str) -> str | None:
    """An id as text, or None where there is none.

    Raises:
        RejectError: nothing that can be an id.
    """
    if value is None:
        return None
    if type(value) is int:
        return str(value)
    if type(value) is float:
        return _whole_number(value, what)
    if type(value) is not str:
        raise RejectError(Phrase("{what} is {found}", what=what, found=describe(value)))
    found = value.strip()
    if not found.isprintable() or len(found) > 200:
        raise RejectError(Phrase("{what} has control characters or is too long", what=what))
    return found or None


def _whole_number(value: float, what: str) -> str:
    """An id that a program wrote as 7.0: one that knows only such numbers, because one of the others is missing."""
    if not value.is_integer() or abs(value) >= _EXACT:
        raise RejectError(Phrase("{what} {value} is no whole number, or too large to be exact", what=what, value=value))
    return str(int(value))


def optional_text(value: object, what: str) -> str | None:
    """A text, or None.

    Raises:
        RejectError: it is neither.
    """
    if value is None or type(value) is str:
        return value
    raise RejectError(Phrase("{what} is {found}, not text", what=what, found=describe(value)))


def list_of(value: object, what: str) -> list[Any]:
    """A list; none is an empty one.

    Raises:
        RejectError: it is something else.
    """
    if value is None:
        return []
    if type(value) is not list:
        raise RejectError(Phrase("{what} is {found}, not a list", what=what, found=describe(value)))
    return value


def object_of(value: object, what: str) -> dict[str, Any]:
    """An object.

    Raises:
        RejectError: it is something else.
    """
    if type(value) is not dict:
        raise RejectError(Phrase("{what} is {found}, not an object", what=what, found=describe(value)))
    return value


def instant(value: object, what: str, options: ReadOptions) -> datetime:
    """An instant in UTC.

    Raises:
        RejectError: missing, not a date and time, or without a zone where none is declared.
    """
    if type(value) is not str:
        raise RejectError(
            Phrase("no {what}", what=what)
            if value is None
            else Phrase("{what} is {found}, not a date and time", what=what, found=describe(value))
        )
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        at = None
    if at is not None and at.tzinfo is UTC:
        return at
    return _other_instant(value, what, options)


def _other_instant(text: str, what: str, options: ReadOptions) -> datetime:
    try:
        return parse_instant(_plain_date(text, options), options.zone)
    except (ValueError, OverflowError) as error:
        raise RejectError(
            Phrase("{place}: {problem}", place=what, problem=error.args[0])
            if len(text) < 100
            else Phrase("{what} is not a date and time", what=what)
        ) from error


_CJK_DATE: Final = str.maketrans(
    {"年": "-", "月": "-", "日": " ", "時": ":", "时": ":", "分": " ", "秒": " "}
    | {0xFF10 + n: str(n) for n in range(10)}
)
_ZONE_NAME: Final = re.compile(r"\d\s*\(?([A-Za-z]{2,5})\)?$")
_ZONES: Final = {"UTC": "+00:00", "GMT": "+00:00", "JST": "+09:00", "AM": "AM", "PM": "PM"}
_WITH_YEAR: Final = re.compile(r"\d{4}|\d{1,2}\D+\d{1,2}\D+\d{1,2}|\d{8}")
_YEAR_LAST: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?!\d|[/.-]\d)(.*)", re.DOTALL)
_DAY: Final = re.compile(r"\d\D+\d|\d{8}")


def _plain_date(text: str, options: ReadOptions) -> str:
    """The text with its date in an order that can be read one way only.

    Raises:
        ValueError: the text does not name a whole date, or could be read two ways.
    """
    plain = text.translate(_CJK_DATE).strip(" :\t\r\n")
    if not (_WITH_YEAR.search(plain) and _DAY.search(plain)):
        raise ValueError(Phrase("{text} is not a date and time", text=repr(text)))
    plain = _with_offset(plain)
    match = _YEAR_LAST.match(plain)
    if match is None:
        return plain
    first, second, year, rest = match.groups()
    if len(year) == 2 and options.day_first is None:
        raise ValueError(
            Phrase("{text} can be read more than one way; say day_first = true or false in a profile", text=repr(text))
        )
    day, month = _day_and_month(int(first), int(second), text, options)
    return f"{int(year) + (2000 if len(year) == 2 else 0):04}-{month:02}-{day:02}{rest}"


def _with_offset(plain: str) -> str:
    """A zone's name as its offset: names mean different things in different places, so only plain ones are known."""
    match = _ZONE_NAME.search(plain)
    if match is None:
        return plain
    zone = _ZONES.get(match[1].upper())
    if zone is None:
        raise ValueError(
            Phrase("{text} names a time zone that is not known here; offsets such as +09:00 are", text=repr(plain))
        )
    return plain[: match.start() + 1] + zone


def _day_and_month(first: int, second: int, text: str, options: ReadOptions) -> tuple[int, int]:
    if options.day_first is not None:
        day, month = (first, second) if options.day_first else (second, first)
        if month > 12:
            said = "true" if options.day_first else "false"
            words = Phrase(
                "{text} has no month {month}; the profile says day_first = {said}",
                text=repr(text),
                month=month,
                said=said,
            )
            raise ValueError(words)
        return day, month
    if first > 12 or first == second:
        return first, second
    if second > 12:
        return second, first
    raise ValueError(
        Phrase("{text} can be read more than one way; say day_first = true or false in a profile", text=repr(text))
    )


def names_zone(text: str, options: ReadOptions) -> bool:
    """Whether a date can be read without a declared zone; a text that is no date can be judged without one, too."""
    try:
        parse_instant(_plain_date(text, options))
    except OverflowError:
        return True
    except ValueError as error:
        return "no time zone" not in str(error)
    return True
