"""The list of a tar's members: tarfile's own reading of their headers, with what each of them may cost."""

from __future__ import annotations

import re
import tarfile
from typing import BinaryIO, Final, cast

from agentconsole.domain.errors import Phrase
from agentconsole.sync import charsets, packed
from agentconsole.sync.listings import Entry
from agentconsole.sync.packed import UnreadableError

_BLOCK: Final = tarfile.BLOCKSIZE
_HEADER: Final = 1 << 20
"""Bytes of one header that is longer than a block: a name, or what else is told of a member."""
_COMMON: Final = 100
"""Things that may be told of all members at once."""
_HEADERS: Final = 2048
"""Bytes that a member's headers take; all together may take `packed.DIRECTORY` more."""
_ENDLESS_NUMBER: Final = re.compile(rb"\d{300}")
"""On one of these tarfile's own patterns take the square of its length."""


def is_tar(head: bytes) -> bool:
    """Whether a file's first 512 bytes are a tar's: by its mark, or, in old ones, by the sum of the bytes."""
    if b"\0" not in head[:_BLOCK]:
        return False
    try:
        tarfile.TarInfo.frombuf(head[:_BLOCK], "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        return head[257:262] == b"ustar"
    return True


class TarListing:
    """Args:
    stream: can be sought in.
    name: of the archive.
    """

    is_document = False
    is_plain = True

    def __init__(self, stream: BinaryIO, name: str) -> None:
        headers = _Headers(stream)
        self._tar = tarfile.open(  # noqa: SIM115 - holds nothing but the stream
            fileobj=cast(BinaryIO, headers), mode="r:", encoding="utf-8", errors="surrogateescape"
        )
        self._infos = [info for info in _infos(self._tar, headers) if not info.isdir()]
        _check_end(stream, self._tar.offset)
        headers.left = None
        self.entries = [Entry(_name_of(info), info.size, info.size, info.isreg()) for info in self._infos]

    def content(self, number: int) -> BinaryIO:
        """What a member holds."""
        info = self._infos[number]
        if info.issparse():
            raise UnreadableError(Phrase("it is a file with holes"))
        return cast(BinaryIO, self._tar.extractfile(info))


class _Headers:
    """What tarfile reads from while it goes from header to header; then all there is.

    Attributes:
        left: bytes that may still be asked for; None: no end.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.left: int | None = packed.DIRECTORY

    def read(self, size: int) -> bytes:
        """Raises:
        tarfile.ReadError: more than a header has, or than all of them have.
        """
        if self.left is None:
            return self._stream.read(size)
        self.left -= max(size, _BLOCK)
        if not 0 <= size <= _HEADER or self.left < 0:
            raise tarfile.ReadError(Phrase("a header without end"))
        content = self._stream.read(size)
        if size > _BLOCK and _ENDLESS_NUMBER.search(content):
            raise tarfile.ReadError(Phrase("a number without end in a header"))
        return content

    def seek(self, position: int) -> int:
        return self._stream.seek(position)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True


def _infos(tar: tarfile.TarFile, headers: _Headers) -> list[tarfile.TarInfo]:
    """All members, or one more than are taken.

    Raises:
        tarfile.ReadError: one is before the last one, or has less than nothing in it.
    """
    found: list[tarfile.TarInfo] = []
    at = -1
    while len(found) <= packed.ENTRIES and (info := tar.next()) is not None:
        if info.size < 0 or tar.offset <= at:
            raise tarfile.ReadError(Phrase("a member of no size"))
        if len(tar.pax_headers) > _COMMON:
            raise tarfile.ReadError(Phrase("too much in a common header"))
        info.pax_headers = {}  # of which each member has a copy
        at = tar.offset
        headers.left = (headers.left or 0) + _HEADERS
        found.append(info)
    return found


def _check_end(stream: BinaryIO, at: int) -> None:
    """What tarfile passes over in silence: a header that is none, and members behind the end.

    Raises:
        tarfile.ReadError: the list is cut off there.
    """
    stream.seek(at)
    while block := stream.read(1 << 20):
        if block.strip(b"\0"):
            raise tarfile.ReadError(Phrase("no member and no end at byte {at}", at=at))


def _name_of(info: tarfile.TarInfo) -> str:
    """The name as its writer meant it: some write CP932, and nothing says so."""
    try:
        return info.name.encode("utf-8").decode("utf-8")
    except UnicodeEncodeError:
        return charsets.decode(info.name.encode("utf-8", "surrogateescape"), None, ("cp932",))
