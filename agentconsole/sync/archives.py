"""Zip and gzip read where they stand: each member is a stream, nothing is written into the file system by its name.

Bounded whatever an archive claims: entries, the size of the list of them, what comes out against what went in, and the
total. A zip inside another archive lies in an unnamed temporary file while it is read.
"""

from __future__ import annotations

import gzip
import io
import stat
import struct
import tempfile
import weakref
import zipfile
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Final, cast

from agentconsole.domain.errors import ConsoleError
from agentconsole.sync import charsets

ENTRIES: Final = 100_000
"""Members of one archive."""
DIRECTORY: Final = 16 << 20
"""Bytes of a zip's list of members."""
TOTAL: Final = 32 << 30
"""Bytes that come out of one archive."""
NESTED: Final = 1 << 30
"""Bytes of a zip inside another archive."""
RATIO: Final = 200
"""What may come out of a byte; tickets as text pack to a tenth, or a fiftieth where they repeat themselves."""
HARMLESS: Final = 64 << 20
"""Bytes that may come out whatever the ratio is."""
OPEN_AT_ONCE: Final = 8

_UNPACK: Final = "unpack it and name what is inside"
_DAMAGE: Final = (OSError, EOFError, ValueError, struct.error, zlib.error, zipfile.BadZipFile, NotImplementedError)
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_SUFFIXES: Final = (".gz", ".gzip")


@dataclass(frozen=True, slots=True)
class Packed:
    """An archive, or a file inside one.

    Args:
        size: bytes that it takes up outside of all archives.
    """

    name: str
    opener: Callable[[], BinaryIO]
    size: int


def kind(head: bytes) -> str | None:
    """`zip` or `gzip`, from a file's first bytes."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    return "gzip" if head.startswith(b"\x1f\x8b\x08") else None


def members(archive: Packed) -> list[Packed] | None:
    """What is inside, in the archive's order; None for a document that is a zip only by its making (.docx, .ods).

    Raises:
        ConsoleError: it is damaged, encrypted, or its sizes are absurd.
    """
    with archive.opener() as stream:
        what = kind(stream.read(4))
    if what == "gzip":
        return [_gunzipped(archive)]
    return _Zip(archive).members()


def room(size: int) -> int:
    """Bytes that may come out of so many."""
    return min(TOTAL, max(HARMLESS, size * RATIO))


def safe_name(name: str) -> str:
    """A path that is fit to be shown: relative, no steps upward, nothing invisible, not endless."""
    steps = [step for step in name.replace("\\", "/").split("/") if step.strip() not in ("", ".", "..")]
    shown = ("".join(c if c.isprintable() else "?" for c in step) for step in steps[-20:])
    return "/".join(step if len(step) <= 120 else f"{step[:80]}…{step[-39:]}" for step in shown) or "?"


class _Guarded(io.RawIOBase):
    """A stream that gives plain errors, and no more than it may."""

    def __init__(self, inner: BinaryIO, below: BinaryIO | None, name: str, limit: int) -> None:
        self._inner = inner
        self._below = below
        self._name = name
        self._left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Raises:
        ConsoleError: the archive is damaged, or there is more than it may hold.
        """
        try:
            chunk = self._inner.read(len(buffer))
        except _DAMAGE as error:
            raise ConsoleError(f"{self._name} is damaged: {error}") from error
        self._left -= len(chunk)
        if self._left < 0:
            raise _too_much(self._name)
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
            if self._below is not None:
                self._below.close()
        super().close()


def _too_much(name: str) -> ConsoleError:
    return ConsoleError(f"{name} unpacks to more than an archive of its size should", _UNPACK)


def _guarded(inner: BinaryIO, below: BinaryIO | None, name: str, limit: int) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Guarded(inner, below, name, limit), 1 << 16))


def _gunzipped(archive: Packed) -> Packed:
    name = archive.name
    suffix = next((each for each in _SUFFIXES if name.lower().endswith(each)), "")
    if suffix:
        name = f"{name}/{PurePosixPath(name.replace(chr(92), '/')).name[: -len(suffix)] or '?'}"
    limit = room(archive.size)

    def opened() -> BinaryIO:
        below = archive.opener()
        return _guarded(cast(BinaryIO, gzip.GzipFile(fileobj=below, mode="rb")), below, name, limit)

    return Packed(name, opened, archive.size)


