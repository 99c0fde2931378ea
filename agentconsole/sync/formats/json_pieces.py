"""A JSON document of any size in pieces: what stands in its large lists comes bit by bit, each as a page of its own.

The brackets are gone through once, block by block, to see where large lists and objects begin and end; then each is
decoded in pieces of about `PIECE` bytes. So neither the document nor what it decodes to is ever in memory as a whole,
and what is damaged costs the object around it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, NamedTuple

import orjson

from agentconsole.domain.errors import Phrase
from agentconsole.sync.formats import json_input
from agentconsole.sync.formats.base import RejectError
from agentconsole.sync.formats.json_outline import Container, outline
from agentconsole.sync.packed import laid_by

_KEY: Final = re.compile(rb'("(?:[^"\\]|\\.){0,200}+")[ \t\r\n]*:[ \t\r\n]*\Z', re.DOTALL)
_KEY_LIMIT: Final = 2048
_BLANK: Final = b" \t\r\n,"
_TOO_LONG: Final = Phrase("longer than {size} MiB in one; only its beginning is kept", size=json_input.LINE_LIMIT >> 20)

PIECE: Final = 1 << 18
"""Bytes of a list that are decoded at once, unless one object alone is larger."""
WHOLE: Final = 4 << 20
"""Bytes of a document or a page, without its large lists, that are decoded at once; ten times the room is taken."""


@dataclass(frozen=True, slots=True)
class Pages:
    """How a format tells pages from objects; large lists and objects in them are empty here."""

    named: Callable[[Any], str]
    """What a value that cannot be taken was meant to be: `ticket`, `user` ..., or `record`."""
    is_page: Callable[[Mapping[str, Any]], bool]
    """Whether an object only holds others together."""
    rank: Callable[[str, Any], int | None]
    """By key and value: when what stands there is read, lowest first; None: it is nothing to be read."""
    context: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda page: {}
    """What a page says of all that stands in it."""


def lists(name: str, around: frozenset[str] = frozenset()) -> Pages:
    """Pages of one list of objects, whatever its key is.

    Args:
        name: what each object is.
        around: keys of objects that hold such a page.
    """

    def rank(key: str, value: Any) -> int | None:
        return 0 if type(value) is list or (value == {} and key in around) else None

    return Pages(
        lambda _: name,
        lambda page: "id" not in page and any(rank(key, value) == 0 for key, value in page.items()),
        rank,
    )


class Refused(NamedTuple):
    """What is no JSON, or too much of it, and how it begins."""

    reason: str
    raw: bytes


def pieces(stream: BinaryIO, name: str, pages: Pages, piece: int) -> Iterator[Any]:
    """The document's values, and `Refused` in place of what cannot be decoded.

    Args:
        stream: gone through more than once, and closed; what is packed is laid by, once, instead of unpacked each time.
        name: of the file, for who has no room for it.
        piece: bytes from which on a list or an object is taken to pieces.
    """
    with stream if stream.seekable() else laid_by(stream, name) as text:
        yield from _in_order(text, pages, piece)


def _in_order(stream: BinaryIO, pages: Pages, piece: int) -> Iterator[Any]:
    root = outline(stream, piece)
    yield from _Walk(_Text(stream), pages, is_close=piece == 0).document(root)


class _Text:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, start: int, end: int) -> bytes:
        """The bytes from one to the other."""
        self._stream.seek(start)
        return self._stream.read(end - start)


class _Walk:
    """Goes through an outline.

    Args:
        is_close: whether all that can be a part is one, so that nothing is gained by a closer look.
    """

    def __init__(self, text: _Text, pages: Pages, *, is_close: bool) -> None:
        self._text = text
        self._pages = pages
        self._is_close = is_close
        self._broken: int | None = None

    def document(self, root: Container) -> Iterator[Any]:
        """All there is, and what is left behind a break."""
        for part in root.parts:
            if isinstance(part, Container):
                yield from self._values(part)
            elif part.end - part.start > json_input.LINE_LIMIT:
                yield Refused(_TOO_LONG, self._beginning(part.start))
            else:
                yield from self._loose(self._text.read(part.start, part.end))
        if not root.is_whole:
            start = root.end if self._broken is None else self._broken
            reason = Phrase("not JSON: damaged or cut off at byte {byte}; nothing behind it is read", byte=root.end)
            yield Refused(reason, self._beginning(start))

    def _values(self, container: Container) -> Iterator[Any]:
        return self._list(container) if container.opener == b"[" else self._object(container)

    def _list(self, container: Container) -> Iterator[Any]:
        """Lists, which are all of it together."""
        for part in container.parts:
            if isinstance(part, Container):
                yield from (each if isinstance(each, Refused) else [each] for each in self._values(part))
            elif part.end - part.start > json_input.LINE_LIMIT:
                yield Refused(_TOO_LONG, self._beginning(part.start))
            elif content := self._text.read(part.start, part.end).strip(_BLANK):
                yield from self._items(b"[" + content + b"]")

    def _items(self, content: bytes) -> Iterator[Any]:
        try:
            yield orjson.loads(content)
        except orjson.JSONDecodeError as error:
            yield from self._closer(content, f"not JSON: {error}")

    def _loose(self, content: bytes) -> Iterator[Any]:
        """Values that stand behind each other, none of them large."""
        try:
            yield from list(json_input.decode_damaged(content.removeprefix(json_input.BOM)))
        except json_input.DamagedError as error:
            yield from self._closer(content, error.reason)

    def _closer(self, content: bytes, reason: str) -> Iterator[Any]:
        if self._is_close:
            yield Refused(reason, content[: json_input.KEPT_OF_LONG])
        else:
            yield from _in_order(io.BytesIO(content), self._pages, 0)

    def _object(self, container: Container) -> Iterator[Any]:
        """Objects, which are all of it together if it is a page; else the one that it is."""
        members = _Members(self._text, container)
        is_long = sum(part.end - part.start for part in container.parts if not isinstance(part, Container)) > WHOLE
        first = next(iter(members), {}) if is_long else {key: value for each in members for key, value in each.items()}
        if not self._pages.is_page({key: _hollow(value) for key, value in first.items()}):
            yield from self._whole(container)
            return
        for each in members if is_long else [first]:
            yield from self._page(each)
        yield from members.refused

    def _page(self, members: Mapping[str, Any]) -> Iterator[Any]:
        """What a page holds, in the order in which it is read, and its own words with each."""
        hollow = {key: _hollow(value) for key, value in members.items()}
        ranks = {key: self._pages.rank(key, value) for key, value in hollow.items()}
        around = {key: value for key, value in hollow.items() if ranks[key] is None}
        for key in sorted((key for key, rank in ranks.items() if rank is not None), key=lambda key: ranks[key] or 0):
            value = members[key]
            for each in self._values(value) if isinstance(value, Container) else [value]:
                if isinstance(each, Refused):
                    yield each
                else:
                    yield {**around, key: each}
                    around = dict(self._pages.context(hollow))

    def _whole(self, container: Container) -> Iterator[Any]:
        if not container.is_whole:
            self._broken = container.start
        elif container.end - container.start > json_input.LINE_LIMIT:
            yield Refused(_TOO_LONG, self._beginning(container.start))
        else:
            content = self._text.read(container.start, container.end)
            if too_much := json_input.overflow(content):
                yield Refused(too_much, content[: json_input.KEPT_OF_LONG])
                return
            try:
                yield json_input.decode(content)
            except RejectError as error:
                yield Refused(error.reason, content)

    def _beginning(self, start: int) -> bytes:
        return self._text.read(start, start + json_input.KEPT_OF_LONG)


class _Members:
    """The members of an object by their keys, in runs; large ones as they are outlined.

    Attributes:
        refused: what the last walk could not decode.
    """

    def __init__(self, text: _Text, container: Container) -> None:
        self._text = text
        self._parts = container.parts
        self.refused: list[Refused] = []

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        self.refused.clear()
        before = b""
        for part in self._parts:
            if isinstance(part, Container):
                key = _KEY.search(before, max(0, len(before) - _KEY_LIMIT))
                yield {**self._decoded(before[: key.start()] if key else before), **self._named(key, part)}
                before = b""
            else:
                yield self._decoded(before)
                before = self._text.read(part.start, min(part.end, part.start + json_input.LINE_LIMIT))
        yield self._decoded(before)

    def _named(self, key: re.Match[bytes] | None, value: Container) -> Mapping[str, Any]:
        name = json_input.decode_page(key[1]) if key else None
        if type(name) is str:
            return {name: value}
        beginning = self._text.read(value.start, value.start + json_input.KEPT_OF_LONG)
        self.refused.append(Refused(Phrase("not JSON: no key"), beginning))
        return {}

    def _decoded(self, content: bytes) -> Mapping[str, Any]:
        whole = b"{" + content.strip(_BLANK) + b"}"
        found = json_input.decode_page(whole) or json_input.decode_leniently(whole)
        if type(found) is dict:
            return found
        self.refused.append(
            Refused(Phrase("not JSON: damaged between its objects"), content[: json_input.KEPT_OF_LONG])
        )
        return {}


def _hollow(value: Any) -> Any:
    if isinstance(value, Container):
        return [] if value.opener == b"[" else {}
    return value
