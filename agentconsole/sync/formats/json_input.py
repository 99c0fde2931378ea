"""JSON from files that may be large, damaged or hostile: lines and whole documents, in bounded memory."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import orjson

from agentconsole.domain.errors import Phrase
from agentconsole.sync.files import Line
from agentconsole.sync.formats.base import RejectError

LINE_LIMIT: Final = 64 << 20
"""Bytes of one line, and of one object in a document of many lines."""
DEPTH_LIMIT: Final = 200
"""Levels of nesting."""
OBJECTS_LIMIT: Final = 200_000
"""Objects and lists in one line: decoded, each takes ten times the room that it takes in the file."""
VALUES_LIMIT: Final = 1_000_000
"""Values in one line, as its commas tell."""
KEPT_OF_LONG: Final = 4096
"""Bytes that are kept of what is too long to be read."""
BOM: Final = b"\xef\xbb\xbf"

_TOO_DEEP: Final = Phrase("nested deeper than {count} levels", count=DEPTH_LIMIT)


def lines(stream: BinaryIO) -> Iterator[Line]:
    """Each line that is not blank; of a line that is too long comes its beginning."""
    number = 0
    while line := stream.readline(LINE_LIMIT + 1):
        number += 1
        whole = len(line) <= LINE_LIMIT or line.endswith(b"\n")
        if not whole:
            line = line[:KEPT_OF_LONG]
            _skip_line(stream)
        line = line.removeprefix(BOM).strip()
        if line:
            yield Line(number, line, whole)


def _skip_line(stream: BinaryIO) -> None:
    while (rest := stream.readline(1 << 20)) and not rest.endswith(b"\n"):
        pass


def overflow(line: bytes) -> str | None:
    """Why a line is not even decoded; None if it may be."""
    if len(line) <= OBJECTS_LIMIT:
        return None
    if line.count(b"{") + line.count(b"[") > OBJECTS_LIMIT:
        return Phrase(
            "more than {count} objects and lists in one line; only its beginning is kept", count=OBJECTS_LIMIT
        )
    if line.count(b",") > VALUES_LIMIT:
        return Phrase("more than {count} values in one line; only its beginning is kept", count=VALUES_LIMIT)
    return None


def decode(content: bytes) -> Any:
    """One JSON value, nothing else.

    Raises:
        RejectError: it is none, or nested too deeply, or holds too much.
    """
    if reason := overflow(content):
        raise RejectError(reason)
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise RejectError(_reason(error)) from error
    if content.count(b"{") + content.count(b"[") > DEPTH_LIMIT and is_deep(value):
        raise RejectError(_TOO_DEEP)
    return value


def encode(value: object) -> bytes:
    """The canonical text of a decoded value, whichever way it was decoded.

    Raises:
        RejectError: it holds what JSON cannot (a lone half of a surrogate pair, NaN), or is nested too deeply.
    """
    try:
        content = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:
        raise RejectError(_reason(error)) from error
    if content.count(b"{") + content.count(b"[") > DEPTH_LIMIT and is_deep(value):
        raise RejectError(_TOO_DEEP)
    return content


def _reason(error: Exception) -> str:
    message = str(error)
    if "not valid UTF-8" in message:
        return Phrase(
            "not JSON: not UTF-8; a profile names another encoding, such as {example}", example='encoding = "cp932"'
        )
    if "depth" in message or "ecursion" in message:
        return _TOO_DEEP
    return Phrase("not JSON: {error}", error=message)


def is_deep(value: object) -> bool:
    """Whether a decoded value is nested deeper than is taken."""
    level = [value]
    for _ in range(DEPTH_LIMIT):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: object) -> Iterator[object]:
    if type(value) is dict:
        return (inner for inner in value.values() if type(inner) in (dict, list))
    if type(value) is list:
        return (inner for inner in value if type(inner) in (dict, list))
    return iter(())


class NotANumber:
    """Stands for NaN and infinity, so that only the object that holds one is refused, not its whole page."""


def _finite(text: str) -> object:
    number = float(text)
    return number if math.isfinite(number) else NotANumber()


_LENIENT: Final = json.JSONDecoder(parse_constant=lambda _: NotANumber(), parse_float=_finite, strict=False)


class DamagedError(RejectError):
    """Nothing further can be read; `rest` is the beginning of what is left."""

    def __init__(self, reason: str, rest: str) -> None:
        super().__init__(reason)
        self.rest = rest.encode("utf-8", "backslashreplace").decode()


def decode_page(content: bytes) -> Any:
    """A whole document, or None if it is not in order."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def decode_leniently(content: bytes) -> Any:
    """A value in which there may be what JSON cannot hold, or None if it is not in order even so."""
    text = content.decode("utf-8", "surrogateescape")
    try:
        value, end = _value(text, 0)
    except DamagedError:
        return None
    return value if _after_space(text, end) == len(text) else None


_SPACE: Final = re.compile(r"[ \t\r\n,]*")
_LIST: Final = re.compile(r'[ \t\r\n]*(?:\{[ \t\r\n]*"(\w{1,40})"[ \t\r\n]*:[ \t\r\n]*)?\[')


def decode_damaged(content: bytes) -> Iterator[Any]:
    """The JSON values one after another, lenient with what is inside of them, as far as they can be read.

    Of a list that breaks off, or a page that begins with one, come the items before the break, each as a page.

    Raises:
        DamagedError: after the values before it, where nothing further can be read.
    """
    text = content.decode("utf-8", "surrogateescape")
    at = _after_space(text, 0)
    while at < len(text):
        try:
            value, at = _value(text, at)
        except DamagedError:
            yield from _items(text, at)
            raise
        yield value
        at = _after_space(text, at)


def _items(text: str, at: int) -> Iterator[Any]:
    start = _LIST.match(text, at)
    if start is None:
        return
    key, at = start[1], _after_space(text, start.end())
    while at < len(text) and text[at] != "]":
        value, at = _value(text, at)
        yield {key: [value]} if key else value
        at = _after_space(text, at)


def _value(text: str, at: int) -> tuple[Any, int]:
    try:
        return _LENIENT.raw_decode(text, at)
    except RecursionError as error:
        raise DamagedError(_TOO_DEEP, text[at : at + KEPT_OF_LONG]) from error
    except ValueError as error:
        raise DamagedError(Phrase("not JSON: {error}", error=error), text[at : at + KEPT_OF_LONG]) from error


def _after_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def lenient_text(value: object) -> str:
    """A value as JSON, with words for what JSON cannot hold."""
    return json.dumps(value, ensure_ascii=False, default=lambda _: "NaN")


def printable(value: object) -> str:
    """A value that was refused, whole, as text that can be stored."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    try:
        return json.dumps(value, default=lambda _: "NaN")
    except (TypeError, ValueError, RecursionError):
        return repr(type(value))
