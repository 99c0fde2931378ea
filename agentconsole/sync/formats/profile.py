"""A profile: what the user declares about files that do not say it themselves, in a small TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agentconsole.domain.errors import ConsoleError, NotFoundError, Phrase, UsageError, nearest
from agentconsole.sync.formats.base import KINDS, ReadOptions
from agentconsole.sync.formats.csv_columns import FIELDS

_KEYS: Final = ("columns", "zone", "day_first", "delimiter", "encoding", "kind")


class Profile(NamedTuple):
    """What it declares, and its own words, which a run keeps for who tries again what it set aside."""

    options: ReadOptions = ReadOptions()
    text: str | None = None


def load_profile(path: Path) -> Profile:
    """Reads a profile.

    ```toml
    zone = "Asia/Tokyo"     # of dates that name none
    kind = "tickets"        # what the rows are, where the header does not tell
    [columns]
    "問い合わせ番号" = "id"
    ```

    Raises:
        NotFoundError: there is no such file.
        UsageError: it is not TOML, or says something unknown.
    """
    try:
        return profile_of(path.read_text("utf-8-sig"), path)
    except FileNotFoundError as error:
        raise NotFoundError(Phrase("{file} does not exist", file=path)) from error
    except OSError as error:
        raise ConsoleError(Phrase("{file} cannot be read: {error}", file=path, error=error.strerror)) from error
    except UnicodeDecodeError as error:
        raise UsageError(Phrase("{file} is not TOML in UTF-8: {error}", file=path, error=str(error))) from error


def profile_of(text: str, path: Path) -> Profile:
    """A profile of these words.

    Args:
        path: where they stand, for what is told of them.

    Raises:
        UsageError: it is not TOML, or says something unknown.
    """
    try:
        profile = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(Phrase("{file} is not TOML in UTF-8: {error}", file=path, error=str(error))) from error
    for key in profile:
        _known(key, _KEYS, f"{path}")
    options = ReadOptions(
        zone=_zone(_text(profile, "zone", path), path),
        day_first=_day_first(profile, path),
        kind=_kind(_text(profile, "kind", path), path),
        columns=_columns(profile.get("columns", {}), path),
        delimiter=_delimiter(_text(profile, "delimiter", path), path),
        encoding=_encoding(_text(profile, "encoding", path), path),
    )
    return Profile(options, text)


def _known(word: str, known: Iterable[str], place: str) -> str:
    known = tuple(known)
    if word not in known:
        near = nearest(word, known)
        close = Phrase("did you mean {word}?", word=repr(near))
        hint = close if near else Phrase("one of {names}", names=", ".join(known))
        raise UsageError(Phrase("{place}: {word} is not known", place=place, word=repr(word)), hint)
    return word


def _text(profile: Mapping[str, Any], key: str, path: Path) -> str | None:
    value = profile.get(key)
    if value is not None and not isinstance(value, str):
        raise UsageError(Phrase("{place}: must be text in quotes", place=f"{path}: {key}"))
    return value


def _zone(name: str | None, path: Path) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        words = Phrase("{place}: {word} is not known", place=f"{path}: zone", word=repr(name))
        raise UsageError(words, Phrase("zones are named as in {example}", example='"Asia/Tokyo", "UTC"')) from error


def _day_first(profile: Mapping[str, Any], path: Path) -> bool | None:
    value = profile.get("day_first")
    if value is not None and not isinstance(value, bool):
        raise UsageError(Phrase("{place}: must be true or false", place=f"{path}: day_first"))
    return value


def _kind(kind: str | None, path: Path) -> str | None:
    return None if kind is None else _known(kind, KINDS, f"{path}: kind")


def _columns(columns: object, path: Path) -> dict[str, str]:
    if not isinstance(columns, dict):
        raise UsageError(Phrase("{place}: must be a table of header = field", place=f"{path}: columns"))
    known = sorted(set().union(*FIELDS.values()))
    for header, name in columns.items():
        if not isinstance(name, str):
            raise UsageError(Phrase("{place}: must name a field in quotes", place=f"{path}: columns: {header!r}"))
        _known(name, known, f"{path}: columns")
    return dict(columns)


def _delimiter(delimiter: str | None, path: Path) -> str | None:
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise UsageError(Phrase("{place}: must be one character", place=f"{path}: delimiter"))
    return delimiter


def _encoding(encoding: str | None, path: Path) -> str | None:
    try:
        if encoding is not None:
            "a".encode(encoding)
    except (LookupError, ValueError) as error:
        words = Phrase("{place}: {word} is not known", place=f"{path}: encoding", word=repr(encoding))
        raise UsageError(words) from error
    return encoding
