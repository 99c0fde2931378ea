"""Values of foreign objects as several helpdesks write them: checked, and cleared of what must not be kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeAlias

from agentconsole.domain.errors import Phrase
from agentconsole.domain.instants import from_seconds
from agentconsole.domain.text.html_text import looks_html, plain_text
from agentconsole.sync.formats.base import (
    OBJECTS,
    ReadOptions,
    RejectError,
    Tally,
    describe,
    instant,
    list_of,
    object_of,
    optional_text,
    required_id,
)
from agentconsole.sync.formats.personal import cleared, is_dropped
from agentconsole.sync.records import AttachmentRecord

Json: TypeAlias = Mapping[str, Any]

_SECONDS_LIMIT: Final = 253_402_300_800
"""Of the year 10000."""
_NOTHING: Final[tuple[object, ...]] = (None, "", [], {})


class Beside:
    """What an object holds beyond what has a place in our records: kept, and counted where nobody knows it."""

    def __init__(self, placed: Mapping[str, frozenset[str]], known: Mapping[str, frozenset[str]], tally: Tally) -> None:
        self._placed = placed
        self._known = known
        self._tally = tally

    def of(self, kind: str, raw: Json) -> dict[str, Any]:
        """All that has no place, without empty values, secrets and data about devices."""
        placed, known = self._placed[kind], self._known[kind]
        extra = {}
        for key, value in raw.items():
            if is_dropped(key):
                self._tally.count_dropped(f"{OBJECTS[kind]}.{key}", value)
                continue
            if key in placed:
                if key == "attachments" and type(value) is list and value:
                    self._tally.dropped["attachment.url"] += len(value)
                continue
            if key not in known:
                self._tally.count_unknown(f"{OBJECTS[kind]}.{key}")
            if value not in _NOTHING:
                extra[key] = cleared(value, partial(self._count, kind), key)
        return extra

    def _count(self, kind: str, key: str, value: object) -> None:
        self._tally.count_dropped(f"{OBJECTS[kind]}.{key}", value)


def first(raw: Json, *keys: str) -> Any:
    """The first value that is there, under any of several names."""
    for key in keys:
        value = raw.get(key)
        if value is not None:
            return value
    return None


def label(value: object, labels: Mapping[int, str], what: str) -> str | None:
    """A word of the source for a number of its own; a number without a word stays a number, as text.

    Raises:
        RejectError: neither a number nor text.
    """
    if type(value) is str and value.strip().isdecimal() and len(value) < 10:
        value = int(value)
    if type(value) is float and value.is_integer():  # a program that knows no other numbers wrote it
        value = int(value)
    if type(value) is int:
        return labels.get(value, str(value))
    return optional_text(value, what) or None


def truth(value: object, what: str) -> bool | None:
    """Yes, no, or nothing said.

    Raises:
        RejectError: something else; what is not surely public must not become so.
    """
    if value is None or type(value) is bool:
        return value
    word = value.strip().lower() if type(value) is str else ""
    if word in ("true", "false"):
        return word == "true"
    if not word and type(value) is str:
        return None
    raise RejectError(Phrase("{what} is {found}, not true or false", what=what, found=describe(value)))


def moment(value: object, what: str, options: ReadOptions) -> datetime:
    """An instant in UTC, from seconds since 1970 or from a date and time in text.

    Raises:
        RejectError: neither.
    """
    if type(value) is not int and type(value) is not float:
        return instant(value, what, options)
    if not 0 < value < _SECONDS_LIMIT:
        raise RejectError(Phrase("{what} {value} is not in seconds since 1970", what=what, value=value))
    return from_seconds(int(value))


def text_or_number(value: object, what: str) -> str | None:
    """A short text; a telephone number may come as a number.

    Raises:
        RejectError: it is neither.
    """
    return str(value) if type(value) is int else optional_text(value, what) or None


def person_name(*parts: object) -> str | None:
    """A name of its parts, given name first; in Han or kana the family name goes first."""
    names = [part.strip() for part in parts if type(part) is str and part.strip(" -")]
    if any(char >= "\u2e80" for name in names for char in name):
        names.reverse()
    return " ".join(names) or None


def readable(value: object, what: str, *, is_html: bool | None = None) -> str:
    """What was said, as plain text.

    Args:
        value: the text; none is an empty one.
        what: its field's name.
        is_html: whether it is HTML; None: as it looks.

    Raises:
        RejectError: it is no text.
    """
    text = optional_text(value, what) or ""
    if is_html is None:
        is_html = looks_html(text)
    return plain_text(text) if is_html else text


def tags(value: object) -> tuple[str, ...]:
    """Tags: texts, or objects with a name; in a list, or between commas.

    Raises:
        RejectError: something else.
    """
    if type(value) is str:
        value = [tag.strip() for tag in value.split(",")]
    found = []
    for tag in list_of(value, "tags"):
        name = tag.get("name") if type(tag) is dict else tag
        if type(name) is not str:
            raise RejectError(Phrase("a tag is {found}, not text", found=describe(tag)))
        found.append(name)
    return tuple(filter(None, found))


def custom_fields(value: object) -> dict[str, Any]:
    """Field -> value, from an object or from a list `[{name, value}]`; empty ones left out. Whatever its name, a form
    asked for it.

    Raises:
        RejectError: something else.
    """
    found: Json = value if type(value) is dict else dict(map(_pair, list_of(value, "custom_fields")))
    return {key: content for key, content in found.items() if content not in _NOTHING}


def _pair(item: object) -> tuple[str, Any]:
    pair = object_of(item, "an entry of custom_fields")
    return required_id(first(pair, "name", "id"), "name of a custom field"), pair.get("value")


_NAMES: Final = ("name", "filename", "file_name", "content_file_name", "title")
_TYPES: Final = ("content_type", "mime_type", "mime-type", "content_content_type")
_SIZES: Final = ("size", "file_size", "filesize", "content_file_size")


def attachments(value: object) -> tuple[AttachmentRecord, ...]:
    """The attachments of a message: name, type and size; never where they can be fetched, nor what is in them.

    Raises:
        RejectError: not a list of objects.
    """
    return tuple(map(_attachment, list_of(value, "attachments")))


def _attachment(value: object) -> AttachmentRecord:
    raw = object_of(value, "an attachment")
    size = first(raw, *_SIZES)
    if type(size) is str and size.isdecimal() and len(size) < 16:
        size = int(size)
    preferences = raw.get("preferences")
    kind = first(raw, *_TYPES) or (
        first(preferences, "Content-Type", "Mime-Type") if type(preferences) is dict else None
    )
    return AttachmentRecord(
        name=optional_text(first(raw, *_NAMES), "name of an attachment") or "?",
        type=optional_text(kind, "type of an attachment"),
        size=size if type(size) is int and size >= 0 else None,
    )
