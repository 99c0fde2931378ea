"""Freshdesk's account export: XML in which each ticket holds its notes. Read as a stream, with no entities and no DTD.

A damaged record is set aside, and reading goes on at the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final
from xml.parsers import expat

from agentconsole.domain.errors import Phrase
from agentconsole.sync.files import SourceFile
from agentconsole.sync.formats.base import OBJECTS, RejectError, words
from agentconsole.sync.formats.freshdesk_kinds import COLLECTIONS
from agentconsole.sync.formats.json_input import BOM, DEPTH_LIMIT, KEPT_OF_LONG, LINE_LIMIT, printable
from agentconsole.sync.records import Place, RejectedRecord

_ROOTS: Final = frozenset(
    root for name in words("helpdesk-ticket user contact customer agent group") for root in (name, f"{name}s")
).union(words("companies company solution-categories solution-category forum-categories forum-category"))
_LISTS: Final = words("notes helpdesk-notes public-notes attachments tags conversations")
_ROOT: Final = re.compile(rb"<([A-Za-z][A-Za-z0-9_-]*)[\s/>]")
_ACCOUNT: Final = re.compile(r"cf_\w+_(\d{4,})")
_SIGNS: Final = (b"<helpdesk-agent", b"<fb-profile-id", b"<cust-identifier", b"<escalate-to", b"<ticket-permission")
_CHUNK: Final = 1 << 16
_ELEMENTS: Final = 200_000
"""Of one record."""
_TAIL: Final = 64
"""Bytes in which a tag's beginning may hide at the end of a chunk."""


@dataclass(frozen=True, slots=True)
class Element:
    """One record: its element's name, what is in it as JSON would have it, and where it stands."""

    kind: str
    value: Any
    place: Place
    raw: bytes


def has_signs(head: bytes) -> bool:
    """Whether a file begins as XML of Freshdesk's; other helpdesks have users and groups as well."""
    root = root_of(head)
    return root is not None and (root.startswith("helpdesk") or any(sign in head for sign in _SIGNS))


def root_of(head: bytes) -> str | None:
    """The name of the outermost element, if it is one of Freshdesk's."""
    body = head.removeprefix(BOM).lstrip()
    if body[:1] != b"<":
        return None
    found = _ROOT.search(body)
    name = found[1].decode() if found else None
    return name if name in _ROOTS else None


def kind_in(root: str) -> str | None:
    """The kind of the records under a root."""
    return COLLECTIONS.get(root.replace("-", "_"))


def elements(file: SourceFile) -> Iterator[Element | RejectedRecord]:
    """The records of a file, and what had to be set aside."""
    with file.open() as stream:
        yield from _Stream(file.name, stream).records()


class _HostileError(RejectError):
    """Nothing more of this file is read."""


