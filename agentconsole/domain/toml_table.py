"""Reading TOML as a person wants it read: every problem at once, each with its line and the nearest right word.

`tomllib` keeps no positions, so a small scan over the text finds the line of each key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, Final, TypeVar

from agentconsole.domain.errors import Phrase, nearest

Path = tuple[str | int, ...]
T = TypeVar("T")
E = TypeVar("E", bound=Enum)

_KEY: Final = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*""")
_NOISE: Final = re.compile(r""""(?:[^"\\]|\\.)*"|'[^']*'|\#.*""")
_AT_LINE: Final = re.compile(r" \(at line (\d+), column \d+\)| \(at end of document\)")


class Problems:
    """What is wrong in one text. `file` is only its name."""

    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._found: list[tuple[int, str]] = []
        self._lines = len(text.splitlines())
        self._where = dict(_positions(text))

    def add(self, path: Path, message: str) -> None:
        """Notes a problem of the value at `path`, or of what it stands in if it has no line of its own."""
        key = next((part for part in reversed(path) if isinstance(part, str)), "")
        self._found.append(
            (self.line(path), Phrase("key {key}: {problem}", key=repr(key), problem=message) if key else message)
        )

    def line(self, path: Path) -> int:
        """The line on which the key at `path`, or the table it stands in, is written."""
        while path and path not in self._where:
            path = path[:-1]
        return self._where.get(path, 1)

    def parse(self, text: str) -> dict[str, Any]:
        """The document; empty, with the problem noted, when it is not TOML."""
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            at = _AT_LINE.search(str(error))
            line = int(at[1]) if at and at[1] else max(self._lines, 1)
            self._found.append((line, Phrase("not TOML: {error}", error=_AT_LINE.sub("", str(error)))))
            return {}

    def lines(self) -> list[str]:
        """`file:line: what is wrong`, in the order of the text."""
        return [
            Phrase("{place}: {problem}", place=f"{self._file}:{line}", problem=message)
            for line, message in sorted(self._found)
        ]


def _positions(text: str) -> Iterator[tuple[Path, int]]:
    """The path and the line (from 1) of each table header and each key that begins a line."""
    counts: dict[Path, int] = {}
    table: Path = ()
    depth, quote = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if quote:
            quote = "" if quote in line else quote
            continue
        stripped = line.strip()
        if not depth and stripped.startswith("["):
            table = _table_path(stripped, counts)
            yield table, number
            continue
        if not depth and (keys := _keys(stripped)):
            yield (*table, *keys), number
        opened = [mark for mark in ('"""', "'''") if line.count(mark) % 2]
        quote = opened[0] if opened else ""
        bare = _NOISE.sub("", line)
        depth += sum(map(bare.count, "[{")) - sum(map(bare.count, "]}"))


def _table_path(header: str, counts: dict[Path, int]) -> Path:
    """The path of a `[table]` or of the next of a `[[table]]`, with the indexes of the arrays it stands in."""
    array = header.startswith("[[")
    keys = _keys(header.lstrip("["), end="]")
    path: Path = ()
    for key in keys[:-1] if array else keys:
        path = (*path, key)
        if path in counts:
            path = (*path, counts[path] - 1)
    if array:
        path = (*path, *keys[-1:])
        counts[path] = counts.get(path, 0) + 1
        path = (*path, counts[path] - 1)
    return path


def _keys(text: str, end: str = "=") -> tuple[str, ...]:
    """The dotted key at the beginning of `text`, which must be followed by `end`; empty if there is none."""
    keys: list[str] = []
    at = 0
    while found := _KEY.match(text, at):
        keys.append(next(part for part in found.groups() if part is not None))
        at = found.end()
        if text[at : at + 1] == end:
            return tuple(keys)
        if text[at : at + 1] != ".":
            break
        at += 1
    return ()


