"""A mail taken apart: its text, and what is attached by name, type and size. Bounded whatever it claims to hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import EmailPolicy
from string import whitespace
from typing import Any, Final

from agentconsole.domain.errors import Phrase
from agentconsole.domain.text.html_text import plain_text
from agentconsole.sync import charsets
from agentconsole.sync.files import foreign_kind
from agentconsole.sync.formats import mail_headers as headers
from agentconsole.sync.formats.base import RejectError, Tally, words
from agentconsole.sync.packed import safe_name
from agentconsole.sync.records import AttachmentRecord

MAIL_LIMIT: Final = 32 << 20
"""Bytes of one mail that are read; what is beyond is mostly the end of an attachment."""
LINES: Final = 1_000_000
"""Lines of one mail that are read."""
HEADER_LIMIT: Final = 1 << 20
"""Bytes of a mail's header."""
FIELDS: Final = 2000
"""Fields of one header."""
PARTS: Final = 500
"""Parts of one mail, and lines of a list of its attachments."""
DEPTH: Final = 30
"""Parts inside each other."""
TEXT_LIMIT: Final = 2 << 20
"""Bytes of one part of text that are read."""
_WORK: Final = 20_000_000
"""Lines times boundaries: what a parser has to compare."""

_BLANK_LINE: Final = re.compile(rb"\r?\n\r?\n|\r\r")
_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset=[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_ENCODINGS: Final = words("7bit 8bit binary quotedprintable base64 xuuencode uuencode xuue uue")
_READABLE: Final = ("text/plain", "text/html", "text/enriched")
_BLANK: Final = f"{whitespace}\xa0\u3000\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""What leaves nothing to be read."""
_ENCODING: Final = re.compile(r"[^a-z0-9]")


class _Message(EmailMessage):
    """A message that keeps so many fields and no more, and finds them by name at once."""

    def __init__(self, policy: Any = None) -> None:
        super().__init__(policy)
        self._by_name: dict[str, list[str]] = {}
        self._kept = 0

    def set_raw(self, name: str, value: Any) -> None:
        if self._kept < FIELDS:
            self._kept += 1
            self._by_name.setdefault(name.lower(), []).append(value)
            super().set_raw(name, value)

    def get(self, name: str, failobj: Any = None) -> Any:
        found = self._by_name.get(name.lower())
        return found[0] if found else failobj

    def get_all(self, name: str, failobj: Any = None) -> Any:
        return self._by_name.get(name.lower(), failobj)

    def stored(self) -> str:
        """The text of a part as it came; the library's own way to it decodes with whatever charset is declared."""
        payload = vars(self).get("_payload")
        return payload if isinstance(payload, str) else ""

    def inside(self) -> list[Message] | None:
        """The parts of a part that has some."""
        payload = vars(self).get("_payload")
        return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else None


class _Policy(EmailPolicy):
    """The library's own policy without its reading of fields, which is slow on hostile ones and raises on broken ones:
    fields come as they stand, to be read by `mail_headers`."""

    def header_source_parse(self, sourcelines: Iterable[str]) -> tuple[str, str]:
        name, _, value = "".join(sourcelines).partition(":")
        return name.strip(), value[: headers.VALUE_LIMIT].strip()

    def header_fetch_parse(self, name: str, value: Any) -> Any:
        return value

    def handle_defect(self, obj: Any, defect: Any) -> None:
        """Broken mail is read as far as it goes."""


_PARSER: Final = BytesParser(policy=_Policy(message_factory=_Message))


def parse(raw: bytes) -> Message:
    """The mail with its parts; with its header alone if there are too many of them.

    Raises:
        RejectError: its header is absurd.
    """
    end = _BLANK_LINE.search(raw[: HEADER_LIMIT + 4])
    if end is None and len(raw) > HEADER_LIMIT:
        raise RejectError(Phrase("a header of more than {size} MiB", size=HEADER_LIMIT >> 20))
    shallow = (raw.count(b"\n") + 1) * (raw.count(b"oundary") + raw.count(b"OUNDARY")) > _WORK
    try:
        return _PARSER.parsebytes(raw, headersonly=shallow)
    except RecursionError:
        return _PARSER.parsebytes(raw, headersonly=True)


def one(message: Message, name: str) -> str:
    """A field as it stands, or nothing."""
    return str(message.get(name) or "")


def every(message: Message, name: str) -> list[str]:
    """All fields of a name."""
    return [str(value) for value in message.get_all(name) or ()]


@dataclass(slots=True)
class Content:
    """What a mail holds."""

    body: str = ""
    attachments: list[AttachmentRecord] = field(default_factory=list)
    types: set[str] = field(default_factory=set)
    """The content types of all parts."""
    enclosed_ids: list[str] = field(default_factory=list)
    """The message ids of mails inside this one."""
    charset: str | None = None
    """The first one that is declared."""


def content(message: Message, tally: Tally) -> Content:
    """The text and the attachments of a mail."""
    reader = _Reader(tally)
    text = reader.text(message, 0)
    if not text.strip(_BLANK) and reader.enclosed is not None and "message/delivery-status" not in reader.found.types:
        text = _Reader(tally).text(reader.enclosed, 0)  # sent on without a word
    reader.found.body = text.replace("\0", "").strip("\n")
    return reader.found


@dataclass(slots=True)
class _Part:
    """A part with its type and disposition understood."""

    message: Message
    type: str
    parameters: Mapping[str, str]
    disposition: str
    name: str | None


def _part(message: Message, default: str) -> _Part:
    kind, parameters = headers.parameters(one(message, "content-type"))
    disposition, more = headers.parameters(one(message, "content-disposition"))
    name = more.get("filename") or parameters.get("name") or more.get("name")
    kind = _GAPS.sub("", kind)
    return _Part(message, kind if kind.count("/") == 1 else default, parameters, disposition, name or None)


_GAPS: Final = re.compile(r"\s")


class _Reader:
    def __init__(self, tally: Tally) -> None:
        self.found = Content()
        self.enclosed: Message | None = None
        """The first mail inside."""
        self._tally = tally
        self._parts = 0

    def text(self, message: Message, depth: int, default: str = "text/plain") -> str:
        """A part's text, nothing if it has none; on the way, what is attached is listed."""
        part = _part(message, default)
        self._parts += 1
        if self._parts > PARTS:
            return ""
        self.found.types.add(part.type)
        inside = message.inside() if isinstance(message, _Message) else None
        if inside is not None and part.type.startswith("multipart/") and depth < DEPTH:
            return self._several(part, inside, depth)
        if inside is not None:
            self._enclosed(part, inside)
            return ""
        if not self._is_text(part, depth):
            self._attach(part, _size(part))
            return ""
        return self._leaf(part)

    def _is_text(self, part: _Part, depth: int) -> bool:
        if part.disposition == "attachment" or not part.type.startswith(("text/", "multipart/")):
            return False
        is_known = part.type in _READABLE or part.type.startswith("multipart/")
        return is_known and part.name is None if depth else True

    def _several(self, part: _Part, inside: list[Message], depth: int) -> str:
        default = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
        if part.type != "multipart/alternative":
            texts = [self.text(each, depth + 1, default) for each in inside[:PARTS]]
            return "\n\n".join(text.strip("\n") for text in texts if text.strip())
        plainest = sorted(inside[:PARTS], key=lambda each: _part(each, default).type != "text/plain")
        best = ""
        for each in plainest:
            if not best.strip(_BLANK) or _part(each, default).type not in _READABLE:
                text = self.text(each, depth + 1, default)
                best = best if best.strip(_BLANK) else text
        return best

    def _enclosed(self, part: _Part, inside: list[Message]) -> None:
        """A mail inside the mail: listed by its subject; its id is what a bounce is about."""
        first = inside[0] if inside else None
        name = part.name
        if first is not None and part.type == "message/rfc822":
            self.enclosed = self.enclosed or first
            self.found.enclosed_ids += headers.message_ids(one(first, "message-id"))[:1]
            subject = headers.decoded(one(first, "subject"))
            name = name or (f"{subject[:100]}.eml".replace("/", "-") if subject else None)
        self._attach(part, None, name)

    def _attach(self, part: _Part, size: int | None, name: str | None = None) -> None:
        if part.type in ("text/rfc822-headers", "message/rfc822-headers"):
            found = re.search(
                r"^message-id:\s*(<[^<>\s]{1,180}>)", _raw_text(part.message), re.IGNORECASE | re.MULTILINE
            )
            self.found.enclosed_ids += headers.message_ids(found[1]) if found else []
        shown = safe_name((name or part.name or "").replace("\\", "/").rpartition("/")[2] or _unnamed(part.type))
        kind = part.type if part.type.isprintable() and len(part.type) <= 100 else None
        self.found.attachments.append(AttachmentRecord(shown, kind, size))

    def _leaf(self, part: _Part) -> str:
        raw = self._content(part)
        if foreign_kind(raw[:512]) is not None:
            self._attach(part, len(raw))
            return ""
        declared = part.parameters.get("charset")
        is_html = part.type == "text/html"
        if is_html and not declared and (meta := _CHARSET.search(raw[:4096])):
            declared = meta[1].decode("ascii")
        if declared and charsets.codec(declared) is None:
            self._tally.count_unknown("message.charset", declared)
        self.found.charset = self.found.charset or declared
        text = charsets.decode(raw, declared).replace("\r\n", "\n").replace("\r", "\n")
        if is_html:
            return plain_text(text)
        if part.parameters.get("format", "").lower() == "flowed":
            return unflowed(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
        return text

    def _content(self, part: _Part) -> bytes:
        """The part's bytes, decoded from their way of travelling."""
        raw = _raw_text(part.message).encode("utf-8", "surrogateescape")
        encoding = _ENCODING.sub("", one(part.message, "content-transfer-encoding").lower().partition(";")[0])
        if encoding == "base64":
            raw = raw[: TEXT_LIMIT * 2]
            end = headers.words_behind(raw)
            text, words = headers.from_base64(raw[:end])[:TEXT_LIMIT], raw[end:].lstrip()
            return text + b"\n\n" + words if text and words else text or words
        raw = raw[:TEXT_LIMIT]
        if encoding == "quotedprintable":
            return headers.from_quoted_printable(raw)
        if encoding and encoding not in _ENCODINGS:
            self._tally.count_unknown("message.encoding", encoding)
        return raw


def _raw_text(message: Message) -> str:
    return message.stored() if isinstance(message, _Message) else ""


def _size(part: _Part) -> int:
    """The bytes of an attachment; counted, not decoded."""
    text = _raw_text(part.message)
    encoding = _ENCODING.sub("", one(part.message, "content-transfer-encoding").lower().partition(";")[0])
    if encoding == "base64":
        text = text.rstrip()
        pads = text.endswith("=") + text.endswith("==")
        return max(0, (len(text) - sum(map(text.count, " \t\r\n"))) * 3 // 4 - pads)
    if encoding == "quotedprintable":
        return len(headers.from_quoted_printable(text.encode("utf-8", "surrogateescape")))
    return len(text.encode("utf-8", "surrogateescape"))


def _unnamed(kind: str) -> str:
    ending = kind.rpartition("/")[2]
    return f"unnamed.{ending}" if re.fullmatch(r"[\w.+-]{1,30}", ending) else "unnamed"


# --- lines that flow (RFC 3676)


_QUOTED: Final = re.compile(r">+")


def unflowed(text: str, *, delete_space: bool) -> str:
    """Paragraphs whose lines were cut only for the way are put together again; quotation marks stay."""
    found: list[list[str]] = []
    last_depth, is_open = -1, False
    for line in text.split("\n"):
        mark = _QUOTED.match(line)
        depth = mark.end() if mark else 0
        inside = line[depth:].removeprefix(" ")
        if is_open and depth == last_depth and inside != "-- ":
            found[-1].append(inside)
        else:
            found.append([f"{'>' * depth} {inside}" if depth else inside])
        is_open = inside.endswith(" ") and inside != "-- "
        if is_open and delete_space:
            found[-1][-1] = found[-1][-1][:-1]
        last_depth = depth
    return "\n".join(map("".join, found))
