"""Where the lists and objects of a JSON document begin and end, by its brackets alone, in one walk through it."""

from __future__ import annotations

import re
from collections.abc import Iterable
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
    brackets, base, buffer = _Brackets(piece), 0, b""
    tokens = (_OBJECTS if piece >= _BLOCK else _BRACKETS).finditer
    while chunk := stream.read(max(_BLOCK, len(buffer))):
        buffer += chunk
        passed = brackets.follow(tokens(buffer), base, len(buffer))
        base, buffer = base + passed, buffer[passed:]
        if brackets.misfit or len(buffer) > json_input.LINE_LIMIT:
            return brackets.broken_off()
    return brackets.broken_off() if buffer else brackets.ended(base)


class _Brackets:
    """The containers that are open, the outermost first.

    Attributes:
        misfit: whether a bracket came that closes none of them.
    """

    def __init__(self, piece: int) -> None:
        self.misfit = False
        self._piece = piece
        self._open = [Container(0, b"", piece)]
        self._deeper = 0
        """Brackets that are open in the innermost of them, and are not looked into."""

    def follow(self, tokens: Iterable[re.Match[bytes]], base: int, end: int) -> int:
        """How many bytes have been gone through: all, or those before a string that has no end yet.

        Args:
            base, end: where the tokens' bytes begin in the document, and how many there are.
        """
        for token in tokens:
            whole, char = token.groups()
            if whole:
                if not self._deeper:
                    self._open[-1].add(_closed(base + token.start(1), base + token.end(1), whole[:1], self._piece))
            elif char == b'"':
                return token.start(2)
            elif char:
                self._bracket(char, base + token.start(2))
                if self.misfit:
                    break
        return end

    def _bracket(self, char: bytes, at: int) -> None:
        if self._deeper or (len(self._open) > _LEVELS and char in b"{["):
            self._deeper += 1 if char in b"{[" else -1
        elif char in b"{[":
            self._open.append(Container(at, char, self._piece))
        elif self._open[-1].opener + char in _PAIRS:
            inner = self._open.pop()
            inner.close(at + 1)
            self._open[-1].add(inner)
        else:
            self.misfit = True

    def ended(self, at: int) -> Container:
        """The document, which ends here."""
        if len(self._open) > 1:
            return self.broken_off()
        self._open[0].close(at)
        return self._open[0]

    def broken_off(self) -> Container:
        """The document as far as its brackets fit."""
        inside: Container | None = None
        for each in reversed(self._open):
            each.break_off(inside)
            inside = each if each.parts else None
        return self._open[0]


def _closed(start: int, end: int, opener: bytes, piece: int) -> Container:
    found = Container(start, opener, piece)
    found.close(end)
    return found
