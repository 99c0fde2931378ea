"""Header fields of mail as people write them: encoded words, addresses, parameters, message ids.

Structure first, then decoding: what an encoded name decodes to never becomes an address. Everything is linear in the
field's length, and nothing raises.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from typing import Final
from urllib.parse import unquote_to_bytes

from agentconsole.sync import charsets

VALUE_LIMIT: Final = 1 << 16
"""Characters of one field that are read."""
IDS: Final = 100
"""Message ids of one field that are read: the first, and the last ones."""
MAILBOXES: Final = 200
"""Addresses of one field that are read."""
ADDRESS_LIMIT: Final = 200
_REMEMBERED: Final = 1000
"""Characters of a field that is kept, once read: the same ones come again and again."""
_LONG_ID: Final = 180


@dataclass(frozen=True, slots=True)
class Mailbox:
    address: str
    """In lower case."""
    name: str | None = None


# --- words


_WORD: Final = re.compile(r"=\?([^?\s\"=]{1,60})\?([bBqQ])\?([^?]*)\?=")
_GAP: Final = re.compile(r"[ \t\r\n\f\v\0]+")
_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]")
_LONG_WORD: Final = 40
"""Bytes that no word has, and all lines of base64 but the last."""


def plain(raw: str, hints: Iterable[str | None] = ()) -> str:
    """A field as it came, with its stray bytes decoded; encoded words stay as they are."""
    if raw.isascii() and "\x1b" not in raw:
        return raw
    return charsets.decode(raw.encode("utf-8", "surrogateescape"), None, hints)


def decoded(raw: str, hints: Iterable[str | None] = ()) -> str:
    """A field in words for people, on one line.

    Encoded words that stand together are joined as bytes before they are decoded: many a writer cuts them inside of a
    character.
    """
    text = plain(raw, tuple(hints))
    if "=?" in text:
        text = "".join(_decoded_words(text))
    return _GAP.sub(" ", text).strip()


def _decoded_words(text: str) -> Iterator[str]:
    run: list[tuple[str, str, str]] = []
    at = 0
    for word in _WORD.finditer(text):
        between = text[at : word.start()]
        if between.strip() or not run:
            yield _run_text(run)
            run = []
            yield between
        run.append((word[1].lower(), word[2].lower(), word[3]))
        at = word.end()
    yield _run_text(run)
    yield text[at:]


def _run_text(run: list[tuple[str, str, str]]) -> str:
    """The text of encoded words with nothing but blanks between them."""
    found: list[str] = []
    charset, content, waiting = "", b"", ""
    for number, (name, encoding, payload) in enumerate(run):
        if name != charset:
            found.append(charsets.decode(content, charset))
            charset, content, waiting = name, b"", ""
        payload = waiting + _GAP.sub("" if encoding == "b" else "_", payload)
        goes_on = number + 1 < len(run) and run[number + 1][:2] == (name, encoding)
        waiting = payload if encoding == "b" and goes_on and len(payload) % 4 and "=" not in payload else ""
        if not waiting:
            content += _payload(payload, encoding)
    return "".join((*found, charsets.decode(content, charset)))


def _payload(payload: str, encoding: str) -> bytes:
    content = payload.encode("utf-8", "surrogateescape")
    return from_base64(content) if encoding == "b" else binascii.a2b_qp(content, header=True)


def from_base64(content: bytes) -> bytes:
    """What was encoded, as far as it can be read; ends at the padding, whatever stands behind it."""
    content = _NOT_BASE64.sub(b"", content.partition(b"=")[0])
    if len(content) % 4 == 1:
        content = content[:-1]
    return base64.b64decode(content + b"=" * (-len(content) % 4))


def words_behind(content: bytes) -> int:
    """Where in what claims to be base64 words begin that nobody encoded: a list's footer, or all of it."""
    at = end = 0
    for line in content.splitlines(keepends=True):
        at += len(line)
        if _is_encoded(line.strip()):
            end = at
        elif _is_words(line.strip()):
            return end
    return len(content)


def _is_encoded(line: bytes) -> bool:
    return b" " not in line and len(_NOT_BASE64.sub(b"", line)) * 2 > len(line)


def _is_words(line: bytes) -> bool:
    return b" " in line and max(map(len, line.split())) < _LONG_WORD


def from_quoted_printable(content: bytes) -> bytes:
    return quopri.decodestring(content)


# --- addresses


_TOKEN: Final = re.compile(
    r"""=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?= | "(?:[^"\\]|\\.){0,300}+" | [()<>,;:"\\] | [^()<>,;:"\\=]+ | =""",
    re.VERBOSE | re.DOTALL,
)
_ADDRESS: Final = re.compile(r'(?:[^\s<>()\[\],;:@"]+|"[^"\s]+")@(?:[\w-]+(?:\.[\w-]+)*|\[[0-9a-fA-F.:]+\])')
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


def mailboxes(raw: str, hints: Iterable[str | None] = ()) -> list[Mailbox]:
    """The addresses of a field, each with its name; what has no address is left out."""
    read = _known_mailboxes if len(raw) <= _REMEMBERED else _mailboxes
    return list(read(raw, tuple(hints)))