class _Zip:
    """A zip's members. Its list is read once, and stays open while it is read from, with few others."""

    _waiting: Final[deque[weakref.ref[_Zip]]] = deque()

    def __init__(self, archive: Packed) -> None:
        self._archive = archive
        self._zip: zipfile.ZipFile | None = None

    def members(self) -> list[Packed] | None:
        """Raises:
        ConsoleError: see `members`.
        """
        infos = self._opened().infolist()
        if any(info.filename == "[Content_Types].xml" for info in infos) or _is_open_document(infos):
            return None
        if len(infos) > ENTRIES:
            raise ConsoleError(f"{self._archive.name} has {len(infos)} members; {ENTRIES} are taken", _UNPACK)
        if sum(info.file_size for info in infos) > room(self._archive.size):
            raise _too_much(self._archive.name)
        return [self._member(number, info) for number, info in enumerate(infos) if _is_file(info)]

    def _member(self, number: int, info: zipfile.ZipInfo) -> Packed:
        name = f"{self._archive.name}/{safe_name(_name_of(info))}"
        size = min(info.compress_size, self._archive.size)
        return Packed(name, lambda: self._open(number, name), size)

    def _open(self, number: int, name: str) -> BinaryIO:
        try:
            opened = self._opened()
            info = opened.infolist()[number]
            if info.flag_bits & 1:
                raise ConsoleError(f"{name} is encrypted", _UNPACK)
            if info.compress_type not in _METHODS:
                raise ConsoleError(f"{name} is packed in a way that is not read here", _UNPACK)
            return _guarded(cast(BinaryIO, opened.open(info)), None, name, info.file_size)
        except (*_DAMAGE, IndexError) as error:
            raise ConsoleError(f"{name} is damaged: {error}") from error

    def _opened(self) -> zipfile.ZipFile:
        if self._zip is None:
            while len(self._waiting) >= OPEN_AT_ONCE:
                if (other := self._waiting.popleft()()) is not None:
                    other._zip = None
            self._zip = _zip_file(self._archive)
            self._waiting.append(weakref.ref(self))
        return self._zip


def _zip_file(archive: Packed) -> zipfile.ZipFile:
    """The zip with its list read; its file is closed when nobody reads from it any longer."""
    stream = archive.opener()
    try:
        if not stream.seekable():
            stream = _laid_by(stream, archive)
        _check_directory(stream, archive.name)
        found = zipfile.ZipFile(stream)
    except ConsoleError:
        stream.close()
        raise
    except _DAMAGE as error:
        stream.close()
        raise ConsoleError(f"{archive.name} is damaged: {error}") from error
    weakref.finalize(found, stream.close)
    return found


def _laid_by(stream: BinaryIO, archive: Packed) -> BinaryIO:
    copy = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - closed by who asked for it
    try:
        with stream:
            limit, done = min(NESTED, room(archive.size)), 0
            while chunk := stream.read(1 << 20):
                done += len(chunk)
                if done > limit:
                    raise _too_much(archive.name)
                copy.write(chunk)
    except BaseException:
        copy.close()
        raise
    copy.seek(0)
    return copy


def _check_directory(stream: BinaryIO, name: str) -> None:
    """Refuses a list of members too long for the memory, before it is read.

    Raises:
        ConsoleError: it is, or there is none.
    """
    end = stream.seek(0, io.SEEK_END)
    start = stream.seek(max(0, end - (1 << 16) - 22))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise ConsoleError(f"{name} is damaged: the list of its members is missing")
    size = int(struct.unpack_from("<I", tail, at + 12)[0])
    if size == 0xFFFFFFFF or tail[max(0, at - 20) :].startswith(b"PK\x06\x07"):
        size = _large_directory(stream, start + at - 20)
    if size > DIRECTORY:
        raise ConsoleError(f"{name}: the list of its members takes {size} bytes; {DIRECTORY} are read", _UNPACK)


def _large_directory(stream: BinaryIO, at: int) -> int:
    """The size of the list as a zip of the large kind says it."""
    stream.seek(max(0, at))
    locator = stream.read(20)
    stream.seek(int(struct.unpack_from("<Q", locator, 8)[0]))
    return int(struct.unpack_from("<Q", stream.read(56), 40)[0])


def _is_open_document(infos: list[zipfile.ZipInfo]) -> bool:
    return bool(infos) and infos[0].filename == "mimetype" and infos[0].file_size < 200


def _is_file(info: zipfile.ZipInfo) -> bool:
    return not info.is_dir() and not stat.S_ISLNK(info.external_attr >> 16)


def _name_of(info: zipfile.ZipInfo) -> str:
    """The name as its writer meant it: old programs on Japanese Windows write CP932 and do not say so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return charsets.decode(info.filename.encode("cp437"), None, ("cp932",))
    except UnicodeEncodeError:
        return info.filename
