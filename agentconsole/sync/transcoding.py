"""JSON in another encoding than UTF-8, read as if it were in that."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable
from functools import partial
from typing import BinaryIO, Final, cast

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"{\0", "utf-16-le"),
    (b"[\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
    (b"\0[", "utf-16-be"),
)


def in_utf8(opener: Callable[[], BinaryIO], head: bytes) -> Callable[[], BinaryIO]:
    """What opens a file whose first bytes are `head`: as it is, unless it is JSON in UTF-16 or UTF-32."""
    encoding = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if encoding is None or head[:64].decode(encoding, "replace").lstrip()[:1] not in ("{", "["):
        return opener
    return partial(decoded, opener, encoding)


def decoded(opener: Callable[[], BinaryIO], encoding: str) -> BinaryIO:
    """A new stream in UTF-8 of one in another encoding.

    What is none of it comes out as no UTF-8, either, or as U+FFFD where bytes are no measure.
    """
    return cast(BinaryIO, io.BufferedReader(_Decoded(opener(), encoding), 1 << 16))


class _Decoded(io.RawIOBase):
    def __init__(self, inner: BinaryIO, encoding: str) -> None:
        self._inner = inner
        errors = "replace" if encoding.startswith("utf") else "surrogateescape"
        self._decoder = codecs.getincrementaldecoder(encoding)(errors)
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            chunk = self._inner.read(1 << 16)
            self._ready = self._decoder.decode(chunk, not chunk).encode("utf-8", "surrogateescape")
            if not chunk:
                break
        taken, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def close(self) -> None:
        self._inner.close()
        super().close()
