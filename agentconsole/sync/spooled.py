"""Standard input or a pipe, laid by on disk while it is read."""

from __future__ import annotations

import io
import tempfile
import threading
import weakref
from collections.abc import Callable
from typing import BinaryIO, cast


class Spooled:
    """Standard input or a pipe on disk, unnamed, so that it can be looked at first and read afterwards."""

    def __init__(self, fill: Callable[[BinaryIO], None]) -> None:
        self._fill = fill
        self._copy: BinaryIO | None = None
        self._lock = threading.Lock()

    def open(self) -> BinaryIO:
        if self._copy is None:
            self._copy = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - lives as long as the file it stands for
            weakref.finalize(self, self._copy.close)
            self._fill(self._copy)
        return cast(BinaryIO, io.BufferedReader(_View(self), 1 << 16))

    def read_at(self, position: int, size: int) -> bytes:
        """Bytes from a position that the caller keeps: many may read at once."""
        assert self._copy is not None
        with self._lock:
            self._copy.seek(position)
            return self._copy.read(size)

    def size(self) -> int:
        """All bytes."""
        assert self._copy is not None
        with self._lock:
            return self._copy.seek(0, io.SEEK_END)


class _View(io.RawIOBase):
    """One reader's view of what is laid by."""

    def __init__(self, spool: Spooled) -> None:
        self._spool = spool
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at}.get(whence)
        self._at = max(0, (self._spool.size() if start is None else start) + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        chunk = self._spool.read_at(self._at, len(buffer))
        buffer[: len(chunk)] = chunk
        self._at += len(chunk)
        return len(chunk)
