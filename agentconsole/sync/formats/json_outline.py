"""Where the lists and objects of a JSON document begin and end, by its brackets alone, in one walk through it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import BinaryIO, Final

from agentconsole.sync.formats import json_input

_LEVELS: Final = 6
"""Levels of lists and objects that are taken to pieces; what is deeper belongs to one object."""
_BLOCK: Final = 1 << 18
_PLAIN: Final = rb'[^"\[\]{}]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"\[\]{}]*+)*+'
"""Whatever is no bracket, strings whole."""


def _balanced(levels: int) -> bytes:
    """A list or an object with so many levels in it."""
    inner = rb"(?:" + _balanced(levels - 1) + _PLAIN + rb")*+" if levels else b""
    return rb"[\[{]" + _PLAIN + inner + rb"[\]}]"


_BRACKETS: Final = re.compile(_PLAIN + rb'(?:()([\[\]{}"]))?+', re.DOTALL)
"""The next bracket, or the quote of a string that has no end here."""
_OBJECTS: Final = re.compile(_PLAIN + rb"(?:(" + _balanced(3) + rb')|([\[\]{}"]))?+', re.DOTALL)
"""The next object or list as a whole, if it has its end here; it is gone into one by one only where that matters."""
_PAIRS: Final = (b"[]", b"{}")


class Part:
    """A run of members of a list or an object, by the bytes from and to which it goes."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int = 0) -> None:
        self.start = start
        self.end = end


class Container(Part):
    """A list or an object that is larger than a piece, or still open.

    Args:
        opener: `[` or `{`; nothing for the document itself.
        piece: its members are parts by themselves if they are larger, and else together as long as they are not.
    """

    __slots__ = ("_last", "_piece", "_run", "is_whole", "opener", "parts")

    def __init__(self, start: int, opener: bytes, piece: int) -> None:
        super().__init__(start)
        self.opener = opener
        self.parts: list[Part] = []
        self.is_whole = False
        self._piece = piece
        self._run = self._last = start + len(opener)

    def add(self, inner: Container) -> None:
        """Takes in a member that is whole."""
        if inner.end - inner.start > self._piece:
            self._take(inner)
            return
        if inner.end - self._run > self._piece:
            self._end_run(self._last)
        self._last = inner.end

    def close(self, end: int) -> None:
        """Nothing is in it beyond `end`, where its bracket is."""
        self._end_run(end - 1 if self.opener else end)
        self.end, self.is_whole = end, True

    def break_off(self, inside: Container | None) -> None:
        """Ends it behind its last member that is whole, or behind the one in which the document ends."""
        if inside is not None:
            self._take(inside)
        else:
            self._end_run(self._last)
        self.end = self._last

    def _take(self, inner: Container) -> None:
        self._end_run(inner.start)
        self.parts.append(inner)
        self._run = self._last = inner.end

    def _end_run(self, end: int) -> None:
        if end > self._run:
            self.parts.append(Part(self._run, end))
            self._run = self._last = end


def outline(stream: BinaryIO, piece: int) -> Container:
    """The document; not whole if its brackets do not fit, and then up to where they do.

    Args:
        piece: see `Container`.
    """
    stack, deeper, base, buffer = [Container(0, b"", piece)], 0, 0, b""
    tokens = (_OBJECTS if piece >= _BLOCK else _BRACKETS).finditer
    while chunk := stream.read(max(_BLOCK, len(buffer))):
        buffer += chunk
        carried = len(buffer)
        for token in tokens(buffer):
            whole, char = token.groups()
            if whole:
                if not deeper:
                    stack[-1].add(_closed(base + token.start(1), base + token.end(1), whole[:1], piece))
            elif char is None:
                continue
            elif char == b'"':
                carried = token.start(2)
                break
            elif deeper or (len(stack) > _LEVELS and char in b"{["):
                deeper += 1 if char in b"{[" else -1
            elif char in b"{[":
                stack.append(Container(base + token.start(2), char, piece))
            elif stack[-1].opener + char in _PAIRS:
                inner = stack.pop()
                inner.close(base + token.end(2))
                stack[-1].add(inner)
            else:
                return _broken_off(stack)
        base, buffer = base + carried, buffer[carried:]
        if len(buffer) > json_input.LINE_LIMIT:
            return _broken_off(stack)
    if len(stack) > 1 or buffer:
        return _broken_off(stack)
    stack[0].close(base)
    return stack[0]


def _closed(start: int, end: int, opener: bytes, piece: int) -> Container:
    found = Container(start, opener, piece)
    found.close(end)
    return found


def _broken_off(stack: Sequence[Container]) -> Container:
    inside: Container | None = None
    for each in reversed(stack):
        each.break_off(inside)
        inside = each if each.parts else None
    return stack[0]
