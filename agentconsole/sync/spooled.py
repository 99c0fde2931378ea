"""What is laid by on disk while it is read: in unnamed files that only their owner can open, and that are gone with
their process, however it ends."""

from __future__ import annotations

import errno
import io
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, cast

from agentconsole.domain.errors import Phrase, ShortageError


def temporary_file(name: str) -> BinaryIO:
    """
    Args:
        name: of what will lie in it, for the error.

    Raises:
        ShortageError: there is no folder in which one can be made.
    """
    try:
        return cast(BinaryIO, tempfile.TemporaryFile())
    except OSError as error:
        words = Phrase("{file} has no place while it is read: {error}", file=name, error=error.strerror or str(error))
        raise ShortageError(words, Phrase("set TMPDIR to a folder that can be written")) from error


@contextmanager
def filling(copy: BinaryIO, name: str) -> Iterator[None]:
    """While a temporary file is written; it is closed if that fails.

    Raises:
        ShortageError: there is no room for it.
    """
    try:
        yield
        copy.flush()
    except BaseException as error:
        with suppress(OSError):  # what waits to be written has no room, either
            copy.close()
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            hint = Phrase("make room in {place}, or set TMPDIR to a folder that has more", place=tempfile.gettempdir())
            raise ShortageError(Phrase("{file} has no room while it is read", file=name), hint) from error
        raise


class Spooled:
    """Standard input or a pipe on disk, so that it can be looked at first and read afterwards.

    Args:
        name: how it is called where there is no room for it.
    """

    def __init__(self, name: str, fill: Callable[[BinaryIO], None]) -> None:
        self._name = name
        self._fill = fill
        self._copy: BinaryIO | None = None
        self._lock = threading.Lock()

    def open(self) -> BinaryIO:
        if self._copy is None:
            copy = temporary_file(self._name)
            with filling(copy, self._name):
                self._fill(copy)
            weakref.finalize(self, copy.close)
            self._copy = copy
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
