"""The list of a zip's members."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from typing import BinaryIO, Final, cast

from agentconsole.domain.errors import ConsoleError, Phrase
from agentconsole.sync import charsets, packed
from agentconsole.sync.listings import Entry
from agentconsole.sync.packed import UnreadableError

_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class ZipListing:
    """Args:
    stream: can be sought in.
    name: of the archive.

    Raises:
        ConsoleError: the list is too long for the memory, or there is none.
    """

    is_plain = False

    def __init__(self, stream: BinaryIO, name: str) -> None:
        _check_directory(stream, name)
        self._zip = zipfile.ZipFile(stream)
        self._infos = [info for info in self._zip.infolist() if not info.filename.endswith("/")]
        self.entries = [
            Entry(_name_of(info), info.file_size, info.compress_size, not stat.S_ISLNK(info.external_attr >> 16))
            for info in self._infos
        ]

    @property
    def is_document(self) -> bool:
        """Whether it is an office document by its making."""
        if any(info.filename == "[Content_Types].xml" for info in self._infos):
            return True
        return bool(self._infos) and self._infos[0].filename == "mimetype" and self._infos[0].file_size < 200

    def content(self, number: int) -> BinaryIO:
        """What a member holds."""
        info = self._infos[number]
        if info.flag_bits & 1:
            raise UnreadableError(Phrase("it is encrypted"))
        if info.compress_type not in _METHODS:
            raise UnreadableError(Phrase("it is packed in a way that is not read here"))
        return cast(BinaryIO, self._zip.open(info))


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
        raise packed.damaged(name, Phrase("the list of its members is missing"))
    size = int(struct.unpack_from("<I", tail, at + 12)[0])
    if size == 0xFFFFFFFF or tail[max(0, at - 20) :].startswith(b"PK\x06\x07"):
        size = _large_directory(stream, start + at - 20)
    if size > packed.DIRECTORY:
        words = Phrase(
            "{file}: the list of its members takes {size} bytes; {most} are read",
            file=name, size=size, most=packed.DIRECTORY,
        )  # fmt: skip
        raise ConsoleError(words, packed.UNPACK)


def _large_directory(stream: BinaryIO, at: int) -> int:
    """The size of the list that a zip of the large kind has: where it points to, or before it, where zipfile looks."""
    stream.seek(max(0, at))
    said = int(struct.unpack_from("<Q", stream.read(20), 8)[0])
    return max(_size_at(stream, said), _size_at(stream, at - 56))


def _size_at(stream: BinaryIO, at: int) -> int:
    stream.seek(max(0, at))
    return int(struct.unpack_from("<Q", stream.read(56), 40)[0])


def _name_of(info: zipfile.ZipInfo) -> str:
    """The name as its writer meant it: old programs on Japanese Windows write CP932 and do not say so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return charsets.decode(info.filename.encode("cp437"), None, ("cp932",))
    except UnicodeEncodeError:
        return info.filename