class Table:
    """A TOML table being read: each key that is asked for is known, the others are reported by `close`.

    Every reader notes a problem and answers with the default when the value is missing or wrong.
    """

    def __init__(self, values: Mapping[str, Any], path: Path, problems: Problems) -> None:
        self._values = values
        self._asked: set[str] = set()
        self.path = path
        self._problems = problems

    def names(self) -> list[str]:
        """The keys that are there."""
        return list(self._values)

    def has(self, key: str) -> bool:
        return key in self._values

    def wrong(self, key: str, message: str) -> None:
        self._problems.add((*self.path, key) if key else self.path, message)

    def missing(self, key: str) -> None:
        self._problems.add(self.path, Phrase("{key} is missing", key=repr(key)))

    def value(
        self, key: str, kind: type[T] | tuple[type[T], ...], wanted: str, default: T, *, needed: bool = False
    ) -> T:
        """The value, if it is of that type; `wanted` says in words what it should be."""
        self._asked.add(key)
        if key not in self._values:
            if needed:
                self.missing(key)
            return default
        value = self._values[key]
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if isinstance(value, kinds) and not (isinstance(value, bool) and bool not in kinds):
            return value
        self.wrong(key, Phrase("{wanted} is wanted here, not {found}", wanted=wanted, found=_type_name(value)))
        return default

    def text(self, key: str, default: str = "", *, needed: bool = False) -> str:
        value = self.value(key, str, Phrase("a text"), default, needed=needed)
        if needed and self.has(key) and not value.strip():
            self.wrong(key, Phrase("must not be empty"))
        return value

    def texts(self, key: str, *, needed: bool = False) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        value: Any = self.value(key, (list, str), Phrase("a list of texts"), [], needed=needed)
        items = [value] if isinstance(value, str) else value
        if all(isinstance(item, str) for item in items):
            return tuple(items)
        self.wrong(key, Phrase("a list of texts is wanted here"))
        return ()

    def date(self, key: str, default: date | None = None, *, needed: bool = False) -> date | None:
        value = self.value(key, date, Phrase("a date like {example}", example="2026-04-01"), date.min, needed=needed)
        if isinstance(value, datetime):
            self.wrong(key, Phrase("a date like {example} is wanted here, without a time", example="2026-04-01"))
            return default
        return default if value is date.min else value

    def choice(self, key: str, kind: type[E], default: E) -> E:
        """One word (or number) of an enumeration."""
        self._asked.add(key)
        return self.member(key, self._values[key], kind) or default if key in self._values else default

    def choices(self, key: str, kind: type[E], *, needed: bool = False) -> tuple[E, ...]:
        """A list of words (or numbers) of an enumeration."""
        items: Sequence[Any] = self.value(key, list, Phrase("a list"), [], needed=needed)
        found = (self.member(key, item, kind) for item in items)
        return tuple(item for item in found if item is not None)

    def member(self, key: str, value: object, kind: type[E]) -> E | None:
        """The member of an enumeration with that value; a problem at `key` if there is none."""
        for member in kind:
            if member.value == value and not isinstance(value, bool):
                return member
        words = [str(member.value) for member in kind]
        close = nearest(str(value), words)
        problem = Phrase("{value} is none of {names}", value=repr(value), names=", ".join(words))
        self.wrong(key, with_nearest(problem, close))
        return None

    def read(self, key: str, text: str, reader: Callable[[str], T]) -> T | None:
        """What `reader` makes of a text; its ValueError becomes a problem at `key`."""
        try:
            return reader(text)
        except ValueError as error:
            self.wrong(key, error.args[0])
            return None

    def table(self, key: str, *, needed: bool = False) -> Table:
        return Table(self.value(key, dict, Phrase("a table"), {}, needed=needed), (*self.path, key), self._problems)

    def tables(self, key: str, *, needed: bool = False) -> list[Table]:
        """The tables of `[[key]]`."""
        items: Sequence[Any] = self.value(key, list, f"[[{key}]]", [], needed=needed)
        if not all(isinstance(item, dict) for item in items):
            self.wrong(key, Phrase("tables are wanted here: {example}", example=f"[[{key}]]"))
            return []
        return [Table(item, (*self.path, key, index), self._problems) for index, item in enumerate(items)]

    def close(self) -> None:
        """Reports the keys that nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                close = nearest(key, self._asked)
                self.wrong(key, with_nearest(Phrase("unknown key"), close))


def with_nearest(problem: Phrase, close: str | None) -> Phrase:
    """The problem, and the known word that is nearest to the wrong one."""
    return Phrase("{problem}; did you mean {word}?", problem=problem, word=repr(close)) if close else problem


def _type_name(value: object) -> Phrase:
    names = {
        bool: Phrase("true or false"), int: Phrase("a number"), float: Phrase("a number"), str: Phrase("a text"),
        list: Phrase("a list"), dict: Phrase("a table"),
    }  # fmt: skip
    return names.get(type(value), Phrase("a date or time"))
