"""What archives have in common, whatever an archive claims: how much may come out of it, and under which names."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Final, cast

from agentconsole.domain.errors import ConsoleError, Phrase
from agentconsole.sync.spooled import filling, temporary_file

ENTRIES: Final = 100_000
"""Members of one archive."""
DIRECTORY: Final = 16 << 20
"""Bytes of an archive's list of members; a tar's has a kibibyte or two for each besides."""
TOTAL: Final = 32 << 30
"""Bytes that come out of one archive."""
LAID_BY: Final = 8 << 30
"""Bytes of what an archive holds, and lies in a temporary file while it is read: another one, or large JSON."""
RATIO: Final = 200
"""What may come out of a byte; tickets as text pack to a tenth, or a fiftieth where they repeat themselves."""
HARMLESS: Final = 64 << 20
"""Bytes that may come out whatever the ratio is."""

UNPACK: Final = Phrase("unpack it and name what is inside")
DAMAGE: Final = (
    *(OSError, EOFError, ValueError, RecursionError, NotImplementedError),
    *(struct.error, zlib.error, zipfile.BadZipFile, tarfile.TarError),
)
"""What the libraries say of an archive that is not in order."""


@dataclass(frozen=True, slots=True)
class Packed:
    """An archive, or a member of one.

    Args:
        size: bytes that it takes up outside of all archives.
        is_file: or a link, a device, or something else that holds nothing.
    """

    name: str
    opener: Callable[[], BinaryIO]
    size: int
    is_file: bool = True


def room(size: int) -> int:
    """Bytes that may come out of so many."""
    return min(TOTAL, max(HARMLESS, size * RATIO))


def safe_name(name: str) -> str:
    """A path that is fit to be shown: relative, no steps upward, nothing invisible, not endless."""
    steps = [step for step in name.replace("\\", "/").split("/") if step.strip() not in ("", ".", "..")]
    shown = ("".join(c if c.isprintable() else "?" for c in step) for step in steps[-20:])
    return "/".join(step if len(step) <= 120 else f"{step[:80]}…{step[-39:]}" for step in shown) or "?"


def damaged(name: str, error: object) -> ConsoleError:
    """What cannot be unpacked; of an error, its message, which may be a phrase."""
    said = error.args[0] if isinstance(error, Exception) and len(error.args) == 1 else error
    return ConsoleError(
        Phrase("{file} is damaged: {error}", file=name, error=said if isinstance(said, str) else str(said))
    )


def too_much(name: str) -> ConsoleError:
    return ConsoleError(Phrase("{file} unpacks to more than an archive of its size should", file=name), UNPACK)


class UnreadableError(Exception):
    """A member is in order, and of a kind that is not read here; the message says why."""


def guarded(
    inner: BinaryIO,
    name: str,
    limit: int,
    *,
    below: BinaryIO | None = None,
    held: object = None,
    is_plain: bool = False,
) -> BinaryIO:
    """A stream that gives plain errors, and no more than it may.

    Args:
        below: is closed with it.
        held: what must live as long as it.
        is_plain: whether nothing has to be unpacked to go back in it.
    """
    return cast(BinaryIO, io.BufferedReader(_Guarded(inner, name, limit, below, held, is_plain=is_plain), 1 << 16))


class _Guarded(io.RawIOBase):
    def __init__(
        self, inner: BinaryIO, name: str, limit: int, below: BinaryIO | None, held: object, *, is_plain: bool
    ) -> None:
        self._inner = inner
        self._is_plain = is_plain
        self._below = below
        self._held = held
        self._name = name
        self._limit = self._left = limit

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._is_plain

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if not self._is_plain:
            raise io.UnsupportedOperation("seek")
        position = self._inner.seek(offset, whence)
        self._left = self._limit - position
        return position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Raises:
        ConsoleError: the archive is damaged, or there is more than it may hold.
        """
        try:
            chunk = self._inner.read(len(buffer))
        except DAMAGE as error:
            raise damaged(self._name, error) from error
        self._left -= len(chunk)
        if self._left < 0:
            raise too_much(self._name)
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
            if self._below is not None:
                self._below.close()
        super().close()


def laid_by(stream: BinaryIO, name: str, limit: int = LAID_BY) -> BinaryIO:
    """All of a file that can only be read from the front, in a temporary file.

    Raises:
        ConsoleError: it is damaged, too large, or there is no room for it.
    """
    with stream:
        copy = temporary_file(name)
        with filling(copy, name):
            done = 0
            while chunk := stream.read(1 << 20):
                done += len(chunk)
                if done > limit:
                    raise too_much(name)
                copy.write(chunk)
    copy.seek(0)
    return copy