class _Node:
    """An element that is not closed yet."""

    __slots__ = ("children", "kind", "name", "nil", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.kind = attributes.get("type", "")
        self.nil = attributes.get("nil") in ("true", "nil", "1")
        self.text: list[str] = []
        self.children: list[tuple[str, Any]] = []

    def value(self) -> Any:
        """A list, an object, or a leaf in the type that its attribute says."""
        if self.kind == "array" or self.name in _LISTS:
            return [value for _, value in self.children]
        if self.children:
            return {name.replace("-", "_"): value for name, value in self.children}
        text = "".join(self.text)
        if self.nil or not text:
            return None
        if self.kind == "integer" and re.fullmatch(r"\s*-?[0-9]{1,18}\s*", text):
            return int(text)
        return text.strip() == "true" if self.kind == "boolean" and text.strip() in ("true", "false") else text


class _Stream:
    """The parser, and the bytes from the record in hand on, so that what it cannot take can be kept whole."""

    def __init__(self, name: str, stream: BinaryIO) -> None:
        self._name = name
        self._stream = stream
        self._found: list[Element] = []
        self._bytes = bytearray()
        self._root = self._record = ""
        """The names of the outermost element and of the records in it."""
        self._is_over = self._is_lost = False
        """Whether nothing more can be read; whether the next record's beginning is looked for."""
        self._begin(0, b"")

    def records(self) -> Iterator[Element | RejectedRecord]:
        """All records, in order."""
        while not self._is_over:
            chunk = self._stream.read(_CHUNK)
            self._bytes += chunk
            self._is_over = not chunk
            if not self._is_lost:
                yield from self._parse(chunk)
            if self._is_lost and self._find_next():
                yield from self._parse(bytes(self._bytes))

    def _begin(self, line: int, prefix: bytes) -> None:
        """A new parser, for what begins behind that many lines.

        Args:
            prefix: opens the outermost element again; it is not among the file's own bytes.
        """
        self._nodes: list[_Node] = []
        self._depth = self._count = 0
        self._line = line
        self._offset = len(prefix)
        """Where the parser takes the first of `_bytes` to be."""
        self._start: tuple[int, int] | None = None
        """Byte and line where the record in hand begins."""
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.CharacterDataHandler = self._text
        self._parser.EntityDeclHandler = self._entity
        if prefix:
            self._parser.Parse(prefix, False)

    def _parse(self, chunk: bytes) -> Iterator[Element | RejectedRecord]:
        """Parses on; where that fails, sets the record in hand aside, and goes on at the next one."""
        while True:
            reason = self._failure(chunk)
            yield from self._found
            self._found = []
            if reason is None:
                self._forget()
                return
            yield self._set_aside(reason)
            if not self._is_lost or not self._find_next():
                return
            chunk = bytes(self._bytes)

    def _failure(self, chunk: bytes) -> str | None:
        """Why the parser cannot go on; none if it can."""
        self._trouble: tuple[int, int] | None = None
        try:
            self._parser.Parse(chunk, self._is_over)
        except (expat.ExpatError, RejectError) as error:
            self._is_lost = not isinstance(error, _HostileError) and bool(self._record) and self._record != self._root
            self._is_over = self._is_over or not self._is_lost
            return error.reason if isinstance(error, RejectError) else self._told(error)
        except (ValueError, LookupError) as error:
            self._is_over = True
            return Phrase("not XML that can be read: {error}", error=error)
        if self._start and len(self._bytes) > LINE_LIMIT:
            self._is_lost = True
            return Phrase("longer than {size} MiB; only its beginning is kept", size=LINE_LIMIT >> 20)
        return None

    def _told(self, error: expat.ExpatError) -> str:
        return Phrase(
            "not XML: {error} in line {line}, column {column}",
            error=expat.ErrorString(error.code), line=self._line + error.lineno, column=error.offset + 1,
        )  # fmt: skip

    def _set_aside(self, reason: str) -> RejectedRecord:
        """The record in hand, up to the next one; `_bytes` then begins behind the trouble."""
        at, line = self._trouble or (self._parser.CurrentByteIndex, self._parser.CurrentLineNumber)
        start, first_line = self._start or (at, line)
        begin, trouble = max(start - self._offset, 0), max(at - self._offset, start - self._offset + 1, 1)
        following = self._next().search(self._bytes, trouble) if self._is_lost else None
        end = following.start() if following else len(self._bytes)
        raw = bytes(self._bytes[begin : min(end, begin + LINE_LIMIT)])
        name = OBJECTS.get(kind_in(self._record) or "", "record") if self._start else "record"
        place = Place(self._name, self._line + first_line)
        self._drop(trouble, self._line + line)
        return RejectedRecord(place, name, reason, printable(raw if following else raw[:KEPT_OF_LONG]))

    def _drop(self, count: int, line: int) -> None:
        """Forgets the first bytes; those that stay begin in that line."""
        del self._bytes[:count]
        self._lost_line = line

    def _next(self) -> re.Pattern[bytes]:
        return re.compile(rb"<" + re.escape(self._record.encode()) + rb"[\s/>]")

    def _find_next(self) -> bool:
        """Whether the next record's beginning has been read; then a new parser stands before it."""
        found = self._next().search(self._bytes)
        end = found.start() if found else max(len(self._bytes) - _TAIL, 0)
        self._drop(end, self._lost_line + self._bytes.count(b"\n", 0, end))
        if found:
            self._is_lost = False
            self._begin(self._lost_line - 1, f"<{self._root}>".encode())
        return found is not None

    def _forget(self) -> None:
        """Keeps only what may be needed to set something aside."""
        kept = self._start[0] - self._offset if self._start else max(len(self._bytes) - _CHUNK, 0)
        del self._bytes[:kept]
        self._offset += kept

    # What the parser says

    def _fail(self, error: RejectError) -> None:
        """Stops the parser; it would go on to the end of its chunk before it says where it is."""
        self._trouble = (self._parser.CurrentByteIndex, self._parser.CurrentLineNumber)
        raise error

    def _entity(self, *declaration: object) -> None:
        self._fail(_HostileError(Phrase("it declares entities, which are never read")))

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        if not self._depth:
            self._root = self._root or name
        if self._start is None and (self._depth == 1 or _is_record(name)):
            self._start = (self._parser.CurrentByteIndex, self._parser.CurrentLineNumber)
            self._record = name
            self._count = 0
        self._depth += 1
        if self._start is not None:
            self._nodes.append(_Node(name, attributes))
            self._count += 1
            if len(self._nodes) > DEPTH_LIMIT:
                self._fail(RejectError(Phrase("nested deeper than {count} levels", count=DEPTH_LIMIT)))
            if self._count > _ELEMENTS:
                self._fail(RejectError(Phrase("more than {count} elements", count=_ELEMENTS)))

    def _text(self, text: str) -> None:
        if self._nodes:
            self._nodes[-1].text.append(text)

    def _close(self, name: str) -> None:
        self._depth -= 1
        if not self._nodes:
            return
        node = self._nodes.pop()
        if self._nodes:
            self._nodes[-1].children.append((name, node.value()))
            return
        start, line = self._start or (0, 0)
        end = self._bytes.find(b">", self._parser.CurrentByteIndex - self._offset) + 1
        raw = bytes(self._bytes[start - self._offset : end])
        self._found.append(Element(name, _plain_fields(node.value()), Place(self._name, self._line + line), raw))
        self._start = None


def _is_record(name: str) -> bool:
    """Whether an element is a record wherever it stands."""
    return name in _ROOTS and not name.endswith("s")


def _plain_fields(value: Any) -> Any:
    """The record with its custom fields called as the API calls them: without the account's number behind."""
    own = value.get("custom_field") if type(value) is dict else None
    if type(own) is not dict:
        return value
    endings = {match[1] if match else "" for match in map(_ACCOUNT.fullmatch, own)}
    ending = f"_{endings.pop()}" if len(endings) == 1 else ""
    return {**value, "custom_field": {key.removesuffix(ending): content for key, content in own.items()}}
