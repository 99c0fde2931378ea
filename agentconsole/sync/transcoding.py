"""JSON and XML in another encoding than UTF-8, and JSON behind record separators, read as if they were plain."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable
from functools import partial
from typing import BinaryIO, Final, cast

from agentconsole.sync import charsets

_SEPARATOR: Final = "\x1e"
"""Stands before each text of a JSON text sequence (RFC 7464), and can be nowhere in JSON."""
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    *((first + b"\0", "utf-16-le") for first in (b"{", b"[", b"<")),
    *((b"\0" + first, "utf-16-be") for first in (b"{", b"[", b"<")),
    (_SEPARATOR.encode(), "utf-8"),
    (codecs.BOM_UTF8 + _SEPARATOR.encode(), "utf-8"),
)
_DECLARED: Final = re.compile(rb"""\s*<\?xml[^>]*\sencoding\s*=\s*["']([^"'>]{1,40})["']""")


def in_utf8(opener: Callable[[], BinaryIO], head: bytes) -> Callable[[], BinaryIO]:
    """What opens a file whose first bytes are `head`: as it is, unless it is such JSON or XML."""
    encoding = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if encoding is None:
        encoding = _declared(head)
    elif head[:64].decode(encoding, "replace").lstrip("\ufeff \t\r\n" + _SEPARATOR)[:1] not in ("{", "[", "<"):
        encoding = None
    return partial(decoded, opener, encoding) if encoding else opener


def _declared(head: bytes) -> str | None:
    """The encoding that XML names, if it can be another one than UTF-8; UTF-16 would be known by its first bytes."""
    found = _DECLARED.match(head)
    name = charsets.codec(found[1].decode("ascii", "replace")) if found else None
    return None if name is None or name.startswith(("ascii", "utf-8", "utf-16", "utf-32")) else name


def decoded(opener: Callable[[], BinaryIO], encoding: str) -> BinaryIO:
    """A new stream in UTF-8 of one in another encoding.

    What is none of it comes out as no UTF-8, either, or as U+FFFD where bytes are no measure.
    """
    return cast(BinaryIO, io.BufferedReader(_Decoded(opener(), encoding), 1 << 16))


class _Decoded(io.RawIOBase):
    def __init__(self, inner: BinaryIO, encoding: str) -> None:
        self._inner = inner
        errors = "replace" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
        self._decoder = codecs.getincrementaldecoder(encoding)(errors)
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            chunk = self._inner.read(1 << 16)
            text = self._decoder.decode(chunk, not chunk).replace(_SEPARATOR, " ")
            self._ready = text.encode("utf-8", "surrogateescape")
            if not chunk:
                break
        taken, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def close(self) -> None:
        self._inner.close()
        super().close()