def _mailboxes(raw: str, hints: tuple[str | None, ...]) -> tuple[Mailbox, ...]:
    reader = _Mailboxes()
    for token in _TOKEN.finditer(plain(raw, hints)):
        reader.take(token[0])
        if len(reader.found) >= MAILBOXES:
            break
    reader.end()
    return tuple(Mailbox(address, decoded(name, hints) or None) for address, name in reader.found)


_known_mailboxes = lru_cache(maxsize=4096)(_mailboxes)


class _Mailboxes:
    """Reads an address list token by token; lenient, and never deeper than one level."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []
        self._name: list[str] = []
        self._comment: list[str] = []
        self._angle: list[str] | None = None
        self._is_closed = False
        self._depth = 0

    def take(self, token: str) -> None:
        if self._depth or (token in "()" and self._angle is None):
            self._in_comment(token)
        elif token == "<":
            self._angle = []
        elif token == ">":
            self._is_closed = self._angle is not None
        elif token in ",;" and (self._angle is None or self._is_closed):
            self.end()
        elif self._angle is not None and not self._is_closed:
            self._angle = [] if token == ":" else [*self._angle[-20:], token]
        elif token == ":":
            self._name.clear()
        else:
            self._name.append(token)

    def _in_comment(self, token: str) -> None:
        self._depth = max(0, self._depth + (token == "(") - (token == ")"))
        if token not in "()":
            self._comment.append(token)

    def end(self) -> None:
        """Ends the address in hand."""
        name = "".join(map(_unquoted, self._name)).strip()
        comment = "".join(self._comment).strip()
        if self._angle is not None:
            address = _address("".join(self._angle))
        else:
            address, name = _address("".join(self._name)), ""
        if address:
            self.found.append((address, name or comment))
        self._name, self._comment, self._angle, self._is_closed, self._depth = [], [], None, False, 0


def _unquoted(token: str) -> str:
    return _ESCAPED.sub(r"\1", token[1:-1]) if token[:1] == '"' and len(token) > 1 else token


def _address(text: str) -> str | None:
    found = text.strip().strip("'").removeprefix("mailto:").rstrip(".").lower()
    return found if len(found) <= ADDRESS_LIMIT and found.isprintable() and _ADDRESS.fullmatch(found) else None


# --- message ids


_ID: Final = re.compile(r"<([^<>]{1,900})>")


def fingerprint(content: bytes) -> str:
    """32 digits that stand for content without a name that can be used."""
    return blake2b(content, digest_size=16).hexdigest()


def message_ids(raw: str) -> list[str]:
    """The ids of a field in their order, without the brackets; of very many, the first and the last."""
    found = [_plain_id(each) for each in _ID.findall(raw)]
    if not found:
        found = [_plain_id(word) for word in islice(raw.split(), 2 * IDS) if "@" in word]
    found = list(dict.fromkeys(each for each in found if each))
    return found if len(found) <= IDS else [found[0], *found[1 - IDS :]]


def _plain_id(text: str) -> str:
    """An id that can be one of ours: printable, and not too long."""
    found = "".join(text.split())
    if found.isprintable() and len(found) <= _LONG_ID:
        return found
    return fingerprint(found.encode("utf-8", "surrogateescape")) if found else ""


# --- parameters


_PARAMETER: Final = re.compile(r""";\s*([^\s=;"]{1,80})\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))""", re.DOTALL)
_PART: Final = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")


def parameters(raw: str) -> tuple[str, Mapping[str, str]]:
    """A field's value in lower case, and its parameters, decoded (RFC 2231, or encoded words, or bytes as they are)."""
    return _known_parameters(raw) if len(raw) <= _REMEMBERED else _parameters(raw)


def _parameters(raw: str) -> tuple[str, Mapping[str, str]]:
    value, _, rest = raw.partition(";")
    found: dict[str, list[tuple[int, bool, str]]] = {}
    for match in islice(_PARAMETER.finditer(";" + rest), 200):
        part = _PART.fullmatch(match[1].lower())
        text = _ESCAPED.sub(r"\1", match[2]) if match[2] is not None else match[3].strip()
        if part:
            found.setdefault(part[1], []).append((int(part[2] or -1), bool(part[3]), text))
    return value.strip().lower(), {name: _joined(parts) for name, parts in found.items()}


_known_parameters = lru_cache(maxsize=1024)(_parameters)


def _joined(parts: list[tuple[int, bool, str]]) -> str:
    """One parameter out of its pieces; the encoded form counts before the plain one."""
    pieces = sorted((part for part in parts if part[0] >= 0), key=lambda part: part[0])
    if not pieces:
        pieces = [next((part for part in parts if part[1]), parts[0])]
    if not any(encoded for _, encoded, _ in pieces):
        return decoded("".join(text for _, _, text in pieces))
    charset, content = None, b""
    for number, encoded, text in pieces:
        if encoded and number <= 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        raw = text.encode("utf-8", "surrogateescape")
        content += unquote_to_bytes(raw) if encoded else raw
    return _GAP.sub(" ", charsets.decode(content, charset)).strip()
