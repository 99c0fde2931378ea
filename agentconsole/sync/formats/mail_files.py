"""The mails in files: one mail a file (.eml, a Maildir's), or many behind each other (mbox). One at a time."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath
from typing import BinaryIO, Final

from agentconsole.sync.files import SourceFile
from agentconsole.sync.formats.base import words
from agentconsole.sync.formats.mail_parts import LINES, MAIL_LIMIT
from agentconsole.sync.records import Place

_FIELD: Final = re.compile(rb"([A-Za-z][A-Za-z0-9_.-]{0,75})[ \t]*:")
_ENVELOPE: Final = re.compile(rb"From (?![ \t]*:)")
_SEPARATOR: Final = re.compile(
    rb"From .{0,400}?\d{1,2}:\d\d(:\d\d)?.{0,40}?\b\d{4}\b|From .{0,400}?\b\d{4}-\d\d-\d\d \d\d:\d\d"
)
_STAMP: Final = re.compile(rb"[A-Z][a-z]{2} +\d{1,2} +\d\d:\d\d:\d\d +\d{4}\b")
_SENDERS: Final = words("from to received message-id delivered-to return-path subject")
_FIELDS: Final = _SENDERS | words(
    "date cc mime-version content-type reply-to sender in-reply-to references content-transfer-encoding envelope-to"
    " x-original-to dkim-signature arc-seal x-mailer user-agent x-mozilla-status x-gm-thrid authentication-results"
)
_FLAGS: Final = re.compile(r"[:;!]2,([A-Za-z]*)$")
_DELIVERED: Final = re.compile(r"(1\d{9})\D")
_ODD_LINES: Final = 3
"""Lines among the fields that are none: folded ones that have lost their blanks, for example."""
_LONG_LINE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class RawMail:
    """One mail as it stands in its file.

    Args:
        delivered: when it came, where the file says it.
        flags: of a Maildir: D is a draft, T is in the bin.
        is_whole: whether all of it is here.
    """

    place: Place
    content: bytes
    delivered: datetime | None = None
    flags: str = ""
    is_whole: bool = True


def looks_like_mail(head: bytes) -> bool:
    """Whether a file begins as a mail does: fields that mails have, at least two, and one of those about its way."""
    found, is_envelope = _fields(head)
    return len(found & _FIELDS) + is_envelope >= 2 and bool(found & _SENDERS)


def has_fields(head: bytes) -> bool:
    """Whether there is a mail's field at all."""
    return bool(_fields(head)[0] & _FIELDS)


def _fields(head: bytes) -> tuple[set[str], bool]:
    """The names of the fields at the beginning, and whether an mbox's line stands before them."""
    lines = _start(head).splitlines()[:200]
    is_envelope = bool(lines and _ENVELOPE.match(lines[0]))
    found: set[str] = set()
    odd = 0
    for line in lines[is_envelope:]:
        field = _FIELD.match(line)
        if field:
            found.add(field[1].decode("ascii").lower())
        elif not line[:1].isspace() and not line.startswith(b">From "):
            odd += 1
            if not line or not found or odd > _ODD_LINES:
                break
    return found, is_envelope


def _start(content: bytes) -> bytes:
    """Without what stands before the first field by mistake."""
    return content.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")


def mails(file: SourceFile) -> Iterator[RawMail]:
    """The mails of a file, in their order.

    Raises:
        ConsoleError: it cannot be read.
    """
    head = file.head()
    if not head.strip():
        return
    if b"\r" in head and b"\n" not in head:
        with file.open() as stream:
            whole = stream.read(MAIL_LIMIT).replace(b"\r", b"\n")
        opened: BinaryIO = io.BytesIO(whole)
    else:
        opened = file.open()
    with opened as stream:
        if _ENVELOPE.match(_start(head)):
            yield from _mbox(stream, file.name)
        else:
            yield _single(stream, file.name)


def _single(stream: BinaryIO, name: str) -> RawMail:
    content = stream.read(MAIL_LIMIT + 1)
    whole = _bounded(_start(content[:MAIL_LIMIT]))
    flags = _FLAGS.search(name)
    stamp = _DELIVERED.match(PurePath(name).name) if flags or PurePath(name).parent.name in ("cur", "new") else None
    return RawMail(
        Place(name),
        whole,
        datetime.fromtimestamp(int(stamp[1]), UTC) if stamp else None,
        flags[1] if flags else "",
        len(content) <= MAIL_LIMIT and len(whole) >= len(_start(content)),
    )


def _bounded(content: bytes) -> bytes:
    if content.count(b"\n") <= LINES:
        return content
    return b"".join(line for line, _ in zip(io.BytesIO(content), range(LINES), strict=False))


class _Collected:
    """One mail of an mbox on its way."""

    def __init__(self, line: int, separator: bytes) -> None:
        self.line = line
        self._delivered = _stamped(separator)
        self.lines: list[bytes] = []
        self.size = 0
        self.is_whole = True

    def add(self, line: bytes) -> None:
        self.size += len(line)
        if self.size > MAIL_LIMIT or len(self.lines) >= LINES:
            self.is_whole = False
            return
        if line.startswith(b">") and line.lstrip(b">").startswith(b"From "):
            line = line[1:]
        self.lines.append(line)

    def mail(self, name: str) -> RawMail:
        return RawMail(Place(name, self.line), b"".join(self.lines), self._delivered, is_whole=self.is_whole)


def _stamped(separator: bytes) -> datetime | None:
    """When a mail came, by the line before it, which tells it in UTC."""
    found = _STAMP.search(separator)
    try:
        return (
            datetime.strptime(" ".join(found[0].decode().split()), "%b %d %H:%M:%S %Y").replace(tzinfo=UTC)
            if found
            else None
        )
    except ValueError:
        return None


def _mbox(stream: BinaryIO, name: str) -> Iterator[RawMail]:
    """The mails behind each other. One begins at a line `From ... date` after a blank one and before a field.

    `Content-Length` is not believed: whoever sends a mail can write it, and would hide the mails behind it.
    """
    found: _Collected | None = None
    separator, was_blank, is_first = b"", True, True
    for number, line in _lines(stream):
        if separator:
            if is_first or _FIELD.match(line) or line.startswith((b"From ", b">From ")):
                if found is not None:
                    yield found.mail(name)
                found, is_first = _Collected(number - 1, separator), False
            elif found is not None:
                found.add(separator)
            separator = b""
        if was_blank and _ENVELOPE.match(line) and (is_first or _SEPARATOR.match(line)):
            separator = line
        elif found is not None:
            found.add(line)
        was_blank = not line.strip()
    if found is not None:
        yield found.mail(name)


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Numbered lines; one that is very long comes in pieces under the same number."""
    number, is_new = 0, True
    while line := stream.readline(_LONG_LINE):
        number += is_new
        is_new = line.endswith(b"\n")
        yield number, line
